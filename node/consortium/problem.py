"""What is asked of the solver: needs, supplies, wishes, by ISO week.

    wish of a co-op ─▶ co-op ─▶ its week ─▶ a supply in that week ─▶ a need

All of it is a flow of whole minutes. Weeks are those of
protocol/joins/weeks.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final

import msgspec

from protocol.joins.weeks import WEEK, WORKING_DAYS, Date, named, parts

#: The largest number that is asked or answered. Co-ops can offer more in all, and name
#: prices that come to more; what crosses to the solver and back has 64 bits.
MOST: Final = 2**62
#: The most minutes that needs may have together: some hundred years of one person. A
#: yes that is off by the solver's tolerance (`program`) opens a tenth of a minute then;
#: with many more it would open whole ones, and answers would be wrong without a word.
MOST_MINUTES: Final = 10_000_000


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """`minutes` of a skill in all, within a window; one minute shows that it is there.

    A line without minutes (open-ended) needs somebody, however little: `minutes` is 1.
    """

    line: int
    skill: str
    minutes: int
    starts: Date
    ends: Date
    must: bool = True

    def moved(self, weeks: int) -> "Need":
        """Give the same need some weeks later (or earlier, where negative)."""
        by = WEEK * weeks
        return msgspec.structs.replace(
            self, starts=self.starts + by, ends=self.ends + by
        )

    def weeks(self) -> list[tuple[Date, int]]:
        """Give the weeks of the window, each with its working days in it."""
        whole, broken = parts(self.starts, self.ends)
        days = {**dict.fromkeys(whole, WORKING_DAYS), **dict(broken)}
        return [(named(no), days[no]) for no in sorted(days)]


class Price(msgspec.Struct, frozen=True, array_like=True):
    """Minor units of a currency per so many minutes, exactly."""

    amount: int
    minutes: int

    @property
    def each(self) -> Fraction:
        """Give the minor units of one minute."""
        return Fraction(self.amount, self.minutes)


class Supply(msgspec.Struct, frozen=True, kw_only=True):
    """What is free of a co-op's skill, in minutes by week, at one price.

    `steady` is what of it is there on all five days: a need for some days of a week
    can have its part of that and no more. All prices are of one currency.
    """

    coop: bytes
    skill: str
    free: Mapping[Date, int]
    steady: Mapping[Date, int]
    price: Price | None = None

    def usable(self, week: Date, days: int) -> int:
        """Say how many minutes somebody can have who needs them on so many days."""
        free = self.free.get(week, 0)
        if days == WORKING_DAYS:
            return free
        return min(free, self.steady.get(week, 0) * days // WORKING_DAYS)


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """How busy a co-op wishes to be over the time in question, in minutes.

    `ceiling` bounds its work in a week, over all skills; a week that is not in it is
    bounded by the supplies alone.
    """

    wanted: int
    busy: int
    ceiling: Mapping[Date, int] = msgspec.field(default_factory=dict)


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that an answer depends on. `at_most` bounds the number of parties."""

    needs: Sequence[Need]
    supplies: Sequence[Supply]
    wishes: Mapping[bytes, Wish] = msgspec.field(default_factory=dict)
    required: frozenset[bytes] = frozenset()
    at_most: int | None = None


def dearest(supplies: Iterable[Supply]) -> Price | None:
    """Give the price that is taken for those who name none; None where nobody does."""
    prices = (one.price for one in supplies if one.price is not None)
    return max(prices, key=lambda one: one.each, default=None)


class Arc(msgspec.Struct, frozen=True):
    """A supply that can serve a need in a week, for at most `most` minutes."""

    supply: int
    need: int
    week: Date
    most: int


def arcs(needs: Sequence[Need], supplies: Sequence[Supply]) -> list[Arc]:
    """Give every way in which a supply can serve a need."""
    by_skill: dict[str, list[tuple[int, Need, list[tuple[Date, int]]]]] = {}
    for no, need in enumerate(needs):
        by_skill.setdefault(need.skill, []).append((no, need, need.weeks()))
    return [
        Arc(at, no, week, most)
        for at, supply in enumerate(supplies)
        # Who has nothing left is not looked at week by week.
        if supply.free
        for no, need, weeks in by_skill.get(supply.skill, ())
        for week, days in weeks
        if (most := min(supply.usable(week, days), need.minutes)) > 0
    ]
