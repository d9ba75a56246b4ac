"""Joining a network whose roster is longer than one answer."""

import msgspec
import pytest

from node.commands.form import books_of
from node.commands.joining import doorkeeper
from node.joining import describe
from node.node import Node
from node.store.node_db import Heard
from node.sync import exchange as exchanges
from node.sync import joiner
from node.sync.exchange import Exchange
from node.views import names
from protocol import canonical
from protocol.errors import Malformed
from protocol.roster.change import Headcount
from protocol.sync import Blocks, CertifiedBlock, JoinReply, JoinRequest, Naming
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


async def test_an_applicant_hears_whom_it_joins(door: Door) -> None:
    """Nothing of the inviter's log has come: all that is known is what it said."""
    inviter = door.inviter.coop
    await door.knock()
    known = await names.load(books_of(door.applicant))
    assert known.of(inviter) == "Alba (says the inviter)"
    assert known.called("alba") == [inviter]
    # It stays known after a restart.
    assert (await door.applicant.own.names())[inviter] == Heard("Alba", own=False)
    # Whoever knocks again is told only of what is new.
    network = door.inviter.register.roster.network
    application = door.applicant.signer.application(network, "Birch")
    card = door.applicant.register.own_card()
    asked = JoinRequest(application, bytes(32), card, since=1)
    assert (await Exchange(door.inviter).join_reply(asked)).names == ()


async def test_names_that_a_liar_tells_do_no_harm(door: Door) -> None:
    real = Exchange(door.inviter)
    inviter, me = door.inviter.coop, door.applicant.coop
    lies = [
        Naming(bytes(32), "Nobody"),
        Naming(me, "Villain"),
        Naming(inviter, "A\x1b[31mlba\u202e\n" + "x" * 80),
    ]

    async def lie(body: bytes) -> bytes:
        told = await doorkeeper(door.inviter).knock(_REQUEST.decode(body))
        assert told == me
        reply = await real.join_reply(_REQUEST.decode(body))
        return canonical.ENCODER.encode(
            msgspec.structs.replace(reply, names=tuple(lies))
        )

    door.line.lies[_JOIN] = lie
    await door.knock()
    known = await names.load(books_of(door.applicant))
    assert known.of(inviter).startswith("A[31mlba x")
    assert known.of(inviter).endswith("x (says the inviter)")
    assert known.of(me) == "Birch" or known.of(me).startswith("coop_")
    assert bytes(32) not in known.known


async def test_hearsay_does_not_replace_an_own_word(door: Door) -> None:
    await door.knock()
    node, inviter = door.applicant, door.inviter.coop
    await node.note_names({inviter: Heard("Alba Ltd", own=True)})
    await node.note_names({inviter: Heard("Liar", own=False)})
    assert (await names.load(books_of(node))).of(inviter) == "Alba Ltd"
    assert await node.own.names() == node.register.heard


@pytest.mark.parametrize("name", ["", "x" * 101])
async def test_a_name_has_a_length(door: Door, name: str) -> None:
    async def lie(_body: bytes) -> bytes:
        blocks = Blocks((), more=False)
        told = (Naming(bytes(32), name),)
        reply = JoinReply(blocks, member=False, approvals=0, needed=1, names=told)
        return canonical.ENCODER.encode(reply)

    door.line.lies[_JOIN] = lie
    with pytest.raises(Malformed):
        await door.knock()
