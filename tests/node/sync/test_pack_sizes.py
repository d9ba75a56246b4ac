"""No honest pack is refused for its size, however little of it can be compressed."""

import hashlib
from typing import Final

from node.sync import packs
from protocol import limits, wire
from protocol.ids import CoopId, Incarnation, NetworkId
from protocol.log import Chain, Run

CHAIN: Final = Chain(
    network=NetworkId(b"\xff" * 32),
    coop=CoopId(b"\xff" * 32),
    generation=limits.INTEGER,
    incarnation=Incarnation(b"\xff" * 16),
)


def noise(size: int, name: str = "") -> bytes:
    """Give bytes that no packing makes smaller."""
    parts = (
        hashlib.sha256(f"{name}{number}".encode()).digest()
        for number in range(size // 32 + 1)
    )
    return b"".join(parts)[:size]


def packed(events: tuple[bytes, ...]) -> int:
    run = Run(
        chain=CHAIN, first=limits.INTEGER - 1024, events=events, signature=noise(64)
    )
    return len(wire.write_pack([wire.run_frame(run)]))


def test_a_frame_is_counted_for_what_it_takes() -> None:
    several = tuple(noise(100, str(number)) for number in range(99))
    for events in ((noise(1),), (noise(300),), several):
        counted = packs._FRAME_HEAD + packs._weight(events)
        assert packed(events) <= counted


def test_a_full_pack_stays_below_the_cap() -> None:
    # The last run may be as large as runs get; 1024 events of a kilobyte each.
    last = tuple(noise(1024, str(number)) for number in range(limits.RUN_EVENTS))
    assert sum(map(len, last)) == limits.RUN_BYTES
    most = packs.FULL_AT + packed(last) + packs.TEXTS_AT
    assert most <= limits.PACK_BYTES
