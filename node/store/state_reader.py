"""What pages, commands and peers may ask of state.db, beside its one writer."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Final, NamedTuple, cast

import aiosqlite
import msgspec

from node.store.entity_rows import READ, SEALED, Kind, Numbers
from node.store.figure_reader import FigureReader
from node.store.sqlite import chunks, marks
from protocol.state import Entity
from protocol.verdicts import Argument, Void

_ARGS: Final = msgspec.msgpack.Decoder(dict[str, Argument])
#: In place of an id: before everything that there is.
OLDEST: Final = b""
#: In place of a number of rows: more than there are.
ALL: Final = 10**9
#: The rows after one, as they were added; SQLite would rather pass over an index.
_FRESH: Final = "NOT INDEXED WHERE no > ?"


class Lived(NamedTuple):
    """When an entity's first and last event claim to be written, in ms since 1970."""

    first: int
    last: int


def _age(row: Sequence[object]) -> tuple[int, bytes]:
    return cast("int", row[-1]), cast("bytes", row[0])


class StateReader(FigureReader):
    """The reading half of the open state.db."""

    def __init__(self, reader: aiosqlite.Connection) -> None:
        """Read through a connection that can only look."""
        self._reader = reader
        self._numbers = Numbers()
        #: The number of the last row that is counted, and how many there are so far.
        self._counted: tuple[int, Counter[str]] = (0, Counter())

    async def get(self, entity_id: bytes) -> Entity | None:
        """Look one entity up."""
        rows = await self._reader.execute_fetchall(
            f"SELECT {READ} FROM entities WHERE id = ?", (entity_id,)
        )
        return next((self._numbers.entity(row) for row in rows), None)

    async def entities(
        self,
        family: str,
        *,
        states: Sequence[str] = (),
        coop: bytes | None = None,
        naming: bytes | None = None,
        party: bytes | None = None,
        having: Sequence[Kind] = (),
        most: int = ALL,
        before: bytes | None = None,
        after: bytes | None = None,
    ) -> list[Entity]:
        """Give entities of a family, newest last, of these states or of all.

        All of them or the newest `most`, by when they claim to be made and by id, so
        that all nodes list them alike; with `before`, the newest that are older than
        that entity; with `after`, the oldest that are newer than it, or `OLDEST` of
        all.

        naming: bytes that stand in the body, an id or a word; party: whose it is, or
        who is named in it; having: kinds of which something refers to it. These narrow
        down and no more: what they mean, whoever asks reads from the entity.
        """
        where, args = self._narrowed(coop, naming, party, having)
        for edge, sign in ((before, "<"), (after, ">")):
            if edge is not None and edge != OLDEST:
                lived = (await self.times([edge])).get(edge)
                if lived is None:
                    return []
                where += f" AND (made, id) {sign} (?, ?)"
                args += [lived.first, edge]
        way = "DESC" if after is None else "ASC"
        kinds = self._numbers.of_family(family, states)
        if not kinds:
            return []
        # One state beside the other: only within one are they in order in the index.
        # One statement: what moves from one to another meanwhile is in one of them.
        one = (
            f"SELECT * FROM (SELECT {READ}, made FROM entities AS e"
            f" WHERE kind = ?{where} ORDER BY made {way}, id {way} LIMIT ?)"
        )
        found = list(
            await self._reader.execute_fetchall(
                " UNION ALL ".join([one] * len(kinds)),
                [value for kind in kinds for value in (kind, *args, most)],
            )
        )
        found.sort(key=_age)
        part = found[:most] if after is not None else found[max(0, len(found) - most) :]
        return [self._numbers.entity(row[:-1]) for row in part]

    def _narrowed(
        self,
        coop: bytes | None,
        naming: bytes | None,
        party: bytes | None,
        having: Sequence[Kind],
    ) -> tuple[str, list[object]]:
        """Write the conditions of `entities`, and what stands for their marks."""
        numbers, args = self._numbers.coops, list[object]()
        where = ""
        if coop is not None:
            where += " AND coop = ?"
            args.append(numbers.get(coop, 0))
        if party is not None:
            where += " AND (coop = ? OR instr(body, ?))"
            args += [numbers.get(party, 0), party]
        if naming is not None:
            where += " AND instr(body, ?)"
            args.append(naming)
        if having:
            kinds = self._all_of(having)
            # The plus: by their kind, all of them would be passed over for each row.
            where += (
                " AND EXISTS (SELECT 1 FROM entities AS other"
                f" WHERE other.ref = e.id AND +other.kind IN ({marks(len(kinds))}))"
            )
            args += kinds
        return where, args

    def _all_of(self, kinds: Iterable[Kind]) -> list[int]:
        numbers = self._numbers.kinds
        return [numbers[one] for one in kinds if one in numbers]

    async def times(self, ids: Iterable[bytes]) -> dict[bytes, Lived]:
        """Say when entities were made and moved last, as far as they are here.

        As their events claim, but for times that were far ahead of this node's clock.
        """
        found: dict[bytes, Lived] = {}
        for chunk in chunks(ids):
            rows = await self._reader.execute_fetchall(
                f"SELECT id, made, moved FROM entities WHERE id IN"
                f" ({marks(len(chunk))})",
                chunk,
            )
            found.update((row[0], Lived(row[1], row[2])) for row in rows)
        return found

    async def walk(
        self, family: str, *, coop: bytes | None = None, at_once: int = 500
    ) -> AsyncIterator[list[Entity]]:
        """Give all entities of a family, `at_once` together, in a lasting order.

        However many there are, few are in memory. What comes in meanwhile comes last.
        """
        after = 0
        while True:
            kinds = self._numbers.of_family(family)
            # The plus keeps the index of kinds away: each page would sort all that is
            # left, where a scan in the order of numbers goes on where it stopped.
            where, args = f"+kind IN ({marks(len(kinds))}) AND no > ?", [*kinds, after]
            if coop is not None:
                where += " AND coop = ?"
                args.append(self._numbers.coops.get(coop, 0))
            rows = list(
                await self._reader.execute_fetchall(
                    f"SELECT no, {READ} FROM entities WHERE {where}"
                    " ORDER BY no LIMIT ?",
                    (*args, at_once),
                )
            )
            if not rows:
                return
            yield [self._numbers.entity(row[1:]) for row in rows]
            after = rows[-1][0]

    async def referring(self, targets: Iterable[bytes]) -> list[Entity]:
        """Give the entities of any log that point to any of these, oldest first."""
        found: list[Entity] = []
        for chunk in chunks(targets):
            rows = await self._reader.execute_fetchall(
                f"SELECT {READ} FROM entities WHERE ref IN ({marks(len(chunk))})"
                " ORDER BY made, id",
                chunk,
            )
            found.extend(self._numbers.entity(row) for row in rows)
        return found

    async def unanswered(
        self, coop: bytes, asked: Kind, to: Iterable[Kind], answers: Iterable[Kind]
    ) -> list[Entity]:
        """Give what is `asked` of a co-op and has no answer of it, oldest first.

        asked: of a kind, and refers to something of the co-op's of the kinds `to`;
        answers: the kinds of its own that would refer to what it has answered.
        """
        targets, halves = self._all_of(to), self._all_of(answers)
        # The pluses: what refers to an entity is few, what is of a kind many.
        columns = ", ".join(f"a.{one}" for one in READ.split(", "))
        rows = await self._reader.execute_fetchall(
            f"SELECT {columns} FROM entities AS t CROSS JOIN entities AS a"
            f" ON a.ref = t.id WHERE t.kind IN ({marks(len(targets))}) AND t.coop = ?"
            " AND +a.kind = ? AND NOT EXISTS (SELECT 1 FROM entities AS h"
            f" WHERE h.ref = a.id AND h.coop = ? AND +h.kind IN ({marks(len(halves))}))"
            " ORDER BY a.made, a.id",
            (
                *targets,
                self._numbers.coops.get(coop, 0),
                self._numbers.kinds.get(asked, 0),
                self._numbers.coops.get(coop, 0),
                *halves,
            ),
        )
        return [self._numbers.entity(row) for row in rows]

    async def many(self, ids: Iterable[bytes]) -> dict[bytes, Entity]:
        """Look entities up by id."""
        found: dict[bytes, Entity] = {}
        for chunk in chunks(ids):
            rows = await self._reader.execute_fetchall(
                f"SELECT {READ} FROM entities WHERE id IN ({marks(len(chunk))})",
                chunk,
            )
            found.update((row[0], self._numbers.entity(row)) for row in rows)
        return found

    async def prefixed(
        self, low: bytes, high: bytes, families: Sequence[str], most: int
    ) -> list[Entity]:
        """Give entities of some families whose id lies between two bounds, sorted."""
        kinds = [no for one in families for no in self._numbers.of_family(one)]
        # The plus keeps the index of kinds away: few ids lie between the bounds, where
        # whole families would be looked through.
        rows = await self._reader.execute_fetchall(
            # The plus keeps the index of kinds away, in which all of a family lies
            # between the bounds.
            f"SELECT {READ} FROM entities WHERE id >= ? AND id <= ?"
            f" AND +kind IN ({marks(len(kinds))}) ORDER BY id LIMIT ?",
            (low, high, *kinds, most),
        )
        return [self._numbers.entity(row) for row in rows]

    async def crowded(self, ranges: Mapping[bytes, tuple[bytes, bytes]]) -> set[bytes]:
        """Tell which ids share their range (its bounds included) with another one."""
        found: set[bytes] = set()
        for chunk in chunks(ranges):
            values = ",".join(["(?, ?, ?)"] * len(chunk))
            rows = await self._reader.execute_fetchall(
                f"WITH asked (id, low, high) AS (VALUES {values})"
                " SELECT id FROM asked WHERE EXISTS (SELECT 1 FROM entities AS e"
                " WHERE e.id >= asked.low AND e.id <= asked.high AND e.id <> asked.id)",
                [value for one in chunk for value in (one, *ranges[one])],
            )
            found.update(row[0] for row in rows)
        return found

    async def beside(self, entity_id: bytes) -> list[bytes]:
        """Give the next smaller and the next greater id, as far as there are any."""
        rows = await self._reader.execute_fetchall(
            "SELECT max(id) FROM entities WHERE id < ? UNION ALL"
            " SELECT min(id) FROM entities WHERE id > ?",
            (entity_id, entity_id),
        )
        return [row[0] for row in rows if row[0] is not None]

    async def differing(
        self, coop: bytes, entities: Mapping[bytes, Entity]
    ) -> list[bytes]:
        """Name the entities of one log that are not stored exactly like these."""
        numbers = self._numbers
        rows = await self._reader.execute_fetchall(
            f"SELECT {SEALED} FROM entities WHERE coop = ?",
            (numbers.coops.get(coop),),
        )
        stored = {row[0]: tuple(row) for row in rows}
        return sorted(
            entity_id
            for entity_id in stored.keys() | entities.keys()
            if entity_id not in entities
            or (entities[entity_id].family, entities[entity_id].state)
            not in numbers.kinds
            or stored.get(entity_id) != numbers.row(entities[entity_id])
        )

    async def hashes(self, after: bytes, most: int) -> list[tuple[bytes, bytes]]:
        """Give (id, state hash) beyond an id, sorted by id."""
        rows = await self._reader.execute_fetchall(
            "SELECT id, hash FROM entities WHERE id > ? ORDER BY id LIMIT ?",
            (after, most),
        )
        return [(row[0], row[1]) for row in rows]

    async def voids_of(self, coop: bytes) -> dict[bytes, Void]:
        """Give the void events of one log, and why."""
        rows = await self._reader.execute_fetchall(
            "SELECT event, code, args FROM voids WHERE coop = ?", (coop,)
        )
        return {row[0]: Void(row[1], _ARGS.decode(row[2])) for row in rows}

    async def voids(self, events: Iterable[bytes]) -> dict[bytes, Void]:
        """Say of some events why they are void, as far as they are known to be."""
        found: dict[bytes, Void] = {}
        for chunk in chunks(events):
            rows = await self._reader.execute_fetchall(
                f"SELECT event, code, args FROM voids WHERE event IN"
                f" ({marks(len(chunk))})",
                chunk,
            )
            found.update((row[0], Void(row[1], _ARGS.decode(row[2]))) for row in rows)
        return found

    async def totals(self) -> Counter[str]:
        """Count entities by family; only what was added since the last time is read.

        A row never changes its family and never goes away, unless `_recount` says so.
        """
        counted, numbers = self._counted, self._numbers
        no, before = counted
        rows = await self._reader.execute_fetchall(
            # All of them lie closest together in the index, new ones at the end.
            f"SELECT kind, count(*), max(no) FROM entities {_FRESH if no else ''}"
            " GROUP BY kind",
            (no,) if no else (),
        )
        now = Counter(before)
        for kind, count, last in rows:
            now[numbers.kind_of[kind][0]] += count
            no = max(no, last)
        if self._counted is counted:
            self._counted = no, now
        return now

    def _recount(self) -> None:
        """Count from the beginning next time: rows have gone."""
        self._counted = 0, Counter()
