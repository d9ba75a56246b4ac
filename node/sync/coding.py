"""Content codings of bodies and packs: identity or zstd, capped after decoding.

One request may say that a gigabyte follows in a hundred bytes. So nothing is decoded
without a limit, decoding stops one byte beyond it, and the window that a frame may
ask for is bounded too (RFC 9659: 8 MiB is what every HTTP recipient must manage).
"""

from __future__ import annotations

import io
import sys
from typing import Final

from protocol.errors import Malformed

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

#: Log2 of the largest window taken, in bytes: 8 MiB (RFC 9659, section 3). Only the
#: pages that decoded bytes touch become memory: the limit bounds those, too.
WINDOW_LOG: Final = 23
#: Decoded at a time; how far a bomb gets beyond its limit at the very most.
STEP_BYTES: Final = 64 * 1024

TOO_LARGE: Final = "too-large"
"""The one code that is about size; every other refusal is about form."""


def compress(data: bytes) -> bytes:
    """Give `data` as one zstd frame that names its size (the library's level 3)."""
    return zstd.compress(data)


def decompress_capped(data: bytes, limit: int) -> bytes:
    """Decode one whole zstd frame into at most `limit` bytes.

    Takes twice `limit` of memory and a little more, for what is decoded and for the
    decoder's window, whatever the frame claims (a bomb of 256 MiB against 4 MiB: 9).
    Raises `Malformed`: "too-large" beyond the limit, "coding-malformed" for anything
    that is not exactly one frame (cut short, more after it, a larger window, garbage).
    """
    try:
        return _decode(data, limit)
    except zstd.ZstdError as error:
        raise Malformed("coding-malformed", "not a zstd frame we take") from error


def _decode(data: bytes, limit: int) -> bytes:
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: WINDOW_LOG}
    decoder = zstd.ZstdDecompressor(options=options)
    # BytesIO grows in place and hands its buffer out uncopied: joining a list of
    # parts would hold every byte twice.
    out = io.BytesIO()
    out.write(decoder.decompress(data, STEP_BYTES))
    while out.tell() <= limit and not decoder.eof:
        if decoder.needs_input:
            raise Malformed("coding-malformed", "the frame is cut short")
        out.write(decoder.decompress(b"", STEP_BYTES))
    if out.tell() > limit:
        raise Malformed(TOO_LARGE, f"more than {limit} bytes after decoding")
    if decoder.unused_data:
        raise Malformed("coding-malformed", "bytes after the frame")
    return out.getvalue()
