"""THE way out: a wish becomes signed events, or a refusal with its reason.

    decide ─▶ events ─▶ sign ─▶ ingest (COMMIT) ─▶ anchor ─▶ answer, relay

The publish path of a node that never signs one place twice: the event before is read
back from disk and hashed again, the anchor is written after the commit and before
anybody can fetch the event, and where anchor and database disagree a new incarnation
of the log is opened.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from node.clock import Clock, Entropy
from node.errors import OurFault, UserFault
from node.ingest import Ingest
from node.proving import SEGMENT_FROM
from node.register import Register
from node.signer import Signer
from node.store.batch import Held
from node.store.log_db import LogDb
from protocol import event, fold, limits, log
from protocol.canonical import ENCODER
from protocol.event import Epoch, TextRef, commit_text, identify
from protocol.ids import INCARNATION_BYTES, EventId, Incarnation
from protocol.kinds.logs import LogReopened, TailAdopted
from protocol.log import Chain, Place, Run
from protocol.rules import say
from protocol.verdicts import Void
from protocol.wire import Head, Text

_IDS: Final = msgspec.msgpack.Decoder(list[bytes])
#: How long later events of the own log are waited for, in seconds: a peer that holds
#: them sends them at once, and one that lies may not keep this co-op silent.
_SHOW_S: Final = 60.0


class Refused(UserFault):
    """A wish that the rules do not allow now; the log is as it was.

    fields: args (the arguments of the reason, by name).
    """

    def __init__(self, void: Void) -> None:
        """Take the reason from a verdict."""
        super().__init__(code=void.code, detail=f"{say(void)}.", args=void.args)


@dataclass(frozen=True, slots=True)
class Draft:
    """An event as it is wished for: kind, body, and its texts by role.

    Words as they were typed, or bytes as they are to travel (an envelope).
    """

    kind: str
    body: msgspec.Struct
    texts: Mapping[str, str | bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ahead:
    """A place of the own log that a peer says it holds, and this node does not know.

    `today`: the incarnation that this node would go on in. `until`: how long the
    events of the place are waited for, by the monotonic clock.
    """

    today: bytes
    incarnation: bytes
    seq: int
    until: float


class Act:
    """Publishes into this co-op's own log."""

    def __init__(
        self,
        *,
        log_db: LogDb,
        ingest: Ingest,
        register: Register,
        signer: Signer,
        clock: Clock,
        entropy: Entropy,
    ) -> None:
        """Sign with `signer`, publish through `ingest`."""
        self._log = log_db
        self._ingest = ingest
        self._register = register
        self._signer = signer
        self._clock = clock
        self._entropy = entropy
        #: Why nothing may be published yet (the recovery kit), or None.
        self.hold: UserFault | None = None
        self._ahead: Ahead | None = None
        #: Peers that have said once that they hold more of this log.
        self._warned: set[bytes] = set()

    def require_open(self) -> None:
        """Refuse while nothing may be published: nor founded, joined, invited to."""
        if self.hold is not None:
            raise self.hold

    async def publish(
        self, drafts: Sequence[Draft], *, idempotency: str | None = None
    ) -> list[EventId]:
        """Publish events as one commit; give their ids in order.

        All or none. Raises `Refused` where a rule says no, `UserFault` where the node
        may not publish now. A known idempotency key gives the ids of the first time.
        """
        self.require_open()
        if (ahead := self.ahead()) is not None:
            raise ahead
        # Shielded, like what comes from peers: a member who leaves in the middle must
        # not leave an event committed and not in the anchor.
        return await asyncio.shield(self._publish_in_turn(drafts, idempotency))

    async def _publish_in_turn(
        self, drafts: Sequence[Draft], idempotency: str | None
    ) -> list[EventId]:
        async with self._ingest.lock:
            await self._ingest.settle()
            if idempotency is not None:
                done = await self._log.idempotent(idempotency)
                if done is not None:
                    return [EventId(one) for one in _IDS.decode(done)]
            return await self._publish(list(drafts), idempotency)

    async def _publish(
        self, drafts: list[Draft], idempotency: str | None
    ) -> list[EventId]:
        if not self._register.is_member:
            raise UserFault(
                code="not-a-member",
                detail="This co-op is no member of the network yet.",
                way_out="Wait until its application is approved (`wortley members`).",
            )
        if self._register.suspension.is_suspended(self._signer.coop):
            raise UserFault(
                code="log-suspended",
                detail="Two copies of this node have signed one place of its log, so"
                " nothing from there on counts.",
                way_out="Stop the copy. The log goes on once the co-op has changed its"
                " key, which a later release brings.",
            )
        await self._settle_warning()
        chain, last, previous = await self._continue()
        wished = len(drafts)
        if last == 0 and chain.base is not None:
            # What came back already stands before what is wished for now.
            tails = await self._tails(chain.base.incarnation)
            drafts[:0] = [Draft("log.reopened", LogReopened(why="restored")), *tails]
        events, texts = self._write(drafts)
        ids = log.ids_after(previous, events)
        await self._check(events, ids, last + 1)
        runs = self._sign(chain, last + 1, events, ids)
        answer = ids[len(ids) - wished :]
        key = None if idempotency is None else (idempotency, ENCODER.encode(answer))
        place = Place(chain.incarnation, last + len(events), ids[-1])

        held = self._log.chains.get((chain.coop, chain.incarnation))
        if held is not None and len(runs[0].events) >= SEGMENT_FROM:
            await self._log.seal(held, short=True)

        async def note_head() -> None:
            await self._signer.note_head(place)

        taken = await self._ingest.take_locked(
            runs, texts, idempotency=key, committed=note_head
        )
        if taken.refused:
            raise OurFault(
                code="own-refused", detail=f"Own events refused: {taken.refused[0][1]}."
            )
        return answer

    # --- where the log goes on ----------------------------------------------------

    async def _continue(self) -> tuple[Chain, int, EventId]:
        """Give the chain to write to, its last seq, and the id there, re-hashed."""
        held = self._current()
        if held is None:
            return self._open(base=None)
        if self._signer.restored:
            return self._open(
                base=Place(held.chain.incarnation, held.last, held.last_id)
            )
        return held.chain, held.last, await self._rehash(held)

    def _current(self) -> Held | None:
        """Find the own chain to continue: the anchor's, else the longest walk's end."""
        own = self._log.of_coop(self._signer.coop)
        head = self._signer.head
        for held in own:
            if head is not None and held.chain.incarnation == head.incarnation:
                return held
        return max(own, key=lambda held: held.last) if own else None

    def _open(self, base: Place | None) -> tuple[Chain, int, EventId]:
        incarnation = Incarnation(self._entropy.token(INCARNATION_BYTES))
        chain = Chain(
            network=self._register.roster.network,
            coop=self._signer.coop,
            generation=0,
            incarnation=incarnation,
            base=base,
        )
        return chain, 0, chain.opening()

    async def _rehash(self, held: Held) -> EventId:
        """Read the last event back from disk and hash it again (publish path, 2)."""
        found = await self._log.read_run(held, held.last)
        if found is not None:
            run, before = found
            again = identify(before, run.events[0])
            if again == held.last_id:
                return again
        raise OurFault(
            code="head-damaged",
            detail="The last event of the own log is not what was signed.",
            way_out="Stop the node and run `wortley verify`.",
        )

    async def own_returned(self, chain: Chain, last: int) -> None:
        """Look at proved events of the own log that a peer brings, before they count.

        Beyond the anchor's head in the incarnation of today they can only come from a
        copy of this node that lives, or from a past it no longer knows; so can what is
        based there. Either may have signed for the next block, too.
        """
        head = self._signer.head
        known: list[tuple[bytes, int]] = [(chain.incarnation, last)]
        if chain.base is not None:
            known.append((chain.base.incarnation, chain.base.seq))
        unknown = head is None or any(
            name == head.incarnation and seq > head.seq for name, seq in known
        )
        if unknown:
            await self._register.doubt()
            await self._signer.mark_restored()

    def warn(self, by: bytes, head: Head | None) -> None:
        """Hear how far a peer holds this co-op's log (SPEC 12.1).

        Beyond what the anchor knows, or in an incarnation that is not known here, this
        node was rolled back together with it, as virtual machines are. A peer's word
        proves nothing, its events do: they are waited for a while, and then the log
        goes on in a new incarnation, which forks nothing. Each peer is believed once,
        so that lies cost an incarnation each.
        """
        mine = self._signer.head
        if head is None or mine is None or self._signer.restored or by in self._warned:
            return
        if head.coop != self._signer.coop or head.seq == 0:
            return
        if head.incarnation == mine.incarnation:
            is_ahead = head.seq > mine.seq
        else:
            is_ahead = not self._holds(head.incarnation, 1)
        if is_ahead:
            self._warned.add(by)
            until = self._clock.monotonic() + _SHOW_S
            self._ahead = Ahead(mine.incarnation, head.incarnation, head.seq, until)

    def _holds(self, incarnation: bytes, seq: int) -> bool:
        held = self._log.chains.get((self._signer.coop, incarnation))
        return held is not None and held.last >= seq

    def ahead(self) -> UserFault | None:
        """Say why nothing is published while a peer may bring later events, or None."""
        ahead = self._warning()
        if ahead is None or self._clock.monotonic() >= ahead.until:
            return None
        return UserFault(
            code="rolled-back",
            detail="Another member's node holds later entries of this co-op's log than"
            " this node knows of, as after a virtual machine was rolled back.",
            way_out="They are being fetched; try again in a minute.",
        )

    def _warning(self) -> Ahead | None:
        head, ahead = self._signer.head, self._ahead
        open_yet = (
            ahead is not None
            and head is not None
            and not self._signer.restored
            and head.incarnation == ahead.today
            and not self._holds(ahead.incarnation, ahead.seq)
        )
        return ahead if open_yet else None

    async def _settle_warning(self) -> None:
        """Reopen the log where what a peer says it holds has not come in time."""
        if self._warning() is not None:
            await self._signer.mark_restored()
            self._ahead = None

    # --- writing --------------------------------------------------------------------

    def _write(self, drafts: Sequence[Draft]) -> tuple[list[bytes], list[Text]]:
        roster = self._register.roster
        epoch = Epoch(roster.number, roster.tip[: event.EPOCH_BYTES])
        now = self._clock.now_ms()
        events: list[bytes] = []
        texts: list[Text] = []
        for draft in drafts:
            refs: list[TextRef] = []
            for role, words in draft.texts.items():
                text = self._text(role, words)
                commitment = commit_text(text.coop, text.salt, text.words)
                refs.append(TextRef(role, commitment, len(text.words)))
                texts.append(text)
            events.append(
                event.build(
                    epoch=epoch,
                    time_ms=now,
                    kind=draft.kind,
                    body=draft.body,
                    texts=tuple(refs),
                )
            )
        return events, texts

    def _text(self, role: str, words: str | bytes) -> Text:
        data = words.encode() if isinstance(words, str) else words
        if len(data) > limits.TEXT_BYTES:
            raise UserFault(
                code="text-too-long",
                detail=f"{role}: {len(data)} bytes are too many; a text holds"
                f" {limits.TEXT_BYTES}.",
                way_out="Shorten it, or link to the document.",
                field=role,
                expected=f"at most {limits.TEXT_BYTES} bytes",
            )
        salt = self._entropy.token(limits.SALT_BYTES)
        return Text(self._signer.coop, salt, data)

    async def _check(
        self, events: Sequence[bytes], ids: Sequence[EventId], first: int
    ) -> None:
        """Apply the events to the state as it is: what would be void is refused."""
        coop = self._signer.coop
        readings = fold.read_run(coop, first, ids, events)
        entities = await self._ingest.folding.slice_of(coop, readings)
        folded = fold.apply(
            [(b"", reading) for reading in readings],
            entities,
            coop=coop,
            epochs=self._register.roster.epochs(),
            floors={},
        )
        for _, void in folded.voids:
            raise Refused(void)

    def _sign(
        self,
        chain: Chain,
        first: int,
        events: Sequence[bytes],
        ids: Sequence[EventId],
    ) -> list[Run]:
        """Cut events into runs within the caps and sign the last of each."""
        runs: list[Run] = []
        start, size = 0, 0
        for index, data in enumerate(events):
            full = index - start == limits.RUN_EVENTS
            if full or size + len(data) > limits.RUN_BYTES:
                runs.append(self._run(chain, first, events, ids, slice(start, index)))
                start, size = index, 0
            size += len(data)
        runs.append(self._run(chain, first, events, ids, slice(start, len(events))))
        return runs

    def _run(
        self,
        chain: Chain,
        first: int,
        events: Sequence[bytes],
        ids: Sequence[EventId],
        part: slice,
    ) -> Run:
        last = first + part.stop - 1
        return Run(
            chain=chain,
            first=first + part.start,
            events=tuple(events[part]),
            signature=self._signer.sign_head(chain, last, ids[part.stop - 1]),
        )

    # --- after a restore --------------------------------------------------------------

    def is_copied(self) -> bool:
        """Tell whether a copy of this node writes beside it.

        Whoever builds on the incarnation of today opened or adopted something after
        that was opened, and it was not this node.
        """
        head = self._signer.head
        if head is None:
            return False
        return any(
            place.incarnation == head.incarnation
            for held in self._log.of_coop(self._signer.coop)
            for place in (held.chain.base, *(one.tail for one in held.adoptions))
            if place is not None and held.chain.incarnation != head.incarnation
        )

    async def adopt_tails(self) -> list[EventId]:
        """Adopt what peers brought back of earlier incarnations (SPEC 6.6).

        Only once this node writes in a new incarnation; before its first publish
        there is nothing to adopt into, for the base will be taken then.
        """
        head = self._signer.head
        if self._signer.restored or head is None or self.hold is not None:
            return []
        if self._register.suspension.is_suspended(self._signer.coop):
            return []
        if self.is_copied():
            # Two copies that adopt each other's adoptions would never come to an end.
            return []
        drafts = await self._tails(head.incarnation)
        return await self.publish(drafts) if drafts else []

    async def _tails(self, today: bytes) -> list[Draft]:
        """Adopt what the walk from an incarnation does not reach."""
        own = self._log.of_coop(self._signer.coop)
        reached = await self._ingest.folding.reached(
            self._signer.coop, Incarnation(today)
        )
        return [
            Draft(
                "tail.adopted",
                TailAdopted(
                    incarnation=held.chain.incarnation, seq=held.last, id=held.last_id
                ),
            )
            for held in own
            if held.chain.incarnation != today
            and reached.get(held.chain.incarnation, 0) < held.last
        ]
