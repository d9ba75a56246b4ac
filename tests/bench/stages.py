"""Where the time of a rebuild goes: its steps one by one, in one thread.

What is not in these steps is the way between threads and tasks, and the writing of
several logs side by side; `rebuild` measures the whole.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from node.folding import rare_collections
from node.node import Node
from node.run import open_node
from node.store import entity_rows
from node.store.batch import Held
from node.store.entity_rows import Numbers
from node.store.state_db import Fold, StateDb
from protocol import fold, log
from protocol.ids import EventId
from protocol.log import Run
from protocol.state import Entity
from protocol.verdicts import Void
from tests.bench.nodes import Home

#: What a step is called -> seconds of CPU.
Spent = dict[str, float]
#: Runs, each with the id before its first event.
Stored = list[tuple[Run, EventId]]

READ = "fetch and unpack stored events"
NAME = "hash events"
DECODE = "decode events, prove their form"
APPLY = "apply the rules"
ENCODE = "encode and hash entities"
WRITE = "write rows"
INDEX = "sort the indexes"
ROOT = "hash the root"


async def measure(home: Home) -> tuple[Spent, int]:
    """Fold every log of a node step by step; give CPU per step, and the events."""
    spent: Spent = {}
    with TemporaryDirectory(dir=home.folder) as scratch:
        async with open_node(home.data, environ=home.environ) as node:
            state = await StateDb.open(Path(scratch) / "state.db", node.instance)
            try:
                await state.unindex()
                with rare_collections():
                    events = [
                        await _fold(node, held, state, spent)
                        for held in node.log.chains.values()
                    ]
                with _timed(spent, INDEX):
                    await state.index()
                with _timed(spent, ROOT):
                    await state.root()
            finally:
                await state.close()
    return spent, sum(events)


@contextmanager
def _timed(spent: Spent, step: str) -> Iterator[None]:
    start = time.process_time()
    yield
    spent[step] = spent.get(step, 0.0) + time.process_time() - start


async def _fold(node: Node, held: Held, state: StateDb, spent: Spent) -> int:
    """Fold one chain; the logs of a benchmark have one each."""
    with _timed(spent, READ):
        stored = await _stored(node, held)
    entities: dict[bytes, Entity] = {}
    voids: list[tuple[bytes, Void]] = []
    epochs = node.register.roster.epochs()
    for run, before in stored:
        voids += _apply_run(run, before, entities, epochs, spent)
    await _write(held, state, entities, voids, spent)
    return held.last


async def _stored(node: Node, held: Held) -> Stored:
    stored: Stored = []
    first = 1
    while found := await node.log.read_run(held, first):
        stored.append(found)
        first = found[0].last + 1
    return stored


def _apply_run(
    run: Run,
    before: EventId,
    entities: dict[bytes, Entity],
    epochs: Mapping[int, bytes],
    spent: Spent,
) -> list[tuple[bytes, Void]]:
    voids: list[tuple[bytes, Void]] = []
    coop, incarnation = run.chain.coop, run.chain.incarnation
    for start in range(0, len(run.events), fold.TOGETHER):
        part = run.events[start : start + fold.TOGETHER]
        with _timed(spent, NAME):
            ids = log.ids_after(before, part)
        with _timed(spent, DECODE):
            readings = fold.read_run(coop, run.first + start, ids, part)
        with _timed(spent, APPLY):
            placed = ((incarnation, one) for one in readings)
            folded = fold.apply(placed, entities, coop=coop, epochs=epochs, floors={})
        before = ids[-1]
        voids += folded.voids
    return voids


async def _write(
    held: Held,
    state: StateDb,
    entities: dict[bytes, Entity],
    voids: list[tuple[bytes, Void]],
    spent: Spent,
) -> None:
    coop = held.chain.coop
    changed = list(entities.values())
    numbers = Numbers()
    numbers.add_coop(1, coop)
    for no, kind in enumerate({(one.family, one.state) for one in changed}):
        numbers.add_kind(no, kind)
    encoded: Spent = {}
    with _timed(encoded, ENCODE):
        for _ in entity_rows.rows(numbers, changed):
            pass
    with _timed(spent, WRITE):
        await state.write(coop, changed, set(), voids, Fold())
    # Rows are made while they are written: what that takes is told apart.
    spent[ENCODE] = spent.get(ENCODE, 0.0) + encoded[ENCODE]
    spent[WRITE] -= encoded[ENCODE]
