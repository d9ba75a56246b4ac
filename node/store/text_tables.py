"""Texts in log.db: the words beside events, and which of them are still to come."""

from collections.abc import AsyncIterator, Iterable

import aiosqlite

from node.store.sqlite import chunks, marks
from protocol.wire import Text


class TextTables:
    """Tables `texts` and `missing_texts`, read only; a commit of log.db writes them."""

    def __init__(self, reader: aiosqlite.Connection) -> None:
        """Share the reading connection of log.db."""
        self._reader = reader

    async def of(self, commitments: Iterable[bytes]) -> dict[bytes, Text]:
        """Give the texts of these commitments, as far as they are held."""
        found: dict[bytes, Text] = {}
        for chunk in chunks(commitments):
            rows = await self._reader.execute_fetchall(
                "SELECT commitment, coop, salt, words FROM texts"
                f" WHERE commitment IN ({marks(len(chunk))})",
                chunk,
            )
            for commitment, coop, salt, words in rows:
                found[commitment] = Text(coop, salt, words)
        return found

    async def every(self) -> AsyncIterator[Text]:
        """Give every text that is held, in the order of commitments."""
        after = b""
        while True:
            rows = list(
                await self._reader.execute_fetchall(
                    "SELECT commitment, coop, salt, words FROM texts"
                    " WHERE commitment > ? ORDER BY commitment LIMIT 256",
                    (after,),
                )
            )
            for _, coop, salt, words in rows:
                yield Text(coop, salt, words)
            if not rows:
                return
            after = rows[-1][0]

    async def missing(self, after: bytes, most: int) -> list[bytes]:
        """Give commitments beyond `after` whose text is still to come, in order.

        Who asks goes round and round: commitments that nobody can ever fill must not
        stand in the way of those behind them.
        """
        rows = await self._reader.execute_fetchall(
            "SELECT DISTINCT commitment FROM missing_texts WHERE commitment > ?"
            " ORDER BY commitment LIMIT ?",
            (after, most),
        )
        return [row[0] for row in rows]

    async def wanted(self, commitments: Iterable[bytes]) -> dict[bytes, set[int]]:
        """Tell which of these an event that is held asks for, and of what sizes."""
        found: dict[bytes, set[int]] = {}
        for chunk in chunks(commitments):
            rows = await self._reader.execute_fetchall(
                "SELECT commitment, size FROM missing_texts"
                f" WHERE commitment IN ({marks(len(chunk))})",
                chunk,
            )
            for commitment, size in rows:
                found.setdefault(commitment, set()).add(size)
        return found
