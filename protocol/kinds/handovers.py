"""Handing a lead over, with the finder's fee bound first (SPEC 8.12).

The finder writes offered and withdrawn, the taker accepted and declined. What the
taker opens afterwards is a lead of its own, which names the hand-over.
"""

from typing import Final, Literal

from msgspec import Struct

from protocol.kinds.fields import Body, Id, Share, Slug, Sum

#: When a fee is to be paid: once the work is won, with each payment, or at the end.
Due = Literal["award", "each-payment", "end"]


class Fee(
    Struct,
    frozen=True,
    kw_only=True,
    gc=False,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """What the finder gets once the lead is won: a sum, or a share of its value."""

    due: Due
    size: Sum | Share


class HandoverOffered(Body, frozen=True, kw_only=True):
    """The finder offers its lead to one co-op. Texts: terms, note; terms bind both."""

    fee: Fee | None = None
    lead: Id
    to: Id


class HandoverWithdrawn(Body, frozen=True, kw_only=True):
    """The finder takes the offer back, while it still has the lead. Text: note."""

    handover: Id
    lead: Id
    reason: Slug | None = None


class HandoverAccepted(Body, frozen=True, kw_only=True):
    """The taker takes it; fee and terms (their commitment) are repeated."""

    fee: Fee | None = None
    finder: Id
    handover: Id
    lead: Id
    terms: Id


class HandoverDeclined(Body, frozen=True, kw_only=True):
    """The taker does not take it, or no longer. Text: note."""

    finder: Id
    handover: Id
    lead: Id
    reason: Slug | None = None


KINDS: Final[dict[str, type[Struct]]] = {
    "handover.offered": HandoverOffered,
    "handover.withdrawn": HandoverWithdrawn,
    "handover.accepted": HandoverAccepted,
    "handover.declined": HandoverDeclined,
}
TEXTS: Final[dict[str, dict[str, bool]]] = {
    "handover.offered": {"terms": True, "note": False},
    "handover.withdrawn": {"note": False},
    "handover.declined": {"note": False},
}
