"""A network of any size for the benchmarks: many co-ops' logs under the real rules.

Deterministic from a seed. The events are those that a network writes: leads that are
pledged to by others, pledges that are accepted and confirmed, bookings that move on.
"""

import random
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from protocol import event, keys, limits, log
from protocol.canonical import ENCODER
from protocol.event import Epoch, TextRef, commit_text
from protocol.ids import Incarnation, NetworkId
from protocol.kinds import TEXTS
from protocol.log import Chain, Run
from protocol.roster.identity import Inception, coop_id
from protocol.wire import Text
from tests.bench import bodies
from tests.bench.bodies import World, Writer

MIX: Final = tomllib.loads(Path(__file__).with_name("mix.toml").read_text("utf-8"))
_KINDS: Final[dict[str, int]] = MIX["kinds"]
#: When the first event says that it was written; one a minute follows.
_FIRST_MS: Final = 1_790_000_000_000


def rng_of(seed: str) -> random.Random:
    """Give the same numbers for the same seed."""
    return random.Random(seed)  # noqa: S311 - the same run again, not secrets


def private_key(name: str) -> Ed25519PrivateKey:
    """Make a key from a name; for benchmarks only."""
    return Ed25519PrivateKey.from_private_bytes(rng_of(name).randbytes(32))


def inception_of(key: Ed25519PrivateKey, name: str) -> bytes:
    """Write the inception of a made-up co-op."""
    nonce = rng_of(f"nonce {name}").randbytes(16)
    spare = keys.public_bytes(private_key(f"next {name}"))
    return ENCODER.encode(
        Inception(keys.public_bytes(key), keys.next_key_digest(spare), nonce)
    )


def make_world(
    network: NetworkId,
    block: bytes,
    number: int,
    names: Sequence[str],
    seed: str,
    *,
    texts: bool = True,
) -> World:
    """Open one log per named co-op in a network whose roster admits them all."""
    writers: list[Writer] = []
    for name in names:
        key = private_key(name)
        coop = coop_id(inception_of(key, name))
        incarnation = Incarnation(rng_of(f"{seed} {name}").randbytes(16))
        chain = Chain(network=network, coop=coop, generation=0, incarnation=incarnation)
        writers.append(Writer(coop, key, chain, chain.opening()))
    rng = rng_of(f"world {seed}")
    return World(network, Epoch(number, block[:8]), writers, rng, texts=texts)


def runs(
    world: World, events: int, size: int = limits.RUN_EVENTS
) -> Iterator[tuple[Run, list[Text]]]:
    """Write `events` events in runs, co-op by co-op in turn, with their texts."""
    written = 0
    while written < events:
        for writer in world.writers:
            count = min(size, events - written)
            if count <= 0:
                return
            yield _run(world, writer, count)
            written += count


def _run(world: World, writer: Writer, count: int) -> tuple[Run, list[Text]]:
    datas: list[bytes] = []
    texts: list[Text] = []
    first = writer.seq + 1
    for kind in world.random.choices(list(_KINDS), list(_KINDS.values()), k=count):
        kind_now, body, after = bodies.make(world, writer, kind)
        data = event.build(
            epoch=world.epoch,
            time_ms=_FIRST_MS + writer.seq * 60_000,
            kind=kind_now,
            body=body,
            texts=_texts(world, writer, kind_now, texts) if world.texts else (),
        )
        writer.last = event.identify(writer.last, data)
        writer.seq += 1
        datas.append(data)
        if after is not None:
            after(writer.last)
    message = writer.chain.head_message(writer.seq, writer.last)
    run = Run(
        chain=writer.chain,
        first=first,
        events=tuple(datas),
        signature=keys.sign(writer.key, "head", message),
    )
    log.check_size(run)
    return run, texts


def _texts(
    world: World, writer: Writer, kind: str, texts: list[Text]
) -> tuple[TextRef, ...]:
    refs: list[TextRef] = []
    for role, required in TEXTS.get(kind, {}).items():
        if not required and world.random.randrange(1000) >= MIX["texts"]:
            continue
        words = f"{role} {world.random.randrange(10**9)} of work that matters".encode()
        salt = world.random.randbytes(16)
        texts.append(Text(writer.coop, salt, words))
        refs.append(TextRef(role, commit_text(writer.coop, salt, words), len(words)))
    return tuple(refs)
