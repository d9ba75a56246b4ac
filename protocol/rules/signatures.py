"""Law of a party's half of an agreement: its signature (SPEC 9.14).

signature   (one per agreement)  signed ⇄ withdrawn
"""

from typing import Final

import msgspec

from protocol.ids import CoopId, entity_id
from protocol.kinds.agreements import AgreementSigned, SignatureWithdrawn
from protocol.rules.place import At, Rule, Verdict, rule, words
from protocol.state import Entity, Slice, State, find
from protocol.verdicts import Reason

SIGNED: Final = Reason("signed", "This log has signed the agreement already")
SIGNATURE_UNKNOWN: Final = Reason(
    "signature-unknown", "This log holds no signature of that agreement"
)
REASONS: Final = (SIGNED, SIGNATURE_UNKNOWN)


class Signature(State, frozen=True, kw_only=True):
    """Which agreement of whom, and the commitment of the text that was signed."""

    agreement: bytes
    drafter: bytes
    reason: str | None = None
    text: bytes
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)


def signature_id(coop: bytes, agreement: bytes) -> bytes:
    """Name the one signature of a co-op under an agreement."""
    return entity_id(CoopId(coop), "signature", agreement)


def signed(slice_: Slice, at: At, body: AgreementSigned) -> Verdict:
    """Sign, or sign again what was withdrawn."""
    found = find(slice_, signature_id(at.coop, body.agreement), Signature)
    if found is not None and found[0].state == "signed":
        return SIGNED()
    signature = Signature(
        agreement=body.agreement, drafter=body.drafter, text=body.text
    )
    entity = Entity(
        id=signature_id(at.coop, body.agreement),
        coop=at.coop,
        family="signature",
        state="signed",
        epoch=at.epoch,
        body=signature,
        ref=body.agreement,
    )
    return (entity,)


def withdrawn(slice_: Slice, at: At, body: SignatureWithdrawn) -> Verdict:
    """Stand by a signature no more; that it was given stays to be seen."""
    found = find(slice_, signature_id(at.coop, body.agreement), Signature)
    if found is None or found[0].state != "signed":
        return SIGNATURE_UNKNOWN()
    entity, signature = found
    after = msgspec.structs.replace(signature, reason=body.reason, texts=words(at))
    return (msgspec.structs.replace(entity, state="withdrawn", body=after),)


def the_signature(
    at: At, body: AgreementSigned | SignatureWithdrawn
) -> tuple[bytes, ...]:
    """Name the entity to load: the signature so far."""
    return (signature_id(at.coop, body.agreement),)


RULES: Final[dict[str, Rule]] = {
    "agreement.signed": rule(AgreementSigned, signed, the_signature),
    "signature.withdrawn": rule(SignatureWithdrawn, withdrawn, the_signature),
}
FAMILIES: Final[dict[str, type[State]]] = {"signature": Signature}
