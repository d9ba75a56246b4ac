"""A look at a JSON file before it is parsed: how large, how deep, how many values.

A parser pays for what it meets: a stack frame per level, some 50 to 100 bytes of
objects for a value that took two bytes of text. Counting brackets and commas outside
strings costs neither, so the bill is known before it is run up. Nothing is judged
here but size: what is no JSON is the parser's to say.
"""

from __future__ import annotations

from typing import Final

from node.exchange.unreadable import Unreadable

MAX_BYTES: Final = 64 * 1024 * 1024
"""Some 22,000 releases as Contracts Finder writes them, read in ten seconds."""

MAX_DEPTH: Final = 32
"""OCDS 1.1 reaches 10 levels (the value of a transaction in a record package);
extensions add a few."""

MAX_VALUES: Final = 3_000_000
"""A full file of Contracts Finder has 2.4 million. The smallest value takes up to 110
bytes once it is parsed (a decimal), so this is what bounds the memory: to 400 MB."""

CHUNK: Final = 1024 * 1024
"""Bytes looked at together, so that the pieces of one chunk stay small."""

_NO_MARK: Final = bytes(set(range(256)) - set(b"[]{},"))
_NO_BRACKET: Final = bytes(set(range(256)) - set(b"[]{}"))
_OPENING: Final = frozenset(b"[{")


def check(data: bytes) -> None:
    """Raise Unreadable when the file is larger, deeper or fuller than we can bear."""
    if len(data) > MAX_BYTES:
        raise Unreadable(reason=f"The file has more than {MAX_BYTES:,} bytes.")
    # Without its escapes a string ends at the next quote. Backslashes outside of
    # strings are no JSON, and the parser stops at the first of them.
    bare = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    inside, depth, values = False, 0, 0
    for start in range(0, len(bare), CHUNK):
        pieces = bare[start : start + CHUNK].split(b'"')
        marks = b"".join(pieces[inside::2]).translate(None, _NO_MARK)
        inside ^= len(pieces) % 2 == 0
        values += sum(marks.count(mark) for mark in (b",", b"[", b"{"))
        if values > MAX_VALUES:
            raise Unreadable(reason=f"The file has more than {MAX_VALUES:,} values.")
        depth = _descend(depth, marks.translate(None, _NO_BRACKET))


def _descend(depth: int, brackets: bytes) -> int:
    """Return the depth after these brackets; raise Unreadable when one is too deep."""
    for bracket in brackets:
        depth += 1 if bracket in _OPENING else -1
        if depth > MAX_DEPTH:
            raise Unreadable(reason=f"The file nests more than {MAX_DEPTH} levels.")
    return depth
