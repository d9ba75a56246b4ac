"""One law for all windows of time."""

from datetime import date
from typing import Final

import pytest

from protocol.rules.dates import LONGEST_DAYS, check_window

START: Final = date(2026, 1, 1)
#: Name -> (starts, ends, code).
WINDOWS: Final[dict[str, tuple[date | None, date | None, str | None]]] = {
    "no-ends": (None, None, None),
    "open-start": (None, START, None),
    "open-end": (START, None, None),
    "one-day": (START, START, None),
    "longest": (START, date.fromordinal(START.toordinal() + LONGEST_DAYS), None),
    "one-day-longer": (
        START,
        date.fromordinal(START.toordinal() + LONGEST_DAYS + 1),
        "window-long",
    ),
    "backwards": (START, date(2025, 12, 31), "window-backwards"),
    "all-of-time": (date.min, date.max, "window-long"),
    "all-of-time-backwards": (date.max, date.min, "window-backwards"),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_windows(name: str) -> None:
    starts, ends, code = WINDOWS[name]
    void = check_window(starts, ends)
    assert (None if void is None else void.code) == code
    if void is not None and starts is not None and ends is not None:
        assert void.args == {"starts": starts.isoformat(), "ends": ends.isoformat()}
