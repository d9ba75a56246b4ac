"""wire.json: SPEC 12.1 and 12.2. zstd frames are written by hand, see its module."""

from collections.abc import Mapping

import msgspec

from protocol import canonical, limits, wire
from protocol.wire import EndFrame, Frame, RunFrame, TextsFrame
from tests.protocol import frames_of_zstd, test_sync, test_wire
from tests.protocol.world import seed
from tests.vectors.making.runs import place
from tests.vectors.making.written import File, Json, small, tagged


def _run_frame(events: int, *, restored: bool = False, zstd: bool = False) -> RunFrame:
    made = test_wire.run(events, restored=restored)
    raw = wire.encode_events(made.events)
    return RunFrame(
        coop=made.chain.coop,
        generation=made.chain.generation,
        incarnation=made.chain.incarnation,
        base=made.chain.base,
        first=made.first,
        signature=made.signature,
        packing="zstd" if zstd else "raw",
        block=frames_of_zstd.stored(raw) if zstd else raw,
    )


def _texts_frame(*, zstd: bool = False) -> TextsFrame:
    raw = canonical.ENCODER.encode(test_wire.TEXTS[:2])
    return (
        TextsFrame("zstd", frames_of_zstd.stored(raw))
        if zstd
        else TextsFrame("raw", raw)
    )


def _frames() -> dict[str, Frame]:
    return {
        "a-run": _run_frame(3),
        "a-run-of-one": _run_frame(1),
        "a-run-with-a-base": _run_frame(3, restored=True),
        "a-run-in-zstd": _run_frame(4, zstd=True),
        "texts": _texts_frame(),
        "texts-in-zstd": _texts_frame(zstd=True),
        "an-end": test_wire.FRAMES["an-end"],
        "an-end-that-names-heads": msgspec.structs.replace(
            test_wire.END, named=test_wire.END_NAMED
        ),
        "an-end-without-root-and-cursor": test_wire.FRAMES[
            "an-end-without-root-and-cursor"
        ],
    }


def _described(frame: Frame) -> Json:
    match frame:
        case RunFrame():
            return {
                "frame": "run",
                "coop": frame.coop.hex(),
                "generation": frame.generation,
                "incarnation": frame.incarnation.hex(),
                "base": place(frame.base),
                "first": frame.first,
                "signature": frame.signature.hex(),
                "events": [
                    data.hex()
                    for data in wire.decode_events(frame.packing, frame.block)
                ],
            }
        case TextsFrame():
            return {
                "frame": "texts",
                "texts": [
                    [one.coop.hex(), one.salt.hex(), one.words.hex()]
                    for one in wire.read_texts(frame)
                ],
            }
        case EndFrame():
            cursor = frame.cursor
            return {
                "frame": "end",
                "cursor": None
                if cursor is None
                else [cursor.instance.hex(), cursor.relayed, cursor.rolling.hex()],
                "more": frame.more,
                "heads": frame.heads.hex(),
                "tip": frame.tip.hex(),
                "gossip": frame.gossip.hex(),
                "root": None if frame.root is None else frame.root.hex(),
                "wanted": [one.hex() for one in frame.wanted],
                "named": [
                    [one.coop.hex(), one.incarnation.hex(), one.seq, one.id.hex()]
                    for one in frame.named
                ],
            }


def _zstd() -> dict[str, tuple[bytes, str]]:
    """Name -> (block, code) with 6000 bytes allowed."""
    good = frames_of_zstd.stored(b"words " * 1000)
    return {
        "nothing": (b"", "block"),
        "not-zstd": (b"not zstd at all", "block"),
        "cut-short": (good[:-1], "block"),
        "head-alone": (good[:6], "block"),
        "bytes-after": (good + b"\0", "block"),
        "all-that-is-allowed-and-no-end": (
            frames_of_zstd.unfinished(bytes(6000)),
            "block",
        ),
        "a-second-frame": (good + good, "block"),
        "one-byte-too-many": (frames_of_zstd.repeated(0, 6001), "too-large"),
        "a-bomb-of-64-mib": (
            frames_of_zstd.repeated(0, 64 * 1024 * 1024),
            "too-large",
        ),
        "a-window-of-16-mib": (
            frames_of_zstd.stored(b"words", window_log=24),
            "block",
        ),
        "a-window-of-2-gib": (frames_of_zstd.stored(b"words", window_log=31), "block"),
    }


def _blocks() -> list[Mapping[str, Json]]:
    events: list[Mapping[str, Json]] = [
        {"name": f"events-{name}", "of": "events", "block": block.hex(), "code": code}
        for name, (block, code) in test_wire.BLOCKS.items()
    ]
    texts: list[Mapping[str, Json]] = [
        {"name": f"texts-{name}", "of": "texts", "block": block.hex(), "code": "block"}
        for name, block in test_wire.TEXT_BLOCKS.items()
    ]
    return [*events, *texts]


def make() -> File:
    frames = _frames()
    packs: dict[str, list[Frame]] = {
        "nothing": [],
        "everything": [*frames.values()],
        **{name: [frame] for name, frame in frames.items()},
    }
    small_end = wire.write_pack([test_wire.END])
    return {
        "about": "SPEC 12. Packs with what is in them; packs that are refused, from "
        "their first byte or after good frames. `blocks-reject`: raw blocks of "
        "a frame. `zstd-*`: blocks with packing zstd, of which 6000 bytes are "
        "allowed. `messages`: each with its value.",
        "packs-accept": [
            {
                "name": name,
                "bytes": wire.write_pack(pack).hex(),
                "frames": [_described(frame) for frame in pack],
            }
            for name, pack in packs.items()
        ],
        "packs-reject": small(
            [
                *(
                    {"name": name, "bytes": data.hex(), "code": code}
                    for name, (data, code) in test_wire.HOSTILE.items()
                ),
                *(
                    {
                        "name": f"end-cut-to-{end}",
                        "bytes": small_end[:end].hex(),
                        "code": "cut-short",
                    }
                    for end in (1, 3, 4, 5, len(small_end) - 1)
                ),
                {
                    "name": "end-with-a-byte-after-it",
                    "bytes": (small_end + b"\0").hex(),
                    "code": "cut-short",
                },
            ]
        ),
        "blocks-reject": small(_blocks()),
        "zstd-accept": [
            {"name": name, "block": block.hex(), "data": data.hex()}
            for name, block, data in (
                ("empty", frames_of_zstd.stored(b""), b""),
                ("stored", frames_of_zstd.stored(b"words"), b"words"),
                ("repeated", frames_of_zstd.repeated(7, 6000), b"\x07" * 6000),
                (
                    "a-window-of-8-mib",
                    frames_of_zstd.stored(b"words", window_log=23),
                    b"words",
                ),
            )
        ],
        "zstd-reject": [
            {"name": name, "block": block.hex(), "code": code}
            for name, (block, code) in _zstd().items()
        ],
        "messages": [
            {
                "name": name,
                "type": type(message).__name__,
                "value": tagged(plain),
                "bytes": canonical.ENCODER.encode(message).hex(),
            }
            for name, (message, plain) in test_sync.MESSAGES.items()
        ],
        "limits": {"pack": limits.PACK_BYTES, "frames": limits.FRAMES_PER_PACK},
        "instance": seed("instance")[:16].hex(),
    }
