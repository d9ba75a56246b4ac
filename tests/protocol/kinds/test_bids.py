"""Bids and estimate reviews."""

from typing import Final

import pytest

from protocol import limits
from tests.protocol.kinds.shapes import bad_bodies, good_bodies, is_read, written

SHAPES: Final[dict[str, str]] = {
    "bid.opened": """
        lead id
        terms bid-terms
    """,
    "bid.changed": """
        bid id
        terms bid-terms
    """,
    "bid.advanced": """
        bid id
        reason slug ?
        to assembling|agreed|submitted|won|lost|dissolved
    """,
    "estimate.reviewed": """
        amount money ?
        bid id
        contractor id
        lot foreign ?
        minutes quantity ?
        share share ?
        stance agreed|objected
        version id
    """,
}


@pytest.mark.parametrize("kind", SHAPES)
def test_bodies_of_the_shape_are_read(kind: str) -> None:
    bodies = list(good_bodies(SHAPES[kind]))
    assert [body for body in bodies if not is_read(kind, body)] == []


@pytest.mark.parametrize("kind", SHAPES)
def test_bodies_of_another_shape_are_not(kind: str) -> None:
    bodies = list(bad_bodies(SHAPES[kind]))
    assert [what for what, body in bodies if is_read(kind, body)] == []


def test_the_largest_bid_fits_an_event() -> None:
    most = 2**53 - 1
    party = {
        "amount": ["GBP", most],
        "coop": bytes(32),
        "lot": "x" * 100,
        "minutes": most,
        "share": 10_000,
    }
    terms = {
        "fees": [[bytes(32), 10_000]] * 8,
        "fund": 10_000,
        "lots": ["x" * 100] * 20,
        "parties": [party] * 20,
        "risk": "by-lot",
    }
    body = {"bid": bytes(32), "terms": terms}
    assert is_read("bid.changed", body)
    assert len(written("bid.changed", body)) + 200 < limits.EVENT_BYTES
