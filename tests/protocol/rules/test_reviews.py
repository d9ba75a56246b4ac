"""Estimate reviews: one word per bid and lot, replaced as a whole."""

from typing import Final

import pytest

from protocol.rules.reviews import review_id
from tests.protocol.rules.play import (
    ACORN,
    BRAMBLE,
    NOBODY,
    Body,
    Case,
    Draft,
    Step,
    check,
    plain,
)
from tests.protocol.world import seed, text

BID: Final = seed("bid")


def reviewed(stance: str, void: str | None = None, *texts: str, **more: Draft) -> Step:
    body: Body = {
        "amount": ["GBP", 900000],
        "bid": BID,
        "contractor": BRAMBLE.id,
        "minutes": 6000,
        "share": 4000,
        "stance": stance,
        "version": NOBODY,
        **more,
    }
    return Step("estimate.reviewed", body, texts, void)


CASES: Final[dict[str, Case]] = {
    "agreed": Case((reviewed("agreed"),)),
    "objected": Case((reviewed("objected", None, "note"),)),
    "agreed-after-all": Case((reviewed("objected", None, "note"), reviewed("agreed"))),
    "of-two-lots": Case((reviewed("agreed", lot="A"), reviewed("objected", lot="B"))),
    "with-terms": Case((reviewed("agreed", "text-role", "terms"),)),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def test_what_a_review_keeps() -> None:
    kept = check(CASES["objected"]).folded.changed[review_id(ACORN.id, BID, None)]
    assert (kept.family, kept.state, kept.ref) == ("review", "objected", BID)
    assert plain(kept.body) == {
        "amount": ["GBP", 900000],
        "bid": BID,
        "contractor": BRAMBLE.id,
        "minutes": 6000,
        "share": 4000,
        "texts": {"note": text(ACORN, "note", "the note of event 1").commitment},
        "version": NOBODY,
    }


def test_the_last_word_on_a_part_replaces_the_first() -> None:
    kept = check(CASES["agreed-after-all"]).folded.changed
    assert kept[review_id(ACORN.id, BID, None)].state == "agreed"


def test_each_lot_has_its_review() -> None:
    kept = check(CASES["of-two-lots"]).folded.changed
    assert kept[review_id(ACORN.id, BID, "A")].state == "agreed"
    assert kept[review_id(ACORN.id, BID, "B")].state == "objected"
