"""Times that events claim, written for people."""

import datetime
from typing import Final

_START: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def write(time_ms: int) -> str:
    """Write milliseconds since 1970 as ISO 8601 in UTC, to the second.

    An event may claim any time; one that no calendar has is written as the number.
    """
    try:
        moment = _START + datetime.timedelta(milliseconds=time_ms)
    except OverflowError:
        return f"{time_ms} ms"
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def write_or_none(time_ms: int | None) -> str | None:
    """Write a time that may be unknown."""
    return None if time_ms is None else write(time_ms)
