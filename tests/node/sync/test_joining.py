"""Joining a network whose roster is longer than one answer."""

import msgspec
import pytest

from node.joining import describe
from node.node import Node
from node.sync import exchange as exchanges
from node.sync import joiner
from node.sync.exchange import Exchange
from protocol import canonical
from protocol.errors import Malformed
from protocol.roster.change import Headcount
from protocol.sync import Blocks, CertifiedBlock, JoinReply, JoinRequest
from tests.node.commands.nodes import Coop, Place, network
from tests.node.sync.direct import Line

_JOIN = "/sync/v1/join"
_REQUEST = msgspec.msgpack.Decoder(JoinRequest)


class Door:
    """An inviter, an applicant, and the line between them."""

    def __init__(self, inviter: Coop, applicant: Coop, line: Line, word: str) -> None:
        self.inviter = inviter.node
        self.applicant = applicant.node
        self.line = line
        self.word = word

    async def knock(self) -> joiner.Standing:
        invitation = describe(self.word)
        session: None = None
        return await joiner.knock(self.applicant, session, invitation)  # type: ignore[arg-type]


async def grow(node: Node, blocks: int) -> None:
    for number in range(blocks):
        before = node.register.roster.number
        people = 2 + number % 2
        change = Headcount(node.coop, people)
        await node.register.put(change, "headcount", before.to_bytes(16))
        assert node.register.roster.number == before + 1


@pytest.fixture
async def door(place: Place, monkeypatch: pytest.MonkeyPatch) -> Door:
    (alba,) = await network(place, "Alba")
    birch = await place.make("Birch")
    line = Line(birch.node, Exchange(alba.node))
    monkeypatch.setattr(joiner, "PeerClient", lambda *_: line.client())
    monkeypatch.setattr(exchanges, "_BLOCKS_AT_ONCE", 3)
    await grow(alba.node, 8)
    word = (await alba.ask("invite"))["invitation"]
    return Door(alba, birch, line, word)


async def test_the_whole_roster_is_fetched_in_pages(door: Door) -> None:
    standing = await door.knock()
    assert standing.member
    assert door.applicant.register.roster.tip == door.inviter.register.roster.tip
    # Blocks 0 to 9 in threes, the admission among them.
    assert door.line.calls == [_JOIN] * 4


async def test_who_knocks_again_gets_what_is_new(door: Door) -> None:
    await door.knock()
    await grow(door.inviter, 1)
    door.line.calls.clear()
    await door.knock()
    assert door.line.calls == [_JOIN]
    assert door.applicant.register.roster.tip == door.inviter.register.roster.tip


async def test_pages_that_never_end_are_refused(door: Door) -> None:
    genesis = await door.inviter.log.roster.blocks(0, 2)
    sent = [CertifiedBlock(*one) for one in genesis]
    asked: list[int] = []

    async def repeat(body: bytes) -> bytes:
        asked.append(_REQUEST.decode(body).since)
        blocks = Blocks(tuple(sent), more=True)
        reply = JoinReply(blocks, member=False, approvals=0, needed=1)
        return canonical.ENCODER.encode(reply)

    door.line.lies[_JOIN] = repeat
    with pytest.raises(Malformed):
        await door.knock()
    assert asked == [0, 2]


async def test_a_roster_that_stops_before_the_pin_is_refused(door: Door) -> None:
    rows = await door.inviter.log.roster.blocks(0, 2)
    blocks = Blocks(tuple(CertifiedBlock(*one) for one in rows), more=False)

    async def cut(_body: bytes) -> bytes:
        reply = JoinReply(blocks, member=False, approvals=0, needed=1)
        return canonical.ENCODER.encode(reply)

    door.line.lies[_JOIN] = cut
    with pytest.raises(Malformed, match="pin"):
        await door.knock()
    assert not door.applicant.register.founded


async def test_cards_are_for_members(door: Door) -> None:
    replies: list[JoinReply] = []
    exchange = Exchange(door.inviter)
    await door.knock()
    application = door.applicant.signer.application(
        door.inviter.register.roster.network, "Birch"
    )
    own = door.applicant.register.own_card()
    request = JoinRequest(application, bytes(32), own, 0)
    replies.append(await exchange.join_reply(request))
    stranger = door.inviter.signer.application(bytes(32), "Acorn")  # type: ignore[arg-type]
    foreign = msgspec.structs.replace(stranger, inception=b"of nobody")
    replies.append(await exchange.join_reply(JoinRequest(foreign, bytes(32), own, 0)))
    assert [(one.member, len(one.cards)) for one in replies] == [(True, 2), (False, 0)]
