"""Bids of several co-ops for a lead, and the review of their estimates (SPEC 8.13)."""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from protocol.kinds.fields import Body, Foreign, Id, Money, Quantity, Share, Slug

#: Co-ops and lots of one bid. The largest consortium found among worker co-ops has 12;
#: 20 lines with lots of 100 characters stay within an event.
PARTIES: Final = 20
#: Finders and brokers of one bid.
FEES: Final = 8

BidState = Literal["assembling", "agreed", "submitted", "won", "lost", "dissolved"]
#: Who bears it if the work costs more: the lead contractor, all by share, each its lot.
Risk = Literal["lead", "shared", "by-lot"]
Stance = Literal["agreed", "objected"]


class Party(
    Struct,
    frozen=True,
    kw_only=True,
    gc=False,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """A co-op's part, in all or of one lot: its estimate and its share of the price."""

    amount: Money | None = None
    coop: Id
    lot: Foreign | None = None
    minutes: Quantity | None = None
    share: Share | None = None


class Cut(
    Struct,
    frozen=True,
    array_like=True,
    gc=False,
    forbid_unknown_fields=True,
):
    """A share of the price that goes to a co-op for no work of its own."""

    coop: Id
    share: Share


class Terms(Body, frozen=True, kw_only=True):
    """Who does what for which share; `fund` is what a common fund gets of it."""

    fees: Annotated[tuple[Cut, ...], Meta(max_length=FEES)] = ()
    fund: Share | None = None
    lots: Annotated[tuple[Foreign, ...], Meta(max_length=PARTIES)] = ()
    parties: Annotated[tuple[Party, ...], Meta(min_length=1, max_length=PARTIES)]
    risk: Risk


class BidOpened(Body, frozen=True, kw_only=True):
    """The lead contractor puts a bid for its own lead together. Text: note."""

    lead: Id
    terms: Terms


class BidChanged(Body, frozen=True, kw_only=True):
    """The terms anew, as a whole: a new version for all to review. Text: note."""

    bid: Id
    terms: Terms


class BidAdvanced(Body, frozen=True, kw_only=True):
    """A bid goes on to another state of its table. Text: note."""

    bid: Id
    reason: Slug | None = None
    to: BidState


class EstimateReviewed(Body, frozen=True, kw_only=True):
    """A party's word on its own part of one version of a bid. Text: note.

    `version` is the event that set the terms; amount, minutes and share are those that
    the party has read there, repeated.
    """

    amount: Money | None = None
    bid: Id
    contractor: Id
    lot: Foreign | None = None
    minutes: Quantity | None = None
    share: Share | None = None
    stance: Stance
    version: Id


KINDS: Final[dict[str, type[Struct]]] = {
    "bid.opened": BidOpened,
    "bid.changed": BidChanged,
    "bid.advanced": BidAdvanced,
    "estimate.reviewed": EstimateReviewed,
}
TEXTS: Final[dict[str, dict[str, bool]]] = {kind: {"note": False} for kind in KINDS}
