"""Closings: whether this node has what one needs, and what it comes to, computed once.

roster carries a close ─▶ all places held? ─▶ fold to them ─▶ result, kept for good
└─ no: waits, and looks again whenever logs grow
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from node.errors import OurFault
from node.folding import in_thread
from node.store.batch import Held
from node.store.closing_table import Key
from node.store.log_db import LogDb
from node.store.state_db import StateDb
from protocol import fold, log, walks
from protocol.fold import Folded
from protocol.ids import EventId
from protocol.joins import closing
from protocol.kinds.closing import Position
from protocol.log import Place, Run
from protocol.roster.chain import Closed, Roster
from protocol.roster.change import Close
from protocol.state import Entity
from protocol.walks import Branch, Span

#: Cuts kept in memory, of 8 KiB at most.
_CUTS: Final = 1024


@dataclass(slots=True)
class Gathered:
    """What a closing needs of each log, as far as this node has it.

    `missing` logs do not reach their place yet. Of `forked` ones another event is held
    where one is named, so that what is named may never come.
    """

    walks: dict[bytes, tuple[Span, ...]] = field(default_factory=dict)
    missing: set[bytes] = field(default_factory=set)
    forked: set[bytes] = field(default_factory=set)

    @property
    def complete(self) -> bool:
        """Tell whether the result can be computed."""
        return not self.missing and not self.forked


@dataclass(frozen=True, slots=True)
class _Fold:
    """A log folded so far: its walk, the entities that matter, the epoch floors."""

    spans: tuple[Span, ...] = ()
    entities: Mapping[bytes, Entity] = field(default_factory=dict)
    floors: Mapping[bytes, int] = field(default_factory=dict)


class Closings:
    """Gathers what closings need, and settles those that the roster carries."""

    def __init__(
        self, log_db: LogDb, state_db: StateDb, roster: Callable[[], Roster]
    ) -> None:
        """Read `log_db` and keep results in `state_db`."""
        self._log = log_db
        self._state = state_db
        self._roster = roster
        self._lock = asyncio.Lock()
        #: What was looked up before: places never change, so neither do these.
        self._held: set[Key] = set()
        self._cuts: dict[Key, tuple[Position, ...]] = {}
        #: Up to where the closings settled here, so many, need each chain.
        self._needed: dict[tuple[bytes, bytes], int] = {}
        self._needed_of = 0

    # --- holding ----------------------------------------------------------------

    async def is_held(self, body: Close) -> bool:
        """Tell whether an elector may accept this: what it closes by is here.

        Where a log was signed twice, the side that is named may be the one that this
        node will never be sent; that must not stop the roster (ADR 16).
        """
        key = (body.coop, body.place.id)
        if key in self._held:
            return True
        if (await self.gather(body.coop, body.place)).missing:
            return False
        self._held.add(key)
        return True

    async def gather(self, coop: bytes, place: Place) -> Gathered:
        """Look for a closing event and for all that its cut names."""
        found = Gathered()
        await self._walk(found, coop, place)
        if coop not in found.walks:
            return found
        places = [
            (one.coop, closing.place_of(one)) for one in await self._cut(coop, place)
        ]
        # Asked before anything is read: it is asked again whenever logs grow.
        found.missing.update(
            owner for owner, one in places if not self._is_reached(owner, one)
        )
        for owner, one in places if not found.missing else ():
            await self._walk(found, owner, one)
        return found

    async def needed(self, coop: bytes, incarnation: bytes) -> int:
        """Say up to which seq settled closings need a chain; 0 for not at all.

        Whoever joins later has to come to the same, whatever was proved since.
        """
        settled = self._state.closings.settled
        if self._needed_of != len(settled):
            closed, self._needed_of = self._roster().closed, len(settled)
            for key, one in closed.items():
                if key not in settled:
                    continue
                walks = (await self.gather(key[0], one.place)).walks
                for owner, spans in walks.items():
                    for span in spans:
                        chain = owner, span.incarnation
                        last = max(span.last, self._needed.get(chain, 0))
                        self._needed[chain] = last
        return self._needed.get((coop, incarnation), 0)

    def _is_reached(self, coop: bytes, place: Place) -> bool:
        held = self._log.chains.get((coop, place.incarnation))
        return held is not None and place.seq <= held.last

    async def _cut(self, coop: bytes, place: Place) -> tuple[Position, ...]:
        known = self._cuts.get((coop, place.id))
        if known is not None:
            return known
        if len(self._cuts) >= _CUTS:
            self._cuts.clear()
        cut = await self._read_cut(coop, place)
        self._cuts[coop, place.id] = cut
        return cut

    async def _read_cut(self, coop: bytes, place: Place) -> tuple[Position, ...]:
        run, _ = await self._run(self._log.chains[coop, place.incarnation], place.seq)
        reading = fold.read(coop, place.seq, place.id, run.events[0])
        return closing.cut_of(reading.body) or ()

    async def _walk(self, found: Gathered, coop: bytes, place: Place) -> None:
        stands = await self._stands(coop, place)
        spans = await self._spans(coop, place) if stands else None
        if spans is not None:
            stands = await self._stand(coop, spans)
        if stands is False:
            found.forked.add(coop)
        elif spans is None or stands is None:
            found.missing.add(coop)
        else:
            found.walks[coop] = spans

    async def _spans(self, coop: bytes, place: Place) -> tuple[Span, ...] | None:
        branches = {
            held.chain.incarnation: Branch(
                incarnation=held.chain.incarnation,
                base=held.chain.base,
                length=held.last,
                adoptions=await self._log.adoptions_of(held),
            )
            for held in self._log.of_coop(coop)
        }
        return walks.walk_to(place, branches)

    async def _stand(self, coop: bytes, spans: Sequence[Span]) -> bool | None:
        """Tell whether all that a walk was led by has the ids that are named for it."""
        ends = {span.incarnation: span.last for span in spans}
        for name, last in ends.items():
            held = self._log.chains[coop, name]
            named = [held.chain.base] if held.chain.base is not None else []
            adopted = walks.effective(await self._log.adoptions_of(held))
            named += [one.tail for one in adopted if one.at <= last]
            for place in named:
                stands = await self._stands(coop, place)
                if not stands:
                    return stands
        return True

    async def _stands(self, coop: bytes, place: Place) -> bool | None:
        """Tell whether this id stands at this place; None where it is not held."""
        if not self._is_reached(coop, place):
            return None
        held = self._log.chains[coop, place.incarnation]
        return await self._log.id_at(held, place.seq) == place.id

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
            for key, closed in sorted(self.waiting().items(), key=_by_block):
                await self._settle(key, closed, folds)

    async def _settle(
        self, key: Key, closed: Closed, folds: dict[bytes, _Fold]
    ) -> None:
        epochs = closing.epochs_of(self._roster(), closed)
        gathered = await self.gather(key[0], closed.place)
        if epochs is None or not gathered.complete:
            return
        entities: dict[bytes, Entity] = {}
        for coop, spans in gathered.walks.items():
            before = folds.get(coop, _Fold())
            if not walks.extends(spans, before.spans):
                before = _Fold()
            folds[coop] = await self._fold(coop, spans, epochs, before)
            entities |= folds[coop].entities
        settled = closing.settle(key[1], entities, gathered.walks, closed)
        await self._state.closings.add(key, settled)

    async def _fold(
        self,
        coop: bytes,
        spans: tuple[Span, ...],
        epochs: Mapping[int, bytes],
        before: _Fold,
    ) -> _Fold:
        """Fold a log so far; whatever a result does not look at is let go."""
        entities, floors = dict(before.entities), before.floors
        done = before.spans
        for span in walks.beyond(spans, done):
            held, first = self._log.chains[coop, span.incarnation], span.first
            while first <= span.last:
                run, name = await self._run(held, first)
                events = run.events[: span.last - first + 1]
                apply = partial(_apply, held, first, name, events)
                step = partial(apply, entities=entities, epochs=epochs, floors=floors)
                folded = await in_thread(len(events), step)
                floors = folded.floors
                if folded.taken:
                    last = first + folded.taken - 1
                    done = walks.joined(done, (Span(span.incarnation, first, last),))
                if folded.taken < len(events):
                    return _Fold(done, entities, floors)
                first += len(events)
        return _Fold(done, entities, floors)

    async def _run(self, held: Held, first: int) -> tuple[Run, EventId]:
        found = await self._log.read_run(held, first)
        if found is None:
            raise OurFault(code="run-lost", detail="A place that is held has no run.")
        return found


def _apply(
    held: Held,
    first: int,
    before: EventId,
    events: Sequence[bytes],
    *,
    entities: dict[bytes, Entity],
    epochs: Mapping[int, bytes],
    floors: Mapping[bytes, int],
) -> Folded:
    coop, name = held.chain.coop, held.chain.incarnation
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


def _by_block(item: tuple[Key, Closed]) -> tuple[int, Key]:
    key, closed = item
    return closed.number, key
