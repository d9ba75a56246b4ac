"""What is not covered, and who could cover it if the window moved."""

from collections.abc import Sequence
from typing import Final

from node.consortium.answer import Move
from node.consortium.problem import Need, Problem, arcs
from protocol.joins.weeks import Date

#: Half a year either way; beyond it the work is another piece of work.
FURTHEST_WEEKS: Final = 26


def moves(left: Problem, needs: Sequence[Need]) -> list[Move]:
    """Find a move per need, the shortest that covers it whole, else the one with most.

    `left` holds what is still free; `needs` carry the minutes that are missing. Each
    line is moved by itself. A need that no move helps is left out.
    """
    found = (_best(left, need) for need in needs)
    return [one for one in found if one is not None]


def _best(left: Problem, need: Need) -> Move | None:
    best: Move | None = None
    for distance in range(1, FURTHEST_WEEKS + 1):
        # Later before earlier: clients delay more easily than they hurry.
        for weeks in (distance, -distance):
            move = _moved(left, need, weeks)
            if move.covered == need.minutes:
                return move
            if move.covered > (0 if best is None else best.covered):
                best = move
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
