"""What people type: the good, and the bad with what they are told."""

from collections.abc import Callable, Mapping
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.cli import inputs
from node.errors import UserFault

DAY: Final = 480


def ask(name: str, _args: Mapping[str, object]) -> object:
    return {"profile.show": {"day": DAY}}[name]


EFFORTS: Final = {
    "12h": 720,
    "12 h": 720,
    "12H": 720,
    " 12 hours ": 720,
    "1hour": 60,
    "90m": 90,
    "90 min": 90,
    "1 minute": 1,
    "1.5h": 90,
    "0.25h": 15,
    "1h30m": 90,
    "1h 30m": 90,
    "3d": 3 * DAY,
    "2.5 days": 1200,
    "1w": 5 * DAY,
    "2w": 10 * DAY,
    "1w 2d 3h": 7 * DAY + 180,
    "0h": 0,
    "0.1d": 48,
}
NO_EFFORTS: Final = (
    "",
    " ",
    "12",
    "h",
    "h12",
    "12x",
    "-3h",
    "1,5h",
    "1.5",
    "12h and more",
    "12h 30",
    "1e3h",
    "٣h",
    "12h\x00",
    "99999999h",
    "1 month",
)


@pytest.mark.parametrize("written", EFFORTS)
def test_efforts(written: str) -> None:
    assert inputs.effort("EFFORT", written).settle(ask) == EFFORTS[written]


@pytest.mark.parametrize("written", NO_EFFORTS)
def test_no_efforts(written: str) -> None:
    with pytest.raises(UserFault) as one:
        inputs.effort("--per-week", written)
    assert one.value.detail == (
        f"--per-week: {written!r} is not an amount of work in minutes, hours, days,"
        " weeks."
    )
    assert one.value.way_out == "For example: 20h"
    assert one.value.fields == {
        "field": "--per-week",
        "expected": "an amount of work in minutes, hours, days, weeks",
        "example": "20h",
    }


def test_an_effort_is_whole_minutes() -> None:
    with pytest.raises(UserFault, match=r"'0.33h' is not a whole number of minutes"):
        inputs.effort("EFFORT", "0.33h").settle(ask)


@given(st.integers(0, 10_000), st.sampled_from(["m", "h", "d", "w"]))
def test_efforts_are_exact(number: int, unit: str) -> None:
    minutes = {"m": 1, "h": 60, "d": DAY, "w": 5 * DAY}[unit]
    assert inputs.effort("EFFORT", f"{number}{unit}").settle(ask) == number * minutes


@pytest.mark.parametrize(
    "answer", [{}, {"day": "long"}, [], UserFault(code="no", detail="No.")]
)
def test_without_a_profile_a_day_is_seven_and_a_half_hours(answer: object) -> None:
    def ask_none(_name: str, _args: Mapping[str, object]) -> object:
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert inputs.effort("EFFORT", "2d").settle(ask_none) == 900


HOURS: Final = {"7.5": 450, "8": 480, "7.5h": 450, "7h 30m": 450, "450m": 450}


@pytest.mark.parametrize("written", HOURS)
def test_hours(written: str) -> None:
    assert inputs.hours("--day", written) == HOURS[written]


@pytest.mark.parametrize("written", ["", "1d", "7,5", "-8", "0.333", "eight"])
def test_no_hours(written: str) -> None:
    with pytest.raises(UserFault):
        inputs.hours("--day", written)


MONEY: Final = {
    "1200.50 GBP": ("1200.50", "GBP"),
    "1200.50GBP": ("1200.50", "GBP"),
    "GBP 1200.50": ("1200.50", "GBP"),
    "gbp1200": ("1200", "GBP"),
    "£1,200.50": ("1200.50", "GBP"),
    "£ 1200": ("1200", "GBP"),
    "1 200 €": ("1200", "EUR"),
    "1\u202f200,000 EUR": ("1200000", "EUR"),
    "€5": ("5", "EUR"),
    "1200": ("1200", None),
    "1,200": ("1200", None),
    "1,234,567.89": ("1234567.89", None),
    "0.05": ("0.05", None),
    "0": ("0", None),
    "500 JPY": ("500", "JPY"),
    # These have thousandths.
    "1.200 KWD": ("1.200", "KWD"),
    "1.2000 CLF": ("1.2000", "CLF"),
    "1,200.50 GBP": ("1200.50", "GBP"),
}
NO_MONEY: Final = (
    "",
    "GBP",
    "£",
    "-5",
    "1200,50",
    "1,20",
    "12,00.50",
    "1.200,50",
    "$100",
    "¥100",
    "£5 EUR",
    "£5€",
    "5 GBP EUR",
    "5.",
    ".5",
    "1e3",
    "NaN",
    "5 pounds",
    "٣",
    "1" * 17,
)


@pytest.mark.parametrize("written", MONEY)
def test_money(written: str) -> None:
    read = inputs.money("--value", written)
    assert (read.amount, read.currency) == MONEY[written]
    amount, currency = MONEY[written]
    named = {} if currency is None else {"currency": currency}
    assert read.sum() == {"amount": amount, **named}


@pytest.mark.parametrize("written", NO_MONEY)
def test_no_money(written: str) -> None:
    with pytest.raises(UserFault) as one:
        inputs.money("--value", written)
    assert one.value.detail.startswith("--value: ")
    assert one.value.way_out == "For example: 1200.50 GBP"


@pytest.mark.parametrize(
    ("written", "example"),
    {
        "£1.200": "1200 or 1.20",
        "1.200": "1200 or 1.20",
        "12.345 GBP": "12345 or 12.34",
        "1,234.567 EUR": "1234567 or 1234.56",
        "1.200 XYZ": "1200 or 1.20",
    }.items(),
)
def test_a_point_that_may_stand_between_thousands(written: str, example: str) -> None:
    with pytest.raises(UserFault) as one:
        inputs.money("--value", written)
    assert "before decimals or between thousands" in one.value.detail
    assert one.value.way_out == f"For example: {example}"


@pytest.mark.parametrize("written", ["72212000", "72212000-4", " 72212000-4 "])
def test_cpv_codes(written: str) -> None:
    assert inputs.cpv("--cpv", written) == "72212000"


@pytest.mark.parametrize("written", ["", "7221200", "722120004", "72212000-44", "IT"])
def test_no_cpv_codes(written: str) -> None:
    with pytest.raises(UserFault) as one:
        inputs.cpv("--cpv", written)
    assert one.value.way_out == "For example: 72212000 or 72212000-4"


RATES: Final = {
    "600GBP/day": ("600", "GBP", DAY),
    "£600/d": ("600", "GBP", DAY),
    "600 GBP per day": ("600", "GBP", DAY),
    "75.50 GBP/h": ("75.50", "GBP", 60),
    "75/hour": ("75", None, 60),
    "2,400 EUR / week": ("2400", "EUR", 5 * DAY),
    "600GBP/8h": ("600", "GBP", 480),
}


@pytest.mark.parametrize("written", RATES)
def test_rates(written: str) -> None:
    amount, currency, minutes = RATES[written]
    named = {} if currency is None else {"currency": currency}
    expected = {"amount": amount, **named, "minutes": minutes}
    assert inputs.rate("--rate", written).settle(ask) == expected


@pytest.mark.parametrize(
    "written", ["", "600", "600GBP", "/day", "600/", "600/fortnight", "1/2/3", "x/day"]
)
def test_no_rates(written: str) -> None:
    with pytest.raises(UserFault):
        inputs.rate("--rate", written)


def test_quantities_are_work_or_money() -> None:
    work = inputs.quantity("--quantity", "90 min")
    assert isinstance(work, inputs.Effort)
    assert work.settle(ask) == 90
    assert inputs.quantity("--quantity", "250.50") == "250.50"
    # A whole number gets a point, so that no node takes pounds for minutes.
    assert inputs.quantity("--quantity", "1,250") == "1250.0"
    with pytest.raises(UserFault, match="without its currency"):
        inputs.quantity("--quantity", "250 GBP")


DATES: Final = {
    ("2027-01-12", "start"): "2027-01-12",
    (" 2027-01-12 ", "end"): "2027-01-12",
    ("12 Jan 2027", "start"): "2027-01-12",
    ("1 january 2027", "end"): "2027-01-01",
    ("9 May 2027", "start"): "2027-05-09",
    ("2026-W49", "start"): "2026-11-30",
    ("2026-W49", "end"): "2026-12-06",
    ("2026W49", "start"): "2026-11-30",
    ("2026-w1", "end"): "2026-01-04",
    ("2026-W53", "end"): "2027-01-03",
    ("2028-02-29", "start"): "2028-02-29",
}


@pytest.mark.parametrize(("written", "edge"), DATES)
def test_dates(written: str, edge: inputs.Edge) -> None:
    assert inputs.day("--from", written, edge) == DATES[written, edge]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2027-02-29", "a date that the calendar has"),
        ("2027-13-01", "a date that the calendar has"),
        ("31 Jun 2027", "a date that the calendar has"),
        ("2027-W53", "a date that the calendar has"),
        ("2027-W00", "a date that the calendar has"),
        ("", "a date (or an ISO week)"),
        ("tomorrow", "a date (or an ISO week)"),
        ("01/02/2027", "a date (or an ISO week)"),
        ("12.01.2027", "a date (or an ISO week)"),
        ("12 Janvier 2027", "a date (or an ISO week)"),
        ("1027-01-12", "a date (or an ISO week)"),
        ("20270112", "a date (or an ISO week)"),
        ("2027-1-2", "a date (or an ISO week)"),
    ],
)
def test_no_dates(written: str, expected: str) -> None:
    with pytest.raises(UserFault) as one:
        inputs.day("--from", written)
    assert one.value.detail == f"--from: {written!r} is not {expected}."
    assert one.value.way_out.startswith("For example: 2027-01-12")


@pytest.mark.parametrize(
    "written",
    [
        "",
        ":30d",
        "python:much",
        "python:30d:soon",
        "python:30d:2027-01-04:2027-03-26:more",
        "x=python",
        "1=",
        "=python",
        "-1=python",
    ],
)
def test_no_requirement_lines(written: str) -> None:
    with pytest.raises(UserFault):
        inputs.need("--need", written, must=True)


@pytest.mark.parametrize(
    "read", [inputs.effort, inputs.money, inputs.rate, inputs.day, inputs.quantity]
)
@given(written=st.text(max_size=30))
def test_whatever_is_typed_is_read_or_refused(
    read: Callable[[str, str], object], written: str
) -> None:
    refused: UserFault | None = None
    try:
        read("FIELD", written)
    except UserFault as error:
        refused = error
    if refused is not None:
        assert refused.detail.startswith("FIELD: ")
        assert refused.way_out


def test_an_answer_repeats_no_more_than_it_must() -> None:
    with pytest.raises(UserFault) as one:
        inputs.effort("EFFORT", "x" * 1000)
    assert len(one.value.detail) < 200
