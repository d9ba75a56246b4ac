"""The calendar: who is free for what, week by week; and the heat map by skill."""

import datetime
from collections.abc import Mapping, Sequence

import msgspec

from node.views import utilisation
from node.views.books import Books
from node.views.market import Market
from node.views.names import Names
from protocol import ids as forms
from protocol.joins.utilisation import CoopWeek, SkillWeek, Span, Use
from protocol.joins.weeks import Date
from protocol.state import Entity


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One skill in one week, in minutes; `over` is promised beyond what is offered."""

    week: str
    offered: int
    committed: int
    free: int
    over: int


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
    uses = await utilisation.of_all(books, market, span, today, coop=coop, won=won)
    if skill is not None:
        uses = {one: _only(use, skill) for one, use in uses.items()}
    mondays = span.weeks()
    order = sorted(uses, key=names.order)
    return Calendar(
        weeks=[name(monday) for monday in mondays],
        mondays=mondays,
        coops=[
            CoopRow(
                coop=forms.text("coop", one),
                name=names.of(one),
                weeks=[_coop_cell(monday, uses[one][monday]) for monday in mondays],
            )
            for one in order
        ],
        skills=_skills([uses[one] for one in order], mondays),
        won=None if won is None else forms.text("evt", won.id),
    )


def name(monday: Date) -> str:
    """Name a week as ISO 8601 does: 2027-W05."""
    year, week, _ = monday.isocalendar()
    return f"{year}-W{week:02}"


def _only(use: Use, skill: str) -> Use:
    return {
        week: msgspec.structs.replace(
            one, skills={key: some for key, some in one.skills.items() if key == skill}
        )
        for week, one in use.items()
    }


def _coop_cell(monday: Date, one: CoopWeek) -> CoopCell:
    skills = one.skills.values()
    return CoopCell(
        week=name(monday),
        offered=sum(some.offered for some in skills),
        committed=one.committed,
        free=sum(some.free for some in skills),
        over=sum(some.over for some in skills),
        confirmed=one.confirmed,
        expected=one.expected,
        placeholder=one.placeholder,
        busy=one.busy,
        wanted=one.wanted,
        floor=one.floor,
        ceiling=one.ceiling,
        gap=one.gap,
    )


def _skills(uses: Sequence[Use], mondays: Sequence[Date]) -> list[SkillRow]:
    sums: dict[str, dict[Date, list[SkillWeek]]] = {}
    for use in uses:
        for monday, one in use.items():
            for skill, some in one.skills.items():
                sums.setdefault(skill, {}).setdefault(monday, []).append(some)
    return [
        SkillRow(skill=skill, weeks=[_cell(monday, by_week) for monday in mondays])
        for skill, by_week in sorted(sums.items())
    ]


def _cell(monday: Date, by_week: Mapping[Date, Sequence[SkillWeek]]) -> Cell:
    some = by_week.get(monday, ())
    return Cell(
        week=name(monday),
        offered=sum(one.offered for one in some),
        committed=sum(one.committed for one in some),
        free=sum(one.free for one in some),
        over=sum(one.over for one in some),
    )
