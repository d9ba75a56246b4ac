"""Rounds and allotments: the steward's half."""

from typing import Final

import pytest

from protocol.rules import rounds
from tests.protocol.rules import test_funds, test_projects
from tests.protocol.rules.play import (
    ACORN,
    NOBODY,
    Body,
    Case,
    Draft,
    Nth,
    Step,
    but,
    check,
    table,
)

ROUND_TABLE: Final = table(
    """
    planned: open cancelled
    open: closed cancelled
    closed: closed settled
    settled:
    cancelled:
    """
)
ROUND: Final[Body] = {
    "closes": "2026-04-30",
    "currency": "GBP",
    "mode": "own",
    "opens": "2026-04-01",
    "state": "open",
    "vetoes": 2,
}
EQUAL: Final[Body] = but(ROUND, budget=100, mode="equal")
OPENED: Final = Step("round.opened", ROUND, ("title",))
ALLOTTING: Final = Step("round.opened", EQUAL, ("title",))
PLANNED: Final = Step("round.opened", but(ROUND, state="planned"), ("title",))
LOW, HIGH = b"\x01" * 32, b"\xfe" * 32
FIRST: Final = Nth(0)


def opened(body: Body, void: str | None = None, *texts: str) -> Step:
    return Step("round.opened", body, ("title", *texts), void)


def advanced(to: str, void: str | None = None, at: Nth | bytes = FIRST) -> Step:
    return Step("round.advanced", {"round": at, "to": to}, (), void)


def closed(void: str | None = None, at: Nth | bytes = FIRST, **more: Draft) -> Step:
    return Step("round.closed", {"round": at, **more}, (), void)


def granted(
    *shares: tuple[bytes, int], void: str | None = None, at: Nth | bytes = FIRST
) -> Step:
    rows: list[Draft] = [list(one) for one in shares or ((LOW, 60), (HIGH, 40))]
    return Step("allotment.granted", {"round": at, "shares": rows}, (), void)


def _moves() -> dict[str, Case]:
    """Every state, and all that may be tried from there."""
    ways = {
        "planned": (PLANNED,),
        "open": (OPENED,),
        "closed": (OPENED, closed()),
        "settled": (OPENED, closed(), advanced("settled")),
        "cancelled": (OPENED, advanced("cancelled")),
    }
    cases = {}
    for state, way in ways.items():
        for to in ("open", "settled", "cancelled", "closed"):
            void = None if to in ROUND_TABLE[state] else "round-move"
            last = closed(void) if to == "closed" else advanced(to, void)
            end = state if void else to
            cases[f"from-{state}-to-{to}"] = Case((*way, last), {0: end})
    return cases


CASES: Final[dict[str, Case]] = {
    "opened": Case((OPENED,), {0: "open"}),
    "opened-in-full": Case(
        (
            test_funds.OPENED,
            opened(
                but(
                    EQUAL, fund=Nth(0), self_funding=True, state="planned", whole=False
                ),
                None,
                "description",
            ),
        ),
        {1: "planned"},
    ),
    "opened-backwards": Case(
        (opened(but(ROUND, closes="2026-03-31"), "window-backwards"),)
    ),
    "opened-with-own-money-and-a-budget": Case(
        (opened(but(ROUND, budget=5), "round-budget"),)
    ),
    "opened-without-a-budget": Case(
        (opened(but(ROUND, mode="steward"), "round-budget"),)
    ),
    "opened-from-an-unknown-fund": Case(
        (opened(but(EQUAL, fund=NOBODY), "fund-unknown"),)
    ),
    "opened-from-a-fund-in-another-currency": Case(
        (
            test_funds.OPENED,
            opened(but(EQUAL, currency="EUR", fund=Nth(0)), "round-currency"),
        )
    ),
    "advanced-what-is-unknown": Case((advanced("open", "round-unknown", NOBODY),)),
    "closed-what-is-unknown": Case((closed("round-unknown", NOBODY),)),
    "closed-with-itself": Case(
        (OPENED, closed("cut-self", cut=[[ACORN.id, bytes(16), 1, NOBODY]])),
        {0: "open"},
    ),
    "closed-with-another": Case(
        (OPENED, closed(cut=[[HIGH, bytes(16), 1, NOBODY]])),
        {0: "closed", 1: "named"},
    ),
    "granted": Case((ALLOTTING, granted()), {0: "open", 1: "granted"}),
    "granted-in-part": Case((ALLOTTING, granted((LOW, 1))), {1: "granted"}),
    "granted-what-is-unknown": Case((granted(void="round-unknown", at=NOBODY),)),
    "granted-of-a-project": Case(
        (test_projects.OPENED, granted(void="round-unknown")),
    ),
    "granted-own-money": Case((OPENED, granted(void="allotment-mode"))),
    "granted-twice": Case((ALLOTTING, granted(), granted(void="allotment-twice"))),
    "granted-too-much": Case(
        (ALLOTTING, granted((LOW, 60), (HIGH, 41), void="allotment-excess"))
    ),
    "granted-out-of-order": Case(
        (ALLOTTING, granted((HIGH, 1), (LOW, 1), void="allotment-order"))
    ),
    "granted-to-one-twice": Case(
        (ALLOTTING, granted((LOW, 1), (LOW, 1), void="allotment-order"))
    ),
    "granted-too-late": Case((ALLOTTING, closed(), granted(void="round-over"))),
    **_moves(),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def test_the_table_of_rounds() -> None:
    assert rounds.ROUND_MOVES == ROUND_TABLE
    assert {"planned", "open"} == rounds.LIVE


def test_what_a_round_keeps() -> None:
    played = check(CASES["opened-in-full"])
    kept = played.entity(1)
    assert kept.ref == played.writer.ids[0]
    assert isinstance(kept.body, rounds.Round)
    assert (kept.body.whole, kept.body.self_funding) == (False, True)
    assert (kept.body.budget, kept.body.fund) == (100, played.writer.ids[0])


def test_a_round_names_its_allotment() -> None:
    played = check(CASES["granted"])
    body, allotment = played.entity(0).body, played.entity(1)
    assert isinstance(body, rounds.Round)
    assert body.allotment == allotment.id
    assert allotment.ref == played.writer.ids[0]
    assert isinstance(allotment.body, rounds.Allotment)
    assert [one.amount for one in allotment.body.shares] == [60, 40]
