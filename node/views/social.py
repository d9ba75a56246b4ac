"""Social value: themes and outcomes, in time and money.

Counted from work reports that both sides accepted, so that nobody types a figure a
second time.
"""

import datetime
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from node import money
from node.money import Amount
from node.views import trade
from node.views.books import Books
from node.views.figures import pages
from node.views.figures.kept import Figures
from node.views.figures.pages import Members
from node.views.figures.served import (
    ALL,
    LIVE,
    MINUTES,
    REPORTS,
    Counted,
    Kind,
    Sort,
    ordinals,
)
from node.views.names import Names
from node.views.paging import Page
from node.views.trade import ReportRow, Shelf
from protocol import ids as forms
from protocol.joins import trade as joining
from protocol.joins.reports import Delivery
from protocol.state import Entity

#: By what was served, then by unit.
_Sums = dict[Sort, dict[str, int]]


class Period(NamedTuple):
    """Days, both included; None is any time."""

    starts: datetime.date | None
    ends: datetime.date | None


class Wanted(NamedTuple):
    """Which reports: of a provider, of a period, of a theme, of an outcome.

    What is not said does not narrow it down.
    """

    coop: bytes | None
    period: Period
    theme: str | None
    outcome: str | None

    def holds(self, one: Delivery) -> bool:
        """Tell whether a report is of this theme and outcome."""
        return self.outcome in {None, one.outcome} and (
            self.theme is None or any(theme == self.theme for theme, _ in one.themes)
        )


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A theme or outcome: how many minutes, how much money, from how many reports."""

    name: str
    minutes: int
    amounts: list[Amount]
    reports: int


class CoopFigure(msgspec.Struct, frozen=True, kw_only=True):
    """What one provider's accepted work came to; `themed` is the time with a theme."""

    coop: str
    name: str
    minutes: int
    themed: int
    amounts: list[Amount]
    reports: int


class SocialValue(msgspec.Struct, frozen=True, kw_only=True):
    """The report. Money of a theme is its share of the time, rounded down by report.

    `reports` says how many there are; `figures.reports` lists those of each figure.
    """

    starts: datetime.date | None
    ends: datetime.date | None
    minutes: int
    reports: int
    themes: list[Figure]
    outcomes: list[Figure]
    coops: list[CoopFigure]


async def report(
    books: Books, names: Names, figures: Figures, coop: bytes | None, period: Period
) -> SocialValue:
    """Sum up reports that were accepted, themes and outcomes by their names."""
    await figures.follow(books)
    return summed_up(names, _of(figures, coop), period)


def summed_up(
    names: Names, counted: Mapping[bytes, Counted], period: Period
) -> SocialValue:
    """Sum up what providers' reports come to, of work that ended in a period."""
    every: _Sums = {}
    coops: list[CoopFigure] = []
    for provider in sorted(counted, key=names.order):
        own = _within(counted[provider], period)
        for sort, by_unit in own.items():
            sums = every.setdefault(sort, {})
            for unit, amount in by_unit.items():
                sums[unit] = sums.get(unit, 0) + amount
        if ALL in own:
            coops.append(_coop(provider, names, own))
    whole = every.get(ALL, {})
    return SocialValue(
        starts=period.starts,
        ends=period.ends,
        minutes=whole.get(MINUTES, 0),
        reports=whole.get(REPORTS, 0),
        themes=_figures(every, "theme"),
        outcomes=_figures(every, "outcome"),
        coops=coops,
    )


def _of(figures: Figures, coop: bytes | None) -> Mapping[bytes, Counted]:
    known = figures.served.by_provider
    if coop is None:
        return known
    return {coop: known[coop]} if coop in known else {}


def _within(counted: Counted, period: Period) -> _Sums:
    found: _Sums = {}
    first, last = ordinals(period.starts, period.ends)
    for (sort, unit), series in counted.sums.items():
        amount = series.within(first, last)
        if amount is not None:
            found.setdefault(sort, {})[unit] = amount
    return found


def _coop(provider: bytes, names: Names, own: _Sums) -> CoopFigure:
    return CoopFigure(
        coop=forms.text("coop", provider),
        name=names.of(provider),
        minutes=own[ALL][MINUTES],
        themed=sum(one[MINUTES] for sort, one in own.items() if sort.kind == "theme"),
        amounts=_amounts(own[ALL]),
        reports=own[ALL][REPORTS],
    )


def _figures(every: _Sums, kind: Kind) -> list[Figure]:
    return [
        Figure(
            name=sort.name,
            minutes=every[sort][MINUTES],
            amounts=_amounts(every[sort]),
            reports=every[sort][REPORTS],
        )
        for sort in sorted(every)
        if sort.kind == kind
    ]


def _amounts(by_unit: Mapping[str, int]) -> list[Amount]:
    codes = sorted(by_unit.keys() - {MINUTES, REPORTS})
    return [money.write(by_unit[one], one) for one in codes]


async def listed(
    books: Books, names: Names, figures: Figures, wanted: Wanted, page: Page
) -> list[ReportRow]:
    """Give a page of the reports that a figure is the sum of, newest last."""
    await figures.follow(books)
    numbers = _numbers(_of(figures, wanted.coop).values(), wanted.period)
    entities: dict[bytes, Entity] = {}

    async def keep(found: list[Entity]) -> list[Delivery]:
        words = await books.state.referring([one.id for one in found])
        entities.update((one.id, one) for one in (*found, *words))
        joined = joining.trade([*found, *words]).deliveries
        accepted = {one.report: one for one in joined if one.standing == "accepted"}
        fits = [accepted[one.id] for one in found if one.id in accepted]
        return [one for one in fits if wanted.holds(one)]

    named = wanted.theme or wanted.outcome
    found = await pages.pick(
        books,
        {"report": LIVE},
        Members(len(numbers), numbers.__contains__, lambda: sorted(numbers)),
        keep,
        page,
        naming=None if named is None else named.encode(),
    )
    shelf = Shelf(entities=entities, trade=joining.trade(()))
    return await trade.report_rows(books, names, shelf, found)


def _numbers(counted: Iterable[Counted], period: Period) -> frozenset[int]:
    first, last = ordinals(period.starts, period.ends)
    return frozenset(no for one in counted for no in one.listed(first, last))
