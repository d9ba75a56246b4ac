from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.joins.weeks import (
    monday,
    named,
    number,
    parts,
    portions,
    worked,
    working_days,
)
from tests.protocol.joins.plain import weeks

MONDAY = date(2027, 1, 4)
WINDOWS = {
    "the whole week": (0, 6, 5),
    "Monday to Friday": (0, 4, 5),
    "until Wednesday": (-7, 2, 3),
    "from Thursday": (3, 20, 2),
    "the weekend": (5, 6, 0),
    "Friday to Saturday": (4, 5, 1),
    "the week before": (-7, -1, 0),
    "the week after": (7, 9, 0),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_working_days_of_a_week(name: str) -> None:
    first, last, days = WINDOWS[name]
    starts, ends = MONDAY + timedelta(first), MONDAY + timedelta(last)
    assert working_days(MONDAY, starts, ends) == days


def spread(minutes: int, starts: date, ends: date) -> dict[date, int]:
    touched = range(number(starts), number(ends) + 1)
    return {named(no): some for no, some in portions(minutes, starts, ends, touched)}


def test_weeks_are_named_by_their_monday() -> None:
    assert monday(date(2027, 1, 10)) == MONDAY
    assert monday(MONDAY) == MONDAY


@given(st.dates())
def test_weeks_are_numbered(day: date) -> None:
    assert named(number(day)) == monday(day)
    assert number(date.min) == 0
    passed = worked(day.toordinal()) - worked(day.toordinal() - 1)
    assert passed == (day.weekday() < 5)


days = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 1, 1))


@given(starts=days, length=st.integers(0, 900), minutes=st.integers(1, 2**53 - 1))
def test_what_is_laid_out_adds_up(starts: date, length: int, minutes: int) -> None:
    ends = starts + timedelta(length)
    laid = spread(minutes, starts, ends)
    assert sum(laid.values()) == minutes
    assert min(laid.values()) > 0
    assert set(laid) <= set(weeks(starts, ends))
    each = [
        laid.get(week, 0) / working_days(week, starts, ends)
        for week in weeks(starts, ends)
        if working_days(week, starts, ends)
    ]
    # No day has more than its part, but for the minute that does not divide.
    assert not each or max(each) <= min(each) + 1.5 + minutes / 2**52


def test_a_weekend_has_its_minutes_in_its_week() -> None:
    saturday = MONDAY + timedelta(5)
    assert spread(60, saturday, saturday + timedelta(1)) == {MONDAY: 60}


@given(starts=days, length=st.integers(0, 60))
def test_a_window_is_whole_weeks_and_days_of_others(starts: date, length: int) -> None:
    ends = starts + timedelta(length)
    whole, broken = parts(starts, ends)
    counted = dict.fromkeys(whole, 5) | dict(broken)
    assert {named(no): days for no, days in counted.items()} == {
        week: days
        for week in weeks(starts, ends)
        if (days := working_days(week, starts, ends))
    }
    assert all(days < 5 for _, days in broken)


@given(starts=days, length=st.integers(0, 900), within=st.tuples(days, days))
def test_portions_of_some_weeks_are_those_of_all(
    starts: date, length: int, within: tuple[date, date]
) -> None:
    ends = starts + timedelta(length)
    some = range(number(min(within)), number(max(within)))
    assert {
        named(no): minutes for no, minutes in portions(999, starts, ends, some)
    } == {
        week: minutes
        for week, minutes in spread(999, starts, ends).items()
        if number(week) in some
    }


def test_a_window_as_long_as_time_is_laid_out_at_once() -> None:
    week = range(number(MONDAY), number(MONDAY) + 1)
    assert list(portions(10**7, date.min, date.max, week)) == [(week[0], 19)]
