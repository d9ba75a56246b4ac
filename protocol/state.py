"""Entities, and the root that two nodes compare (SPEC 9.3, 10).

An entity is what one log says of one thing. The root is SHA-256 over 4096 buckets by
the first 12 bits of the entity id; a bucket is the hash of its entities, sorted.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat
from typing import Final, TypeVar

import msgspec

from protocol.canonical import ENCODER
from protocol.ids import digest, tag

BUCKETS: Final = 4096
_BUCKET_TAG: Final = tag("bucket")
_EMPTY_BUCKET: Final = hashlib.sha256(_BUCKET_TAG).digest()
_STATE_TAG: Final = tag("state")


class State(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    gc=False,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """Base of what a family keeps of an entity; fields in the order of their bytes."""


class Entity(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One thing in one log: whose, which family, in which state, created when.

    `epoch` is the block number of the event that created it; `ref` is the entity in
    whatever log that it points to (a pledge its lead), for finding it from there.
    """

    id: bytes
    coop: bytes
    family: str
    state: str
    epoch: int
    body: State
    ref: bytes | None = None


Slice = Mapping[bytes, Entity]
S = TypeVar("S", bound=State)


def find(slice_: Slice, entity_id: bytes, kind: type[S]) -> tuple[Entity, S] | None:
    """Look an entity of one family up: itself and its typed body, or None."""
    entity = slice_.get(entity_id)
    if entity is None or not isinstance(entity.body, kind):
        return None
    return entity, entity.body


def encode_body(entity: Entity) -> bytes:
    """Write the body canonically, as it is stored and hashed."""
    return ENCODER.encode(entity.body)


def hash_entity(entity: Entity, body: bytes) -> bytes:
    """Give the state hash: [co-op, family, state, epoch, body] under its id."""
    head = ENCODER.encode((entity.coop, entity.family, entity.state, entity.epoch))
    return hashlib.sha256(_STATE_TAG + entity.id + head + body).digest()


def sealed(entities: Iterable[Entity]) -> Iterator[tuple[bytes, bytes]]:
    """Give the body and the state hash of many entities, as above for each."""
    heads: dict[tuple[bytes, str, str, int], bytes] = {}
    for entity in entities:
        parts = (entity.coop, entity.family, entity.state, entity.epoch)
        head = heads.get(parts)
        if head is None:
            head = heads[parts] = ENCODER.encode(parts)
        body = ENCODER.encode(entity.body)
        hashed = hashlib.sha256(_STATE_TAG + entity.id + head + body)
        yield body, hashed.digest()


def bucket_of(entity_id: bytes) -> int:
    """Give the first 12 bits."""
    return int.from_bytes(entity_id[:2]) >> 4


def hash_bucket(rows: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Hash (entity id, state hash) rows, sorted by id."""
    return hashlib.sha256(_BUCKET_TAG + b"".join(chain.from_iterable(rows))).digest()


def root(buckets: Mapping[int, bytes]) -> bytes:
    """Give the state root; a bucket without entities may be missing."""
    return digest("root", *map(buckets.get, range(BUCKETS), repeat(_EMPTY_BUCKET)))


def root_of(entities: Iterable[Entity]) -> bytes:
    """Give the root of entities in any order, from scratch."""
    rows: dict[int, list[tuple[bytes, bytes]]] = {}
    for entity in entities:
        pair = (entity.id, hash_entity(entity, encode_body(entity)))
        rows.setdefault(bucket_of(entity.id), []).append(pair)
    return root({index: hash_bucket(sorted(pairs)) for index, pairs in rows.items()})


def differing(ours: Sequence[bytes], theirs: Sequence[bytes]) -> list[int]:
    """Bisect: which of two lists of bucket (or group) hashes differ, by place."""
    return [
        index
        for index, (mine, yours) in enumerate(zip(ours, theirs, strict=True))
        if mine != yours
    ]


def group_hashes(buckets: Mapping[int, bytes]) -> list[bytes]:
    """Give 64 hashes of 64 buckets each: the first step of a bisection."""
    full = [buckets.get(index, _EMPTY_BUCKET) for index in range(BUCKETS)]
    size = 64
    return [
        hashlib.sha256(b"".join(full[start : start + size])).digest()
        for start in range(0, BUCKETS, size)
    ]
