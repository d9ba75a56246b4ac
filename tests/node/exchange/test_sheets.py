"""Cells and values of spreadsheets: what reads one way is read, the rest is refused."""

import contextlib
import datetime
import io
import re
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.errors import UserFault
from node.exchange.sheets import columns, reading, values, writing
from node.exchange.sheets.cells import bare, shield
from node.exchange.sheets.column import STYLES, Values
from node.exchange.sheets.values import Order, Wrong
from node.views import texts

NUMBERS: Final = {
    "0": "0",
    "12": "12",
    "1234.56": "1234.56",
    "1234,56": "1234.56",
    "1 234,56": "1234.56",
    "1\u202f234,56": "1234.56",
    "1\u00a0234\u00a0567,5": "1234567.5",
    "1'234.56": "1234.56",
    "1,234.56": "1234.56",
    "1.234,56": "1234.56",
    "1,234,567": "1234567",
    "1.234.567,8": "1234567.8",
    "1 234": "1234",
    "1 234,567": "1234.567",
    "0,125": "0.125",
    "0.125": "0.125",
    "1234,567": "1234.567",
    "1,2345": "1.2345",
}
NO_NUMBERS: Final = (
    "1,234",
    "1.234",
    "12.345",
    "",
    "-5",
    "=1+1",
    "1e5",
    "12 34",
    "1,23,45",
    "1.234,567.8",
    "1,2345,678",
    "12.",
    ".5",
    "\u0661",
    "NaN",
    "9" * 23,
    "1,234.567,8",
)


@pytest.mark.parametrize("text", NUMBERS)
def test_a_number_is_read(text: str) -> None:
    assert values.number(text, "a number", "1") == Decimal(NUMBERS[text])


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_or_two_is_refused(text: str) -> None:
    with pytest.raises(Wrong):
        values.number(text, "a number", "1")


AMOUNTS: Final[dict[str, tuple[str, str | None]]] = {
    "£1,200.50": ("1200.50", "GBP"),
    "1 200,50 €": ("1200.50", "EUR"),
    "EUR 5": ("5", "EUR"),
    "5.5 USD": ("5.5", "USD"),
    "7": ("7", None),
}


@pytest.mark.parametrize("text", AMOUNTS)
def test_an_amount_may_name_its_currency(text: str) -> None:
    number, code = AMOUNTS[text]
    assert values.amount(text) == (Decimal(number), code)


@pytest.mark.parametrize("text", ["£5 EUR", "$5", "GBP", "5 gbp", "five"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Wrong):
        values.amount(text)


DAYS: Final[dict[tuple[str, Order | None], str]] = {
    ("2026-12-31", None): "2026-12-31",
    ("31/12/2026", None): "2026-12-31",
    ("31-12-2026", None): "2026-12-31",
    ("12/31/2026", None): "2026-12-31",
    ("5/5/2026", None): "2026-05-05",
    ("03.04.2026", None): "2026-04-03",
    ("03.04.2026", "month-first"): "2026-04-03",
    ("03/04/2026", "day-first"): "2026-04-03",
    ("03/04/2026", "month-first"): "2026-03-04",
    (" 31/12/2026 00:00:00", None): "2026-12-31",
    ("2026-12-31T00:00:00", None): "2026-12-31",
}


@pytest.mark.parametrize(("text", "order"), DAYS)
def test_a_date_is_read(text: str, order: Order | None) -> None:
    found = values.day(text, order)
    assert found == datetime.date.fromisoformat(DAYS[text, order])


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("03/04/2026", None),
        ("3-4-2026", None),
        ("31/12/26", None),
        ("2026", None),
        ("46022", None),
        ("2026-02-30", None),
        ("31/31/2026", None),
        ("12/31/2026", "day-first"),
        ("31/12/2026", "month-first"),
        ("31.12/2026", None),
        ("0000-01-01", None),
        ("", None),
    ],
)
def test_a_date_that_is_none_or_two_is_refused(text: str, order: Order | None) -> None:
    with pytest.raises(Wrong):
        values.day(text, order)


@pytest.mark.parametrize("text", ["0", "0.33", "7h", "1,234", "0.001"])
def test_hours_come_to_whole_minutes(text: str) -> None:
    with pytest.raises(Wrong):
        values.hours(text)


@given(st.integers(1, 10**7), st.sampled_from(",."))
def test_hours_come_back_to_the_minute(minutes: int, mark: str) -> None:
    assert values.hours(values.write_hours(minutes, mark)) == minutes


@given(st.decimals(0, 10**12, places=3), st.sampled_from(",."))
def test_a_number_that_is_written_reads_one_way(number: Decimal, mark: str) -> None:
    assert values.number(values.write_number(number, mark), "", "") == number


@pytest.mark.parametrize("text", ["2.5", "two", "-1", "1" * 10, "\u0661"])
def test_a_whole_number_is_one(text: str) -> None:
    assert values.whole("12.0") == 12
    with pytest.raises(Wrong):
        values.whole(text)


def test_yes_is_said_in_many_ways() -> None:
    assert [values.flag(one) for one in ("Yes", "OUI", "1", "no", "Non", "0")] == [
        *[True] * 3,
        *[False] * 3,
    ]
    with pytest.raises(Wrong):
        values.flag("maybe")


DANGEROUS: Final = st.text("=+-@\uff1d'\",;\t\r\n a1", max_size=20)


@given(DANGEROUS)
def test_no_cell_begins_as_a_formula_however_it_is_cut(text: str) -> None:
    shielded = shield(text)
    assert bare(shielded) == text
    for cell in re.split(r"[,;\t\r\n]", shielded):
        assert not cell.strip('"').startswith(tuple("=+-@\uff1d\uff0b\uff0d\uff20"))


ROWS: Final = st.fixed_dictionaries(
    {
        "coop": st.none() | st.text(max_size=20).map(texts.line),
        "skill": st.from_regex(r"[a-z]{1,5}(-[a-z]{1,5})?", fullmatch=True),
        "minutes": st.integers(1, 10**6),
        "starts": st.dates(),
        "ends": st.dates(),
        "rate": st.none() | st.decimals(0, 10**9, places=2),
        "currency": st.none() | st.sampled_from(["GBP", "EUR", "BHD", "JPY"]),
        "rate_minutes": st.none() | st.integers(1, 10**4),
        "note": st.none() | (st.text(max_size=60) | DANGEROUS).map(texts.prose),
        "id": st.none() | st.just("evt_k3fw72qa"),
    }
)


@given(st.lists(ROWS, max_size=5), st.sampled_from(list(STYLES)))
async def test_a_table_that_is_written_reads_the_same(
    rows: list[dict[str, object]], style: str
) -> None:
    async def batches() -> AsyncIterator[Sequence[Values]]:
        yield rows

    file = io.BytesIO()
    await writing.write(file, columns.CAPACITY, batches(), STYLES[style])
    table = reading.read(file.getvalue(), columns.CAPACITY, None)
    assert table.problems == []
    assert [one.values for one in table.rows] == [
        {key: one if one != "" else None for key, one in row.items()} for row in rows
    ]
    assert [one.number for one in table.rows] == list(range(2, len(rows) + 2))


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_comes_is_a_table_or_refused(data: bytes) -> None:
    for head in (b"", b"Skill;Hours a week;From;To;Rate;Currency\n"):
        with contextlib.suppress(UserFault):
            table = reading.read(head + data, columns.CAPACITY, None)
            assert len(table.problems) <= reading.MAX_PROBLEMS


def test_a_separator_may_be_said_and_rows_may_be_short_or_long() -> None:
    found = reading.read(
        b"sep=;\r\nskill ; HEURES PAR SEMAINE;Du;au;Colour\r\n"
        b"web;1;;\r\n;;;;\r\nweb;2;;;red;and more\r\n",
        columns.CAPACITY,
        None,
    )
    assert [(one.number, one.values["minutes"]) for one in found.rows] == [
        (2, 60),
        (4, 120),
    ]
    assert found.ignored == ["Colour"]


def test_problems_are_cut_where_nobody_reads_on() -> None:
    data = b"Skill,Hours a week,From,To\n" + b"web,x,x,x\n" * 200
    found = reading.read(data, columns.CAPACITY, None)
    assert len(found.problems) == reading.MAX_PROBLEMS
    assert str(found.problems[0]) == (
        "row 2, Hours a week: 'x' is not a number of hours that comes to whole minutes,"
        " for example 7.5"
    )
    long = b"Skill,Hours a week,From,To\nweb," + b"x" * 100 + b",,\n"
    (problem,) = reading.read(long, columns.CAPACITY, None).problems
    assert problem.given == "x" * 80 + "…"
