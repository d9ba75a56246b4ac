"""Utilisation as SPEC 11.6 says it, week by week and day by day.

What the rows of protocol/joins/utilisation are compared with: nothing is summed up
beforehand, and nothing is quick.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

import msgspec

from protocol.joins.utilisation import Span, Work
from protocol.kinds.fields import Rate
from protocol.rules.capacity import Booking, Capacity
from protocol.rules.profiles import Wish
from protocol.state import Entity


class SkillWeek(msgspec.Struct, frozen=True, kw_only=True):
    """One skill of one co-op in one week, in minutes."""

    offered: int = 0
    committed: int = 0
    confirmed: int = 0
    expected: int = 0
    placeholder: int = 0

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

    def fill(self, skill: str) -> int | None:
        """What of the gap the free time of a skill could fill."""
        if self.gap is None:
            return None
        free = self.skills[skill].free if skill in self.skills else 0
        return 0 if self.gap < 0 else min(self.gap, free)


Use = Mapping[date, CoopWeek]


def days_in(week: date, starts: date, ends: date) -> int:
    """Count Monday to Friday of a week within a window."""
    days = [week + timedelta(no) for no in range(5)]
    return sum(starts <= day <= ends for day in days)


def weeks(starts: date, ends: date) -> list[date]:
    """Name the weeks that a window touches, in order."""
    first = starts - timedelta(starts.weekday())
    return [first + timedelta(no) for no in range(0, (ends - first).days + 1, 7)]


def laid_out(work: Work, week: date) -> int:
    """Give what of some work falls into a week."""
    touched = weeks(work.starts, work.ends)
    if week not in touched:
        return 0
    days = [days_in(one, work.starts, work.ends) for one in touched]
    at = touched.index(week)
    if not sum(days):
        return work.minutes if at == 0 else 0
    before, after = sum(days[:at]), sum(days[: at + 1])
    return work.minutes * after // sum(days) - work.minutes * before // sum(days)


def of_coop(span: Span, entities: Sequence[Entity], promised: Iterable[Work]) -> Use:
    """Lay one co-op's time out for some weeks."""
    works = list(promised)
    return {week: _week(week, entities, works) for week in span.weeks()}


def _week(week: date, entities: Sequence[Entity], works: Sequence[Work]) -> CoopWeek:
    skills: dict[str, dict[str, int]] = {}
    own = dict.fromkeys(("confirmed", "expected", "placeholder"), 0)
    for skill, what, minutes in _told(week, entities, works):
        if what in own:
            own[what] += minutes
        if skill is not None:
            sums = skills.setdefault(skill, {})
            sums[what] = sums.get(what, 0) + minutes
    wish = _wish(week, entities)
    return CoopWeek(
        skills={
            skill: SkillWeek(**sums)
            for skill, sums in sorted(skills.items())
            if any(sums.values())
        },
        **own,
        wanted=None if wish is None else wish.wanted,
        floor=None if wish is None else wish.floor,
        ceiling=None if wish is None else wish.ceiling,
    )


def _told(
    week: date, entities: Sequence[Entity], works: Sequence[Work]
) -> Iterator[tuple[str | None, str, int]]:
    """Give minutes of a week one by one, with their skill and what they are."""
    for entity in entities:
        body = entity.body
        if isinstance(body, Capacity) and entity.state == "open":
            days = days_in(week, body.starts, body.ends)
            yield body.skill, "offered", body.minutes * days // 5
        elif isinstance(body, Booking):
            minutes = body.minutes * days_in(week, body.starts, body.ends) // 5
            if entity.state == "tentative":
                yield body.skill, "expected", minutes * (body.probability or 0) // 100
            elif entity.state in {"confirmed", "placeholder"}:
                yield body.skill, entity.state, minutes
    for work in works:
        yield work.skill, "committed", laid_out(work, week)


def _wish(week: date, entities: Iterable[Entity]) -> Wish | None:
    wish: Wish | None = None
    for entity in entities:
        body = entity.body
        if isinstance(body, Wish):
            holds = body.starts <= week + timedelta(6) and week <= body.ends
            if holds and (wish is None or wish.starts <= body.starts):
                wish = body
    return wish


def offered_at(
    week: date, entities: Iterable[Entity], skill: str, rate: Rate | None
) -> tuple[int, int]:
    """Give what is offered at a rate: on all days of a week, and on some of them."""
    steady = rest = 0
    for entity in entities:
        body = entity.body
        if isinstance(body, Capacity) and (body.skill, body.rate) == (skill, rate):
            days = days_in(week, body.starts, body.ends)
            if days == 5:
                steady += body.minutes
            else:
                rest += body.minutes * days // 5
    return steady, rest


def prices(entities: Iterable[Entity], skill: str, currency: str) -> list[Rate]:
    """Give the rates of a skill, the cheapest first."""
    rates = {
        entity.body.rate
        for entity in entities
        if isinstance(entity.body, Capacity) and entity.body.skill == skill
    }
    return sorted(
        (one for one in rates if one is not None and one.currency == currency),
        key=lambda one: (Fraction(one.amount, one.minutes), one.minutes),
    )
