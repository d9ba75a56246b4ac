"""Long-polls: the newest of a peer is the one that waits, and many peers find room."""

import asyncio

import pytest

from node.sync import loop, packs, server
from node.sync.exchange import Exchange
from node.sync.loop import SyncLoop
from protocol.sync import Pull
from tests.node.commands.nodes import Coop, Place, network
from tests.node.sync.direct import Line, talk

_PULL = "/sync/v1/pull"


async def test_a_new_long_poll_releases_the_oldest(two: list[Coop]) -> None:
    alba, birch = (one.node for one in two)
    line = Line(alba, Exchange(birch))
    conversation = talk(Exchange(alba), line, birch)
    await conversation.agree()
    await conversation.pull(0)
    peer = birch.peers.of(alba.coop)
    body = packs.encode(Pull(cursor=peer.cursor, wait=25))
    async with asyncio.TaskGroup() as group:
        polls = [
            group.create_task(line.send(_PULL, body, most=1 << 23)) for _ in range(4)
        ]
        async with asyncio.timeout(5):
            await asyncio.wait(polls[:2])
        assert [one.done() for one in polls] == [True, True, False, False]
        assert peer.polling == 2
        birch.ingest.tell((birch.coop,))
    assert peer.polling == 0


async def test_beyond_all_long_polls_one_is_answered_at_once(
    two: list[Coop], monkeypatch: pytest.MonkeyPatch
) -> None:
    alba, birch = (one.node for one in two)
    line = Line(alba, Exchange(birch))
    conversation = talk(Exchange(alba), line, birch)
    await conversation.agree()
    await conversation.pull(0)
    monkeypatch.setattr(server, "_POLLS", 0)
    async with asyncio.timeout(5):
        assert not await conversation.pull(25)


async def test_a_failing_peer_is_named_in_the_journal_once(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    alba, birch = await network(place, "Alba", "Birch")
    tries = 0

    async def fails(*_: object) -> None:
        nonlocal tries
        tries += 1
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(SyncLoop, "_pull_on", fails)
    monkeypatch.setattr(SyncLoop, "_push_on", fails)
    monkeypatch.setattr(loop, "_FIRST_WAIT_S", 0.01)
    caplog.set_level("INFO", "wortley.sync")
    sync_loop = SyncLoop(Exchange(alba.node), None)  # type: ignore[arg-type]

    async def run_for(seconds: float) -> list[str]:
        caplog.clear()
        async with asyncio.TaskGroup() as group:
            task = group.create_task(sync_loop.run())
            await asyncio.sleep(seconds)
            task.cancel()
        sync_loop._running.clear()
        return caplog.messages

    (said,) = await run_for(0.2)
    assert tries > 4
    assert said.startswith("peer Birch (")
    assert f"({birch.id[:17]}): " in said
    # Heard of meanwhile, it fails anew.
    alba.node.peers.of(birch.node.coop).error = ""
    assert len(await run_for(0.1)) == 1


async def test_more_peers_than_long_polls_are_all_asked(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    coops = await network(place, "Alba", "Birch", "Cedar", "Dunes")
    alba = coops[0].node
    lines = {
        f"https://{one.name.lower()}.example": Line(alba, Exchange(one.node))
        for one in coops[1:]
    }
    monkeypatch.setattr(loop, "PeerClient", lambda *args: lines[args[2]].client())
    monkeypatch.setattr(loop, "_LONG_POLLS", 1)
    monkeypatch.setattr(loop, "_TURN_S", 0.05)
    sync_loop = SyncLoop(Exchange(alba), None)  # type: ignore[arg-type]
    async with asyncio.TaskGroup() as group:
        task = group.create_task(sync_loop.run())
        await asyncio.sleep(1)
        task.cancel()
    asked = sorted(line.calls.count(_PULL) for line in lines.values())
    # One waits; the others come back again and again.
    assert asked[0] <= 5
    assert asked[1] >= 6
