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
