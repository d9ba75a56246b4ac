"""What a full or failing disk does to a write (reliability: the publish path, 4)."""

import _sqlite3
import ctypes
import sqlite3
from collections.abc import AsyncIterator
from itertools import chain
from pathlib import Path

import aiosqlite
import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.errors import DiskFailed, WorldFault
from node.store import sqlite
from node.store.sqlite import Turn, open_reader, open_writer, transaction


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[aiosqlite.Connection]:
    """A store of one table, which may not grow beyond some pages."""
    writer = await open_writer(tmp_path / "a.db", synchronous="FULL")
    await writer.execute("CREATE TABLE words (word TEXT)")
    yield writer
    await writer.close()


async def write(db: aiosqlite.Connection, turn: Turn, word: str) -> None:
    async with transaction(db, turn):
        await db.execute("INSERT INTO words VALUES (?)", (word,))


async def words(db: aiosqlite.Connection) -> list[str]:
    return [row[0] for row in await db.execute_fetchall("SELECT word FROM words")]


async def test_full_disk_refuses_and_recovers(
    db: aiosqlite.Connection, tmp_path: Path
) -> None:
    turn = Turn(tmp_path / "a.db")
    await write(db, turn, "before")
    await db.execute("PRAGMA max_page_count=2")
    with pytest.raises(WorldFault) as fault:
        await write(db, turn, "x" * 100_000)
    assert fault.value.code == "disk-full"
    assert await words(db) == ["before"]
    await db.execute("PRAGMA max_page_count=1000000")
    await write(db, turn, "after")
    assert await words(db) == ["before", "after"]


async def test_after_a_failed_write_nobody_writes(
    db: aiosqlite.Connection, tmp_path: Path
) -> None:
    turn = Turn(tmp_path / "a.db")
    failure = sqlite3.OperationalError("disk I/O error")
    failure.sqlite_errorname = "SQLITE_IOERR_FSYNC"
    with pytest.raises(DiskFailed):
        async with transaction(db, turn):
            raise failure
    with pytest.raises(DiskFailed):
        await write(db, turn, "later")
    assert await words(db) == []


async def test_other_errors_stay_what_they_are(
    db: aiosqlite.Connection, tmp_path: Path
) -> None:
    turn = Turn(tmp_path / "a.db")
    with pytest.raises(sqlite3.OperationalError):
        async with transaction(db, turn):
            await db.execute("INSERT INTO nowhere VALUES (1)")
    await write(db, turn, "next")
    assert await words(db) == ["next"]


async def test_a_reader_only_looks(db: aiosqlite.Connection, tmp_path: Path) -> None:
    reader = await open_reader(tmp_path / "a.db")
    with pytest.raises(sqlite3.OperationalError):
        await reader.execute("INSERT INTO words VALUES ('no')")
    await reader.close()
    assert await words(db) == []


def test_too_little_room_is_refused_beforehand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite.require_room(tmp_path / "a.db")
    monkeypatch.setattr(sqlite, "MIN_FREE", 2**62)
    with pytest.raises(WorldFault) as fault:
        sqlite.require_room(tmp_path / "a.db")
    assert fault.value.code == "disk-full"
    assert fault.value.way_out


@given(st.lists(st.binary(min_size=2, max_size=2), max_size=2500))
def test_chunks_hold_all_values_in_few_sizes(values: list[bytes]) -> None:
    cut = list(sqlite.chunks(values))
    assert list(dict.fromkeys(chain(*cut))) == list(dict.fromkeys(values))
    assert all(len(one) <= sqlite.CHUNK for one in cut)
    assert {len(one) for one in cut} <= {1 << n for n in range(10)} | {sqlite.CHUNK}


async def test_a_connection_that_is_released_forgets_its_pages(
    db: aiosqlite.Connection,
) -> None:
    rows = [("x" * 1000,)] * 10_000
    await db.executemany("INSERT INTO words VALUES (?)", rows)
    # The very library that Python has loaded, wherever that comes from.
    library = ctypes.CDLL(_sqlite3.__file__)
    library.sqlite3_memory_used.restype = ctypes.c_int64
    before = library.sqlite3_memory_used()
    await sqlite.release(db)
    assert library.sqlite3_memory_used() < before - 8_000_000
    assert len(await words(db)) == len(rows)
