"""Social value: themes and outcomes, in time and money.

Counted from work reports that both sides accepted, so that nobody types a figure a
second time.
"""

import datetime
from collections.abc import Iterable, Sequence

import msgspec

from node import money
from node.money import Amount
from node.views.names import Names
from protocol import ids as forms
from protocol.joins.reports import Delivery


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A theme or outcome: how many minutes, how much money, from which reports."""

    name: str
    minutes: int
    amounts: list[Amount]
    reports: list[str]


class CoopFigure(msgspec.Struct, frozen=True, kw_only=True):
    """What one provider's accepted work came to; `themed` is the time with a theme."""

    coop: str
    name: str
    minutes: int
    themed: int
    amounts: list[Amount]
    reports: list[str]


class SocialValue(msgspec.Struct, frozen=True, kw_only=True):
    """The report. Money of a theme is its share of the time, rounded down by report."""

    starts: datetime.date | None
    ends: datetime.date | None
    minutes: int
    reports: list[str]
    themes: list[Figure]
    outcomes: list[Figure]
    coops: list[CoopFigure]


class _Sum:
    """Minutes, money by currency and the reports that they are from."""

    def __init__(self) -> None:
        self.minutes = 0
        self.money: dict[str, int] = {}
        self.reports: list[bytes] = []

    def add(self, one: Delivery, minutes: int) -> None:
        self.minutes += minutes
        self.reports.append(one.report)
        if one.amount is not None:
            share = one.amount.amount * minutes // one.minutes
            before = self.money.get(one.amount.currency, 0)
            self.money[one.amount.currency] = before + share

    def amounts(self) -> list[Amount]:
        return [money.write(self.money[code], code) for code in sorted(self.money)]

    def ids(self) -> list[str]:
        return [forms.text("evt", one) for one in self.reports]


def report(
    names: Names,
    accepted: Sequence[Delivery],
    starts: datetime.date | None,
    ends: datetime.date | None,
) -> SocialValue:
    """Sum up reports that were accepted, themes and outcomes by their names."""
    themes: dict[str, _Sum] = {}
    outcomes: dict[str, _Sum] = {}
    coops: dict[bytes, _Sum] = {}
    themed: dict[bytes, int] = {}
    for one in accepted:
        coops.setdefault(one.provider, _Sum()).add(one, one.minutes)
        for theme, minutes in one.themes:
            themes.setdefault(theme, _Sum()).add(one, minutes)
            themed[one.provider] = themed.get(one.provider, 0) + minutes
        if one.outcome is not None:
            outcomes.setdefault(one.outcome, _Sum()).add(one, one.minutes)
    return SocialValue(
        starts=starts,
        ends=ends,
        minutes=sum(one.minutes for one in accepted),
        reports=[forms.text("evt", one.report) for one in accepted],
        themes=_figures(themes.items()),
        outcomes=_figures(outcomes.items()),
        coops=[
            CoopFigure(
                coop=forms.text("coop", coop),
                name=names.of(coop),
                minutes=coops[coop].minutes,
                themed=themed.get(coop, 0),
                amounts=coops[coop].amounts(),
                reports=coops[coop].ids(),
            )
            for coop in sorted(coops, key=names.order)
        ],
    )


def _figures(sums: Iterable[tuple[str, _Sum]]) -> list[Figure]:
    return [
        Figure(name=name, minutes=one.minutes, amounts=one.amounts(), reports=one.ids())
        for name, one in sorted(sums)
    ]
