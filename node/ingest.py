"""THE way in, for peers and for ourselves: authenticate, commit, fold.

    runs, texts ─▶ authenticate (pure) ─▶ log.db COMMIT ─▶ anchor (own) ─▶ fold ─▶ tell

A run is taken whole or not at all, and one bad run never stops the rest.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from node.clock import Clock
from node.errors import AnchorNotWritten
from node.folding import Folding, Progress, in_thread, rare_collections
from node.news import News
from node.proving import LOG_FULL, Authentic, Key, Read, authenticate, skim_run
from node.store.batch import TextRow
from node.store.log_db import LogDb
from node.store.state_db import StateDb
from node.suspension import Suspension
from protocol import fold, ids, sync, walks
from protocol.errors import ProtocolError
from protocol.event import commit_text
from protocol.log import Chain, Run
from protocol.roster.chain import Roster
from protocol.wire import Text

log_line = logging.getLogger("wortley.ingest")
#: Below so many events a sort of the indexes is not worth it.
_WORTH_SORTING: Final = 50_000
#: Characters of a co-op's id in the journal; the node takes any beginning of an id.
_SHORT: Final = len("coop_") + 12
#: How long to wait for a writer before the root is left unsaid, in seconds.
_MOMENT_S: Final = 0.5


@dataclass(slots=True)
class Taken:
    """What became of a pack: events and texts committed, runs refused and why."""

    events: int = 0
    texts: int = 0
    coops: set[bytes] = field(default_factory=set)
    refused: list[tuple[Key, ProtocolError]] = field(default_factory=list)

    @property
    def new(self) -> bool:
        """Tell whether anything came that was not held before."""
        return self.events > 0 or self.texts > 0


class Ingest:
    """One writer: whoever adds to the logs does it through here, one at a time."""

    def __init__(
        self,
        log_db: LogDb,
        state_db: StateDb,
        roster: Callable[[], Roster],
        suspension: Suspension,
        clock: Clock,
    ) -> None:
        """Take into `log_db`, fold into `state_db`, under the roster of the moment."""
        self._suspension, self._clock = suspension, clock
        self._log = log_db
        self._state = state_db
        self._roster = roster
        self.folding = Folding(log_db, state_db, suspension, clock)
        self.lock = asyncio.Lock()
        self.changed = asyncio.Event()
        self.news = News()
        self._root: tuple[bytes, bytes] | None = None
        #: What is committed and not to be seen yet, with what has to happen first.
        self._unseen: tuple[Authentic, Callable[[], Awaitable[None]] | None] | None
        self._unseen = None
        #: Co-ops whose logs have grown and wait to be folded.
        self._later: set[bytes] = set()
        #: This co-op, and whom to tell when a peer brings events of its own log.
        self.own: bytes = b""
        #: Told, without the lock, that logs have grown and no more is to come at once.
        self.grown: Callable[[], Awaitable[None]] | None = None
        self.own_returned: Callable[[Chain, int], Awaitable[None]] | None = None

    async def take(
        self, runs: Sequence[Run], texts: Sequence[Text] = (), *, more: bool = False
    ) -> Taken:
        """Take runs and texts from a peer.

        While `more` is to come at once, folding waits: a log that is folded from its
        first event in one go costs half. Whoever asked may leave: what was begun is
        finished, for half of it is a store that says one thing and a state another.
        """
        taken = await asyncio.shield(self._take(runs, texts, more=more))
        if taken.events and self.grown is not None and not more:
            await self.grown()
        return taken

    async def _take(
        self, runs: Sequence[Run], texts: Sequence[Text], *, more: bool
    ) -> Taken:
        async with self.lock:
            return await self.take_locked(runs, texts, later=more)

    async def take_locked(
        self,
        runs: Sequence[Run],
        texts: Sequence[Text] = (),
        *,
        idempotency: tuple[str, bytes] | None = None,
        committed: Callable[[], Awaitable[None]] | None = None,
        later: bool = False,
    ) -> Taken:
        """Take runs and texts under the lock that the caller holds.

        `committed` runs after log.db has them and before anybody can see them: the
        place of the anchor. Raises what it raises. Where the anchor cannot be written
        the events are taken back, so that the logs of others go on; after any other
        failure they stay, unseen, and whoever takes something next tries again first.
        """
        await self.settle()
        self._log.require_room()
        roster = self._roster()
        read = skim_run if later else fold.read_run
        proof = await self._prove(runs, roster, read=read)
        proof.batch.idempotency = idempotency
        await self._match_texts(proof, texts)
        if committed is None:
            await self._look_at_own(proof)
        await self._log.commit(proof.batch)
        self._unseen = (proof, committed)
        await self.settle(later=later)
        return Taken(
            events=proof.events,
            texts=len(proof.batch.texts),
            coops=set(proof.readings),
            refused=proof.refused,
        )

    async def settle(self, *, later: bool = False) -> None:
        """Finish what was committed last: anchor, then reveal, fold, tell.

        Under the lock. Does nothing where nothing is left to do.
        """
        if self._unseen is None:
            return
        proof, committed = self._unseen
        if committed:
            try:
                await committed()
            except AnchorNotWritten:
                await self._log.withdraw(proof.batch)
                self._unseen = None
                raise
        self._log.reveal(proof.batch)
        self._unseen = None
        if later:
            self._later |= proof.readings.keys()
        else:
            await self._fold(proof, self._roster())
        for held in proof.batch.chains.values():
            while await self._log.seal(held):
                pass
        if proof.readings or proof.batch.texts:
            self.tell(proof.readings.keys() | {one.coop for one in proof.batch.texts})

    async def _prove(
        self, runs: Sequence[Run], roster: Roster, *, read: Read
    ) -> Authentic:
        chains = dict(self._log.chains)
        left = self._log.room.left(run.chain.coop for run in runs)
        closed, cut = self._suspension.closed(), self._suspension.cut_keys()
        proof = await in_thread(
            sum(len(run.events) for run in runs),
            lambda: authenticate(
                runs,
                chains,
                roster,
                read=read,
                left=left,
                settled=lambda key: key[0] in closed or key in cut,
            ),
        )
        for key, error in proof.refused:
            if error.code == LOG_FULL and self._log.room.refuse(key):
                coop = ids.text("coop", key[0])[:_SHORT]
                log_line.warning("log of %s: %s", coop, error)
        proof.refused = [one for one in proof.refused if one[1].code != LOG_FULL]
        return proof

    async def _look_at_own(self, proof: Authentic) -> None:
        for held in proof.batch.chains.values():
            if held.chain.coop == self.own and self.own_returned is not None:
                await self.own_returned(held.chain, held.last)

    async def _fold(self, proof: Authentic, roster: Roster) -> None:
        at_once = proof.readings.keys() - self._later
        # Behind until it is folded: a state that fails to be written is no root.
        self._later |= at_once
        for coop in at_once:
            await self.folding.advance(coop, roster, fresh=proof.readings[coop])
            self._later.discard(coop)
        if self._later:
            await self._fold_later(roster)

    @property
    def is_behind(self) -> bool:
        """Tell whether logs have grown that are not folded yet."""
        return bool(self._later)

    def tell(self, coops: Collection[bytes] = ()) -> None:
        """Wake everybody who waits for something new, by these co-ops."""
        if coops:
            self.news.mark(coops)
        self.changed.set()
        self.changed = asyncio.Event()

    async def _match_texts(self, proof: Authentic, texts: Sequence[Text]) -> None:
        """Keep the texts that an event asks for; note those that are to come.

        A text is its author's: the event of another log that repeats its commitment
        asks for nothing. One that is sealed for others is asked for by no event.
        """
        offered = {
            commit_text(text.coop, text.salt, text.words): text for text in texts
        }
        own = self._for_us(proof)
        strays = offered.keys() - proof.refs.keys()
        wanted = await self._log.texts.wanted(strays)
        fitting = {
            commitment: text
            for commitment, text in offered.items()
            if (text.coop, len(text.words))
            in (own.get(commitment) or wanted.get(commitment) or ())
        }
        # In the order of the table, which then writes page by page.
        proof.batch.texts = [
            TextRow(commitment, text.coop, text.salt, text.words)
            for commitment, text in sorted(fitting.items())
        ]
        proof.batch.missing = [
            (commitment, coop, size)
            for commitment, named in own.items()
            if commitment not in fitting
            for coop, size in sorted(named)
        ]
        proof.batch.sealed = [
            (*key, holder)
            for key, holders in proof.sealed.items()
            if self.own in holders
            for holder in sorted(holders)
        ]

    def _for_us(self, proof: Authentic) -> dict[bytes, set[tuple[bytes, int]]]:
        """Leave out of what events ask for that which this node may not hold."""
        if not proof.sealed:
            return proof.refs
        nobodys = frozenset((self.own,))
        return {
            commitment: {
                (coop, size)
                for coop, size in named
                if self.own in proof.sealed.get((coop, commitment), nobodys)
            }
            for commitment, named in proof.refs.items()
        }

    async def _fold_later(
        self, roster: Roster, progress: Progress | None = None
    ) -> int:
        """Fold the logs whose folding was put off, those without state first.

        Where most of the events belong to logs without state, the indexes are built
        after them: sorting once beats keeping three trees up.
        """
        folds = self._state.folds
        order = sorted(self._later, key=lambda coop: (coop in folds, coop))
        events = {coop: sum(h.last for h in self._log.of_coop(coop)) for coop in order}
        fresh = [coop for coop in order if coop not in folds]
        old = sum(walks.count(done.spans) for done in folds.values())
        if sum(events[coop] for coop in fresh) > max(_WORTH_SORTING, old):
            await self._state.unindex()
        folded = 0
        with rare_collections():
            for coop in order:
                if coop in folds:
                    await self._state.index()
                folded += await self.folding.advance(coop, roster, progress=progress)
        await self._state.index()
        self._later.clear()
        return folded

    async def catch_up(self, progress: Progress | None = None) -> int:
        """Fold whatever is not folded yet: at the start, and after a new block."""
        async with self.lock:
            self._later |= {coop for coop, _ in self._log.chains}
            return await self._fold_later(self._roster(), progress)

    async def rebuild(self, progress: Progress | None = None) -> int:
        """Forget all state and fold every log from its first event."""
        async with self.lock:
            await self._state.clear()
            self.folding = Folding(
                self._log, self._state, self._suspension, self._clock
            )
            self._later |= {coop for coop, _ in self._log.chains}
            count = await self._fold_later(self._roster(), progress)
        self.tell()
        return count

    def outdate(self, coop: bytes | None = None) -> None:
        """Give no root until a log (or, without one, every log) is folded again."""
        self._later |= {one for one, _ in self._log.chains if coop in (None, one)}

    def heads_digest(self) -> bytes:
        """Digest the heads of all chains (SPEC 12.1), each to where it counts."""
        return sync.heads_digest(self._suspension.rows())

    async def refold(self, coop: bytes) -> None:
        """Fold a log again whose proof of equivocation is news."""
        async with self.lock:
            await self.folding.advance(coop, self._roster())
            self._later.discard(coop)
            self._root = None
        # Whoever found the proof: it is to be everywhere soon.
        self.tell((self.own,))

    def known_root(self) -> bytes | None:
        """Give the root if it is known without computing anything."""
        known = self._root
        clean = not self._state.dirty and not self._later
        return known[1] if known and clean and known[0] == self.heads_digest() else None

    async def standing(self) -> tuple[bytes, bytes | None]:
        """Give heads digest and root; no root while a writer is busy."""
        digest = self.heads_digest()
        clean = not self._state.dirty and not self._later
        if self._root is not None and self._root[0] == digest and clean:
            return self._root
        if self._later or not await self._is_free():
            return digest, None
        async with self.lock:
            digest = self.heads_digest()
            self._root = (digest, await self._state.root())
            return self._root

    async def _is_free(self) -> bool:
        """Tell whether the writer is done; most are within a moment."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_MOMENT_S), self.lock:
                return True
        return False
