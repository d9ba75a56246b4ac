"""A lead as a problem for the solver, and its plan for people."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

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
    dearest,
)
from node.money import Amount
from node.money import Price as Rated
from node.views import calendar, coverage, utilisation
from node.views.books import Books
from node.views.market import Market, horizon
from node.views.names import Names
from protocol import ids as forms
from protocol.joins.coverage import Cover
from protocol.joins.offers import Row
from protocol.joins.utilisation import MOST_WEEKS, Board, Span
from protocol.joins.weeks import WEEK, Date, monday
from protocol.kinds.fields import Rate
from protocol.kinds.leads import Requirement, Terms
from protocol.rules.leads import Lead
from protocol.state import Entity

#: By week, what is left of some offers, and what of it is there on all five days.
_Left = tuple[dict[Date, int], dict[Date, int]]


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

    `cost` sums up the shares whose rates are known; where parties do something without
    one (`without_rate`), it is the least that it can cost (`cost_at_least`). Co-ops
    that offer something without a rate, parties or not, are `assumed`, and weighed at
    `assumed_rate`: what is cheapest is so only as far as that holds.
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
    cost_at_least: bool
    without_rate: list[str]
    assumed: list[str]
    assumed_rate: Rated | None


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
    found = await utilisation.of_all(books, market, today)
    boards = {
        coop: board for coop, board in found.items() if coop not in choices.excluded
    }
    # Beyond the boards there is nothing.
    span = _span(needs).within(market.span)
    skills = sorted({one.skill for one in needs})
    wishes = _wishes(boards, needs, span)
    open_ = {coop: _open(span.weeks(), wishes.get(coop)) for coop in boards}
    supplies = [
        supply
        for coop, board in boards.items()
        if open_[coop]
        for skill in skills
        for supply in _supplies(
            coop, _Shelf(board, board.places(span), open_[coop]), skill, currency
        )
    ]
    return (
        Problem(
            needs=needs,
            supplies=supplies,
            wishes=wishes,
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


@lru_cache(maxsize=4)
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


class _Shelf(NamedTuple):
    """A co-op's time in question: its rows, and the places there of open weeks."""

    board: Board
    some: "slice[int, int, None]"
    weeks: Sequence[tuple[int, Date]]


def _open(weeks: Sequence[Date], wish: Wish | None) -> list[tuple[int, Date]]:
    """Give the weeks, with their places, in which a co-op wishes for any more work.

    What it offers in others nobody can have: it is not worth asking about.
    """
    full = () if wish is None else {at for at, most in wish.ceiling.items() if not most}
    return [(at, week) for at, week in enumerate(weeks) if week not in full]


def _supplies(coop: bytes, shelf: _Shelf, skill: str, currency: str) -> list[Supply]:
    """Give what is free of a skill, at its prices.

    What is committed is not tied to an offer: it is taken from the cheapest.
    """
    offers = shelf.board.own.offers.get(skill)
    if offers is None:
        return []
    taken = list(shelf.board.lane(skill).committed[shelf.some])
    found: list[Supply] = []
    for rate, always, rest in offers.tiers(currency):
        free, steady = _left(shelf, always, rest, taken)
        if any(free.values()):
            price = None if rate is None else Price(rate.amount, rate.minutes)
            found.append(
                Supply(coop=coop, skill=skill, free=free, steady=steady, price=price)
            )
    return found


def _left(shelf: _Shelf, always: Row, rest: Row, taken: list[int]) -> _Left:
    """Take from offers what is still to be taken; give what is left, and on all days.

    Of what is offered on some days of a week, things are taken last.
    """
    always, rest = always[shelf.some], rest[shelf.some]
    free: dict[Date, int] = {}
    steady: dict[Date, int] = {}
    for at, week in shelf.weeks:
        one, offered = always[at], always[at] + rest[at]
        if offered:
            used = min(offered, taken[at])
            taken[at] -= used
            if used < offered:
                free[week] = min(offered - used, MOST)
                steady[week] = min(max(0, one - used), MOST)
    return free, steady


def _wishes(
    boards: Mapping[bytes, Board], needs: Sequence[Need], span: Span
) -> dict[bytes, Wish]:
    inside = Span(
        monday(min(one.starts for one in needs)), monday(max(one.ends for one in needs))
    )
    weeks = span.weeks()
    found: dict[bytes, Wish] = {}
    for coop, board in boards.items():
        own, some = board.own, board.places(span)
        if not any(own.wishes[some]):
            continue
        wanted = busy = 0
        ceiling: dict[Date, int] = {}
        for week, wish, *certain, expected in zip(
            weeks,
            own.wishes[some],
            own.confirmed[some],
            board.committed[some],
            own.expected[some],
            strict=True,
        ):
            if wish is not None:
                ceiling[week] = max(0, wish.ceiling - sum(certain))
                if inside.holds(week):
                    wanted += wish.wanted
                    busy += sum(certain) + expected
        found[coop] = Wish(wanted=wanted, busy=min(busy, MOST), ceiling=ceiling)
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
    assumed = {one.coop for one in asked.supplies if one.price is None}
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
        cost_at_least=bool(unpriced),
        without_rate=sorted(names.of(coop) for coop in unpriced),
        assumed=sorted(names.of(coop) for coop in assumed),
        assumed_rate=_assumed_rate(asked, currency) if assumed else None,
    )


def _assumed_rate(asked: Problem, currency: str) -> Rated | None:
    price = dearest(asked.supplies)
    if price is None:
        return None
    rate = Rate(amount=price.amount, currency=currency, minutes=price.minutes)
    return money.write_rate(rate)


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
