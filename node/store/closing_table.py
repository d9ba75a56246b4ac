"""Results of closings in state.db: computed once, and never changed."""

from typing import Final

import aiosqlite
import msgspec

from node.store.sqlite import Turn, transaction
from protocol.canonical import ENCODER
from protocol.joins.closing import Settled

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS closings (
  coop BLOB NOT NULL, event BLOB NOT NULL, result BLOB NOT NULL,
  PRIMARY KEY (coop, event)) WITHOUT ROWID;
"""
_SETTLED: Final = msgspec.msgpack.Decoder(Settled | None)
#: The steward, its closing event.
Key = tuple[bytes, bytes]


class ClosingTable:
    """Table `closings`, through the connections of state.db; all of it in memory.

    A result is as long as its votes and pledges, some kilobytes.
    """

    def __init__(self, writer: aiosqlite.Connection, turn: Turn) -> None:
        """Share the writing connection and the turn of state.db."""
        self._writer = writer
        self._turn = turn
        #: What is computed; None for a closing that is void and so changes nothing.
        self.settled: dict[Key, Settled | None] = {}

    async def load(self) -> None:
        """Read what is stored."""
        rows = await self._writer.execute_fetchall(
            "SELECT coop, event, result FROM closings"
        )
        self.settled = {(row[0], row[1]): _SETTLED.decode(row[2]) for row in rows}

    async def add(self, key: Key, settled: Settled | None) -> None:
        """Write a result, once."""
        async with transaction(self._writer, self._turn):
            await self._writer.execute(
                "INSERT INTO closings VALUES (?, ?, ?)", (*key, ENCODER.encode(settled))
            )
        self.settled[key] = settled
