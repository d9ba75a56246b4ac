"""Utilisation: what a co-op offers, has promised and uses itself, week by week (11.6).

    busy     = own confirmed bookings + what is committed to others
    expected = tentative bookings, each times its probability
    free     = offered - committed, by skill; what is committed beyond that is `over`
    gap      = wanted - busy - expected                        (negative: too much)
    fill     = what of the gap a skill's free time could fill, by skill

What is over is shown, never hidden: no rule forbids it, since plans change.

Everybody's time is looked at again and again, so it is kept as rows of sums, one number
for each week, from which a window is read without laying anything out anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Final, NamedTuple, TypeVar

import msgspec

from protocol.joins.bookings import TAKING, Booked, Bookings, together
from protocol.joins.commitments import BINDING, Commitment
from protocol.joins.offers import Offers, Row, Stretch, added, compact
from protocol.joins.weeks import (
    WORKING_DAYS,
    Date,
    named,
    number,
    parts,
    portions,
)
from protocol.kinds.fields import Rate
from protocol.rules.capacity import Booking, Capacity
from protocol.rules.profiles import Wish
from protocol.state import Entity

#: Longest time that is laid out at once: a year and a quarter.
MOST_WEEKS: Final = 66

T = TypeVar("T")


class Span(msgspec.Struct, frozen=True):
    """Weeks in question, by their Mondays, both included."""

    first: Date
    last: Date

    def holds(self, week: Date) -> bool:
        """Tell whether a week is in question."""
        return self.first <= week <= self.last

    @property
    def numbers(self) -> range:
        """Give the numbers of the weeks."""
        return range(number(self.first), number(self.last) + 1)

    def weeks(self) -> list[Date]:
        """Give the weeks in order."""
        return [named(no) for no in self.numbers]

    def within(self, other: "Span") -> "Span":
        """Give the weeks that are in both; none where its last is before its first."""
        return Span(max(self.first, other.first), min(self.last, other.last))


class Work(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Work that a pledger has promised: minutes in all within a window."""

    coop: bytes
    skill: str
    minutes: int
    starts: Date
    ends: Date
    pledge: bytes


def works(
    commitments: Iterable[Commitment],
    windows: Mapping[bytes, tuple[str, Date | None, Date | None]],
) -> list[Work]:
    """Give the work that binds, each with its skill and window.

    `windows` maps a pledge to its skill, start and end; where the pledge names no
    window, to those of its line or lead. Without either it cannot be laid out.
    """
    found: list[Work] = []
    for one in commitments:
        if one.standing not in BINDING or one.unit != "minutes":
            continue
        skill, starts, ends = windows.get(one.pledge, ("", None, None))
        if starts is None or ends is None or ends < starts:
            continue
        found.append(
            Work(
                coop=one.pledger,
                skill=skill,
                minutes=one.quantity,
                starts=starts,
                ends=ends,
                pledge=one.pledge,
            )
        )
    return found


class Lane(NamedTuple):
    """One skill of one co-op week by week, in minutes.

    `free` is what could still be promised, `upto` the sum of it before each week.
    """

    offered: Row
    committed: Row
    free: Row
    upto: Row

    def within(self, window: "Window") -> int:
        """Say what is free in a window."""
        upto, whole = self.upto, window.whole
        free = upto[whole.stop] - upto[whole.start]
        for at, days in window.broken:
            free += self.free[at] * days // WORKING_DAYS
        return free


class Window(NamedTuple):
    """A window by places in a row: the weeks that it has whole, and days of others."""

    touched: "slice[int, int, None]"
    whole: "slice[int, int, None]"
    broken: tuple[tuple[int, int], ...]


class Wanted(NamedTuple):
    """Sums before each week, over the weeks for which a co-op wants something.

    `gap` is what is missing to it, or negative what is too much.
    """

    wanted: Row
    gap: Row


class Own(NamedTuple):
    """What a co-op says of its own time, over some weeks.

    `booked` is by skill, of None what is booked without one. The three rows after it
    are the sums of that.
    """

    offers: Mapping[str, Offers]
    booked: Mapping[str | None, Booked]
    confirmed: Row
    expected: Row
    placeholder: Row
    wishes: Sequence[Wish | None]


class Board:
    """One co-op's time over the weeks of a span; beyond them there is nothing.

    Offers count while open, bookings while tentative, confirmed or placeholder; the
    wish of a week is the one that started last of those that hold it.
    """

    def __init__(
        self,
        span: Span,
        own: Own | None = None,
        committed: dict[str, list[int]] | None = None,
    ) -> None:
        """Begin with what the co-op says, and what is promised of each skill."""
        self._span = span
        self.weeks = span.numbers
        self._own = lay(self.weeks, ()) if own is None else own
        self._committed = {} if committed is None else committed
        self._lanes: dict[str, Lane] = {}
        self._wanted: Wanted | None = None
        empty = compact([0] * (len(self.weeks) + 1))
        self._nothing = Lane(empty[:-1], empty[:-1], empty[:-1], empty)
        self._unbooked = Booked(empty[:-1], empty[:-1], empty[:-1])

    @property
    def own(self) -> Own:
        """Give what the co-op says of its own time."""
        return self._own

    @own.setter
    def own(self, own: Own) -> None:
        self._own = own
        self._lanes, self._wanted = {}, None

    def commit(self, work: Work, times: int = 1) -> None:
        """Count work as promised; `times` -1 takes that back."""
        row = self._committed.setdefault(work.skill, [0] * len(self.weeks))
        first = self.weeks.start
        for no, minutes in portions(work.minutes, work.starts, work.ends, self.weeks):
            row[no - first] += times * minutes
        self._lanes.pop(work.skill, None)
        self._wanted = None

    def along(self, promised: Iterable[Work]) -> "Board":
        """Give the board as it is with more work promised."""
        committed = {skill: [*row] for skill, row in self._committed.items()}
        other = Board(self._span, self._own, committed)
        for work in promised:
            other.commit(work)
        return other

    # --- reading ----------------------------------------------------------------------

    @property
    def skills(self) -> list[str]:
        """Name the skills that something is offered, promised or booked of."""
        own = self._own
        every = {*own.offers, *self._committed, *own.booked} - {None}
        return sorted(skill for skill in every if skill and self._some(skill))

    def _some(self, skill: str) -> bool:
        lane = self.lane(skill)
        rows = (lane.offered, lane.committed, *self.booked(skill))
        return any(map(any, rows))

    def lane(self, skill: str) -> Lane:
        """Give the weeks of a skill."""
        lane = self._lanes.get(skill)
        if lane is None:
            # A stranger may ask for any skill, and is remembered for none.
            if skill not in self._own.offers and skill not in self._committed:
                return self._nothing
            lane = self._lanes[skill] = self._lane(skill)
        return lane

    def _lane(self, skill: str) -> Lane:
        nothing = [0] * len(self.weeks)
        offers = self._own.offers.get(skill)
        offered = nothing if offers is None else offers.total
        committed = self._committed.get(skill, nothing)
        free = [max(0, one - two) for one, two in zip(offered, committed, strict=True)]
        return Lane(
            offered=offered,
            committed=compact([*committed]),
            free=compact(free),
            upto=compact([0, *accumulate(free)]),
        )

    def booked(self, skill: str | None) -> Booked:
        """Give own use of a skill, or of None what names no skill."""
        return self._own.booked.get(skill, self._unbooked)

    @property
    def gaps(self) -> list[int | None]:
        """Give the gap of each week, None where the co-op wishes nothing."""
        own = self._own
        rows = zip(own.wishes, own.confirmed, own.expected, self.committed, strict=True)
        return [
            None if wish is None else wish.wanted - sum(rest) for wish, *rest in rows
        ]

    @property
    def committed(self) -> Row:
        """Give what is promised, of all skills together."""
        return added(self.weeks, self._committed.values())

    @property
    def wanted(self) -> Wanted:
        """Give the sums of what the co-op wishes."""
        if self._wanted is None:
            own = self._own
            meant = [0 if one is None else one.wanted for one in own.wishes]
            rows = zip(meant, own.confirmed, own.expected, self.committed, strict=True)
            gaps = [one - sum(rest) if one else 0 for one, *rest in rows]
            self._wanted = Wanted([0, *accumulate(meant)], [0, *accumulate(gaps)])
        return self._wanted

    def window(self, starts: Date, ends: Date) -> Window:
        """Find the places of a window's weeks."""
        whole, broken = parts(starts, ends)
        first = self.weeks.start
        return Window(
            touched=self._slice(range(number(starts), number(ends) + 1)),
            whole=self._slice(whole),
            broken=tuple((no - first, days) for no, days in broken if no in self.weeks),
        )

    def places(self, span: Span) -> "slice[int, int, None]":
        """Say where in a row the weeks of a span are, as far as they are on it."""
        return self._slice(span.numbers)

    def _slice(self, some: range) -> "slice[int, int, None]":
        first, count = self.weeks.start, len(self.weeks)
        low = min(max(some.start - first, 0), count)
        return slice(low, max(low, min(some.stop - first, count)))

    def cut(self, row: Sequence[T], span: Span, nothing: T) -> list[T]:
        """Give the weeks of a span from a row, `nothing` for those beyond the board."""
        some = span.numbers
        before = min(max(self.weeks.start - some.start, 0), len(some))
        found = [*([nothing] * before), *row[self._slice(some)]]
        return found + [nothing] * (len(some) - len(found))


def lay(weeks: range, entities: Iterable[Entity]) -> Own:
    """Lay offers, bookings and wishes out; other entities are left alone."""
    offers: dict[str, dict[Rate | None, list[Stretch]]] = {}
    bookings = Bookings(weeks)
    wishes: list[Wish] = []
    for entity in entities:
        body = entity.body
        if isinstance(body, Capacity) and entity.state == "open":
            by_rate = offers.setdefault(body.skill, {})
            stretch = (body.starts, body.ends, body.minutes)
            by_rate.setdefault(body.rate, []).append(stretch)
        elif isinstance(body, Booking) and entity.state in TAKING:
            bookings.add(body, entity.state)
        elif isinstance(body, Wish):
            wishes.append(body)
    booked = bookings.rows()
    in_all = together(weeks, booked)
    return Own(
        offers={skill: Offers(weeks, by_rate) for skill, by_rate in offers.items()},
        booked=booked,
        confirmed=in_all.confirmed,
        expected=in_all.expected,
        placeholder=in_all.placeholder,
        wishes=_wished(weeks, wishes),
    )


def fill(gaps: Iterable[int | None], free: Iterable[int]) -> list[int | None]:
    """Say how much of each week's gap the free time of a skill could fill.

    None where the co-op wishes nothing. Nothing where it has as much as it wishes: of
    several co-ops, what one has too much is no work for another.
    """
    return [
        None if gap is None else max(0, min(gap, some))
        for gap, some in zip(gaps, free, strict=True)
    ]


def _wished(weeks: range, wishes: Iterable[Wish]) -> list[Wish | None]:
    """Give the wish of each week: the one that started last of those that hold it."""
    row: list[Wish | None] = [None] * len(weeks)
    for one in sorted(wishes, key=lambda one: one.starts):
        low = max(number(one.starts), weeks.start)
        high = min(number(one.ends) + 1, weeks.stop)
        if low < high:
            some = slice(low - weeks.start, high - weeks.start)
            row[some] = [one] * (high - low)
    return row
