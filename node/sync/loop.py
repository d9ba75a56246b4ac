"""The sync at work: one puller and one pusher per peer that has an address.

The puller holds a long-poll open and takes what comes. The pusher brings news to a
peer that is not itself asking here: that is how a node behind no open port takes
part fully.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import aiohttp
import msgspec

from node.errors import WortleyError
from node.peers import Peer
from node.sync import packs
from node.sync.client import PeerClient, PeerProblem
from node.sync.exchange import Exchange
from node.sync.packs import Filling
from protocol import limits, sync, wire
from protocol.errors import Malformed, ProtocolError
from protocol.ids import CoopId
from protocol.sync import (
    Blocks,
    BlocksReply,
    Gossip,
    Hello,
    Pull,
    PushReply,
    RosterPull,
)
from protocol.wire import Cursor

log = logging.getLogger("wortley.sync")
_HELLO: Final = msgspec.msgpack.Decoder(Hello)
_BLOCKS: Final = msgspec.msgpack.Decoder(Blocks)
_BLOCKS_REPLY: Final = msgspec.msgpack.Decoder(BlocksReply)
_GOSSIP: Final = msgspec.msgpack.Decoder(Gossip)
_PUSH_REPLY: Final = msgspec.msgpack.Decoder(PushReply)

#: Waits after failures: doubling from the first to the last, in seconds.
_FIRST_WAIT_S: Final = 0.5
_LAST_WAIT_S: Final = 30.0
_POLL_S: Final = 25
#: A hello at least so often, so that lamps show what is, in seconds.
_HELLO_EVERY_S: Final = 20.0
#: News within so short a time go out together, in seconds.
_GATHER_S: Final = 0.01
_MISSING_AT_ONCE: Final = 256

_TROUBLE = (aiohttp.ClientError, OSError, TimeoutError, PeerProblem, ProtocolError)


class Conversation:
    """The talk with one peer, from this side."""

    def __init__(self, exchange: Exchange, client: PeerClient, coop: CoopId) -> None:
        """Talk to `coop` through `client`."""
        self._exchange = exchange
        self._node = exchange.node
        self._client = client
        self._coop = coop
        self._cursor: Cursor | None = None
        #: Where the round through the missing texts stands.
        self._asked = b""
        self._lock = asyncio.Lock()

    @property
    def _peer(self) -> Peer:
        return self._exchange.peers.of(self._coop)

    async def agree(self) -> None:
        """Say hello and settle roster and gossip, in both directions."""
        async with self._lock:
            ours = await self._exchange.hello(self._coop)
            theirs = await self._client.ask("/sync/v1/hello", ours, _HELLO)
            sync.check_hello(ours, theirs)
            self._exchange.heard(theirs)
            if theirs.tip_number > ours.tip_number:
                await self.pull_roster()
            elif theirs.tip_number < ours.tip_number:
                await self._push_blocks(theirs.tip_number + 1)
            if theirs.gossip != self._node.register.pool.digest():
                await self.swap_gossip()

    async def pull_roster(self) -> None:
        """Fetch the blocks that are missing here."""
        more = True
        while more:
            since = RosterPull(self._node.register.roster.number + 1)
            blocks = await self._client.ask("/sync/v1/roster", since, _BLOCKS)
            taken = await self._node.register.take_blocks(
                (one.block, one.certificate) for one in blocks.blocks
            )
            more = blocks.more and taken > 0

    async def _push_blocks(self, since: int) -> None:
        blocks = await self._exchange.blocks_since(since)
        await self._client.ask("/sync/v1/blocks", blocks, _BLOCKS_REPLY)

    async def swap_gossip(self) -> None:
        """Exchange the objects that one side has and the other lacks."""
        mine = self._exchange.my_gossip()
        answer = await self._client.ask("/sync/v1/gossip", mine, _GOSSIP)
        await self._node.register.take_objects(answer.objects)
        if answer.want:
            objects = self._node.register.pool.bytes_of(answer.want)
            now = self._exchange.my_gossip()
            more = msgspec.structs.replace(now, objects=tuple(objects))
            final = await self._client.ask("/sync/v1/gossip", more, _GOSSIP)
            await self._node.register.take_objects(final.objects)
        self._node.register.heard(self._coop)

    # --- pulling ----------------------------------------------------------------------

    async def pull(self, wait: int) -> bool:
        """Pull once; True if there is more at once. Waits for news up to `wait` s."""
        missing = await self._missing_texts()
        heads = None if self._cursor else self._exchange.packer.heads()
        ask = Pull(cursor=self._cursor, heads=heads, texts=tuple(missing), wait=wait)
        data = await self._client.send(
            "/sync/v1/pull",
            packs.encode(ask),
            most=limits.PACK_BYTES + limits.FRAME_BYTES,
        )
        unpacked = packs.unpack(data, self._node.register)
        taken = await self._exchange.take(unpacked)
        self._note_held(unpacked)
        if taken.refused:
            await self._settle_refusals(taken.refused)
        end = unpacked.end
        if end is None:
            raise Malformed("no-end", "the pack does not say where to go on")
        self._cursor = end.cursor
        await self._exchange.standing()
        self._exchange.peers.report(
            self._coop, end.heads, end.tip, end.root, self._node.clock.now_ms()
        )
        register = self._node.register
        if end.tip != register.roster.tip or end.gossip != register.pool.digest():
            await self.agree()
        return end.more

    async def _missing_texts(self) -> list[bytes]:
        log_db = self._node.log
        missing = await log_db.missing_texts(self._asked, _MISSING_AT_ONCE)
        self._asked = missing[-1] if missing else b""
        return missing

    def _note_held(self, unpacked: packs.Unpacked) -> None:
        held = self._peer.held
        if held is not None:
            held.update(packs.held_by(unpacked.runs))

    async def _settle_refusals(
        self, refused: list[tuple[bytes, ProtocolError]]
    ) -> None:
        """Settle what did not connect: look at the roster, then pull by heads."""
        self._cursor = None
        if any(error.retry for _, error in refused):
            await self.agree()
        for _, error in refused:
            if not error.retry:
                raise error

    # --- pushing ----------------------------------------------------------------------

    async def push(self) -> None:
        """Bring the peer what it lacks."""
        if self._peer.held is None:
            await self._send_pack(Filling())
        while True:
            filling = Filling()
            await self._exchange.packer.by_heads(filling, self._peer.held or {})
            if not filling.frames:
                return
            before = dict(self._peer.held or {})
            await self._send_pack(filling)
            if self._peer.held == before:
                return

    async def _send_pack(self, filling: Filling) -> None:
        data = await self._client.send(
            "/sync/v1/push",
            wire.write_pack(filling.frames),
            most=limits.MESSAGE_BYTES,
        )
        reply = packs.read_reply(data, _PUSH_REPLY)
        self._exchange.peers.took(self._coop, reply.heads)
        self._exchange.note_contact(self._coop)

    def needs_push(self) -> bool:
        """Tell whether the peer is not itself asking here, and so must be told."""
        peer = self._peer
        near = peer.polled_until > self._node.clock.monotonic()
        return peer.polling == 0 and not near


class SyncLoop:
    """Keeps a conversation going with every member that has an address."""

    def __init__(self, exchange: Exchange, session: aiohttp.ClientSession) -> None:
        """Talk for `exchange`'s node through `session`."""
        self._exchange = exchange
        self._node = exchange.node
        self._session = session
        self._running: dict[tuple[bytes, str], asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Follow the cards: start and stop conversations until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                # Taken before the look, so that a change during it is not missed.
                changed = self._node.ingest.changed
                wanted = self._wanted()
                for key in self._running.keys() - wanted:
                    self._running.pop(key).cancel()
                for coop, url in wanted - self._running.keys():
                    task = group.create_task(self._follow(CoopId(coop), url))
                    self._running[coop, url] = task
                await changed.wait()

    def _wanted(self) -> set[tuple[bytes, str]]:
        register = self._node.register
        if not register.is_member:
            return set()
        return {
            (coop, card.addresses[0])
            for coop, card in register.cards.items()
            if coop != self._node.coop and card.addresses
        }

    async def _follow(self, coop: CoopId, url: str) -> None:
        client = PeerClient(self._node, self._session, url)
        talk = Conversation(self._exchange, client, coop)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._persist(coop, lambda: self._pull_on(talk)))
            group.create_task(self._persist(coop, lambda: self._push_on(talk)))

    async def _persist(self, coop: CoopId, work: Callable[[], Awaitable[None]]) -> None:
        """Do work again and again; after a failure, wait longer each time."""
        wait = _FIRST_WAIT_S
        while True:
            try:
                await work()
                wait = _FIRST_WAIT_S
            except _TROUBLE as error:
                self._exchange.peers.failed(coop, describe(error))
                log.info("peer %s: %s", coop.hex()[:8], describe(error))
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LAST_WAIT_S)
            except WortleyError as error:
                if error.fatal:
                    raise
                self._exchange.peers.failed(coop, error.detail)
                log.warning("peer %s: %s", coop.hex()[:8], error)
                await asyncio.sleep(_LAST_WAIT_S)

    async def _pull_on(self, talk: Conversation) -> None:
        await talk.agree()
        while await talk.pull(wait=0):
            pass
        while True:
            await talk.pull(wait=_POLL_S)

    async def _push_on(self, talk: Conversation) -> None:
        while True:
            changed = self._node.ingest.changed
            if talk.needs_push():
                await talk.agree()
                await talk.push()
            with suppress(TimeoutError):
                async with asyncio.timeout(_HELLO_EVERY_S):
                    await changed.wait()
            await asyncio.sleep(_GATHER_S)


def describe(error: BaseException) -> str:
    """Say in words why a peer could not be reached or understood."""
    if isinstance(error, PeerProblem):
        return f"it answered {error}"
    if isinstance(error, ProtocolError):
        return f"what it sent was refused: {error}"
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "it cannot be reached"
    return str(error)[:200] or type(error).__name__
