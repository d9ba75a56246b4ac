"""Keeping state.db abreast of the logs: fold what is new, refold what changed order.

Logs fold alone, so memory is bounded by a step of one log. What a commit has just
read is folded from memory; everything else is read back from log.db.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from node.store.batch import Held
from node.store.log_db import LogDb
from node.store.state_db import Fold, StateDb
from protocol import fold, log
from protocol.fold import Folded, Reading
from protocol.ids import EventId, Incarnation
from protocol.kinds.logs import TailAdopted
from protocol.log import Adoption, Branch, Span
from protocol.roster.chain import Roster
from protocol.state import Entity

#: Events folded in one step: one transaction of state.db, a quarter second of work.
STEP: Final = 8192
#: Entities kept in memory between steps; an entity is about a kilobyte of objects.
_KEPT: Final = 20_000
#: From so many events on, a thread costs less than the wait it spares the pages.
_WORTH_A_THREAD: Final = 64

T = TypeVar("T")
Places = Sequence[tuple[bytes, int]]
Readings = Mapping[tuple[bytes, int], Reading]
Progress = Callable[[int], None]


class Folding:
    """Folds logs into state.db; the caller holds the writer's lock."""

    def __init__(self, log_db: LogDb, state_db: StateDb) -> None:
        """Fold what `log_db` holds into `state_db`."""
        self._log = log_db
        self._state = state_db
        self._cache: dict[bytes, Entity] = {}

    async def advance(
        self,
        coop: bytes,
        roster: Roster,
        *,
        fresh: Readings | None = None,
        progress: Progress | None = None,
    ) -> int:
        """Bring one log up to date; give the number of events folded."""
        walk = log.walk(await self._branches(coop))
        done = self._state.folds.get(coop, Fold())
        if not log.extends(walk, done.spans):
            await self._state.forget(coop)
            self._cache.clear()
            done = Fold()
        rest = log.beyond(walk, done.spans)
        epochs = roster.epochs()
        folded = 0
        while rest:
            step = log.first_of(rest, STEP)
            places = list(log.positions(step))
            readings = await self._readings(coop, places, fresh or {})
            taken, done = await self._step(coop, places, readings, epochs, done)
            folded += taken
            if progress:
                progress(taken)
            if taken < len(places):
                break
            rest = log.beyond(rest, step)
        return folded

    async def _step(
        self,
        coop: bytes,
        places: Places,
        readings: list[Reading],
        epochs: Mapping[int, bytes],
        done: Fold,
    ) -> tuple[int, Fold]:
        entities = await self.slice_of(coop, readings)
        pairs = [
            (place[0], reading) for place, reading in zip(places, readings, strict=True)
        ]
        folded = await in_thread(
            len(pairs),
            lambda: fold.apply(
                pairs, entities, coop=coop, epochs=epochs, floors=done.floors
            ),
        )
        if folded.taken == 0:
            return 0, done
        taken = log.first_of(_spans(places), folded.taken)
        spans = done.spans
        for span in taken:
            spans = log.joined(spans, (span,))
        after = Fold(spans, folded.floors)
        await self._write(coop, folded, entities, readings, after)
        return folded.taken, after

    async def _write(
        self,
        coop: bytes,
        folded: Folded,
        entities: Mapping[bytes, Entity],
        readings: Sequence[Reading],
        after: Fold,
    ) -> None:
        known = folded.changed.keys() & entities.keys()
        # What an event creates under its own id cannot be there yet; an entity with
        # a derived id (a profile, an answer) can, though its rule did not look.
        new = {reading.at.id for reading in readings}
        unsure = folded.changed.keys() - known - new
        known |= (await self._state.load(unsure)).keys()
        try:
            await self._state.write(
                coop, folded.changed.values(), known, folded.voids, after
            )
        except BaseException:
            self._cache.clear()
            raise
        self._keep(folded.changed)

    def _keep(self, changed: Mapping[bytes, Entity]) -> None:
        for entity_id, entity in changed.items():
            self._cache.pop(entity_id, None)
            self._cache[entity_id] = entity
        surplus = len(self._cache) - _KEPT
        if surplus > 0:
            for entity_id in list(self._cache)[:surplus]:
                del self._cache[entity_id]

    async def slice_of(
        self, coop: bytes, readings: Sequence[Reading]
    ) -> dict[bytes, Entity]:
        """Load what these events look at; of other logs nothing is handed on."""
        wanted = {fold.log_id(coop)}
        for reading in readings:
            wanted.update(reading.reads())
        cached = {one: self._cache[one] for one in wanted if one in self._cache}
        loaded = await self._state.load(wanted - cached.keys())
        return {
            entity_id: entity
            for entity_id, entity in {**loaded, **cached}.items()
            if entity.coop == coop
        }

    async def _readings(
        self, coop: bytes, places: Places, fresh: Readings
    ) -> list[Reading]:
        if all(place in fresh for place in places):
            return [fresh[place] for place in places]
        return await self._read_back(coop, places)

    async def _read_back(self, coop: bytes, places: Places) -> list[Reading]:
        readings: list[Reading] = []
        for span in _spans(places):
            held = self._log.chains[coop, span.incarnation]
            first = span.first
            while first <= span.last:
                found = await self._log.read_run(held, first)
                if found is None:
                    break
                run, before = found
                events = run.events[: span.last - first + 1]
                part = await in_thread(
                    len(events), _reader(coop, first, before, events)
                )
                readings.extend(part)
                first += len(events)
        return readings

    async def reached(self, coop: bytes, head: Incarnation) -> dict[Incarnation, int]:
        """Say up to which seq the walk from one head reaches each incarnation."""
        reached: dict[Incarnation, int] = {}
        for span in log.walk_from(head, await self._branches(coop)):
            reached[span.incarnation] = max(span.last, reached.get(span.incarnation, 0))
        return reached

    async def _branches(self, coop: bytes) -> dict[Incarnation, Branch]:
        chains = {held.chain.incarnation: held for held in self._log.of_coop(coop)}
        return {
            name: Branch(
                incarnation=name,
                base=held.chain.base,
                length=held.last if await self._based(held, chains) else 0,
                adoptions=await self._adoptions(held, chains),
            )
            for name, held in chains.items()
        }

    async def _based(self, held: Held, chains: Mapping[Incarnation, Held]) -> bool:
        """Tell whether a chain's base is what it says, as far as the base is held."""
        base = held.chain.base
        return base is None or await self._stands(base, chains) is not False

    async def _adoptions(
        self, held: Held, chains: Mapping[Incarnation, Held]
    ) -> tuple[Adoption, ...]:
        return tuple(
            [
                adoption
                for adoption in held.adoptions
                if await self._stands(adoption.tail, chains) is not False
            ]
        )

    async def _stands(
        self, place: log.Place, chains: Mapping[Incarnation, Held]
    ) -> bool | None:
        """Tell whether this id stands at this place; None where it is not held."""
        target = chains.get(Incarnation(place.incarnation))
        if target is None or place.seq > target.last:
            return None
        return await self._log.id_at(target, place.seq) == place.id


def _reader(
    coop: bytes, first: int, before: bytes, events: Sequence[bytes]
) -> Callable[[], list[Reading]]:
    def read() -> list[Reading]:
        ids = log.ids_after(EventId(before), events)
        return [
            fold.read(coop, seq, event_id, data)
            for seq, (event_id, data) in enumerate(
                zip(ids, events, strict=True), start=first
            )
        ]

    return read


def adoptions_in(
    readings: Sequence[Reading],
) -> list[Adoption]:
    """Find the tails that a run of events adopts."""
    found: list[Adoption] = []
    for reading in readings:
        body = reading.body
        if isinstance(body, TailAdopted) and reading.void is None:
            tail = log.Place(body.incarnation, body.seq, body.id)
            found.append(Adoption(reading.at.seq, tail))
    return found


def _spans(places: Places) -> list[Span]:
    spans: list[Span] = []
    for incarnation, seq in places:
        last = spans[-1] if spans else None
        if last and last.incarnation == incarnation and last.last == seq - 1:
            spans[-1] = Span(last.incarnation, last.first, seq)
        else:
            spans.append(Span(Incarnation(incarnation), seq, seq))
    return spans


async def in_thread(size: int, work: Callable[[], T]) -> T:
    """Run work on many events in a thread, so that pages still answer meanwhile."""
    return await asyncio.to_thread(work) if size >= _WORTH_A_THREAD else work()
