"""The roster at work: the chain, the pool beside it, and this node's part in deciding.

    an object comes in ─▶ checked, kept ─▶ secretary proposes ─▶ electors accept
                                        ─▶ majority: certified block ─▶ roster moves

Proposals and accepts obey the publish path: database, anchor, and only then sent.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Final

import msgspec

from node.errors import OurFault, UserFault
from node.signer import Signer
from node.store.log_db import LogDb
from protocol import canonical, limits
from protocol.errors import Conflict, Malformed, ProtocolError, Unconnected
from protocol.ids import BlockId, ChangeId, CoopId
from protocol.roster import chain, change, deciding, gossip, identity
from protocol.roster.chain import Roster
from protocol.roster.change import Admit, Approval, Change, ChangeBody
from protocol.roster.deciding import Accept, Proposal
from protocol.roster.gossip import (
    AcceptObject,
    ApprovalObject,
    CardObject,
    ChangeObject,
    GossipObject,
    ProposalObject,
)
from protocol.roster.identity import Application, Card, SignedCard

_ACCEPTED: Final = "accepted"
_ACCEPT: Final = msgspec.msgpack.Decoder(Accept)


@dataclass(frozen=True, slots=True)
class Pending:
    """A change that waits for approvals or for its block."""

    change: Change
    sponsor: bytes
    approvals: dict[bytes, Approval]
    application: Application | None


class Register:
    """Roster and pool in memory, on disk in log.db."""

    def __init__(self, log_db: LogDb, signer: Signer) -> None:
        """Use `load` before anything else."""
        self._log = log_db
        self._signer = signer
        self._objects: dict[bytes, tuple[GossipObject, bytes]] = {}
        self._roster: Roster | None = None
        self.pending: dict[bytes, Pending] = {}
        self.cards: dict[bytes, Card] = {}
        self.lock = asyncio.Lock()
        self.on_block: Callable[[], Awaitable[None]] | None = None
        #: Called whenever the pool or the chain has changed, to wake who waits.
        self.on_change: Callable[[], None] = _nobody
        #: Electors that were heard since a restore; see `may_sign`.
        self._heard: set[bytes] = set()
        self._confirmed = False

    # --- reading ----------------------------------------------------------------

    @property
    def roster(self) -> Roster:
        """Give the roster; refuses where the node belongs to no network yet."""
        if self._roster is None:
            raise UserFault(
                code="no-network",
                detail="This node belongs to no network yet.",
                way_out="Found one with `wortley network create --name NAME`,"
                " or join one with `wortley join INVITATION`.",
            )
        return self._roster

    @property
    def founded(self) -> bool:
        """Tell whether there is a roster at all."""
        return self._roster is not None

    @property
    def is_member(self) -> bool:
        """Tell whether this co-op belongs to the network by now."""
        return self._roster is not None and self._signer.coop in self._roster.members

    def gossip_digest(self) -> bytes:
        """Digest the objects of the pool, for the hello."""
        return gossip.gossip_digest(self._objects)

    def object_ids(self) -> list[bytes]:
        """Name all objects in the pool."""
        return list(self._objects)

    def object_bytes(self, ids: Iterable[bytes]) -> list[bytes]:
        """Give objects by the first 8 bytes of their ids, in the order to take them."""
        wanted = {one[:8] for one in ids}
        found = [
            (gossip.RANK[gossip.kind_of(parsed)], data)
            for object_id, (parsed, data) in self._objects.items()
            if object_id[:8] in wanted
        ]
        return [data for _, data in sorted(found)]

    def log_key(self, coop: bytes) -> bytes | None:
        """Give a member's log key."""
        member = self.roster.members.get(CoopId(coop))
        return None if member is None else member.log_key

    # --- starting ---------------------------------------------------------------

    async def load(self) -> None:
        """Read the chain and the pool; every block is verified again."""
        since = 0
        while rows := await self._log.blocks(since, 500):
            for block, certificate in rows:
                if self._roster is None:
                    self._roster = chain.found(block)
                else:
                    self._roster = chain.extend(self._roster, block, certificate)
            since += len(rows)
        if self._roster is None:
            return
        stored = [data for _, _, data in await self._log.objects()]
        parsed = [(gossip.parse(data), data) for data in stored]
        for one, data in sorted(parsed, key=lambda pair: _rank(pair[0])):
            try:
                self._keep(one, data)
            except ProtocolError:
                await self._log.change_objects([], [gossip.object_id(data)])

    async def found(self, genesis: bytes) -> None:
        """Start a network with this genesis, or adopt the one it names."""
        async with self.lock:
            if self._roster is not None:
                raise UserFault(
                    code="network-exists",
                    detail="This node belongs to a network already.",
                    way_out="Use another data folder (--data) for another network.",
                )
            roster = chain.found(genesis)
            await self._log.add_block(0, genesis, b"")
            await self._log.load_chains(roster.network)
            self._roster = roster

    # --- the chain --------------------------------------------------------------

    async def take_blocks(self, blocks: Iterable[tuple[bytes, bytes]]) -> int:
        """Add certified blocks from a peer; give how many were new."""
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
        await self._log.add_block(after.number, block, certificate)
        self._roster = after
        await self._drop_stale()
        if self.on_block:
            await self.on_block()

    async def _drop_stale(self) -> None:
        """Let go of what the new block has settled or made impossible."""
        drop = [
            object_id
            for object_id, (one, _) in self._objects.items()
            if self._is_stale(one)
        ]
        for object_id in drop:
            del self._objects[object_id]
        self.pending = {
            key: one for key, one in self.pending.items() if self._is_open(one.change)
        }
        await self._log.change_objects([], drop)

    def _is_stale(self, one: GossipObject) -> bool:
        match one:
            case ProposalObject() | AcceptObject():
                return True
            case ChangeObject():
                return not self._is_open(change.parse(one.change, self.roster.network))
            case ApprovalObject():
                pending = self.pending.get(one.change)
                return pending is None or not self._is_open(pending.change)
            case CardObject():
                return False

    def _is_open(self, wanted: Change) -> bool:
        roster = self.roster
        if wanted.id in roster.entered:
            return False
        try:
            chain.check_base(roster, wanted, roster.number + 1)
        except Malformed:
            return False
        admits = wanted.body
        return not (
            isinstance(admits, Admit)
            and identity.coop_id(admits.inception) in roster.members
        )

    # --- the pool ---------------------------------------------------------------

    async def take_objects(self, objects: Iterable[bytes]) -> list[ProtocolError]:
        """Take objects from a peer, in their order; give what was refused."""
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
        if object_id in self._objects:
            return
        if (
            len(self._objects) >= limits.PENDING_OBJECTS
            # What moves the roster on is one per elector or member, and makes room.
            and isinstance(one, ChangeObject | ApprovalObject)
        ):
            raise Malformed("pool-full", "too many objects wait beside the roster")
        replaced = self._keep(one, data)
        add = [(object_id, gossip.kind_of(one), data)]
        await self._log.change_objects(add, replaced)
        self.on_change()

    def _keep(self, one: GossipObject, data: bytes) -> list[bytes]:
        """Check an object and put it into the pool; give the ids it replaces."""
        replaced: list[bytes] = []
        match one:
            case CardObject():
                replaced = self._keep_card(one.card)
            case ChangeObject():
                self._keep_change(one)
            case ApprovalObject():
                self._keep_approval(one)
            case ProposalObject():
                deciding.check_proposal(self.roster, one.proposal)
                self._check_single(one)
            case AcceptObject():
                deciding.check_accept(self.roster, one.accept)
                self._check_single(one)
        self._objects[gossip.object_id(data)] = (one, data)
        return replaced

    def _check_single(self, one: ProposalObject | AcceptObject) -> None:
        """Refuse a second proposal, or a second accept by one elector, for a number."""
        if isinstance(one, ProposalObject):
            if self._proposal() is not None:
                raise Conflict("proposed-twice", "another block was proposed already")
            return
        for other, _ in self._objects.values():
            if isinstance(other, AcceptObject) and (
                other.accept.coop == one.accept.coop
            ):
                raise Conflict("accepted-twice", "this elector accepted another block")

    def _keep_card(self, signed: SignedCard) -> list[bytes]:
        claimed = identity.peek_card(signed)
        key = self.log_key(claimed.coop)
        if key is None:
            raise Unconnected("coop-unknown", "a card of a co-op that is no member")
        card = identity.verify_card(signed, self.roster.network, key)
        known = self.cards.get(card.coop)
        if known is not None and known.counter >= card.counter:
            raise Malformed("card-old", "a newer card of this co-op is known")
        self.cards[card.coop] = card
        stale = [
            object_id
            for object_id, (one, _) in self._objects.items()
            if isinstance(one, CardObject)
            and identity.peek_card(one.card).coop == card.coop
        ]
        for object_id in stale:
            del self._objects[object_id]
        return stale

    def _keep_change(self, one: ChangeObject) -> None:
        roster = self.roster
        wanted = change.parse(one.change, roster.network)
        if not self._is_open(wanted):
            raise Malformed("change-moot", "the change has entered or come too late")
        if wanted.id in self.pending:
            raise Malformed("change-known", "the change is put already")
        self._check_approval(wanted, one.sponsor)
        by_sponsor = sum(
            1 for p in self.pending.values() if p.sponsor == one.sponsor.coop
        )
        if by_sponsor >= limits.PENDING_PER_SPONSOR:
            raise Malformed("sponsor-quota", "one co-op has put too many changes")
        if one.application is not None:
            applicant = identity.verify_application(one.application, roster.network)
            admits = wanted.body
            if not isinstance(admits, Admit) or applicant != identity.coop_id(
                admits.inception
            ):
                raise Malformed("application", "the application is for something else")
        approvals = {one.sponsor.coop: one.sponsor}
        self.pending[wanted.id] = Pending(
            wanted, one.sponsor.coop, approvals, one.application
        )

    def _keep_approval(self, one: ApprovalObject) -> None:
        pending = self.pending.get(one.change)
        if pending is None:
            raise Unconnected("change-unknown", "the change it approves is not here")
        if one.approval.coop in pending.approvals:
            # One message has many valid signatures; a flood of them is one approval.
            raise Malformed("approval-known", "this co-op has approved it already")
        self._check_approval(pending.change, one.approval)
        pending.approvals[one.approval.coop] = one.approval

    def _check_approval(self, wanted: Change, approval: Approval) -> None:
        key = self.log_key(approval.coop)
        if key is None or not change.approved(
            self.roster.network, wanted.id, approval, key
        ):
            raise Malformed("signature-invalid", "not approved by a member")

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
            return await self._approve(self.pending[change_id])

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
        for one, _ in self._objects.values():
            if (
                isinstance(one, CardObject)
                and identity.peek_card(one.card).coop == self._signer.coop
            ):
                return one.card
        raise OurFault(code="no-card", detail="This node has published no card yet.")

    def signed_cards(self) -> list[SignedCard]:
        """Give all members' cards as they were signed."""
        return [
            one.card for one, _ in self._objects.values() if isinstance(one, CardObject)
        ]

    def heard(self, coop: bytes) -> None:
        """Note an elector whose objects this node holds since it started."""
        self._heard.add(coop)

    def confirm(self) -> None:
        """Let a sole elector sign blocks again after a restore: a person has looked."""
        self._confirmed = True

    def may_sign(self) -> bool:
        """Tell whether this elector may sign a proposal or accept.

        After a restore it may have signed for the next number what it no longer
        knows; so it waits until every other elector has said what it holds, and a
        sole elector until a person confirms (SPEC 7.4).
        """
        if not self._signer.restored or self._confirmed:
            return True
        others = self.roster.electors - {self._signer.coop}
        return bool(others) and others <= self._heard

    async def decide(self) -> None:
        """Do what is this node's to do for the next block."""
        async with self.lock:
            await self._decide()

    async def _decide(self) -> None:
        while self._signer.coop in self.roster.electors and self.may_sign():
            await self._propose()
            await self._accept()
            if not await self._certify():
                return
        await self._certify()

    def _proposal(self) -> Proposal | None:
        for one, _ in self._objects.values():
            if isinstance(one, ProposalObject):
                return one.proposal
        return None

    async def _propose(self) -> None:
        roster = self.roster
        if self._signer.coop != roster.secretary or self._proposal() is not None:
            return
        if self._signer.proposed_number >= roster.number + 1:
            return
        pool = [(one.change, one.approvals) for one in self.pending.values()]
        entries = deciding.complete(roster, pool)
        if not entries:
            return
        proposal = self._signer.propose(roster, entries)
        block = chain.block_id(proposal.block)
        await self._sign_once(
            ProposalObject(proposal),
            lambda: self._signer.note_proposed(roster.number + 1, block),
        )

    async def _sign_once(
        self, one: GossipObject, note: Callable[[], Awaitable[None]]
    ) -> None:
        """Database, then anchor, and only then the pool that peers can read."""
        data = gossip.write(one)
        row = (gossip.object_id(data), gossip.kind_of(one), data)
        await self._log.change_objects([row], [])
        await note()
        self._keep(one, data)
        self.on_change()

    async def _accept(self) -> None:
        proposal = self._proposal()
        if proposal is None or self._own_accept() is not None:
            return
        stored = self._log.meta.get(_ACCEPTED)
        before = None if stored is None else _ACCEPT.decode(stored)
        given = self._signer.accept(self.roster, proposal, before)
        await self._log.set_meta(**{_ACCEPTED: canonical.ENCODER.encode(given)})
        await self._sign_once(
            AcceptObject(given),
            lambda: self._signer.note_accepted(given.number, BlockId(given.block)),
        )

    def _own_accept(self) -> Accept | None:
        for given in self._accepts():
            if given.coop == self._signer.coop:
                return given
        return None

    def _accepts(self) -> list[Accept]:
        return [
            one.accept
            for one, _ in self._objects.values()
            if isinstance(one, AcceptObject)
        ]

    async def _certify(self) -> bool:
        proposal = self._proposal()
        if proposal is None:
            return False
        block = chain.block_id(proposal.block)
        certificate = deciding.certify(self.roster, self._accepts(), block)
        if certificate is None:
            return False
        await self._add(proposal.block, certificate)
        return True


def _rank(one: GossipObject) -> int:
    return gossip.RANK[gossip.kind_of(one)]


def _nobody() -> None:
    """Tell nobody: what `on_change` does until somebody waits."""
