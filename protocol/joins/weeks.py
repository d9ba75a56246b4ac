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


def spread(
    minutes: int, starts: Date, ends: Date, first: Date, last: Date
) -> dict[Date, int]:
    """Lay minutes in all out over a window, by working days; give some of its weeks.

    first, last: the Mondays between which weeks are given. Over all weeks the sum stays
    the same. A window of a weekend alone has its minutes in the week that it starts in.
    """
    before = _working_until(starts.toordinal() - 1)
    days = _working_until(ends.toordinal()) - before
    if not days:
        return {monday(starts): minutes} if first <= monday(starts) <= last else {}

    def laid_until(day: int) -> int:
        gone = _working_until(min(day, ends.toordinal())) - before
        return minutes * max(0, gone) // days

    # Counted, not walked: a window may begin with the calendar and end with it, as one
    # log names its start and another its end.
    laid: dict[Date, int] = {}
    for week in weeks(max(first, monday(starts)), min(last, ends)):
        at = week.toordinal()
        if more := laid_until(at + WEEK.days - 1) - laid_until(at - 1):
            laid[week] = more
    return laid


def _working_until(day: int) -> int:
    """Count the working days from the first of all, a Monday, to a day, by number."""
    whole, rest = divmod(day, WEEK.days)
    return whole * WORKING_DAYS + min(rest, WORKING_DAYS)
