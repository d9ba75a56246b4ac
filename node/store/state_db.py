"""state.db: entities as the logs make them. Disposable; a replay rebuilds it.

It stores how far each log is folded, so a start pays for what is new and nothing
else. `synchronous=NORMAL`: a power cut may lose the last folds, and they are folded
again from log.db.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import Final, cast

import aiosqlite
import msgspec

from node.store import closing_table, entity_rows
from node.store.closing_table import ClosingTable
from node.store.entity_rows import NO_TIMES, READ, Kind, Times
from node.store.recent import Recent
from node.store.sqlite import (
    Turn,
    chunks,
    marks,
    open_reader,
    open_writer,
    release,
    sort_on_disk,
    transaction,
)
from node.store.state_reader import StateReader
from protocol import state
from protocol.canonical import ENCODER
from protocol.rules import VERSION
from protocol.state import Entity
from protocol.verdicts import Void
from protocol.walks import Span

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS coops (no INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS kinds (
  no INTEGER PRIMARY KEY, family TEXT NOT NULL, state TEXT NOT NULL,
  UNIQUE (family, state));
CREATE TABLE IF NOT EXISTS entities (
  no INTEGER PRIMARY KEY, id BLOB NOT NULL, hash BLOB NOT NULL, coop INTEGER NOT NULL,
  kind INTEGER NOT NULL, epoch INTEGER NOT NULL, ref BLOB, body BLOB NOT NULL,
  made INTEGER NOT NULL, moved INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS folds (
  coop BLOB PRIMARY KEY, spans BLOB NOT NULL, floors BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS voids (
  coop BLOB NOT NULL, event BLOB NOT NULL, code TEXT NOT NULL, args BLOB NOT NULL,
  PRIMARY KEY (event)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS buckets (no INTEGER PRIMARY KEY, hash BLOB NOT NULL);
"""
_TABLES: Final = ("entities", "folds", "voids", "buckets", "closings")
#: Numbers stay while a file is in use: who reads while all is folded anew still holds
#: rows of before.
_NUMBERS: Final = ("coops", "kinds")
INDEXES: Final = {
    "entities_id": "entities (id, hash)",
    "entities_ref": "entities (ref) WHERE ref IS NOT NULL",
    "entities_kind": "entities (kind, made, coop)",
}
#: Changed whenever what is stored here, or what a fold gives, is no longer the same.
LAYOUT: Final = f"5/{VERSION}".encode()
_SPANS: Final = msgspec.msgpack.Decoder(tuple[Span, ...])
_FLOORS: Final = msgspec.msgpack.Decoder(dict[str, int])
#: Beyond so many dirty buckets one pass over the index is faster than one by one.
_MANY_BUCKETS: Final = 256
#: Rows of the index that are hashed together: 6 ms.
_HASHED_AT_ONCE: Final = 20_000
_ID: Final = attrgetter("id")
_KIND: Final = attrgetter("family", "state")


@dataclass(frozen=True, slots=True)
class Fold:
    """How far a log is folded: the walk so far, the epoch floors by incarnation."""

    spans: tuple[Span, ...] = ()
    floors: Mapping[bytes, int] = field(default_factory=dict)


class StateDb(StateReader):
    """The open state.db."""

    def __init__(
        self, writer: aiosqlite.Connection, reader: aiosqlite.Connection, turn: Turn
    ) -> None:
        """Use `open`."""
        super().__init__(reader)
        self._writer = writer
        self._turn = turn
        self.closings = ClosingTable(writer, turn)
        self.folds: dict[bytes, Fold] = {}
        self.buckets: dict[int, bytes] = {}
        self.dirty: set[int] = set()
        self._indexed = False
        self.recent = Recent()

    @classmethod
    async def open(cls, path: Path, instance: bytes) -> "StateDb":
        """Open the file, empty where it belongs to another log.db or layout."""
        writer = await open_writer(path, synchronous="NORMAL")
        meta = await _read_meta(writer)
        if meta.get("layout") != LAYOUT:
            await _drop_tables(writer)
        await writer.executescript(SCHEMA + closing_table.SCHEMA)
        store = cls(writer, await open_reader(path), Turn(path))
        if meta.get("instance") != instance or meta.get("layout") != LAYOUT:
            await store.clear(instance)
        await store.index()
        await store._load(meta.get("dirty", b""))
        return store

    async def release(self) -> None:
        """Forget the pages kept in memory; reading goes on from the file."""
        await release(self._reader, self._writer)

    async def close(self) -> None:
        """Close both connections."""
        await self._reader.close()
        await self._writer.close()

    async def clear(self, instance: bytes | None = None) -> None:
        """Forget everything; with `instance`, which names another store, numbers, too.

        That is for a file that nobody reads yet.
        """
        tables = _TABLES if instance is None else (*_TABLES, *_NUMBERS)
        async with transaction(self._writer, self._turn):
            for table in tables:
                await self._writer.execute(f"DELETE FROM {table}")
            values = [("layout", LAYOUT), ("dirty", b"")]
            if instance is not None:
                values.append(("instance", instance))
            await self._writer.executemany(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)", values
            )
        self.folds, self.buckets, self.dirty = {}, {}, set()
        self.closings.settled = {}
        self._recount()
        self.recent.forget()

    async def index(self) -> None:
        """Build the indexes that are not there."""
        if not self._indexed:
            # In memory, the sorting would take more the more there is to sort.
            await sort_on_disk(self._writer, self._turn.path)
            for name, columns in INDEXES.items():
                await self._writer.execute(
                    f"CREATE INDEX IF NOT EXISTS {name} ON {columns}"
                )
        self._indexed = True

    async def unindex(self) -> None:
        """Drop the indexes before a bulk load of logs without state.

        It is taken to change all buckets: to tell which costs more than it spares.
        """
        everything = set(range(state.BUCKETS))
        async with transaction(self._writer, self._turn):
            await self._write_dirty(everything)
        self.dirty = everything
        self._indexed = False
        for name in INDEXES:
            await self._writer.execute(f"DROP INDEX IF EXISTS {name}")

    async def _load(self, dirty: bytes) -> None:
        await self.closings.load()
        rows = await self._writer.execute_fetchall(
            "SELECT coop, spans, floors FROM folds"
        )
        for coop, spans, floors in rows:
            named = {bytes.fromhex(k): v for k, v in _FLOORS.decode(floors).items()}
            self.folds[coop] = Fold(_SPANS.decode(spans), named)
        hashes = await self._writer.execute_fetchall("SELECT no, hash FROM buckets")
        self.buckets = {row[0]: row[1] for row in hashes}
        self.dirty = entity_rows.numbers_in(dirty)
        for no, coop in await self._writer.execute_fetchall("SELECT * FROM coops"):
            self._numbers.add_coop(no, coop)
        for no, family, state_ in await self._writer.execute_fetchall(
            "SELECT * FROM kinds"
        ):
            self._numbers.add_kind(no, (family, state_))

    # --- writing ----------------------------------------------------------------

    async def write(
        self,
        coop: bytes,
        changed: Collection[Entity],
        known: set[bytes],
        voids: Sequence[tuple[bytes, Void]],
        fold: Fold,
        *,
        times: Times = NO_TIMES,
    ) -> None:
        """Write what a fold changed, and how far it got, as one transaction.

        `known` names the changed entities that are in the table already.
        """
        await self._number(coop, set(map(_KIND, changed)))
        dirty = self.dirty
        if len(dirty) < state.BUCKETS:
            dirty = dirty | entity_rows.buckets_of(map(_ID, changed))
        db = self._writer
        async with transaction(db, self._turn):
            await self._write_entities(changed, known, times)
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
        if self._indexed:
            self.recent.note(changed)
        else:
            # Most of the state is new anyway: whoever computes from it begins anew.
            self.recent.forget()

    async def _write_entities(
        self, changed: Collection[Entity], known: set[bytes], times: Times
    ) -> None:
        """Write entities, their rows made as SQLite asks for them: in its thread."""
        db, numbers = self._writer, self._numbers
        if self._indexed:
            # In ascending order the index is gone through page by page, else at random.
            changed = sorted(changed, key=_ID)
        fresh = [one for one in changed if one.id not in known]
        whole = len(fresh) - len(fresh) % entity_rows.TOGETHER
        if whole:
            many = entity_rows.new(
                numbers, fresh[:whole], times, together=entity_rows.TOGETHER
            )
            await db.executemany(entity_rows.INSERT_MANY, many)
        if few := fresh[whole:]:
            one_by_one = entity_rows.new(numbers, few, times)
            await db.executemany(entity_rows.INSERT_ONE, one_by_one)
        if known:
            again = [one for one in changed if one.id in known]
            await db.executemany(
                entity_rows.UPDATE, entity_rows.moved(numbers, again, times)
            )

    async def _number(self, coop: bytes, kinds: set[Kind]) -> None:
        """Give numbers to what has none yet: rarely anything, once most of it came."""
        numbers = self._numbers
        new_kinds = sorted(kinds - numbers.kinds.keys())
        if not new_kinds and coop in numbers.coops:
            return
        coop_no, first = len(numbers.coops) + 1, len(numbers.kinds) + 1
        numbered = list(enumerate(new_kinds, start=first))
        async with transaction(self._writer, self._turn):
            if coop not in numbers.coops:
                await self._writer.execute(
                    "INSERT INTO coops VALUES (?, ?)", (coop_no, coop)
                )
            await self._writer.executemany(
                "INSERT INTO kinds VALUES (?, ?, ?)",
                [(no, *kind) for no, kind in numbered],
            )
        if coop not in numbers.coops:
            numbers.add_coop(coop_no, coop)
        for no, kind in numbered:
            numbers.add_kind(no, kind)

    async def _write_fold(self, coop: bytes, fold: Fold) -> None:
        floors = {key.hex(): floor for key, floor in fold.floors.items()}
        await self._writer.execute(
            "INSERT OR REPLACE INTO folds VALUES (?, ?, ?)",
            (coop, ENCODER.encode(fold.spans), ENCODER.encode(floors)),
        )

    async def _write_dirty(self, dirty: set[int]) -> None:
        await self._writer.execute(
            "INSERT OR REPLACE INTO meta VALUES ('dirty', ?)",
            (entity_rows.bits_of(dirty),),
        )

    async def forget(self, coop: bytes) -> None:
        """Forget one log's state, before it is folded anew from its first event."""
        no = self._numbers.coops.get(coop)
        rows = await self._writer.execute_fetchall(
            "SELECT id FROM entities WHERE coop = ?", (no,)
        )
        dirty = self.dirty | entity_rows.buckets_of(row[0] for row in rows)
        async with transaction(self._writer, self._turn):
            for table, key in (("entities", no), ("voids", coop), ("folds", coop)):
                await self._writer.execute(
                    f"DELETE FROM {table} WHERE coop = ?", (key,)
                )
            await self._write_dirty(dirty)
        self.folds.pop(coop, None)
        self.dirty = dirty
        self._recount()
        self.recent.forget()

    async def root(self) -> bytes:
        """Give the state root, hashing only the buckets that changed."""
        if self.dirty:
            if len(self.dirty) > _MANY_BUCKETS:
                await self._hash_all()
            else:
                await self._hash_some()
        return state.root(self.buckets)

    async def _hash_some(self) -> None:
        """Look only the dirty buckets up."""
        dirty = sorted(self.dirty)
        ranges = ",".join(["(?, ?)"] * len(dirty))
        # CROSS JOIN keeps the order: bucket by bucket, each sorted by the index.
        rows = await self._writer.execute_fetchall(
            f"WITH asked (low, high) AS (VALUES {ranges}) SELECT id, hash FROM asked"
            " CROSS JOIN entities WHERE id >= low AND id < high",
            [end for no in dirty for end in entity_rows.range_of(no)],
        )
        pairs = cast("list[tuple[bytes, bytes]]", list(rows))
        found, _ = entity_rows.hash_buckets(pairs, last=True)
        await self._write_buckets(dict.fromkeys(dirty, state.hash_bucket(())) | found)

    async def _hash_all(self) -> None:
        """Pass over the whole index once, part by part."""
        fresh = dict.fromkeys(self.dirty, state.hash_bucket(()))
        rest: Sequence[tuple[bytes, bytes]] = ()
        async with self._writer.execute(
            "SELECT id, hash FROM entities ORDER BY id"
        ) as found:
            while part := list(await found.fetchmany(_HASHED_AT_ONCE)):
                rows = [*rest, *cast("list[tuple[bytes, bytes]]", part)]
                hashes, rest = entity_rows.hash_buckets(rows, last=False)
                fresh |= hashes
        hashes, _ = entity_rows.hash_buckets(rest, last=True)
        await self._write_buckets(fresh | hashes)

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
                f"SELECT {READ} FROM entities WHERE id IN ({marks(len(chunk))})",
                chunk,
            )
            for row in rows:
                entity = self._numbers.entity(row)
                found[entity.id] = entity
        return found


async def _read_meta(db: aiosqlite.Connection) -> dict[str, bytes]:
    rows = await db.execute_fetchall(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'"
    )
    if not list(rows):
        return {}
    rows = await db.execute_fetchall("SELECT key, value FROM meta")
    return {str(key): bytes(value) for key, value in rows}


async def _drop_tables(db: aiosqlite.Connection) -> None:
    """Make room for another layout."""
    rows = await db.execute_fetchall(
        "SELECT name FROM sqlite_master WHERE type = 'table'"
    )
    for (name,) in rows:
        await db.execute(f'DROP TABLE "{name}"')
