"""Opening SQLite the one way we trust it (WAL; one writer, query-only readers).

SQLite 3.7.0 to 3.51.2 can corrupt a WAL database that two connections write or
checkpoint at once, so exactly one connection writes, and only it checkpoints.
"""

import asyncio
import errno
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final, Literal, cast

import aiosqlite

from node.errors import DiskFailed, WorldFault

Row = Sequence[object]
# The module asks every value for a way to adapt it, numbers and text apart; bytes that
# have one are spared two failing look-ups each, which cost more than storing them.
sqlite3.register_adapter(bytes, bytes)
#: A reader waits so long for a writer's checkpoint before it gives up, in ms.
_BUSY_MS: Final = 10_000
#: Page cache of a connection in KiB. A node has five connections, and sorting an index
#: takes as much once more; what falls out is still in the system's cache.
_CACHE_KIB: Final = 16 * 1024
#: Bytes of a page in a file that can be rebuilt: a rebuild writes every page twice, to
#: the WAL and from there, and larger ones took a fifth off that. Own events pay for the
#: size of a page, so the log keeps SQLite's own.
_REBUILT_PAGE: Final = 16 * 1024
#: The WAL goes into the file each time it has grown by so many bytes.
_CHECKPOINT_BYTES: Final = 64 * 1024 * 1024
#: Placeholders of one statement; SQLite allows 32,766, and chunks keep memory flat.
CHUNK: Final = 900


async def open_writer(
    path: Path, *, synchronous: Literal["FULL", "NORMAL"]
) -> aiosqlite.Connection:
    """Open the one connection that writes `path`; creates the file if need be.

    Raises `WorldFault("store-mode")` where the file system does not do WAL.
    """
    db = await aiosqlite.connect(path, isolation_level=None)
    if synchronous == "NORMAL":
        # Heeded by a file that is still empty, and by no other.
        await db.execute(f"PRAGMA page_size={_REBUILT_PAGE}")
    mode = await _pragma(db, "journal_mode=WAL")
    await db.execute(f"PRAGMA synchronous={synchronous}")
    # What is erased must be gone from the file; the state holds no words to erase.
    secure = "ON" if synchronous == "FULL" else "OFF"
    await db.execute(f"PRAGMA secure_delete={secure}")
    await _tune(db)
    page = cast("int", await _pragma(db, "page_size"))
    await db.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_BYTES // page}")
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


async def release(*connections: aiosqlite.Connection) -> None:
    """Let connections forget the pages that they keep in memory."""
    for db in connections:
        await db.execute("PRAGMA shrink_memory")


async def sort_on_disk(db: aiosqlite.Connection, path: Path) -> None:
    """Let what is sorted lie in files beside `path`, not in memory, from now on.

    The folder is known to be writable and to have room, as a system's own folder for
    such files, often in memory itself, is not.
    """
    folder = str(path.parent).replace("'", "''")
    await db.execute(f"PRAGMA temp_store_directory='{folder}'")
    await db.execute("PRAGMA temp_store=FILE")


async def _tune(db: aiosqlite.Connection) -> None:
    await db.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    await db.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    await db.execute("PRAGMA temp_store=MEMORY")


async def _pragma(db: aiosqlite.Connection, text: str) -> object:
    rows = list(await db.execute_fetchall(f"PRAGMA {text}"))
    return rows[0][0]


class Turn:
    """Whose turn it is to write through a connection, and whether anybody may.

    Who writes waits, or would find itself inside the transaction of somebody else.
    After a failed write or sync nobody writes any more: what is on the disk is known
    only to a process that starts anew and reads it (reliability: never retry an fsync).
    """

    def __init__(self, path: Path) -> None:
        """Guard the one writing connection of `path`."""
        self.path = path
        self.lock = asyncio.Lock()
        self.failed: DiskFailed | None = None

    def explain(self, error: sqlite3.Error) -> WorldFault | None:
        """Say what an error of SQLite means for the disk; None for any other error."""
        name = getattr(error, "sqlite_errorname", "")
        if name == "SQLITE_FULL":
            return disk_full(self.path)
        if name.startswith(("SQLITE_IOERR", "SQLITE_CORRUPT")):
            cause = OSError(errno.EIO, f"{name}: {error}")
            self.failed = DiskFailed(path=self.path, doing="a write", cause=cause)
        return self.failed


def disk_full(path: Path) -> WorldFault:
    """Say that there is no room; the node goes on as soon as there is."""
    return WorldFault(
        code="disk-full",
        detail=f"There is too little room left on the disk of {path.parent}.",
        way_out="Make room; reading goes on meanwhile, and writing by itself after it.",
        path=str(path),
    )


#: Below so many free bytes nothing is taken in: a checkpoint and the largest pack, its
#: texts and its state have to fit, or a page could not even say what is wrong.
MIN_FREE: Final = 64 * 1024 * 1024


def require_room(path: Path) -> None:
    """Refuse to write before the disk is full; raises `WorldFault("disk-full")`."""
    found = os.statvfs(path.parent)
    if found.f_bavail * found.f_frsize < MIN_FREE:
        raise disk_full(path)


@asynccontextmanager
async def transaction(db: aiosqlite.Connection, turn: Turn) -> AsyncIterator[None]:
    """Run a block as one transaction: all of it, or nothing.

    Raises `WorldFault("disk-full")`, after which it may be tried again, and
    `DiskFailed` (fatal), after which nothing is written any more.
    """
    async with turn.lock:
        if turn.failed is not None:
            raise turn.failed
        try:
            try:
                await _whole(db.execute("BEGIN IMMEDIATE"))
                yield
                await _whole(db.execute("COMMIT"))
            except BaseException:
                with suppress(sqlite3.Error):
                    if db.in_transaction:
                        await _whole(db.execute("ROLLBACK"))
                raise
        except sqlite3.Error as error:
            fault = turn.explain(error)
            if fault is None:
                raise
            raise fault from error


async def _whole(step: Awaitable[object]) -> None:
    """Await a step to its end though the task be cancelled; then pass that on.

    The connection's thread does the step anyway; who left before it ends would not
    know what it did, nor would the next in turn.
    """
    task = asyncio.ensure_future(step)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def chunks(values: Iterable[bytes]) -> Iterable[list[bytes]]:
    """Cut values into lists that fit one statement, for `IN` or the like.

    The last value is repeated up to the next power of two: a connection keeps each
    statement that it was ever given, with its values, and one for each number of them
    came to ten times what a node's caches hold.
    """
    chunk: list[bytes] = []
    for value in values:
        chunk.append(value)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        full = min(1 << (len(chunk) - 1).bit_length(), CHUNK)
        yield chunk + chunk[-1:] * (full - len(chunk))


def marks(count: int) -> str:
    """Give `count` placeholders."""
    return ",".join("?" * count)
