"""The roster in log.db: certified blocks, and the objects that travel beside them."""

from collections.abc import Sequence

import aiosqlite

from node.store.sqlite import Turn, transaction


class RosterTables:
    """Tables `blocks` and `objects`, through the connections of log.db."""

    def __init__(
        self, writer: aiosqlite.Connection, reader: aiosqlite.Connection, turn: Turn
    ) -> None:
        """Share the connections and the turn of log.db."""
        self._writer = writer
        self._reader = reader
        self._turn = turn

    async def blocks(self, since: int, most: int) -> list[tuple[bytes, bytes]]:
        """Give (block, certificate) from a number on; number 0 is the genesis."""
        rows = await self._reader.execute_fetchall(
            "SELECT block, certificate FROM blocks WHERE number >= ?"
            " ORDER BY number LIMIT ?",
            (since, most),
        )
        return [(row[0], row[1]) for row in rows]

    async def add_block(self, number: int, block: bytes, certificate: bytes) -> None:
        """Write a certified block."""
        async with transaction(self._writer, self._turn):
            await self._writer.execute(
                "INSERT INTO blocks VALUES (?, ?, ?)", (number, block, certificate)
            )

    async def objects(self) -> list[tuple[bytes, str, bytes]]:
        """Give all gossip objects: (id, kind, bytes)."""
        rows = await self._reader.execute_fetchall("SELECT id, kind, data FROM objects")
        return [(row[0], row[1], row[2]) for row in rows]

    async def change_objects(
        self, add: Sequence[tuple[bytes, str, bytes]], drop: Sequence[bytes]
    ) -> None:
        """Add and drop gossip objects in one transaction."""
        async with transaction(self._writer, self._turn):
            await self._writer.executemany(
                "INSERT OR IGNORE INTO objects VALUES (?, ?, ?)", add
            )
            await self._writer.executemany(
                "DELETE FROM objects WHERE id = ?", [(one,) for one in drop]
            )
