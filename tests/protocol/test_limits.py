"""The caps fit into each other."""

from typing import Final

import pytest

from protocol import limits

#: Name -> (what has to fit, into what).
FITS: Final[dict[str, tuple[int, int]]] = {
    "an-event-into-a-run": (limits.EVENT_BYTES, limits.RUN_BYTES),
    "a-run-into-a-frame": (limits.RUN_BYTES, limits.FRAME_BYTES),
    "a-text-into-a-frame": (limits.TEXT_BYTES, limits.FRAME_BYTES),
    "a-frame-into-a-pack": (limits.FRAME_BYTES, limits.PACK_BYTES),
    "a-change-into-a-block": (limits.CHANGE_BYTES, limits.BLOCK_BYTES),
    "an-integer-into-eight-bytes": (limits.INTEGER, 2**64 - 1),
    "an-integer-into-a-json-number": (limits.INTEGER, 2**53 - 1),
    "electors-into-members": (limits.ELECTORS, limits.MEMBERS),
    "items-into-an-event": (limits.ITEMS, limits.EVENT_BYTES),
    "addresses-into-a-card": (
        limits.ADDRESSES * limits.ADDRESS_CHARS,
        limits.CHANGE_BYTES,
    ),
}


@pytest.mark.parametrize("name", FITS)
def test_one_cap_fits_into_the_other(name: str) -> None:
    inner, outer = FITS[name]
    assert 0 < inner <= outer
