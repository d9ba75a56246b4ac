"""Hand-over = offer + the taker's acceptance; its fee comes of the taker's lead (11.3).

| the offer is | and the taker's last word        | the hand-over is |
|--------------|----------------------------------|------------------|
| withdrawn    | any                              | withdrawn        |
| offered      | none                             | offered          |
| offered      | accepted, same lead, fee, terms  | effective        |
| offered      | accepted, anything else          | unmatched        |
| offered      | declined                         | declined         |

What a co-op offers to itself is `unmatched`, whatever it says to it.

A taker may pass its lead on in turn; it owes the fee once the lead is won, in whatever
hands:

    finder ──fee──▶ taker's lead, passed on ──▶ next taker's lead, won
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

import msgspec

from protocol.kinds.fields import WHOLE, Money, Sum
from protocol.kinds.handovers import Due, Fee
from protocol.rules.handovers import Handover
from protocol.rules.leads import Lead
from protocol.rules.takeovers import Takeover, takeover_id
from protocol.state import Entity, find

Standing = Literal["offered", "effective", "declined", "unmatched", "withdrawn"]

#: States of the taker's lead in which the finder has its fee coming.
EARNING: Final = frozenset({"won", "delivering", "closed"})
#: So many hands a lead is followed through: more than a network has uses for, few
#: enough that two co-ops who hand one to and fro cost no other node much.
HANDS: Final = 16


class Handing(msgspec.Struct, frozen=True, kw_only=True):
    """What stands between a finder and a taker about one lead.

    `lead` is the finder's; `opened` is the lead that the taker says it opened, where
    the hand-over is effective.
    """

    handover: bytes
    finder: bytes
    taker: bytes
    lead: bytes
    fee: Fee | None
    standing: Standing
    opened: bytes | None = None


class FeeOwed(msgspec.Struct, frozen=True, kw_only=True):
    """A promise for the ledger: the payer owes the payee so much, by a hand-over.

    `lead` is the lead of the payer, won by it or by whom it went on to, `epoch` the
    block number with which it was opened; amounts are minor units.
    """

    handover: bytes
    lead: bytes
    payer: bytes
    payee: bytes
    currency: str
    amount: int
    due: Due
    epoch: int


def join(offer: Entity, related: Mapping[bytes, Entity]) -> Handing:
    """Join an offer with what its taker says of it.

    `related` holds the entities of family takeover whose `ref` is this offer, from
    whatever log; those of other co-ops than the one it was made to are ignored.
    """
    body = offer.body
    if not isinstance(body, Handover):
        raise TypeError(f"a hand-over is joined, not a {offer.family}")
    standing, opened = _standing(offer, body, related)
    return Handing(
        handover=offer.id,
        finder=offer.coop,
        taker=body.to,
        lead=body.lead,
        fee=body.fee,
        standing=standing,
        opened=opened,
    )


def _standing(
    offer: Entity, body: Handover, related: Mapping[bytes, Entity]
) -> tuple[Standing, bytes | None]:
    if offer.state == "withdrawn":
        return "withdrawn", None
    entity = related.get(takeover_id(body.to, offer.id))
    answer = None if entity is None else entity.body
    if entity is None or not isinstance(answer, Takeover):
        return "offered", None
    if entity.epoch < offer.epoch:
        return "offered", None
    if entity.state == "declined":
        return "declined", None
    if body.to != offer.coop and matches(offer, body, answer):
        return "effective", answer.opened
    return "unmatched", None


def matches(offer: Entity, body: Handover, answer: Takeover) -> bool:
    """Tell whether an acceptance binds what was offered, no more and no less."""
    return (
        answer.finder == offer.coop
        and answer.lead == body.lead
        and answer.fee == body.fee
        and answer.terms == body.texts["terms"]
    )


def fees(handings: Iterable[Handing], leads: Mapping[bytes, Entity]) -> list[FeeOwed]:
    """Give the fees that have arisen, sorted by hand-over: promises of the ledger.

    `leads` holds, by id, at least the leads that the hand-overs were `opened` as. A
    share of a lead that names no value is no amount yet, so it is left out.
    """
    listed = {one.handover: one for one in handings}
    found = (fee_of(listed[name], leads, listed) for name in sorted(listed))
    return [one for one in found if one]


def fee_of(
    handing: Handing, leads: Mapping[bytes, Entity], onward: Mapping[bytes, Handing]
) -> FeeOwed | None:
    """Give the fee that a hand-over has brought about; None while there is none.

    `onward` holds, by id, the hand-overs by which those leads went on, if any did.
    """
    taken = _opened(handing, leads)
    if handing.fee is None or taken is None:
        return None
    won, value = _won(handing, leads, onward)
    worth = amount(handing.fee, value) if won else None
    if worth is None or worth.amount == 0:
        return None
    return FeeOwed(
        handover=handing.handover,
        lead=taken[0].id,
        payer=handing.taker,
        payee=handing.finder,
        currency=worth.currency,
        amount=worth.amount,
        due=handing.fee.due,
        epoch=taken[0].epoch,
    )


def _won(
    handing: Handing, leads: Mapping[bytes, Entity], onward: Mapping[bytes, Handing]
) -> tuple[bool, Money | None]:
    """Follow a lead from hand to hand: whether it was won, and the first value named.

    Each hand-over names the lead before it by its hash, so this never goes in a circle.
    """
    value: Money | None = None
    next_: Handing | None = handing
    for _ in range(HANDS):
        found = None if next_ is None else _opened(next_, leads)
        if found is None:
            break
        lead, body = found
        value = body.terms.value if value is None else value
        if lead.state in EARNING:
            return True, value
        gone = body.handover if lead.state == "passed-on" else None
        next_ = onward.get(gone or b"")
    return False, None


def _opened(
    handing: Handing, leads: Mapping[bytes, Entity]
) -> tuple[Entity, Lead] | None:
    """Find the lead that came of a hand-over that is effective."""
    found = find(leads, handing.opened or b"", Lead)
    if handing.standing != "effective" or found is None:
        return None
    return found if _came_by(*found, handing) else None


def _came_by(lead: Entity, body: Lead, handing: Handing) -> bool:
    via = body.via
    return (
        lead.coop == handing.taker
        and via is not None
        and (via.handover, via.finder, via.lead)
        == (handing.handover, handing.finder, handing.lead)
    )


def amount(fee: Fee, value: Money | None) -> Money | None:
    """Say what a fee comes to for a lead of this value; a share is rounded down."""
    if isinstance(fee.size, Sum):
        return Money(fee.size.currency, fee.size.amount)
    if value is None:
        return None
    return Money(value.currency, value.amount * fee.size // WHOLE)
