"""Today: what waits for this co-op, each with why, since when, and what to type.

`WAITING` says what is looked at: a row per family, a function from a `Desk` to what
waits of it. Nothing is stored; every row is read from the state and its joins, so that
it is gone as soon as it is done, on whatever node of the co-op it is done.

A family that makes somebody wait has a row: hand-overs to answer, estimates to review,
agreements to sign, decisions to vote on, rounds that close, reports to accept, invoices
to pay, payments to acknowledge, nettings to agree. Its function takes the entities of
this co-op, or what refers to them, and never all of a family.
"""

import datetime
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, get_args

from node.views.waiting import days, promises, register
from node.views.waiting.desk import Desk, Urgency, Waiting

_ORDER: Final[tuple[str, ...]] = get_args(Urgency)

WAITING: Final[Mapping[str, Callable[[Desk], Awaitable[list[Waiting]]]]] = {
    "kit": register.kit,
    "application": register.applications,
    "register": register.changes,
    "answer": promises.answers,
    "confirmation": promises.confirmations,
    "overtaken": promises.overtaken,
    "deadline": days.deadlines,
    "draft": days.drafts,
    "capacity": days.endings,
}


async def waiting(desk: Desk) -> list[Waiting]:
    """List everything that waits, what is most urgent first."""
    found: list[Waiting] = []
    for look in WAITING.values():
        found += await look(desk)
    return sorted(found, key=_order)


def _order(one: Waiting) -> tuple[int, datetime.date, bool, str, str]:
    """Sort by urgency, then by day, then what has waited longest."""
    due = one.due or datetime.date.max
    return (
        _ORDER.index(one.urgency),
        due,
        one.since is None,
        one.since or "",
        one.id or "",
    )
