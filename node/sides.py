"""Sides of a log that was signed twice: the events that lead to a place that is named.

    place ─▶ is it in the log? ─▶ else in a stretch beside it ─▶ and so on below that

A log has one event for a place. What a closing names may be on another side, or beyond
where the log is taken; that is kept beside it, in stretches, each of which hashes to an
id that is known.
"""

import logging
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from node.errors import OurFault
from node.folding import adoptions_in, in_thread
from node.proving import skim_run
from node.store.batch import Held
from node.store.cited_table import CitedRow, NewCited
from node.store.log_db import LogDb
from node.store.room import EVENT_ROW
from protocol import citing, ids, limits
from protocol.citing import Cite, Stretch
from protocol.errors import Malformed
from protocol.ids import CoopId, EventId, Incarnation
from protocol.log import Chain, Place, ids_after
from protocol.roster.chain import Roster
from protocol.walks import Adoption

log_line = logging.getLogger("wortley.sides")
#: Sides remembered, for as long as nothing is added: looking one up hashes all of it.
_KEPT: Final = 256


@dataclass(frozen=True, slots=True)
class Side:
    """An incarnation up to a place: in the log up to `joined`, in stretches from there.

    `rows` are the stretches, lowest first.
    """

    coop: bytes
    base: Place | None
    place: Place
    joined: int
    rows: tuple[CitedRow, ...] = ()

    @property
    def key(self) -> tuple[bytes, bytes]:
        """Name the chain."""
        return self.coop, self.place.incarnation


@dataclass(frozen=True, slots=True)
class Gap:
    """What is not here of a side: the place at which it ends.

    `signed`: nothing here proves that its id was signed. `differs`: of the place that
    was looked for, another id is in the log.
    """

    place: Place
    signed: bool
    differs: bool


class Sides:
    """Finds sides, reads them, and takes and gives stretches of them."""

    def __init__(self, log_db: LogDb) -> None:
        """Look into the logs of `log_db`, and beside them."""
        self._log = log_db
        self._known: dict[tuple[bytes, Place], Side] = {}

    # --- finding ----------------------------------------------------------------

    async def find(self, coop: bytes, place: Place) -> Side | Gap:
        """Give the side that a place is on, or what is missing of it."""
        if (known := self._known.get((coop, place))) is not None:
            return known
        held = self._log.chains.get((coop, place.incarnation))
        if await self._is_in(held, place.seq, place.id):
            return Side(coop, _base(held), place, place.seq)
        found = await self._beside(coop, place, held)
        if isinstance(found, Side):
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[coop, place] = found
        return found

    async def _beside(self, coop: bytes, place: Place, held: Held | None) -> Side | Gap:
        rows: list[CitedRow] = []
        seq, name = place.seq, place.id
        while True:
            row = await self._row(coop, place.incarnation, seq, name)
            if row is None:
                gap = Place(place.incarnation, seq, name)
                differs = held is not None and place.seq <= held.last
                return Gap(gap, signed=not rows, differs=differs)
            rows.insert(0, row)
            if row.first == 1:
                return Side(coop, row.base, place, 0, tuple(rows))
            seq, name = row.first - 1, row.before
            if await self._is_in(held, seq, name):
                return Side(coop, _base(held), place, seq, tuple(rows))

    async def _is_in(self, held: Held | None, seq: int, name: bytes) -> bool:
        """Tell whether a place of a chain is in the log with this id."""
        if held is None or seq > held.last:
            return False
        return await self._log.id_at(held, seq) == name

    async def _row(
        self, coop: bytes, incarnation: bytes, seq: int, name: bytes
    ) -> CitedRow | None:
        """Find the stretch in which a place has this id; damaged ones are let go."""
        for row in await self._log.cited.of(coop, incarnation, seq):
            names = await self._names(row)
            if not names or names[-1] != row.id:
                log_line.warning(
                    "events that a closing names are damaged: fetched anew"
                )
                await self._log.cited.drop(row)
                self._known.clear()
            elif names[seq - row.first] == name:
                return row
        return None

    async def _names(self, row: CitedRow) -> list[EventId]:
        try:
            events = await self._log.cited.events(row)
        except Malformed:
            return []
        if len(events) != row.last - row.first + 1:
            return []
        return await in_thread(
            len(events), lambda: ids_after(EventId(row.before), events)
        )

    # --- reading ----------------------------------------------------------------

    async def id_at(self, side: Side, seq: int) -> bytes:
        """Give the id at a place of a side."""
        if seq <= side.joined:
            return await self._log.id_at(self._log.chains[side.key], seq)
        row, _ = _row_at(side, seq)
        return (await self._names(row))[seq - row.first]

    async def read(self, side: Side, first: int) -> tuple[Sequence[bytes], EventId]:
        """Give events of a side from a place on, and the id before them."""
        if first <= side.joined:
            found = await self._log.read_run(self._log.chains[side.key], first)
            if found is None:
                raise OurFault(
                    code="run-lost", detail="A place that is held has no run."
                )
            run, before = found
            return run.events[: side.joined - first + 1], before
        row, last = _row_at(side, first)
        events = await self._log.cited.events(row)
        skip, before = first - row.first, EventId(row.before)
        if skip:
            before = ids_after(before, events[:skip])[-1]
        return events[skip : last - row.first + 1], before

    async def adoptions(self, side: Side) -> tuple[Adoption, ...]:
        """Give the tails that a side adopts, in order."""
        found: list[Adoption] = []
        if side.joined:
            adopted = await self._log.adoptions_of(self._log.chains[side.key])
            found += [one for one in adopted if one.at <= side.joined]
        for row in side.rows:
            events, before = await self.read(side, row.first)
            names = ids_after(before, events)
            found += adoptions_in(skim_run(side.coop, row.first, names, events))
        return tuple(found)

    # --- taking -----------------------------------------------------------------

    async def take(
        self, coop: bytes, gap: Gap, stretch: Stretch, roster: Roster
    ) -> bool:
        """Prove a stretch that ends where something is missing, and keep it.

        False where the log has no room for it. Raises `Malformed`.
        """
        place = gap.place
        proving = _chain_of(coop, place, roster)
        if proving is None:
            return False
        chain, key = proving
        names = citing.verify(stretch, place, chain, key if gap.signed else None)
        first = stretch.first(place.seq)
        skip = await self._shared(coop, place, first, names)
        events = stretch.events[skip:]
        after, signature = (
            (stretch.after, stretch.signature) if gap.signed else ((), b"")
        )
        size = sum(map(len, (*events, *after))) + EVENT_ROW * (len(events) + len(after))
        left = self._log.room.left((coop,))
        if coop in left and size > left[coop]:
            if self._log.room.refuse((coop, place.incarnation)):
                short = ids.text("coop", coop)
                log_line.warning("log of %s: no more of it is taken in here", short)
            return False
        one = NewCited(
            coop=coop,
            incarnation=place.incarnation,
            first=first + skip,
            last=place.seq,
            before=names[skip - 1] if skip else stretch.before,
            id=place.id,
            base=None if skip else stretch.base,
            events=events,
            after=after,
            signature=signature,
            size=size,
        )
        if await self._log.cited.add(one):
            self._log.room.add({coop: size})
        return True

    async def _shared(
        self, coop: bytes, place: Place, first: int, names: Sequence[EventId]
    ) -> int:
        """Say how many events at the start of a stretch are here already."""
        last = place.seq - 1
        shared = 0
        for seq, name in await self._log.cited.ends(
            coop, place.incarnation, first, last
        ):
            if names[seq - first] == name:
                shared = seq - first + 1
                break
        held = self._log.chains.get((coop, place.incarnation))
        if held is None:
            return shared
        # Where two ids are the same, so are all below: look for where that ends.
        low, high = 0, min(held.last, last) - first + 1
        while low < high:
            middle = (low + high + 1) // 2
            if await self._is_in(held, first + middle - 1, names[middle - 1]):
                low = middle
            else:
                high = middle - 1
        return max(shared, low)

    # --- giving -----------------------------------------------------------------

    async def give(self, asked: Cite, roster: Roster) -> Stretch | None:
        """Give the stretch that ends at a place, as far as it is here."""
        side = await self.find(asked.coop, asked.place)
        if isinstance(side, Gap):
            return None
        found = (
            await self._from_log(side)
            if not side.rows
            else await self._from_row(side, side.rows[-1])
        )
        if found is None:
            return None
        if not asked.signed:
            found = msgspec.structs.replace(found, after=(), signature=b"")
        proving = _chain_of(asked.coop, asked.place, roster)
        if proving is None:
            return None
        chain, key = proving
        try:
            citing.verify(found, asked.place, chain, key if asked.signed else None)
        except Malformed:
            # Signed further up than a stretch goes, or damaged: others have it.
            return None
        return found

    async def _from_log(self, side: Side) -> Stretch | None:
        held, seq = self._log.chains[side.key], side.place.seq
        first = held.sealed + 1
        if seq < first:
            first = (await self._log.segment_at(held, seq)).first
        while (found := await self._log.read_run(held, first)) is not None:
            run, before = found
            if run.last >= seq:
                end = seq - first + 1
                base = held.chain.base if first == 1 else None
                return Stretch(
                    base, before, run.events[:end], run.events[end:], run.signature
                )
            first = run.last + 1
        return None

    async def _from_row(self, side: Side, row: CitedRow) -> Stretch:
        events = await self._log.cited.events(row)
        end = side.place.seq - row.first + 1
        after, signature = await self._log.cited.proof(row)
        base = row.base if row.first == 1 else None
        rest = (*events[end:], *after)[: limits.RUN_EVENTS - 1]
        return Stretch(base, row.before, events[:end], rest, signature)


def _base(held: Held | None) -> Place | None:
    return None if held is None else held.chain.base


def _row_at(side: Side, seq: int) -> tuple[CitedRow, int]:
    """Give the stretch that has a place, and up to where it is of this side."""
    at = bisect_right(side.rows, seq, key=lambda row: row.first)
    upper = side.rows[at : at + 1]
    return side.rows[at - 1], upper[0].first - 1 if upper else side.place.seq


def _chain_of(coop: bytes, place: Place, roster: Roster) -> tuple[Chain, bytes] | None:
    """Give what a head signature says of an incarnation, and under which key.

    None of who is no member: a cut may name anybody.
    """
    member = roster.members.get(CoopId(coop))
    if member is None:
        return None
    chain = Chain(
        network=roster.network,
        coop=CoopId(coop),
        generation=member.generation,
        incarnation=Incarnation(place.incarnation),
    )
    return chain, member.log_key
