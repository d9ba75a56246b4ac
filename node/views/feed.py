"""What happened, event by event, in the order in which it came to this node.

A cursor names a run by its number and by the relay's rolling hash there, so it survives
restarts and rebuilds, and one from before a restore is noticed instead of believed. Of
the relay's order the newest 10,000 runs are kept; who was away for longer is told so.
"""

import re
from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from typing import Final, NamedTuple

import msgspec

from node.errors import UserFault
from node.views import explain, logs, sayings
from node.views.books import Books
from node.views.effects import Deed, Effects
from node.views.logs import Envelope, Judged, Placed, Verdict
from node.views.names import Names
from protocol import ids as forms
from protocol.kinds import KINDS

#: Stands for "whatever comes from now on".
NOW: Final = "now"
#: Stands for everything that is kept.
OLDEST: Final = "oldest"
#: More than any run has: all of it is done.
_WHOLE: Final = 999_999
_ROLLING_CHARS: Final = 16
#: Events that are told of at once, in 20 ms, before others have their turn.
_TOGETHER: Final = 200
#: What a reader can narrow the feed down to: kinds, and families of them.
KNOWN: Final = frozenset({*KINDS, *(kind.partition(".")[0] for kind in KINDS)})
#: (number, chain, first, last, rolling) of a run in the relay's order.
Row = tuple[int, int, int, int, bytes]
_FORM: Final = re.compile(
    rf"([0-9]{{1,15}})-([0-9]{{1,9}})-([0-9a-f]{{{_ROLLING_CHARS}}})", re.ASCII
)


class ChangeRow(msgspec.Struct, frozen=True, kw_only=True):
    """An event that came here: who said what, of which entities, and whether it counts.

    `time` is when it claims to be written, `says` one sentence without the name.
    `told` says the same with names and titles, `moved` how what it moved stands now:
    nothing where it does not count. An event that is waiting may come to count later.
    """

    id: str
    kind: str
    coop: str
    name: str
    entities: list[str]
    time: str | None
    verdict: Verdict
    reason: str
    says: str
    told: str
    moved: str


class Change(NamedTuple):
    """A row, and where the feed goes on after it."""

    row: ChangeRow
    cursor: str


class Point(NamedTuple):
    """In run `number`, after `done` of its events; `rolling` is the hash at its end."""

    number: int
    done: int
    rolling: str

    def text(self) -> str:
        """Write the cursor."""
        return f"{self.number}-{self.done}-{self.rolling}"


class Part(NamedTuple):
    """What was read, where to go on, and whether there is more already."""

    changes: list[Change]
    cursor: str
    more: bool


def of_kinds(named: Collection[str]) -> Callable[[str], bool]:
    """Tell kinds that are wanted: these, those of these families, or all."""
    wanted = frozenset(named)
    return lambda kind: not wanted or kind in wanted or kind.partition(".")[0] in wanted


def now(books: Books) -> str:
    """Give the cursor behind everything that is here."""
    number = books.log.relayed
    if number == 0:
        return OLDEST
    return Point(number, _WHOLE, _rolling(books.log.rolling)).text()


async def read(
    books: Books,
    names: Names,
    after: str,
    most: int,
    wanted: Callable[[str], bool],
) -> Part:
    """Look through at most `most` events from a cursor on; give those of wanted kinds.

    after: a cursor, `NOW`, or `OLDEST` for all that is kept. Raises `UserFault`:
    "changes-cursor", "changes-gone".
    """
    if after == NOW:
        return Part([], now(books), more=False)
    point = None if after == OLDEST else _parse(after)
    # One more than is looked at, as the first run may be read to its end already.
    rows = await books.log.arrivals_from(point.number if point else 0, most + 1)
    if point is not None and (not rows or not _is_at(point, rows[0])):
        raise _gone()
    found: list[tuple[Placed, Envelope, str]] = []
    cursor, looked = after, 0
    for row in rows:
        done = point.done if point is not None and row is rows[0] else 0
        number, chain, first, last, rolling = row
        async for one in _events(books, chain, first + done, last):
            if looked == most:
                return Part(await _told(books, names, found), cursor, more=True)
            looked += 1
            done += 1
            read_to = _WHOLE if first + done > last else done
            cursor = Point(number, read_to, _rolling(rolling)).text()
            around = logs.envelope(one.data)
            if wanted(around.kind):
                found.append((one, around, cursor))
    more = bool(rows) and rows[-1][0] < books.log.relayed
    return Part(await _told(books, names, found), cursor, more)


def _is_at(point: Point, row: Row) -> bool:
    return row[0] == point.number and _rolling(row[4]) == point.rolling


def _gone() -> UserFault:
    return UserFault(
        code="changes-gone",
        detail="after: this node does not know that place of its feed, or no longer.",
        way_out=f"Read the lists anew, and go on with after={NOW}.",
        field="after",
        expected="`next` of an answer of this node, not older than 10,000 runs",
        example=NOW,
    )


def _parse(after: str) -> Point:
    found = _FORM.fullmatch(after)
    if found is None:
        raise UserFault(
            code="changes-cursor",
            detail="after: it is none that this feed gave.",
            way_out=f"Pass `next` of the answer before, {OLDEST} for all that is kept,"
            f" or {NOW} for what comes from now on.",
            field="after",
            expected="`next` of the answer before",
            example=NOW,
        )
    return Point(int(found[1]), int(found[2]), found[3])


def _rolling(rolling: bytes) -> str:
    return rolling.hex()[:_ROLLING_CHARS]


async def _events(
    books: Books, chain: int, first: int, last: int
) -> AsyncGenerator[Placed]:
    held = books.log.by_no[chain]
    async for batch in logs.forward(books, held, first, last):
        for one in batch:
            yield one


async def _told(
    books: Books, names: Names, found: Sequence[tuple[Placed, Envelope, str]]
) -> list[Change]:
    """Tell of events, some together: what they need of the store is read at once."""
    effects = Effects(books, names)
    changes: list[Change] = []
    for at in range(0, len(found), _TOGETHER):
        some = found[at : at + _TOGETHER]
        rows = await _rows(
            books, names, effects, [(one, each) for one, each, _ in some]
        )
        changes += map(Change, rows, [cursor for *_, cursor in some])
    return changes


async def _rows(
    books: Books,
    names: Names,
    effects: Effects,
    listed: Sequence[tuple[Placed, Envelope]],
) -> list[ChangeRow]:
    judged = await logs.judge(books, listed)
    readings = [logs.read(one) for one, _ in listed]
    touched = [
        dict.fromkeys([one.id, *reading.reads(), *explain.set_by(reading)])
        for (one, _), reading in zip(listed, readings, strict=True)
    ]
    held = await books.state.many({one for some in touched for one in some})
    deeds = [
        Deed(
            around,
            reading,
            sayings.say(around.kind, reading.body, names.of),
            [held[one] for one in some if one in held and held[one].family != "log"],
        )
        for (_, around), reading, some in zip(listed, readings, touched, strict=True)
    ]
    told = await effects.tell(deeds)
    return [
        _row(names, one, deed, judged[one.id], words)
        for (one, _), deed, words in zip(listed, deeds, told, strict=True)
    ]


def _row(
    names: Names, one: Placed, deed: Deed, judged: Judged, words: tuple[str, str]
) -> ChangeRow:
    (verdict, reason), (told, moved) = judged, words
    return ChangeRow(
        id=forms.text("evt", one.id),
        kind=deed.around.kind,
        coop=forms.text("coop", one.coop),
        name=names.of(one.coop),
        entities=[forms.text("evt", entity.id) for entity in deed.entities],
        time=deed.around.time,
        verdict=verdict,
        reason=reason,
        says=deed.says,
        told=told,
        moved=moved if verdict == "in force" else "",
    )
