"""Everybody's time and promises, laid out once and kept up with the logs.

Views of capacity look at all offers, bookings, wishes and commitments of the network.
Read from the store each time they would take seconds, so they are kept in memory, laid
out by week, and what has changed since is laid out anew before each look.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final

import msgspec

from node.store.recent import Change
from node.views import pledges
from node.views.books import Books
from node.views.pledges import Joined
from node.views.spare import Spare
from protocol.joins.commitments import BINDING
from protocol.joins.offers import middle
from protocol.joins.utilisation import Board, Span, Window, Work, lay, works
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
#: Two co-ops that have something to do with each other, whichever is first.
Pair = frozenset[bytes]
_HALVES: Final = frozenset({"acceptance", "answer"})
#: Weeks that are laid out around the week of the first look: who looks further sees
#: nothing there, and nobody plans work for after that.
BEFORE: Final = 54
AFTER: Final = 210
#: More entities than a log can hold.
_ALL: Final = 10**9
#: The skill of work whose pledge names none: it is of no use to anybody's search.
_NO_SKILL: Final = "other"


class Bond(msgspec.Struct, frozen=True, gc=False):
    """A commitment that binds: between whom, and the work where it is work."""

    pair: Pair
    work: Work | None


def horizon(today: Date) -> Span:
    """Give the weeks that are laid out for a look on some day."""
    week = monday(today)
    return Span(week - WEEK * BEFORE, week + WEEK * AFTER)


class Market:
    """The boards of all co-ops, and the commitments between them."""

    def __init__(self) -> None:
        """Know nothing yet; the first look reads everything."""
        self._position: int | None = None
        self._lock = asyncio.Lock()
        #: The weeks of the boards.
        self.span = Span(Date.min, Date.min)
        #: What each co-op offers, has promised, uses and wishes.
        self.boards: dict[bytes, Board] = {}
        #: How many commitments there are between two co-ops.
        self.past: Counter[Pair] = Counter()
        self._bonds: dict[bytes, Bond] = {}
        self._pairs: dict[Pair, Pair] = {}
        self._usual: dict[tuple[str, str], Fraction | None] = {}
        #: Whose lanes are in what is added up below, in their order.
        self._members: Sequence[bytes] = ()
        self._spare: dict[str, Spare] = {}
        self._empty = Board(self.span)

    @property
    def is_laid(self) -> bool:
        """Tell whether anybody has looked, since when it is kept up."""
        return self._position is not None

    async def follow(self, books: Books, today: Date) -> None:
        """Lay out what has changed since the last look."""
        async with self._lock:
            # Taken first: what changes while we read is read again next time.
            position = books.state.recent.position
            changes = None
            if self._position is not None and self.span.holds(today + WEEK * BEFORE):
                changes = books.state.recent.since(self._position)
            if changes is None:
                await self._read_all(books, today)
            elif changes:
                await self._read_changed(books, changes)
            self._position = position

    def board(self, coop: bytes) -> Board:
        """Give one co-op's time."""
        return self.boards.get(coop) or Board(self.span)

    def usual(self, skill: str, currency: str) -> Fraction | None:
        """Give the middle price of a minute; None where nobody names one."""
        key = skill, currency
        if key not in self._usual:
            self._usual[key] = middle(
                rate
                for board in self.boards.values()
                if (offers := board.own.offers.get(skill)) is not None
                for rate in offers.prices.get(currency, ())
            )
        return self._usual[key]

    def window(self, starts: Date, ends: Date) -> Window:
        """Find the places of a window's weeks in every board."""
        return self._empty.window(starts, ends)

    def spare(self, skill: str, members: Sequence[bytes]) -> Spare:
        """Give what these co-ops have free of a skill, added up."""
        if members != self._members:
            self._members, self._spare = members, {}
        found = self._spare.get(skill)
        if found is None:
            found = Spare(
                [self.boards.get(one, self._empty).lane(skill) for one in members]
            )
            # A stranger may ask for any skill, and is remembered for none.
            if found:
                self._spare[skill] = found
        return found

    # --- reading ----------------------------------------------------------------------

    async def _read_all(self, books: Books, today: Date) -> None:
        self.span = horizon(today)
        # A look that is not awaited to its end is begun anew by the next one.
        self._position = None
        self.boards, self.past, self._bonds = {}, Counter(), {}
        self._empty, self._spare = Board(self.span), {}
        for coop in sorted(books.roster.members):
            await self._lay(books, coop)
            confirmed = await books.state.entities(
                "pledge", states=["confirmed"], coop=coop, most=_ALL
            )
            self._bind((), await _bonds(books, confirmed))

    async def _read_changed(self, books: Books, changes: list[Change]) -> None:
        for coop in sorted({one.coop for one in changes if one.family in _OWN}):
            await self._lay(books, coop)
        stale = {one.id for one in changes if one.family == "pledge"}
        stale |= {one.ref for one in changes if one.family in _HALVES and one.ref}
        # Work whose pledge names no window has that of its lead.
        leads_ = {one.id for one in changes if one.family == "lead"}
        stale |= {
            one.id
            for one in await books.state.referring(leads_)
            if one.family == "pledge"
        }
        found = (await books.state.many(stale)).values()
        confirmed = [one for one in found if one.state == "confirmed"]
        self._bind(stale, await _bonds(books, confirmed))

    async def _lay(self, books: Books, coop: bytes) -> None:
        found: list[Entity] = []
        for family, states in _OWN.items():
            found += await books.state.entities(
                family, states=states, coop=coop, most=_ALL
            )
        board = self._board(coop)
        board.own = await asyncio.to_thread(lay, board.weeks, found)
        self._usual.clear()
        self._spare.clear()

    def _bind(self, stale: Iterable[bytes], bonds: Mapping[bytes, Bond]) -> None:
        """Put bonds in the place of those that are stale, in one go."""
        for pledge in stale:
            if (gone := self._bonds.pop(pledge, None)) is not None:
                self._count(gone, -1)
        for pledge, new in bonds.items():
            # Co-ops have much to do with each other: the pair is kept once.
            bond = Bond(self._pairs.setdefault(new.pair, new.pair), new.work)
            self._bonds[pledge] = bond
            self._count(bond, 1)

    def _count(self, bond: Bond, times: int) -> None:
        self.past[bond.pair] += times
        if bond.work is not None:
            self._board(bond.work.coop).commit(bond.work, times)
            self._spare.pop(bond.work.skill, None)

    def _board(self, coop: bytes) -> Board:
        if coop not in self.boards:
            self.boards[coop] = Board(self.span)
        return self.boards[coop]


async def _bonds(books: Books, confirmed: Iterable[Entity]) -> dict[bytes, Bond]:
    joined = await pledges.joined(books, confirmed)
    stands = [one.commitment for one in joined if one.commitment.standing in BINDING]
    found = works(stands, await windows_of(books, joined))
    by_pledge = {one.pledge: one for one in found}
    return {
        one.pledge: Bond(frozenset((one.pledger, one.taker)), by_pledge.get(one.pledge))
        for one in stands
    }


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
    # Of the skill of a thousand pledges, one is kept.
    return sys.intern(body.skill or _NO_SKILL), starts, ends


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
