"""What is not covered, and who could cover it if the window moved."""

from collections.abc import Sequence
from typing import Final

from node.consortium.answer import Move
from node.consortium.problem import Need, Problem, arcs
from protocol.joins.weeks import WORKING_DAYS, Date, number, parts

#: Half a year either way; beyond it the work is another piece of work.
FURTHEST_WEEKS: Final = 26


def moves(left: Problem, needs: Sequence[Need]) -> list[Move]:
    """Find a move per need, the shortest that covers it whole, else the one with most.

    `left` holds what is still free; `needs` carry the minutes that are missing. Each
    line is moved by itself. A need that no move helps is left out.
    """
    open_ = _Open(left)
    found = ((need, _best(open_, need)) for need in needs)
    return [_moved(left, need, weeks) for need, weeks in found if weeks is not None]


class _Open:
    """What everybody could do of a skill by week, within the ceilings.

    Sums, so that a move is weighed without laying it out.
    """

    def __init__(self, left: Problem) -> None:
        self._left = left
        self._known: dict[tuple[str, int], dict[int, int]] = {}

    def of(self, skill: str, days: int) -> dict[int, int]:
        """Give minutes by numbered week, for somebody who needs so many days of it."""
        key = skill, days
        if key not in self._known:
            self._known[key] = self._sums(skill, days)
        return self._known[key]

    def _sums(self, skill: str, days: int) -> dict[int, int]:
        by_coop: dict[bytes, dict[Date, int]] = {}
        for supply in self._left.supplies:
            if supply.skill == skill:
                sums = by_coop.setdefault(supply.coop, {})
                for week in supply.free:
                    sums[week] = sums.get(week, 0) + supply.usable(week, days)
        found: dict[int, int] = {}
        for coop, sums in by_coop.items():
            wish = self._left.wishes.get(coop)
            ceiling = {} if wish is None else wish.ceiling
            for week, some in sums.items():
                free = min(some, max(0, ceiling.get(week, some)))
                if free > 0:
                    found[number(week)] = found.get(number(week), 0) + free
        return found


def _best(open_: _Open, need: Need) -> int | None:
    """Say by how many weeks to move a need; None where no move helps."""
    whole, broken = parts(need.starts, need.ends)
    weeks = [*((no, WORKING_DAYS) for no in whole), *broken]
    sums = {days: open_.of(need.skill, days) for _, days in weeks}
    best, most = None, 0
    for distance in range(1, FURTHEST_WEEKS + 1):
        # Later before earlier: clients delay more easily than they hurry.
        for by in (distance, -distance):
            could = sum(sums[days].get(no + by, 0) for no, days in weeks)
            if could >= need.minutes:
                return by
            if could > most:
                best, most = by, could
    return best


def _moved(left: Problem, need: Need, weeks: int) -> Move:
    minutes: dict[bytes, int] = {}
    spent: dict[tuple[bytes, Date], int] = {}
    missing = need.minutes
    for arc in arcs([need.moved(weeks)], left.supplies):
        coop = left.supplies[arc.supply].coop
        wish = left.wishes.get(coop)
        free = min(arc.most, missing)
        if wish is not None and arc.week in wish.ceiling:
            rest = wish.ceiling[arc.week] - spent.get((coop, arc.week), 0)
            free = min(free, max(0, rest))
        if free:
            minutes[coop] = minutes.get(coop, 0) + free
            spent[coop, arc.week] = spent.get((coop, arc.week), 0) + free
            missing -= free
    return Move(
        line=need.line,
        weeks=weeks,
        minutes=minutes,
        covered=need.minutes - missing,
    )
