"""Closings: whether this node has what one needs, and what it comes to, computed once.

roster carries a close ─▶ all places held? ─▶ fold to them ─▶ result, kept for good
└─ no: waits, and looks again whenever logs grow
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import msgspec

from node.folding import in_thread
from node.sides import Gap, Side, Sides
from node.store.closing_table import Key
from node.store.log_db import LogDb
from node.store.state_db import StateDb
from node.suspension import Suspension
from protocol import fold, limits, log, walks
from protocol.fold import Folded
from protocol.ids import EventId, Incarnation
from protocol.joins import closing
from protocol.joins.closing import Settled
from protocol.kinds.rounds import RoundClosed
from protocol.log import Place
from protocol.roster.chain import Closed, Roster
from protocol.roster.change import Close
from protocol.state import Entity
from protocol.walks import Branch, Span

#: Closing events kept in memory, of 8 KiB at most.
_EVENTS: Final = 1024


@dataclass(slots=True)
class Gathered:
    """What a closing needs of each log, as far as this node has it.

    `missing` logs do not reach their place yet. Of `forked` ones another event is held
    where one is named, so that what is named may never come. `gaps` are places that no
    log will bring any more, by co-op: peers have to be asked for them.
    """

    walks: dict[bytes, tuple[Span, ...]] = field(default_factory=dict)
    sides: dict[tuple[bytes, bytes], Side] = field(default_factory=dict)
    missing: set[bytes] = field(default_factory=set)
    forked: set[bytes] = field(default_factory=set)
    gaps: dict[bytes, Place] = field(default_factory=dict)
    #: The body of the closing event.
    event: msgspec.Struct | None = None

    @property
    def complete(self) -> bool:
        """Tell whether the result can be computed."""
        return not self.missing and not self.forked


@dataclass(frozen=True, slots=True)
class _Fold:
    """A log folded so far: its walk, the entities that matter, the epoch floors.

    `sides`: on which the walk went, as another cut may name another side.
    """

    spans: tuple[Span, ...] = ()
    sides: Mapping[Incarnation, Side] = field(default_factory=dict)
    entities: Mapping[bytes, Entity] = field(default_factory=dict)
    floors: Mapping[bytes, int] = field(default_factory=dict)


class Closings:
    """Gathers what closings need, and settles those that the roster carries."""

    def __init__(
        self,
        log_db: LogDb,
        state_db: StateDb,
        roster: Callable[[], Roster],
        suspension: Suspension,
    ) -> None:
        """Read `log_db` and keep results in `state_db`."""
        self._log = log_db
        self._state = state_db
        self._roster = roster
        self._suspension = suspension
        self.sides = Sides(log_db)
        self._lock = asyncio.Lock()
        #: What was looked up before: places never change, so neither do these.
        self._held: set[Key] = set()
        self._events: dict[Key, msgspec.Struct | None] = {}

    # --- holding ----------------------------------------------------------------

    async def is_held(self, body: Close) -> bool:
        """Tell whether all is here that the secretary proposes this by.

        And whether it closes something: any member could fill the roster, for good,
        with the events of its log.
        """
        key = (body.coop, body.place.id)
        if key not in self._held:
            gathered = await self.gather(body.coop, body.place)
            if not gathered.complete or closing.cut_of(gathered.event) is None:
                return False
            self._held.add(key)
        return True

    async def may_enter(self, body: Close) -> bool:
        """Tell whether an elector may accept this: what it closes by is here.

        Where a log was signed twice, the side that is named may be one that nobody
        gives; that must not stop the roster (ADR 16).
        """
        if await self.is_held(body):
            return True
        return not (await self.gather(body.coop, body.place)).missing

    async def gather(self, coop: bytes, place: Place) -> Gathered:
        """Look for a closing event and for all that its cut names."""
        found = Gathered()
        await self._walk(found, coop, place)
        if coop not in found.walks:
            return found
        found.event = await self._event(found.sides[coop, place.incarnation], place)
        cut = closing.cut_of(found.event) or ()
        places = [(one.coop, closing.place_of(one)) for one in cut]
        # Asked before anything is read: it is asked again whenever logs grow.
        found.missing.update(owner for owner, one in places if self._comes(owner, one))
        for owner, one in places if not found.missing else ():
            await self._walk(found, owner, one)
        return found

    async def gaps(self, closes: Iterable[Close]) -> list[tuple[bytes, Place]]:
        """Name the places that peers have to be asked for, by co-op.

        For what the roster carries, and for closes that may be in the next block.
        """
        wanted = [(key[0], one.place) for key, one in self.waiting().items()]
        wanted += [(one.coop, one.place) for one in closes]
        gaps: dict[tuple[bytes, Place], None] = {}
        for coop, place in wanted:
            if (coop, place.id) not in self._held:
                gathered = await self.gather(coop, place)
                gaps.update(dict.fromkeys(gathered.gaps.items()))
        return list(gaps)

    def _comes(self, coop: bytes, place: Place) -> bool:
        """Tell whether a place is to come with the rest of its log."""
        held = self._log.chains.get((coop, place.incarnation))
        return (held is None or held.last < place.seq) and not (
            place.incarnation in self._suspension.cuts(coop)
            or self._suspension.is_closed(coop)
        )

    async def _event(self, side: Side, place: Place) -> msgspec.Struct | None:
        """Give the body of a closing event, or of what is named as one."""
        known = side.coop, place.id
        if known not in self._events:
            if len(self._events) >= _EVENTS:
                self._events.clear()
            events, _ = await self.sides.read(side, place.seq)
            reading = fold.read(side.coop, place.seq, place.id, events[0])
            self._events[known] = reading.body
        return self._events[known]

    async def _walk(self, found: Gathered, coop: bytes, place: Place) -> None:
        """Walk to a place, on the sides that it, its bases and its tails are on."""
        branches: dict[Incarnation, Branch] = {}
        sides: dict[bytes, Side] = {}
        todo = [place]
        while todo:
            named = todo.pop()
            side = sides.get(named.incarnation)
            if side is not None and named.seq <= side.place.seq:
                if await self.sides.id_at(side, named.seq) != named.id:
                    found.forked.add(coop)
                    return
                continue
            # More chains than a log may have are looked at nowhere else either.
            if side is None and len(sides) > limits.INCARNATIONS:
                found.missing.add(coop)
                return
            grown = await self._side(found, coop, named, side)
            if grown is None:
                return
            name = Incarnation(named.incarnation)
            adopted = await self.sides.adoptions(grown)
            before = 0 if side is None else side.place.seq
            if grown.base is not None and side is None:
                todo.append(grown.base)
            todo += [one.tail for one in walks.effective(adopted) if one.at > before]
            sides[name] = grown
            branches[name] = Branch(
                incarnation=name, base=grown.base, length=named.seq, adoptions=adopted
            )
        spans = walks.walk_to(place, branches)
        if spans is None:
            found.missing.add(coop)
            return
        found.walks[coop] = spans
        found.sides.update({(coop, name): side for name, side in sides.items()})

    async def _side(
        self, found: Gathered, coop: bytes, place: Place, lower: Side | None
    ) -> Side | None:
        """Give the side of a place; it has to go on from a lower one of its chain."""
        side = await self.sides.find(coop, place)
        if isinstance(side, Gap):
            (found.forked if side.differs else found.missing).add(coop)
            if side.differs or not self._comes(coop, place):
                found.gaps[coop] = place
            return None
        if lower is not None:
            at = lower.place
            if await self.sides.id_at(side, at.seq) != at.id:
                found.forked.add(coop)
                return None
        return side

    # --- settling ---------------------------------------------------------------

    def waiting(self) -> dict[Key, Closed]:
        """Give the closings of the roster that have no result here yet."""
        settled, closed = self._state.closings.settled, self._roster().closed
        if len(settled) == len(closed):
            return {}
        return {key: one for key, one in closed.items() if key not in settled}

    async def settle(self) -> None:
        """Compute what can be computed by now, in the order of the blocks.

        Cuts of one log mostly follow each other, so each fold goes on from the last.
        """
        if not self.waiting():
            return
        async with self._lock:
            folds: dict[bytes, _Fold] = {}
            waiting = self.waiting()
            for key in closing.order(self._roster()):
                if key in waiting:
                    await self._settle(key, waiting[key], folds)

    async def _settle(
        self, key: Key, closed: Closed, folds: dict[bytes, _Fold]
    ) -> None:
        epochs = closing.epochs_of(self._roster(), closed)
        gathered = await self.gather(key[0], closed.place)
        if epochs is None or not gathered.complete:
            return
        before: list[Settled] | None = []
        if isinstance(gathered.event, RoundClosed):
            before = closing.earlier(self._roster(), self._state.closings.settled, key)
        if before is None:
            # What these give to a project, this one cannot.
            return
        entities: dict[bytes, Entity] = {}
        for coop, spans in gathered.walks.items():
            done = folds.get(coop, _Fold())
            sides = {
                span.incarnation: gathered.sides[coop, span.incarnation]
                for span in spans
            }
            if not (
                walks.extends(spans, done.spans)
                and await self._goes_on(done.sides, sides)
            ):
                done = _Fold()
            folds[coop] = await self._fold(spans, sides, epochs, done)
            entities |= folds[coop].entities
        settled = closing.settle(key[1], entities, gathered.walks, closed, before or ())
        await self._state.closings.add(key, settled)

    async def _fold(
        self,
        spans: tuple[Span, ...],
        sides: Mapping[Incarnation, Side],
        epochs: Mapping[int, bytes],
        before: _Fold,
    ) -> _Fold:
        """Fold a log so far; whatever a result does not look at is let go."""
        entities, floors = dict(before.entities), before.floors
        done = before.spans
        for span in walks.beyond(spans, done):
            side, first = sides[span.incarnation], span.first
            while first <= span.last:
                events, name = await self.sides.read(side, first)
                events = events[: span.last - first + 1]
                apply = partial(_apply, side, first, name, events)
                step = partial(apply, entities=entities, epochs=epochs, floors=floors)
                folded = await in_thread(len(events), step)
                floors = folded.floors
                if folded.taken:
                    last = first + folded.taken - 1
                    done = walks.joined(done, (Span(span.incarnation, first, last),))
                if folded.taken < len(events):
                    return _Fold(done, sides, entities, floors)
                first += len(events)
        return _Fold(done, sides, entities, floors)

    async def _goes_on(
        self, before: Mapping[Incarnation, Side], after: Mapping[Incarnation, Side]
    ) -> bool:
        """Tell whether a walk goes on from another one on the same sides."""
        for name, side in before.items():
            at, now = side.place, after.get(name)
            if now is None or now.place.seq < at.seq:
                return False
            if await self.sides.id_at(now, at.seq) != at.id:
                return False
        return True


def _apply(
    side: Side,
    first: int,
    before: EventId,
    events: Sequence[bytes],
    *,
    entities: dict[bytes, Entity],
    epochs: Mapping[int, bytes],
    floors: Mapping[bytes, int],
) -> Folded:
    coop, name = side.key
    readings = fold.read_run(coop, first, log.ids_after(before, events), events)
    folded = fold.apply(
        [(name, reading) for reading in readings],
        entities,
        coop=coop,
        epochs=epochs,
        floors=floors,
    )
    for entity in folded.changed.values():
        if entity.family not in closing.FAMILIES:
            del entities[entity.id]
    return folded
