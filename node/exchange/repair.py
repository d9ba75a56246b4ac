"""Two kinds of damage that publishers do to their texts, undone where certain.

Mojibake: UTF-8 that somebody read as Windows-1252, so that a bullet shows as an "a"
with a circumflex, a euro and a cent sign. Lost backslashes: a line break that was
escaped, and then lost the escape's backslashes, so that it shows as "rn". Contracts
Finder does both, Public Contracts Scotland at least the second. A text stays as it is
when what looks damaged could have been meant: a wrong repair is worse than an ugly
text.
"""

from __future__ import annotations

import re
from typing import Final

# -- mojibake ---------------------------------------------------------------------


def _windows_1252() -> dict[str, int]:
    """Return character -> byte; the five unassigned bytes are the C1 controls."""
    table = {chr(byte): byte for byte in range(0xA0)}
    for byte in range(0x80, 0x100):
        table[bytes([byte]).decode("cp1252", errors="ignore") or chr(byte)] = byte
    return table


_BYTES: Final = _windows_1252()

_NEVER_MEANT: Final = re.compile(
    "[\u00c2\u00c3]"
    "(?![\u00a0\u00aa\u00ab\u00ae\u00b0\u00ba\u00bb\u2013\u2014\u2018-\u201e\u2026\u2122])"
    "|\u00e2[\u20ac\u201a\u201e\u2020\u02c6\u0080-\u0088]"
    "|\u00e1[\u00b8-\u00bb]"
    "|\u00ef[\u00bb\u00bf]"
    "|\u00f0[\u0178\u009f]"
)
"""Beginnings of damaged letters (two bytes), of damaged punctuation, Welsh letters,
marks and emoji (three and four): an accented A stays when a space, a quote, a dash or
a small sign follows, as those do stand behind a word."""

TWICE: Final = 2
"""Some texts went through the mill twice; nobody has met a third time."""


def mojibake(text: str) -> str:
    """Return the text as it was meant.

    Certain means: all of it reads as UTF-8 once its characters are bytes again (a
    single true accent prevents that), and somewhere a sequence stands that no one
    would have written.
    """
    for _ in range(TWICE):
        meant = _read_again(text)
        if meant is None:
            break
        text = meant
    return text


def _read_again(text: str) -> str | None:
    if text.isascii():
        return None
    try:
        data = bytes(_BYTES[character] for character in text)
        meant = data.decode()
    except (KeyError, UnicodeDecodeError):
        return None
    return meant if _NEVER_MEANT.search(text) else None


# -- lost backslashes -------------------------------------------------------------

_LOST: Final = re.compile(r"rnrn|[.:;,)]rn(?=[ A-Z\u2022-])|[.:;,)] {1,3}rn(?=[A-Z])")
"""Shows that a text lost its backslashes: no word has any of these."""

_RUN: Final = re.compile(r"(?<!rn)(?:rn)++")
_LOST_TAB: Final = re.compile(r"(?<=\u2022)t(?=[A-Z0-9(])")

_VOWELS: Final = frozenset("aeiouwy")
_CONSONANTS: Final = frozenset("bcdfghjklmnpqrstvxz")
_RN_WORDS: Final = (
    "adorn barn born burn cavern concern corn discern earn eastern extern fern govern"
    " horn intern lantern learn modern mourn northern overturn pattern return scorn"
    " southern stern tavern thorn torn turn unicorn warn western worn yarn"
)
_WORDS: Final = frozenset(_RN_WORDS.split())
"""English words that end in "rn" themselves; each has a vowel before it."""

_LONGEST: Final = max(map(len, _WORDS))
_WORD_BEFORE: Final = re.compile(rf"[A-Za-z]{{0,{_LONGEST}}}\Z")


def line_breaks(text: str) -> str:
    """Return the text with its line breaks, which stand in it as "rn".

    Only in texts that show the damage beyond doubt and have no true line break.
    """
    if "\n" in text or not _LOST.search(text):
        return text
    return _LOST_TAB.sub(" ", _RUN.sub(_break, text))


def _break(run: re.Match[str]) -> str:
    count = len(run[0]) // 2
    before = run.string[max(0, run.start() - _LONGEST) : run.start()]
    after = run.string[run.end() : run.end() + 4]
    if count == 1:
        return "\n" if _is_break(before[-1:], after) else run[0]
    word = _WORD_BEFORE.search(before.rpartition("rn")[2])
    if word is not None and word[0].lower() + "rn" in _WORDS:
        return "rn" + "\n" * (count - 1)
    return "\n" * count


def _is_break(before: str, after: str) -> bool:
    """Tell whether a single "rn" cannot be two letters of a word.

    After a vowel it can ("modern"), and before one ("mrna").
    """
    if before in _VOWELS:
        return False
    if "a" <= after[:1] <= "z":
        within = before in _CONSONANTS and after[0] in _CONSONANTS
        return within or after == "http"
    return True
