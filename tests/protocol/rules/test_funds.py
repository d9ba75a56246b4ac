"""Funds, and contributions that they accept."""

from typing import Final

import pytest

from protocol import limits
from protocol.rules import funds
from tests.protocol.rules.play import (
    BRAMBLE,
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

FUND_TABLE: Final = table(
    """
    planned: open cancelled
    open: closed cancelled
    closed: open settled cancelled
    settled:
    cancelled:
    """
)
FUND: Final[Body] = {"currency": "GBP", "period": "none", "state": "open"}
OPENED: Final = Step("fund.opened", FUND, ("title",))
PLANNED: Final = Step("fund.opened", but(FUND, state="planned"), ("title",))


def given(quantity: int, void: str | None = None, **more: object) -> Step:
    body = {
        "pledge": NOBODY,
        "pledger": BRAMBLE.id,
        "quantity": quantity,
        "to": Nth(0),
        "unit": "GBP",
    }
    return Step("acceptance.given", {**body, **more}, (), void)  # type: ignore[dict-item]


CASES: Final[dict[str, Case]] = {
    "opened": Case((OPENED,), {0: "open"}),
    "opened-in-full": Case(
        (
            Step(
                "fund.opened",
                but(FUND, contribution=5000, period="month", state="planned"),
                ("title", "purpose"),
            ),
        ),
        {0: "planned"},
    ),
    "opened-without-a-title": Case((Step("fund.opened", FUND, (), "text-missing"),)),
    "advanced-what-is-unknown": Case(
        (Step("fund.advanced", {"fund": NOBODY, "to": "open"}, (), "fund-unknown"),)
    ),
    "contributed": Case((OPENED, given(5000)), {1: "given"}),
    "contributed-and-taken-back": Case(
        (
            OPENED,
            given(5000),
            Step("acceptance.withdrawn", {"acceptance": Nth(1), "to": Nth(0)}),
        ),
        {1: "withdrawn"},
    ),
    "contributed-without-end": Case(
        (
            OPENED,
            given(limits.INTEGER),
            given(1, "over-maximum", pledge=b"\x01" * 32),
        )
    ),
    "contributed-to-a-plan": Case((PLANNED, given(1, "target-closed"))),
    "contributed-in-another-currency": Case(
        (OPENED, given(1, "unit-wrong", unit="EUR"))
    ),
    "contributed-to-a-line": Case((OPENED, given(1, "line-unknown", line=1))),
    **{
        f"fund-{name}": case
        for name, case in grid(
            FUND_TABLE,
            FUND_TABLE,
            {"open": OPENED, "planned": PLANNED},
            ("fund.advanced", "fund", "fund-move"),
        ).items()
    },
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def test_the_table_of_funds() -> None:
    assert funds.FUND_MOVES == FUND_TABLE
    assert {"open"} == funds.TAKING


def test_a_fund_sums_its_contributions_up() -> None:
    kept = check(CASES["contributed"]).entity(0)
    assert (kept.family, kept.ref) == ("fund", None)
    assert isinstance(kept.body, funds.Fund)
    assert kept.body.accepted == 5000
    back = check(CASES["contributed-and-taken-back"]).entity(0).body
    assert isinstance(back, funds.Fund)
    assert back.accepted == 0


def test_what_a_fund_keeps() -> None:
    kept = plain(check(CASES["opened-in-full"]).entity(0).body)
    assert isinstance(kept, dict)
    assert (kept["contribution"], kept["period"]) == (5000, "month")
    assert isinstance(kept["texts"], dict)
    assert list(kept["texts"]) == ["purpose", "title"]
