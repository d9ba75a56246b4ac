"""Cells that a spreadsheet would take for formulas, made harmless, and back again.

A text that begins with = + - @ is a formula to a spreadsheet, and a formula can call
programs and addresses. An apostrophe before it makes it text ("CSV injection", OWASP).
The same where a comma, a semicolon, a tab or a line break stands before it: a file that
is opened with the other separator begins a cell there.
"""

import re
from typing import Final

#: The full-width forms count as well: East Asian spreadsheets take them for the same.
_FORMULA: Final = r"[=+\-@\uff1d\uff0b\uff0d\uff20]"
_START: Final = r'((?:^|[,;\t\r\n])"*)'
_BARE: Final = re.compile(rf"{_START}('*{_FORMULA})")
_SHIELDED: Final = re.compile(rf"{_START}'('*{_FORMULA})")


def shield(text: str) -> str:
    """Put an apostrophe before what would be a formula."""
    return _BARE.sub(r"\1'\2", text)


def bare(text: str) -> str:
    """Take those apostrophes away: `bare(shield(text)) == text`, for any text."""
    return _SHIELDED.sub(r"\1\2", text)
