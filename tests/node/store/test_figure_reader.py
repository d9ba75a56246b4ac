"""Rows are passed by their times in blocks, however many claim the same time."""

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from node.store.entity_rows import Times
from node.store.figure_reader import NEWEST, OLDEST
from node.store.state_db import Fold, StateDb
from protocol.rules.acceptances import Answer
from protocol.state import Entity

COOP = b"c" * 32
STATES = ("accepted", "declined", "open")
KINDS = {"answer": ("accepted", "declined")}


def answer(no: int) -> Entity:
    named = sha256(no.to_bytes(4)).digest()
    return Entity(
        id=named,
        coop=COOP,
        family="answer",
        state=STATES[no % 3],
        epoch=0,
        body=Answer(pledge=named),
    )


@pytest.fixture(params=[1, 3, 30], ids="times {}".format)
async def store(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[StateDb]:
    """Thirty answers at so many different times."""
    opened = await StateDb.open(tmp_path / "state.db", b"i" * 16)
    entities = [answer(no) for no in range(30)]
    random = Random(7)  # noqa: S311 - no secret
    first = {one.id: random.randrange(request.param) for one in entities}
    times = Times(first=first, last=first)
    await opened.write(COOP, entities, set(), [], Fold(), times=times)
    yield opened
    await opened.close()


@pytest.mark.parametrize("least", [1, 2, 7, 100])
@pytest.mark.parametrize("edge", [NEWEST, OLDEST], ids=["newest", "oldest"])
async def test_blocks_are_the_list(store: StateDb, least: int, edge: object) -> None:
    assert edge in {NEWEST, OLDEST}
    start = NEWEST if edge == NEWEST else OLDEST
    listed = await store.entities("answer", states=KINDS["answer"])
    expected = [one.id for one in (listed[::-1] if start.older else listed)]
    found: list[bytes] = []
    made: int | None = start.made
    while made is not None:
        block, made = await store.block(KINDS, least, made, older=start.older)
        found += [one.id for one in await store.places_of(block, 100, start)]
    assert found == expected
    assert await store.block({"answer": ("gone",)}, least, 0, older=True) == ([], None)


async def test_places_go_on_from_any_of_them(store: StateDb) -> None:
    numbers = [row.no for row in (await store.rows_of([answer(4).id])).values()]
    assert await store.places_of(numbers, 9, OLDEST, naming=b"nowhere") == []
    every = list(range(1, 31))
    whole = await store.places_of(every, 100, OLDEST)
    for at, place in enumerate(whole):
        edge = OLDEST._replace(made=place.made, id=place.id)
        assert await store.places_of(every, 100, edge) == whole[at + 1 :]
        before = await store.places_of(every, 100, edge._replace(older=True))
        assert before == whole[:at][::-1]


async def test_walks_give_everything_once(store: StateDb) -> None:
    walked = [one async for part in store.walk_kinds(KINDS) for one in part]
    rows = await store.rows_of([one.entity.id for one in walked])
    assert {one.entity.id: one.no for one in walked} == {
        key: row.no for key, row in rows.items()
    }
    assert len(walked) == 20
    named = await store.numbered(rows)
    assert sorted(named) == sorted(walked)
    assert await store.coops_of(KINDS) == [COOP]
