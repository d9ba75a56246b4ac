"""Keeping state.db abreast of the logs: fold what is new, refold what changed order.

Logs fold alone, so memory is bounded by a step of one log. What a commit has just
read is folded from memory; everything else is read back from log.db.
"""

import asyncio
import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain, repeat
from typing import Final, TypeVar

from node.clock import Clock
from node.store.batch import Held
from node.store.entity_rows import Times
from node.store.log_db import LogDb
from node.store.state_db import Fold, StateDb
from node.suspension import Suspension
from protocol import equivocation, fold, log, walks
from protocol.fold import Folded, Reading
from protocol.ids import EventId, Incarnation
from protocol.kinds.logs import TailAdopted
from protocol.roster.chain import Roster
from protocol.rules.logs import log_id
from protocol.state import Entity
from protocol.verdicts import Void
from protocol.walks import Adoption, Branch, Span

#: Events folded in one step: one transaction of state.db, a quarter second of work.
STEP: Final = 8192
#: Entities kept in memory between steps; an entity is about a kilobyte of objects.
_KEPT: Final = 20_000
#: From so many events on, a thread costs less than the wait it spares the pages.
_WORTH_A_THREAD: Final = 64

#: New objects before Python looks for cycles among them, while a lot is folded.
_YOUNG: Final = 50_000
#: Clocks differ by less, so what is within it keeps its order, in milliseconds.
_AHEAD_MS: Final = 3_600_000

T = TypeVar("T")
#: Events read, each with its incarnation, in walk order.
Readings = list[tuple[bytes, Reading]]
#: Events that a commit has just read, by (incarnation, seq).
Fresh = Mapping[tuple[bytes, int], Reading]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class _Stored:
    """Events of one incarnation from `first` on, and the id before them."""

    incarnation: bytes
    first: int
    before: EventId
    events: Sequence[bytes]


class Folding:
    """Folds logs into state.db; the caller holds the writer's lock."""

    def __init__(
        self, log_db: LogDb, state_db: StateDb, suspension: Suspension, clock: Clock
    ) -> None:
        """Fold what `log_db` holds into `state_db`, as far as `suspension` lets it."""
        self._clock = clock
        self._suspension = suspension
        #: Whether the id that a chain names for a place is what stands there, by the
        #: chain's number and the seq of the adoption, 0 for the base: once it is
        #: known it never changes.
        self._named: dict[tuple[int, int], bool] = {}
        self._log = log_db
        self._state = state_db
        self._cache: dict[bytes, Entity] = {}

    async def advance(
        self,
        coop: bytes,
        roster: Roster,
        *,
        fresh: Fresh | None = None,
        progress: Progress | None = None,
    ) -> int:
        """Bring one log up to date; give the number of events folded."""
        walk = await self._walk(coop)
        done = self._state.folds.get(coop, Fold())
        if not walks.extends(walk, done.spans):
            await self._state.forget(coop)
            self._cache.clear()
            done = Fold()
        rest = walks.beyond(walk, done.spans)
        epochs = roster.epochs()
        if not done.spans:
            return await self._from_first(coop, rest, epochs, fresh or {}, progress)
        folded = 0
        while rest:
            step = walks.first_of(rest, STEP)
            lazy = await self._readings(coop, step, fresh or {})
            size = walks.count(step)
            readings: Readings = await in_thread(size, partial(list, lazy))
            taken, done = await self._step(coop, step, readings, epochs, done)
            folded += taken
            if progress:
                progress(taken)
            if taken < len(readings):
                break
            rest = walks.beyond(rest, step)
        return folded

    async def _from_first(
        self,
        coop: bytes,
        walk: tuple[Span, ...],
        epochs: Mapping[int, bytes],
        fresh: Fresh,
        progress: Progress | None,
    ) -> int:
        """Fold a log from its first event: nothing to load, entities written once.

        Memory is bounded by the log's entities.
        """
        entities: dict[bytes, Entity] = {}
        voids: list[tuple[bytes, Void]] = []
        times: fold.Times = ({}, {})
        done, rest, folded = Fold(), walk, 0
        while rest:
            step = walks.first_of(rest, STEP)
            size = walks.count(step)
            readings = await self._readings(coop, step, fresh)
            apply = _applying(readings, entities, coop, epochs, done, since=times)
            part = await in_thread(size, apply)
            voids.extend(part.voids)
            done = Fold(_grown(done.spans, step, part.taken), part.floors)
            folded += part.taken
            rest = walks.beyond(rest, step) if part.taken == size else ()
            if progress:
                progress(part.taken)
        await self._state.write(
            coop, entities.values(), set(), voids, done, times=self._times(*times)
        )
        return folded

    async def _step(
        self,
        coop: bytes,
        step: tuple[Span, ...],
        readings: Readings,
        epochs: Mapping[int, bytes],
        done: Fold,
    ) -> tuple[int, Fold]:
        entities = await self.slice_of(coop, [reading for _, reading in readings])
        before = set(entities)
        size = len(readings)
        apply = _applying(readings, entities, coop, epochs, done)
        folded = await in_thread(size, apply)
        if folded.taken == 0:
            return 0, done
        after = Fold(_grown(done.spans, step, folded.taken), folded.floors)
        await self._write(coop, folded, before, readings, after)
        return folded.taken, after

    async def _write(
        self,
        coop: bytes,
        folded: Folded,
        before: set[bytes],
        readings: Readings,
        after: Fold,
    ) -> None:
        known = folded.changed.keys() & before
        # What an event creates under its own id cannot be there yet; an entity with
        # a derived id (a profile, an answer) can, though its rule did not look.
        new = {reading.at.id for _, reading in readings}
        unsure = folded.changed.keys() - known - new
        known |= (await self._state.load(unsure)).keys()
        try:
            times = self._times(folded.first, folded.last)
            await self._state.write(
                coop, folded.changed.values(), known, folded.voids, after, times=times
            )
        except BaseException:
            self._cache.clear()
            raise
        self._keep(folded.changed)

    def _times(self, first: Mapping[bytes, int], last: Mapping[bytes, int]) -> Times:
        """Take the claimed times, but none that is still far ahead.

        Lists are in this order: who writes from the year 9999 would be the newest in
        all of them for ever. What is ahead is taken to be of now, here and after a
        rebuild, when now is later.
        """
        now = self._clock.now_ms()
        latest = now + _AHEAD_MS
        if max(chain(first.values(), last.values()), default=0) <= latest:
            return Times(first, last)
        return Times(
            *(
                {k: v if v <= latest else now for k, v in one.items()}
                for one in (first, last)
            )
        )

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
        wanted = {log_id(coop)}
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
        self, coop: bytes, step: tuple[Span, ...], fresh: Fresh
    ) -> Iterable[tuple[bytes, Reading]]:
        if fresh:
            with suppress(KeyError):
                return [(place[0], fresh[place]) for place in walks.positions(step)]
        return _read(coop, await self._stored(coop, step))

    async def _stored(self, coop: bytes, step: tuple[Span, ...]) -> list[_Stored]:
        """Fetch a step of a log from log.db; shorter where something is not there."""
        stored: list[_Stored] = []
        for span in step:
            held = self._log.chains[coop, span.incarnation]
            first = span.first
            while first <= span.last:
                found = await self._log.read_run(held, first)
                if found is None:
                    return stored
                run, before = found
                events = run.events[: span.last - first + 1]
                stored.append(_Stored(span.incarnation, first, before, events))
                first += len(events)
        return stored

    async def _walk(self, coop: bytes) -> tuple[Span, ...]:
        if self._suspension.is_closed(coop):
            return ()
        branches = await self._branches(coop)
        places = self._suspension.places(coop)
        size = sum(1 + len(branch.adoptions) for branch in branches.values())
        return await in_thread(size, partial(equivocation.walk, branches, places))

    async def reached(self, coop: bytes, head: Incarnation) -> dict[Incarnation, int]:
        """Say up to which seq the walk from one head reaches each incarnation."""
        reached: dict[Incarnation, int] = {}
        for span in walks.walk_from(head, await self._branches(coop)):
            reached[span.incarnation] = max(span.last, reached.get(span.incarnation, 0))
        return reached

    async def _branches(self, coop: bytes) -> dict[Incarnation, Branch]:
        """See the chains of a log as who holds nothing beyond their ends."""
        chains = {held.chain.incarnation: held for held in self._log.of_coop(coop)}
        return {
            name: Branch(
                incarnation=name,
                base=held.chain.base,
                length=(
                    self._suspension.end(held) if await self._based(held, chains) else 0
                ),
                adoptions=await self._adoptions(held, chains),
            )
            for name, held in chains.items()
        }

    async def _based(self, held: Held, chains: Mapping[Incarnation, Held]) -> bool:
        """Tell whether a chain's base is held, and is what the chain says it is.

        A chain whose base is still to come is left out, rather than the whole log
        counting for nothing until it comes.
        """
        base = held.chain.base
        return base is None or bool(await self._stands(held, 0, base, chains))

    async def _adoptions(
        self, held: Held, chains: Mapping[Incarnation, Held]
    ) -> tuple[Adoption, ...]:
        return tuple(
            [
                one
                for one in held.adoptions
                if await self._stands(held, one.at, one.tail, chains) is not False
            ]
        )

    async def _stands(
        self,
        held: Held,
        at: int,
        place: log.Place,
        chains: Mapping[Incarnation, Held],
    ) -> bool | None:
        """Tell whether the id that a chain names stands there; None if not held.

        What lies beyond a cut is not held: others may hold something else there.
        """
        target = chains.get(Incarnation(place.incarnation))
        if target is None or place.seq > self._suspension.end(target):
            return None
        stands = self._named.get((held.no, at))
        if stands is None:
            stands = await self._log.id_at(target, place.seq) == place.id
            self._named[held.no, at] = stands
        return stands


def _applying(
    readings: Iterable[tuple[bytes, Reading]],
    entities: dict[bytes, Entity],
    coop: bytes,
    epochs: Mapping[int, bytes],
    done: Fold,
    *,
    since: fold.Times | None = None,
) -> Callable[[], Folded]:
    """Say how to go on from `done`, for a thread to do it."""
    return partial(
        fold.apply,
        readings,
        entities,
        coop=coop,
        epochs=epochs,
        floors=done.floors,
        since=since,
    )


def _read(coop: bytes, stored: Sequence[_Stored]) -> Iterator[tuple[bytes, Reading]]:
    """Read stored events, group by group and no sooner than they are applied."""
    return chain.from_iterable(_groups(coop, stored))


def _groups(
    coop: bytes, stored: Sequence[_Stored]
) -> Iterator[Iterable[tuple[bytes, Reading]]]:
    for one in stored:
        before = one.before
        for start in range(0, len(one.events), fold.TOGETHER):
            events = one.events[start : start + fold.TOGETHER]
            ids = log.ids_after(before, events)
            before = ids[-1]
            readings = fold.read_run(coop, one.first + start, ids, events)
            yield zip(repeat(one.incarnation), readings, strict=False)


def adoptions_in(readings: Sequence[Reading]) -> list[Adoption]:
    """Find the tails that a run of events adopts."""
    found: list[Adoption] = []
    for reading in readings:
        body = reading.body
        if isinstance(body, TailAdopted) and reading.void is None:
            tail = log.Place(body.incarnation, body.seq, body.id)
            found.append(Adoption(reading.at.seq, tail))
    return found


def _grown(
    spans: tuple[Span, ...], step: tuple[Span, ...], taken: int
) -> tuple[Span, ...]:
    for span in walks.first_of(step, taken):
        spans = walks.joined(spans, (span,))
    return spans


@contextmanager
def rare_collections() -> Iterator[None]:
    """Let Python look for cycles rarely while a lot is folded.

    Nearly all objects that a fold makes are gone a moment later, by themselves;
    looking through them took 6 % of a rebuild.
    """
    before = gc.get_threshold()
    gc.set_threshold(_YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


async def in_thread(size: int, work: Callable[[], T]) -> T:
    """Run work on many events in a thread, so that pages still answer meanwhile."""
    return await asyncio.to_thread(work) if size >= _WORTH_A_THREAD else work()
