"""zstd frames by hand (RFC 8878, 3.1.1), the same under every version of the library.

Blocks are stored or repeated bytes, never compressed: a reader cannot tell.
"""

from typing import Final

_MAGIC: Final = b"\x28\xb5\x2f\xfd"
_BLOCK: Final = 128 * 1024


def _block(kind: int, size: int, content: bytes, *, last: bool) -> bytes:
    head = size << 3 | kind << 1 | last
    return head.to_bytes(3, "little") + content


def _window(log: int) -> bytes:
    """A frame header that asks for a window of 2**log bytes and tells no size."""
    return _MAGIC + b"\x00" + bytes([(log - 10) << 3])


def stored(data: bytes, *, window_log: int = 20) -> bytes:
    """A frame that holds these bytes as they are."""
    parts = [data[at : at + _BLOCK] for at in range(0, len(data), _BLOCK)] or [b""]
    return _window(window_log) + b"".join(
        _block(0, len(part), part, last=at == len(parts) - 1)
        for at, part in enumerate(parts)
    )


def unfinished(data: bytes) -> bytes:
    """A frame of these bytes (at most 128 KiB) whose end is still to come."""
    return _window(20) + _block(0, len(data), data, last=False)


def repeated(byte: int, size: int, *, window_log: int = 20) -> bytes:
    """A frame that says one byte so many times, in four bytes for each 128 KiB."""
    sizes = [_BLOCK] * (size // _BLOCK) + [size % _BLOCK]
    return _window(window_log) + b"".join(
        _block(1, each, bytes([byte]), last=at == len(sizes) - 1)
        for at, each in enumerate(sizes)
    )
