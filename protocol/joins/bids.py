"""A bid and its parties' reviews: who has agreed to what it promises (SPEC 11.4).

| the party's word on its part         | the part is |
|--------------------------------------|-------------|
| (it is the lead contractor's own)    | agreed      |
| none                                 | missing     |
| of an earlier version                | stale       |
| objected                             | objected    |
| agreed, with other numbers           | differing   |
| agreed                               | agreed      |

A bid is sound when every part that has a share is agreed.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

from protocol.kinds.bids import Party
from protocol.kinds.fields import WHOLE
from protocol.rules.bids import Bid
from protocol.rules.reviews import Review, review_id
from protocol.state import Entity

Standing = Literal["agreed", "objected", "differing", "stale", "missing"]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A party's part of a bid and how its review stands."""

    party: Party
    standing: Standing


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """A bid with its parts in the order of its terms."""

    bid: bytes
    contractor: bytes
    lead: bytes
    version: bytes
    parts: tuple[Part, ...]

    @property
    def unreviewed(self) -> tuple[Part, ...]:
        """The parts that have a share and are not agreed: the risk in this bid."""
        return tuple(
            one
            for one in self.parts
            if one.party.share is not None and one.standing != "agreed"
        )

    @property
    def sound(self) -> bool:
        """Whether all who share in the price have agreed to their part of it."""
        return not self.unreviewed


class Slice(msgspec.Struct, frozen=True, kw_only=True):
    """What one co-op gets of a price, as what, in minor units.

    `coop` is None for the common fund.
    """

    coop: bytes | None
    lot: str | None
    what: Literal["part", "fee", "fund"]
    share: int
    amount: int


def join(bid: Entity, related: Mapping[bytes, Entity]) -> Reviewed:
    """Join a bid with the reviews of its parties.

    `related` holds the entities of family review whose `ref` is this bid, from
    whatever log.
    """
    body = bid.body
    if not isinstance(body, Bid):
        raise TypeError(f"a bid is joined, not a {bid.family}")
    parts = (
        Part(party=one, standing=_standing(bid, body, one, related))
        for one in body.terms.parties
    )
    return Reviewed(
        bid=bid.id,
        contractor=bid.coop,
        lead=body.lead,
        version=body.version.event,
        parts=tuple(parts),
    )


def _standing(
    bid: Entity, body: Bid, party: Party, related: Mapping[bytes, Entity]
) -> Standing:
    if party.coop == bid.coop:
        return "agreed"
    entity = related.get(review_id(party.coop, bid.id, party.lot))
    review = None if entity is None else entity.body
    if entity is None or not isinstance(review, Review):
        return "missing"
    if review.contractor != bid.coop:
        return "missing"
    version = body.version
    if review.version != version.event or entity.epoch < version.epoch:
        return "stale"
    if entity.state == "objected":
        return "objected"
    read = (review.minutes, review.amount, review.share)
    same = read == (party.minutes, party.amount, party.share)
    return "agreed" if same else "differing"


def divide(bid: Bid, amount: int) -> list[Slice]:
    """Divide a price by the shares of a bid, in minor units, to the last of them.

    Rounded down first; what is left goes, one unit each, to those who lost most by
    that (of several, the one that stands first): parts, then fees, then the fund.
    """
    terms = bid.terms
    shares: list[tuple[bytes | None, str | None, Literal["part", "fee", "fund"], int]]
    shares = [
        (one.coop, one.lot, "part", one.share)
        for one in terms.parties
        if one.share is not None
    ]
    shares += [(one.coop, None, "fee", one.share) for one in terms.fees]
    shares += [] if terms.fund is None else [(None, None, "fund", terms.fund)]
    exact = [divmod(amount * share, WHOLE) for *_, share in shares]
    left = amount - sum(whole for whole, _ in exact)
    lost = sorted(range(len(exact)), key=lambda at: (-exact[at][1], at))
    more = set(lost[:left])
    return [
        Slice(
            coop=coop,
            lot=lot,
            what=what,
            share=share,
            amount=exact[at][0] + (at in more),
        )
        for at, (coop, lot, what, share) in enumerate(shares)
    ]
