"""A lead as a problem for the solver, and its plan for people."""

from collections.abc import Mapping, Sequence

import msgspec

from node import money
from node.consortium.answer import Move, Plan, Share
from node.consortium.moving import FURTHEST_WEEKS
from node.consortium.problem import (
    MOST,
    Need,
    Price,
    Problem,
    Supply,
    Wish,
)
from node.money import Amount
from node.views import calendar, coverage, utilisation
from node.views.books import Books
from node.views.market import Market, horizon
from node.views.names import Names
from protocol import ids as forms
from protocol.joins.coverage import Cover
from protocol.joins.utilisation import MOST_WEEKS, Board, Offered, Span, Use
from protocol.joins.weeks import WEEK, Date, monday
from protocol.kinds.leads import Requirement, Terms
from protocol.rules.leads import Lead
from protocol.state import Entity

#: Prices of one skill that a co-op's offers are told apart by.
_PRICES = 8


class ShareRow(msgspec.Struct, frozen=True, kw_only=True):
    """What one party does for one line; `weeks` maps ISO weeks to minutes."""

    coop: str
    name: str
    line: int
    skill: str
    minutes: int
    weeks: dict[str, int]
    cost: Amount | None


class MissingRow(msgspec.Struct, frozen=True, kw_only=True):
    """What of a line nobody covers, and the shortest move of its window that helps.

    `weeks` is negative for earlier; `helpers` maps co-ops to the minutes that they
    could do then. Without a move within half a year, `weeks` is None.
    """

    line: int
    skill: str
    must: bool
    minutes: int
    weeks: int | None
    covered: int
    helpers: dict[str, int]


class PartyRow(msgspec.Struct, frozen=True, kw_only=True):
    """A party: minutes in all, its cost, and its wish (minutes over the time)."""

    coop: str
    name: str
    minutes: int
    cost: Amount | None
    wanted: int | None
    busy: int | None


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """The answer. `proven` tells that no better one exists; else `bound` limits it.

    `value` is what the aim counts: parties; worth of wishes served (tenths of wishes,
    weighed 10 to 1); or cost in minor units, unknown rates taken as the dearest one.
    """

    lead: str
    title: str
    aim: str
    wanted: int
    covered: int
    whole: bool
    parties: list[PartyRow]
    shares: list[ShareRow]
    missing: list[MissingRow]
    value: float
    bound: float
    proven: bool
    cost: Amount | None
    without_rate: list[str]


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """Who must be a party, who must not, and how many there may be."""

    required: frozenset[bytes] = frozenset()
    excluded: frozenset[bytes] = frozenset()
    at_most: int | None = None


async def problem(
    books: Books,
    market: Market,
    entity: Entity,
    lead: Lead,
    *,
    choices: Choices,
    today: Date,
) -> tuple[Problem, str]:
    """Lay a lead out for the solver; with it, the currency that costs are in.

    What is accepted or committed already is covered; the rest is the need.
    """
    covers, _ = (await coverage.of(books, [entity]))[entity.id]
    needs = needs_of(lead.terms, covers, today)
    currency = currency_of(books, lead)
    if not needs:
        return Problem(needs=(), supplies=()), currency
    span = _span(needs)
    uses = await utilisation.of_all(books, market, span, today)
    uses = {coop: use for coop, use in uses.items() if coop not in choices.excluded}
    skills = {one.skill for one in needs}
    supplies = [
        supply
        for coop, use in uses.items()
        for supply in _supplies(coop, market.board(coop), use, skills, currency)
    ]
    return (
        Problem(
            needs=needs,
            supplies=supplies,
            wishes=_wishes(uses, needs),
            required=choices.required,
            at_most=choices.at_most,
        ),
        currency,
    )


def needs_of(terms: Terms, covers: Sequence[Cover], today: Date) -> list[Need]:
    """Give what of a lead is not accepted or committed yet, line by line."""
    by_line = {one.line: one for one in covers}
    return [
        need
        for one in sorted(terms.requirements, key=lambda one: one.line)
        if (need := _need(terms, one, by_line[one.line], today)) is not None
    ]


def _need(terms: Terms, one: Requirement, cover: Cover, today: Date) -> Need | None:
    if one.minutes is None:
        minutes = 0 if cover.committed + cover.accepted else 1
    else:
        minutes = cover.missing
    if not minutes:
        return None
    first, last = _reach(today)
    starts = min(max(first, one.starts or terms.starts or today), last)
    ends = one.ends or terms.ends or starts + WEEK * (MOST_WEEKS - 1)
    return Need(
        line=one.line,
        skill=one.skill,
        minutes=minutes,
        starts=starts,
        ends=min(max(starts, ends), last),
        must=one.must,
    )


def _span(needs: Sequence[Need]) -> Span:
    """Give the weeks of the needs and those to which a window may be moved."""
    first = monday(min(one.starts for one in needs))
    last = monday(max(one.ends for one in needs))
    around = WEEK * FURTHEST_WEEKS
    return Span(first - around, last + around)


def _reach(today: Date) -> tuple[Date, Date]:
    """Give the days between which a window matters to a search on some day.

    Nothing is known of time beyond the horizon. A window that begins or ends in another
    age (each log may name one end) is cut off where no move brings it back within.
    """
    laid_out, beyond = horizon(today), WEEK * (FURTHEST_WEEKS + 1)
    return laid_out.first - beyond, laid_out.last + beyond


def currency_of(books: Books, lead: Lead) -> str:
    """Say in which currency a lead's costs are counted."""
    value = lead.terms.value
    return books.roster.charter.currency if value is None else value.currency


def _supplies(
    coop: bytes, board: Board, use: Use, skills: set[str], currency: str
) -> list[Supply]:
    """Give what is free of some skills, at its prices.

    What is committed is not tied to an offer: it is taken from the cheapest.
    """
    found: list[Supply] = []
    for skill in sorted(skills):
        taken = {
            week: some.committed
            for week, one in use.items()
            if (some := one.skills.get(skill)) is not None and some.committed
        }
        for price, by_week in _classes(board, skill, currency):
            free: dict[Date, int] = {}
            steady: dict[Date, int] = {}
            for week, one in by_week.items():
                if week not in use:
                    continue
                offered = one.steady + one.rest
                used = min(offered, taken.get(week, 0))
                taken[week] = taken.get(week, 0) - used
                free[week] = min(offered - used, MOST)
                steady[week] = min(max(0, one.steady - used), MOST)
            if any(free.values()):
                found.append(
                    Supply(
                        coop=coop, skill=skill, free=free, steady=steady, price=price
                    )
                )
    return found


def _classes(
    board: Board, skill: str, currency: str
) -> list[tuple[Price | None, Mapping[Date, Offered]]]:
    """Give the offers of a skill by price, the cheapest first, unknown prices last.

    A co-op has a few prices. Where somebody offers at many, neighbours are put
    together at the dearest of them: a plan may cost less, never more.
    """
    priced: list[tuple[Price, Mapping[Date, Offered]]] = []
    unpriced: list[Mapping[Date, Offered]] = []
    for (other, rate), by_week in board.offered.items():
        if other != skill:
            continue
        if rate is None or rate.currency != currency:
            unpriced.append(by_week)
        else:
            priced.append((Price(rate.amount, rate.minutes), by_week))
    priced.sort(key=lambda one: (one[0].each, one[0].minutes))
    size = -(-len(priced) // _PRICES) or 1
    groups = [priced[start : start + size] for start in range(0, len(priced), size)]
    found: list[tuple[Price | None, Mapping[Date, Offered]]] = [
        (group[-1][0], _together([by_week for _, by_week in group])) for group in groups
    ]
    return [*found, (None, _together(unpriced))] if unpriced else found


def _together(several: Sequence[Mapping[Date, Offered]]) -> Mapping[Date, Offered]:
    if len(several) == 1:
        return several[0]
    sums: dict[Date, Offered] = {}
    for by_week in several:
        for week, one in by_week.items():
            known = sums.get(week, Offered())
            sums[week] = Offered(
                steady=known.steady + one.steady, rest=known.rest + one.rest
            )
    return sums


def _wishes(uses: Mapping[bytes, Use], needs: Sequence[Need]) -> dict[bytes, Wish]:
    first = monday(min(one.starts for one in needs))
    last = monday(max(one.ends for one in needs))
    found: dict[bytes, Wish] = {}
    for coop, use in uses.items():
        meant = {week: one for week, one in use.items() if one.wanted is not None}
        inside = [one for week, one in meant.items() if first <= week <= last]
        if meant:
            found[coop] = Wish(
                wanted=sum(one.wanted or 0 for one in inside),
                busy=min(sum(one.busy + one.expected for one in inside), MOST),
                ceiling={
                    week: max(0, (one.ceiling or 0) - one.busy)
                    for week, one in meant.items()
                },
            )
    return found


# --- for people ---------------------------------------------------------------------


def team(
    names: Names,
    entity: Entity,
    asked: Problem,
    plan: Plan,
    *,
    title: str,
    currency: str,
) -> Team:
    """Write a plan for people."""
    skills = {one.line: one.skill for one in asked.needs}
    wanted = sum(one.minutes for one in asked.needs)
    lacking = sum(plan.missing.values())
    known = [one.cost for one in plan.shares if one.cost is not None]
    unpriced = {one.coop for one in plan.shares if one.cost is None}
    return Team(
        lead=forms.text("evt", entity.id),
        title=title,
        aim=plan.aim,
        wanted=wanted,
        covered=wanted - lacking,
        whole=not lacking,
        parties=_parties(names, asked, plan, currency),
        shares=[_share(names, one, skills, currency) for one in plan.shares],
        missing=_missing(names, asked, plan),
        value=plan.value,
        bound=plan.bound,
        proven=plan.proven,
        cost=money.write(sum(known), currency) if known else None,
        without_rate=sorted(names.of(coop) for coop in unpriced),
    )


def _parties(names: Names, asked: Problem, plan: Plan, currency: str) -> list[PartyRow]:
    rows: list[PartyRow] = []
    for coop in sorted(plan.parties, key=names.order):
        mine = [one for one in plan.shares if one.coop == coop]
        costs = [one.cost for one in mine]
        wish = asked.wishes.get(coop)
        rows.append(
            PartyRow(
                coop=forms.text("coop", coop),
                name=names.of(coop),
                minutes=sum(one.minutes for one in mine),
                cost=_sum(costs, currency),
                wanted=None if wish is None else wish.wanted,
                busy=None if wish is None else wish.busy,
            )
        )
    return rows


def _sum(costs: Sequence[int | None], currency: str) -> Amount | None:
    known = [one for one in costs if one is not None]
    return money.write(sum(known), currency) if len(known) == len(costs) else None


def _share(
    names: Names, one: Share, skills: Mapping[int, str], currency: str
) -> ShareRow:
    return ShareRow(
        coop=forms.text("coop", one.coop),
        name=names.of(one.coop),
        line=one.line,
        skill=skills[one.line],
        minutes=one.minutes,
        weeks={calendar.name(week): minutes for week, minutes in one.weeks.items()},
        cost=None if one.cost is None else money.write(one.cost, currency),
    )


def _missing(names: Names, asked: Problem, plan: Plan) -> list[MissingRow]:
    moves: Mapping[int, Move] = {one.line: one for one in plan.moves}
    rows: list[MissingRow] = []
    for need in asked.needs:
        if need.line in plan.missing:
            move = moves.get(need.line)
            helpers = {} if move is None else move.minutes
            rows.append(
                MissingRow(
                    line=need.line,
                    skill=need.skill,
                    must=need.must,
                    minutes=plan.missing[need.line],
                    weeks=None if move is None else move.weeks,
                    covered=0 if move is None else move.covered,
                    helpers={names.of(coop): some for coop, some in helpers.items()},
                )
            )
    return rows
