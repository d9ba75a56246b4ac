"""What is written to state.db is what is read back, in whatever portions it came."""

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from node.store.entity_rows import TOGETHER
from node.store.sqlite import open_reader
from node.store.state_db import Fold, StateDb
from protocol import state
from protocol.rules.acceptances import Answer
from protocol.state import Entity

COOP, OTHER = b"c" * 32, b"o" * 32
INSTANCE = b"i" * 16
#: SQLite puts the name of this folder into a statement.
FOLDER = "the co-op's state"


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[StateDb]:
    """An empty state."""
    (tmp_path / FOLDER).mkdir()
    opened = await StateDb.open(tmp_path / FOLDER / "state.db", INSTANCE)
    yield opened
    await opened.close()


def answer(no: int, state_: str = "declined") -> Entity:
    entity_id = sha256(no.to_bytes(4)).digest()
    body = Answer(pledge=entity_id)
    return Entity(
        id=entity_id, coop=COOP, family="answer", state=state_, epoch=no, body=body
    )


def by_age(entities: list[Entity]) -> list[Entity]:
    """Sort as lists are: none of these has a time, so by id."""
    return sorted(entities, key=lambda one: one.id)


@pytest.mark.parametrize(
    "count", [0, 1, TOGETHER - 1, TOGETHER, TOGETHER + 1, 3 * TOGETHER]
)
async def test_any_number_of_entities_is_written(store: StateDb, count: int) -> None:
    entities = [answer(no) for no in range(count)]
    await store.write(COOP, entities, set(), [], Fold())
    assert await store.entities("answer") == by_age(entities)
    assert await store.root() == state.root_of(entities)


@pytest.mark.parametrize("known", [1, TOGETHER, 2 * TOGETHER])
async def test_what_is_known_is_replaced_and_the_rest_added(
    store: StateDb, known: int
) -> None:
    before = [answer(no) for no in range(known)]
    await store.write(COOP, before, set(), [], Fold())
    after = [answer(no, "open") for no in range(2 * known)]
    await store.write(COOP, after, {one.id for one in before}, [], Fold())
    assert await store.entities("answer") == by_age(after)
    assert await store.root() == state.root_of(after)


async def test_indexes_dropped_for_a_bulk_load_are_built_again(store: StateDb) -> None:
    entities = [answer(no) for no in range(2 * TOGETHER)]
    await store.unindex()
    await store.write(COOP, entities, set(), [], Fold())
    await store.index()
    assert await store.root() == state.root_of(entities)
    assert await store.many([entities[5].id]) == {entities[5].id: entities[5]}


async def test_a_bulk_load_that_was_cut_short_is_hashed_all_the_same(
    store: StateDb, tmp_path: Path
) -> None:
    entities = [answer(no) for no in range(TOGETHER + 1)]
    await store.write(COOP, entities[:9], set(), [], Fold())
    await store.root()
    await store.unindex()
    await store.write(COOP, entities[9:], set(), [], Fold())
    again = await StateDb.open(tmp_path / FOLDER / "state.db", INSTANCE)
    assert await again.root() == state.root_of(entities)
    await again.close()


async def test_who_follows_changes_begins_anew_after_a_bulk_load(
    store: StateDb,
) -> None:
    await store.write(COOP, [answer(0)], set(), [], Fold())
    before = store.recent.position
    await store.write(COOP, [answer(1)], set(), [], Fold())
    changes = store.recent.since(before)
    assert changes is not None
    assert [one.id for one in changes] == [answer(1).id]
    await store.unindex()
    await store.write(COOP, [answer(2)], set(), [], Fold())
    assert store.recent.since(before) is None


async def test_rows_read_before_a_rebuild_are_understood_after_it(
    store: StateDb, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, foreign = answer(1), msgspec.structs.replace(answer(2, "open"), coop=OTHER)
    await store.write(COOP, [mine], set(), [], Fold())
    fetch = store._reader.execute_fetchall

    async def rebuilt_meanwhile(*asked: object) -> object:
        rows = await fetch(*asked)
        await store.clear()
        await store.write(OTHER, [foreign], set(), [], Fold())
        return rows

    monkeypatch.setattr(store._reader, "execute_fetchall", rebuilt_meanwhile)
    assert await store.get(mine.id) == mine


async def test_pages_are_large(store: StateDb, tmp_path: Path) -> None:
    reader = await open_reader(tmp_path / FOLDER / "state.db")
    ((size,),) = await reader.execute_fetchall("PRAGMA page_size")
    await reader.close()
    assert (size, store.folds) == (16 * 1024, {})
