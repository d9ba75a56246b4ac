"""A peer that always has more to say, or says it at once, is not waited on for ever."""

import asyncio

import msgspec
import pytest

from node.node import Node
from node.sync import loop, packs
from node.sync.conversation import Conversation
from node.sync.exchange import Exchange
from node.sync.loop import SyncLoop
from protocol import wire
from protocol.errors import Malformed
from protocol.sync import Pull, PushReply
from protocol.wire import Cursor, EndFrame
from tests.node.commands.nodes import Coop, runs_of
from tests.node.sync.direct import Line, talk

_PULL = "/sync/v1/pull"
_PUSH = "/sync/v1/push"
_READ = msgspec.msgpack.Decoder(Pull)


def end_of(exchange: Exchange, *, more: bool, relayed: int | None = None) -> EndFrame:
    cursor = None if relayed is None else Cursor(bytes(16), relayed, bytes(32))
    return exchange.packer.end(cursor, more=more, heads=bytes(32), root=None, wanted=())


@pytest.fixture
def pair(two: list[Coop]) -> tuple[Node, Exchange, Line, Conversation]:
    alba, birch = (one.node for one in two)
    mine, theirs = Exchange(alba), Exchange(birch)
    line = Line(alba, theirs)
    return alba, theirs, line, talk(mine, line, birch)


Pair = tuple[Node, Exchange, Line, Conversation]


async def test_more_without_anything_is_the_peers_fault(pair: Pair) -> None:
    _, theirs, line, conversation = pair

    async def promise(_body: bytes) -> bytes:
        return wire.write_pack([end_of(theirs, more=True)])

    line.lies[_PULL] = promise
    with pytest.raises(Malformed, match="no-progress"):
        await conversation.pull(0)
    assert line.calls == [_PULL]


async def test_the_same_runs_for_ever_are_no_progress(
    pair: Pair, two: list[Coop]
) -> None:
    alba, theirs, line, conversation = pair
    await two[1].ask("profile.set", people=4)
    runs = await runs_of(theirs.node, alba)
    asked: list[Pull] = []

    async def repeat(body: bytes) -> bytes:
        asked.append(_READ.decode(body))
        cursor = end_of(theirs, more=True, relayed=len(asked))
        return wire.write_pack([*(wire.run_frame(run, None) for run in runs), cursor])

    line.lies[_PULL] = repeat
    with pytest.raises(Malformed, match="no-progress"):
        await conversation.pull(0)
    # By heads, along the cursor that it gave, then by heads: and that was all of it.
    assert [one.heads is not None for one in asked] == [True, False, True]
    assert await runs_of(theirs.node, alba) == []


async def test_an_honest_pull_says_whether_something_was_new(
    pair: Pair, two: list[Coop]
) -> None:
    alba, theirs, _, conversation = pair
    await two[1].ask("profile.set", people=4)
    assert await conversation.pull(0)
    assert not await conversation.pull(0)
    assert alba.ingest.heads_digest() == theirs.node.ingest.heads_digest()


async def test_a_push_ends_where_the_peer_holds_no_more_for_it(
    pair: Pair, two: list[Coop]
) -> None:
    _, theirs, line, conversation = pair
    for people in (4, 5, 6):
        await two[0].ask("profile.set", people=people)
    heads = theirs.packer.heads()
    said = [heads, (), heads, (), heads, ()]

    async def waver(_body: bytes) -> bytes:
        return packs.encode(PushReply(said.pop(0)))

    line.lies[_PUSH] = waver
    await conversation.push()
    assert len(said) == 4


async def test_long_polls_that_are_answered_at_once_are_paced(
    two: list[Coop], monkeypatch: pytest.MonkeyPatch
) -> None:
    alba, birch = (one.node for one in two)
    theirs = Exchange(birch)
    line = Line(alba, theirs)

    async def at_once(_body: bytes) -> bytes:
        return wire.write_pack([end_of(theirs, more=False)])

    line.lies[_PULL] = at_once
    monkeypatch.setattr(loop, "PeerClient", lambda *_: line.client())
    sync_loop = SyncLoop(Exchange(alba), None)  # type: ignore[arg-type]
    async with asyncio.TaskGroup() as group:
        task = group.create_task(sync_loop.run())
        await asyncio.sleep(0.7)
        task.cancel()
    # 20, 40, 80, 160, 320 ms lie between them; without a pause there are thousands.
    assert 3 <= line.calls.count(_PULL) <= 10
