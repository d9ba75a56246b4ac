"""Packs: whole, byte by byte, with something after; and what a stranger may send."""

import sys
import tracemalloc
from collections.abc import Sequence
from typing import Final

import msgpack
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import canonical, limits, wire
from protocol.errors import Malformed
from protocol.log import Place, Run
from protocol.wire import Cursor, EndFrame, Frame, Head, RunFrame, Text, TextsFrame
from tests.protocol import frames_of_zstd
from tests.protocol.budget import examples
from tests.protocol.hostile import mutations
from tests.protocol.refusal import refused
from tests.protocol.world import Writer, network, seed

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

REGISTER, (ACORN, BRAMBLE) = network("acorn", "bramble")
MIB: Final = 1024 * 1024


def run(events: int = 3, *, restored: bool = False) -> Run:
    log = Writer.opened(REGISTER, ACORN)
    for people in range(1, events + 1):
        log.write("profile.set", {"day": 450, "people": people})
    return (log.reopened(events, "second") if restored else log).run()


TEXTS: Final = (
    Text(ACORN.id, seed("salt")[:16], b"Acorn"),
    Text(BRAMBLE.id, bytes(16), b""),
    Text(BRAMBLE.id, bytes(16), bytes(limits.TEXT_BYTES)),
)
CURSOR: Final = Cursor(seed("instance")[:16], 12, seed("rolling"))
END_NAMED: Final = (
    Head(seed("coop"), seed("incarnation")[:16], 1, seed("event")[:8]),
    Head(seed("coop"), bytes(16), limits.INTEGER, bytes(8)),
)
END: Final = EndFrame(
    cursor=CURSOR,
    more=True,
    heads=seed("heads"),
    tip=seed("tip"),
    gossip=seed("gossip"),
    root=seed("root"),
    wanted=(),
    named=(),
)

FRAMES: Final[dict[str, Frame]] = {
    "a-run": wire.run_frame(run()),
    "a-run-of-one": wire.run_frame(run(1)),
    "a-compressed-run": wire.run_frame(run(200)),
    "a-run-with-a-base": wire.run_frame(run(restored=True)),
    "texts": wire.texts_frame(TEXTS[:2]),
    "compressed-texts": wire.texts_frame(TEXTS),
    "an-end": END,
    "an-end-of-nothing": msgspec.structs.replace(
        END, cursor=Cursor(bytes(16), 0, bytes(32))
    ),
    "an-end-that-wants-texts": msgspec.structs.replace(
        END, wanted=tuple(seed("wanted", number) for number in range(wire.WANTED))
    ),
    "an-end-that-names-heads": msgspec.structs.replace(
        END,
        named=tuple(
            Head(seed("named", number), bytes(16), number + 1, bytes(8))
            for number in range(wire.NAMED)
        ),
    ),
    "an-end-without-root-and-cursor": EndFrame(
        cursor=None,
        more=False,
        heads=END.heads,
        tip=END.tip,
        gossip=END.gossip,
        root=None,
        wanted=(),
        named=(),
    ),
}
PACKS: Final[dict[str, list[Frame]]] = {
    "nothing": [],
    "everything": [*FRAMES.values()],
    **{name: [frame] for name, frame in FRAMES.items()},
}


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_whole(name: str) -> None:
    frames = PACKS[name]
    assert wire.read_pack(wire.write_pack(frames)) == frames


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_byte_by_byte(name: str) -> None:
    frames, reader = PACKS[name], wire.PackReader()
    data = wire.write_pack(frames)
    assert [
        frame for at in range(len(data)) for frame in reader.feed(data[at : at + 1])
    ] == frames
    reader.close()


@examples(100)
@given(st.lists(st.integers(0, 4000), max_size=6))
def test_a_pack_in_pieces(cuts: list[int]) -> None:
    data, reader = wire.write_pack(FRAMES.values()), wire.PackReader()
    frames, start = [], 0
    for end in [*sorted(min(cut, len(data)) for cut in cuts), len(data)]:
        frames += reader.feed(data[start:end])
        start = end
    reader.close()
    assert frames == [*FRAMES.values()]


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_with_something_after_it(name: str) -> None:
    data = wire.write_pack(PACKS[name])
    for more in (b"\0", b"\0\0\0", b"\0\0\0\1"):
        with refused("cut-short"):
            wire.read_pack(data + more)
    with refused("frame-length"):
        wire.read_pack(data + bytes(4))


@pytest.mark.parametrize("name", FRAMES)
def test_a_pack_cut_short(name: str) -> None:
    data = wire.write_pack([FRAMES[name]])
    for end in range(1, len(data), max(1, len(data) // 60)):
        with refused("cut-short"):
            wire.read_pack(data[:end])


def test_a_pack_is_lengths_and_canonical_arrays() -> None:
    frame = canonical.encode(
        [
            "end",
            [CURSOR.instance, 12, CURSOR.rolling],
            True,
            END.heads,
            END.tip,
            END.gossip,
            END.root,
            [],
            [],
        ]
    )
    assert wire.write_pack([END]) == len(frame).to_bytes(4) + frame


# --- runs and texts -----------------------------------------------------------------


@pytest.mark.parametrize("events", [1, 3, 5, 200, limits.RUN_EVENTS])
@pytest.mark.parametrize("restored", [False, True])
def test_a_run_there_and_back(events: int, restored: bool) -> None:  # noqa: FBT001
    made = run(events, restored=restored)
    assert wire.read_run(wire.run_frame(made), REGISTER.network) == made


def test_how_large_a_block_of_events_may_be() -> None:
    assert wire.EVENTS_BLOCK_BYTES == 1024 * 1024 + 8 * 1024


def test_small_blocks_travel_raw() -> None:
    assert wire.pack_block(bytes(1023)) == ("raw", bytes(1023))
    packing, block = wire.pack_block(bytes(1024))
    assert packing == "zstd"
    assert len(block) < 100
    assert wire.unpack_block(packing, block, 1024) == bytes(1024)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_texts_there_and_back(count: int) -> None:
    assert wire.read_texts(wire.texts_frame(TEXTS[:count])) == TEXTS[:count]


def frame_of(block: bytes, packing: wire.Packing = "raw") -> RunFrame:
    made = wire.run_frame(run())
    return RunFrame(
        made.coop, 0, made.incarnation, None, 1, made.signature, packing, block
    )


def packed(value: object) -> bytes:
    data: bytes = msgpack.packb(value, use_bin_type=True)
    return data


#: Name -> (block of a run, code).
BLOCKS: Final[dict[str, tuple[bytes, str]]] = {
    "empty": (b"", "block"),
    "no-events": (packed([]), "block"),
    "one-event-too-many": (packed([b""] * (limits.RUN_EVENTS + 1)), "block"),
    "no-array": (packed(b"event"), "block"),
    "events-of-str": (packed(["event"]), "block"),
    "cut-short": (packed([b"event"])[:-1], "block"),
    "bytes-after": (packed([b"event"]) + b"\0", "block"),
    "array-of-4294967295": (b"\xdd\xff\xff\xff\xff", "block"),
    "event-of-4294967295": (b"\x91\xc6\xff\xff\xff\xff", "block"),
    "too-large": (bytes(wire.EVENTS_BLOCK_BYTES + 1), "too-large"),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_blocks_that_are_none(name: str) -> None:
    block, code = BLOCKS[name]
    with refused(code):
        wire.read_run(frame_of(block), REGISTER.network)
    with refused(code):
        wire.read_run(frame_of(zstd.compress(block), "zstd"), REGISTER.network)


TEXT_BLOCKS: Final[dict[str, bytes]] = {
    "empty": b"",
    "no-texts": packed([]),
    "one-text-too-many": packed([[ACORN.id, bytes(16), b""]] * (limits.RUN_EVENTS + 1)),
    "short-coop": packed([[bytes(31), bytes(16), b""]]),
    "short-salt": packed([[ACORN.id, bytes(15), b""]]),
    "text-of-str": packed([[ACORN.id, bytes(16), "words"]]),
    "text-too-large": packed([[ACORN.id, bytes(16), bytes(limits.TEXT_BYTES + 1)]]),
    "four-items": packed([[ACORN.id, bytes(16), b"", b""]]),
    "two-items": packed([[ACORN.id, bytes(16)]]),
    "bytes-after": packed([[ACORN.id, bytes(16), b""]]) + b"\0",
}


@pytest.mark.parametrize("name", TEXT_BLOCKS)
def test_texts_that_are_none(name: str) -> None:
    with refused("block"):
        wire.read_texts(TextsFrame("raw", TEXT_BLOCKS[name]))


def test_texts_beyond_a_frame() -> None:
    with refused("too-large"):
        wire.read_texts(TextsFrame("raw", bytes(limits.FRAME_BYTES + 1)))


# --- zstd ---------------------------------------------------------------------------

GOOD_BLOCK: Final = zstd.compress(b"words " * 1000)


def with_window(log: int, data: bytes) -> bytes:
    """Compress, asking the reader for a window of 2**log bytes."""
    options: dict[int, int] = {
        zstd.CompressionParameter.window_log: log,
        zstd.CompressionParameter.enable_long_distance_matching: 1,
    }
    compressor = zstd.ZstdCompressor(options=options)
    return compressor.compress(data) + compressor.flush()


#: Name -> (block, code) with 6000 bytes allowed.
ZSTD: Final[dict[str, tuple[bytes, str]]] = {
    "nothing": (b"", "block"),
    "not-zstd": (b"not zstd at all", "block"),
    "damaged": (GOOD_BLOCK[:8] + b"\xff" + GOOD_BLOCK[9:], "block"),
    "cut-short": (GOOD_BLOCK[:-1], "block"),
    "head-alone": (GOOD_BLOCK[:6], "block"),
    "bytes-after": (GOOD_BLOCK + b"\0", "block"),
    "all-that-is-allowed-and-no-end": (frames_of_zstd.unfinished(bytes(6000)), "block"),
    "a-second-frame": (GOOD_BLOCK + GOOD_BLOCK, "block"),
    "one-byte-too-many": (zstd.compress(bytes(6001)), "too-large"),
    "bomb": (zstd.compress(bytes(64 * MIB)), "too-large"),
    "window-of-16-mib": (with_window(24, bytes(6000)), "block"),
    "window-of-2-gib": (with_window(31, bytes(6000)), "block"),
}


@pytest.mark.parametrize("name", ZSTD)
def test_zstd_that_is_refused(name: str) -> None:
    block, code = ZSTD[name]
    with refused(code):
        wire.unpack_block("zstd", block, 6000)


def test_zstd_to_the_last_byte() -> None:
    assert wire.unpack_block("zstd", GOOD_BLOCK, 6000) == b"words " * 1000
    assert wire.unpack_block("zstd", zstd.compress(b""), 0) == b""
    assert wire.unpack_block("raw", bytes(6000), 6000) == bytes(6000)
    with refused("too-large"):
        wire.unpack_block("raw", bytes(6001), 6000)


def test_a_checksum_is_checked() -> None:
    options: dict[int, int] = {zstd.CompressionParameter.checksum_flag: 1}
    good = zstd.compress(b"words " * 1000, options=options)
    assert wire.unpack_block("zstd", good, 6000) == b"words " * 1000
    with refused("block"):
        wire.unpack_block("zstd", good[:-1] + bytes([good[-1] ^ 1]), 6000)


def test_a_skippable_frame_holds_nothing() -> None:
    skippable = (0x184D2A50).to_bytes(4, "little") + (3).to_bytes(4, "little") + b"xyz"
    with pytest.raises(Malformed):
        wire.decode_events("zstd", skippable)


# --- hostile ------------------------------------------------------------------------


def framed(*values: object) -> bytes:
    """A pack of whatever values."""
    parts = [packed(value) for value in values]
    return b"".join(len(part).to_bytes(4) + part for part in parts)


RUN: Final = ["run", ACORN.id, 0, bytes(16), None, 1, bytes(64), "raw", b"x"]
#: Name -> (pack, code).
HOSTILE: Final[dict[str, tuple[bytes, str]]] = {
    "length-zero": (bytes(4), "frame-length"),
    "length-beyond": ((limits.FRAME_BYTES + 1).to_bytes(4), "frame-length"),
    "length-4294967295": (b"\xff\xff\xff\xff", "frame-length"),
    "unknown-frame": (framed(["hello"]), "form"),
    "no-name": (framed([]), "form"),
    "name-of-bytes": (framed([b"run", *RUN[1:]]), "form"),
    "no-array": (framed({"run": 1}), "form"),
    "nil": (framed(None), "form"),
    "two-values-in-a-frame": (b"\0\0\0\2\xc0\xc0", "form"),
    "one-item-more": (framed([*RUN, None]), "form"),
    "one-item-less": (framed(RUN[:-1]), "form"),
    **{
        f"item-{at}-as-{what}": (framed([*RUN[:at], value, *RUN[at + 1 :]]), "form")
        for at, what, value in (
            (1, "31-bytes", bytes(31)),
            (1, "nil", None),
            (2, "negative", -1),
            (2, "beyond", 2**53),
            (2, "bool", True),
            (3, "17-bytes", bytes(17)),
            (4, "a-place-without-id", [bytes(16), 1]),
            (4, "a-place-of-seq-zero", [bytes(16), 0, bytes(32)]),
            (4, "a-place-of-seq-negative", [bytes(16), -1, bytes(32)]),
            (4, "a-place-of-seq-beyond", [bytes(16), 2**53, bytes(32)]),
            (4, "a-place-of-short-name", [bytes(15), 1, bytes(32)]),
            (4, "a-place-of-long-id", [bytes(16), 1, bytes(33)]),
            (5, "zero", 0),
            (5, "beyond", 2**64 - 1),
            (6, "63-bytes", bytes(63)),
            (7, "gzip", "gzip"),
            (8, "str", "x"),
        )
    },
    "place-of-four-items": (
        framed([*RUN[:4], [bytes(16), 1, bytes(32), 0], *RUN[5:]]),
        "form",
    ),
    "long-integer": (
        framed(RUN)
        .replace(b"\x00\xc4\x10", b"\xcc\x00\xc4\x10", 1)
        .replace(framed(RUN)[:4], (len(framed(RUN)) - 3).to_bytes(4), 1),
        "not-canonical",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_frames(name: str) -> None:
    data, code = HOSTILE[name]
    with refused(code):
        wire.read_pack(data)
    # Good frames before it do not help, nor does the pace.
    reader = wire.PackReader()
    good = wire.write_pack([END])
    with refused(code):
        for at in range(len(good + data)):
            reader.feed((good + data)[at : at + 1])
        reader.close()


def test_a_refused_pack_stays_refused() -> None:
    reader = wire.PackReader()
    for _ in range(2):
        with refused("frame-length"):
            reader.feed(bytes(4))
    reader = wire.PackReader()
    for _ in range(2):
        with refused("form"):
            reader.feed(b"\0\0\0\1\xc0")


def test_a_pack_of_as_many_frames_as_allowed() -> None:
    data = wire.write_pack([END]) * limits.FRAMES_PER_PACK
    assert len(wire.read_pack(data)) == limits.FRAMES_PER_PACK
    with refused("too-many-frames"):
        wire.read_pack(data + wire.write_pack([END]))


def test_a_pack_as_large_as_allowed() -> None:
    frame = wire.write_pack([wire.TextsFrame("raw", bytes(limits.PACK_BYTES // 4))])
    pack = frame * 3
    room = limits.PACK_BYTES - len(pack) - (len(frame) - limits.PACK_BYTES // 4)
    pack += wire.write_pack([wire.TextsFrame("raw", bytes(room))])
    assert len(pack) == limits.PACK_BYTES
    assert len(wire.read_pack(pack)) == 4
    # In whatever pieces it comes: what is over is never kept.
    reader = wire.PackReader()
    reader.feed(pack)
    with refused("too-large"):
        reader.feed(b"\0")


@examples(600)
@given(st.sampled_from(sorted(FRAMES)).flatmap(lambda name: mutations(small(name))))
def test_packs_after_accidents(data: bytes) -> None:
    try:
        open_pack(data)
    except Malformed:
        return
    assert wire.write_pack(wire.read_pack(data)) == data


def small(name: str) -> bytes:
    return wire.write_pack([FRAMES[name]])


def open_frame(frame: Frame) -> Sequence[bytes]:
    """Read what is inside, as a receiver does."""
    match frame:
        case RunFrame():
            made = wire.read_run(frame, REGISTER.network)
            made.chain.opening()
            made.chain.head_message(made.last, made.chain.opening())
            return made.events
        case TextsFrame():
            return [one.words for one in wire.read_texts(frame)]
        case EndFrame():
            return []


@examples(500)
@given(st.binary(max_size=400))
def test_any_bytes_for_a_pack(data: bytes) -> None:
    try:
        wire.read_pack(data)
    except Malformed:
        return
    assert data == b""


# --- memory -------------------------------------------------------------------------

TINY_TEXT: Final = packed([ACORN.id, bytes(16), b""])
#: Packs that would like to be large, and what reading them may take at most.
LARGE: Final[dict[str, tuple[bytes, int]]] = {
    "empty-arrays": (framed([["x"], *[[]] * (3 * MIB)]), 16),
    "nested-arrays": ((4 * MIB - 4).to_bytes(4) + b"\x91" * (4 * MIB - 4), 16),
    "events-without-bytes": (
        framed([*RUN[:8], packed([b""] * (MIB // 2))]),
        16,
    ),
    "texts-without-words": (
        framed(["texts", "raw", b"\xdd" + (70_000).to_bytes(4) + TINY_TEXT * 70_000]),
        40,
    ),
    "zstd-bomb-of-events": (
        framed([*RUN[:7], "zstd", zstd.compress(bytes(64 * MIB))]),
        8,
    ),
    "zstd-bomb-of-texts": (
        framed(["texts", "zstd", zstd.compress(bytes(64 * MIB))]),
        16,
    ),
    "length-alone": (limits.FRAME_BYTES.to_bytes(4), 1),
}


def open_pack(data: bytes) -> None:
    for frame in wire.read_pack(data):
        open_frame(frame)


@pytest.mark.parametrize("name", LARGE)
def test_memory_is_bounded(name: str) -> None:
    data, most_mib = LARGE[name]
    assert len(data) <= limits.PACK_BYTES
    tracemalloc.start()
    try:
        with pytest.raises(Malformed):
            open_pack(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < most_mib * MIB


def test_a_place_has_the_same_form_wherever_it_stands() -> None:
    base = Place(bytes(16), 1, bytes(32))
    made = wire.run_frame(run(restored=True))
    assert isinstance(made.base, type(base))
