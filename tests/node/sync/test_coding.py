"""zstd decoded to a limit: one byte over each cap, bombs, and all that is cut."""

import sys
import tracemalloc
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.sync.coding import STEP_BYTES, compress, decompress_capped
from protocol.errors import Malformed

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MIB: Final = 1024 * 1024
PARAMETER: Final = zstd.CompressionParameter


def streamed(data: bytes, **options: int) -> bytes:
    """Compress without telling the frame how much will follow."""
    chosen = {int(PARAMETER[name]): value for name, value in options.items()}
    compressor = zstd.ZstdCompressor(options=chosen)
    return compressor.compress(data) + compressor.flush()


@pytest.mark.parametrize("size", [0, 1, STEP_BYTES - 1, STEP_BYTES, MIB])
@pytest.mark.parametrize("make", [compress, streamed])
def test_the_limit_is_exact(size: int, make: type) -> None:
    data = bytes(size)
    frame = make(data)
    assert decompress_capped(frame, size) == data
    assert decompress_capped(frame, size + 1) == data
    if size:
        with pytest.raises(Malformed) as caught:
            decompress_capped(frame, size - 1)
        assert caught.value.code == "too-large"


@settings(deadline=None)  # a busy machine is no bug
@given(st.binary(max_size=4000))
def test_what_was_compressed_comes_back(data: bytes) -> None:
    assert decompress_capped(compress(data), len(data)) == data


@settings(deadline=None)  # a busy machine is no bug
@given(st.binary(max_size=200), st.integers(0, 400))
def test_garbage_raises_nothing_else(data: bytes, at: int) -> None:
    frame = compress(data)
    for broken in (data, frame[:at], frame[:at] + b"\xff" + frame[at + 1 :]):
        try:
            decoded = decompress_capped(broken, 10_000)
        except Malformed as error:
            assert error.code in {"too-large", "coding-malformed"}  # noqa: PT017
        else:
            assert len(decoded) <= 10_000


GOOD: Final = compress(b"x" * 1000)


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        GOOD[:-1],
        GOOD[:4],
        GOOD + b"\0",
        GOOD + GOOD,
        b"\x1f\x8b" + bytes(30),
        streamed(b"x" * 1000, checksum_flag=1)[:-4] + b"\0\0\0\0",
        streamed(b"x" * (17 * MIB), window_log=24),
    ],
    ids=["empty", "cut", "magic", "tail", "two", "gzip", "checksum", "window"],
)
def test_exactly_one_frame_of_a_modest_window(frame: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        decompress_capped(frame, 64 * MIB)
    assert caught.value.code == "coding-malformed"


@pytest.mark.parametrize("make", [compress, streamed])
def test_a_bomb_takes_its_limit_and_little_more(make: type) -> None:
    bomb = make(bytes(256 * MIB))
    assert len(bomb) < MIB // 8
    tracemalloc.start()
    try:
        with pytest.raises(Malformed):
            decompress_capped(bomb, MIB)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MIB * 3 // 2 + len(bomb)
