"""Ids in base32: their beginnings as byte ranges, and forms short enough to read."""

from typing import Final

from protocol import ids

#: Characters of an id in a sentence; 60 bits, so that a chance collision is no case.
BRIEF: Final = 12
#: Characters of all 256 bits; the last one holds a single bit.
WHOLE: Final = 52
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
_BITS: Final = 8 * ids.ID_BYTES


def brief(prefix: str, value: bytes) -> str:
    """Write the beginning of an id: `coop_` and 12 characters."""
    return cut(prefix, value, BRIEF)


def cut(prefix: str, value: bytes, chars: int) -> str:
    """Write so many characters of an id after its prefix."""
    return ids.text(prefix, value)[: len(prefix) + 1 + chars]


def bounds(tail: str) -> tuple[bytes, bytes]:
    """Give the least and the greatest id that start with these base32 characters.

    Raises ValueError for a character that no id has, or too many of them.
    """
    if not 1 <= len(tail) <= WHOLE:
        raise ValueError(f"1 to {WHOLE} characters")
    number = 0
    for one in tail:
        number = number * 32 + _ALPHABET.index(one)
    free = _BITS - 5 * len(tail)
    if free < 0:
        if number & 0b1111:
            raise ValueError("no id ends so")
        number, free = number >> 4, 0
    low = number << free
    high = low | ((1 << free) - 1)
    return low.to_bytes(ids.ID_BYTES), high.to_bytes(ids.ID_BYTES)


def apart(one: bytes, other: bytes) -> int:
    """Say how many characters tell two different ids apart."""
    differ = int.from_bytes(one) ^ int.from_bytes(other)
    same = _BITS - differ.bit_length()
    return same // 5 + 1
