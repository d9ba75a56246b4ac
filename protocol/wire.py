"""Frames and packs: how logs and texts travel (SPEC 12.2).

A pack is a row of frames, each four bytes of length (big-endian) and a canonical
msgpack array whose first item names its kind. Runs carry their events as one block,
raw or zstd; a block is capped after decompression, not before.
"""

import sys
from collections.abc import Iterable, Sequence
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from protocol import canonical, limits
from protocol.errors import Malformed
from protocol.ids import CoopId, Incarnation, NetworkId
from protocol.kinds.fields import Id, IncarnationName
from protocol.log import Chain, Place, Run
from protocol.roster.identity import Nonce, Signature

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_LENGTH_BYTES: Final = 4
#: Level 3 is zstd's own default: 3.1 times smaller at 200 MB/s on a thousand events.
_LEVEL: Final = 3
#: Below this, a zstd header eats what it saves.
_WORTH_COMPRESSING: Final = 1024

#: No frame may ask for a larger window than the largest block that is taken (RFC 9659).
_WINDOW: Final[dict[int, int]] = {zstd.DecompressionParameter.window_log_max: 23}

Packing = Literal["raw", "zstd"]
Number = Annotated[int, Meta(ge=0, le=limits.INTEGER)]
Short = Annotated[bytes, Meta(min_length=8, max_length=8)]

#: Sealed texts asked for at the end of one pack: they come in one pack, too.
WANTED: Final = 64
#: Chains named at the end of one pack instead of being sent: 66 bytes each, where a
#: run of one event takes some 300. With more, the runs themselves come.
NAMED: Final = 256


class Head(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The end of one incarnation as far as it is held: its seq, 8 bytes of its id."""

    coop: Id
    incarnation: IncarnationName
    seq: Number
    id: Short


class RunFrame(
    msgspec.Struct, frozen=True, array_like=True, tag="run", forbid_unknown_fields=True
):
    """A run of one chain, its events as one block."""

    coop: Id
    generation: Annotated[int, Meta(ge=0, le=limits.INTEGER)]
    incarnation: IncarnationName
    base: Place | None
    first: Annotated[int, Meta(ge=1, le=limits.INTEGER)]
    signature: Signature
    packing: Packing
    block: bytes


class TextsFrame(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    tag="texts",
    forbid_unknown_fields=True,
):
    """Texts, as a block of [co-op, salt, bytes]; each proves itself by its hash."""

    packing: Packing
    block: bytes


class Cursor(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A position in what one store has relayed: which store, how much, which."""

    instance: Nonce
    relayed: Annotated[int, Meta(ge=0, le=limits.INTEGER)]
    rolling: Id


class EndFrame(
    msgspec.Struct, frozen=True, array_like=True, tag="end", forbid_unknown_fields=True
):
    """Last of a pack that answers a pull: where to go on, whether there is more.

    The cursor is nil where the pull was by heads and there is more: ask with the new
    heads. The four that follow are what the sender holds in all: heads digest, tip,
    gossip digest, and root (nil while it is not computed). `wanted` are sealed texts
    of the receiver's log that the sender may hold and lacks (SPEC 16.4). `named` are
    heads of chains that the sender relayed more of before the cursor, and leaves to
    others to bring (SPEC 12.2, Waiting).
    """

    cursor: Cursor | None
    more: bool
    heads: Id
    tip: Id
    gossip: Id
    root: Id | None
    wanted: Annotated[tuple[Id, ...], Meta(max_length=WANTED)]
    named: Annotated[tuple[Head, ...], Meta(max_length=NAMED)]


Frame = RunFrame | TextsFrame | EndFrame


class Text(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A text with what its commitment is computed from."""

    coop: Id
    salt: Nonce
    words: Annotated[bytes, Meta(max_length=limits.TEXT_BYTES)]


_FRAME: Final[msgspec.msgpack.Decoder[Frame]] = msgspec.msgpack.Decoder(Frame)
_EVENTS: Final[msgspec.msgpack.Decoder[tuple[bytes, ...]]] = msgspec.msgpack.Decoder(
    Annotated[tuple[bytes, ...], Meta(min_length=1, max_length=limits.RUN_EVENTS)]
)
_TEXTS: Final[msgspec.msgpack.Decoder[tuple[Text, ...]]] = msgspec.msgpack.Decoder(
    Annotated[tuple[Text, ...], Meta(min_length=1, max_length=limits.RUN_EVENTS)]
)


def pack_block(data: bytes) -> tuple[Packing, bytes]:
    """Compress a block where that is worth it."""
    if len(data) < _WORTH_COMPRESSING:
        return "raw", data
    return "zstd", zstd.compress(data, _LEVEL)


def unpack_block(packing: Packing, block: bytes, most: int) -> bytes:
    """Give the bytes of a block, at most `most` of them; raises `Malformed`."""
    if packing == "raw":
        data = block
    else:
        decompressor = zstd.ZstdDecompressor(options=_WINDOW)
        try:
            data = decompressor.decompress(block, most + 1)
        except zstd.ZstdError as error:
            raise Malformed("block", "not a zstd frame") from error
        if not decompressor.eof and len(data) <= most:
            raise Malformed("block", "the zstd frame is cut short")
        if decompressor.unused_data:
            raise Malformed("block", "bytes after the zstd frame")
    if len(data) > most:
        raise Malformed("too-large", f"a block of more than {most} bytes")
    return data


#: A block of events is a little larger than the events: a head for each.
EVENTS_BLOCK_BYTES: Final = limits.RUN_BYTES + 8 * limits.RUN_EVENTS


def encode_events(events: Sequence[bytes]) -> bytes:
    """Write events as one block."""
    return canonical.ENCODER.encode(events)


def decode_events(packing: Packing, block: bytes) -> tuple[bytes, ...]:
    """Read the events of a block; raises `Malformed`."""
    data = unpack_block(packing, block, EVENTS_BLOCK_BYTES)
    try:
        return _EVENTS.decode(data)
    except msgspec.MsgspecError as error:
        raise Malformed("block", str(error)) from error


def run_frame(run: Run, packed: tuple[Packing, bytes] | None = None) -> RunFrame:
    """Write a run; `packed` is its block, where it is at hand already."""
    packing, block = packed or pack_block(encode_events(run.events))
    chain = run.chain
    return RunFrame(
        chain.coop,
        chain.generation,
        chain.incarnation,
        chain.base,
        run.first,
        run.signature,
        packing,
        block,
    )


def read_run(frame: RunFrame, network: NetworkId) -> Run:
    """Read a run; raises `Malformed`. Nothing is verified yet."""
    chain = Chain(
        network=network,
        coop=CoopId(frame.coop),
        generation=frame.generation,
        incarnation=Incarnation(frame.incarnation),
        base=frame.base,
    )
    return Run(
        chain=chain,
        first=frame.first,
        events=decode_events(frame.packing, frame.block),
        signature=frame.signature,
    )


def texts_frame(texts: Sequence[Text]) -> TextsFrame:
    """Write texts; the caller keeps them within `limits.RUN_EVENTS` and a frame."""
    return TextsFrame(*pack_block(canonical.ENCODER.encode(texts)))


def read_texts(frame: TextsFrame) -> tuple[Text, ...]:
    """Read texts; raises `Malformed`."""
    data = unpack_block(frame.packing, frame.block, limits.FRAME_BYTES)
    try:
        return _TEXTS.decode(data)
    except msgspec.MsgspecError as error:
        raise Malformed("block", str(error)) from error


def write_pack(frames: Iterable[Frame]) -> bytes:
    """Join frames into a pack."""
    parts: list[bytes] = []
    for frame in frames:
        data = canonical.ENCODER.encode(frame)
        parts.extend((len(data).to_bytes(_LENGTH_BYTES), data))
    return b"".join(parts)


def read_pack(data: bytes) -> list[Frame]:
    """Split a pack into its frames; raises `Malformed` unless every byte is used."""
    reader = PackReader()
    frames = reader.feed(data)
    reader.close()
    return frames


class PackReader:
    """Reads a pack as it arrives, in pieces of any size."""

    def __init__(self) -> None:
        """Start with nothing read."""
        self._size = 0
        self._rest = bytearray()
        self._frames = 0

    def feed(self, data: bytes) -> list[Frame]:
        """Take more bytes; give the frames they complete. Raises `Malformed`."""
        self._size += len(data)
        if self._size > limits.PACK_BYTES:
            raise Malformed("too-large", f"a pack of more than {limits.PACK_BYTES}")
        self._rest += data
        frames: list[Frame] = []
        while len(self._rest) >= _LENGTH_BYTES:
            length = int.from_bytes(self._rest[:_LENGTH_BYTES])
            if not 0 < length <= limits.FRAME_BYTES:
                raise Malformed("frame-length", f"a frame of {length} bytes")
            end = _LENGTH_BYTES + length
            if len(self._rest) < end:
                break
            frames.append(self._read(bytes(self._rest[_LENGTH_BYTES:end])))
            del self._rest[:end]
        return frames

    def _read(self, data: bytes) -> Frame:
        self._frames += 1
        if self._frames > limits.FRAMES_PER_PACK:
            raise Malformed("too-many-frames", "more frames than a pack may hold")
        return canonical.read(_FRAME, data, most=limits.FRAME_BYTES)

    def close(self) -> None:
        """End the pack; raises `Malformed` where a frame is cut short."""
        if self._rest:
            raise Malformed("cut-short", "the pack ends inside a frame")
