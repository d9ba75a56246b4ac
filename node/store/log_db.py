"""log.db: signed logs, roster, texts. Precious; the format of its events is frozen.

Settled runs lie in `segments` (one compressed block, one signature), the newest
events of a chain row by row in `tail`. `arrivals` is the relay's order, and with it
the outbox: what stands in it may be sent. `synchronous=FULL`: with NORMAL a power
cut loses commits that were acknowledged.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

import aiosqlite

from node.store import cited_table, log_rows
from node.store.batch import Batch, Held, SegmentRow, TextRow
from node.store.cited_table import CitedTable
from node.store.log_reader import PLACE, LogReader, roll
from node.store.room import Room
from node.store.roster_tables import RosterTables
from node.store.sqlite import (
    Turn,
    marks,
    open_reader,
    open_writer,
    release,
    require_room,
    transaction,
)
from node.store.withdrawing import withdraw
from protocol import limits, wire
from protocol.canonical import ENCODER
from protocol.ids import CoopId, Incarnation, NetworkId
from protocol.log import Chain
from protocol.walks import Adoption

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blocks (
  number INTEGER PRIMARY KEY, block BLOB NOT NULL, certificate BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS objects (
  id BLOB PRIMARY KEY, kind TEXT NOT NULL, data BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS chains (
  no INTEGER PRIMARY KEY, coop BLOB NOT NULL, generation INTEGER NOT NULL,
  incarnation BLOB NOT NULL, base BLOB, UNIQUE (coop, incarnation));
CREATE TABLE IF NOT EXISTS segments (
  chain INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  before BLOB NOT NULL, signature BLOB NOT NULL, packing TEXT NOT NULL,
  block BLOB NOT NULL, UNIQUE (chain, first));
CREATE TABLE IF NOT EXISTS tail (
  chain INTEGER NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL,
  data BLOB NOT NULL, signature BLOB, PRIMARY KEY (chain, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS heads (
  chain INTEGER PRIMARY KEY, last INTEGER NOT NULL, last_id BLOB NOT NULL,
  sealed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS adoptions (
  chain INTEGER NOT NULL, at INTEGER NOT NULL, place BLOB NOT NULL,
  PRIMARY KEY (chain, at)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS arrivals (
  n INTEGER PRIMARY KEY, chain INTEGER NOT NULL, first INTEGER NOT NULL,
  last INTEGER NOT NULL, rolling BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS texts (
  commitment BLOB PRIMARY KEY, coop BLOB NOT NULL, salt BLOB NOT NULL,
  words BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS missing_texts (
  commitment BLOB NOT NULL, size INTEGER NOT NULL, coop BLOB NOT NULL,
  PRIMARY KEY (commitment, size, coop)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sizes (
  coop BLOB PRIMARY KEY, bytes INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sealed_texts (
  coop BLOB NOT NULL, commitment BLOB NOT NULL, holder BLOB NOT NULL,
  PRIMARY KEY (coop, commitment, holder)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS idempotency (key TEXT PRIMARY KEY, result BLOB NOT NULL);
"""
#: Arrivals kept for cursors; an older cursor is answered by heads.
ARRIVALS_KEPT: Final = 10_000


class LogDb(LogReader):
    """The open log.db."""

    def __init__(
        self, writer: aiosqlite.Connection, reader: aiosqlite.Connection, turn: Turn
    ) -> None:
        """Use `open`."""
        super().__init__(reader)
        self._writer = writer
        self._turn = turn
        self.roster = RosterTables(writer, reader, turn)
        self.cited = CitedTable(writer, reader, turn)
        self.room = Room()
        #: The last place of a chain that was sealed by now, and the id there: to find
        #: it again a whole segment has to be unpacked and hashed.
        self._sealed_ids: dict[int, tuple[int, bytes]] = {}

    @classmethod
    async def open(cls, path: Path) -> "LogDb":
        """Open or create the file and load what fits in memory."""
        writer = await open_writer(path, synchronous="FULL")
        await writer.executescript(SCHEMA + cited_table.SCHEMA)
        store = cls(writer, await open_reader(path), Turn(path))
        rows = await writer.execute_fetchall("SELECT key, value FROM meta")
        store.meta = {str(key): bytes(value) for key, value in rows}
        return store

    def require_room(self) -> None:
        """Refuse before the disk is full; raises `WorldFault("disk-full")`."""
        require_room(self._turn.path)

    async def release(self) -> None:
        """Forget the pages kept in memory; reading goes on from the file."""
        await release(self._reader, self._writer)

    async def close(self) -> None:
        """Close both connections; aiosqlite's threads end with them."""
        await self._reader.close()
        await self._writer.close()

    async def load_chains(self, network: NetworkId) -> None:
        """Read the heads of all chains and the relay's position."""
        adoptions: dict[int, list[Adoption]] = {}
        for no, at, place in await self._writer.execute_fetchall(
            "SELECT chain, at, place FROM adoptions ORDER BY chain, at"
        ):
            adoptions.setdefault(no, []).append(Adoption(at, PLACE.decode(place)))
        rows = await self._writer.execute_fetchall(
            "SELECT no, coop, generation, incarnation, base, last, last_id, sealed"
            " FROM chains JOIN heads ON heads.chain = chains.no"
        )
        for no, coop, generation, incarnation, base, last, last_id, sealed in rows:
            chain = Chain(
                network=network,
                coop=CoopId(coop),
                generation=generation,
                incarnation=Incarnation(incarnation),
                base=None if base is None else PLACE.decode(base),
            )
            adopted = tuple(adoptions.get(no, ()))
            self._hold(Held(no, chain, last, last_id, sealed, adopted))
        for n, rolling in await self._writer.execute_fetchall(
            "SELECT n, rolling FROM arrivals ORDER BY n DESC LIMIT 1"
        ):
            self.relayed, self.rolling = n, rolling
        rows = await self._writer.execute_fetchall("SELECT coop, bytes FROM sizes")
        self.room.sizes = {bytes(coop): int(size) for coop, size in rows}

    # --- writing ----------------------------------------------------------------

    async def set_meta(self, **values: bytes) -> None:
        """Write small values of the store itself."""
        async with transaction(self._writer, self._turn):
            await self._writer.executemany(
                "INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items())
            )
        self.meta.update(values)

    async def commit(self, batch: Batch) -> None:
        """Write a batch as one transaction. What it holds is durable afterwards.

        Nobody sees it before `reveal`: between the two, own events are noted in the
        anchor. Plain INSERTs on purpose: a second event for one place is an error
        here, never a replacement (SPEC 6.3).
        """
        db = self._writer
        relay, _ = self._relay_rows(batch)
        async with transaction(db, self._turn):
            for held in batch.new_chains:
                chain = held.chain
                base = None if chain.base is None else ENCODER.encode(chain.base)
                await db.execute(
                    "INSERT INTO chains VALUES (?, ?, ?, ?, ?)",
                    (held.no, chain.coop, chain.generation, chain.incarnation, base),
                )
            for table, rows in log_rows.rows_of(batch):
                if rows:
                    width = marks(len(rows[0]))
                    await db.executemany(f"INSERT INTO {table} VALUES ({width})", rows)
            await db.executemany(
                "INSERT OR REPLACE INTO heads VALUES (?, ?, ?, ?)",
                [(h.no, h.last, h.last_id, h.sealed) for h in batch.chains.values()],
            )
            await self._write_texts(batch)
            await db.executemany(
                "INSERT INTO sizes VALUES (?, ?)"
                " ON CONFLICT (coop) DO UPDATE SET bytes = bytes + excluded.bytes",
                list(batch.sizes.items()),
            )
            if relay:
                await db.executemany(
                    "INSERT INTO arrivals VALUES (?, ?, ?, ?, ?)", relay
                )
                await db.execute(
                    "DELETE FROM arrivals WHERE n <= ?",
                    (self.relayed + len(relay) - ARRIVALS_KEPT,),
                )
            if batch.idempotency:
                await db.execute(
                    "INSERT INTO idempotency VALUES (?, ?)", batch.idempotency
                )
        # Committed: from here on the events exist, whatever happens next. A crash
        # before this line leaves nothing, one after it leaves everything.

    def reveal(self, batch: Batch) -> None:
        """Let a committed batch be read, served and built upon."""
        relay, rolling = self._relay_rows(batch)
        for held in batch.chains.values():
            self._hold(held)
        self.relayed += len(relay)
        self.rolling = rolling
        self.room.add(batch.sizes)

    async def withdraw(self, batch: Batch) -> None:
        """Take back a batch of own events that was committed and not revealed."""
        async with transaction(self._writer, self._turn):
            await withdraw(self._writer, batch, self.by_no, self.relayed)

    def _relay_rows(self, batch: Batch) -> tuple[list[tuple[object, ...]], bytes]:
        rolling, rows = self.rolling, list[tuple[object, ...]]()
        for step, one in enumerate(batch.arrivals, start=1):
            rolling = roll(rolling, one.last_id)
            rows.append((self.relayed + step, one.chain, one.first, one.last, rolling))
        return rows, rolling

    async def _write_texts(self, batch: Batch) -> None:
        if batch.texts:
            await self._writer.executemany(
                "INSERT OR IGNORE INTO texts VALUES (?, ?, ?, ?)",
                [(t.commitment, t.coop, t.salt, t.words) for t in batch.texts],
            )
            await self._found(batch.texts)
        if batch.missing:
            await self._writer.executemany(
                "INSERT OR IGNORE INTO missing_texts (commitment, coop, size)"
                " VALUES (?, ?, ?)",
                batch.missing,
            )
        if batch.sealed:
            await self._writer.executemany(
                "INSERT OR IGNORE INTO sealed_texts VALUES (?, ?, ?)", batch.sealed
            )

    async def _found(self, texts: Sequence[TextRow]) -> None:
        """Look no longer for these texts; most come with their events, before that."""
        if list(
            await self._writer.execute_fetchall("SELECT 1 FROM missing_texts LIMIT 1")
        ):
            await self._writer.executemany(
                "DELETE FROM missing_texts WHERE commitment = ? AND coop = ?",
                [(text.commitment, text.coop) for text in texts],
            )

    async def seal(self, held: Held, *, short: bool = False) -> bool:
        """Move the oldest full run of a chain's tail into a segment, if any.

        short: all of the tail, though that is no full run. A large run that comes next
        is then stored as it is, instead of row by row to be moved once more.
        """
        if not short and not await self._may_seal(held):
            return False
        rows = list(
            await self._writer.execute_fetchall(
                "SELECT seq, id, data, signature FROM tail WHERE chain = ? AND seq > ?"
                " ORDER BY seq LIMIT ?",
                (held.no, held.sealed, limits.RUN_EVENTS),
            )
        )
        take = log_rows.sealable(rows, short=short)
        if take == 0:
            return False
        segment = await self._segment(held, rows[:take])
        async with transaction(self._writer, self._turn):
            await self._writer.execute(
                "INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?, ?)",
                log_rows.segment_row(segment),
            )
            await self._writer.execute(
                "DELETE FROM tail WHERE chain = ? AND seq <= ?", (held.no, segment.last)
            )
            await self._writer.execute(
                "UPDATE heads SET sealed = ? WHERE chain = ?", (segment.last, held.no)
            )
        held.sealed = segment.last
        self._sealed_ids[held.no] = segment.last, cast("bytes", rows[take - 1][1])
        return True

    async def _may_seal(self, held: Held) -> bool:
        """Tell whether a tail is long or large enough, without reading it."""
        waiting = held.last - held.sealed
        if waiting >= limits.RUN_EVENTS:
            return True
        if waiting * limits.EVENT_BYTES <= limits.RUN_BYTES:
            return False
        rows = await self._writer.execute_fetchall(
            "SELECT sum(length(data)) FROM tail WHERE chain = ? AND seq > ?",
            (held.no, held.sealed),
        )
        ((size,),) = rows
        return size is not None and int(size) > limits.RUN_BYTES

    async def _segment(
        self, held: Held, rows: Sequence[Sequence[object]]
    ) -> SegmentRow:
        first = held.sealed + 1
        sealed, before = self._sealed_ids.get(held.no, (0, b""))
        if sealed != held.sealed or not before:
            before = await self.id_at(held, held.sealed)
        data = [cast("bytes", row[2]) for row in rows]
        packing, block = wire.pack_block(wire.encode_events(data))
        return SegmentRow(
            chain=held.no,
            first=first,
            last=first + len(rows) - 1,
            before=before,
            signature=cast("bytes", rows[-1][3]),
            packing=packing,
            block=block,
        )
