"""The roster at work: the chain, the pool beside it, and this node's part in deciding.

    an object comes in ─▶ checked, kept ─▶ secretary proposes ─▶ electors accept
                                        ─▶ majority: certified block ─▶ roster moves

What this node signs for a block is in `ballots`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final

from node.ballots import Ballots, certified
from node.closing import Closings
from node.errors import AnchorNotWritten, OurFault, UserFault
from node.pool import Pending, Pool
from node.signer import Signer
from node.store.log_db import LogDb
from node.store.node_db import Heard
from node.suspension import Suspension
from protocol.equivocation import Proof
from protocol.errors import Malformed, ProtocolError
from protocol.ids import ChangeId, CoopId
from protocol.log import Place
from protocol.roster import chain, change, deciding, gossip
from protocol.roster.chain import Roster
from protocol.roster.change import Admit, ChangeBody, Close
from protocol.roster.deciding import Proposal
from protocol.roster.gossip import (
    ApprovalObject,
    CardObject,
    ChangeObject,
    GossipObject,
    ProofObject,
)
from protocol.roster.identity import Application, Card, SignedCard

log = logging.getLogger("wortley.register")
#: Closes of one block: each makes every elector look up to 81 places up.
_CLOSES: Final = 8


class Register:
    """Roster and pool in memory, on disk in log.db."""

    def __init__(self, log_db: LogDb, signer: Signer) -> None:
        """Use `load` before anything else."""
        self._log = log_db
        #: Set once the state is open; without them nothing is closed.
        self.closings: Closings | None = None
        self._signer = signer
        self._pool: Pool | None = None
        #: What the proofs in the pool leave of the logs.
        self.suspension = Suspension(log_db)
        self.lock = asyncio.Lock()
        self.on_block: Callable[[], Awaitable[None]] | None = None
        #: Told the co-op whose log a new proof suspends.
        self.on_proof: Callable[[bytes], Awaitable[None]] | None = None
        #: Told who signed what is new in the pool, to wake who waits.
        self.on_change: Callable[[bytes], None] = _nothing_new
        #: Told that what is folded of a log, or of all, will not be what counts.
        self.outdate: Callable[[bytes | None], None] = _nothing
        self._ballots = Ballots(log_db, signer, self._tell)
        #: What co-ops were called before their profiles are here (node.db).
        self.heard: dict[bytes, Heard] = {}
        #: Stored objects that were found damaged at the start, and left out.
        self.damaged = 0

    # --- reading ----------------------------------------------------------------

    @property
    def roster(self) -> Roster:
        """Give the roster; refuses where the node belongs to no network yet."""
        return self.pool.roster

    @property
    def pool(self) -> Pool:
        """Give the pool beside the roster; refuses like `roster`."""
        if self._pool is None:
            raise UserFault(
                code="no-network",
                detail="This node belongs to no network yet.",
                way_out="Found one with `wortley network create --name NAME`,"
                " or join one with `wortley join INVITATION`.",
            )
        return self._pool

    @property
    def founded(self) -> bool:
        """Tell whether there is a roster at all."""
        return self._pool is not None

    @property
    def is_member(self) -> bool:
        """Tell whether this co-op belongs to the network by now."""
        return self._pool is not None and self._signer.coop in self.roster.members

    @property
    def applied(self) -> dict[bytes, str]:
        """Give the names under which members applied that were admitted of late."""
        return self.pool.applied

    @property
    def pending(self) -> dict[bytes, Pending]:
        """Give the changes that wait, by id."""
        return self.pool.pending

    @property
    def proofs(self) -> Mapping[bytes, Mapping[bytes, Proof]]:
        """Give the proofs of equivocation against each log, by object id."""
        return {} if self._pool is None else self._pool.proofs

    @property
    def cards(self) -> dict[bytes, Card]:
        """Give the members' cards."""
        return {} if self._pool is None else self._pool.cards

    def log_key(self, coop: bytes) -> bytes | None:
        """Give a member's log key."""
        member = self.roster.members.get(CoopId(coop))
        return None if member is None else member.log_key

    # --- starting ---------------------------------------------------------------

    async def load(self) -> None:
        """Read the chain and the pool; every block is verified again."""
        roster: Roster | None = None
        since = 0
        while rows := await self._log.roster.blocks(since, 500):
            for block, certificate in rows:
                if roster is None:
                    roster = chain.found(block)
                else:
                    roster = chain.extend(roster, block, certificate)
            since += len(rows)
        if roster is None:
            return
        await self._log.load_chains(roster.network)
        # What stood in the pool was checked against the chains when it was taken.
        self._pool = Pool(roster, lambda _: True)
        for one, data in await self._stored_objects():
            try:
                self._pool.keep(one, data)
            except ProtocolError:
                await self._log.roster.change_objects([], [gossip.object_id(data)])
        await self._cut_chains()

    async def _cut_chains(self) -> None:
        self.pool.holds = self.suspension.holds
        for proofs in self.proofs.values():
            for proof in proofs.values():
                self.suspension.note(proof, await self.suspension.look(proof))

    async def _stored_objects(self) -> list[tuple[GossipObject, bytes]]:
        """Read the objects in the order to take them; damaged ones go, and are told.

        A damaged row that stayed would keep the same object from being stored again
        when a peer brings it.
        """
        found: list[tuple[GossipObject, bytes]] = []
        for object_id, kind, data in await self._log.roster.objects():
            try:
                if gossip.object_id(data) != object_id:
                    raise Malformed("object-damaged", "its bytes are not those stored")
                found.append((gossip.parse(data), data))
            except ProtocolError as error:
                log.warning("a stored %s is left out: %s", kind, error)
                self.damaged += 1
                await self._log.roster.change_objects([], [object_id])
        return sorted(found, key=lambda pair: _rank(pair[0]))

    async def found(self, genesis: bytes) -> None:
        """Start a network with this genesis, or adopt the one it names."""
        async with self.lock:
            if self._pool is not None:
                raise UserFault(
                    code="network-exists",
                    detail="This node belongs to a network already.",
                    way_out="Use another data folder (--data) for another network.",
                )
            roster = chain.found(genesis)
            await self._log.roster.add_block(0, genesis, b"")
            await self._log.load_chains(roster.network)
            self._pool = Pool(roster, self.suspension.holds)

    # --- the chain --------------------------------------------------------------

    async def take_blocks(self, blocks: Iterable[tuple[bytes, bytes]]) -> int:
        """Add certified blocks from a peer; give how many were new.

        Finished even where who brought them leaves: half of it is a disk that holds a
        block that memory does not.
        """
        return await asyncio.shield(self._take_blocks(list(blocks)))

    async def _take_blocks(self, blocks: Iterable[tuple[bytes, bytes]]) -> int:
        async with self.lock:
            count = 0
            for block, certificate in blocks:
                if chain.parse_block(block).number <= self.roster.number:
                    continue
                await self._add(block, certificate)
                count += 1
            if count:
                await self._decide()
            return count

    async def _add(self, block: bytes, certificate: bytes) -> None:
        after = chain.extend(self.roster, block, certificate)
        await self._log.roster.add_block(after.number, block, certificate)
        self.outdate(None)
        await self._log.roster.change_objects([], self.pool.follow(after))
        if self.on_block:
            await self.on_block()

    # --- the pool ---------------------------------------------------------------

    async def take_objects(self, objects: Iterable[bytes]) -> list[ProtocolError]:
        """Take objects from a peer, in their order; give what was refused."""
        return await asyncio.shield(self._take_objects(list(objects)))

    async def _take_objects(self, objects: Iterable[bytes]) -> list[ProtocolError]:
        async with self.lock:
            refused: list[ProtocolError] = []
            for data in objects:
                try:
                    await self._take(gossip.parse(data), data)
                except ProtocolError as error:
                    refused.append(error)
            await self._decide()
            return refused

    async def _take(self, one: GossipObject, data: bytes) -> None:
        object_id = gossip.object_id(data)
        if object_id in self.pool:
            return
        if isinstance(one, ChangeObject) and self._sponsored(one):
            # Put by somebody else, too: what is new in it is one more approval.
            wanted = change.parse(one.change, self.roster.network)
            one = ApprovalObject(wanted.id, one.sponsor)
            data = gossip.write(one)
            object_id = gossip.object_id(data)
        if isinstance(one, ChangeObject | ApprovalObject) and self.pool.is_full():
            raise Malformed("pool-full", "too many objects wait beside the roster")
        if isinstance(one, ProofObject):
            replaced = await self._keep_proof(one, data)
        else:
            replaced = self.pool.keep(one, data)
        add = [(object_id, gossip.kind_of(one), data)]
        await self._log.roster.change_objects(add, replaced)
        if isinstance(one, ProofObject) and self.on_proof is not None:
            await self.on_proof(one.proof.coop)
        self.on_change(gossip.signer_of(one) or self._signer.coop)

    async def _keep_proof(self, one: ProofObject, data: bytes) -> list[bytes]:
        # Read before the proof is there: who says hello in between must not miss it.
        cut = await self.suspension.look(one.proof)
        replaced = self.pool.keep(one, data)
        self.suspension.note(one.proof, cut)
        self.outdate(one.proof.coop)
        return replaced

    def _sponsored(self, one: ChangeObject) -> bool:
        return change.parse(one.change, self.roster.network).id in self.pending

    # --- this node's part -------------------------------------------------------

    async def put(self, body: ChangeBody, kind: str, nonce: bytes) -> ChangeId:
        """Put a change to the electors, with this co-op's approval."""
        return await self._put(body, kind, nonce, None)

    async def admit(self, application: Application, nonce: bytes) -> ChangeId:
        """Sponsor an applicant; a second sponsorship of the same one approves it."""
        return await self._put(
            Admit(application.inception), "admit", nonce, application
        )

    async def _put(
        self, body: ChangeBody, kind: str, nonce: bytes, application: Application | None
    ) -> ChangeId:
        async with self.lock:
            roster = self.roster
            same = [
                one
                for one in self.pending.values()
                if (one.change.kind, one.change.body) == (kind, body)
            ]
            if same:
                return await self._approve(same[0])
            data = change.write(kind, body, roster.tip, nonce)
            wanted = change.parse(data, roster.network)
            sponsor = self._signer.approve(roster.network, wanted.id)
            one = ChangeObject(data, sponsor, application)
            await self._take(one, gossip.write(one))
            await self._decide()
            return wanted.id

    async def approve(self, change_id: bytes) -> ChangeId:
        """Approve a change that waits."""
        async with self.lock:
            pending = self.pending.get(change_id)
            if pending is None:
                raise UserFault(
                    code="change-settled",
                    detail="This change waits no more: a block has taken it in, or it"
                    " came too late.",
                    way_out="`wortley members` shows how things stand.",
                )
            return await self._approve(pending)

    async def _approve(self, pending: Pending) -> ChangeId:
        wanted = pending.change
        if self._signer.coop not in pending.approvals:
            approval = self._signer.approve(self.roster.network, wanted.id)
            one = ApprovalObject(wanted.id, approval)
            await self._take(one, gossip.write(one))
        await self._decide()
        return wanted.id

    async def publish_card(self, card: Card) -> None:
        """Sign this node's card and let it travel."""
        async with self.lock:
            signed = self._signer.card(card, self.roster.network)
            one = CardObject(signed)
            await self._take(one, gossip.write(one))

    def own_card(self) -> SignedCard:
        """Give this node's card as it was published."""
        card = self.pool.card_of(self._signer.coop)
        if card is None:
            raise OurFault(code="no-card", detail="This node has published no card.")
        return card

    # --- deciding ---------------------------------------------------------------

    def confirm(self) -> None:
        """Let an elector sign blocks again after a restore: a person has looked."""
        self._ballots.confirm()

    def may_sign(self) -> bool:
        """Tell whether this elector may sign for the next block (`Ballots`)."""
        return self._ballots.may_sign(self.pool)

    async def doubt(self) -> None:
        """Note that this node may have signed for the next block what it lost."""
        await self._ballots.doubt(self.roster.number + 1)

    async def follow(self) -> None:
        """Bring the anchor to the ballots in the database, before anything is sent."""
        await self._ballots.follow(self.pool)

    async def decide(self) -> None:
        """Do what is this node's to do for the next block."""
        async with self.lock:
            await self._decide()

    async def _decide(self) -> None:
        """Sign as long as that adds blocks; add what the others have decided.

        Where the anchor cannot be written nothing is signed, and the rest goes on: the
        chain and its objects come in all the same. It is tried again with whatever
        comes next; `Signer.failure` says so meanwhile.
        """
        while self._signer.coop in self.roster.electors and self.may_sign():
            try:
                await self._ballots.take_word()
                await self._propose()
                await self._accept()
            except AnchorNotWritten:
                break
            if not await self._certify():
                return
        await self._certify()

    def _tell(self) -> None:
        self.on_change(self._signer.coop)

    async def _propose(self) -> None:
        roster = self.roster
        if self._signer.coop != roster.secretary or self.pool.proposal() is not None:
            return
        proposed = self._signer.proposed
        if proposed is not None and proposed.number > roster.number:
            return
        pool = [(one.change, one.approvals) for one in await self._ready()]
        entries = deciding.complete(roster, pool)
        if entries:
            await self._ballots.propose(self.pool, entries)

    async def _accept(self) -> None:
        proposal = self.pool.proposal()
        if proposal is not None and await self._is_complete(proposal):
            await self._ballots.accept(self.pool, proposal)

    async def _is_complete(self, proposal: Proposal) -> bool:
        """Tell whether all is here that the closes of a proposed block name."""
        closes, closings = self._closes_of(proposal), self.closings
        return not closes or (
            closings is not None
            and all([await closings.may_enter(one) for one in closes])
        )

    def _closes_of(self, proposal: Proposal) -> list[Close]:
        entries = chain.parse_block(proposal.block).entries
        changes = [change.parse(one.change, self.roster.network) for one in entries]
        return [one.body for one in changes if isinstance(one.body, Close)]

    async def gaps(self) -> list[tuple[bytes, Place]]:
        """Name the places of logs that closings need and no log will bring, by co-op.

        Electors ask for what a proposed block needs, the secretary for what it could
        propose: one close of each co-op, so that nobody crowds out others.
        """
        if self._pool is None or self.closings is None:
            return []
        roster, me = self.roster, self._signer.coop
        closes: list[Close] = []
        proposal = self.pool.proposal()
        if proposal is not None and me in roster.electors:
            closes += self._closes_of(proposal)
        if me == roster.secretary:
            bodies = [one.change.body for one in self.pending.values()]
            each = {one.coop: one for one in bodies if isinstance(one, Close)}
            closes += each.values()
        return await self.closings.gaps(closes)

    async def _ready(self) -> list[Pending]:
        """Give the changes that may enter the next block, few closes among them."""
        ready: list[Pending] = []
        closes, closings = 0, self.closings
        for one in self.pending.values():
            body = one.change.body
            if not isinstance(body, Close):
                ready.append(one)
            elif closings and closes < _CLOSES and await closings.is_held(body):
                closes += 1
                ready.append(one)
        return ready

    async def _certify(self) -> bool:
        found = certified(self.pool)
        if found is None:
            return False
        await self._add(*found)
        return True


def _rank(one: GossipObject) -> int:
    return gossip.RANK[gossip.kind_of(one)]


def _nothing(_coop: bytes | None) -> None:
    """Outdate nothing: what `outdate` does until a state is there."""


def _nothing_new(_coop: bytes) -> None:
    """Tell nobody: what `on_change` does until somebody waits."""
