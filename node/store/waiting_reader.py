"""What may wait for a co-op, found among all that is in state.db.

An id that something is put to stands in no index. So SQLite looks for it in the bodies
of few kinds, and what is read whole is what may really wait.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, cast

import aiosqlite

from node.store.entity_rows import READ, Numbers
from node.store.sqlite import chunks, marks
from protocol.state import Entity

#: Family -> states of it.
Kinds = Mapping[str, Sequence[str]]


class Dated(NamedTuple):
    """An entity, and when its last event claims to be written, in ms since 1970."""

    entity: Entity
    moved: int


class WaitingReader:
    """The part of `StateReader` that `today` asks."""

    _reader: aiosqlite.Connection
    _numbers: Numbers

    async def naming(self, kinds: Kinds, named: bytes) -> list[Dated]:
        """Give the entities of some families and states whose body has these bytes.

        Of any log, oldest first. SQLite looks for them, 1 µs an entity of these kinds,
        and nothing is decoded that does not have them: an id that something is put to
        stands in no index.
        """
        numbers = self._of_kinds(kinds)
        rows = await self._reader.execute_fetchall(
            f"SELECT {READ}, moved FROM entities WHERE kind IN ({marks(len(numbers))})"
            " AND instr(body, ?) ORDER BY made, id",
            (*numbers, named),
        )
        return self._dated(rows)

    async def put_to(
        self,
        kinds: Kinds,
        targets: Kinds,
        coop: bytes,
        words: Kinds,
    ) -> dict[bytes, int]:
        """Say what is put to a co-op and has no word of it.

        It points to one of the co-op's own `targets`, and names it; a word points to
        what it answers. All three go by family and states. Gives ids, and when each was
        moved last: of many that wait, few are looked at.
        """
        own = self._numbers.coops.get(coop, 0)
        to, of = self._of_kinds(targets), self._of_kinds(kinds)
        said = self._of_kinds(words)
        # CROSS JOIN keeps the order: from the own things to what points to them. A plus
        # keeps the index of kinds away where that of ids or references leads to a few.
        rows = await self._reader.execute_fetchall(
            f"SELECT e.id, e.moved FROM entities AS t CROSS JOIN entities AS e ON e.ref"
            f" = t.id WHERE t.kind IN ({marks(len(to))}) AND t.coop = ? AND +e.kind IN"
            f" ({marks(len(of))}) AND instr(e.body, ?) AND NOT EXISTS (SELECT 1 FROM"
            f" entities AS w WHERE w.ref = e.id AND w.coop = ? AND +w.kind IN"
            f" ({marks(len(said))}))",
            (*to, own, *of, coop, own, *said),
        )
        return {row[0]: row[1] for row in rows}

    async def answered(
        self,
        kinds: Kinds,
        coop: bytes,
        words: Kinds,
    ) -> list[Dated]:
        """Give a co-op's own entities that some word of any log points to.

        Both by family and states.
        """
        own, said = self._of_kinds(kinds), self._of_kinds(words)
        rows = await self._reader.execute_fetchall(
            f"SELECT {READ}, moved FROM entities AS e WHERE kind IN"
            f" ({marks(len(own))}) AND coop = ? AND EXISTS (SELECT 1 FROM entities AS w"
            f" WHERE w.ref = e.id AND +w.kind IN ({marks(len(said))}))",
            (*own, self._numbers.coops.get(coop, 0), *said),
        )
        return self._dated(rows)

    async def own(self, family: str, states: Sequence[str], coop: bytes) -> list[Dated]:
        """Give a co-op's own entities of a family in some states, oldest first."""
        kinds = self._of_kinds({family: states})
        rows = await self._reader.execute_fetchall(
            f"SELECT {READ}, moved FROM entities WHERE kind IN ({marks(len(kinds))})"
            " AND coop = ? ORDER BY made, id",
            (*kinds, self._numbers.coops.get(coop, 0)),
        )
        return self._dated(rows)

    async def standing_so(
        self, ids: Iterable[bytes], family: str, states: Sequence[str]
    ) -> set[bytes]:
        """Say which of these ids are of a family and in some states; reads no body."""
        kinds = self._of_kinds({family: states})
        found: set[bytes] = set()
        for chunk in chunks(ids):
            rows = await self._reader.execute_fetchall(
                f"SELECT id FROM entities WHERE id IN ({marks(len(chunk))})"
                f" AND +kind IN ({marks(len(kinds))})",
                (*chunk, *kinds),
            )
            found.update(row[0] for row in rows)
        return found

    async def has_more(self, kinds: Kinds, than: int) -> bool:
        """Tell whether there are more than so many of these, counting no further."""
        numbers = self._of_kinds(kinds)
        rows = await self._reader.execute_fetchall(
            "SELECT count(*) FROM (SELECT 1 FROM entities WHERE kind IN"
            f" ({marks(len(numbers))}) LIMIT ?)",
            (*numbers, than + 1),
        )
        return any(row[0] > than for row in rows)

    def _of_kinds(self, kinds: Kinds) -> list[int]:
        return [
            no
            for family, states in kinds.items()
            for no in self._numbers.of_family(family, states)
        ]

    def _dated(self, rows: Iterable[Sequence[object]]) -> list[Dated]:
        return [
            Dated(self._numbers.entity(row[:-1]), cast("int", row[-1])) for row in rows
        ]
