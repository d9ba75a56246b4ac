"""search.db: the words of entities by what stands in them. Disposable; made anew.

A row's number is made of the time at which its entity claims to be made, so that the
newest come first by themselves: a search reads as many rows as it shows, however many
there are. `synchronous=NORMAL`: what a power cut loses is indexed again.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

import aiosqlite
import msgspec

from node.store.sqlite import (
    CHUNK,
    Turn,
    chunks,
    marks,
    open_reader,
    open_writer,
    release,
    transaction,
)
from protocol.canonical import ENCODER
from protocol.walks import Span

_TABLES: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE logs (coop BLOB PRIMARY KEY, spans BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE docs (
  no INTEGER PRIMARY KEY, entity BLOB NOT NULL UNIQUE, coop BLOB NOT NULL,
  texts BLOB NOT NULL);
CREATE TABLE held (
  text BLOB NOT NULL, doc INTEGER NOT NULL, here INTEGER NOT NULL,
  PRIMARY KEY (text, doc)) WITHOUT ROWID;
CREATE INDEX missing ON held (text) WHERE here = 0;
CREATE VIRTUAL TABLE words USING fts5 (
  family, title, rest, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');
"""
#: Changed whenever what is stored here is no longer the same.
LAYOUT: Final = b"1"
#: Times beyond these bits, the year 2248, sort as if they were it.
_TIME_BITS: Final = 43
#: What tells apart entities of one millisecond: the beginning of their ids.
_ID_BITS: Final = 20
#: Page cache in KiB; a search reads few pages.
_CACHE_KIB: Final = 4096
_COMMITMENT: Final = 32
_SPANS: Final = msgspec.msgpack.Decoder(tuple[Span, ...])
#: Around what was found in a snippet. No text has them: they are control characters.
OPENS, CLOSES = "\x02", "\x03"
#: Words of a snippet.
_SNIPPET: Final = 16
_FIND: Final = (
    "SELECT docs.entity, snippet(words, ?, ?, ?, '…', ?) FROM words"
    " JOIN docs ON docs.no = words.rowid WHERE words MATCH ?"
    " ORDER BY words.rowid DESC LIMIT ?"
)
#: Columns by number, as `snippet` asks for them.
TITLE, REST = 1, 2


class Doc(NamedTuple):
    """What is indexed of an entity; `texts` are its commitments, and which are here."""

    entity: bytes
    coop: bytes
    family: str
    made_ms: int
    title: str
    rest: str
    texts: dict[bytes, bool]

    def number(self) -> int:
        """Give the row's number: by time, then by id."""
        time = min(max(self.made_ms, 0), (1 << _TIME_BITS) - 1)
        start = int.from_bytes(self.entity[:4]) >> (32 - _ID_BITS)
        return (time << _ID_BITS) + start


class SearchDb:
    """The open search.db."""

    def __init__(
        self, writer: aiosqlite.Connection, reader: aiosqlite.Connection, turn: Turn
    ) -> None:
        """Use `open`."""
        self._writer = writer
        self._reader = reader
        self._turn = turn
        #: How far each log is indexed.
        self.spans: dict[bytes, tuple[Span, ...]] = {}

    @classmethod
    async def open(cls, path: Path, instance: bytes) -> "SearchDb":
        """Open the file; empty where it is damaged, or of another log.db or layout."""
        with suppress(sqlite3.DatabaseError):
            found = await _connect(path)
            meta, spans = await _load(found[0])
            if meta == {"layout": LAYOUT, "instance": instance}:
                store = cls(*found, Turn(path))
                store.spans = spans
                return store
            for db in found:
                await db.close()
        remove(path)
        writer, reader = await _connect(path)
        await writer.executescript(_TABLES)
        await writer.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            [("layout", LAYOUT), ("instance", instance)],
        )
        return cls(writer, reader, Turn(path))

    async def release(self) -> None:
        """Forget the pages kept in memory; reading goes on from the file."""
        await release(self._reader, self._writer)

    async def close(self) -> None:
        """Close both connections."""
        await self._reader.close()
        await self._writer.close()

    # --- writing ----------------------------------------------------------------

    async def write(
        self, docs: Sequence[Doc], reached: tuple[bytes, tuple[Span, ...]] | None
    ) -> None:
        """Index entities anew; `reached` is how far that brings a log."""
        async with transaction(self._writer, self._turn):
            await self._drop("entity", [one.entity for one in docs])
            await self._insert(docs)
            if reached is not None:
                coop, spans = reached
                await self._writer.execute(
                    "INSERT OR REPLACE INTO logs VALUES (?, ?)",
                    (coop, ENCODER.encode(spans)),
                )
        if reached is not None:
            self.spans[reached[0]] = reached[1]

    async def forget_log(self, coop: bytes) -> None:
        """Forget what is indexed of one log."""
        async with transaction(self._writer, self._turn):
            await self._drop("coop", [coop])
            await self._writer.execute("DELETE FROM logs WHERE coop = ?", (coop,))
        self.spans.pop(coop, None)

    async def _insert(self, docs: Sequence[Doc]) -> None:
        db = self._writer
        # In ascending order the index takes rows together, else one by one.
        numbered = sorted((await self._numbers(docs)).items())
        await db.executemany(
            "INSERT INTO docs VALUES (?, ?, ?, ?)",
            [(no, doc.entity, doc.coop, b"".join(doc.texts)) for no, doc in numbered],
        )
        await db.executemany(
            "INSERT INTO held VALUES (?, ?, ?)",
            [
                (text, no, here)
                for no, doc in numbered
                for text, here in doc.texts.items()
            ],
        )
        await db.executemany(
            "INSERT INTO words (rowid, family, title, rest) VALUES (?, ?, ?, ?)",
            [(no, doc.family, doc.title, doc.rest) for no, doc in numbered],
        )

    async def _numbers(self, docs: Sequence[Doc]) -> dict[int, Doc]:
        """Give each its number, or the next that is free."""
        found: dict[int, Doc] = {}
        taken = "SELECT 1 FROM docs WHERE no = ?"
        numbers = sorted({doc.number() for doc in docs})
        used: set[int] = set()
        for start in range(0, len(numbers), CHUNK):
            chunk = numbers[start : start + CHUNK]
            used.update(
                row[0]
                for row in await self._writer.execute_fetchall(
                    f"SELECT no FROM docs WHERE no IN ({marks(len(chunk))})", chunk
                )
            )
        for doc in docs:
            no = doc.number()
            while no in found or no in used:
                no += 1
                if list(await self._writer.execute_fetchall(taken, (no,))):
                    used.add(no)
            found[no] = doc
        return found

    async def _drop(self, key: str, values: Iterable[bytes]) -> None:
        db = self._writer
        for chunk in chunks(values):
            rows = list(
                await db.execute_fetchall(
                    f"SELECT no, texts FROM docs WHERE {key} IN ({marks(len(chunk))})",
                    chunk,
                )
            )
            names = [
                (texts[at : at + _COMMITMENT], no)
                for no, texts in rows
                for at in range(0, len(texts), _COMMITMENT)
            ]
            numbers = [(row[0],) for row in rows]
            await db.executemany("DELETE FROM held WHERE text = ? AND doc = ?", names)
            await db.executemany("DELETE FROM words WHERE rowid = ?", numbers)
            await db.executemany("DELETE FROM docs WHERE no = ?", numbers)

    # --- reading ----------------------------------------------------------------

    async def missing(self, after: bytes, most: int) -> list[bytes]:
        """Give texts beyond `after` that were not here when they were looked for."""
        rows = await self._reader.execute_fetchall(
            "SELECT DISTINCT text FROM held WHERE here = 0 AND text > ?"
            " ORDER BY text LIMIT ?",
            (after, most),
        )
        return [row[0] for row in rows]

    async def having(self, texts: Iterable[bytes]) -> list[bytes]:
        """Name the entities that have any of these texts."""
        found: dict[bytes, None] = {}
        for chunk in chunks(texts):
            rows = await self._reader.execute_fetchall(
                "SELECT entity FROM held JOIN docs ON docs.no = held.doc"
                f" WHERE text IN ({marks(len(chunk))})",
                chunk,
            )
            found.update((row[0], None) for row in rows)
        return list(found)

    async def find(
        self, wanted: str, column: int, most: int
    ) -> list[tuple[bytes, str]]:
        """Give (entity, snippet of a column) of what matches, the newest first.

        wanted: a query as FTS5 reads it.
        """
        rows = await self._reader.execute_fetchall(
            _FIND, (column, OPENS, CLOSES, _SNIPPET, wanted, most)
        )
        return [(row[0], row[1] or "") for row in rows]


async def _connect(path: Path) -> tuple[aiosqlite.Connection, aiosqlite.Connection]:
    writer = await open_writer(path, synchronous="NORMAL")
    try:
        reader = await open_reader(path)
    except BaseException:
        await writer.close()
        raise
    for db in (writer, reader):
        await db.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    return writer, reader


async def _load(
    db: aiosqlite.Connection,
) -> tuple[dict[str, bytes], dict[bytes, tuple[Span, ...]]]:
    """Read whose index it is, and how far it goes; nothing where it cannot be told."""
    try:
        rows = await db.execute_fetchall("SELECT key, value FROM meta")
        logs = await db.execute_fetchall("SELECT coop, spans FROM logs")
        spans = {bytes(coop): _SPANS.decode(spans) for coop, spans in logs}
    except (sqlite3.DatabaseError, msgspec.MsgspecError):
        return {}, {}
    return {str(key): bytes(value) for key, value in rows}, spans


def remove(path: Path) -> None:
    """Remove the files of an index that is of no use any more."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
