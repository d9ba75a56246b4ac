"""Weeks: how windows of time and quantities over them are laid out (SPEC 11.6).

A week is named by its Monday (ISO 8601). Work is done on its first five days: a window
that ends on a Wednesday has three fifths of that week.
"""

import datetime
from collections.abc import Iterator
from typing import Final

Date = datetime.date
WORKING_DAYS: Final = 5
WEEK: Final = datetime.timedelta(weeks=1)


def monday(day: Date) -> Date:
    """Name the week of a day."""
    return day - datetime.timedelta(days=day.weekday())


def weeks(starts: Date, ends: Date) -> Iterator[Date]:
    """Give the weeks that a window touches, in order."""
    week = monday(starts)
    while week <= ends:
        yield week
        # The last week that a date can name has none after it.
        if week > Date.max - WEEK:
            return
        week += WEEK


def working_days(week: Date, starts: Date, ends: Date) -> int:
    """Count Monday to Friday of a week within a window."""
    first = max(starts, week)
    last = min(ends, week + datetime.timedelta(days=WORKING_DAYS - 1))
    return max(0, (last - first).days + 1)


def weekly(minutes: int, week: Date, starts: Date, ends: Date) -> int:
    """Give what `minutes` a week come to in one week of a window, rounded down."""
    return minutes * working_days(week, starts, ends) // WORKING_DAYS


def spread(minutes: int, starts: Date, ends: Date) -> dict[Date, int]:
    """Lay minutes in all out over a window, by working days; their sum stays the same.

    A window of a weekend alone has its minutes in the week that it starts in.
    """
    touched = list(weeks(starts, ends))
    days = [working_days(week, starts, ends) for week in touched]
    if not sum(days):
        return {touched[0]: minutes}
    laid: dict[Date, int] = {}
    gone = done = 0
    for week, some in zip(touched, days, strict=True):
        gone += some
        upto = minutes * gone // sum(days)
        if upto > done:
            laid[week] = upto - done
        done = upto
    return laid
