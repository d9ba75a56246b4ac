"""The calendar: who is free for what, week by week; and the heat map by skill."""

import datetime
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from node.views import utilisation
from node.views.books import Books
from node.views.market import Market
from node.views.names import Names
from protocol import ids as forms
from protocol.joins.utilisation import Board, Span, fill
from protocol.joins.weeks import Date
from protocol.state import Entity


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One skill in one week, in minutes; `over` is promised beyond what is offered.

    `confirmed`, `expected` (tentative times probability) and `placeholder` are own use
    that names this skill. `gap` is how much of what is missing to the wishes this skill
    could fill with what is free; None where nobody with it has a wish.
    """

    week: str
    offered: int
    committed: int
    free: int
    over: int
    confirmed: int
    expected: int
    placeholder: int
    gap: int | None


class CoopCell(msgspec.Struct, frozen=True, kw_only=True):
    """One co-op in one week, in minutes over all skills.

    `confirmed`, `expected` (tentative times probability) and `placeholder` are own
    use. `gap` is what is missing to the wish; None where there is no wish.
    """

    week: str
    offered: int
    committed: int
    free: int
    over: int
    confirmed: int
    expected: int
    placeholder: int
    busy: int
    wanted: int | None
    floor: int | None
    ceiling: int | None
    gap: int | None


class CoopRow(msgspec.Struct, frozen=True, kw_only=True):
    """One co-op's weeks."""

    coop: str
    name: str
    weeks: list[CoopCell]


class SkillRow(msgspec.Struct, frozen=True, kw_only=True):
    """One skill's weeks, over all co-ops that are shown."""

    skill: str
    weeks: list[Cell]


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """The weeks shown (ISO 8601, with the date of each Monday), by co-op and by skill.

    `won` is the lead that is taken to be won, where one is.
    """

    weeks: list[str]
    mondays: list[datetime.date]
    coops: list[CoopRow]
    skills: list[SkillRow]
    won: str | None = None


async def page(
    books: Books,
    names: Names,
    market: Market,
    span: Span,
    today: Date,
    *,
    coop: bytes | None = None,
    skill: str | None = None,
    won: Entity | None = None,
) -> Calendar:
    """Show the weeks of a span, narrowed down to a co-op or a skill."""
    boards = await utilisation.of_all(books, market, today, coop=coop, won=won)
    mondays = span.weeks()
    named = [name(monday) for monday in mondays]
    rows: dict[bytes, list[_Row]] = {
        one: _rows(boards[one], span, skill) for one in sorted(boards, key=names.order)
    }
    return Calendar(
        weeks=named,
        mondays=mondays,
        coops=[
            CoopRow(
                coop=forms.text("coop", one),
                name=names.of(one),
                weeks=_coop_cells(named, boards[one], span, mine),
            )
            for one, mine in rows.items()
        ],
        skills=_skills(named, rows.values()),
        won=None if won is None else forms.text("evt", won.id),
    )


def name(monday: Date) -> str:
    """Name a week as ISO 8601 does: 2027-W05."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


class _Row(NamedTuple):
    """One skill of one co-op, in the weeks shown."""

    skill: str
    offered: Sequence[int]
    committed: Sequence[int]
    free: Sequence[int]
    confirmed: Sequence[int]
    expected: Sequence[int]
    placeholder: Sequence[int]
    gap: Sequence[int | None]


def _rows(board: Board, span: Span, skill: str | None) -> list[_Row]:
    """Give the skills of which there is something in the weeks shown."""
    gaps = board.cut(board.gaps, span, None)
    rows = []
    for one in board.skills if skill is None else [skill]:
        lane, booked = board.lane(one), board.booked(one)
        free = board.cut(lane.free, span, 0)
        row = _Row(
            one,
            board.cut(lane.offered, span, 0),
            board.cut(lane.committed, span, 0),
            free,
            board.cut(booked.confirmed, span, 0),
            board.cut(booked.expected, span, 0),
            board.cut(booked.placeholder, span, 0),
            fill(gaps, free),
        )
        if any(map(any, (row.offered, row.committed, *row[4:7]))):
            rows.append(row)
    return rows


def _coop_cells(
    named: Sequence[str], board: Board, span: Span, rows: Sequence[_Row]
) -> list[CoopCell]:
    own = board.own
    columns = zip(
        named,
        *_sums(named, rows),
        board.cut(own.confirmed, span, 0),
        board.cut(own.expected, span, 0),
        board.cut(own.placeholder, span, 0),
        board.cut(own.wishes, span, None),
        strict=True,
    )
    cells: list[CoopCell] = []
    for week, offered, committed, free, confirmed, expected, holder, wish in columns:
        busy = confirmed + committed
        cells.append(
            CoopCell(
                week=week,
                offered=offered,
                committed=committed,
                free=free,
                over=free + committed - offered,
                confirmed=confirmed,
                expected=expected,
                placeholder=holder,
                busy=busy,
                wanted=None if wish is None else wish.wanted,
                floor=None if wish is None else wish.floor,
                ceiling=None if wish is None else wish.ceiling,
                gap=None if wish is None else wish.wanted - busy - expected,
            )
        )
    return cells


def _sums(
    named: Sequence[str], rows: Sequence[_Row]
) -> tuple[list[int], list[int], list[int]]:
    """Give what is offered, committed and free of some rows together."""
    nothing = [0] * len(named)
    return (
        _added(nothing, [row.offered for row in rows]),
        _added(nothing, [row.committed for row in rows]),
        _added(nothing, [row.free for row in rows]),
    )


def _added(nothing: Sequence[int], rows: Sequence[Sequence[int]]) -> list[int]:
    return [sum(some) for some in zip(nothing, *rows, strict=True)]


def _missing(
    nothing: Sequence[int], rows: Sequence[Sequence[int | None]]
) -> list[int | None]:
    """Add up what is known; None where nothing is."""
    found: list[int | None] = []
    for _, *some in zip(nothing, *rows, strict=True):
        known = [one for one in some if one is not None]
        found.append(sum(known) if known else None)
    return found


def _skills(named: Sequence[str], rows: Iterable[Sequence[_Row]]) -> list[SkillRow]:
    by_skill: dict[str, list[_Row]] = {}
    for mine in rows:
        for row in mine:
            by_skill.setdefault(row.skill, []).append(row)
    return [
        SkillRow(skill=skill, weeks=_cells(named, some))
        for skill, some in sorted(by_skill.items())
    ]


def _cells(named: Sequence[str], rows: Sequence[_Row]) -> list[Cell]:
    nothing = [0] * len(named)
    columns = zip(
        named,
        *_sums(named, rows),
        _added(nothing, [row.confirmed for row in rows]),
        _added(nothing, [row.expected for row in rows]),
        _added(nothing, [row.placeholder for row in rows]),
        _missing(nothing, [row.gap for row in rows]),
        strict=True,
    )
    return [
        Cell(
            week=week,
            offered=offered,
            committed=committed,
            free=free,
            over=free + committed - offered,
            confirmed=confirmed,
            expected=expected,
            placeholder=holder,
            gap=gap,
        )
        for week, offered, committed, free, confirmed, expected, holder, gap in columns
    ]
