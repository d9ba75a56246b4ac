"""What a co-op offers of one skill, laid out by week and sorted by price (SPEC 11.6).

Sums are rows: a number for each week of a range of them. Of many offers nothing else
is kept, so that everybody's offers fit into memory, however many there are.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import Final, NamedTuple

from protocol.joins.weeks import WORKING_DAYS, Date, parts
from protocol.kinds.fields import Rate

#: A number of minutes, or a sum of them, for each week of a range.
Row = Sequence[int]
#: Minutes a week from a day to another, both included.
Stretch = tuple[Date, Date, int]

#: Prices of one skill that a co-op's offers are told apart by.
PRICES: Final = 8
#: 16, 32 and 64 bits: most sums of a week fit into the first.
_WIDTHS: Final = "HIq"


class Tier(NamedTuple):
    """Offers at one price, in minutes: on all five days of a week, or on some of them.

    `price` is None where they name none in the currency in question.
    """

    price: Rate | None
    steady: Row
    rest: Row


class Offers:
    """The offers of one skill over some weeks."""

    def __init__(
        self, weeks: range, by_rate: Mapping[Rate | None, Iterable[Stretch]]
    ) -> None:
        """Lay offers out, given by what is asked for them."""
        #: By currency, the cheapest first, each once.
        self.prices: dict[str, list[Rate]] = {}
        for rate in by_rate:
            if rate is not None:
                self.prices.setdefault(rate.currency, []).append(rate)
        #: Of None are the offers that name no price.
        self._tiers: dict[str | None, list[Tier]] = {}
        for currency, prices in self.prices.items():
            prices.sort(key=cost)
            self._tiers[currency] = [
                _tier(weeks, group[-1], [by_rate[one] for one in group])
                for group in _groups(prices)
            ]
        if None in by_rate:
            self._tiers[None] = [_tier(weeks, None, [by_rate[None]])]
        self._weeks = weeks
        every = [tier for tiers in self._tiers.values() for tier in tiers]
        self.total = added(weeks, [row for tier in every for row in tier[1:]])

    def tiers(self, currency: str) -> list[Tier]:
        """Give the offers by price, the cheapest first, unknown prices last.

        A co-op has a few prices. Where somebody offers at many, neighbours are put
        together at the dearest of them: a plan may cost less, never more.
        """
        others = [
            tier
            for other, tiers in self._tiers.items()
            if other != currency
            for tier in tiers
        ]
        priced = self._tiers.get(currency, [])
        if not others:
            return priced
        steady = added(self._weeks, [tier.steady for tier in others])
        rest = added(self._weeks, [tier.rest for tier in others])
        return [*priced, Tier(None, steady, rest)]


def cost(rate: Rate) -> tuple[float, Fraction, int]:
    """Sort rates by the price of a minute, exactly; of two alike, the shorter first."""
    # Where the rounded prices differ, the exact ones differ the same way, and are not
    # looked at.
    return (
        rate.amount / rate.minutes,
        Fraction(rate.amount, rate.minutes),
        rate.minutes,
    )


def middle(rates: Iterable[Rate]) -> Fraction | None:
    """Give the median price of a minute, exactly; None where there are no rates."""
    rounded = [(one.amount / one.minutes, one) for one in rates]
    if not rounded:
        return None
    order = sorted(price for price, _ in rounded)
    low, high = order[(len(order) - 1) // 2], order[len(order) // 2]
    # Exact prices are made only of those that are rounded to the middle.
    near = sorted(
        Fraction(one.amount, one.minutes)
        for price, one in rounded
        if low <= price <= high
    )
    below = bisect_left(order, low)
    one, other = (near[at // 2 - below] for at in (len(order) - 1, len(order)))
    return (one + other) / 2


def _groups(prices: Sequence[Rate]) -> list[Sequence[Rate]]:
    size = -(-len(prices) // PRICES)
    return [prices[start : start + size] for start in range(0, len(prices), size)]


def _tier(
    weeks: range, price: Rate | None, offers: Iterable[Iterable[Stretch]]
) -> Tier:
    steps = Steps(weeks)
    rest = [0] * len(weeks)
    for stretches in offers:
        for starts, ends, minutes in stretches:
            whole, broken = parts(starts, ends)
            steps.add(whole, minutes)
            for no, days in broken:
                if no in weeks:
                    rest[no - weeks.start] += minutes * days // WORKING_DAYS
    return Tier(price, compact(steps.row()), compact(rest))


class Steps:
    """A row that is written as what changes from week to week."""

    def __init__(self, weeks: range) -> None:
        """Begin with nothing in any week."""
        self._weeks = weeks
        self._steps = [0] * (len(weeks) + 1)

    def add(self, some: range, minutes: int) -> None:
        """Add minutes in each of some weeks, as far as they are in the row."""
        weeks = self._weeks
        low, high = max(some.start, weeks.start), min(some.stop, weeks.stop)
        if low < high:
            self._steps[low - weeks.start] += minutes
            self._steps[high - weeks.start] -= minutes

    def row(self) -> list[int]:
        """Give the row."""
        return list(accumulate(self._steps[:-1]))


def added(weeks: range, rows: Iterable[Row]) -> Row:
    """Add rows up week by week."""
    return compact(list(map(sum, zip([0] * len(weeks), *rows, strict=True))))


def compact(row: list[int]) -> Row:
    """Keep a row in little memory; one with sums beyond 64 bits stays as it is."""
    for width in _WIDTHS:
        try:
            return array(width, row)
        except OverflowError:
            continue
    return row
