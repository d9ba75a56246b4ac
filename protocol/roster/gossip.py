"""Objects that travel beside the chain until a block takes them in (SPEC 7.7).

Cards, changes with their first approval, further approvals, proposals, accepts. Each
is named by its hash; two nodes compare lists of names and send what the other lacks.
"""

from collections.abc import Iterable
from typing import Final, assert_never

import msgspec

from protocol import canonical, limits
from protocol.equivocation import Proof
from protocol.ids import digest
from protocol.kinds.fields import Id
from protocol.roster import identity
from protocol.roster.change import Approval
from protocol.roster.deciding import Accept, Proposal
from protocol.roster.identity import Application, SignedCard


class CardObject(
    msgspec.Struct, frozen=True, array_like=True, tag="card", forbid_unknown_fields=True
):
    """A member's card."""

    card: SignedCard


class ChangeObject(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    tag="change",
    forbid_unknown_fields=True,
):
    """A change with its sponsor's approval; an admission brings the application."""

    change: bytes
    sponsor: Approval
    application: Application | None = None


class ApprovalObject(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    tag="approval",
    forbid_unknown_fields=True,
):
    """One more approval of a change."""

    change: Id
    approval: Approval


class ProposalObject(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    tag="proposal",
    forbid_unknown_fields=True,
):
    """The secretary's block for the next number."""

    proposal: Proposal


class AcceptObject(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    tag="accept",
    forbid_unknown_fields=True,
):
    """An elector's accept of it."""

    accept: Accept


class ProofObject(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    tag="proof",
    forbid_unknown_fields=True,
):
    """Proof that a co-op's log was signed twice in one place."""

    proof: Proof


GossipObject = (
    CardObject
    | ChangeObject
    | ApprovalObject
    | ProposalObject
    | AcceptObject
    | ProofObject
)

_OBJECT: Final[msgspec.msgpack.Decoder[GossipObject]] = msgspec.msgpack.Decoder(
    GossipObject
)
#: Objects that build on others come after them in a message.
RANK: Final[dict[str, int]] = {
    "card": 0,
    "change": 1,
    "approval": 2,
    "proposal": 3,
    "accept": 4,
    "proof": 5,
}


def write(gossip: GossipObject) -> bytes:
    """Write an object."""
    return canonical.ENCODER.encode(gossip)


def parse(data: bytes) -> GossipObject:
    """Read an object's form; raises `Malformed`."""
    return canonical.read(_OBJECT, data, most=limits.OBJECT_BYTES)


def kind_of(gossip: GossipObject) -> str:
    """Name the kind, as the bytes do."""
    match gossip:
        case CardObject():
            return "card"
        case ChangeObject():
            return "change"
        case ApprovalObject():
            return "approval"
        case ProposalObject():
            return "proposal"
        case AcceptObject():
            return "accept"
        case ProofObject():
            return "proof"
        case never:
            assert_never(never)


def signer_of(gossip: GossipObject) -> bytes | None:
    """Name the co-op that signed it, unproved; None for a proof, which is anybody's."""
    match gossip:
        case CardObject():
            return identity.peek_card(gossip.card).coop
        case ChangeObject():
            return gossip.sponsor.coop
        case ApprovalObject():
            return gossip.approval.coop
        case ProposalObject():
            return gossip.proposal.coop
        case AcceptObject():
            return gossip.accept.coop
        case ProofObject():
            return None
        case never:
            assert_never(never)


def object_id(data: bytes) -> bytes:
    """Name an object by its bytes."""
    return digest("object", data)


def gossip_digest(ids: Iterable[bytes]) -> bytes:
    """Digest a set of objects, for the hello."""
    return digest("gossip", *sorted(ids))
