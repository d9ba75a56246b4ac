"""Entities by the number of their row, so that figures can be kept of very many.

A number takes four bytes where an id takes a hundred. Numbers are this store's own:
they stay as long as the row does, and no other node has the same.
"""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Final, NamedTuple

from node.store.entity_rows import READ
from node.store.sqlite import chunks, marks
from node.store.waiting_reader import Kinds, WaitingReader
from protocol.state import Entity

#: Rows that are looked at together: 5 to 10 ms, and then others have their turn.
AT_ONCE: Final = 500
#: Before the first place of a walk.
_START: Final = (-1, -1, -1)
#: Whether what is older is wanted -> how it compares with the edge, how it is sorted.
_WAYS: Final = {True: ("<", "DESC"), False: (">", "ASC")}


class Numbered(NamedTuple):
    """An entity and the number of its row."""

    no: int
    entity: Entity


class Row(NamedTuple):
    """A row without its body: whose entity it is, and of which family."""

    no: int
    coop: bytes
    family: str


class Placed(NamedTuple):
    """Where an entity is in a list: its row, its id, when it claims to be made (ms)."""

    no: int
    id: bytes
    made: int


class Edge(NamedTuple):
    """Where a page of a list begins, and whether it goes towards what is older."""

    made: int
    id: bytes
    older: bool


#: Beyond the newest of a list, and before the oldest.
NEWEST: Final = Edge(2**63 - 1, b"", older=True)
OLDEST: Final = Edge(-1, b"", older=False)


class FigureReader(WaitingReader):
    """The part of `StateReader` that figures ask."""

    async def rows_of(self, ids: Iterable[bytes]) -> dict[bytes, Row]:
        """Say what is here of some ids; reads no body."""
        found: dict[bytes, Row] = {}
        for chunk in chunks(ids):
            rows = await self._reader.execute_fetchall(
                f"SELECT id, no, coop, kind FROM entities WHERE id IN"
                f" ({marks(len(chunk))})",
                chunk,
            )
            numbers = self._numbers
            for entity_id, no, coop, kind in rows:
                family, _ = numbers.kind_of[kind]
                found[entity_id] = Row(no, numbers.coop_of[coop], family)
        return found

    async def numbered(self, ids: Iterable[bytes]) -> list[Numbered]:
        """Give entities with the numbers of their rows, as far as they are here."""
        found: list[Numbered] = []
        for chunk in chunks(ids):
            rows = await self._reader.execute_fetchall(
                f"SELECT no, {READ} FROM entities WHERE id IN ({marks(len(chunk))})",
                chunk,
            )
            found += [Numbered(row[0], self._numbers.entity(row[1:])) for row in rows]
        return found

    async def coops_of(self, kinds: Kinds) -> list[bytes]:
        """Say which co-ops have any entities of some kinds, sorted."""
        numbers = self._of_kinds(kinds)
        rows = await self._reader.execute_fetchall(
            f"SELECT DISTINCT coop FROM entities WHERE kind IN ({marks(len(numbers))})",
            numbers,
        )
        return sorted(self._numbers.coop_of[row[0]] for row in rows)

    async def walk_kinds(
        self, kinds: Kinds, *, coop: bytes | None = None
    ) -> AsyncIterator[list[Numbered]]:
        """Give the entities of some kinds, `AT_ONCE` together.

        What comes in or moves on meanwhile may be among them or not.
        """
        narrowed, args = "", list[object]()
        if coop is not None:
            narrowed, args = " AND coop = ?", [self._numbers.coops.get(coop, 0)]
        for kind in self._of_kinds(kinds):
            place: tuple[int, int, int] | None = _START
            while place is not None:
                # The index of kinds, in its own order: where it stopped, it goes on.
                rows = list(
                    await self._reader.execute_fetchall(
                        f"SELECT made, coop, no, {READ} FROM entities WHERE kind = ?"
                        f" AND (made, coop, no) > (?, ?, ?){narrowed}"
                        " ORDER BY made, coop, no LIMIT ?",
                        (kind, *place, *args, AT_ONCE),
                    )
                )
                if rows:
                    yield [
                        Numbered(row[2], self._numbers.entity(row[3:])) for row in rows
                    ]
                place = tuple(rows[-1][:3]) if len(rows) == AT_ONCE else None

    async def places_of(
        self,
        numbers: Sequence[int],
        most: int,
        edge: Edge,
        naming: bytes | None = None,
    ) -> list[Placed]:
        """Give the places of some rows, those next to an edge, in their order.

        naming: bytes that stand in the body.
        """
        sign, way = _WAYS[edge.older]
        rows = await self._reader.execute_fetchall(
            "SELECT no, id, made FROM entities WHERE no IN (SELECT value FROM"
            f" json_each(?)) AND (made, id) {sign} (?, ?)"
            f" AND (? IS NULL OR instr(body, ?)) ORDER BY made {way}, id {way} LIMIT ?",
            (json.dumps(list(numbers)), edge.made, edge.id, naming, naming, most),
        )
        return [Placed(*row) for row in rows]

    async def block(
        self, kinds: Kinds, least: int, made: int, *, older: bool
    ) -> tuple[list[int], int | None]:
        """Give the numbers of the next rows of some kinds by time: `least` or so.

        From those on that claim to be made at `made`; with when the next ones do, None
        where there are none. What claims the same time is in one block. Read from the
        index alone, and in no order.
        """
        sign, way = ("<=", "DESC") if older else (">=", "ASC")
        numbers = self._of_kinds(kinds)
        one = (
            f"SELECT * FROM (SELECT no, made FROM entities WHERE kind = ?"
            f" AND made {sign} ? ORDER BY made {way} LIMIT ?)"
        )
        while numbers:
            found = list(
                await self._reader.execute_fetchall(
                    " UNION ALL ".join([one] * len(numbers)),
                    [value for kind in numbers for value in (kind, made, least)],
                )
            )
            if len(found) < least:
                return [row[0] for row in found], None
            times = sorted((row[1] for row in found), reverse=older)
            last = times[least - 1]
            if last != times[0]:
                whole = [no for no, at in found if at != last and (at > last) == older]
                return whole, last
            # All at the same time: more than that are looked at together.
            least *= 2
        return [], None
