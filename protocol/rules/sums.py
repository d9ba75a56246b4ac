"""One law for sums that co-ops owe each other."""

from typing import Final

from protocol.kinds.fields import Money
from protocol.verdicts import Reason, Void

SUM_NOTHING: Final = Reason("sum-nothing", "A sum of nothing is no sum to speak of")
PARTY_SELF: Final = Reason("party-self", "A co-op owes itself nothing")
REASONS: Final = (SUM_NOTHING, PARTY_SELF)


def check_sum(sum_: Money | None) -> Void | None:
    """Refuse a sum of 0; none at all passes."""
    return SUM_NOTHING() if sum_ is not None and sum_.amount == 0 else None


def check_owed(own: bytes, other: bytes, sum_: Money) -> Void | None:
    """Refuse what a co-op would owe to itself, and a sum of 0."""
    return PARTY_SELF() if own == other else check_sum(sum_)
