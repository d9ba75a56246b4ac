"""Decisions, and the ballots that co-ops cast on them (SPEC 8.21, 8.22)."""

from typing import Final, Literal

from msgspec import Struct

from protocol.kinds.closing import Cut
from protocol.kinds.fields import Body, Date, Id, Percent

Basis = Literal["co-op", "member"]
DecidedBy = Literal["consent", "majority", "two-thirds"]
Stance = Literal["agree", "abstain", "disagree", "block"]


class DecisionOpened(Body, frozen=True, kw_only=True):
    """A question to the network. Texts: title, proposal, link.

    How votes count is written out, so that a later charter changes nothing of it.
    """

    about: Id | None = None
    basis: Basis
    closes: Date
    opens: Date
    quorum: Percent
    rule: DecidedBy


class DecisionAmended(Body, frozen=True, kw_only=True):
    """Another proposal in the place of the former; ballots on that count no more."""

    decision: Id


class DecisionWithdrawn(Body, frozen=True, kw_only=True):
    """The question is not asked any more. Text: note."""

    decision: Id


class DecisionClosed(Body, frozen=True, kw_only=True):
    """What counts: of this log all before this event, of others up to the cut."""

    cut: Cut = ()
    decision: Id


class BallotCast(Body, frozen=True, kw_only=True):
    """A co-op's stance on one version of a proposal, in place of its former one."""

    decision: Id
    proposer: Id
    stance: Stance
    version: Id


class BallotWithdrawn(Body, frozen=True, kw_only=True):
    """No stance any more. Text: reason."""

    decision: Id


KINDS: Final[dict[str, type[Struct]]] = {
    "decision.opened": DecisionOpened,
    "decision.amended": DecisionAmended,
    "decision.withdrawn": DecisionWithdrawn,
    "decision.closed": DecisionClosed,
    "ballot.cast": BallotCast,
    "ballot.withdrawn": BallotWithdrawn,
}
TEXTS: Final[dict[str, dict[str, bool]]] = {
    "decision.opened": {"title": True, "proposal": False, "link": False},
    "decision.amended": {"proposal": True, "title": False, "link": False},
    "decision.withdrawn": {"note": False},
    "decision.closed": {"note": False},
    "ballot.cast": {"reason": False},
    "ballot.withdrawn": {"reason": False},
}
