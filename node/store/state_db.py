"""state.db: entities as the logs make them. Disposable; a replay rebuilds it.

It stores how far each log is folded, so a start pays for what is new and nothing
else. `synchronous=NORMAL`: a power cut may lose the last folds, and they are folded
again from log.db.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

import aiosqlite
import msgspec

from node.store.sqlite import Turn, chunks, marks, open_reader, open_writer, transaction
from protocol import state
from protocol.canonical import ENCODER
from protocol.log import Span
from protocol.rules import FAMILIES, VERSION
from protocol.state import BUCKETS, Entity, State
from protocol.verdicts import Argument, Void

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entities (
  no INTEGER PRIMARY KEY, id BLOB NOT NULL, hash BLOB NOT NULL, coop BLOB NOT NULL,
  family TEXT NOT NULL, state TEXT NOT NULL, epoch INTEGER NOT NULL, ref BLOB,
  body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS folds (
  coop BLOB PRIMARY KEY, spans BLOB NOT NULL, floors BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS voids (
  coop BLOB NOT NULL, event BLOB NOT NULL, code TEXT NOT NULL, args BLOB NOT NULL,
  PRIMARY KEY (event)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS buckets (no INTEGER PRIMARY KEY, hash BLOB NOT NULL);
"""
INDEXES: Final = {
    "entities_id": "entities (id, hash)",
    "entities_ref": "entities (ref) WHERE ref IS NOT NULL",
    "entities_family": "entities (family, state)",
}
#: Changed whenever what is stored here, or what a fold gives, is no longer the same.
LAYOUT: Final = f"2/{VERSION}".encode()
_SPANS: Final = msgspec.msgpack.Decoder(tuple[Span, ...])
_FLOORS: Final = msgspec.msgpack.Decoder(dict[str, int])
_ARGS: Final = msgspec.msgpack.Decoder(dict[str, Argument])
_COLUMNS: Final = "id, coop, family, state, epoch, ref, body"
#: Beyond so many dirty buckets one pass over the index is faster than one by one.
_MANY_BUCKETS: Final = 256

_BODIES: Final[dict[str, msgspec.msgpack.Decoder[State]]] = {
    family: msgspec.msgpack.Decoder(body) for family, body in FAMILIES.items()
}


@dataclass(frozen=True, slots=True)
class Fold:
    """How far a log is folded: the walk so far, the epoch floors by incarnation."""

    spans: tuple[Span, ...] = ()
    floors: Mapping[bytes, int] = field(default_factory=dict)


class StateDb:
    """The open state.db."""

    def __init__(
        self, writer: aiosqlite.Connection, reader: aiosqlite.Connection, turn: Turn
    ) -> None:
        """Use `open`."""
        self._writer = writer
        self._reader = reader
        self._turn = turn
        self.folds: dict[bytes, Fold] = {}
        self.buckets: dict[int, bytes] = {}
        self.dirty: set[int] = set()
        self._indexed = False

    @classmethod
    async def open(cls, path: Path, instance: bytes) -> "StateDb":
        """Open the file, empty where it belongs to another log.db or layout."""
        writer = await open_writer(path, synchronous="NORMAL")
        await writer.executescript(SCHEMA)
        store = cls(writer, await open_reader(path), Turn(path))
        rows = await writer.execute_fetchall("SELECT key, value FROM meta")
        meta = {key: bytes(value) for key, value in rows}
        if meta.get("instance") != instance or meta.get("layout") != LAYOUT:
            await store.clear(instance)
        await store.index()
        await store._load(meta.get("dirty", b""))
        return store

    async def close(self) -> None:
        """Close both connections."""
        await self._reader.close()
        await self._writer.close()

    async def clear(self, instance: bytes | None = None) -> None:
        """Forget everything."""
        async with transaction(self._writer, self._turn):
            for table in ("entities", "folds", "voids", "buckets"):
                await self._writer.execute(f"DELETE FROM {table}")
            values = [("layout", LAYOUT), ("dirty", b"")]
            if instance is not None:
                values.append(("instance", instance))
            await self._writer.executemany(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)", values
            )
        self.folds, self.buckets, self.dirty = {}, {}, set()

    async def index(self) -> None:
        """Build the indexes that are not there."""
        if not self._indexed:
            for name, columns in INDEXES.items():
                await self._writer.execute(
                    f"CREATE INDEX IF NOT EXISTS {name} ON {columns}"
                )
        self._indexed = True

    async def unindex(self) -> None:
        """Drop the indexes before a bulk load of logs without state."""
        self._indexed = False
        for name in INDEXES:
            await self._writer.execute(f"DROP INDEX IF EXISTS {name}")

    async def _load(self, dirty: bytes) -> None:
        rows = await self._writer.execute_fetchall(
            "SELECT coop, spans, floors FROM folds"
        )
        for coop, spans, floors in rows:
            named = {bytes.fromhex(k): v for k, v in _FLOORS.decode(floors).items()}
            self.folds[coop] = Fold(_SPANS.decode(spans), named)
        hashes = await self._writer.execute_fetchall("SELECT no, hash FROM buckets")
        self.buckets = {row[0]: row[1] for row in hashes}
        self.dirty = {no for no in range(BUCKETS) if _bit(dirty, no)}

    # --- writing ----------------------------------------------------------------

    async def write(
        self,
        coop: bytes,
        changed: Iterable[Entity],
        known: set[bytes],
        voids: Sequence[tuple[bytes, Void]],
        fold: Fold,
    ) -> None:
        """Write what a fold changed, and how far it got, as one transaction.

        `known` names the changed entities that are in the table already.
        """
        rows = [_row(entity) for entity in changed]
        fresh = [row for row in rows if row[0] not in known]
        again = [(*row[1:], row[0]) for row in rows if row[0] in known]
        dirty = self.dirty | {state.bucket_of(cast("bytes", row[0])) for row in rows}
        db = self._writer
        async with transaction(db, self._turn):
            await db.executemany(
                "INSERT INTO entities (id, hash, coop, family, state, epoch, ref, body)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                fresh,
            )
            if again:
                await db.executemany(
                    "UPDATE entities SET hash = ?, coop = ?, family = ?, state = ?,"
                    " epoch = ?, ref = ?, body = ? WHERE id = ?",
                    again,
                )
            if voids:
                await db.executemany(
                    "INSERT OR REPLACE INTO voids VALUES (?, ?, ?, ?)",
                    [(coop, e, v.code, ENCODER.encode(v.args)) for e, v in voids],
                )
            await self._write_fold(coop, fold)
            if dirty != self.dirty:
                await self._write_dirty(dirty)
        self.folds[coop] = fold
        self.dirty = dirty

    async def _write_fold(self, coop: bytes, fold: Fold) -> None:
        floors = {key.hex(): floor for key, floor in fold.floors.items()}
        await self._writer.execute(
            "INSERT OR REPLACE INTO folds VALUES (?, ?, ?)",
            (coop, ENCODER.encode(fold.spans), ENCODER.encode(floors)),
        )

    async def _write_dirty(self, dirty: set[int]) -> None:
        await self._writer.execute(
            "INSERT OR REPLACE INTO meta VALUES ('dirty', ?)", (_bits(dirty),)
        )

    async def forget(self, coop: bytes) -> None:
        """Forget one log's state, before it is folded anew from its first event."""
        rows = await self._writer.execute_fetchall(
            "SELECT id FROM entities WHERE coop = ?", (coop,)
        )
        dirty = self.dirty | {state.bucket_of(row[0]) for row in rows}
        async with transaction(self._writer, self._turn):
            for table in ("entities", "voids", "folds"):
                await self._writer.execute(
                    f"DELETE FROM {table} WHERE coop = ?", (coop,)
                )
            await self._write_dirty(dirty)
        self.folds.pop(coop, None)
        self.dirty = dirty

    async def root(self) -> bytes:
        """Give the state root, hashing only the buckets that changed."""
        if self.dirty:
            if len(self.dirty) > _MANY_BUCKETS:
                await self._hash_all()
            else:
                await self._hash_some()
        return state.root(self.buckets)

    async def _hash_some(self) -> None:
        fresh: dict[int, bytes] = {}
        for no in sorted(self.dirty):
            rows = await self._writer.execute_fetchall(
                "SELECT id, hash FROM entities WHERE id >= ? AND id < ? ORDER BY id",
                _bucket_range(no),
            )
            fresh[no] = state.hash_bucket((row[0], row[1]) for row in rows)
        await self._write_buckets(fresh)

    async def _hash_all(self) -> None:
        fresh = dict.fromkeys(self.dirty, state.hash_bucket(()))
        rows: list[tuple[bytes, bytes]] = []
        current = -1
        async with self._writer.execute(
            "SELECT id, hash FROM entities ORDER BY id"
        ) as found:
            while part := list(await found.fetchmany(20_000)):
                for entity_id, state_hash in part:
                    no = state.bucket_of(entity_id)
                    if no != current:
                        if rows:
                            fresh[current] = state.hash_bucket(rows)
                        current, rows = no, []
                    rows.append((entity_id, state_hash))
        if rows:
            fresh[current] = state.hash_bucket(rows)
        await self._write_buckets(fresh)

    async def _write_buckets(self, fresh: dict[int, bytes]) -> None:
        async with transaction(self._writer, self._turn):
            await self._writer.executemany(
                "INSERT OR REPLACE INTO buckets VALUES (?, ?)", list(fresh.items())
            )
            await self._write_dirty(set())
        self.buckets.update(fresh)
        self.dirty = set()

    # --- reading ----------------------------------------------------------------

    async def load(self, ids: Iterable[bytes]) -> dict[bytes, Entity]:
        """Load entities by id for folding: what the writer sees, uncommitted or not."""
        found: dict[bytes, Entity] = {}
        for chunk in chunks(ids):
            rows = await self._writer.execute_fetchall(
                f"SELECT {_COLUMNS} FROM entities WHERE id IN ({marks(len(chunk))})",
                chunk,
            )
            for row in rows:
                entity = _entity(row)
                found[entity.id] = entity
        return found

    async def get(self, entity_id: bytes) -> Entity | None:
        """Look one entity up."""
        rows = await self._reader.execute_fetchall(
            f"SELECT {_COLUMNS} FROM entities WHERE id = ?", (entity_id,)
        )
        return next((_entity(row) for row in rows), None)

    async def entities(
        self,
        family: str,
        *,
        states: Sequence[str] = (),
        coop: bytes | None = None,
        most: int = 10_000,
    ) -> list[Entity]:
        """Give entities of a family, newest last, of these states or of all."""
        where, args = "family = ?", cast("list[object]", [family])
        if states:
            where += f" AND state IN ({marks(len(states))})"
            args.extend(states)
        if coop is not None:
            where += " AND coop = ?"
            args.append(coop)
        rows = await self._reader.execute_fetchall(
            f"SELECT {_COLUMNS} FROM entities WHERE {where} ORDER BY no DESC LIMIT ?",
            (*args, most),
        )
        return [_entity(row) for row in reversed(list(rows))]

    async def referring(self, targets: Iterable[bytes]) -> list[Entity]:
        """Give the entities that point to any of these, from whatever log."""
        found: list[Entity] = []
        for chunk in chunks(targets):
            rows = await self._reader.execute_fetchall(
                f"SELECT {_COLUMNS} FROM entities WHERE ref IN ({marks(len(chunk))})"
                " ORDER BY no",
                chunk,
            )
            found.extend(_entity(row) for row in rows)
        return found

    async def with_prefix(self, low: bytes, high: bytes, most: int) -> list[Entity]:
        """Give entities whose id lies between two byte strings, bounds included."""
        rows = await self._reader.execute_fetchall(
            f"SELECT {_COLUMNS} FROM entities WHERE id >= ? AND id <= ? LIMIT ?",
            (low, high, most),
        )
        return [_entity(row) for row in rows]

    async def many(self, ids: Iterable[bytes]) -> dict[bytes, Entity]:
        """Look entities up by id."""
        found: dict[bytes, Entity] = {}
        for chunk in chunks(ids):
            rows = await self._reader.execute_fetchall(
                f"SELECT {_COLUMNS} FROM entities WHERE id IN ({marks(len(chunk))})",
                chunk,
            )
            found.update((row[0], _entity(row)) for row in rows)
        return found

    async def prefixed(
        self, low: bytes, high: bytes, families: Sequence[str], most: int
    ) -> list[Entity]:
        """Give entities of some families whose id lies between two bounds, sorted."""
        rows = await self._reader.execute_fetchall(
            f"SELECT {_COLUMNS} FROM entities WHERE id >= ? AND id <= ?"
            f" AND family IN ({marks(len(families))}) ORDER BY id LIMIT ?",
            (low, high, *families, most),
        )
        return [_entity(row) for row in rows]

    async def crowded(self, ranges: Mapping[bytes, tuple[bytes, bytes]]) -> set[bytes]:
        """Tell which ids share their range (its bounds included) with another one."""
        found: set[bytes] = set()
        for chunk in chunks(ranges):
            values = ",".join(["(?, ?, ?)"] * len(chunk))
            rows = await self._reader.execute_fetchall(
                f"WITH asked (id, low, high) AS (VALUES {values})"
                " SELECT id FROM asked WHERE EXISTS (SELECT 1 FROM entities AS e"
                " WHERE e.id >= asked.low AND e.id <= asked.high AND e.id <> asked.id)",
                [value for one in chunk for value in (one, *ranges[one])],
            )
            found.update(row[0] for row in rows)
        return found

    async def beside(self, entity_id: bytes) -> list[bytes]:
        """Give the next smaller and the next greater id, as far as there are any."""
        rows = await self._reader.execute_fetchall(
            "SELECT max(id) FROM entities WHERE id < ? UNION ALL"
            " SELECT min(id) FROM entities WHERE id > ?",
            (entity_id, entity_id),
        )
        return [row[0] for row in rows if row[0] is not None]

    async def differing(
        self, coop: bytes, entities: Mapping[bytes, Entity]
    ) -> list[bytes]:
        """Name the entities of one log that are not stored exactly like these."""
        rows = await self._reader.execute_fetchall(
            "SELECT id, hash, coop, family, state, epoch, ref, body FROM entities"
            " WHERE coop = ?",
            (coop,),
        )
        stored = {row[0]: tuple(row) for row in rows}
        return sorted(
            entity_id
            for entity_id in stored.keys() | entities.keys()
            if entity_id not in entities
            or stored.get(entity_id) != _row(entities[entity_id])
        )

    async def hashes(self, after: bytes, most: int) -> list[tuple[bytes, bytes]]:
        """Give (id, state hash) beyond an id, sorted by id."""
        rows = await self._reader.execute_fetchall(
            "SELECT id, hash FROM entities WHERE id > ? ORDER BY id LIMIT ?",
            (after, most),
        )
        return [(row[0], row[1]) for row in rows]

    async def voids_of(self, coop: bytes) -> dict[bytes, Void]:
        """Give the void events of one log, and why."""
        rows = await self._reader.execute_fetchall(
            "SELECT event, code, args FROM voids WHERE coop = ?", (coop,)
        )
        return {row[0]: Void(row[1], _ARGS.decode(row[2])) for row in rows}

    async def void(self, event: bytes) -> Void | None:
        """Say why an event is void, or None where it is not known to be."""
        rows = await self._reader.execute_fetchall(
            "SELECT code, args FROM voids WHERE event = ?", (event,)
        )
        return next((Void(row[0], _ARGS.decode(row[1])) for row in rows), None)

    async def counts(self) -> dict[tuple[str, str], int]:
        """Count entities by (family, state)."""
        rows = await self._reader.execute_fetchall(
            "SELECT family, state, count(*) FROM entities GROUP BY family, state"
        )
        return {(row[0], row[1]): row[2] for row in rows}


def _row(entity: Entity) -> tuple[object, ...]:
    body = state.encode_body(entity)
    return (
        entity.id,
        state.hash_entity(entity, body),
        entity.coop,
        entity.family,
        entity.state,
        entity.epoch,
        entity.ref,
        body,
    )


def _entity(row: Sequence[object]) -> Entity:
    entity_id, coop, family, state_, epoch, ref, body = row
    return Entity(
        id=cast("bytes", entity_id),
        coop=cast("bytes", coop),
        family=cast("str", family),
        state=cast("str", state_),
        epoch=cast("int", epoch),
        ref=cast("bytes | None", ref),
        body=_BODIES[cast("str", family)].decode(cast("bytes", body)),
    )


def _bucket_range(no: int) -> tuple[bytes, bytes]:
    low = (no << 4).to_bytes(2)
    high = ((no + 1) << 4).to_bytes(3)
    return low, high[1:] if high[0] == 0 else b"\xff" * 33


def _bit(bits: bytes, no: int) -> bool:
    return len(bits) > no >> 3 and bool(bits[no >> 3] & (1 << (no & 7)))


def _bits(numbers: set[int]) -> bytes:
    bits = bytearray(BUCKETS // 8)
    for no in numbers:
        bits[no >> 3] |= 1 << (no & 7)
    return bytes(bits)
