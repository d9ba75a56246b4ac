"""Capacity offers and bookings."""

from typing import Final

import pytest

from protocol.rules import capacity
from tests.protocol.rules.play import (
    ACORN,
    NOBODY,
    Body,
    Case,
    Nth,
    Step,
    but,
    check,
    grid,
    plain,
    table,
)
from tests.protocol.world import text

OFFER: Final[Body] = {
    "ends": "2026-06-30",
    "minutes": 1800,
    "skill": "python",
    "starts": "2026-01-05",
}
RATED: Final[Body] = but(OFFER, rate=["GBP", 45000, 450])
BOOKED: Final[Body] = {
    "ends": "2026-03-31",
    "minutes": 900,
    "starts": "2026-01-05",
    "state": "confirmed",
}
TENTATIVE: Final[Body] = but(BOOKED, probability=40, state="tentative")
PLACEHOLDER: Final[Body] = but(BOOKED, skill="python", state="placeholder")

BOOKING_TABLE: Final = table(
    """
    tentative: confirmed released
    placeholder: confirmed released
    confirmed: done released
    done:
    released:
    """
)
OPENINGS: Final = {
    "tentative": Step("booking.made", TENTATIVE),
    "placeholder": Step("booking.made", PLACEHOLDER),
    "confirmed": Step("booking.made", BOOKED),
}


def withdraw(at: Nth | bytes, void: str | None = None) -> Step:
    return Step("capacity.withdrawn", {"offer": at}, (), void)


CASES: Final[dict[str, Case]] = {
    "offered": Case((Step("capacity.offered", OFFER),), {0: "open"}),
    "offered-with-all": Case(
        (Step("capacity.offered", RATED, ("note",)),), {0: "open"}
    ),
    "offered-backwards": Case(
        (
            Step(
                "capacity.offered",
                but(OFFER, ends="2026-01-04"),
                (),
                "window-backwards",
            ),
        )
    ),
    "offered-for-ever": Case(
        (Step("capacity.offered", but(OFFER, ends="2036-02-01"), (), "window-long"),)
    ),
    "offered-with-a-title": Case(
        (Step("capacity.offered", OFFER, ("title",), "text-role"),)
    ),
    "withdrawn": Case(
        (Step("capacity.offered", OFFER), withdraw(Nth(0))), {0: "withdrawn"}
    ),
    "withdrawn-twice": Case(
        (
            Step("capacity.offered", OFFER),
            withdraw(Nth(0)),
            withdraw(Nth(0), "offer-closed"),
        ),
        {0: "withdrawn"},
    ),
    "withdrawn-what-is-unknown": Case((withdraw(NOBODY, "offer-unknown"),)),
    "withdrawn-what-is-void": Case(
        (
            Step(
                "capacity.offered",
                but(OFFER, ends="2026-01-04"),
                (),
                "window-backwards",
            ),
            withdraw(Nth(0), "offer-unknown"),
        )
    ),
    "withdrawn-a-booking": Case(
        (OPENINGS["confirmed"], withdraw(Nth(0), "offer-unknown")), {0: "confirmed"}
    ),
    "tentative": Case((OPENINGS["tentative"],), {0: "tentative"}),
    "tentative-without-odds": Case(
        (Step("booking.made", but(BOOKED, state="tentative"), (), "booking-odds"),)
    ),
    "confirmed-with-odds": Case(
        (Step("booking.made", but(BOOKED, probability=40), (), "booking-odds"),)
    ),
    "placeholder-with-odds": Case(
        (Step("booking.made", but(PLACEHOLDER, probability=9), (), "booking-odds"),)
    ),
    "booked-backwards": Case(
        (Step("booking.made", but(BOOKED, ends="2025-01-01"), (), "window-backwards"),)
    ),
    "booked-for-ever": Case(
        (Step("booking.made", but(BOOKED, ends="2037-01-01"), (), "window-long"),)
    ),
    "booked-with-a-note": Case(
        (Step("booking.made", BOOKED, ("note",)),), {0: "confirmed"}
    ),
    "moved-what-is-unknown": Case(
        (
            Step(
                "booking.moved",
                {"booking": NOBODY, "to": "done"},
                (),
                "booking-unknown",
            ),
        )
    ),
    "moved-an-offer": Case(
        (
            Step("capacity.offered", OFFER),
            Step(
                "booking.moved",
                {"booking": Nth(0), "to": "done"},
                (),
                "booking-unknown",
            ),
        ),
        {0: "open"},
    ),
    "moved-with-a-note": Case(
        (
            OPENINGS["confirmed"],
            Step(
                "booking.moved",
                {"booking": Nth(0), "to": "done"},
                ("note",),
                "text-role",
            ),
        ),
        {0: "confirmed"},
    ),
    **{
        f"booking-{name}": case
        for name, case in grid(
            BOOKING_TABLE,
            ("confirmed", "done", "released"),
            OPENINGS,
            ("booking.moved", "booking", "booking-move"),
        ).items()
    },
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def test_the_table_of_bookings() -> None:
    assert capacity.BOOKING_MOVES == BOOKING_TABLE


def test_what_an_offer_keeps() -> None:
    kept = check(CASES["offered-with-all"]).entity(0)
    note = text(ACORN, "note", "the note of event 1").commitment
    assert (kept.family, kept.epoch, kept.ref) == ("capacity", 1, None)
    assert plain(kept.body) == but(RATED, texts={"note": note})


def test_what_a_withdrawn_offer_keeps() -> None:
    kept = check(CASES["withdrawn"]).entity(0)
    assert plain(kept.body) == OFFER


def test_what_a_booking_keeps() -> None:
    kept = check(CASES["tentative"]).entity(0)
    expected = {key: value for key, value in TENTATIVE.items() if key != "state"}
    assert kept.family == "booking"
    assert plain(kept.body) == expected


def test_certainty_ends_the_odds() -> None:
    steps = (
        OPENINGS["tentative"],
        Step("booking.moved", {"booking": Nth(0), "to": "confirmed"}),
    )
    kept = check(Case(steps, {0: "confirmed"})).entity(0)
    assert isinstance(kept.body, capacity.Booking)
    assert kept.body.probability is None
