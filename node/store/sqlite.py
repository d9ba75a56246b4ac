"""Opening SQLite the one way we trust it (WAL; one writer, query-only readers).

SQLite 3.7.0 to 3.51.2 can corrupt a WAL database that two connections write or
checkpoint at once, so exactly one connection writes, and only it checkpoints.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Literal

import aiosqlite

from node.errors import WorldFault

Row = Sequence[object]
#: A reader waits so long for a writer's checkpoint before it gives up, in ms.
_BUSY_MS: Final = 10_000
#: Page cache of a connection in KiB; the state's hot pages at a million events.
_CACHE_KIB: Final = 32 * 1024
#: Placeholders of one statement; SQLite allows 32,766, and chunks keep memory flat.
CHUNK: Final = 900


async def open_writer(
    path: Path, *, synchronous: Literal["FULL", "NORMAL"]
) -> aiosqlite.Connection:
    """Open the one connection that writes `path`; creates the file if need be.

    Raises `WorldFault("store-mode")` where the file system does not do WAL.
    """
    db = await aiosqlite.connect(path, isolation_level=None)
    mode = await _pragma(db, "journal_mode=WAL")
    await db.execute(f"PRAGMA synchronous={synchronous}")
    # What is erased must be gone from the file; the state holds no words to erase.
    secure = "ON" if synchronous == "FULL" else "OFF"
    await db.execute(f"PRAGMA secure_delete={secure}")
    await _tune(db)
    await db.execute("PRAGMA wal_autocheckpoint=16000")
    level = await _pragma(db, "synchronous")
    if mode != "wal" or level != {"FULL": 2, "NORMAL": 1}[synchronous]:
        await db.close()
        raise WorldFault(
            code="store-mode",
            detail=f"{path.name} opened as {mode}/{level}, not as WAL/{synchronous}.",
            way_out="Move the data folder to a local disk (ext4, xfs, btrfs, zfs).",
        )
    return db


async def open_reader(path: Path) -> aiosqlite.Connection:
    """Open a connection that can only look."""
    db = await aiosqlite.connect(path, isolation_level=None)
    await _tune(db)
    await db.execute("PRAGMA query_only=ON")
    return db


async def _tune(db: aiosqlite.Connection) -> None:
    await db.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    await db.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    await db.execute("PRAGMA temp_store=MEMORY")


async def _pragma(db: aiosqlite.Connection, text: str) -> object:
    rows = list(await db.execute_fetchall(f"PRAGMA {text}"))
    return rows[0][0]


@asynccontextmanager
async def transaction(
    db: aiosqlite.Connection, turn: asyncio.Lock
) -> AsyncIterator[None]:
    """Run a block as one transaction: all of it, or nothing.

    `turn` is the connection's own: whoever writes through it waits for its turn, or
    would find itself inside the transaction of somebody else.
    """
    async with turn:
        await db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            await db.execute("ROLLBACK")
            raise
        await db.execute("COMMIT")


def chunks(values: Iterable[bytes]) -> Iterable[list[bytes]]:
    """Cut values into lists that fit one statement."""
    chunk: list[bytes] = []
    for value in values:
        chunk.append(value)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def marks(count: int) -> str:
    """Give `count` placeholders."""
    return ",".join("?" * count)
