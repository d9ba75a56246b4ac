"""Sealed texts between nodes: whoever asks for them, only holders are given them."""

from typing import NamedTuple

import pytest

from node.sync import packs
from node.sync.exchange import Exchange
from protocol import ids, wire
from protocol.canonical import ENCODER
from protocol.rules.sealed import Sealed
from protocol.sync import Pull
from protocol.wire import EndFrame, TextsFrame
from tests.node.commands import nodes
from tests.node.commands.nodes import Coop, Place, runs_of
from tests.node.sync.direct import Line, talk

_PULL = "/sync/v1/pull"
_PUSH = "/sync/v1/push"


class Scene(NamedTuple):
    """Alba has sealed something for Birch; all know of it, and nobody has its words."""

    alba: Coop
    birch: Coop
    cedar: Coop
    text: str
    commitment: bytes


@pytest.fixture
async def scene(place: Place) -> Scene:
    alba, birch, cedar = await nodes.network(place, "Alba", "Birch", "Cedar")
    lead = await alba.ask("lead.open", title="Site")
    done = await alba.ask(
        "lead.share", lead=lead["id"], to=["Birch"], details="Ask for Mae"
    )
    for other in (birch, cedar):
        await other.node.ingest.take(await runs_of(alba.node, other.node))
    entity = await alba.node.state.get(ids.parse("evt", done["id"]))
    assert entity is not None
    assert isinstance(entity.body, Sealed)
    return Scene(alba, birch, cedar, done["id"], entity.body.texts["sealed"])


async def asks(who: Coop, of: Coop, commitment: bytes) -> list[wire.Frame]:
    """Pull with nothing but a commitment, as one who holds all logs."""
    exchange = Exchange(of.node)
    heads = Exchange(who.node).packer.heads()
    body = ENCODER.encode(Pull(heads=heads, texts=(commitment,)))
    line = Line(who.node, exchange)
    return wire.read_pack(await line.send(_PULL, body, most=2**23))


def end_of(frames: list[wire.Frame]) -> EndFrame:
    (end,) = [one for one in frames if isinstance(one, EndFrame)]
    return end


async def test_it_is_given_to_a_reader_who_asks_and_to_nobody_else(
    scene: Scene,
) -> None:
    given = await asks(scene.birch, scene.alba, scene.commitment)
    assert [type(one) for one in given] == [TextsFrame, EndFrame]
    given = await asks(scene.cedar, scene.alba, scene.commitment)
    assert [type(one) for one in given] == [EndFrame]


async def test_a_log_is_packed_without_it_for_others(scene: Scene) -> None:
    exchange = Exchange(scene.alba.node)
    for coop, gets in ((scene.birch, True), (scene.cedar, False)):
        filling = packs.Filling(coop.node.coop)
        await exchange.packer.by_heads(filling, {})
        texts = [
            one
            for frame in filling.frames
            if isinstance(frame, TextsFrame)
            for one in wire.read_texts(frame)
        ]
        assert b"Site" in {one.words for one in texts}
        assert any(len(one.words) > 250 for one in texts) == gets


async def test_what_a_reader_lacks_it_says_to_its_author_alone(scene: Scene) -> None:
    for who, wanted in (
        (scene.alba, (scene.commitment,)),
        (scene.cedar, ()),
    ):
        for _ in range(3):
            said = end_of(await asks(who, scene.birch, bytes(32)))
            assert said.wanted == wanted
    # Who may not hold it wants nothing.
    assert end_of(await asks(scene.alba, scene.cedar, bytes(32))).wanted == ()


async def test_the_author_brings_it(scene: Scene) -> None:
    theirs = Exchange(scene.birch.node)
    line = Line(scene.alba.node, theirs)
    await talk(Exchange(scene.alba.node), line, scene.birch.node).pull(0)
    assert line.calls == [_PULL, _PUSH]
    page = await scene.birch.ask("sealed.show", text=scene.text)
    assert page["words"] == "Ask for Mae"
    assert end_of(await asks(scene.alba, scene.birch, bytes(32))).wanted == ()


async def test_who_may_not_hold_it_is_brought_nothing(scene: Scene) -> None:
    theirs = Exchange(scene.cedar.node)
    line = Line(scene.alba.node, theirs)
    standing = end_of(await asks(scene.alba, scene.cedar, bytes(32)))
    lie = EndFrame(
        standing.cursor,
        more=False,
        heads=standing.heads,
        tip=standing.tip,
        gossip=standing.gossip,
        root=standing.root,
        wanted=(scene.commitment, bytes(32)),
        named=(),
    )

    async def lies(_body: bytes) -> bytes:
        return wire.write_pack([lie])

    line.lies[_PULL] = lies
    await talk(Exchange(scene.alba.node), line, scene.cedar.node).pull(0)
    assert line.calls == [_PULL]
