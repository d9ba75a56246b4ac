"""What is new goes around at a message or two per node, and reaches whom nobody tells.

Figures before news was told by its author alone: 11 messages per event and node for an
event alone among twelve nodes that are all reached, 6.4 for events 0.1 s apart; now 12
(half of them to say who holds what) and 1.7.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from node.sync import conversation, packs, telling
from node.sync.exchange import Exchange
from node.sync.telling import Telling
from protocol import wire
from protocol.sync import Pull
from protocol.wire import EndFrame, Head, RunFrame
from tests.node.commands.nodes import Coop, Place, network
from tests.node.sync.direct import Line, talk
from tests.node.sync.traffic import Net, net

_PULL = "/sync/v1/pull"
_READ = msgspec.msgpack.Decoder(Pull)


@pytest.fixture
async def six(tmp_path: Path) -> AsyncIterator[Net]:
    async with net(tmp_path, 6, 6) as one:
        yield one


@pytest.fixture
async def hidden(tmp_path: Path) -> AsyncIterator[Net]:
    async with net(tmp_path, 5, 2) as one:
        yield one


async def pulled(coop: Coop, exchange: Exchange, **ask: object) -> list[wire.Frame]:
    """Pull from a node as a co-op does that asks by itself."""
    line = Line(coop.node, exchange)
    body = packs.encode(Pull(**ask))  # type: ignore[arg-type]
    return wire.read_pack(await line.send(_PULL, body, most=1 << 23))


def end_of(frames: list[wire.Frame]) -> EndFrame:
    assert isinstance(frames[-1], EndFrame)
    return frames[-1]


# --- what it costs ------------------------------------------------------------------


@pytest.mark.slow
async def test_events_in_turn_cost_two_messages_per_node(six: Net) -> None:
    await six.quiet()
    with six.counting() as tally:
        for no in range(18):
            await six.coops[no % 6].ask("profile.set", people=no + 2)
            await asyncio.sleep(0.1)
        await six.alike()
        await six.quiet()
    # Told by every node to every other they were more than four.
    assert tally.all / (18 * 6) < 3
    assert tally.messages["hello"] < 18


@pytest.mark.slow
async def test_nothing_is_said_twice_to_who_holds_it(six: Net) -> None:
    await six.quiet()
    await six.coops[0].ask("profile.set", people=5)
    await six.quiet()
    with six.counting() as tally:
        await six.quiet()
    assert tally.all == 0


@pytest.mark.slow
async def test_those_who_are_not_reached_hear_of_each_other_at_once(
    hidden: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hidden.quiet()
    # Later would be too late for this test.
    monkeypatch.setattr(telling, "SOONEST_S", 1000.0)
    monkeypatch.setattr(telling, "LATEST_S", 1000.0)
    for coop in hidden.coops:
        await coop.ask("profile.set", people=9)
        await hidden.alike()


# --- what is told, and when ---------------------------------------------------------


async def test_what_others_wrote_is_named(place: Place) -> None:
    alba, birch, cedar = await network(place, "Alba", "Birch", "Cedar")
    exchange = Exchange(birch.node)
    start = end_of(await pulled(cedar, exchange)).cursor
    before = alba.node.log.chains.copy()
    await alba.ask("profile.set", people=5)
    line = talk(Exchange(birch.node), Line(birch.node, Exchange(alba.node)), alba.node)
    await line.pull(0)
    await birch.ask("profile.set", people=6)
    frames = await pulled(cedar, exchange, cursor=start, wait=1)
    assert [one.coop for one in frames if isinstance(one, RunFrame)] == [
        birch.node.coop
    ]
    ((key, held),) = (
        (key, one)
        for key, one in alba.node.log.chains.items()
        if one.last != before[key].last
    )
    end = end_of(frames)
    assert end.named == (Head(*key, held.last, held.last_id[:8]),)
    # To go on from there is to have it; who does not wait is sent all.
    frames = await pulled(cedar, exchange, cursor=start)
    assert len([one for one in frames if isinstance(one, RunFrame)]) == 2
    assert end_of(frames).cursor == end.cursor
    assert end_of(frames).named == ()


async def test_what_is_named_and_not_brought_is_asked_for(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "_OWED_S", 0.2)
    monkeypatch.setattr(telling, "SOONEST_S", 0.0)
    monkeypatch.setattr(telling, "PER_PEER_S", 0.0)
    alba, birch, cedar = await network(place, "Alba", "Birch", "Cedar")
    theirs = Exchange(birch.node)
    line = Line(cedar.node, theirs)
    asks = talk(Exchange(cedar.node), line, birch.node)
    await asks.pull(0)
    await alba.ask("profile.set", people=5)
    await talk(
        Exchange(birch.node), Line(birch.node, Exchange(alba.node)), alba.node
    ).pull(0)
    # Named, and nobody brings it.
    assert not await asks.pull(5)
    assert cedar.node.ingest.heads_digest() != birch.node.ingest.heads_digest()
    await asyncio.sleep(0.2)
    assert await asks.pull(5)
    assert cedar.node.ingest.heads_digest() == birch.node.ingest.heads_digest()
    assert await alba.ask("profile.show") == await cedar.ask(
        "profile.show", coop="Alba"
    )


async def test_names_of_what_cannot_be_had_are_asked_for_now_and_then(
    two: list[Coop],
) -> None:
    alba, birch = (one.node for one in two)
    theirs = Exchange(birch)
    line = Line(alba, theirs)
    asked: list[Pull] = []

    async def boast(body: bytes) -> bytes:
        asked.append(_READ.decode(body))
        end = end_of(await pulled(two[0], theirs))
        made_up = Head(birch.coop, bytes(16), 7, bytes(8))
        return wire.write_pack([msgspec.structs.replace(end, named=(made_up,))])

    line.lies[_PULL] = boast
    asks = talk(Exchange(alba), line, birch)
    for _ in range(5):
        assert not await asks.pull(25)
    # The first wait is whole, the others end when it is time to ask for it.
    assert [one.wait for one in asked] == [25, 1, 1, 1, 1]


async def test_what_did_not_arrive_is_told_again(two: list[Coop]) -> None:
    alba, birch = two
    exchange = Exchange(birch.node)
    start = end_of(await pulled(alba, exchange)).cursor
    await birch.ask("profile.set", people=5)
    for _ in range(2):
        async with asyncio.timeout(5):
            frames = await pulled(alba, exchange, cursor=start, wait=25)
        assert isinstance(frames[0], RunFrame)


# --- by digest ----------------------------------------------------------------------


async def test_who_held_the_same_is_sent_what_came_since(two: list[Coop]) -> None:
    alba, birch = two
    exchange = Exchange(birch.node)
    await pulled(alba, exchange)
    holds = alba.node.ingest.heads_digest()
    await birch.ask("profile.set", people=5)
    frames = await pulled(alba, exchange, holds=holds)
    (run,) = [one for one in frames if isinstance(one, RunFrame)]
    assert (run.coop, run.first) == (birch.node.coop, 2)
    assert end_of(frames).cursor == exchange.packer.here()
    # Of a later place of the two, whatever the cursor says.
    holds = birch.node.ingest.heads_digest()
    exchange.packer.stand()
    frames = await pulled(alba, exchange, holds=holds, cursor=end_of(frames).cursor)
    assert len(frames) == 1


async def test_a_digest_that_was_never_held_here_asks_for_heads(
    two: list[Coop], monkeypatch: pytest.MonkeyPatch
) -> None:
    alba, birch = two
    theirs = Exchange(birch.node)
    await birch.ask("profile.set", people=5)
    (end,) = await pulled(alba, theirs, holds=bytes(32))
    assert isinstance(end, EndFrame)
    assert (end.cursor, end.more) == (None, True)
    monkeypatch.setattr(conversation, "_FEW", 0)
    line = Line(alba.node, theirs)
    assert await talk(Exchange(alba.node), line, birch.node).pull(0)
    assert line.calls == [_PULL, _PULL]
    assert alba.node.ingest.heads_digest() == birch.node.ingest.heads_digest()


# --- whose --------------------------------------------------------------------------


async def test_who_is_told_at_once(place: Place) -> None:
    node = (await place.make("Alba")).node
    say = Telling(node)
    cards = {b"reached": ("https://one.example",), b"a": (), b"b": ()}
    say.is_reached = lambda coop: bool(cards.get(coop))  # type: ignore[method-assign]
    table = {
        (node.coop, b"reached"): True,
        (node.coop, b"a"): True,
        (b"a", b"b"): True,
        (b"a", b"a"): False,
        (b"reached", b"b"): False,
        (b"a", b"reached"): False,
        (b"unknown", b"b"): True,
    }
    assert {pair: say.is_eager(*pair) for pair in table} == table
