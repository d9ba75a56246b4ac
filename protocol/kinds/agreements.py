"""Agreements and their signatures (SPEC 8.14).

The drafter writes the agreement, each party its own signature, the drafter's too.
"""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from protocol.kinds.fields import Body, Id, Slug

#: Co-ops of one agreement: 40 ids of 34 bytes leave most of an event free.
PARTIES: Final = 40

Subject = Literal["consortium", "subcontract", "handover", "fund", "other"]


class AgreementDrafted(Body, frozen=True, kw_only=True):
    """What the parties are to sign. Texts: title, text; the text is what binds.

    `about` is the bid, hand-over, fund or project that it is for, of whatever log.
    """

    about: Id | None = None
    kind: Subject
    parties: Annotated[tuple[Id, ...], Meta(min_length=2, max_length=PARTIES)]


class AgreementSuperseded(Body, frozen=True, kw_only=True):
    """Another agreement, of whatever log, takes its place."""

    agreement: Id
    by: Id


class AgreementTerminated(Body, frozen=True, kw_only=True):
    """It ends, or is signed no more. Text: note."""

    agreement: Id
    reason: Slug | None = None


class AgreementSigned(Body, frozen=True, kw_only=True):
    """A party signs; the commitment of the text is repeated."""

    agreement: Id
    drafter: Id
    text: Id


class SignatureWithdrawn(Body, frozen=True, kw_only=True):
    """A party stands by its signature no more. Text: note."""

    agreement: Id
    reason: Slug | None = None


KINDS: Final[dict[str, type[Struct]]] = {
    "agreement.drafted": AgreementDrafted,
    "agreement.superseded": AgreementSuperseded,
    "agreement.terminated": AgreementTerminated,
    "agreement.signed": AgreementSigned,
    "signature.withdrawn": SignatureWithdrawn,
}
TEXTS: Final[dict[str, dict[str, bool]]] = {
    "agreement.drafted": {"title": True, "text": True},
    "agreement.terminated": {"note": False},
    "signature.withdrawn": {"note": False},
}
