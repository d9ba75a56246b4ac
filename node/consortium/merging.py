"""Offers of a co-op that need not be told apart, put together before the search.

A co-op offers one skill at up to eight prices. Where prices do not count, its offers
of a week are one: the search has an eighth of the columns, and the same answers.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from node.consortium.problem import Need, Supply
from protocol.joins.weeks import WORKING_DAYS, Date

#: The needs of a week want different days of it: what is there on all of them counts.
_APART: Final = 0
#: For each skill and week, on how many days it is needed, or `_APART`.
_Days = Mapping[str, Mapping[Date, int]]


def merged(supplies: Sequence[Supply], needs: Sequence[Need]) -> list[Supply]:
    """Put supplies together by co-op and skill, as far as needs cannot tell them apart.

    Exact where one need alone looks at a week, or all that do want the whole of it:
    then any of the supplies' minutes serve as well as any other's. In weeks of which
    needs want different days, supplies stay by themselves. Prices are left out.
    """
    looked_at = _days(needs)
    sums: dict[tuple[bytes, str], dict[Date, int]] = {}
    apart: list[Supply] = []
    for supply in supplies:
        weeks = looked_at.get(supply.skill, {})
        total = sums.setdefault((supply.coop, supply.skill), {})
        alone: dict[Date, int] = {}
        for week, free in supply.free.items():
            days = weeks.get(week)
            if days:
                total[week] = total.get(week, 0) + supply.usable(week, days)
            elif days == _APART:
                alone[week] = free
        if alone:
            apart.append(msgspec.structs.replace(supply, free=alone, price=None))
    together = [
        # What is usable was counted: the days of the week are looked at no more.
        Supply(
            coop=coop,
            skill=skill,
            free=free,
            steady={week: WORKING_DAYS * some for week, some in free.items()},
        )
        for (coop, skill), free in sums.items()
        if any(free.values())
    ]
    return together + apart


def _days(needs: Sequence[Need]) -> _Days:
    found: dict[str, dict[Date, list[int]]] = {}
    for need in needs:
        weeks = found.setdefault(need.skill, {})
        for week, days in need.weeks():
            weeks.setdefault(week, []).append(days)
    return {
        skill: {
            week: days[0] if len(days) == 1 or min(days) == WORKING_DAYS else _APART
            for week, days in weeks.items()
        }
        for skill, weeks in found.items()
    }
