"""What accepted reports come to, by provider, by what the work served, and by day.

Of many reports no more is kept than sums: of each theme, outcome and currency one for
each day on which work ended, so that any period is the difference of two of them.
"""

import datetime
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Final, Literal, NamedTuple

from node.views.books import Books
from protocol.joins import trade as joining
from protocol.joins.offers import Row, compact
from protocol.joins.reports import Delivery
from protocol.rules.reports import Report

#: States of reports that may be accepted.
LIVE: Final = ("reported", "corrected")
#: Units beside currencies; no currency is written so.
REPORTS: Final = "reports"
MINUTES: Final = "minutes"
Kind = Literal["all", "theme", "outcome"]


class Sort(NamedTuple):
    """What is summed up: of which theme or outcome, if of one."""

    kind: Kind
    name: str = ""


ALL: Final = Sort("all")


class Series(NamedTuple):
    """What came together by days, each with the sum of it and all days before."""

    days: "array[int]"
    sums: Row

    def within(self, first: int, last: int) -> int | None:
        """Sum up some days, both included (ordinals); None where there is nothing."""
        low, high = bisect_left(self.days, first), bisect_right(self.days, last)
        if low == high:
            return None
        return self.sums[high - 1] - (self.sums[low - 1] if low else 0)


class Counted(NamedTuple):
    """What a provider's accepted reports come to.

    `sums` are by sort and unit: a currency (minor units), minutes or reports. `reports`
    are the numbers of their rows, each with the day on which its work ended beside it.
    """

    sums: Mapping[tuple[Sort, str], Series]
    reports: "array[int]"
    ends: "array[int]"

    def listed(self, first: int, last: int) -> list[int]:
        """Give the reports of some days, both included, by number."""
        pairs = zip(self.reports, self.ends, strict=True)
        return [no for no, day in pairs if first <= day <= last]


class Served:
    """What was reported and accepted, by provider."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.by_provider: dict[bytes, Counted] = {}

    async def lay(self, books: Books, provider: bytes) -> None:
        """Sum a provider's reports up, in place of what was known of it."""
        counted = await _count(books, provider)
        if counted.reports:
            self.by_provider[provider] = counted
        else:
            self.by_provider.pop(provider, None)


async def _count(books: Books, provider: bytes) -> Counted:
    sums: defaultdict[tuple[Sort, str], dict[int, int]] = defaultdict(dict)
    reports, ends = array("I"), array("i")
    async for found in books.state.walk_kinds({"report": LIVE}, coop=provider):
        words = await books.state.referring([one.entity.id for one in found])
        joined = joining.trade([*(one.entity for one in found), *words]).deliveries
        accepted = {one.report: one for one in joined if one.standing == "accepted"}
        for no, entity in found:
            delivery, body = accepted.get(entity.id), entity.body
            if delivery is not None and isinstance(body, Report):
                day = body.ends.toordinal()
                reports.append(no)
                ends.append(day)
                for sort, unit, amount in pieces(delivery):
                    by_day = sums[sort, unit]
                    by_day[day] = by_day.get(day, 0) + amount
    return Counted({key: _series(one) for key, one in sums.items()}, reports, ends)


def _series(by_day: Mapping[int, int]) -> Series:
    days = sorted(by_day)
    return Series(
        array("i", days), compact(list(accumulate(by_day[one] for one in days)))
    )


def pieces(one: Delivery) -> Iterable[tuple[Sort, str, int]]:
    """Say what a report adds to which sums: (sort, unit, how much).

    Money of a theme is its share of the time, rounded down.
    """
    shares = [(ALL, one.minutes)]
    shares += [(Sort("theme", theme), minutes) for theme, minutes in one.themes]
    if one.outcome is not None:
        shares.append((Sort("outcome", one.outcome), one.minutes))
    for sort, minutes in shares:
        yield sort, REPORTS, 1
        yield sort, MINUTES, minutes
        if one.amount is not None:
            share = one.amount.amount * minutes // one.minutes
            yield sort, one.amount.currency, share


def ordinals(
    starts: datetime.date | None, ends: datetime.date | None
) -> tuple[int, int]:
    """Give the first and the last day of a period, as numbers."""
    first, last = starts or datetime.date.min, ends or datetime.date.max
    return first.toordinal(), last.toordinal()
