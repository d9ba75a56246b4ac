"""What is read of log.db, beside its one writer: runs, ids, and the relay's order.

Chains are in memory by (co-op, incarnation), the rest on disk.
"""

import hashlib
from typing import Final, cast

import aiosqlite
import msgspec

from node.store import log_rows
from node.store.batch import Held, SegmentRow
from node.store.text_tables import TextTables
from protocol import limits, wire
from protocol.ids import EventId, tag
from protocol.log import Place, Run, ids_after
from protocol.walks import Adoption

NOTHING_RELAYED: Final = hashlib.sha256(tag("relay")).digest()
PLACE: Final = msgspec.msgpack.Decoder(Place)
#: The events of a run, encoded and compressed.
Block = tuple[wire.Packing, bytes]


def roll(rolling: bytes, last_id: bytes) -> bytes:
    """Extend the rolling hash of the relay by one run (SPEC 12.2)."""
    return hashlib.sha256(tag("relay") + rolling + last_id).digest()


class LogReader:
    """The reading half of the open log.db."""

    def __init__(self, reader: aiosqlite.Connection) -> None:
        """Read through a connection that can only look."""
        self._reader = reader
        self.texts = TextTables(reader)
        self.chains: dict[tuple[bytes, bytes], Held] = {}
        self.by_no: dict[int, Held] = {}
        self._of: dict[bytes, dict[bytes, Held]] = {}
        #: Co-ops of whose logs more incarnations are here than a log may have.
        self.overfull: set[bytes] = set()
        self.relayed = 0
        self.rolling = NOTHING_RELAYED
        self.meta: dict[str, bytes] = {}

    def _hold(self, held: Held) -> None:
        coop = held.chain.coop
        self.chains[coop, held.chain.incarnation] = held
        self.by_no[held.no] = held
        of_coop = self._of.setdefault(coop, {})
        of_coop[held.chain.incarnation] = held
        if len(of_coop) > limits.INCARNATIONS:
            self.overfull.add(coop)

    def of_coop(self, coop: bytes) -> list[Held]:
        """Give the chains of one co-op, sorted by incarnation."""
        of_coop = self._of.get(coop, {})
        return [of_coop[name] for name in sorted(of_coop)]

    def count_of(self, coop: bytes) -> int:
        """Count the incarnations of one log."""
        return len(self._of.get(coop, ()))

    async def read_run(
        self, held: Held, first: int, *, events: int = limits.RUN_EVENTS
    ) -> tuple[Run, EventId] | None:
        """Give the run that starts at `first`, and the id before it; None at the end.

        At most `events` long, rounded up to the next signature; never past a segment.
        """
        if first > held.last:
            return None
        if first > held.sealed:
            found = await self._run_of_tail(held, first, events)
            if found is not None:
                return found
            # Sealed just now, perhaps: the rows have moved, and `held` says so later.
            moved = await self._segment_from(held, first)
            if moved is None or moved.last < first:
                return None
        row = await self.segment_at(held, first)
        return log_rows.run_of_segment(row, held, first)

    async def read_packed(
        self, held: Held, first: int
    ) -> tuple[Run, EventId, Block | None] | None:
        """Give what `read_run` gives, and its block where it is stored as one."""
        if first > held.sealed:
            found = await self.read_run(held, first)
            return None if found is None else (*found, None)
        row = await self.segment_at(held, first)
        whole = (cast("wire.Packing", row.packing), row.block)
        packed = whole if row.first == first else None
        return (*log_rows.run_of_segment(row, held, first), packed)

    async def segment_at(self, held: Held, seq: int) -> SegmentRow:
        """Give the segment that holds `seq`; raises ValueError where it is missing."""
        row = await self._segment_from(held, seq)
        if row is None:
            raise ValueError(f"place {seq} of a chain is in no segment")
        return row

    async def _segment_from(self, held: Held, seq: int) -> SegmentRow | None:
        """Give the last segment that starts at `seq` or before."""
        rows = await self._reader.execute_fetchall(
            "SELECT chain, first, last, before, signature, packing, block FROM segments"
            " WHERE chain = ? AND first <= ? ORDER BY first DESC LIMIT 1",
            (held.no, seq),
        )
        return next((SegmentRow(*row) for row in rows), None)

    async def _run_of_tail(
        self, held: Held, first: int, events: int
    ) -> tuple[Run, EventId] | None:
        rows = list(
            await self._reader.execute_fetchall(
                "SELECT data, signature, seq FROM tail WHERE chain = ? AND seq >= ?"
                " AND seq <= ? ORDER BY seq LIMIT ?",
                (held.no, first, held.last, limits.RUN_EVENTS),
            )
        )
        end, size = 0, 0
        if not rows or rows[0][2] != first:
            return None
        for index, (data, signature, _) in enumerate(rows, start=1):
            size += len(data)
            if size > limits.RUN_BYTES:
                break
            if signature is not None:
                end = index
                if index >= events:
                    break
        if end == 0:
            return None
        run = Run(
            chain=held.chain,
            first=first,
            events=tuple(row[0] for row in rows[:end]),
            signature=rows[end - 1][1],
        )
        return run, EventId(await self.id_at(held, first - 1))

    async def id_at(self, held: Held, seq: int) -> bytes:
        """Give the id at a place that is held (the opening at 0), recomputed if old."""
        if seq == 0:
            return held.chain.opening()
        if seq == held.last:
            return held.last_id
        if seq > held.sealed:
            rows = await self._reader.execute_fetchall(
                "SELECT id FROM tail WHERE chain = ? AND seq = ?", (held.no, seq)
            )
            for (event_id,) in rows:
                return bytes(event_id)
        row = await self.segment_at(held, seq)
        events = wire.decode_events(cast("wire.Packing", row.packing), row.block)
        return ids_after(EventId(row.before), events[: seq - row.first + 1])[-1]

    async def adoptions_of(self, held: Held) -> tuple[Adoption, ...]:
        """Give all adoptions of a chain, those as well that `held` has dropped."""
        rows = await self._reader.execute_fetchall(
            "SELECT at, place FROM adoptions WHERE chain = ? AND at <= ? ORDER BY at",
            (held.no, held.last),
        )
        return tuple(Adoption(row[0], PLACE.decode(row[1])) for row in rows)

    async def arrivals_after(
        self, relayed: int, rolling: bytes
    ) -> list[tuple[int, int, int]] | None:
        """Give (chain, first, last) relayed after a cursor; None if it is unknown."""
        if relayed > self.relayed:
            return None
        if relayed == self.relayed:
            return [] if rolling == self.rolling else None
        rows = list(
            await self._reader.execute_fetchall(
                # What is committed and not revealed yet stands beyond.
                "SELECT n, chain, first, last, rolling FROM arrivals"
                " WHERE n >= ? AND n <= ? ORDER BY n",
                (relayed, self.relayed),
            )
        )
        known = NOTHING_RELAYED if relayed == 0 else (rows[0][4] if rows else b"")
        start = rows[0][0] if rows else 0
        if known != rolling or start != max(relayed, 1):
            return None
        fresh = rows if relayed == 0 else rows[1:]
        return [(row[1], row[2], row[3]) for row in fresh]

    async def arrivals_from(
        self, number: int, most: int
    ) -> list[tuple[int, int, int, int, bytes]]:
        """Give (number, chain, first, last, rolling) of runs in the relay's order.

        From a number on, or from the oldest that is kept; what may not be seen yet is
        not among them.
        """
        rows = await self._reader.execute_fetchall(
            "SELECT n, chain, first, last, rolling FROM arrivals"
            " WHERE n >= ? AND n <= ? ORDER BY n LIMIT ?",
            (number, self.relayed, most),
        )
        return [(row[0], row[1], row[2], row[3], bytes(row[4])) for row in rows]

    async def idempotent(self, key: str) -> bytes | None:
        """Give the result of a request that was carried out before."""
        rows = await self._reader.execute_fetchall(
            "SELECT result FROM idempotency WHERE key = ?", (key,)
        )
        return next((bytes(row[0]) for row in rows), None)
