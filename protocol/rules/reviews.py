"""Law of estimate reviews, the party's half of a bid (SPEC 9.13).

agreed · objected     (one word per bid and lot, replaced as a whole)
"""

from typing import Final

import msgspec

from protocol.ids import CoopId, entity_id
from protocol.kinds.bids import EstimateReviewed
from protocol.kinds.fields import Money
from protocol.rules.place import At, Rule, Verdict, nothing, rule, words
from protocol.state import Entity, Slice, State
from protocol.verdicts import Reason

REASONS: Final[tuple[Reason, ...]] = ()


class Review(State, frozen=True, kw_only=True):
    """What a party says of its part of a version of a bid, with what it read there."""

    amount: Money | None = None
    bid: bytes
    contractor: bytes
    lot: str | None = None
    minutes: int | None = None
    share: int | None = None
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)
    version: bytes


def review_id(coop: bytes, bid: bytes, lot: str | None) -> bytes:
    """Name the one review by a co-op of its part of a bid; without a lot, of all."""
    return entity_id(CoopId(coop), "review", bid + (lot or "").encode("ascii"))


def reviewed(_slice: Slice, at: At, body: EstimateReviewed) -> Verdict:
    """Say it anew; the bid stands in another log."""
    review = Review(
        amount=body.amount,
        bid=body.bid,
        contractor=body.contractor,
        lot=body.lot,
        minutes=body.minutes,
        share=body.share,
        texts=words(at),
        version=body.version,
    )
    entity = Entity(
        id=review_id(at.coop, body.bid, body.lot),
        coop=at.coop,
        family="review",
        state=body.stance,
        epoch=at.epoch,
        body=review,
        ref=body.bid,
    )
    return (entity,)


RULES: Final[dict[str, Rule]] = {
    "estimate.reviewed": rule(EstimateReviewed, reviewed, nothing)
}
FAMILIES: Final[dict[str, type[State]]] = {"review": Review}
