"""Codes of the Common Procurement Vocabulary (Regulation (EC) No 213/2008).

Eight digits and a check digit, "72000000-5". Publishers leave the check digit out,
lose a leading zero to a number, or let a spreadsheet append ".0".
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

SCHEME: Final = "CPV"

_DIVISIONS: Final = (
    "03 09 14 15 16 18 19 22 24 30 31 32 33 34 35 37 38 39 41 42 43 44 45 48 50 51 55"
    " 60 63 64 65 66 70 71 72 73 75 76 77 79 80 85 90 92 98"
)
DIVISIONS: Final = frozenset(_DIVISIONS.split())
"""The first two digits. What begins otherwise is another vocabulary's code, for one
of UNSPSC, which has eight digits too."""

_FORM: Final = re.compile(r"(?:CPV[\s:-]*)?([0-9]{8})(?:-[0-9]|\.0)?\Z", re.IGNORECASE)


def read(code: object) -> str:
    """Return the eight digits of `classification.id`; raise ValueError otherwise."""
    if isinstance(code, Decimal) and code.is_finite() and code < 10**8:
        code = int(code)
    if type(code) is int:
        code = f"{code:08}"
    form = _FORM.match(code.strip()) if isinstance(code, str) else None
    if form is None or form[1][:2] not in DIVISIONS:
        raise ValueError("no CPV code")
    return form[1]
