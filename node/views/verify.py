"""Verify what is held: roster, logs, texts, and the state against the logs.

Everything is computed again from bytes: each block with its certificate, each run from
its opening with the signature on its last event, each text from its commitment, each
entity by folding its log anew in memory. What differs is named, nothing is mended.

Logs only grow, so they are read without holding the writer up; only while one log's
state is compared nothing may be written, which is as long as folding it takes.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from node.store.batch import Held
from node.store.state_db import Fold
from node.views import logs, texts
from node.views.books import Books
from node.views.names import Names
from node.views.short import brief
from protocol import event, fold, keys, state
from protocol.errors import ProtocolError
from protocol.event import commit_text
from protocol.fold import Folded
from protocol.ids import EventId
from protocol.kinds.sealed import SEALED, holders
from protocol.log import Run, ids_after
from protocol.roster import chain
from protocol.roster.chain import Roster

#: Faults named; a broken disk has more of them than anybody reads.
NAMED: Final = 100
_BLOCKS: Final = 500
_HASHES: Final = 20_000
#: What reading damaged rows and blocks may raise.
_BROKEN: Final = (
    ProtocolError,
    sqlite3.DatabaseError,
    msgspec.MsgspecError,
    LookupError,
    ValueError,
)
REBUILD: Final = "`wortley rebuild` makes the state anew from the logs."
RESTORE: Final = (
    "Stop the node and restore log.db from a backup; what is missing then comes back"
    " from peers."
)

Tell = Callable[[int, int | None, str], None]


class Damage(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is not as it must be: where, what, and what helps."""

    where: str
    what: str
    way_out: str


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, and what is wrong with it; `root` is the state's."""

    ok: bool
    blocks: int
    logs: int
    runs: int
    events: int
    texts: int
    missing_texts: int
    #: Texts sealed for other co-ops: not here, and not to be.
    sealed_for_others: int
    root: str
    damaged: list[Damage]


class Verifier:
    """One pass over the books. `lock` is the writer's."""

    def __init__(self, books: Books, names: Names, lock: asyncio.Lock, tell: Tell):
        """Look at `books`; report progress to `tell`."""
        self._books = books
        self._names = names
        self._lock = lock
        self._tell = tell
        self._total = sum(held.last for held in books.log.chains.values())
        self._damaged: list[Damage] = []
        self._broken: set[bytes] = set()
        self._blocks = self._runs = self._events = self._folded = 0
        self._texts = self._missing = self._others = 0

    async def verify(self) -> Verified:
        """Verify all of it."""
        await self._verify_roster()
        for held in list(self._books.log.chains.values()):
            await self._verify_chain(held)
        coops = sorted({coop for coop, _ in self._books.log.chains})
        # A state cannot be better than the log that it is folded from.
        for coop in coops:
            if coop not in self._broken:
                await self._verify_state(coop)
        root = await self._verify_root()
        return Verified(
            ok=not self._damaged,
            blocks=self._blocks,
            logs=len(coops),
            runs=self._runs,
            events=self._events,
            texts=self._texts,
            missing_texts=self._missing,
            sealed_for_others=self._others,
            root=root.hex(),
            damaged=self._damaged,
        )

    def _note(self, where: str, what: str, way_out: str) -> None:
        if len(self._damaged) < NAMED:
            self._damaged.append(Damage(where=where, what=what, way_out=way_out))

    # --- the roster -----------------------------------------------------------------

    async def _verify_roster(self) -> None:
        roster: Roster | None = None
        try:
            while rows := await self._books.log.roster.blocks(self._blocks, _BLOCKS):
                for block, certificate in rows:
                    roster = (
                        chain.found(block)
                        if roster is None
                        else chain.extend(roster, block, certificate)
                    )
                    self._blocks += 1
        except _BROKEN as error:
            self._note(f"roster, block {self._blocks}", _said(error), RESTORE)
            return
        held = self._books.roster.blocks[: self._blocks]
        if roster is None or roster.blocks[: len(held)] != held:
            self._note("roster", "The stored blocks are not those in use.", RESTORE)

    # --- the logs -------------------------------------------------------------------

    async def _verify_chain(self, held: Held) -> None:
        """Re-hash a chain from its opening; stops at the first break in it."""
        last, last_id = held.last, held.last_id
        previous: bytes = held.chain.opening()
        seq = 1
        while seq <= last:
            try:
                found = await self._books.log.read_run(held, seq)
                problem = _missing(held, seq, last) if found is None else None
                if found is not None:
                    problem = await self._verify_run(held, *found, previous)
            except _BROKEN as error:
                found, problem = None, _said(error)
            if found is None or problem:
                where = f"{self._log(held.chain.coop)}, place {seq}"
                self._note(where, problem or "", RESTORE)
                self._broken.add(held.chain.coop)
                return
            run, _ = found
            previous = ids_after(EventId(previous), run.events)[-1]
            await self._verify_texts(run)
            seq = run.last + 1
            self._runs += 1
            self._events += len(run.events)
            self._tell(self._events, self._total, "events read again")
        if held.last == last and previous != last_id:
            where = self._log(held.chain.coop)
            self._note(
                where, "Its last event is not the one noted as its head.", RESTORE
            )

    async def _verify_run(
        self, held: Held, run: Run, before: bytes, previous: bytes
    ) -> str | None:
        if before != previous:
            return "It does not follow what stands before it."
        member = self._books.roster.members.get(held.chain.coop)
        if member is None:
            return "It is the log of no member."
        ids = ids_after(EventId(previous), run.events)
        message = run.chain.head_message(run.last, ids[-1])
        if not keys.verify(member.log_key, "head", message, run.signature):
            return f"No signature stands on its events up to place {run.last}."
        for seq, event_id in enumerate(ids, start=run.first):
            # In a segment nothing is noted event by event.
            if seq > held.sealed and await self._books.log.id_at(held, seq) != event_id:
                return f"The event at place {seq} is noted under another id."
        return None

    async def _verify_texts(self, run: Run) -> None:
        commitments = [ref.commitment for data in run.events for ref in _texts_of(data)]
        found = await self._books.log.texts.of(commitments)
        self._texts += len(found)
        lacking = set(commitments) - found.keys()
        others = {one for data in run.events for one in self._not_ours(run, data)}
        self._others += len(lacking & others)
        self._missing += len(lacking - others)
        for commitment, text in found.items():
            if commit_text(text.coop, text.salt, text.words) != commitment:
                where = f"text {commitment.hex()[:16]} of {self._log(run.chain.coop)}"
                self._note(where, "It is not the text that was committed to.", RESTORE)

    def _not_ours(self, run: Run, data: bytes) -> list[bytes]:
        """Name the sealed texts of an event that this node may not hold."""
        sealed = [ref.commitment for ref in _texts_of(data) if ref.role == SEALED]
        if not sealed:
            return []
        coop = run.chain.coop
        body = fold.read(coop, 0, b"", data).body
        return [] if self._books.coop in holders(coop, body) else sealed

    def _log(self, coop: bytes) -> str:
        return f"log of {self._names.of(coop)}"

    # --- the state ------------------------------------------------------------------

    async def _verify_state(self, coop: bytes) -> None:
        """Fold one log anew and compare entity by entity, void by void."""
        async with self._lock:
            done = self._books.state.folds.get(coop, Fold())
            try:
                folded = await self._fold(coop, done)
                await self._compare(coop, folded)
            except _BROKEN as error:
                self._note(f"state of {self._log(coop)}", _said(error), REBUILD)

    async def _fold(self, coop: bytes, done: Fold) -> Folded:
        placed: list[tuple[bytes, int, bytes, bytes]] = []
        chains = self._books.log.chains
        for span in done.spans:
            held = chains[coop, span.incarnation]
            async for batch in logs.forward(self._books, held, span.first, span.last):
                placed.extend(
                    (span.incarnation, one.seq, one.id, one.data) for one in batch
                )
        epochs = self._books.roster.epochs()
        folded = await asyncio.to_thread(fold.fold_all, coop, placed, epochs)
        self._folded += len(placed)
        self._tell(self._folded, self._total, "events folded again")
        return folded

    async def _compare(self, coop: bytes, folded: Folded) -> None:
        where = f"state of {self._log(coop)}"
        differing = await self._books.state.differing(coop, folded.changed)
        for entity_id in differing:
            family = (
                folded.changed[entity_id].family if entity_id in folded.changed else ""
            )
            what = f"{family or 'An entity of no event'} {brief('evt', entity_id)}"
            self._note(where, f"{what} is not what the log makes of it.", REBUILD)
        stored = await self._books.state.voids_of(coop)
        computed = dict(folded.voids)
        for event_id in sorted(stored.keys() ^ computed.keys()):
            what = f"The verdict on {brief('evt', event_id)} is not the rules'."
            self._note(where, what, REBUILD)

    async def _verify_root(self) -> bytes:
        """Hash all buckets again and compare with the root that is kept up to date."""
        async with self._lock:
            kept = await self._books.state.root()
            computed = await self._hash_all()
        if kept != computed:
            what = (
                f"The root kept is {kept.hex()[:16]}…, computed {computed.hex()[:16]}…"
            )
            self._note("state", f"{what}.", REBUILD)
        return computed

    async def _hash_all(self) -> bytes:
        buckets: dict[int, list[tuple[bytes, bytes]]] = {}
        after = b""
        while rows := await self._books.state.hashes(after, _HASHES):
            for entity_id, state_hash in rows:
                no = state.bucket_of(entity_id)
                buckets.setdefault(no, []).append((entity_id, state_hash))
            after = rows[-1][0]
        return state.root({no: state.hash_bucket(r) for no, r in buckets.items()})


def _missing(held: Held, seq: int, last: int) -> str:
    return (
        f"Places {seq} to {last} of {held.chain.incarnation.hex()[:8]} are not there."
    )


def _texts_of(data: bytes) -> Sequence[event.TextRef]:
    try:
        return event.parse(data).texts
    except ProtocolError:
        return ()


def _said(error: Exception) -> str:
    detail = error.detail if isinstance(error, ProtocolError) else str(error)
    # What SQLite could not decode it repeats, whatever it is.
    return f"It cannot be read: {texts.line(detail) or type(error).__name__}."
