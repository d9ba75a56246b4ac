"""One law for all windows of time."""

import datetime
from typing import Final

from protocol.verdicts import Reason, Void

#: Ten years: longer than any framework agreement, short enough to walk by weeks.
LONGEST_DAYS: Final = 3660

WINDOW_BACKWARDS: Final = Reason(
    "window-backwards", "It ends on {ends}, before it starts on {starts}"
)
WINDOW_LONG: Final = Reason(
    "window-long", "From {starts} to {ends} is longer than ten years"
)
REASONS: Final = (WINDOW_BACKWARDS, WINDOW_LONG)


def check_window(
    starts: datetime.date | None, ends: datetime.date | None
) -> Void | None:
    """Refuse a window that runs backwards or over ten years; open ends pass."""
    if starts is None or ends is None:
        return None
    if ends < starts:
        return WINDOW_BACKWARDS(starts=starts.isoformat(), ends=ends.isoformat())
    if (ends - starts).days > LONGEST_DAYS:
        return WINDOW_LONG(starts=starts.isoformat(), ends=ends.isoformat())
    return None
