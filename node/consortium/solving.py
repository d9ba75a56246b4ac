"""The consortium solver: who covers a lead, and what nobody covers.

    1  how many minutes of the lines that must be covered can be covered at all
    2  the aim, with that much covered: fewest parties, fairest shares or lowest cost
    3  shares of those parties, in whole minutes
    4  of the other lines, as much as the parties can take beside that

Once the parties are chosen the shares are a flow through a network, whose best answers
are whole minutes. Only choosing parties takes a search, and that has a deadline: where
it is cut off, the answer says how far from the best it may be.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final, Literal, assert_never

import msgspec

from node.consortium.answer import Aim, Plan, Share
from node.consortium.flow import Flow
from node.consortium.merging import merged
from node.consortium.moving import moves
from node.consortium.problem import MOST, Arc, Need, Problem, Supply, Wish
from node.consortium.program import Solution
from protocol.joins.weeks import Date

#: A flow without a search takes a fraction of a second at any size that a lead has.
_FLOW_S: Final = 60.0
#: What floats may be off by, where whole numbers are compared.
_NOISE: Final = 1e-6


class _Choice(msgspec.Struct, frozen=True, kw_only=True):
    parties: frozenset[bytes]
    covered: int
    value: float
    bound: float
    proven: bool


#: An arc of a flow and the minutes that flow along it.
_Used = tuple[Arc, int]


def solve(problem: Problem, aim: Aim, seconds: float = 2.0) -> Plan:
    """Find the parties and their shares; `seconds` bound the search for parties."""
    musts = [one for one in problem.needs if one.must] or list(problem.needs)
    others = [one for one in problem.needs if one not in musts]
    choice = _choose(problem, musts, aim, seconds)
    shares: list[Share] = []
    left = problem
    for needs, covered in ((musts, choice.covered), (others, None)):
        flow = Flow(left, needs, _of(choice.parties, left.supplies))
        used = _assign(flow, aim, covered)
        shares += _shares(flow, used)
        left = _left(left, used)
    lacking = missing(problem.needs, shares)
    done = sum(one.minutes - lacking.get(one.line, 0) for one in musts)
    return Plan(
        aim=aim,
        parties=tuple(sorted(choice.parties)),
        shares=tuple(shares),
        missing=lacking,
        moves=tuple(moves(left, _rest(problem.needs, lacking))),
        value=choice.value,
        bound=choice.bound,
        # A claim is made of what was found to the minute, or not at all.
        proven=choice.proven and done == choice.covered,
    )


def _of(parties: frozenset[bytes], supplies: Sequence[Supply]) -> list[Supply]:
    """Leave what others offer in its place, with nothing free."""
    nothing: dict[Date, int] = {}
    return [
        one if one.coop in parties else msgspec.structs.replace(one, free=nothing)
        for one in supplies
    ]


def _rest(needs: Sequence[Need], lacking: Mapping[int, int]) -> list[Need]:
    return [
        msgspec.structs.replace(one, minutes=lacking[one.line])
        for one in needs
        if one.line in lacking
    ]


def missing(needs: Sequence[Need], shares: Sequence[Share]) -> dict[int, int]:
    """Give the minutes of each line that no share covers; full ones are left out."""
    left = {one.line: one.minutes for one in needs}
    for share in shares:
        left[share.line] -= share.minutes
    return {line: minutes for line, minutes in left.items() if minutes}


# --- choosing parties ---------------------------------------------------------------


def _choose(
    problem: Problem, needs: Sequence[Need], aim: Aim, seconds: float
) -> _Choice:
    supplies = problem.supplies
    flow = Flow(
        problem, needs, supplies if aim == "cheapest" else merged(supplies, needs)
    )
    if not flow.arcs:
        return _unhelped(problem.required, aim, proven=True)
    searches = aim == "fewest" or problem.at_most is not None
    columns = flow.parties() if searches else {}
    if problem.at_most is not None:
        everybody = dict.fromkeys(columns.values(), 1.0)
        flow.program.row(everybody, most=problem.at_most)
    limit = seconds / 2 if problem.at_most is not None else _FLOW_S
    widest = flow.program.solve("most", flow.covered(), limit)
    if widest is None:
        return _unhelped(problem.required, aim, proven=False)
    covered = round(widest.objective)
    whole = widest.proven or covered >= math.floor(widest.bound + _NOISE)
    flow.program.row(flow.covered(), least=covered)
    sense, objective = _objective(flow, aim, columns)
    best = flow.program.solve(sense, objective, seconds)
    found = widest if best is None else best
    # Where time was too short for any, what covers most is an answer all the same.
    bound = 0.0 if best is None else best.bound
    value = _value(objective, found)
    return _Choice(
        parties=_taking_part(flow, found),
        covered=covered,
        # A solver's 25.999999999999996 parties are 26.
        value=round(value) if aim == "fewest" else value,
        bound=math.ceil(bound - _NOISE) if aim == "fewest" else bound,
        proven=whole and best is not None and best.proven,
    )


def _unhelped(parties: frozenset[bytes], aim: Aim, *, proven: bool) -> _Choice:
    """Answer where nobody can do anything, or none was found in time who can."""
    value = len(parties) if aim == "fewest" else 0
    return _Choice(parties=parties, covered=0, value=value, bound=value, proven=proven)


def _objective(
    flow: Flow, aim: Aim, parties: Mapping[bytes, int]
) -> tuple[Literal["least", "most"], dict[int, float]]:
    match aim:
        case "fewest":
            return "least", dict.fromkeys(parties.values(), 1.0)
        case "cheapest":
            return "least", flow.costs()
        case "fairest":
            return "most", flow.wishes()
    assert_never(aim)


def _value(objective: Mapping[int, float], found: Solution) -> float:
    values = found.values
    return sum(
        values[column] * factor
        for column, factor in objective.items()
        if column < len(values)
    )


def _taking_part(flow: Flow, found: Solution) -> frozenset[bytes]:
    minutes = flow.minutes(found.values)
    serving = {
        flow.coop(arc) for arc, one in zip(flow.arcs, minutes, strict=True) if one
    }
    return flow.problem.required | serving


# --- shares -------------------------------------------------------------------------


def _assign(flow: Flow, aim: Aim, covered: int | None) -> list[_Used]:
    """Give whole minutes per arc: as much as can be, or as was found, and the aim."""
    if not flow.arcs:
        return []
    if covered is None:
        widest = flow.program.solve("most", flow.covered(), _FLOW_S)
        covered = 0 if widest is None else round(widest.objective)
    flow.program.row(flow.covered(), least=covered)
    if aim == "fairest":
        best = flow.program.solve("most", flow.wishes(), _FLOW_S)
    else:
        # Among the fewest, who is cheaper does more.
        best = flow.program.solve("least", flow.costs(), _FLOW_S)
    if best is None:
        # No choice among shares is no reason to have none.
        best = flow.program.solve("most", flow.covered(), _FLOW_S)
    if best is None:
        return []
    minutes = flow.minutes(best.values)
    return [(arc, one) for arc, one in zip(flow.arcs, minutes, strict=True) if one]


def _shares(flow: Flow, used: Sequence[_Used]) -> list[Share]:
    by_party: dict[tuple[bytes, int], list[_Used]] = {}
    for arc, minutes in used:
        key = flow.coop(arc), flow.needs[arc.need].line
        by_party.setdefault(key, []).append((arc, minutes))
    return [
        Share(
            coop=coop,
            line=line,
            minutes=sum(minutes for _, minutes in some),
            weeks=_by_week(some),
            cost=_cost(flow, some),
        )
        for (coop, line), some in sorted(by_party.items())
    ]


def _by_week(used: Sequence[_Used]) -> dict[Date, int]:
    weeks: dict[Date, int] = {}
    for arc, minutes in sorted(used, key=lambda one: one[0].week):
        weeks[arc.week] = weeks.get(arc.week, 0) + minutes
    return weeks


def _cost(flow: Flow, used: Sequence[_Used]) -> int | None:
    cost = Fraction(0)
    for arc, minutes in used:
        price = flow.supplies[arc.supply].price
        if price is None:
            return None
        cost += price.each * minutes
    return min(round(cost), MOST)


def _left(problem: Problem, used: Iterable[_Used]) -> Problem:
    """Give the problem without what has flowed from its supplies."""
    free = [dict(one.free) for one in problem.supplies]
    spent: dict[bytes, dict[Date, int]] = {}
    for arc, minutes in used:
        free[arc.supply][arc.week] -= minutes
        weeks = spent.setdefault(problem.supplies[arc.supply].coop, {})
        weeks[arc.week] = weeks.get(arc.week, 0) + minutes
    return msgspec.structs.replace(
        problem,
        supplies=[
            msgspec.structs.replace(one, free=rest)
            for one, rest in zip(problem.supplies, free, strict=True)
        ],
        wishes={
            coop: _less(wish, spent.get(coop, {}))
            for coop, wish in problem.wishes.items()
        },
    )


def _less(wish: Wish, spent: Mapping[Date, int]) -> Wish:
    return msgspec.structs.replace(
        wish,
        busy=wish.busy + sum(spent.values()),
        ceiling={
            week: most - spent.get(week, 0) for week, most in wish.ceiling.items()
        },
    )
