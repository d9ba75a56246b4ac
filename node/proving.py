"""Proving runs: what may be written of a pack, and what is refused. Pure.

run ─▶ member? ─▶ chain ─▶ connects? ─▶ hash ─▶ signature ─▶ rows and readings
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec

from node.folding import adoptions_in
from node.store.batch import Arrival, Batch, Held, SegmentRow, TailRow
from node.store.room import EVENT_ROW
from protocol import fold, limits, log, wire
from protocol.errors import Malformed, ProtocolError, Unconnected
from protocol.event import ENVELOPE
from protocol.fold import Reading
from protocol.ids import EventId
from protocol.kinds.sealed import SEALED, holders
from protocol.log import Run
from protocol.roster.chain import Roster

#: A run of at least so many events is kept as the block it came in.
SEGMENT_FROM: Final = 128


_ADOPTION: Final = "tail.adopted"
#: Ours: the operator lets this log grow no further here (SPEC 12.2).
LOG_FULL: Final = "log-full"

#: A chain: (co-op, incarnation).
Key = tuple[bytes, bytes]


@dataclass(slots=True)
class Authentic:
    """A pack proved: rows to write, events read, what was refused."""

    batch: Batch = field(default_factory=Batch)
    readings: dict[bytes, dict[tuple[bytes, int], Reading]] = field(
        default_factory=dict
    )
    events: int = 0
    #: Commitment -> whose events name it, and with what size.
    refs: dict[bytes, set[tuple[bytes, int]]] = field(default_factory=dict)
    #: (Co-op, commitment) of a sealed text -> who may hold it.
    sealed: dict[tuple[bytes, bytes], frozenset[bytes]] = field(default_factory=dict)
    refused: list[tuple[Key, ProtocolError]] = field(default_factory=list)
    #: How many bytes a log may grow by, where that is limited.
    left: Mapping[bytes, int] = field(default_factory=dict)


#: How a run is read: wholly, or only those of its events that concern the store.
Read = Callable[[bytes, int, Sequence[bytes], Sequence[bytes]], list[Reading]]
#: Tells of a chain that nothing can be added to it that counts.
Settled = Callable[[Key], bool]


def _nothing_settled(_key: Key) -> bool:
    return False


def skim_run(
    coop: bytes, first: int, ids: Sequence[bytes], events: Sequence[bytes]
) -> list[Reading]:
    """Read the events that the store must know of: with texts, or adopting a tail.

    Texts of bytes that do not decode are nobody's, and only a full reading knows.
    """
    readings: list[Reading] = []
    for index, data in enumerate(events):
        try:
            envelope = ENVELOPE.decode(data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            continue
        if envelope.texts or envelope.kind == _ADOPTION:
            readings.append(fold.read(coop, first + index, ids[index], data))
    return readings


def authenticate(
    runs: Iterable[Run],
    chains: Mapping[tuple[bytes, bytes], Held],
    roster: Roster,
    *,
    read: Read = fold.read_run,
    left: Mapping[bytes, int] | None = None,
    settled: Settled = _nothing_settled,
) -> Authentic:
    """Prove runs against what is held and prepare their rows. Pure.

    `left`: how many bytes a log may grow by, where that is limited. A run that is
    refused (theirs) or does not connect yet (ours) is left out; the rest goes in. What
    is `settled` takes no more, and that is no refusal.
    """
    proof = Authentic(left=left or {})
    ahead = dict(chains)
    opened = Counter(coop for coop, _ in chains)
    next_no = max((held.no for held in chains.values()), default=0) + 1
    for run in runs:
        key = (run.chain.coop, run.chain.incarnation)
        held = ahead.get(key)
        fresh = held is None
        # One more than a log may have closes it; the ones after that say no more.
        if settled(key) or (fresh and opened[key[0]] > limits.INCARNATIONS):
            continue
        try:
            if held is None:
                held = _open_chain(run, roster, next_no)
            after = _extend(run, held, roster, proof, read)
        except ProtocolError as error:
            proof.refused.append((key, error))
            continue
        if after is None:
            continue
        if fresh:
            next_no += 1
            opened[key[0]] += 1
            proof.batch.new_chains.append(after)
        ahead[key] = after
        proof.batch.chains[after.no] = after
    return proof


def _open_chain(run: Run, roster: Roster, no: int) -> Held:
    chain = run.chain
    if chain.coop not in roster.members:
        raise Unconnected(
            "coop-unknown", "no member of this id in the roster held here"
        )
    return Held(no, chain, 0, chain.opening())


def _extend(
    run: Run, held: Held, roster: Roster, proof: Authentic, read: Read
) -> Held | None:
    """Prove what a run adds to a chain; None where it adds nothing."""
    member = roster.members.get(run.chain.coop)
    if member is None:
        raise Unconnected(
            "coop-unknown", "no member of this id in the roster held here"
        )
    if run.chain != held.chain or run.chain.generation != member.generation:
        raise Malformed("opening-differs", "the chain was opened otherwise")
    log.check_size(run)
    if run.last <= held.last:
        return None
    if run.first > held.last + 1:
        raise Unconnected("run-gap", f"place {held.last + 1} comes first")
    events = run.events[held.last + 1 - run.first :]
    rest = Run(
        chain=run.chain, first=held.last + 1, events=events, signature=run.signature
    )
    ids = log.verify(rest, EventId(held.last_id), member.log_key)
    readings = read(run.chain.coop, rest.first, ids, events)
    _weigh(rest, readings, proof)
    return _record(rest, ids, readings, held, proof)


def _weigh(run: Run, readings: Sequence[Reading], proof: Authentic) -> None:
    """Count what a run takes on the disk; refuse it where its log is full here."""
    coop, sizes = run.chain.coop, proof.batch.sizes
    texts = sum(ref.size for reading in readings for ref in reading.at.texts)
    size = sizes.get(coop, 0) + texts + EVENT_ROW * len(run.events)
    size += sum(map(len, run.events))
    if coop in proof.left and size > proof.left[coop]:
        raise Unconnected(LOG_FULL, "no more of this log is taken in here")
    sizes[coop] = size


def _note_texts(proof: Authentic, reading: Reading) -> None:
    """Note which texts an event asks for, and of sealed ones who may hold them."""
    coop = reading.at.coop
    for ref in reading.at.texts:
        proof.refs.setdefault(ref.commitment, set()).add((coop, ref.size))
        if ref.role == SEALED:
            key = coop, ref.commitment
            known = proof.sealed.get(key, frozenset())
            proof.sealed[key] = known | holders(coop, reading.body)


def _record(
    run: Run,
    ids: Sequence[bytes],
    readings: Sequence[Reading],
    held: Held,
    proof: Authentic,
) -> Held:
    coop, incarnation = run.chain.coop, run.chain.incarnation
    proof.events += len(ids)
    kept = proof.readings.setdefault(coop, {})
    for reading in readings:
        kept[incarnation, reading.at.seq] = reading
        _note_texts(proof, reading)
    # Only so many are ever looked at: what is beyond need not be kept apart.
    room = limits.ADOPTIONS - len(held.adoptions)
    adoptions = adoptions_in(readings)[:room]
    proof.batch.adoptions.extend((held.no, one) for one in adoptions)
    proof.batch.arrivals.append(Arrival(held.no, run.first, run.last, ids[-1]))
    sealed = held.sealed
    if sealed == held.last and len(ids) >= SEGMENT_FROM:
        sealed = run.last
        packing, block = wire.pack_block(wire.encode_events(run.events))
        proof.batch.segments.append(
            SegmentRow(
                chain=held.no,
                first=run.first,
                last=run.last,
                before=held.last_id,
                signature=run.signature,
                packing=packing,
                block=block,
            )
        )
    else:
        last = len(ids) - 1
        proof.batch.tail.extend(
            TailRow(
                held.no,
                run.first + index,
                event_id,
                run.events[index],
                run.signature if index == last else None,
            )
            for index, event_id in enumerate(ids)
        )
    return Held(
        held.no,
        held.chain,
        run.last,
        ids[-1],
        sealed,
        (*held.adoptions, *adoptions),
    )
