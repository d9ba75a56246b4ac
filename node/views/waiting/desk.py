"""What a row of `today` is, and what it is looked for with."""

import datetime
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Literal, NamedTuple, TypeVar

import msgspec

from node.errors import WortleyError
from node.store.node_db import Draft
from node.store.state_reader import Lived
from node.store.waiting_reader import Dated
from node.views.books import Books
from node.views.names import Names

#: blocks: nothing else goes before; due: a day is near or over; asked: somebody waits
#: for an answer; own: only this co-op has to do with it.
Urgency = Literal["blocks", "due", "asked", "own"]
#: Days before a deadline, or the end of an offer, from which on it is named.
SOON_DAYS: Final = 14

T = TypeVar("T")


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
class Found(Generic[T]):
    """Something that waits, found and not told yet; `what` is all that telling needs.

    `since` is in ms since 1970. Of a thousand that wait, a hundred are told.
    """

    urgency: Urgency
    id: bytes | None
    what: T
    since: int | None = None
    due: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What is looked at: the books, this day, and what this node alone knows.

    hold: why nothing may be published; drafts: the notices that became leads; asked:
    by family, what of any log names this co-op and may wait for its word; bound: the
    pledges that this co-op has confirmed; found: by matter, what is known to wait
    already.
    """

    books: Books
    names: Names
    day: datetime.date
    hold: WortleyError | None
    drafts: Sequence[Draft]
    asked: Mapping[str, Sequence[Dated]]
    bound: Sequence[Dated]
    found: dict[str, Sequence[Found[Any]]]


class Told(NamedTuple):
    """The words of a row: what waits, why, and the command that deals with it."""

    sentence: str
    why: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """A kind of thing that waits: how it is found, and how it is told.

    `tell` gives a `Told` for each `what` that it is given, in their order. one, many:
    what is counted ("invoice to look at"); None where `status` says it by itself.
    logged: whether only what `Kept` watches decides what is found.
    """

    family: str
    find: Callable[[Desk], Awaitable[Sequence[Found[Any]]]]
    tell: Callable[[Desk, Sequence[Any]], Awaitable[list[Told]]]
    one: str | None
    many: str | None = None
    prefix: Literal["evt", "coop"] = "evt"
    logged: bool = True


def quoted(title: str) -> str:
    """Write a title as a sentence has it."""
    return f'"{title}"' if title else "something that is not here"


def last(lived: Mapping[bytes, Lived], one: bytes) -> int | None:
    """Say when an entity was moved last, where it is known."""
    return lived[one].last if one in lived else None


def is_near(desk: Desk, day: datetime.date) -> bool:
    """Tell a day that is over, or comes within `SOON_DAYS`."""
    return (day - desk.day).days <= SOON_DAYS


def urgency(desk: Desk, due: datetime.date | None) -> Urgency:
    """Say how urgent it is what another co-op waits for."""
    return "due" if due is not None and is_near(desk, due) else "asked"


def when(desk: Desk, day: datetime.date) -> str:
    """Say how far off a day is: is in 3 days, on 2027-01-04."""
    days = (day - desk.day).days
    if days == 0:
        return f"is today, {day}"
    count = "1 day" if abs(days) == 1 else f"{abs(days):,} days"
    return f"is in {count}, on {day}" if days > 0 else f"was {count} ago, on {day}"
