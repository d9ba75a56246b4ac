"""Texts in log.db: the words beside events, and which of them are still to come.

Sealed ones are for few. Whom to give them to stands in `sealed_texts`, under the co-op
that the text names: what other logs say of its commitment is nothing here (SPEC 16.4).
"""

from collections.abc import AsyncIterator, Iterable
from typing import Final

import aiosqlite

from node.store.sqlite import chunks, marks
from protocol.wire import Text

_IS_SEALED: Final = (
    "EXISTS (SELECT 1 FROM sealed_texts AS one WHERE one.coop = texts.coop"
    " AND one.commitment = texts.commitment)"
)
_IS_HOLDER: Final = (
    "EXISTS (SELECT 1 FROM sealed_texts AS one WHERE one.coop = texts.coop"
    " AND one.commitment = texts.commitment AND one.holder = ?)"
)


class TextTables:
    """The tables of texts, read only; a commit of log.db writes them."""

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

    async def for_peer(
        self, commitments: Iterable[bytes], peer: bytes
    ) -> dict[bytes, Text]:
        """Give the texts of these commitments that a co-op may be given."""
        found: dict[bytes, Text] = {}
        for chunk in chunks(commitments):
            rows = await self._reader.execute_fetchall(
                "SELECT commitment, coop, salt, words FROM texts"
                f" WHERE commitment IN ({marks(len(chunk))})"
                f" AND (NOT {_IS_SEALED} OR {_IS_HOLDER})",
                (*chunk, peer),
            )
            for commitment, coop, salt, words in rows:
                found[commitment] = Text(coop, salt, words)
        return found

    async def wanted_of(self, coop: bytes, after: bytes, most: int) -> list[bytes]:
        """Give commitments beyond `after` to sealed texts of a co-op's log to come."""
        rows = await self._reader.execute_fetchall(
            "SELECT DISTINCT sealed.commitment FROM sealed_texts AS sealed"
            " WHERE sealed.coop = ? AND sealed.commitment > ? AND EXISTS (SELECT 1"
            " FROM missing_texts AS missing WHERE missing.coop = sealed.coop"
            " AND missing.commitment = sealed.commitment)"
            " ORDER BY sealed.commitment LIMIT ?",
            (coop, after, most),
        )
        return [row[0] for row in rows]

    async def every(self) -> AsyncIterator[Text]:
        """Give every text that is for everybody, in the order of commitments."""
        after = b""
        while True:
            rows = list(
                await self._reader.execute_fetchall(
                    "SELECT commitment, coop, salt, words FROM texts"
                    f" WHERE commitment > ? AND NOT {_IS_SEALED}"
                    " ORDER BY commitment LIMIT 256",
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

    async def wanted(
        self, commitments: Iterable[bytes]
    ) -> dict[bytes, set[tuple[bytes, int]]]:
        """Tell which of these events that are held ask for: of whom, of what size."""
        found: dict[bytes, set[tuple[bytes, int]]] = {}
        for chunk in chunks(commitments):
            rows = await self._reader.execute_fetchall(
                "SELECT commitment, coop, size FROM missing_texts"
                f" WHERE commitment IN ({marks(len(chunk))})",
                chunk,
            )
            for commitment, coop, size in rows:
                found.setdefault(commitment, set()).add((coop, size))
        return found
