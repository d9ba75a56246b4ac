"""The talk with one peer from this side: agree, pull, push, and mind what differs."""

import asyncio
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import msgspec

from node.ingest import Taken
from node.peers import Peer
from node.sync import cited, forks, packs
from node.sync.client import PeerClient, PeerProblem
from node.sync.exchange import Exchange
from node.sync.packs import Eager, Filling, Key, Unpacked
from protocol import limits, sync, wire
from protocol.errors import Malformed, ProtocolError
from protocol.ids import CoopId
from protocol.roster import gossip
from protocol.sync import (
    Blocks,
    BlocksReply,
    Gossip,
    Hello,
    Pull,
    PushReply,
    RosterPull,
)
from protocol.wire import Cursor, EndFrame, Head

_HELLO: Final = msgspec.msgpack.Decoder(Hello)
_BLOCKS: Final = msgspec.msgpack.Decoder(Blocks)
_BLOCKS_REPLY: Final = msgspec.msgpack.Decoder(BlocksReply)
_GOSSIP: Final = msgspec.msgpack.Decoder(Gossip)
_PUSH_REPLY: Final = msgspec.msgpack.Decoder(PushReply)
_MISSING_AT_ONCE: Final = 256
#: Heads of so few chains cost less than to ask by a digest and then once more.
_FEW: Final = 8
#: So long the author of what a peer names may take to bring it, in seconds.
_OWED_S: Final = 1.0
_PULL_BYTES: Final = limits.PACK_BYTES
#: Messages of one swap of gossip, of 1 MiB each: all that may wait beside the roster
#: is 18 MiB.
_LOTS: Final = 32


@dataclass(slots=True)
class Owed:
    """What a peer has named, after which cursor, and until when others may bring it."""

    named: list[Head] = field(default_factory=list)
    after: Cursor | None = None
    until: float = 0.0


class Conversation:
    """The talk with one peer, from this side."""

    def __init__(self, exchange: Exchange, client: PeerClient, coop: CoopId) -> None:
        """Talk to `coop` through `client`."""
        self._exchange = exchange
        self._node = exchange.node
        self._client = client
        self.coop = coop
        self._cursor: Cursor | None = None
        #: What the pack to come answers: places by heads, None for a cursor.
        self._from: dict[Key, int] | None = None
        #: The heads of the peer as it last said them.
        self._heads: tuple[Head, ...] = ()
        #: Where the round through the missing texts stands.
        self._asked = b""
        self._lock = asyncio.Lock()
        self._owed = Owed()
        self._cited = cited.Round()

    @property
    def peer(self) -> Peer:
        """Give the notes on the peer."""
        return self._exchange.peers.of(self.coop)

    async def agree(self) -> None:
        """Say hello and settle roster and gossip, in both directions."""
        async with self._lock:
            ours = await self._exchange.hello(self.coop)
            theirs = await self._client.ask("/sync/v1/hello", ours, _HELLO)
            sync.check_hello(ours, theirs)
            if theirs.coop != self.coop:
                raise Malformed("hello-foreign", "another co-op answers there")
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
        """Exchange the objects that one side has and the other lacks, lot by lot.

        What was given or got once is not again: either side may refuse to keep some of
        it, and that must not stand before the rest.
        """
        exchange = self._exchange
        given: set[bytes] = set()
        seen: set[bytes] = set()
        asked = exchange.my_gossip()
        for _ in range(_LOTS):
            answer = await self._client.ask("/sync/v1/gossip", asked, _GOSSIP)
            await self._node.register.take_objects(answer.objects)
            got = {gossip.object_id(data)[:8] for data in answer.objects} - seen
            lot = exchange.lot_of(set(answer.want) - given)
            seen |= got
            given |= {gossip.object_id(data)[:8] for data in lot}
            now = exchange.my_gossip(seen)
            more = not set(answer.have) <= set(now.have)
            if not lot and not (got and more):
                return
            asked = msgspec.structs.replace(now, objects=lot)

    # --- pulling ----------------------------------------------------------------------

    async def pull(self, wait: int) -> bool:
        """Pull until there is no more; tell whether anything new came.

        Waits for news up to `wait` s. Ends with any peer: a pack that is not the last
        brings something new, or the peer is at fault.
        """
        await self._cited.fetch(self._node, self._client)
        if self._owed.named:
            wait = self._chase(wait)
        data: bytes | None = await self._fetch(self._cursor, self._first_heads(), wait)
        news = False
        while data is not None:
            unpacked = packs.unpack(data, self._node.register)
            if unpacked.end is None:
                raise Malformed("no-end", "the pack does not say where to go on")
            self._check_progress(unpacked, unpacked.end)
            data, new = await self._take_and_go_on(unpacked, unpacked.end)
            news = news or new
        return news

    def _first_heads(self) -> tuple[Head, ...] | None:
        """Give the heads where they are shorter than to ask without them first."""
        if self._cursor or len(self._node.log.chains) > _FEW:
            return None
        return self._exchange.packer.heads()

    def _chase(self, wait: int) -> int:
        """See what the peer has named and nobody has brought; say how long to wait.

        After a while it is asked for itself, from where it named the first of it.
        """
        owed = self._owed
        owed.named = [one for one in owed.named if self._exchange.lacks(one)]
        left = owed.until - asyncio.get_running_loop().time()
        if not owed.named:
            return wait
        if left > 0:
            return min(wait, math.ceil(left))
        self._cursor, self._owed = owed.after, Owed()
        return 0

    def _owe(self, named: Iterable[Head], after: Cursor | None) -> None:
        """Note what a peer names and others are about to bring."""
        lacking = [one for one in named if self._exchange.lacks(one)]
        if lacking and not self._owed.named:
            now = asyncio.get_running_loop().time()
            self._owed = Owed(after=after, until=now + _OWED_S)
        self._owed.named.extend(lacking)

    def _check_progress(self, unpacked: Unpacked, end: EndFrame) -> None:
        """Refuse a pack that says there is more and brings nothing of it (SPEC 12.2).

        Whoever asks by heads says exactly what it holds. Along a cursor everything may
        have come from elsewhere meanwhile.
        """
        if not end.more or self._from is None:
            return
        ends = packs.held_by(unpacked.runs)
        # What is passed over here without a word could be sent for ever.
        if not any(
            seq > self._from.get(key, 0) and self._exchange.takes(key)
            for key, seq in ends.items()
        ):
            raise Malformed(
                "no-progress", "there is more, it says, and sends none of it"
            )

    async def _take_and_go_on(
        self, unpacked: Unpacked, end: EndFrame
    ) -> tuple[bytes | None, bool]:
        """Take a pack in; give the one after it, if one is to come, and what was new.

        The next one is on its way meanwhile: the peer has to read and prove it, too.
        """
        if not end.more:
            return None, (await self._take(unpacked, end)).new
        # A cursor that leads through what is held leads nowhere: heads say what lacks.
        cursor = end.cursor if self._is_news(unpacked) else None
        heads = None if cursor else self._heads_after(unpacked)
        fetched, taken = await asyncio.gather(
            self._fetch(cursor, heads, 0),
            self._take(unpacked, end),
            return_exceptions=True,
        )
        if isinstance(taken, BaseException):
            raise taken
        if isinstance(fetched, BaseException):
            raise fetched
        # Where some of it was refused, the next one builds on what is not here.
        return None if taken.refused else fetched, taken.new

    def _is_news(self, unpacked: Unpacked) -> bool:
        chains = self._node.log.chains
        return any(
            key not in chains or chains[key].last < seq
            for key, seq in packs.held_by(unpacked.runs).items()
        )

    async def _fetch(
        self, cursor: Cursor | None, heads: tuple[Head, ...] | None, wait: int
    ) -> bytes:
        missing = await self._missing_texts()
        self._from = (
            None
            if heads is None
            else {(one.coop, one.incarnation): one.seq for one in heads}
        )
        ask = Pull(
            cursor=cursor,
            heads=heads,
            texts=tuple(missing),
            wait=wait,
            holds=None if heads is not None else self._exchange.packer.stand(),
        )
        return await self._client.send(
            "/sync/v1/pull", packs.encode(ask), most=_PULL_BYTES
        )

    def _heads_after(self, unpacked: Unpacked) -> tuple[Head, ...]:
        """Give the heads as they will be once a pack is taken in.

        The ids there are not known before hashing; a pull does not need them.
        """
        ends = packs.held_by(unpacked.runs)
        heads = {
            (one.coop, one.incarnation): one for one in self._exchange.packer.heads()
        }
        for key, seq in ends.items():
            if key not in heads or heads[key].seq < seq:
                heads[key] = Head(*key, seq, bytes(8))
        return tuple(heads[key] for key in sorted(heads))

    async def _take(self, unpacked: Unpacked, end: EndFrame) -> Taken:
        """Take a pack in; where some of it was refused, that is settled."""
        taken = await self._exchange.take(unpacked)
        self._note_held(unpacked)
        self._owe(end.named, self._cursor)
        self._cursor = end.cursor
        if taken.refused:
            # Forgets the cursor again: what did not connect is asked for by heads.
            await self._settle_refusals(taken.refused)
        await self._bring(end.wanted)
        self._exchange.stand()
        self._exchange.peers.report(
            self.coop, end.heads, end.tip, end.root, self._node.clock.now_ms()
        )
        register = self._node.register
        if end.tip != register.roster.tip or end.gossip != register.pool.digest():
            await self.agree()
        return taken

    async def _bring(self, wanted: tuple[bytes, ...]) -> None:
        """Bring what the peer lacks of our sealed texts and cannot ask us for."""
        if wanted:
            filling = Filling(self.coop)
            await self._exchange.packer.add_texts(filling, wanted)
            if filling.frames:
                await self._send_pack(filling)

    async def _missing_texts(self) -> list[bytes]:
        log_db = self._node.log
        missing = await log_db.texts.missing(self._asked, _MISSING_AT_ONCE)
        if not missing and self._asked:
            missing = await log_db.texts.missing(b"", _MISSING_AT_ONCE)
        self._asked = missing[-1] if missing else b""
        return missing

    def _note_held(self, unpacked: Unpacked) -> None:
        held = self.peer.held
        if held is not None:
            held.update(packs.held_by(unpacked.runs))

    async def _settle_refusals(self, refused: list[tuple[Key, ProtocolError]]) -> None:
        """Settle what did not connect: look at the roster, then pull by heads.

        A run that does not verify on what is held here may stand on another branch.
        """
        self._cursor = None
        if any(error.retry for _, error in refused):
            await self.agree()
        for key, error in refused:
            if error.retry:
                continue
            if error.code not in forks.SIGNS or not await self._find_fork(key):
                raise error

    # --- pushing ----------------------------------------------------------------------

    async def bring(self, *, news: bool) -> None:
        """Tell the peer what is new; it does not ask here by itself.

        news: what it is to be told at once, and no more; what else it holds is not
        asked about.
        """
        peer, telling = self.peer, self._exchange.telling
        count, beside = telling.count, self._exchange.beside()
        if not news or peer.beside != beside:
            await self.agree()
            peer.beside = self._exchange.beside()
        if news and peer.held is not None:
            await self.push(partial(telling.is_eager, peer=self.coop))
        elif not self._exchange.peers.in_sync(self.coop):
            await self._send_pack(Filling(self.coop))
            await self.push()
        telling.told(peer, count, wholly=not news)

    async def push(self, eager: Eager | None = None) -> None:
        """Bring the peer what it lacks, as long as it holds more for it."""
        if self.peer.held is None:
            await self._send_pack(Filling(self.coop))
        while True:
            filling = Filling(self.coop)
            held = self.peer.held or {}
            await self._exchange.packer.by_heads(filling, held, eager)
            if not filling.frames:
                return
            before = self._shared()
            try:
                await self._send_pack(filling)
            except PeerProblem as problem:
                # What we send may stand on another branch of a chain than it holds.
                if problem.code not in forks.SIGNS or not await self.inspect():
                    raise
                continue
            if self._shared() <= before:
                return

    def _shared(self) -> int:
        """Count the events held here that the peer says it holds, too."""
        theirs = self.peer.held or {}
        return sum(
            min(held.last, theirs.get(key, 0))
            for key, held in self._node.log.chains.items()
        )

    async def _send_pack(self, filling: Filling) -> None:
        data = await self._client.send(
            "/sync/v1/push",
            wire.write_pack(filling.frames),
            most=limits.MESSAGE_BYTES,
        )
        reply = packs.read_reply(data, _PUSH_REPLY)
        self._heads = reply.heads
        self._exchange.peers.took(self.coop, reply.heads)
        self._exchange.note_contact(self.coop)

    def needs_push(self) -> bool:
        """Tell whether the peer is not itself asking here, and so must be told."""
        peer = self.peer
        near = peer.polled_until > self._node.clock.monotonic()
        return peer.polling == 0 and not near

    # --- what differs ---------------------------------------------------------------

    async def inspect(self) -> bool:
        """Compare heads with a peer that holds something else for no visible reason.

        True where a chain that was signed twice is the reason, and that is proved.
        """
        await self._send_pack(Filling(self.coop))
        found = False
        for head in self._heads:
            key = (head.coop, head.incarnation)
            if await forks.differs(self._node, head):
                found = await self._find_fork(key) or found
        return found

    async def _find_fork(self, key: Key) -> bool:
        """Look for the place where a chain was signed twice; True if proved."""
        return await forks.find(self._exchange, self._client, key)
