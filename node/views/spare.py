"""What all co-ops together have free of a skill, from sums by week.

A list of leads asks the same of the same boards again and again. Laid out by week
instead of by co-op, a window is a sum, and who has anything in it a few bits.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from protocol.joins.utilisation import Lane, Window
from protocol.joins.weeks import WORKING_DAYS


class Helping(NamedTuple):
    """What is free in a window: minutes in all, and whose: a bit for each lane."""

    minutes: int
    lanes: int


class Spare:
    """Lanes of one skill, all of the same weeks, added up."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        """Add lanes up; a lane is known by its place among them."""
        some = [(1 << at, lane.free) for at, lane in enumerate(lanes) if lane.upto[-1]]
        weeks = len(some[0][1]) if some else 0
        self._some = some
        self._upto = [0] * (weeks + 1)
        #: For each week, who has anything free in it.
        self._who = [0] * weeks
        #: Weeks of which a window has some days: each lane is rounded by itself.
        self._broken: dict[tuple[int, int], Helping] = {}
        if some:
            rows = zip(*(free for _, free in some), strict=True)
            self._upto = [0, *accumulate(map(sum, rows))]
            for bit, free in some:
                for at, minutes in enumerate(free):
                    if minutes:
                        self._who[at] |= bit

    def __bool__(self) -> bool:
        """Tell whether anybody has anything free."""
        return bool(self._some)

    def within(self, window: Window) -> Helping:
        """Say what is free in a window, and whose it is."""
        if not self._some:
            return Helping(0, 0)
        low, high = window.whole.start, window.whole.stop
        minutes, lanes = self._upto[high] - self._upto[low], 0
        for who in self._who[low:high]:
            lanes |= who
        for broken in window.broken:
            if broken not in self._broken:
                self._broken[broken] = self._days(*broken)
            more, who = self._broken[broken]
            minutes, lanes = minutes + more, lanes | who
        return Helping(minutes, lanes)

    def _days(self, at: int, days: int) -> Helping:
        parts = [(bit, free[at] * days // WORKING_DAYS) for bit, free in self._some]
        return Helping(
            sum(minutes for _, minutes in parts),
            sum(bit for bit, minutes in parts if minutes),
        )
