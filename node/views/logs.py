"""Logs event by event: read back from log.db, with the verdict that the fold gave.

An event is *in force*; *void* with a reason; *waiting*: held and authentic, but not
folded yet, for what it builds on is not here; or *suspended*, as its log was signed
twice at one place.
"""

from collections.abc import AsyncGenerator, Iterable, Sequence
from typing import Final, Literal

import msgspec

from node.store.batch import Held
from node.views import ids, moments, sayings, voids
from node.views.books import Books
from node.views.names import Names
from protocol import fold, limits
from protocol import ids as forms
from protocol.errors import Malformed
from protocol.event import Epoch, parse
from protocol.fold import Reading
from protocol.log import ids_after

Verdict = Literal["in force", "void", "waiting", "suspended"]
#: A verdict, and why where it is not "in force".
Judged = tuple[Verdict, str]
UNREADABLE: Final = "(unreadable)"
SUSPENDED: Final = (
    "Place {seq} of this log was signed twice with different events, as two copies of"
    " one node do; nothing from there on counts."
)
OVERFULL: Final = (
    f"This log has more than {limits.INCARNATIONS} incarnations; nothing of it counts."
)


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """An event where it stands in a chain."""

    held: Held
    seq: int
    id: bytes
    data: bytes

    @property
    def coop(self) -> bytes:
        """Whose log it stands in."""
        return self.held.chain.coop


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What an event says of itself; nothing but a kind where it cannot be read."""

    kind: str
    time: str | None
    epoch: Epoch | None


class LogRow(msgspec.Struct, frozen=True, kw_only=True):
    """An event for people; `time` is when it claims to be written."""

    id: str
    short: str
    seq: int
    incarnation: str
    kind: str
    time: str | None
    verdict: Verdict
    reason: str
    line: str


def envelope(data: bytes) -> Envelope:
    """Read what is around the body."""
    try:
        event = parse(data)
    except Malformed:
        return Envelope(kind=UNREADABLE, time=None, epoch=None)
    time = moments.write(event.time_ms)
    return Envelope(kind=event.kind, time=time, epoch=event.epoch)


# --- reading back -------------------------------------------------------------------


async def forward(
    books: Books, held: Held, first: int, last: int, *, needles: Sequence[bytes] = ()
) -> AsyncGenerator[list[Placed]]:
    """Read places `first` to `last` of a chain, as far as they can be read.

    needles: where any are given, runs are left out in which none of them stands. To
    look for bytes costs a fiftieth of hashing the events that they might stand in.
    """
    while first <= last:
        found = await books.log.read_run(held, first)
        if found is None:
            return
        run, before = found
        events = run.events[: last - first + 1]
        if needles and not _has(events, needles):
            first += len(events)
            continue
        yield [
            Placed(held=held, seq=seq, id=event_id, data=data)
            for seq, (event_id, data) in enumerate(
                zip(ids_after(before, events), events, strict=True), start=first
            )
        ]
        first += len(events)


def _has(events: Sequence[bytes], needles: Sequence[bytes]) -> bool:
    whole = b"".join(events)
    return any(needle in whole for needle in needles)


async def backward(books: Books, held: Held) -> AsyncGenerator[list[Placed]]:
    """Read a chain from its end: the tail, then segment by segment."""
    sealed = held.sealed
    tail = [batch async for batch in forward(books, held, sealed + 1, held.last)]
    for batch in reversed(tail):
        yield batch
    while sealed > 0:
        row = await books.log.segment_at(held, sealed)
        async for batch in forward(books, held, row.first, sealed):
            yield batch
        sealed = row.first - 1


def reached(books: Books, coop: bytes) -> dict[bytes, int]:
    """Say up to which place each incarnation of a log is folded."""
    found: dict[bytes, int] = {}
    done = books.state.folds.get(coop)
    for span in () if done is None else done.spans:
        found[span.incarnation] = max(span.last, found.get(span.incarnation, 0))
    return found


async def newest(
    books: Books, coop: bytes, most: int, *, needles: Sequence[bytes] = ()
) -> AsyncGenerator[list[Placed]]:
    """Read the newest events of a log in the order in which they count.

    Those that wait come after all that count already. needles: as of `forward`.
    """
    wanted: list[tuple[Held, int, int]] = []
    for held, first, end in reversed(_pieces(books, coop)):
        if most <= 0:
            break
        start = max(first, end - most + 1)
        wanted.append((held, start, end))
        most -= end - start + 1
    for held, first, end in reversed(wanted):
        async for batch in forward(books, held, first, end, needles=needles):
            yield batch


def length(books: Books, coop: bytes) -> int:
    """Count the events of a log that are held."""
    return sum(held.last for held in books.log.of_coop(coop))


def _pieces(books: Books, coop: bytes) -> list[tuple[Held, int, int]]:
    chains = {held.chain.incarnation: held for held in books.log.of_coop(coop)}
    done = books.state.folds.get(coop)
    pieces = [
        (chains[span.incarnation], span.first, span.last)
        for span in (() if done is None else done.spans)
        if span.incarnation in chains
    ]
    folded = reached(books, coop)
    for name, held in chains.items():
        if held.last > folded.get(name, 0):
            pieces.append((held, folded.get(name, 0) + 1, held.last))
    return pieces


# --- verdicts -----------------------------------------------------------------------


async def rows(books: Books, names: Names, placed: Iterable[Placed]) -> list[LogRow]:
    """Write events for people, in the order given."""
    listed = [(one, envelope(one.data)) for one in placed]
    short = await ids.shorts(books, [one.id for one, _ in listed])
    judged = await judge(books, listed)
    return [
        _row(names, one, around, short[one.id], judged[one.id])
        for one, around in listed
    ]


def _row(
    names: Names, one: Placed, around: Envelope, short: str, judged: Judged
) -> LogRow:
    verdict, reason = judged
    return LogRow(
        id=forms.text("evt", one.id),
        short=short,
        seq=one.seq,
        incarnation=one.held.chain.incarnation.hex(),
        kind=around.kind,
        time=around.time,
        verdict=verdict,
        reason=reason,
        line=sayings.say(around.kind, read(one).body, names.of),
    )


def read(one: Placed) -> Reading:
    """Read an event where it stands."""
    return fold.read(one.coop, one.seq, one.id, one.data)


async def judge(
    books: Books, listed: Sequence[tuple[Placed, Envelope]]
) -> dict[bytes, Judged]:
    """Give the verdicts on some events, and why where they are not in force."""
    folded = {coop: reached(books, coop) for coop in {one.coop for one, _ in listed}}
    found: dict[bytes, Judged] = {}
    void = await books.state.voids([one.id for one, _ in listed])
    for one, around in listed:
        if one.seq > folded[one.coop].get(one.held.chain.incarnation, 0):
            found[one.id] = await _unfolded(books, one, around)
        elif one.id in void:
            why = voids.say(void[one.id], read(one).body)
            found[one.id] = "void", f"{why}."
        else:
            found[one.id] = "in force", ""
    return found


async def _unfolded(books: Books, one: Placed, around: Envelope) -> Judged:
    suspension = books.register.suspension
    if suspension.is_suspended(one.coop):
        places = suspension.places(one.coop)
        first = min(places.values(), default=None)
        seq = places.get(one.held.chain.incarnation, first)
        return "suspended", SUSPENDED.format(seq=seq) if seq else OVERFULL
    return "waiting", await _why_waiting(books, one, around.epoch)


async def _why_waiting(books: Books, one: Placed, epoch: Epoch | None) -> str:
    tip = books.roster.number
    if epoch is not None and epoch.number > tip:
        return (
            f"It waits for block {epoch.number} of the roster; {tip} is the last here."
        )
    first = reached(books, one.coop).get(one.held.chain.incarnation, 0) + 1
    async for batch in forward(books, one.held, first, first):
        ahead = envelope(batch[0].data).epoch
        if ahead is not None and ahead.number > tip:
            return (
                f"Place {first} of the same log waits for block {ahead.number} of the"
                f" roster; {tip} is the last here."
            )
    return (
        "The incarnation that it stands in does not count yet: what it builds on is not"
        " here, or another one was opened beside it."
    )


def touching(placed: Sequence[Placed], needles: Iterable[bytes]) -> list[Placed]:
    """Pick the events that are one of these ids or name one.

    Looked for in the raw bytes: an id of 32 random-looking bytes does not stand in an
    event by chance.
    """
    wanted = list(needles)
    return [
        one
        for one in placed
        if one.id in wanted or any(needle in one.data for needle in wanted)
    ]
