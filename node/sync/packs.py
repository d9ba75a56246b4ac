"""Packs as this node fills and empties them: runs read from the store, texts beside.

What is served was verified once more just before: a flipped bit on disk is noticed
here, not at the peer.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeVar

import msgspec

from node.errors import WorldFault
from node.folding import in_thread
from node.ingest import Taken
from node.register import Register
from node.store.batch import Held
from node.store.log_db import LogDb
from node.store.log_reader import Block, roll
from node.sync import crowded
from protocol import canonical, event, limits, log, sync, wire
from protocol.errors import Malformed, ProtocolError
from protocol.ids import EventId
from protocol.log import Run
from protocol.sync import Pull
from protocol.wire import Cursor, EndFrame, Frame, Head, RunFrame, Text, TextsFrame

T = TypeVar("T")
Key = tuple[bytes, bytes]
#: Tells whether a co-op's log is sent to somebody at once.
Eager = Callable[[bytes], bool]
#: States of this store remembered, 100 bytes each: whoever held just what was held here
#: then is sent what came since.
_REMEMBERED: Final = 1024
#: A pack is closed at so many bytes of events and heads of frames, decompressed: with
#: one more run (1 MiB) and its texts it stays below `limits.UNPACKED_BYTES`, and below
#: PACK_BYTES where nothing can be compressed.
FULL_AT: Final = 7 * 256 * 1024
#: Texts beyond this come later, when the receiver asks for what it misses.
TEXTS_AT: Final = 1024 * 1024
#: What the objects around the bytes of an event and of a text take, roughly.
_EVENT_OBJECT: Final = 64
_TEXT_OBJECT: Final = 256
#: What says whose run a frame holds, and its signature: 200 bytes and lengths.
_FRAME_HEAD: Final = 256


@dataclass(slots=True)
class Filling:
    """A pack being filled, for the node of a co-op."""

    to: bytes
    frames: list[Frame] = field(default_factory=list)
    size: int = 0
    texts_size: int = 0
    #: Last place of the last run added.
    upto: int = 0
    #: Heads of chains that are named instead.
    named: dict[Key, Head] = field(default_factory=dict)

    @property
    def has_names(self) -> bool:
        """Tell whether another chain can be named."""
        return len(self.named) < wire.NAMED

    def name(self, held: Held, seq: int, event_id: bytes) -> None:
        """Name a chain up to a place instead of adding it."""
        key = held.chain.coop, held.chain.incarnation
        self.named[key] = Head(*key, seq, event_id[:8])

    @property
    def full(self) -> bool:
        """Tell whether another run may be too much."""
        return self.size >= FULL_AT or len(self.frames) >= limits.FRAMES_PER_PACK // 2


class Packer:
    """Fills packs from the store."""

    def __init__(self, log_db: LogDb, register: Register) -> None:
        """Read runs and texts from `log_db`, keys from `register`."""
        self._log = log_db
        self._register = register
        self._suspension = register.suspension
        #: How often the heads were too many: whose are left out changes with it.
        self._turn = 0
        self._stood: OrderedDict[bytes, Cursor] = OrderedDict()

    def heads(self) -> tuple[Head, ...]:
        """Give the heads of all chains, as they are sent.

        Where no more of a log is taken in here, nobody need send any: its chains are
        said to be held to their last possible place (SPEC 12.2).
        """
        heads = {
            (coop, name): Head(coop, name, seq, event_id[:8])
            for coop, name, seq, event_id in self._suspension.ends()
        }
        refused = self._log.room.refused
        full = {coop for coop, _ in refused}
        for key in {*refused, *(one for one in heads if one[0] in full)}:
            heads[key] = Head(*key, limits.INTEGER, bytes(8))
        if len(heads) > limits.HEADS:
            self._turn += 1
            return crowded.fit(heads, self._suspension.suspended(), self._turn)
        return tuple(heads[key] for key in sorted(heads))

    def refuses(self, key: Key) -> bool:
        """Tell whether no more of a chain is taken in here."""
        refused = self._log.room.refused
        return key in refused or any(coop == key[0] for coop, _ in refused)

    async def by_heads(
        self, filling: Filling, held: Mapping[Key, int], eager: Eager | None = None
    ) -> bool:
        """Add what somebody who holds `held` lacks; True if there is more.

        With `eager`, of these logs alone.
        """
        closed = {key[0] for key, seq in held.items() if seq == 0}
        mine = {
            key: self._suspension.end(one)
            for key, one in list(self._log.chains.items())
            if key[0] not in closed and (eager is None or eager(key[0]))
        }
        theirs = [Head(key[0], key[1], seq, bytes(8)) for key, seq in held.items()]
        wanted = {
            key: (first, mine[key]) for key, first in sync.missing(mine, theirs).items()
        }
        for key, span in sync.in_turns(wanted, limits.RUN_EVENTS):
            if filling.full:
                return True
            held_here = self._log.chains[key]
            if not await self._add_runs(filling, held_here, span.first, span.last):
                return True
        return False

    def stand(self) -> bytes:
        """Give the heads digest, and remember what came before it was so."""
        digest = sync.heads_digest(self._suspension.rows())
        self._stood[digest] = self.here()
        self._stood.move_to_end(digest)
        while len(self._stood) > _REMEMBERED:
            self._stood.popitem(last=False)
        return digest

    async def position(self, asked: Pull) -> Cursor | None:
        """Say from where on somebody lacks what was relayed; None if unknown.

        By its cursor, or by the digest of all that it holds, if that was all here once.
        """
        stood = self._stood.get(asked.holds) if asked.holds is not None else None
        cursor = asked.cursor
        if cursor is None or cursor.instance != self._log.meta["instance"]:
            return stood
        if stood is not None and stood.relayed >= cursor.relayed:
            return stood
        known = await self._log.arrivals_after(cursor.relayed, cursor.rolling)
        return stood if known is None else cursor

    async def by_cursor(
        self, filling: Filling, cursor: Cursor, eager: Eager | None = None
    ) -> Cursor | None:
        """Add what was relayed after a cursor; give the new one, None if unknown.

        Logs that are not `eager` are named in the filling, not added, as far as it has
        room for names.
        """
        fresh = await self._log.arrivals_after(cursor.relayed, cursor.rolling)
        if fresh is None:
            return None
        relayed, rolling = cursor.relayed, cursor.rolling
        sent: dict[int, int] = {}
        for chain, came, upto in fresh:
            held = self._log.by_no[chain]
            rolling_id = await self._log.id_at(held, upto)
            # What lies in one segment or tail comes along at once, once.
            first = max(came, sent.get(chain, 0) + 1)
            last = min(upto, self._suspension.end(held))
            if eager is not None and not eager(held.chain.coop) and filling.has_names:
                if first <= last:
                    filling.name(held, last, rolling_id if last == upto else bytes(8))
            elif first <= last:
                if filling.full or not await self._add_runs(filling, held, first, last):
                    break
                sent[chain] = filling.upto
            relayed, rolling = relayed + 1, roll(rolling, rolling_id)
        return Cursor(cursor.instance, relayed, rolling)

    def here(self) -> Cursor:
        """Give the cursor at the end of what is relayed now."""
        return Cursor(self._log.meta["instance"], self._log.relayed, self._log.rolling)

    async def _add_runs(
        self, filling: Filling, held: Held, first: int, last: int
    ) -> bool:
        """Add the runs that hold `first` to `last`; False where the pack is full."""
        place = first
        while place <= last:
            if place > first and filling.full:
                return False
            run = await self._add_run(filling, held, place)
            if run is None:
                return True
            place, filling.upto = run.last + 1, run.last
        return True

    async def _add_run(self, filling: Filling, held: Held, first: int) -> Run | None:
        found = await self._log.read_packed(held, first)
        if found is None:
            return None
        run, before, packed = found
        prove = partial(self._prove, run, before, packed)
        frame, refs = await in_thread(len(run.events), prove)
        filling.frames.append(frame)
        filling.size += _FRAME_HEAD + _weight(run.events)
        await self.add_texts(filling, refs)
        return run

    def _prove(
        self, run: Run, before: EventId, packed: Block | None
    ) -> tuple[RunFrame, list[bytes]]:
        key = self._register.log_key(run.chain.coop)
        try:
            log.verify(run, before, key or b"")
        except Malformed as error:
            raise WorldFault(
                code="log-damaged",
                detail=f"A stored run no longer verifies: {error.detail}.",
                way_out="Run `wortley verify`; it names what is damaged.",
            ) from error
        return wire.run_frame(run, packed), _text_refs(run)

    async def add_texts(self, filling: Filling, commitments: Sequence[bytes]) -> None:
        """Add texts as long as there is room; the rest is asked for later."""
        if not commitments or filling.texts_size >= TEXTS_AT:
            return
        texts: list[Text] = []
        for text in (await self._log.texts.for_peer(commitments, filling.to)).values():
            size = len(text.words) + _TEXT_OBJECT
            if filling.texts_size + size > TEXTS_AT:
                break
            filling.texts_size += size
            texts.append(text)
        for start in range(0, len(texts), limits.RUN_EVENTS):
            part = texts[start : start + limits.RUN_EVENTS]
            filling.frames.append(wire.texts_frame(part))

    def end(
        self,
        cursor: Cursor | None,
        *,
        more: bool,
        heads: bytes,
        root: bytes | None,
        wanted: Sequence[bytes],
        named: Iterable[Head] = (),
    ) -> EndFrame:
        """Close a pack that answers a pull."""
        return EndFrame(
            cursor,
            more,
            heads,
            self._register.roster.tip,
            self._register.pool.digest(),
            root,
            tuple(wanted),
            tuple(named),
        )


def _text_refs(run: Run) -> list[bytes]:
    refs: list[bytes] = []
    for data in run.events:
        try:
            refs.extend(ref.commitment for ref in event.parse(data).texts)
        except Malformed:
            # Void, and relayed all the same; it just has no texts to bring.
            continue
    return refs


@dataclass(slots=True)
class Unpacked:
    """A pack taken apart."""

    runs: list[Run] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    end: EndFrame | None = None


def unpack(data: bytes, register: Register) -> Unpacked:
    """Take a pack apart; raises `Malformed` where any frame is not in form."""
    unpacked = Unpacked()
    network = register.roster.network
    budget = limits.UNPACKED_BYTES
    for frame in wire.read_pack(data):
        match frame:
            case RunFrame():
                run = wire.read_run(frame, network)
                budget -= _weight(run.events)
                unpacked.runs.append(run)
            case TextsFrame():
                texts = wire.read_texts(frame)
                budget -= sum(len(text.words) + _TEXT_OBJECT for text in texts)
                unpacked.texts.extend(texts)
            case EndFrame():
                unpacked.end = frame
        if budget < 0:
            raise Malformed("too-large", "the pack unpacks to more than 8 MiB")
    return unpacked


def _weight(events: Sequence[bytes]) -> int:
    """Say what events take in memory: an empty one is an object, too."""
    return sum(map(len, events)) + _EVENT_OBJECT * len(events)


def first_refusal(taken: Taken) -> ProtocolError | None:
    """Give the first refusal that is the sender's fault."""
    return next((error for _, error in taken.refused if not error.retry), None)


def held_by(runs: Iterable[Run]) -> dict[Key, int]:
    """Say what somebody who sent these runs holds."""
    held: dict[Key, int] = {}
    for run in runs:
        key = (run.chain.coop, run.chain.incarnation)
        held[key] = max(held.get(key, 0), run.last)
    return held


def encode(message: msgspec.Struct) -> bytes:
    """Write a message that goes where packs go."""
    return canonical.ENCODER.encode(message)


def read_reply(data: bytes, decoder: msgspec.msgpack.Decoder[T]) -> T:
    """Read the answer to a push."""
    return canonical.read(decoder, data, most=limits.MESSAGE_BYTES)
