"""Leads: work that a co-op brings to the network, with requirement lines (SPEC 8.6)."""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from protocol.kinds.fields import (
    Body,
    Cpv,
    Date,
    Foreign,
    Id,
    LineNumber,
    Money,
    Quantity,
    Slug,
)

LeadState = Literal[
    "open",
    "bidding",
    "submitted",
    "won",
    "delivering",
    "closed",
    "lost",
    "withdrawn",
    "passed-on",
]


class Requirement(
    Struct,
    frozen=True,
    kw_only=True,
    gc=False,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """One line: a skill, how much of it (open-ended without minutes), and when."""

    ends: Date | None = None
    line: LineNumber
    lot: Foreign | None = None
    minutes: Quantity | None = None
    must: bool = True
    skill: Slug
    starts: Date | None = None


class Lot(
    Struct,
    frozen=True,
    kw_only=True,
    gc=False,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """A part of a tender that can be won alone."""

    id: Foreign
    value: Money | None = None


class Source(
    Struct,
    frozen=True,
    array_like=True,
    gc=False,
    forbid_unknown_fields=True,
):
    """Where a lead was found: a scheme ("ocds"), its id there, the release read."""

    scheme: Slug
    id: Foreign
    release: Foreign


class Terms(Body, frozen=True, kw_only=True):
    """What a lead says of itself. Texts: title, description, buyer, link, source."""

    cpv: Annotated[tuple[Cpv, ...], Meta(max_length=40)] = ()
    deadline: Date | None = None
    ends: Date | None = None
    lots: Annotated[tuple[Lot, ...], Meta(max_length=40)] = ()
    requirements: Annotated[tuple[Requirement, ...], Meta(max_length=64)] = ()
    source: Source | None = None
    starts: Date | None = None
    value: Money | None = None


class Via(
    Struct,
    frozen=True,
    array_like=True,
    gc=False,
    forbid_unknown_fields=True,
):
    """How a lead came from another co-op: a hand-over, its finder, the lead there."""

    handover: Id
    finder: Id
    lead: Id


class LeadOpened(Terms, frozen=True, kw_only=True):
    """A lead for all members to read. The title is required.

    `via` stands here alone, so that no change of terms takes it away.
    """

    via: Via | None = None


class LeadChanged(Body, frozen=True, kw_only=True):
    """The terms of a lead anew, as a whole; texts replace those of the same role."""

    lead: Id
    terms: Terms


class LeadAdvanced(Body, frozen=True, kw_only=True):
    """A lead goes on to another state of its table."""

    lead: Id
    reason: Slug | None = None
    to: LeadState


KINDS: Final[dict[str, type[Struct]]] = {
    "lead.opened": LeadOpened,
    "lead.changed": LeadChanged,
    "lead.advanced": LeadAdvanced,
}
_ROLES: Final = ("description", "buyer", "link", "source")
TEXTS: Final[dict[str, dict[str, bool]]] = {
    "lead.opened": {"title": True, **dict.fromkeys(_ROLES, False)},
    "lead.changed": {"title": False, **dict.fromkeys(_ROLES, False)},
    "lead.advanced": {"note": False},
}
