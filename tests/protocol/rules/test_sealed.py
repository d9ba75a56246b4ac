"""Sealed texts: about what, and in which order their readers stand."""

from typing import Final

import pytest

from protocol.rules import sealed
from tests.protocol.rules import (
    test_bids,
    test_capacity,
    test_leads,
    test_pledges,
    test_projects,
)
from tests.protocol.rules.play import (
    ACORN,
    NOBODY,
    Body,
    Case,
    Draft,
    Nth,
    Own,
    Step,
    but,
    check,
    plain,
)
from tests.protocol.world import text

#: Ids that no digest has, below and above all those that are.
LOW: Final = (b"\x00" * 32, b"\x01" * 32)
HIGH: Final = (b"\xfe" * 32, b"\xff" * 32)
BIRCH: Final = b"\x80" * 32
WORDS: Final = ("sealed",)
OPENED: Final = test_leads.OPENED
SHARED: Final[Body] = {"about": Nth(0), "role": "details", "to": [BIRCH]}


def share(void: str | None = None, **fields: Draft) -> Step:
    return Step("sealed.shared", but(SHARED, **fields), WORDS, void)


def about(first: Step, void: str | None = None) -> Case:
    """A log of two events: something, and words sealed about it."""
    return Case((first, share(void)), {} if void else {1: "shared"})


def named(void: str | None = None, **fields: Draft) -> Case:
    return Case((OPENED, share(void, **fields)), {} if void else {1: "shared"})


CASES: Final[dict[str, Case]] = {
    "about-a-lead": about(OPENED),
    "about-an-offer": about(Step("capacity.offered", test_capacity.OFFER)),
    "about-a-project": about(Step("project.opened", test_projects.PROJECT, ("title",))),
    "about-a-bid": Case(
        (OPENED, test_bids.opened(Nth(0)), share(about=Nth(1))),
        {2: "shared"},
    ),
    "about-a-pledge": about(Step("pledge.work.offered", test_pledges.WORK)),
    "about-a-booking": about(
        Step("booking.made", test_capacity.BOOKED), "about-unknown"
    ),
    "about-nothing": Case((share("about-unknown", about=NOBODY),)),
    "twice-about-one-thing": Case(
        (OPENED, share(), share()), {1: "shared", 2: "shared"}
    ),
    "for-many": named(to=[*LOW, BIRCH, *HIGH]),
    "with-custodians": named(to=[BIRCH], custodians=[*LOW, HIGH[0]]),
    "readers-backwards": named("readers-order", to=[HIGH[0], LOW[0]]),
    "a-reader-twice": named("readers-order", to=[LOW[0], LOW[0]]),
    "custodians-backwards": named("readers-order", custodians=[HIGH[0], LOW[0]]),
    "a-custodian-who-reads": named("readers-order", custodians=[BIRCH]),
    "for-oneself": named("readers-order", to=[Own()]),
    "kept-by-oneself": named("readers-order", custodians=[Own()]),
    "without-its-text": Case(
        (OPENED, Step("sealed.shared", SHARED, (), "text-missing"))
    ),
    "with-words-in-the-open": Case(
        (OPENED, Step("sealed.shared", SHARED, ("sealed", "note"), "text-role"))
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def test_what_is_kept_of_a_sealed_text() -> None:
    played = check(CASES["with-custodians"])
    kept = played.entity(1)
    words = text(ACORN, "sealed", "the sealed of event 2").commitment
    assert (kept.family, kept.epoch, kept.ref) == ("sealed", 1, played.writer.ids[0])
    assert plain(kept.body) == {
        "about": played.writer.ids[0],
        "custodians": [*LOW, HIGH[0]],
        "role": "details",
        "texts": {"sealed": words},
        "to": [BIRCH],
    }


def test_what_words_can_be_sealed_about() -> None:
    assert set(sealed.SUBJECTS) == {"bid", "capacity", "lead", "pledge", "project"}
