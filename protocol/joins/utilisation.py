"""Utilisation: what a co-op offers, has promised and uses itself, week by week (11.6).

    busy     = own confirmed bookings + what is committed to others
    expected = tentative bookings, each times its probability
    free     = offered - committed, by skill; what is committed beyond that is `over`
    gap      = wanted - busy - expected                        (negative: too much)

What is over is shown, never hidden: no rule forbids it, since plans change.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from protocol.joins.commitments import BINDING, Commitment
from protocol.joins.weeks import (
    WORKING_DAYS,
    Date,
    monday,
    spread,
    weekly,
    weeks,
    working_days,
)
from protocol.kinds.fields import Rate
from protocol.rules.capacity import Booking, Capacity
from protocol.rules.profiles import Wish
from protocol.state import Entity

#: States in which a booking takes time.
TAKING: Final = frozenset({"tentative", "confirmed", "placeholder"})
#: Longest time that is laid out at once: a year and a quarter.
MOST_WEEKS: Final = 66


class Span(msgspec.Struct, frozen=True):
    """Weeks in question, by their Mondays, both included."""

    first: Date
    last: Date

    def holds(self, week: Date) -> bool:
        """Tell whether a week is in question."""
        return self.first <= week <= self.last

    def weeks(self) -> list[Date]:
        """Give the weeks in order."""
        return list(weeks(self.first, self.last))


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """Work that a pledger has promised: minutes in all within a window."""

    coop: bytes
    skill: str
    minutes: int
    starts: Date
    ends: Date
    pledge: bytes


class SkillWeek(msgspec.Struct, frozen=True, kw_only=True):
    """One skill of one co-op in one week, in minutes."""

    offered: int = 0
    committed: int = 0

    @property
    def free(self) -> int:
        """What could still be promised."""
        return max(0, self.offered - self.committed)

    @property
    def over(self) -> int:
        """What is promised beyond what is offered."""
        return max(0, self.committed - self.offered)


class CoopWeek(msgspec.Struct, frozen=True, kw_only=True):
    """One co-op in one week, in minutes over all skills.

    `wanted`, `floor` and `ceiling` are None where it has said no wish.
    """

    skills: Mapping[str, SkillWeek]
    confirmed: int = 0
    expected: int = 0
    placeholder: int = 0
    wanted: int | None = None
    floor: int | None = None
    ceiling: int | None = None

    @property
    def committed(self) -> int:
        """What is promised to others."""
        return sum(one.committed for one in self.skills.values())

    @property
    def busy(self) -> int:
        """What is certain."""
        return self.confirmed + self.committed

    @property
    def gap(self) -> int | None:
        """What is missing to the wish, or negative what is too much."""
        return None if self.wanted is None else self.wanted - self.busy - self.expected


Use = Mapping[Date, CoopWeek]


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


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """What is offered of one skill in one week, in minutes.

    `steady` is offered on all five days of it, `rest` on some of them.
    """

    steady: int = 0
    rest: int = 0

    def add(self, minutes: int, days: int) -> "Offered":
        """Add an offer of so many minutes on so many days of the week."""
        if days == WORKING_DAYS:
            return msgspec.structs.replace(self, steady=self.steady + minutes)
        return msgspec.structs.replace(self, rest=self.rest + minutes)


#: A skill and what is asked for it.
Kind = tuple[str, Rate | None]


class Board:
    """One co-op's time, laid out once, read for any weeks within its span.

    Offers count while open, bookings while tentative, confirmed or placeholder; the
    wish of a week is the one that started last of those that hold it.
    """

    def __init__(self, span: Span) -> None:
        """Lay nothing out yet."""
        self.span = span
        #: By skill and rate, then by week.
        self.offered: dict[Kind, dict[Date, Offered]] = {}
        self._own: dict[tuple[Date, str], int] = {}
        self._wishes: dict[Date, Wish] = {}

    def lay(self, entities: Iterable[Entity]) -> None:
        """Lay offers, bookings and wishes out; other entities are left alone."""
        for entity in entities:
            body = entity.body
            if isinstance(body, Capacity) and entity.state == "open":
                self._offer(body)
            elif isinstance(body, Booking):
                self._book(entity.state, body)
            elif isinstance(body, Wish):
                self._wish(body)

    def _offer(self, body: Capacity) -> None:
        by_week = self.offered.setdefault((body.skill, body.rate), {})
        for week in self._weeks(body.starts, body.ends):
            days = working_days(week, body.starts, body.ends)
            if minutes := body.minutes * days // WORKING_DAYS:
                by_week[week] = by_week.get(week, _NOTHING).add(minutes, days)

    def _book(self, state: str, body: Booking) -> None:
        if state not in TAKING:
            return
        for week in self._weeks(body.starts, body.ends):
            minutes = weekly(body.minutes, week, body.starts, body.ends)
            if state == "tentative":
                minutes = minutes * (body.probability or 0) // 100
            _add(self._own, (week, state), minutes)

    def _wish(self, body: Wish) -> None:
        for week in self._weeks(body.starts, body.ends):
            known = self._wishes.get(week)
            if known is None or known.starts <= body.starts:
                self._wishes[week] = body

    def _weeks(self, starts: Date, ends: Date) -> Iterable[Date]:
        first = max(monday(starts), self.span.first)
        last = min(monday(ends), self.span.last)
        return weeks(first, last) if first <= last else ()

    def use(self, span: Span, promised: Iterable[Work]) -> Use:
        """Give the weeks of a span, with the work that is promised."""
        skills: dict[Date, dict[str, list[int]]] = {}
        for (skill, _), by_week in self.offered.items():
            for week, one in by_week.items():
                if span.holds(week):
                    sums = skills.setdefault(week, {}).setdefault(skill, [0, 0])
                    sums[0] += one.steady + one.rest
        for work in promised:
            laid = spread(work.minutes, work.starts, work.ends, span.first, span.last)
            for week, minutes in laid.items():
                sums = skills.setdefault(week, {}).setdefault(work.skill, [0, 0])
                sums[1] += minutes
        return {week: self._week(week, skills.get(week, {})) for week in span.weeks()}

    def _week(self, week: Date, skills: Mapping[str, Sequence[int]]) -> CoopWeek:
        wish = self._wishes.get(week)
        return CoopWeek(
            skills={
                skill: SkillWeek(offered=sums[0], committed=sums[1])
                for skill, sums in sorted(skills.items())
            },
            confirmed=self._own.get((week, "confirmed"), 0),
            expected=self._own.get((week, "tentative"), 0),
            placeholder=self._own.get((week, "placeholder"), 0),
            wanted=None if wish is None else wish.wanted,
            floor=None if wish is None else wish.floor,
            ceiling=None if wish is None else wish.ceiling,
        )


def _add(sums: dict[tuple[Date, str], int], key: tuple[Date, str], more: int) -> None:
    sums[key] = sums.get(key, 0) + more


def of_coop(span: Span, entities: Iterable[Entity], promised: Iterable[Work]) -> Use:
    """Lay one co-op's time out for some weeks."""
    board = Board(span)
    board.lay(entities)
    return board.use(span, promised)


_NOTHING: Final = Offered()
