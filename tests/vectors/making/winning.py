"""Sections of joins.json for SPEC 11.3 to 11.5."""

import msgspec

from protocol import state
from protocol.joins import agreements, bids, handovers
from protocol.joins.handovers import fee_of, fees
from protocol.rules.bids import Bid
from protocol.state import Entity
from tests.protocol.joins import test_agreements, test_bids, test_handovers
from tests.vectors.making.written import File, Json

#: Prices that a bid is divided at: nothing, a penny, odd ones, the largest.
_PRICES = (0, 1, 100, 101, 4_200_009, 2**53 - 1)


def entity(one: Entity) -> Json:
    return {
        "id": one.id.hex(),
        "coop": one.coop.hex(),
        "family": one.family,
        "state": one.state,
        "epoch": one.epoch,
        "body": state.encode_body(one).hex(),
    }


def plain(value: object) -> Json:
    """Write what a join gives: fields by name, bytes as hex."""
    built = msgspec.to_builtins(value, builtin_types=(bytes,))
    return _hexed(built)


def _hexed(value: object) -> Json:
    match value:
        case bytes():
            return value.hex()
        case dict():
            return {str(key): _hexed(one) for key, one in value.items()}
        case list() | tuple():
            return [_hexed(one) for one in value]
        case None | bool() | int() | str():
            return value
        case _:
            raise TypeError(type(value).__name__)


def _divided(one: Entity) -> list[Json]:
    body = one.body
    assert isinstance(body, Bid)
    return [
        {"price": price, "slices": [plain(cut) for cut in bids.divide(body, price)]}
        for price in _PRICES
    ]


def sections() -> File:
    return {
        "handovers": [
            {
                "name": name,
                "handover": entity(hand.offer),
                "related": [entity(one) for one in hand.related],
                "joined": plain(
                    handovers.join(hand.offer, {one.id: one for one in hand.related})
                ),
            }
            for name, hand in test_handovers.CASES.items()
        ],
        "fees": [
            {
                "name": name,
                "handing": plain(handing),
                "lead": entity(lead),
                "fee": plain(fee_of(handing, {lead.id: lead}, {})),
            }
            for name, (handing, lead, _) in test_handovers.FEES.items()
        ],
        "fees-passed-on": [
            {
                "name": name,
                "handings": [plain(test_handovers.HANDED), plain(by)],
                "leads": [entity(lead), entity(then)],
                "fees": [
                    plain(one)
                    for one in fees(
                        [test_handovers.HANDED, by], {lead.id: lead, then.id: then}
                    )
                ],
            }
            for name, (lead, by, then, _) in test_handovers.PASSED.items()
        ],
        "bids": [
            {
                "name": name,
                "bid": entity(case.bid),
                "related": [entity(one) for one in case.related],
                "joined": plain(
                    bids.join(case.bid, {one.id: one for one in case.related})
                ),
            }
            for name, case in test_bids.CASES.items()
        ],
        "divided": [
            {"bid": entity(one), "prices": _divided(one)}
            for one in (test_bids.bid(), test_bids.THIRDS)
        ],
        "agreements": [
            {
                "name": name,
                "agreement": entity(part.agreement),
                "related": [entity(one) for one in part.related],
                "joined": plain(
                    agreements.join(
                        part.agreement, {one.id: one for one in part.related}
                    )
                ),
            }
            for name, part in test_agreements.CASES.items()
        ],
    }
