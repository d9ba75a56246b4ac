"""Cited places in log.db: events beside the logs, that closings name (SPEC 11.20).

A row is a stretch: events that end at an id which somebody named, up to where the log
or another row goes on below it. What is asked for is stored, and nothing else is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

import aiosqlite
import msgspec

from node.store.sqlite import Turn, transaction
from protocol import wire
from protocol.canonical import ENCODER
from protocol.log import Place

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS cited (
  no INTEGER PRIMARY KEY, coop BLOB NOT NULL, incarnation BLOB NOT NULL,
  first INTEGER NOT NULL, last INTEGER NOT NULL, before BLOB NOT NULL,
  id BLOB NOT NULL, base BLOB, packing TEXT NOT NULL, block BLOB NOT NULL,
  after BLOB NOT NULL, signature BLOB NOT NULL, UNIQUE (coop, incarnation, last, id));
"""
_PLACE: Final = msgspec.msgpack.Decoder(Place)
_AFTER: Final = msgspec.msgpack.Decoder(tuple[bytes, ...])
_COLUMNS: Final = "no, first, last, before, id, base"


@dataclass(frozen=True, slots=True)
class CitedRow:
    """A stretch without its events: from `first`, after the id before, to `last`.

    `base` is that of the incarnation where `first` is 1.
    """

    no: int
    first: int
    last: int
    before: bytes
    id: bytes
    base: Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCited:
    """A stretch to be stored, proved. `after` and `signature` are empty or both not."""

    coop: bytes
    incarnation: bytes
    first: int
    last: int
    before: bytes
    id: bytes
    base: Place | None
    events: Sequence[bytes]
    after: Sequence[bytes]
    signature: bytes
    #: What it takes of the room of its log, in bytes.
    size: int


class CitedTable:
    """Table `cited`, through the connections of log.db."""

    def __init__(
        self, writer: aiosqlite.Connection, reader: aiosqlite.Connection, turn: Turn
    ) -> None:
        """Share the connections and the turn of log.db."""
        self._writer = writer
        self._reader = reader
        self._turn = turn

    async def of(self, coop: bytes, incarnation: bytes, seq: int) -> list[CitedRow]:
        """Give the stretches of an incarnation that have a place; the short ones first.

        Of two that have it the one that ends there is found without reading the other.
        """
        rows = await self._reader.execute_fetchall(
            f"SELECT {_COLUMNS} FROM cited WHERE coop = ? AND incarnation = ?"
            " AND first <= ? AND last >= ? ORDER BY last, no",
            (coop, incarnation, seq, seq),
        )
        return [
            CitedRow(no, low, high, before, name, base and _PLACE.decode(base))
            for no, low, high, before, name, base in rows
        ]

    async def ends(
        self, coop: bytes, incarnation: bytes, first: int, last: int
    ) -> list[tuple[int, bytes]]:
        """Give (seq, id) of the ends of stretches within these, highest first."""
        rows = await self._reader.execute_fetchall(
            "SELECT last, id FROM cited WHERE coop = ? AND incarnation = ?"
            " AND last >= ? AND last <= ? ORDER BY last DESC",
            (coop, incarnation, first, last),
        )
        return [(int(row[0]), bytes(row[1])) for row in rows]

    async def events(self, row: CitedRow) -> tuple[bytes, ...]:
        """Give the events of a stretch."""
        found = await self._reader.execute_fetchall(
            "SELECT packing, block FROM cited WHERE no = ?", (row.no,)
        )
        ((packing, block),) = found
        return wire.decode_events(cast("wire.Packing", packing), block)

    async def proof(self, row: CitedRow) -> tuple[tuple[bytes, ...], bytes]:
        """Give the events after a stretch and the signature on the last of them."""
        found = await self._reader.execute_fetchall(
            "SELECT after, signature FROM cited WHERE no = ?", (row.no,)
        )
        ((after, signature),) = found
        return _AFTER.decode(after), bytes(signature)

    async def add(self, one: NewCited) -> bool:
        """Write a stretch, and count it as its log's; False where it is here."""
        base = None if one.base is None else ENCODER.encode(one.base)
        packing, block = wire.pack_block(wire.encode_events(one.events))
        async with transaction(self._writer, self._turn):
            written = await self._writer.execute(
                "INSERT OR IGNORE INTO cited (coop, incarnation, first, last, before,"
                " id, base, packing, block, after, signature)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(one.coop, one.incarnation, one.first, one.last, one.before),
                    *(one.id, base, packing, block, ENCODER.encode(one.after)),
                    one.signature,
                ),
            )
            if written.rowcount == 0:
                # Somebody else brought the same meanwhile.
                return False
            await self._writer.execute(
                "INSERT INTO sizes VALUES (?, ?)"
                " ON CONFLICT (coop) DO UPDATE SET bytes = bytes + excluded.bytes",
                (one.coop, one.size),
            )
        return True

    async def drop(self, row: CitedRow) -> None:
        """Forget a stretch that was found damaged, so that it is fetched again."""
        async with transaction(self._writer, self._turn):
            await self._writer.execute("DELETE FROM cited WHERE no = ?", (row.no,))
