"""Entities as rows of state.db: numbers stand for the names that repeat in every row.

A row is (id, hash, coop, kind, epoch, ref, body, made, moved), where `coop` numbers a
co-op and `kind` a pair of family and state; `made` and `moved` are when the first and
the last event that wrote it claim to be written, in ms since 1970.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final, cast

import msgspec

from protocol import state
from protocol.rules import FAMILIES
from protocol.state import BUCKETS, Entity, State

#: The columns of a row as it is written, and as it is read back.
SEALED: Final = "id, hash, coop, kind, epoch, ref, body"
WRITTEN: Final = f"{SEALED}, made, moved"
READ: Final = "id, coop, kind, epoch, ref, body"
_WIDTH: Final = 9
#: Rows of one statement: beginning one costs as much as a row, and more bring nothing.
TOGETHER: Final = 64
_MARKS: Final = f"({','.join('?' * _WIDTH)})"
INSERT_ONE: Final = f"INSERT INTO entities ({WRITTEN}) VALUES {_MARKS}"
INSERT_MANY: Final = (
    f"INSERT INTO entities ({WRITTEN}) VALUES {','.join([_MARKS] * TOGETHER)}"
)
UPDATE: Final = (
    "UPDATE entities SET hash = ?, coop = ?, kind = ?, epoch = ?, ref = ?, body = ?,"
    " moved = ? WHERE id = ?"
)

#: The bytes of an id that name its bucket.
_BUCKET_BYTES: Final = itemgetter(slice(0, 2))

Row = tuple[object, ...]
#: (family, state)
Kind = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Times:
    """When the first and the last event that wrote an entity claim to be written.

    By entity, in ms since 1970; 0 for what no event writes, the counter of a log.
    """

    first: Mapping[bytes, int] = field(default_factory=dict)
    last: Mapping[bytes, int] = field(default_factory=dict)


NO_TIMES: Final = Times()
_BODIES: Final[dict[str, msgspec.msgpack.Decoder[State]]] = {
    family: msgspec.msgpack.Decoder(body) for family, body in FAMILIES.items()
}


@dataclass(slots=True)
class Numbers:
    """The numbers in use, both ways."""

    coops: dict[bytes, int] = field(default_factory=dict)
    kinds: dict[Kind, int] = field(default_factory=dict)
    coop_of: dict[int, bytes] = field(default_factory=dict)
    kind_of: dict[int, Kind] = field(default_factory=dict)

    def add_coop(self, no: int, coop: bytes) -> None:
        """Take a number into use."""
        self.coops[coop], self.coop_of[no] = no, coop

    def add_kind(self, no: int, kind: Kind) -> None:
        """Take a number into use."""
        self.kinds[kind], self.kind_of[no] = no, kind

    def of_family(self, family: str, states: Sequence[str] = ()) -> list[int]:
        """Give the numbers of a family in these states, or in all."""
        return [
            no
            for (named, state_), no in self.kinds.items()
            if named == family and (not states or state_ in states)
        ]

    def row(self, entity: Entity) -> Row:
        """Write an entity whose co-op and kind have their numbers."""
        ((body, state_hash),) = state.sealed([entity])
        return self.sealed_row(entity, state_hash, body)

    def sealed_row(self, entity: Entity, state_hash: bytes, body: bytes) -> Row:
        """Write an entity whose body is encoded and hashed already."""
        return (
            entity.id,
            state_hash,
            self.coops[entity.coop],
            self.kinds[entity.family, entity.state],
            entity.epoch,
            entity.ref,
            body,
        )

    def entity(self, row: Sequence[object]) -> Entity:
        """Read an entity back."""
        entity_id, coop, kind, epoch, ref, body = row
        family, state_ = self.kind_of[cast("int", kind)]
        return Entity(
            id=cast("bytes", entity_id),
            coop=self.coop_of[cast("int", coop)],
            family=family,
            state=state_,
            epoch=cast("int", epoch),
            ref=cast("bytes | None", ref),
            body=_BODIES[family].decode(cast("bytes", body)),
        )


def rows(numbers: Numbers, entities: Sequence[Entity]) -> Iterator[Row]:
    """Write entities, each no sooner than it is taken."""
    sealed = state.sealed(entities)
    for entity, (body, state_hash) in zip(entities, sealed, strict=True):
        yield numbers.sealed_row(entity, state_hash, body)


def new(
    numbers: Numbers, entities: Sequence[Entity], times: Times, *, together: int = 1
) -> Iterator[list[object]]:
    """Write new entities, so many in a row: one for `INSERT_ONE`, or `TOGETHER`.

    Their number is a multiple of that.
    """
    coops, kinds = numbers.coops, numbers.kinds
    first, last = times.first.get, times.last.get
    width = together * _WIDTH
    values: list[object] = []
    sealed = state.sealed(entities)
    # One list that grows: a tuple per entity, joined later, took half as much again.
    for entity, (body, state_hash) in zip(entities, sealed, strict=True):
        name = entity.id
        values += (
            name,
            state_hash,
            coops[entity.coop],
            kinds[entity.family, entity.state],
            entity.epoch,
            entity.ref,
            body,
            first(name, 0),
            last(name, 0),
        )
        if len(values) == width:
            yield values
            values = []


def moved(numbers: Numbers, entities: Sequence[Entity], times: Times) -> Iterator[Row]:
    """Write entities as rows of `UPDATE`."""
    last = times.last
    for entity, row in zip(entities, rows(numbers, entities), strict=True):
        yield (*row[1:], last.get(entity.id, 0), entity.id)


def buckets_of(ids: Iterable[bytes]) -> set[int]:
    """Give the buckets of many ids."""
    return {state.bucket_of(start) for start in set(map(_BUCKET_BYTES, ids))}


def hash_buckets(
    rows: Sequence[tuple[bytes, bytes]], *, last: bool
) -> tuple[dict[int, bytes], Sequence[tuple[bytes, bytes]]]:
    """Hash the buckets of (id, hash) rows sorted by id: hashes, and rows left over.

    Unless these rows are the `last`, the bucket at their end may go on after them.
    """
    hashes: dict[int, bytes] = {}
    ids = [row[0] for row in rows]
    start = 0
    while start < len(rows):
        no = state.bucket_of(ids[start])
        end = bisect_left(ids, range_of(no)[1], start)
        if end == len(rows) and not last:
            break
        hashes[no] = state.hash_bucket(rows[start:end])
        start = end
    return hashes, rows[start:]


def range_of(bucket: int) -> tuple[bytes, bytes]:
    """Give the first id of a bucket, and what comes after its last."""
    low = (bucket << 4).to_bytes(2)
    high = ((bucket + 1) << 4).to_bytes(3)
    return low, high[1:] if high[0] == 0 else b"\xff" * 33


def bits_of(numbers: Iterable[int]) -> bytes:
    """Write a set of buckets, a bit for each."""
    bits = bytearray(BUCKETS // 8)
    for no in numbers:
        bits[no >> 3] |= 1 << (no & 7)
    return bytes(bits)


def numbers_in(bits: bytes) -> set[int]:
    """Read a set of buckets."""
    return {no for no in range(len(bits) * 8) if bits[no >> 3] & (1 << (no & 7))}
