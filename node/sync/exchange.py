"""What both sides of the sync need: this node's hello, its blocks, gossip and packs."""

from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Final

from node.errors import AnchorNotWritten, UserFault
from node.ingest import Taken
from node.joining import progress_of
from node.node import Node
from node.peers import Peer, Peers
from node.sync.packs import Filling, Key, Packer, Unpacked
from node.sync.telling import Telling
from node.views import names
from node.views.books import Books
from protocol import limits, rules, sync, wire
from protocol.ids import CoopId, Incarnation
from protocol.roster import gossip, identity
from protocol.roster.gossip import CardObject
from protocol.roster.identity import SignedCard
from protocol.sync import (
    Blocks,
    CertifiedBlock,
    Gossip,
    Hello,
    Ids,
    JoinReply,
    JoinRequest,
    Naming,
    Probe,
)
from protocol.wire import Head

#: Blocks and objects of one answer, in bytes.
_ANSWER_BYTES: Final = 1024 * 1024
_BLOCKS_AT_ONCE: Final = 500
#: Names of one answer. A hundred characters each, they are not half a megabyte.
_NAMES_AT_ONCE: Final = 1000


#: Told how many events have come in one go so far; None once that was all.
Received = Callable[[int | None], None]


class Exchange:
    """One node's side of every conversation."""

    def __init__(self, node: Node, received: Received | None = None) -> None:
        """Speak for `node`; `received` is told of a first sync while it lasts."""
        self._received = received
        self._in_all = 0
        self.node = node
        self.peers: Peers = node.peers
        self.packer = Packer(node.log, node.register)
        self.telling = Telling(node)
        node.register.on_change = self.tell

    def tell(self, coop: bytes) -> None:
        """Wake whoever waits: something that a co-op has signed is new in the pool."""
        self.node.ingest.tell((coop,))

    # --- hello ----------------------------------------------------------------------

    async def standing(self) -> tuple[bytes, bytes | None]:
        """Give heads digest and root, and remember them for comparing."""
        _, root = await self.node.ingest.standing()
        return self._stand(root)

    def stand(self) -> tuple[bytes, bytes | None]:
        """Give them without computing a root that is not known."""
        return self._stand(self.node.ingest.known_root())

    def _stand(self, root: bytes | None) -> tuple[bytes, bytes | None]:
        digest = self.packer.stand()
        self.peers.stand(digest, self.node.register.roster.tip, root)
        return digest, root

    async def hello(self, to: CoopId) -> Hello:
        """Say what this node holds."""
        register = self.node.register
        roster = register.roster
        digest, root = await self.standing()
        return Hello(
            version=sync.VERSION,
            rules=rules.VERSION,
            network=roster.network,
            coop=self.node.coop,
            instance=self.node.instance,
            tip_number=roster.number,
            tip=roster.tip,
            heads=digest,
            gossip=register.pool.digest(),
            root=root,
            card=register.own_card(),
            your_head=self._newest_head(to),
        )

    def _newest_head(self, coop: CoopId) -> Head | None:
        chains = self.node.log.of_coop(coop)
        if not chains:
            return None
        held = max(chains, key=lambda one: one.no)
        return Head(coop, held.chain.incarnation, held.last, held.last_id[:8])

    def heard(self, theirs: Hello) -> Peer:
        """Take note of a peer's hello, and of what it holds of the own log."""
        self.node.act.warn(theirs.coop, theirs.your_head)
        return self.peers.report(
            theirs.coop, theirs.heads, theirs.tip, theirs.root, self.node.clock.now_ms()
        )

    def note_contact(self, coop: CoopId) -> None:
        """Note that a peer was in touch."""
        self.peers.of(coop).last_contact_ms = self.node.clock.now_ms()

    async def learn_card(self, card: SignedCard) -> None:
        """Take a card that came with a hello, if it is news."""
        data = gossip.write(CardObject(card))
        await self.node.register.take_objects([data])

    # --- roster and gossip ------------------------------------------------------------

    async def blocks_since(self, since: int) -> Blocks:
        """Give certified blocks from a number on, as many as fit."""
        rows = await self.node.log.roster.blocks(since, _BLOCKS_AT_ONCE)
        taken: list[CertifiedBlock] = []
        size = 0
        for block, certificate in rows:
            size += len(block) + len(certificate)
            if taken and size > _ANSWER_BYTES:
                break
            taken.append(CertifiedBlock(block, certificate))
        more = since + len(taken) <= self.node.register.roster.number
        return Blocks(tuple(taken), more)

    def my_gossip(self, seen: Collection[bytes] = ()) -> Gossip:
        """Name what is in the pool, and what was seen besides and is not wanted."""
        mine = {one[:8] for one in self.node.register.pool.ids()}
        # What this node refuses to keep cannot be more than there is room for.
        room = limits.OBJECTS - len(mine)
        return Gossip(tuple(sorted(mine.union(list(seen)[:room]))))

    def lot_of(self, wanted: Collection[bytes]) -> tuple[bytes, ...]:
        """Give of these objects as many as go into one message."""
        return _within(self.node.register.pool.bytes_of(wanted), _ANSWER_BYTES)

    async def answer_gossip(self, theirs: Gossip) -> Gossip:
        """Take what they send; send what they lack or want; ask for what is missing."""
        await self.node.register.take_objects(theirs.objects)
        mine = {one[:8] for one in self.node.register.pool.ids()}
        lacking = (mine - set(theirs.have)) | (mine & set(theirs.want))
        wanted = set(theirs.have) - mine
        return Gossip(tuple(sorted(mine)), tuple(sorted(wanted)), self.lot_of(lacking))

    async def answer_probe(self, asked: Probe) -> Ids:
        """Give the ids at the places asked for, as far as they are held."""
        held = self.node.log.chains.get((asked.coop, asked.incarnation))
        if held is None:
            return Ids(())
        return Ids(
            tuple(
                [
                    await self.node.log.id_at(held, seq) if seq <= held.last else b""
                    for seq in asked.seqs
                ]
            )
        )

    # --- packs ----------------------------------------------------------------------

    async def take(self, unpacked: Unpacked) -> Taken:
        """Let a pack in; a lost tail of the own log that came with it is adopted."""
        more = unpacked.end is not None and unpacked.end.more
        taken = await self.node.ingest.take(unpacked.runs, unpacked.texts, more=more)
        self._tell_of_sync(taken.events, more=more)
        if self.node.coop in taken.coops:
            # What cannot be adopted now is adopted with what comes next; who brought
            # it is not at fault, and its other logs are in.
            with suppress(AnchorNotWritten, UserFault):
                await self.node.act.adopt_tails()
        return taken

    def _tell_of_sync(self, events: int, *, more: bool) -> None:
        """Count what comes in one go: a first sync, or catching up after a pause."""
        if more or self._in_all:
            self._in_all += events
            if self._received is not None:
                self._received(self._in_all if more else None)
        if not more:
            self._in_all = 0

    async def close_pack(
        self,
        to: CoopId,
        filling: Filling,
        cursor: wire.Cursor | None,
        *,
        more: bool,
        quick: bool = False,
    ) -> bytes:
        """Write a pack that answers a pull.

        quick: for somebody who waits; a root that is not known follows later.
        """
        wanted = await self._wanted_of(to)
        heads, root = self.stand() if quick else await self.standing()
        end = self.packer.end(
            cursor,
            more=more,
            heads=heads,
            root=root,
            wanted=wanted,
            named=filling.named.values(),
        )
        peer = self.peers.of(to)
        peer.cursor, peer.told_root = cursor, root is not None
        return wire.write_pack([*filling.frames, end])

    async def _wanted_of(self, coop: CoopId) -> list[bytes]:
        """Name sealed texts of a peer's log that are for this node and not here yet.

        It may not be within reach to be asked. Round and round: what it has lost must
        not stand in the way of what it has.
        """
        peer, tables = self.peers.of(coop), self.node.log.texts
        wanted = await tables.wanted_of(coop, peer.wanted, wire.WANTED)
        if not wanted and peer.wanted:
            wanted = await tables.wanted_of(coop, b"", wire.WANTED)
        peer.wanted = wanted[-1] if wanted else b""
        return wanted

    def beside(self) -> tuple[bytes, bytes]:
        """Give tip and gossip digest: what is held beside the logs."""
        return self.node.register.roster.tip, self.node.register.pool.digest()

    def takes(self, key: Key) -> bool:
        """Tell whether anything more of a chain is taken in here."""
        suspension = self.node.register.suspension
        return not (
            suspension.is_closed(key[0])
            or Incarnation(key[1]) in suspension.cuts(key[0])
            or self.packer.refuses(key)
        )

    def lacks(self, head: Head) -> bool:
        """Tell whether more of a chain is wanted here, up to a head of somebody's."""
        key = head.coop, head.incarnation
        held = self.node.log.chains.get(key)
        return (held is None or held.last < head.seq) and self.takes(key)

    # --- joining --------------------------------------------------------------------

    async def join_reply(self, asked: JoinRequest) -> JoinReply:
        """Give an applicant the roster and how far it is; a member the cards, too."""
        applicant = identity.coop_id(asked.application.inception)
        member, approvals, needed = progress_of(self.node.register, applicant)
        if member:
            await self.learn_card(asked.card)
        return JoinReply(
            await self.blocks_since(asked.since),
            member,
            approvals,
            needed,
            tuple(self.node.register.pool.signed_cards()) if member else (),
            await self._names() if asked.since == 0 else (),
        )

    async def _names(self) -> tuple[Naming, ...]:
        """Say what members are called, as far as it fits."""
        node = self.node
        books = Books(
            coop=node.coop, log=node.log, state=node.state, register=node.register
        )
        known = await names.load(books)
        members = sorted(node.register.roster.members, key=known.order)
        told = ((one, known.claimed(one)) for one in members)
        return tuple(Naming(*one) for one in told if one[1])[:_NAMES_AT_ONCE]


def _within(objects: list[bytes], most: int) -> tuple[bytes, ...]:
    taken: list[bytes] = []
    size = 0
    for one in objects:
        size += len(one)
        if taken and size > most:
            break
        taken.append(one)
    return tuple(taken)
