"""The sync endpoints: what members' nodes may ask of this one (SPEC 12.3).

| path                | asks                | answers           | signed by            |
|---------------------|---------------------|-------------------|----------------------|
| /sync/v1/hello      | Hello               | Hello             | a member (card in it)|
| /sync/v1/roster     | RosterPull          | Blocks            | a member             |
| /sync/v1/blocks     | Blocks              | BlocksReply       | a member             |
| /sync/v1/gossip     | Gossip              | Gossip            | a member             |
| /sync/v1/pull       | Pull                | pack, ends in End | a member             |
| /sync/v1/push       | pack                | PushReply         | a member             |
| /sync/v1/ids        | Probe               | Ids               | a member             |
| /sync/v1/cited      | Cite                | Stretch or nil    | a member             |
| /sync/v1/join       | JoinRequest         | JoinReply         | nobody (its proof)   |
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from multidict import MultiMapping

from node.joining import Doorkeeper
from node.peers import Peer
from node.sync import packs
from node.sync.exchange import Exchange
from node.sync.nonces import NonceBook
from node.sync.packs import Filling
from node.sync.signatures import key_id_of, verify_request
from node.sync.telling import When
from protocol import canonical, ids, limits, sync, wire
from protocol.citing import Cite
from protocol.errors import Malformed, Unconnected
from protocol.ids import CoopId
from protocol.sync import (
    Blocks,
    BlocksReply,
    Gossip,
    Hello,
    JoinRequest,
    Probe,
    Pull,
    PushReply,
    RosterPull,
)

Answer = Callable[[CoopId, bytes], Awaitable[bytes]]

_HELLO: Final = msgspec.msgpack.Decoder(Hello)
_ROSTER: Final = msgspec.msgpack.Decoder(RosterPull)
_BLOCKS: Final = msgspec.msgpack.Decoder(Blocks)
_GOSSIP: Final = msgspec.msgpack.Decoder(Gossip)
_PULL: Final = msgspec.msgpack.Decoder(Pull)
_PROBE: Final = msgspec.msgpack.Decoder(Probe)
_CITE: Final = msgspec.msgpack.Decoder(Cite)
_JOIN: Final = msgspec.msgpack.Decoder(JoinRequest)

#: A knock: an application, its proof and a card.
JOIN_BYTES: Final = 2 * limits.CHANGE_BYTES
_BLOCKS_BYTES: Final = 4 * 1024 * 1024
#: Long-polls of one peer that may wait at once. Where its connection was lost, this
#: side hears of it late: the newest is the one that somebody reads, the oldest goes.
_POLLS_PER_PEER: Final = 2
#: Long-polls of all peers that may wait at once: half of the connections that the web
#: server takes, so that whoever brings something finds one. Beyond, they come again.
_POLLS: Final = 128
#: After a long-poll, a peer counts as near for so long: it is about to ask again.
_NEAR_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a message is sent, how long it may be, and what answers it."""

    path: str
    most: int
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it was read: its target, its headers, its body.

    `digest` is of the body as it came; `body` takes its content coding off, which is
    for those who are known to ask.
    """

    target: str
    headers: MultiMapping[str]
    digest: bytes
    body: Callable[[], bytes]


class SyncServer:
    """Answers members' nodes."""

    def __init__(
        self,
        exchange: Exchange,
        door: Doorkeeper,
        nonces: NonceBook,
        authorities: frozenset[str],
    ) -> None:
        """Answer for `exchange`'s node, reached by any of `authorities`."""
        self._exchange = exchange
        self._node = exchange.node
        self._door = door
        self._nonces = nonces
        self._authorities = authorities
        #: The long-polls that wait, by peer, the oldest first.
        self._polls: dict[bytes, deque[asyncio.Timeout]] = {}

    def endpoints(self) -> list[Endpoint]:
        """Give all endpoints, on one screen."""
        message, pack, block = limits.MESSAGE_BYTES, limits.PACK_BYTES, _BLOCKS_BYTES
        return [
            Endpoint("/sync/v1/hello", message, self._hello),
            Endpoint("/sync/v1/roster", message, self._roster),
            Endpoint("/sync/v1/blocks", block, self._blocks),
            Endpoint("/sync/v1/gossip", block, self._gossip),
            Endpoint("/sync/v1/pull", message, self._pull),
            Endpoint("/sync/v1/push", pack, self._push),
            Endpoint("/sync/v1/ids", message, self._ids),
            Endpoint("/sync/v1/cited", message, self._cited),
        ]

    # --- who asks -----------------------------------------------------------------

    async def answer(self, endpoint: Endpoint, asked: Asked) -> bytes:
        """Check who asks, then answer. Raises `SignatureRefused`, `ProtocolError`."""
        self._check_ready()
        claimed = CoopId(ids.parse("coop", key_id_of(asked.headers)))
        if endpoint.answer == self._hello:
            await self._learn_card(claimed, asked.body())
        self._verify(asked, claimed)
        return await endpoint.answer(claimed, asked.body())

    def _check_ready(self) -> None:
        """Refuse while this node is still on its way into the network."""
        if self._node.coop not in self._node.register.cards:
            raise Unconnected("not-ready", "this node belongs to no network yet")

    def _verify(self, asked: Asked, claimed: CoopId) -> None:
        card = self._node.register.cards.get(claimed)
        is_member = claimed in self._node.register.roster.members
        key = (
            Ed25519PublicKey.from_public_bytes(card.node_key)
            if card is not None and is_member
            else None
        )
        path, _, query = asked.target.partition("?")
        verify_request(
            method="POST",
            authority=asked.headers["Host"],
            path=path,
            query=query,
            headers=asked.headers,
            body_digest=asked.digest,
            public_key=key,
            now=self._node.clock.now_ms() // 1000,
            nonces=self._nonces,
            allowed_authorities=self._authorities,
        )

    async def _learn_card(self, claimed: CoopId, body: bytes) -> None:
        """Take the card in a hello first: its log key vouches for it, not the sender.

        A member that moved to a new node key could not sign with a known one.
        """
        hello = canonical.read(_HELLO, body, most=limits.MESSAGE_BYTES)
        if hello.coop == claimed:
            await self._exchange.learn_card(hello.card)

    # --- what is answered -----------------------------------------------------------

    async def _hello(self, coop: CoopId, body: bytes) -> bytes:
        theirs = canonical.read(_HELLO, body, most=limits.MESSAGE_BYTES)
        if theirs.coop != coop:
            raise Malformed("hello-foreign", "the hello speaks for another co-op")
        ours = await self._exchange.hello(coop)
        sync.check_hello(ours, theirs)
        self._exchange.heard(theirs)
        return canonical.ENCODER.encode(ours)

    async def _roster(self, _coop: CoopId, body: bytes) -> bytes:
        asked = canonical.read(_ROSTER, body, most=limits.MESSAGE_BYTES)
        blocks = await self._exchange.blocks_since(asked.since)
        return canonical.ENCODER.encode(blocks)

    async def _blocks(self, _coop: CoopId, body: bytes) -> bytes:
        pushed = canonical.read(_BLOCKS, body, most=_BLOCKS_BYTES)
        await self._node.register.take_blocks(
            (one.block, one.certificate) for one in pushed.blocks
        )
        return canonical.ENCODER.encode(BlocksReply(self._node.register.roster.number))

    async def _gossip(self, _coop: CoopId, body: bytes) -> bytes:
        theirs = canonical.read(_GOSSIP, body, most=_BLOCKS_BYTES)
        return canonical.ENCODER.encode(await self._exchange.answer_gossip(theirs))

    async def _pull(self, coop: CoopId, body: bytes) -> bytes:
        asked = canonical.read(_PULL, body, most=limits.MESSAGE_BYTES)
        peer = self._exchange.peers.of(coop)
        if asked.heads is not None:
            self._exchange.peers.took(coop, asked.heads)
        telling, waits = self._exchange.telling, asked.wait > 0
        if asked.cursor != peer.cursor:
            # What it was told last did not arrive.
            telling.forget(peer)
        filling = await self._texts(coop, asked)
        when: When = "never"
        if waits and not filling.frames:
            when = await self._wait(peer, asked.wait)
            filling = await self._texts(coop, asked)
        count = telling.count
        cursor, more = await self._fill(filling, asked)
        pack = await self._exchange.close_pack(
            coop, filling, cursor, more=more, quick=when == "now"
        )
        if not more:
            telling.told(peer, count, wholly=peer.told_root)
        return pack

    async def _texts(self, coop: CoopId, asked: Pull) -> Filling:
        filling = Filling(coop)
        if asked.texts:
            await self._exchange.packer.add_texts(filling, asked.texts)
        return filling

    async def _fill(
        self, filling: Filling, asked: Pull
    ) -> tuple[wire.Cursor | None, bool]:
        """Add what is lacking; give where to go on, and whether there is more."""
        packer, telling = self._exchange.packer, self._exchange.telling
        here = packer.here()
        position = await packer.position(asked)
        if position is not None:
            eager = partial(telling.is_eager, peer=filling.to) if asked.wait else None
            after = await packer.by_cursor(filling, position, eager)
            if after is not None:
                return after, after.relayed < here.relayed
        held = {(one.coop, one.incarnation): one.seq for one in asked.heads or ()}
        if asked.heads is None and (asked.cursor or asked.holds):
            # Neither is known and no heads came with it: say so, send nothing.
            return None, True
        more = await packer.by_heads(filling, held)
        return None if more else here, more

    async def _wait(self, peer: Peer, seconds: int) -> When:
        polls = self._polls.setdefault(peer.coop, deque())
        if len(polls) >= _POLLS_PER_PEER:
            _release(polls.popleft())
        elif sum(map(len, self._polls.values())) >= _POLLS:
            return "never"
        poll = asyncio.timeout(seconds)
        peer.polling += 1
        try:
            async with poll:
                polls.append(poll)
                return await self._exchange.telling.wait(peer, seconds)
        except TimeoutError:
            return "never"
        finally:
            with suppress(ValueError):
                polls.remove(poll)
            peer.polling -= 1
            peer.polled_until = self._node.clock.monotonic() + _NEAR_S

    def release(self) -> None:
        """Answer all long-polls now, so that stopping does not wait for them."""
        for polls in self._polls.values():
            for poll in polls:
                _release(poll)

    async def _push(self, coop: CoopId, body: bytes) -> bytes:
        unpacked = packs.unpack(body, self._node.register)
        taken = await self._exchange.take(unpacked)
        if (refusal := packs.first_refusal(taken)) is not None:
            raise refusal
        self._exchange.note_contact(coop)
        return canonical.ENCODER.encode(PushReply(self._exchange.packer.heads()))

    async def _ids(self, _coop: CoopId, body: bytes) -> bytes:
        asked = canonical.read(_PROBE, body, most=limits.MESSAGE_BYTES)
        return canonical.ENCODER.encode(await self._exchange.answer_probe(asked))

    async def _cited(self, _coop: CoopId, body: bytes) -> bytes:
        asked = canonical.read(_CITE, body, most=limits.MESSAGE_BYTES)
        node = self._node
        found = await node.closings.sides.give(asked, node.register.roster)
        return canonical.ENCODER.encode(found)

    async def join(self, body: bytes) -> bytes:
        """Answer who knocks: no member, so what counts is the proof in the request."""
        self._check_ready()
        asked = canonical.read(_JOIN, body, most=JOIN_BYTES)
        await self._door.knock(asked)
        return canonical.ENCODER.encode(await self._exchange.join_reply(asked))


def _release(poll: asyncio.Timeout) -> None:
    """Have a long-poll answered now."""
    if not poll.expired():
        poll.reschedule(asyncio.get_running_loop().time())
