"""What is kept for looks follows the logs before anybody looks."""

import asyncio
import datetime
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest

from node import ahead
from node.commands.form import books_of
from node.errors import DiskFailed, WorldFault
from node.node import Node
from node.views.today import WAITING
from tests.node.commands.nodes import Coop, Place
from tests.node.commands.scene import Scene

SOON_S: Final = 10.0
DAY: Final = datetime.date(2023, 11, 14)
LOGGED: Final = {name for name, matter in WAITING.items() if matter.logged}


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_FIRST_S", 0.0)
    monkeypatch.setattr(ahead, "_CALM_S", 0.0)


@asynccontextmanager
async def kept(node: Node) -> AsyncIterator[asyncio.Future[None]]:
    keeping = asyncio.ensure_future(ahead.keep(node))
    try:
        yield keeping
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


def is_ready(node: Node) -> bool:
    """Tell whether a look would find all that is kept as it is now."""
    position = node.state.recent.position
    heap = node.kept._heap
    return (
        node.market._position in {None, position}
        and node.kept._position == position
        and node.unmatched._position == position
        and heap is not None
        and heap.found.keys() == LOGGED
    )


async def until_ready(node: Node) -> None:
    async with asyncio.timeout(SOON_S):
        while not is_ready(node):  # noqa: ASYNC110 - looks into what tells nobody
            await asyncio.sleep(0.001)


async def test_who_looks_after_news_finds_it_done(scene: Scene) -> None:
    node = scene.alba.node
    async with kept(node):
        await until_ready(node)
        for _ in range(3):
            pledge = await scene.work(60)
            await until_ready(node)
            heap = node.kept._heap
            assert await node.kept.follow(books_of(node), DAY) is heap
            (row,) = (await scene.alba.ask("today", most=1))["waiting"]
            assert (row["family"], row["id"]) == ("pledge", pledge)
            await scene.alba.ask("pledge.decline", pledge=pledge, reason="enough")
            await until_ready(node)


async def test_time_is_kept_up_once_somebody_has_looked(scene: Scene) -> None:
    node = scene.alba.node
    async with kept(node):
        await scene.work(60)
        await until_ready(node)
        assert not node.market.is_laid
        await scene.alba.ask("calendar.show")
        looked = node.market._position
        await scene.work(60)
        await until_ready(node)
        assert node.market._position == node.state.recent.position != looked


async def test_without_news_nothing_is_done(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, looks = scene.alba.node, 0
    follow = ahead.follow

    async def counted(one: Node) -> None:
        nonlocal looks
        looks += 1
        await follow(one)

    monkeypatch.setattr(ahead, "follow", counted)
    async with kept(node):
        await until_ready(node)
        await asyncio.sleep(0.05)
        assert looks == 1


async def test_while_logs_grow_it_rests(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look that takes a second is followed by one 20 seconds later at the soonest."""
    node, looks, rests = scene.alba.node, 0, list[float]()
    sleep = asyncio.sleep

    async def slow(_node: Node) -> None:
        nonlocal looks
        looks += 1
        scene.alba.clock.pass_ms(1000)
        node.ingest.tell()

    async def rest(seconds: float) -> None:
        rests.append(seconds)
        await sleep(0)

    monkeypatch.setattr(ahead, "follow", slow)
    monkeypatch.setattr(asyncio, "sleep", rest)
    async with kept(node):
        while looks < 4:
            await sleep(0)
    # The first look is of everything, and a start is no growth.
    assert [one for one in rests if one] == pytest.approx([20.0] * (looks - 1))


@pytest.mark.parametrize(
    "error",
    [
        WorldFault(code="full", detail="It is full.", way_out="Make room."),
        ValueError("a bug, which somebody's log brought to light"),
    ],
)
async def test_a_look_that_fails_is_tried_again_with_the_next_news(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    node, failed, follow = scene.alba.node, asyncio.Event(), ahead.follow

    async def fails(one: Node) -> None:
        if failed.is_set():
            await follow(one)
        failed.set()
        raise error

    monkeypatch.setattr(ahead, "follow", fails)
    async with kept(node):
        await failed.wait()
        await scene.money("20")
        await until_ready(node)


async def test_a_disk_that_fails_stops_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(_node: Node) -> None:
        raise DiskFailed(path=Path("state.db"), doing="fsync", cause=OSError(5, "x"))

    monkeypatch.setattr(ahead, "follow", fails)
    async with kept(scene.alba.node) as keeping:
        with pytest.raises(DiskFailed):
            await keeping


async def test_nothing_is_looked_at_before_it_is_folded(scene: Scene) -> None:
    node = scene.alba.node
    node.ingest.outdate()
    await ahead.follow(node)
    assert not is_ready(node)
    await node.ingest.catch_up()
    await ahead.follow(node)
    assert is_ready(node)


async def test_without_a_network_there_is_nothing_to_follow(place: Place) -> None:
    alone: Coop = await place.make("Alone")
    await ahead.follow(alone.node)
    assert alone.node.kept._heap is None
