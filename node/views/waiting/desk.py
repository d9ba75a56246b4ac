"""What a row of `today` is, and what it is looked for with."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from node.errors import WortleyError
from node.store.node_db import Draft
from node.store.state_reader import Lived
from node.views import moments
from node.views.books import Books
from node.views.names import Names

#: blocks: nothing else goes before; due: a day is near or over; asked: somebody waits
#: for an answer; own: only this co-op has to do with it.
Urgency = Literal["blocks", "due", "asked", "own"]
#: Days before a deadline, or the end of an offer, from which on it is named.
SOON_DAYS: Final = 14
#: More entities than a log can hold.
ALL: Final = 10**9


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Something that waits: a sentence, why, since when, and the command that does it.

    `id` names what it is about, an event or a co-op, where that has an id. `since` is
    when it claims to have begun, unknown where it is in no log; `due` is a day.
    """

    family: str
    urgency: Urgency
    id: str | None
    sentence: str
    why: str
    since: str | None
    due: datetime.date | None
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What is looked at: the books, this day, and what this node alone knows.

    hold: why nothing may be published; drafts: the notices that became leads.
    """

    books: Books
    names: Names
    day: datetime.date
    hold: WortleyError | None
    drafts: Sequence[Draft]


def quoted(title: str) -> str:
    """Write a title as a sentence has it."""
    return f'"{title}"' if title else "something that is not here"


def since(lived: Mapping[bytes, Lived], one: bytes) -> str | None:
    """Say when an entity was moved last, where it is known."""
    return moments.write(lived[one].last) if one in lived else None


def is_near(desk: Desk, day: datetime.date) -> bool:
    """Tell a day that is over, or comes within `SOON_DAYS`."""
    return (day - desk.day).days <= SOON_DAYS


def when(desk: Desk, day: datetime.date) -> str:
    """Say how far off a day is: is in 3 days, on 2027-01-04."""
    days = (day - desk.day).days
    if days == 0:
        return f"is today, {day}"
    count = "1 day" if abs(days) == 1 else f"{abs(days):,} days"
    return f"is in {count}, on {day}" if days > 0 else f"was {count} ago, on {day}"
