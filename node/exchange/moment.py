"""Dates and times as publishers write them, into UTC.

OCDS 1.1 asks for RFC 3339 with a zone. What is found: days without a time, times
without a zone, "+0100", seven digits of a second, and year 1 for "not known".
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Final

FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 2199
"""Outside of these years a date is a placeholder (0001, 9999) or a typing error."""

_FORM: Final = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:[.,](?P<part>[0-9]{1,9}))?)?"
    r"\s*(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?\Z",
    re.ASCII | re.IGNORECASE,
)


def read(text: str, *, end: bool = False) -> tuple[datetime, str | None]:
    """Return the time in UTC, and what had to be assumed, if anything.

    A day without a time is its first second, or with `end` its last one, in the zone
    that eForms write behind it. A time without a zone is taken for UTC. Raises
    ValueError with the reason.
    """
    form = _FORM.match(text.strip())
    if form is None:
        raise ValueError("no date as of RFC 3339")
    moment = _moment(form, end=end)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"a year outside of {FIRST_YEAR} to {LAST_YEAR}")
    zone = form["zone"]
    if zone is None:
        assumed = None if form["time"] is None else "a time without a zone, read as UTC"
        return moment.replace(tzinfo=UTC), assumed
    return moment.replace(tzinfo=_zone(zone)).astimezone(UTC), None


def _moment(form: re.Match[str], *, end: bool) -> datetime:
    """Return the wall clock time; raise ValueError when no calendar has it."""
    try:
        day = datetime.fromisoformat(form["day"]).date()
        if form["time"] is None:
            clock = time(23, 59, 59) if end else time()
        else:
            # Anything below a microsecond is dropped.
            part = int((form["part"] or "0").ljust(6, "0")[:6])
            clock = time.fromisoformat(form["time"]).replace(microsecond=part)
    except ValueError:
        raise ValueError("a date that no calendar has") from None
    return datetime.combine(day, clock)


def _zone(text: str) -> timezone:
    if text in {"Z", "z"}:
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 23 or minutes > 59:
        raise ValueError("a zone that no clock has")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
