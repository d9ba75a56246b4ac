"""What happened, event by event, in the order in which it came to this node.

A cursor names a run by its number and by the relay's rolling hash there, so it survives
restarts and rebuilds, and one from before a restore is noticed instead of believed. Of
the relay's order the newest 10,000 runs are kept; who was away for longer is told so.
"""

import re
from collections.abc import AsyncGenerator, Callable, Collection
from typing import Final, NamedTuple

import msgspec

from node.errors import UserFault
from node.views import explain, logs, sayings
from node.views.books import Books
from node.views.effects import Effects
from node.views.logs import Placed, Verdict
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
    changes: list[Change] = []
    effects = Effects(books, names)
    cursor, looked = after, 0
    for row in rows:
        done = point.done if point is not None and row is rows[0] else 0
        number, chain, first, last, rolling = row
        async for one in _events(books, chain, first + done, last):
            if looked == most:
                return Part(changes, cursor, more=True)
            looked += 1
            done += 1
            read_to = _WHOLE if first + done > last else done
            cursor = Point(number, read_to, _rolling(rolling)).text()
            if wanted(logs.envelope(one.data).kind):
                changes.append(Change(await _row(books, names, effects, one), cursor))
    more = bool(rows) and rows[-1][0] < books.log.relayed
    return Part(changes, cursor, more)


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


async def _row(books: Books, names: Names, effects: Effects, one: Placed) -> ChangeRow:
    around = logs.envelope(one.data)
    verdict, reason = await logs.judge(books, one, around)
    reading = logs.read(one)
    touched = [one.id, *reading.reads(), *explain.set_by(reading)]
    held = await books.state.many(dict.fromkeys(touched))
    own = [
        held[entity]
        for entity in dict.fromkeys(touched)
        if entity in held and held[entity].family != "log"
    ]
    says = sayings.say(around.kind, reading.body, names.of)
    told, moved = await effects.tell(
        around.kind, reading, says, [each for each in own if each.coop == one.coop]
    )
    return ChangeRow(
        id=forms.text("evt", one.id),
        kind=around.kind,
        coop=forms.text("coop", one.coop),
        name=names.of(one.coop),
        entities=[forms.text("evt", entity.id) for entity in own],
        time=around.time,
        verdict=verdict,
        reason=reason,
        says=says,
        told=told,
        moved=moved if verdict == "in force" else "",
    )
