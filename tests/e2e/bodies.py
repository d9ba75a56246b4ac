"""Bodies that no node should send, under signatures that stand."""

import datetime
import os
import random
import sys
from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from protocol import event, ids, limits, wire
from protocol.canonical import ENCODER
from protocol.event import Epoch
from protocol.ids import CoopId
from protocol.kinds.capacity import CapacityOffered
from protocol.roster import change, identity
from protocol.roster.change import OfCoop
from protocol.roster.gossip import CardObject, ChangeObject, write
from protocol.roster.identity import SignedCard
from protocol.sync import Blocks, CertifiedBlock, Gossip, Probe, Pull, RosterPull
from protocol.wire import EndFrame, Head, RunFrame, TextsFrame
from tests.e2e.scene import Scene, following
from tests.e2e.speaker import Speaker, runs

if sys.version_info >= (3, 14):
    from compression import zstd as zstd_module
else:
    from backports import zstd as zstd_module

EMPTY_END: Final = EndFrame(
    cursor=None,
    more=False,
    heads=bytes(32),
    tip=bytes(32),
    gossip=bytes(32),
    root=None,
    wanted=(),
    named=(),
)
PULL: Final = ENCODER.encode(Pull(heads=()))
NOISE: Final = random.Random("garbage in a good signature").randbytes  # noqa: S311


def framed(*bodies: bytes) -> bytes:
    return b"".join(len(body).to_bytes(4) + body for body in bodies)


def zstd(data: bytes) -> bytes:
    return zstd_module.compress(data, 3)


def bomb(megabytes: int) -> bytes:
    """Bytes that unpack to so much."""
    compressor = zstd_module.ZstdCompressor(3)
    million = bytes(1024 * 1024)
    parts = [compressor.compress(million) for _ in range(megabytes)]
    return b"".join([*parts, compressor.flush()])


def run_of(scene: Scene, speaker: Speaker) -> RunFrame:
    """The last run that Alba holds of a co-op's log."""
    return runs(scene.pack, speaker.coop)[-1]


def changed(scene: Scene, **fields: object) -> bytes:
    """A pack of one run of Birch, changed."""
    run = msgspec.structs.replace(run_of(scene, scene.birch), **fields)
    return wire.write_pack([run])


def offer(scene: Scene, minutes: int = 60) -> bytes:
    """An offer as an event, under the last block."""
    says = scene.says()
    return event.build(
        epoch=Epoch(says.tip_number, says.tip[:8]),
        time_ms=1_790_000_000_000,
        kind="capacity.offered",
        body=CapacityOffered(
            ends=datetime.date(2026, 6, 28),
            minutes=minutes,
            skill="developer",
            starts=datetime.date(2026, 1, 5),
        ),
    )


def forged(scene: Scene) -> bytes:
    """New events under a signature that does not stand, between two that are held."""
    run = following(scene, scene.cedar, offer(scene))
    bad = msgspec.structs.replace(run, signature=bytes(64))
    return wire.write_pack(
        [
            run_of(scene, scene.birch),
            wire.run_frame(bad),
            run_of(scene, scene.cedar),
        ]
    )


def too_long(scene: Scene) -> bytes:
    run = following(scene, scene.birch, NOISE(9 * 1024))
    return wire.write_pack([wire.run_frame(run)])


def elector_off(scene: Scene) -> bytes:
    """A change in the name of a member, signed by somebody else."""
    body = OfCoop(ids.parse("coop", scene.birch.coop))
    data = change.write(
        "elector.off", body, ids.BlockId(scene.says().tip), os.urandom(16)
    )
    wanted = change.parse(data, scene.network)
    approval = change.approve(
        scene.network,
        wanted.id,
        CoopId(ids.parse("coop", scene.birch.coop)),
        Ed25519PrivateKey.generate(),
    )
    return write(ChangeObject(data, approval))


def forged_cards(scene: Scene, count: int) -> Iterator[bytes]:
    """Cards of a member, each a newer one, that it has not signed."""
    mine = identity.peek_card(scene.birch.card())
    for number in range(count):
        card = msgspec.structs.replace(mine, counter=mine.counter + 1 + number)
        signed = SignedCard(ENCODER.encode(card), NOISE(32) + bytes(32))
        yield write(CardObject(signed))


def encoded(message: msgspec.Struct) -> Callable[[Scene], bytes]:
    return lambda _scene: ENCODER.encode(message)


def hello(**changes: object) -> Callable[[Scene], bytes]:
    return lambda scene: ENCODER.encode(msgspec.structs.replace(scene.hello, **changes))


def fixed(body: bytes) -> Callable[[Scene], bytes]:
    return lambda _scene: body


#: Name -> path, body, status, code. A status of 200 is an answer that takes nothing.
BODIES: Final[dict[str, tuple[str, Callable[[Scene], bytes], int, str]]] = {
    "hello, empty": ("hello", fixed(b""), 400, "form"),
    "hello, of another network": (
        "hello",
        hello(network=bytes(32)),
        400,
        "network-foreign",
    ),
    "hello, of another co-op": ("hello", hello(coop=bytes(32)), 400, "hello-foreign"),
    "hello, of another version": ("hello", hello(version=7), 400, "version-foreign"),
    "hello, under other rules": ("hello", hello(rules=7), 400, "rules-foreign"),
    "hello, two bytes behind it": (
        "hello",
        lambda s: ENCODER.encode(s.hello) + b"\xc0\xc0",
        400,
        "form",
    ),
    "roster, a negative number": ("roster", fixed(b"\x91\xff"), 400, "form"),
    "roster, not the shortest form": (
        "roster",
        fixed(b"\x91\xcd\x00\x01"),
        400,
        "not-canonical",
    ),
    "roster, beyond the last block": ("roster", encoded(RosterPull(10**9)), 200, ""),
    "pull, to wait for an hour": ("pull", fixed(b"\x94\xc0\x90\x90\x3c"), 400, "form"),
    "pull, deeper than anything": ("pull", fixed(b"\x91" * 200_000), 400, "form"),
    "pull, a long map": ("pull", fixed(b"\xdf\xff\xff\xff\xff"), 400, "form"),
    "pull, a float": ("pull", fixed(b"\x94\xc0\xcb" + bytes(8)), 400, "form"),
    "pull, of texts that nobody has": (
        "pull",
        lambda s: ENCODER.encode(
            Pull(
                heads=tuple(
                    Head(one.coop, one.incarnation, 2**40, bytes(8))
                    for one in runs(s.pack)
                ),
                texts=tuple(NOISE(32) for _ in range(512)),
            )
        ),
        200,
        "",
    ),
    "ids, of no chain": (
        "ids",
        encoded(Probe(bytes(32), bytes(16), tuple(range(64)))),
        200,
        "",
    ),
    "ids, of places beyond": (
        "ids",
        lambda s: ENCODER.encode(
            Probe(
                run_of(s, s.birch).coop,
                run_of(s, s.birch).incarnation,
                (0, 1, 2**53 - 1),
            )
        ),
        200,
        "",
    ),
    "blocks, garbage": (
        "blocks",
        encoded(Blocks((CertifiedBlock(NOISE(100), NOISE(100)),), more=False)),
        400,
        "form",
    ),
    "blocks, a thousand empty ones": (
        "blocks",
        encoded(Blocks((CertifiedBlock(b"", b""),) * 1024, more=False)),
        400,
        "form",
    ),
    "gossip, four thousand garbage objects": (
        "gossip",
        lambda _s: ENCODER.encode(
            Gossip((), (), tuple(NOISE(900) for _ in range(4096)))
        ),
        200,
        "",
    ),
    "gossip, a change that is signed by another": (
        "gossip",
        lambda s: ENCODER.encode(Gossip((), (), (elector_off(s),))),
        200,
        "",
    ),
    "gossip, too many names": (
        "gossip",
        fixed(b"\x93\xdd\x00\x01\x00\x00" + (b"\xc4\x08" + bytes(8)) * 65536),
        400,
        "form",
    ),
    "push, a pull": ("push", fixed(PULL), 400, "frame-length"),
    "push, a frame of no bytes": ("push", fixed(framed(b"")), 400, "frame-length"),
    "push, a frame of four gigabytes": (
        "push",
        fixed(b"\xff\xff\xff\xff" + NOISE(100)),
        400,
        "frame-length",
    ),
    "push, a frame cut short": (
        "push",
        fixed(framed(NOISE(1000))[:500]),
        400,
        "cut-short",
    ),
    "push, a frame of garbage": ("push", fixed(framed(NOISE(1000))), 400, "form"),
    "push, a deep frame": ("push", fixed(framed(b"\x91" * 100_000)), 400, "form"),
    "push, a hundred thousand frames": (
        "push",
        fixed(wire.write_pack([TextsFrame("raw", b"")]) * 100_000),
        400,
        "too-many-frames",
    ),
    "push, four thousand ends": (
        "push",
        fixed(wire.write_pack([EMPTY_END] * 4096)),
        200,
        "",
    ),
    "push, empty texts": (
        "push",
        fixed(wire.write_pack([TextsFrame("raw", b"\x90")])),
        400,
        "block",
    ),
    "push, texts that nobody asked for": (
        "push",
        lambda s: wire.write_pack(
            [
                wire.texts_frame(
                    [
                        wire.Text(
                            ids.parse("coop", s.birch.coop), NOISE(16), NOISE(900)
                        )
                        for _ in range(1000)
                    ]
                )
            ]
        ),
        200,
        "",
    ),
    "push, a bomb as texts": (
        "push",
        fixed(wire.write_pack([TextsFrame("zstd", bomb(1024))])),
        400,
        "too-large",
    ),
    "push, a bomb as events": (
        "push",
        lambda s: changed(s, packing="zstd", block=bomb(1024)),
        400,
        "too-large",
    ),
    "push, many bombs": (
        "push",
        lambda s: changed(s, packing="zstd", block=bomb(64)) * 1000,
        400,
        "too-large",
    ),
    "push, a block that is no zstd": (
        "push",
        lambda s: changed(s, packing="zstd", block=NOISE(5000)),
        400,
        "block",
    ),
    "push, half a zstd frame": (
        "push",
        lambda s: changed(s, packing="zstd", block=zstd(NOISE(5000))[:2000]),
        400,
        "block",
    ),
    "push, more than eight megabytes": (
        "push",
        lambda s: wire.write_pack(
            [
                msgspec.structs.replace(
                    run_of(s, s.birch),
                    packing="zstd",
                    block=zstd(wire.encode_events([bytes(1000)] * 1024)),
                )
            ]
            * 9
        ),
        400,
        "too-large",
    ),
    "push, a bad signature between good ones": (
        "push",
        forged,
        400,
        "signature-invalid",
    ),
    "push, an event of nine kilobytes": ("push", too_long, 400, "too-large"),
    "push, no events": (
        "push",
        lambda s: changed(s, packing="raw", block=b"\x90"),
        400,
        "block",
    ),
    "push, another base": (
        "push",
        lambda s: changed(s, generation=1),
        400,
        "opening-differs",
    ),
    "push, of a co-op that is unknown": (
        "push",
        lambda s: changed(s, coop=NOISE(32)),
        200,
        "",
    ),
    "push, of an applicant": (
        "push",
        lambda s: changed(s, coop=ids.parse("coop", s.dune.coop)),
        200,
        "",
    ),
    "push, far ahead": ("push", lambda s: changed(s, first=10**6), 200, ""),
    "push, the end of all numbers": (
        "push",
        lambda s: changed(s, first=2**53 - 1),
        400,
        "run-place",
    ),
    "gossip, four thousand forged cards": (
        "gossip",
        lambda s: ENCODER.encode(Gossip((), (), tuple(forged_cards(s, 4096)))),
        200,
        "",
    ),
    "pull, a full list of heads": (
        "pull",
        lambda _: ENCODER.encode(
            Pull(
                heads=tuple(
                    Head(number.to_bytes(32), bytes(16), 1, bytes(8))
                    for number in range(limits.HEADS)
                )
            )
        ),
        200,
        "",
    ),
}
