import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.joins.weeks import (
    monday,
    spread,
    weekly,
    weeks,
    working_days,
)

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
    assert weekly(99, MONDAY, starts, ends) == 99 * days // 5


def test_weeks_are_named_by_their_monday() -> None:
    assert monday(date(2027, 1, 10)) == MONDAY
    assert list(weeks(date(2027, 1, 10), date(2027, 1, 11))) == [
        MONDAY,
        MONDAY + timedelta(7),
    ]
    assert list(weeks(MONDAY, MONDAY - timedelta(1))) == []


def test_weeks_end_where_dates_do() -> None:
    assert list(weeks(date(9999, 12, 20), date.max))[-1] == date(9999, 12, 27)


days = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 1, 1))


@given(starts=days, length=st.integers(0, 900), minutes=st.integers(1, 2**53 - 1))
def test_what_is_laid_out_adds_up(starts: date, length: int, minutes: int) -> None:
    ends = starts + timedelta(length)
    laid = spread(minutes, starts, ends, date.min, date.max)
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


@given(
    starts=days,
    length=st.integers(0, 900),
    minutes=st.integers(1, 2**53 - 1),
    first=st.integers(-60, 60),
    some=st.integers(0, 60),
)
def test_some_weeks_have_what_they_have_among_all(
    starts: date, length: int, minutes: int, first: int, some: int
) -> None:
    ends = starts + timedelta(length)
    low = monday(starts) + timedelta(7 * first)
    high = low + timedelta(7 * some)
    whole = spread(minutes, starts, ends, date.min, date.max)
    part = spread(minutes, starts, ends, low, high)
    assert part == {week: one for week, one in whole.items() if low <= week <= high}


@given(starts=days, length=st.integers(0, 900), minutes=st.integers(1, 2**53 - 1))
def test_what_is_laid_out_is_what_the_specification_says(
    starts: date, length: int, minutes: int
) -> None:
    ends = starts + timedelta(length)
    touched = list(weeks(starts, ends))
    counted = [working_days(week, starts, ends) for week in touched]
    if not sum(counted):
        return
    laid = spread(minutes, starts, ends, date.min, date.max)
    for at, week in enumerate(touched):
        upto = minutes * sum(counted[: at + 1]) // sum(counted)
        assert sum(laid.get(one, 0) for one in touched[: at + 1]) == upto, week


def test_a_window_of_all_time_is_not_walked() -> None:
    started = time.process_time()
    for year in range(1, 9999):
        week = monday(date(year, 6, 1))
        laid = spread(2**53 - 1, date.min, date.max, week, week + timedelta(7))
        assert max(laid.values()) - min(laid.values()) <= 1
    assert time.process_time() - started < 5
    laid = spread(2**53 - 1, date.min, date.max, MONDAY, MONDAY)
    for week in (date.min, date(9999, 12, 27)):
        (laid_there,) = spread(2**53 - 1, date.min, date.max, week, week).values()
        assert abs(laid_there - laid[MONDAY]) <= 1


def test_a_weekend_has_its_minutes_in_its_week() -> None:
    saturday = MONDAY + timedelta(5)
    sunday, after = saturday + timedelta(1), MONDAY + timedelta(7)
    assert spread(60, saturday, sunday, MONDAY, after) == {MONDAY: 60}
    assert spread(60, saturday, sunday, after, after) == {}
