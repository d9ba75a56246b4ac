"""Pledges of work and money, their acceptance and confirmation (SPEC 8.8, 8.9).

Each half names the other co-op and repeats the quantity it binds, so that no verdict
ever needs another log: the pledger writes offered, confirmed, withdrawn, released;
the taker writes accepted, declined and the withdrawal of an acceptance.
"""

from typing import Final

from msgspec import Struct

from protocol.kinds.fields import (
    Body,
    Date,
    Id,
    LineNumber,
    Money,
    Quantity,
    Rate,
    Slug,
    Unit,
)


class WorkPledged(Body, frozen=True, kw_only=True):
    """`minutes` of work in all, to one requirement line of a lead. Text: note."""

    ends: Date | None = None
    line: LineNumber
    minutes: Quantity
    owner: Id
    rate: Rate | None = None
    skill: Slug
    starts: Date | None = None
    to: Id


class MoneyPledged(Body, frozen=True, kw_only=True):
    """Money to a project or fund; to a project in a round where it names one.

    From an allotment, it names that, and repeats how much it allots to the giver.
    """

    allotment: Id | None = None
    allotted: Quantity | None = None
    amount: Money
    owner: Id
    round: Id | None = None
    to: Id


class PledgeConfirmed(Body, frozen=True, kw_only=True):
    """The pledger binds itself to what an acceptance took."""

    acceptance: Id
    pledge: Id
    quantity: Quantity
    taker: Id


class PledgeWithdrawn(Body, frozen=True, kw_only=True):
    """An offer that nobody holds the pledger to any more. Text: note.

    Its allotment is repeated, so that what it frees is found (as in ADR 5).
    """

    allotment: Id | None = None
    pledge: Id
    reason: Slug | None = None


class PledgeReleased(Body, frozen=True, kw_only=True):
    """A confirmed pledge that will not be kept, or is no longer needed. Text: note."""

    pledge: Id
    reason: Slug | None = None


class AcceptanceGiven(Body, frozen=True, kw_only=True):
    """The owner of the target takes a pledge, for at most what it offers."""

    line: LineNumber | None = None
    pledge: Id
    pledger: Id
    quantity: Quantity
    to: Id
    unit: Unit


class AcceptanceWithdrawn(Body, frozen=True, kw_only=True):
    """The taker takes its acceptance back and frees its own limit. Text: note."""

    acceptance: Id
    reason: Slug | None = None
    to: Id


class PledgeDeclined(Body, frozen=True, kw_only=True):
    """The owner of the target says no. Text: note."""

    pledge: Id
    pledger: Id
    reason: Slug | None = None
    to: Id


KINDS: Final[dict[str, type[Struct]]] = {
    "pledge.work.offered": WorkPledged,
    "pledge.money.offered": MoneyPledged,
    "pledge.confirmed": PledgeConfirmed,
    "pledge.withdrawn": PledgeWithdrawn,
    "pledge.released": PledgeReleased,
    "acceptance.given": AcceptanceGiven,
    "acceptance.withdrawn": AcceptanceWithdrawn,
    "pledge.declined": PledgeDeclined,
}
TEXTS: Final[dict[str, dict[str, bool]]] = {
    kind: {"note": False}
    for kind in KINDS
    if kind not in {"pledge.confirmed", "acceptance.given"}
}
