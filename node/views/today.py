"""Today: what waits for this co-op, each with why, since when, and what to type.

`WAITING` says what is looked at: a row per matter, how it is found on a `Desk` and how
it is told. Nothing is stored; every row is read from the state and its joins, so that
it is gone as soon as it is done, on whatever node of the co-op it is done.

A matter is found among the things of this co-op, or what names it and may still wait
for its word, and never among all of a family. Only what is shown is told.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, get_args

import msgspec

from node.views import moments
from node.views.waiting import (
    agreements,
    days,
    decisions,
    estimates,
    handovers,
    mediations,
    milestones,
    money,
    promises,
    register,
    reports,
    rounds,
)
from node.views.waiting.desk import Desk, Found, Matter, Urgency, Waiting
from protocol import ids

_ORDER: Final[tuple[str, ...]] = get_args(Urgency)

WAITING: Final[Mapping[str, Matter]] = {
    "kit": register.KIT,
    "application": register.APPLICATIONS,
    "register": register.CHANGES,
    "answer": promises.ANSWERS,
    "confirmation": promises.CONFIRMATIONS,
    "overtaken": promises.OVERTAKEN,
    "handover": handovers.OFFERS,
    "estimate": estimates.REVIEWS,
    "bid": estimates.OWN,
    "agreement": agreements.UNSIGNED,
    "vote": decisions.VOTES,
    "decision": decisions.CLOSABLE,
    "giving": rounds.GIVING,
    "round": rounds.OWN,
    "report": reports.ASKED,
    "disputed-report": reports.DISPUTED,
    "unreported": reports.UNREPORTED,
    "invoice": money.INVOICES,
    "disputed-invoice": money.CONTESTED,
    "debt": money.PAYABLE,
    "payment": money.PAYMENTS,
    "lost-payment": money.LOST,
    "netting": money.NETTINGS,
    "mediation": mediations.ASKED,
    "milestone": milestones.MILESTONES,
    "deadline": days.DEADLINES,
    "draft": days.DRAFTS,
    "capacity": days.ENDINGS,
}


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How many things of a matter wait, in words as well: "2 invoices to look at"."""

    matter: str
    number: int
    says: str


class _Place(NamedTuple):
    """Something found, and the matter that can tell it."""

    matter: str
    found: Found[Any]


async def waiting(desk: Desk, most: int) -> tuple[list[Waiting], int]:
    """Give the `most` urgent of what waits, that first, and how much waits in all."""
    places = [_Place(name, one) for name in WAITING for one in await _found(desk, name)]
    places.sort(key=_order)
    shown = places[:most]
    rows: dict[int, Waiting] = {}
    for name, matter in WAITING.items():
        at = [no for no, place in enumerate(shown) if place.matter == name]
        if at:
            told = await matter.tell(desk, [shown[no].found.what for no in at])
            for no, (sentence, why, command) in zip(at, told, strict=True):
                found = shown[no].found
                rows[no] = Waiting(
                    family=matter.family,
                    urgency=found.urgency,
                    id=None if found.id is None else ids.text(matter.prefix, found.id),
                    sentence=sentence,
                    why=why,
                    since=moments.write_or_none(found.since),
                    due=found.due,
                    command=command,
                )
    return [rows[no] for no in sorted(rows)], len(places)


async def find(desk: Desk) -> None:
    """Find what waits of all matters that are kept, so that it is there for a look."""
    for name, matter in WAITING.items():
        if matter.logged:
            await _found(desk, name)


async def _found(desk: Desk, name: str) -> Sequence[Found[Any]]:
    """Find what waits of a matter, unless it is known from the last look."""
    matter = WAITING[name]
    if not matter.logged:
        return await matter.find(desk)
    if name not in desk.found:
        desk.found[name] = await matter.find(desk)
    return desk.found[name]


async def counted(desk: Desk) -> list[Counted]:
    """Count what waits by its matter; what a notice says already is left out."""
    found = []
    for name, matter in WAITING.items():
        if matter.one is None:
            continue
        number = len(await _found(desk, name))
        if number:
            what = matter.one if number == 1 else matter.many
            found.append(Counted(matter=name, number=number, says=f"{number:,} {what}"))
    return found


def summed_up(counts: list[Counted]) -> list[str]:
    """Say all counts in one line; none where nothing waits."""
    if not counts:
        return []
    return [f"{', '.join(one.says for one in counts)}: `wortley today`."]


def _order(place: _Place) -> tuple[int, datetime.date, bool, int, bytes]:
    """Sort by urgency, then by day, then what has waited longest."""
    one = place.found
    return (
        _ORDER.index(one.urgency),
        one.due or datetime.date.max,
        one.since is None,
        one.since or 0,
        one.id or b"",
    )
