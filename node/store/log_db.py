"""log.db: signed logs, roster, texts. Precious; the format of its events is frozen.

Settled runs lie in `segments` (one compressed block, one signature), the newest
events of a chain row by row in `tail`. `arrivals` is the relay's order, and with it
the outbox: what stands in it may be sent. `synchronous=FULL`: with NORMAL a power
cut loses commits that were acknowledged.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

import aiosqlite
import msgspec

from node.store import cited_table, log_rows
from node.store.batch import Batch, Held, SegmentRow
from node.store.cited_table import CitedTable
from node.store.room import Room
from node.store.roster_tables import RosterTables
from node.store.sqlite import (
    Turn,
    marks,
    open_reader,
    open_writer,
    require_room,
    transaction,
)
from node.store.text_tables import TextTables
from node.store.withdrawing import withdraw
from protocol import limits, wire
from protocol.canonical import ENCODER
from protocol.ids import CoopId, EventId, Incarnation, NetworkId, tag
from protocol.log import Chain, Place, Run, ids_after
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
NOTHING_RELAYED: Final = hashlib.sha256(tag("relay")).digest()
_PLACE: Final = msgspec.msgpack.Decoder(Place)
#: The events of a run, encoded and compressed.
Block = tuple[wire.Packing, bytes]


def roll(rolling: bytes, last_id: bytes) -> bytes:
    """Extend the rolling hash of the relay by one run (SPEC 12.2)."""
    return hashlib.sha256(tag("relay") + rolling + last_id).digest()


class LogDb:
    """The open log.db: chains in memory by (co-op, incarnation), the rest on disk."""

    def __init__(
        self, writer: aiosqlite.Connection, reader: aiosqlite.Connection, turn: Turn
    ) -> None:
        """Use `open`."""
        self._writer = writer
        self._reader = reader
        self._turn = turn
        self.roster = RosterTables(writer, reader, turn)
        self.texts = TextTables(reader)
        self.cited = CitedTable(writer, reader, turn)
        self.chains: dict[tuple[bytes, bytes], Held] = {}
        self.by_no: dict[int, Held] = {}
        self._of: dict[bytes, dict[bytes, Held]] = {}
        #: Co-ops of whose logs more incarnations are here than a log may have.
        self.overfull: set[bytes] = set()
        self.relayed = 0
        self.rolling = NOTHING_RELAYED
        self.meta: dict[str, bytes] = {}
        self.room = Room()

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
            adoptions.setdefault(no, []).append(Adoption(at, _PLACE.decode(place)))
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
                base=None if base is None else _PLACE.decode(base),
            )
            adopted = tuple(adoptions.get(no, ()))
            self._hold(Held(no, chain, last, last_id, sealed, adopted))
        for n, rolling in await self._writer.execute_fetchall(
            "SELECT n, rolling FROM arrivals ORDER BY n DESC LIMIT 1"
        ):
            self.relayed, self.rolling = n, rolling
        rows = await self._writer.execute_fetchall("SELECT coop, bytes FROM sizes")
        self.room.sizes = {bytes(coop): int(size) for coop, size in rows}

    def _hold(self, held: Held) -> None:
        coop = held.chain.coop
        self.chains[coop, held.chain.incarnation] = held
        self.by_no[held.no] = held
        of_coop = self._of.setdefault(coop, {})
        of_coop[held.chain.incarnation] = held
        if len(of_coop) > limits.INCARNATIONS:
            self.overfull.add(coop)

    def of_coop(self, coop: bytes) -> list[Held]:
        """Give the chains of one co-op, sorted by incarnation."""
        of_coop = self._of.get(coop, {})
        return [of_coop[name] for name in sorted(of_coop)]

    def count_of(self, coop: bytes) -> int:
        """Count the incarnations of one log."""
        return len(self._of.get(coop, ()))

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
            await self._writer.executemany(
                "DELETE FROM missing_texts WHERE commitment = ? AND coop = ?",
                [(text.commitment, text.coop) for text in batch.texts],
            )
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

    async def seal(self, held: Held) -> bool:
        """Move the oldest full run of a chain's tail into a segment, if any."""
        if not await self._may_seal(held):
            return False
        rows = list(
            await self._writer.execute_fetchall(
                "SELECT seq, id, data, signature FROM tail WHERE chain = ? AND seq > ?"
                " ORDER BY seq LIMIT ?",
                (held.no, held.sealed, limits.RUN_EVENTS),
            )
        )
        take = log_rows.sealable(rows)
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

    # --- reading ----------------------------------------------------------------

    async def read_run(
        self, held: Held, first: int, *, events: int = limits.RUN_EVENTS
    ) -> tuple[Run, EventId] | None:
        """Give the run that starts at `first`, and the id before it; None at the end.

        At most `events` long, rounded up to the next signature; never past a segment.
        """
        if first > held.last:
            return None
        if first > held.sealed:
            found = await self._run_of_tail(held, first, events)
            if found is not None:
                return found
            # Sealed just now, perhaps: the rows have moved, and `held` says so later.
            moved = await self._segment_from(held, first)
            if moved is None or moved.last < first:
                return None
        row = await self.segment_at(held, first)
        return log_rows.run_of_segment(row, held, first)

    async def read_packed(
        self, held: Held, first: int
    ) -> tuple[Run, EventId, Block | None] | None:
        """Give what `read_run` gives, and its block where it is stored as one."""
        if first > held.sealed:
            found = await self.read_run(held, first)
            return None if found is None else (*found, None)
        row = await self.segment_at(held, first)
        whole = (cast("wire.Packing", row.packing), row.block)
        packed = whole if row.first == first else None
        return (*log_rows.run_of_segment(row, held, first), packed)

    async def segment_at(self, held: Held, seq: int) -> SegmentRow:
        """Give the segment that holds `seq`; raises ValueError where it is missing."""
        row = await self._segment_from(held, seq)
        if row is None:
            raise ValueError(f"place {seq} of a chain is in no segment")
        return row

    async def _segment_from(self, held: Held, seq: int) -> SegmentRow | None:
        """Give the last segment that starts at `seq` or before."""
        rows = await self._reader.execute_fetchall(
            "SELECT chain, first, last, before, signature, packing, block FROM segments"
            " WHERE chain = ? AND first <= ? ORDER BY first DESC LIMIT 1",
            (held.no, seq),
        )
        return next((SegmentRow(*row) for row in rows), None)

    async def _run_of_tail(
        self, held: Held, first: int, events: int
    ) -> tuple[Run, EventId] | None:
        rows = list(
            await self._reader.execute_fetchall(
                "SELECT data, signature, seq FROM tail WHERE chain = ? AND seq >= ?"
                " AND seq <= ? ORDER BY seq LIMIT ?",
                (held.no, first, held.last, limits.RUN_EVENTS),
            )
        )
        end, size = 0, 0
        if not rows or rows[0][2] != first:
            return None
        for index, (data, signature, _) in enumerate(rows, start=1):
            size += len(data)
            if size > limits.RUN_BYTES:
                break
            if signature is not None:
                end = index
                if index >= events:
                    break
        if end == 0:
            return None
        run = Run(
            chain=held.chain,
            first=first,
            events=tuple(row[0] for row in rows[:end]),
            signature=rows[end - 1][1],
        )
        return run, EventId(await self.id_at(held, first - 1))

    async def id_at(self, held: Held, seq: int) -> bytes:
        """Give the id at a place that is held (the opening at 0), recomputed if old."""
        if seq == 0:
            return held.chain.opening()
        if seq == held.last:
            return held.last_id
        if seq > held.sealed:
            rows = await self._reader.execute_fetchall(
                "SELECT id FROM tail WHERE chain = ? AND seq = ?", (held.no, seq)
            )
            for (event_id,) in rows:
                return bytes(event_id)
        row = await self.segment_at(held, seq)
        events = wire.decode_events(cast("wire.Packing", row.packing), row.block)
        return ids_after(EventId(row.before), events[: seq - row.first + 1])[-1]

    async def adoptions_of(self, held: Held) -> tuple[Adoption, ...]:
        """Give all adoptions of a chain, those as well that `held` has dropped."""
        rows = await self._reader.execute_fetchall(
            "SELECT at, place FROM adoptions WHERE chain = ? AND at <= ? ORDER BY at",
            (held.no, held.last),
        )
        return tuple(Adoption(row[0], _PLACE.decode(row[1])) for row in rows)

    async def arrivals_after(
        self, relayed: int, rolling: bytes
    ) -> list[tuple[int, int, int]] | None:
        """Give (chain, first, last) relayed after a cursor; None if it is unknown."""
        if relayed > self.relayed:
            return None
        if relayed == self.relayed:
            return [] if rolling == self.rolling else None
        rows = list(
            await self._reader.execute_fetchall(
                # What is committed and not revealed yet stands beyond.
                "SELECT n, chain, first, last, rolling FROM arrivals"
                " WHERE n >= ? AND n <= ? ORDER BY n",
                (relayed, self.relayed),
            )
        )
        known = NOTHING_RELAYED if relayed == 0 else (rows[0][4] if rows else b"")
        start = rows[0][0] if rows else 0
        if known != rolling or start != max(relayed, 1):
            return None
        fresh = rows if relayed == 0 else rows[1:]
        return [(row[1], row[2], row[3]) for row in fresh]

    async def arrivals_from(
        self, number: int, most: int
    ) -> list[tuple[int, int, int, int, bytes]]:
        """Give (number, chain, first, last, rolling) of runs in the relay's order.

        From a number on, or from the oldest that is kept; what may not be seen yet is
        not among them.
        """
        rows = await self._reader.execute_fetchall(
            "SELECT n, chain, first, last, rolling FROM arrivals"
            " WHERE n >= ? AND n <= ? ORDER BY n LIMIT ?",
            (number, self.relayed, most),
        )
        return [(row[0], row[1], row[2], row[3], bytes(row[4])) for row in rows]

    async def idempotent(self, key: str) -> bytes | None:
        """Give the result of a request that was carried out before."""
        rows = await self._reader.execute_fetchall(
            "SELECT result FROM idempotency WHERE key = ?", (key,)
        )
        return next((bytes(row[0]) for row in rows), None)
