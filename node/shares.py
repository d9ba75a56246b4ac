"""Shares as people write them ("12.5" percent) and as events hold them (basis points).

Never through a float, as money is (node/money.py).
"""

import re
from typing import Final

from protocol.kinds.fields import WHOLE

_POINTS: Final = 100  # basis points of a percent
_FORM: Final = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?\s*%?", re.ASCII)


def read(written: str) -> int:
    """Read a percentage into basis points; "12.5" and "12.5%" are 1250.

    Raises ValueError for what is none, or not above 0 and at most 100.
    """
    form = _FORM.fullmatch(written.strip())
    if form is None:
        raise ValueError("a percentage with at most two decimals")
    points = int(form[1]) * _POINTS + int((form[2] or "").ljust(2, "0"))
    if not 1 <= points <= WHOLE:
        raise ValueError("a percentage above 0 and up to 100")
    return points


def write(points: int) -> str:
    """Write basis points as a percentage, without needless noughts: "12.5"."""
    whole, rest = divmod(points, _POINTS)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".")


def write_or_none(points: int | None) -> str | None:
    """Write what may be no share."""
    return None if points is None else write(points)
