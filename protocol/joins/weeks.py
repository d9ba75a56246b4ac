"""Weeks: how windows of time and quantities over them are laid out (SPEC 11.6).

A week is named by its Monday (ISO 8601). Work is done on its first five days: a window
that ends on a Wednesday has three fifths of that week.

For sums over many weeks they are numbered, the first that a date can name as 0.
"""

import datetime
from collections.abc import Iterator
from typing import Final

Date = datetime.date
WORKING_DAYS: Final = 5
_DAYS: Final = 7
WEEK: Final = datetime.timedelta(weeks=1)


def monday(day: Date) -> Date:
    """Name the week of a day."""
    return day - datetime.timedelta(days=day.weekday())


def working_days(week: Date, starts: Date, ends: Date) -> int:
    """Count Monday to Friday of a week within a window."""
    first = max(starts, week)
    last = min(ends, week + datetime.timedelta(days=WORKING_DAYS - 1))
    return max(0, (last - first).days + 1)


def number(day: Date) -> int:
    """Give the number of the week of a day."""
    # The first day that a date can name is a Monday.
    return (day.toordinal() - 1) // _DAYS


def named(no: int) -> Date:
    """Name a numbered week: the inverse of `number`."""
    return Date.fromordinal(no * _DAYS + 1)


def worked(days: int) -> int:
    """Count the working days of the first so many days that a date can name."""
    whole, rest = divmod(days, _DAYS)
    return whole * WORKING_DAYS + min(rest, WORKING_DAYS)


def parts(starts: Date, ends: Date) -> tuple[range, tuple[tuple[int, int], ...]]:
    """Take a window apart: the weeks that it has whole, and what it has of others.

    All by their numbers; of the others, each with how many working days, from 1 to 4.
    """
    first, last = starts.toordinal() - 1, ends.toordinal() - 1
    low, high = first // _DAYS, last // _DAYS
    skipped, kept = first % _DAYS, min(last % _DAYS + 1, WORKING_DAYS)
    if low == high:
        days = kept - skipped
        if days == WORKING_DAYS:
            return range(low, low + 1), ()
        return range(0), ((low, days),) if days > 0 else ()
    broken: list[tuple[int, int]] = []
    if skipped:
        if skipped < WORKING_DAYS:
            broken.append((low, WORKING_DAYS - skipped))
        low += 1
    if kept < WORKING_DAYS:
        broken.append((high, kept))
        high -= 1
    return range(low, high + 1), tuple(broken)


def portions(
    minutes: int, starts: Date, ends: Date, within: range
) -> Iterator[tuple[int, int]]:
    """Lay minutes in all out over a window, by working days; their sum stays the same.

    Gives the numbers of weeks and their minutes, as far as they lie `within`. A window
    of a weekend alone has its minutes in the week that it starts in.
    """
    # Of working days since the first day that a date can name, a whole number of weeks
    # has five each: where a window begins and ends in between is `before` and `days`.
    before = worked(starts.toordinal() - 1)
    days = worked(ends.toordinal()) - before
    if not days:
        if number(starts) in within:
            yield number(starts), minutes
        return
    low, high = max(number(starts), within.start), min(number(ends) + 1, within.stop)
    done = minutes * max(0, low * WORKING_DAYS - before) // days
    for no in range(low, high):
        upto = minutes * min((no + 1) * WORKING_DAYS - before, days) // days
        if upto > done:
            yield no, upto - done
        done = upto
