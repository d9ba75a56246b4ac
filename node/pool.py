"""The pool beside the roster: objects that travel until a block takes them in.

In memory; the register writes through to log.db. Every object is checked against the
roster of the moment before it is kept.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from protocol import equivocation, limits
from protocol.equivocation import Proof
from protocol.errors import Conflict, Malformed, Unconnected
from protocol.ids import CoopId
from protocol.roster import chain, change, deciding, gossip, identity
from protocol.roster.chain import Roster
from protocol.roster.change import Admit, Approval, Change
from protocol.roster.deciding import Accept, Proposal
from protocol.roster.gossip import (
    AcceptObject,
    ApprovalObject,
    CardObject,
    ChangeObject,
    GossipObject,
    ProofObject,
    ProposalObject,
)
from protocol.roster.identity import Application, Card, SignedCard


@dataclass(frozen=True, slots=True)
class Pending:
    """A change that waits for approvals or for its block."""

    change: Change
    sponsor: bytes
    approvals: dict[bytes, Approval]
    application: Application | None


class Pool:
    """Objects by id, and what they add up to: pending changes, cards."""

    def __init__(self, roster: Roster, holds: Callable[[Proof], bool]) -> None:
        """Start empty, beside `roster`; `holds` knows the chain that a proof names."""
        self.roster = roster
        self.holds = holds
        self._objects: dict[bytes, tuple[GossipObject, bytes]] = {}
        self.pending: dict[bytes, Pending] = {}
        #: The names under which members applied that were admitted since the start:
        #: what they are called until their own logs say it.
        self.applied: dict[bytes, str] = {}
        self.cards: dict[bytes, Card] = {}
        #: Proofs of equivocation against each log, by object id: those that are kept.
        self.proofs: dict[bytes, dict[bytes, Proof]] = {}

    # --- reading ----------------------------------------------------------------

    def __contains__(self, object_id: bytes) -> bool:
        """Tell whether an object is kept."""
        return object_id in self._objects

    def digest(self) -> bytes:
        """Digest the objects of the pool, for the hello."""
        return gossip.gossip_digest(self._objects)

    def ids(self) -> list[bytes]:
        """Name all objects in the pool."""
        return list(self._objects)

    def bytes_of(self, ids: Iterable[bytes]) -> list[bytes]:
        """Give objects by the first 8 bytes of their ids, in the order to take them."""
        wanted = {one[:8] for one in ids}
        found = [
            (gossip.RANK[gossip.kind_of(parsed)], data)
            for object_id, (parsed, data) in self._objects.items()
            if object_id[:8] in wanted
        ]
        return [data for _, data in sorted(found)]

    def signed_cards(self) -> list[SignedCard]:
        """Give all members' cards as they were signed."""
        return [
            one.card for one, _ in self._objects.values() if isinstance(one, CardObject)
        ]

    def card_of(self, coop: bytes) -> SignedCard | None:
        """Give a member's card as it was signed."""
        for card in self.signed_cards():
            if identity.peek_card(card).coop == coop:
                return card
        return None

    def proposal(self) -> Proposal | None:
        """Give the proposal for the next block, if one is here."""
        for one, _ in self._objects.values():
            if isinstance(one, ProposalObject):
                return one.proposal
        return None

    def accepts(self) -> list[Accept]:
        """Give the accepts for the next block that are here."""
        return [
            one.accept
            for one, _ in self._objects.values()
            if isinstance(one, AcceptObject)
        ]

    def is_full(self) -> bool:
        """Tell whether there is no room for more changes and approvals.

        What moves the roster on (proposals, accepts, cards) always has room, and so
        have proofs: they are so many per elector or member.
        """
        waiting = sum(
            isinstance(one, ChangeObject | ApprovalObject)
            for one, _ in self._objects.values()
        )
        return waiting >= limits.PENDING_OBJECTS

    # --- keeping ----------------------------------------------------------------

    def keep(self, one: GossipObject, data: bytes) -> list[bytes]:
        """Check an object and put it into the pool; give the ids it replaces."""
        replaced: list[bytes] = []
        match one:
            case CardObject():
                replaced = self._keep_card(one.card, gossip.object_id(data))
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
            case ProofObject():
                replaced = self._keep_proof(one.proof, gossip.object_id(data))
        self._objects[gossip.object_id(data)] = (one, data)
        return replaced

    def _check_single(self, one: ProposalObject | AcceptObject) -> None:
        """Refuse a second proposal, or a second accept by one elector, for a number."""
        if isinstance(one, ProposalObject):
            if self.proposal() is not None:
                raise Conflict("proposed-twice", "another block was proposed already")
            return
        for other, _ in self._objects.values():
            if isinstance(other, AcceptObject) and (
                other.accept.coop == one.accept.coop
            ):
                raise Conflict("accepted-twice", "this elector accepted another block")

    def _keep_card(self, signed: SignedCard, object_id: bytes) -> list[bytes]:
        claimed = identity.peek_card(signed)
        key = self._log_key(claimed.coop)
        if key is None:
            raise Unconnected("coop-unknown", "a card of a co-op that is no member")
        card = identity.verify_card(signed, self.roster.network, key)
        new = (card.counter, object_id)
        known = self._standing_of(card.coop)
        if known is not None and not identity.supersedes(new, known):
            raise Malformed("card-old", "a newer card of this co-op is known")
        self.cards[card.coop] = card
        if known is None:
            return []
        del self._objects[known[1]]
        return [known[1]]

    def _standing_of(self, coop: bytes) -> tuple[int, bytes] | None:
        """Give counter and object id of the card that is kept of a co-op."""
        for object_id, (one, _) in self._objects.items():
            if isinstance(one, CardObject):
                card = identity.peek_card(one.card)
                if card.coop == coop:
                    return card.counter, object_id
        return None

    def _keep_proof(self, proof: Proof, object_id: bytes) -> list[bytes]:
        key = self._log_key(proof.coop)
        if key is None:
            raise Unconnected(
                "coop-unknown", "a proof against a co-op that is no member"
            )
        known = self.proofs.get(proof.coop, {})
        kept = equivocation.kept({**known, object_id: proof})
        if object_id not in kept:
            raise Malformed("proof-known", "as much is proved against this log already")
        if not self.holds(proof):
            raise Unconnected("chain-unknown", "the chain it names is not held here")
        equivocation.verify(proof, self.roster.network, key)
        self.proofs[proof.coop] = kept
        replaced = [name for name in known if name not in kept]
        for name in replaced:
            del self._objects[name]
        return replaced

    def _remove(self, is_old: Callable[[GossipObject], bool]) -> list[bytes]:
        old = [key for key, (one, _) in self._objects.items() if is_old(one)]
        for object_id in old:
            del self._objects[object_id]
        return old

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
            self._check_application(wanted, one.application)
        approvals = {one.sponsor.coop: one.sponsor}
        self.pending[wanted.id] = Pending(
            wanted, one.sponsor.coop, approvals, one.application
        )

    def _check_application(self, wanted: Change, application: Application) -> None:
        applicant = identity.verify_application(application, self.roster.network)
        admits = wanted.body
        if not isinstance(admits, Admit) or applicant != identity.coop_id(
            admits.inception
        ):
            raise Malformed("application", "the application is for something else")

    def _keep_approval(self, one: ApprovalObject) -> None:
        pending = self.pending.get(one.change)
        if pending is None:
            raise Unconnected("change-unknown", "the change it approves is not here")
        if one.approval.coop in pending.approvals:
            # One message has many valid signatures; a flood of them is one approval.
            raise Malformed("approval-known", "this co-op has approved it already")
        subject = chain.subject_of(pending.change)
        if one.approval.coop not in self.roster.electors | {subject}:
            raise Malformed("approvals", "approved by a co-op that has no say in it")
        self._check_approval(pending.change, one.approval)
        pending.approvals[one.approval.coop] = one.approval

    def _check_approval(self, wanted: Change, approval: Approval) -> None:
        key = self._log_key(approval.coop)
        if key is None or not change.approved(
            self.roster.network, wanted.id, approval, key
        ):
            raise Malformed("signature-invalid", "not approved by a member")

    def _log_key(self, coop: bytes) -> bytes | None:
        member = self.roster.members.get(CoopId(coop))
        return None if member is None else member.log_key

    def follow(self, roster: Roster) -> list[bytes]:
        """Go on beside the next roster; give the ids of what it has settled."""
        self.roster = roster
        for one in self.pending.values():
            if isinstance(one.change.body, Admit) and one.application is not None:
                coop = identity.coop_id(one.change.body.inception)
                if coop in roster.members:
                    self.applied[coop] = one.application.name
        drop = self._remove(self._is_stale)
        self.pending = {
            key: one for key, one in self.pending.items() if self._is_open(one.change)
        }
        return drop

    def _is_stale(self, one: GossipObject) -> bool:
        match one:
            case ProposalObject() | AcceptObject():
                return True
            case ChangeObject():
                return not self._is_open(change.parse(one.change, self.roster.network))
            case ApprovalObject():
                pending = self.pending.get(one.change)
                return pending is None or not self._is_open(pending.change)
            case CardObject() | ProofObject():
                return False

    def _is_open(self, wanted: Change) -> bool:
        roster = self.roster
        if wanted.id in roster.entered:
            return False
        try:
            chain.check_base(roster, wanted, roster.number + 1)
        except Malformed:
            return False
        return not chain.is_moot(roster, wanted)
