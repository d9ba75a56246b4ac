"""Everybody's time and promises, laid out once and kept up with the logs.

Views of capacity look at all offers, bookings, wishes and commitments of the network.
Read from the store each time they would take seconds, so they are kept in memory, laid
out by week, and what has changed since is laid out anew before each look.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final

from node.store.recent import Change
from node.views import pledges
from node.views.books import Books
from node.views.pledges import Joined
from protocol.joins.commitments import BINDING, Commitment
from protocol.joins.utilisation import Board, Span, Use, Work, works
from protocol.joins.weeks import WEEK, Date, monday
from protocol.rules import leads
from protocol.rules.leads import Lead
from protocol.state import Entity

#: What of a co-op's own log takes or gives time, and in which states.
_OWN: Final[Mapping[str, tuple[str, ...]]] = {
    "capacity": ("open",),
    "booking": ("tentative", "confirmed", "placeholder"),
    "wish": (),
}
_HALVES: Final = frozenset({"acceptance", "answer"})
#: Weeks that are laid out around the week of the first look: who looks further sees
#: nothing there, and nobody plans work for after that.
BEFORE: Final = 54
AFTER: Final = 210
#: More entities than a log can hold.
_ALL: Final = 10**9
#: The skill of work whose pledge names none: it is of no use to anybody's search.
_NO_SKILL: Final = "other"


def horizon(today: Date) -> Span:
    """Give the weeks that are laid out for a look on some day."""
    week = monday(today)
    return Span(week - WEEK * BEFORE, week + WEEK * AFTER)


class Market:
    """The boards of all co-ops, and the commitments of work between them."""

    def __init__(self) -> None:
        """Know nothing yet; the first look reads everything."""
        self._position: int | None = None
        self._lock = asyncio.Lock()
        self._span = Span(Date.min, Date.min)
        #: What each co-op offers, uses and wishes.
        self.boards: dict[bytes, Board] = {}
        self._works: dict[bytes, Work] = {}
        #: Commitments that bind, by pledge.
        self.bound: dict[bytes, Commitment] = {}
        self._of_lead: dict[bytes, set[bytes]] = {}

    async def follow(self, books: Books, today: Date) -> None:
        """Lay out what has changed since the last look."""
        async with self._lock:
            # Taken first: what changes while we read is read again next time.
            position = books.state.recent.position
            changes = None
            if self._position is not None and self._span.holds(today + WEEK * BEFORE):
                changes = books.state.recent.since(self._position)
            if changes is None:
                await self._read_all(books, today)
            elif changes:
                await self._read_changed(books, changes)
            self._position = position

    def board(self, coop: bytes) -> Board:
        """Give what a co-op offers, uses itself and wishes."""
        return self.boards.get(coop) or Board(self._span)

    def use(self, coop: bytes, span: Span, more: Iterable[Work] = ()) -> Use:
        """Give one co-op's weeks; `more` counts as promised, too."""
        mine = [work for work in self._works.values() if work.coop == coop]
        return self.board(coop).use(span, [*mine, *more])

    # --- reading ----------------------------------------------------------------------

    async def _read_all(self, books: Books, today: Date) -> None:
        self._span = horizon(today)
        self._works, self.bound, self._of_lead, self.boards = {}, {}, {}, {}
        for coop in sorted(books.roster.members):
            await self._lay(books, coop)
            confirmed = await books.state.entities(
                "pledge", states=["confirmed"], coop=coop, most=_ALL
            )
            await self._bind(books, confirmed)

    async def _read_changed(self, books: Books, changes: list[Change]) -> None:
        for coop in sorted({one.coop for one in changes if one.family in _OWN}):
            await self._lay(books, coop)
        stale = {one.id for one in changes if one.family == "pledge"}
        stale |= {one.ref for one in changes if one.family in _HALVES and one.ref}
        for one in changes:
            if one.family == "lead":
                stale |= self._of_lead.get(one.id, set())
        for pledge in stale:
            self._works.pop(pledge, None)
            self.bound.pop(pledge, None)
        found = (await books.state.many(stale)).values()
        await self._bind(books, [one for one in found if one.state == "confirmed"])

    async def _lay(self, books: Books, coop: bytes) -> None:
        board = Board(self._span)
        for family, states in _OWN.items():
            found = await books.state.entities(
                family, states=states, coop=coop, most=_ALL
            )
            await asyncio.to_thread(board.lay, found)
        self.boards[coop] = board

    async def _bind(self, books: Books, confirmed: Iterable[Entity]) -> None:
        joined = await pledges.joined(books, confirmed)
        windows = await windows_of(books, joined)
        stands = [one.commitment for one in joined]
        for work in works(stands, windows):
            self._works[work.pledge] = work
        for one in stands:
            if one.standing in BINDING:
                self.bound[one.pledge] = one
            self._of_lead.setdefault(one.to, set()).add(one.pledge)


async def windows_of(
    books: Books, joined: Iterable[Joined]
) -> dict[bytes, tuple[str, Date | None, Date | None]]:
    """Give each pledge's skill and window: its own, its line's or its lead's."""
    listed = list(joined)
    targets = await books.state.many({one.body.to for one in listed})
    return {one.pledge.id: _window(one, targets.get(one.body.to)) for one in listed}


def _window(one: Joined, target: Entity | None) -> tuple[str, Date | None, Date | None]:
    body = one.body
    starts, ends = body.starts, body.ends
    for other_starts, other_ends in _wider(body.line, target):
        starts = starts or other_starts
        ends = ends or other_ends
    return body.skill or _NO_SKILL, starts, ends


def _wider(
    line: int | None, target: Entity | None
) -> Iterable[tuple[Date | None, Date | None]]:
    if target is None or not isinstance(target.body, Lead):
        return
    terms = target.body.terms
    required = None if line is None else leads.requirement(terms, line)
    if required is not None:
        yield required.starts, required.ends
    yield terms.starts, terms.ends
