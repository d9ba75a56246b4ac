"""Reliability: what became of promises, and why, to learn from. Not a league table.

A promise of work is kept once accepted reports come to what was confirmed, one of
money once it is covered; until then it is open. Once its last day has passed, by the
day of who asks, it is broken, unless what is reported or sent would keep it and only
the other side's word is missing; one kept late is kept. One that its own side let go is
released, one whose acceptance was taken back is overtaken.
"""

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Final, NamedTuple

import msgspec

from node.views import pledges
from node.views.books import Books
from node.views.figures import pages
from node.views.figures.kept import Figures
from node.views.figures.pages import Members
from node.views.figures.promised import Came
from node.views.names import Names
from node.views.paging import Page
from node.views.pledges import Joined, PledgeRow
from protocol import ids as forms
from protocol.state import Entity

#: What becomes of a promise, in the order in which it is told -> the states of its log.
FATES: Final[Mapping[str, tuple[str, ...]]] = {
    "kept": ("confirmed",),
    "open": ("confirmed",),
    "broken": ("confirmed",),
    "released": ("released",),
    "overtaken": ("confirmed",),
    "unmatched": ("confirmed", "released"),
    "declined": ("offered",),
    "withdrawn": ("withdrawn",),
}


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """A reason that was given, and how often."""

    reason: str
    count: int


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """How many promises came to this, and the reasons given."""

    fate: str
    count: int
    reasons: list[Reason]


class Reliable(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one co-op's promises; those that wait for an answer are none."""

    coop: str
    name: str
    promises: int
    fates: list[Fate]


class Reliability(msgspec.Struct, frozen=True, kw_only=True):
    """Co-ops by name. The promises of each figure are listed by `figures.promises`."""

    coops: list[Reliable]


class PromiseRow(PledgeRow, frozen=True, kw_only=True):
    """A pledge, what became of it, and the reason that counts with that."""

    fate: str


class Wanted(NamedTuple):
    """Which promises: a co-op's, come to some fates, for which a reason was given.

    What is not said does not narrow it down. `today` is the day by which it counts.
    """

    coop: bytes | None
    fates: Collection[str]
    reason: str | None
    today: datetime.date

    def holds(self, came: Came) -> bool:
        """Tell whether a class is of it."""
        return (
            self.coop in {None, came.coop}
            and (not self.fates or came.on(self.today) in self.fates)
            and self.reason in {None, came.reason}
        )


async def report(
    books: Books,
    names: Names,
    figures: Figures,
    coop: bytes | None,
    today: datetime.date,
) -> Reliability:
    """Count what became of pledges by a day, by the co-op that made them."""
    await figures.follow(books)
    return counted(names, figures.promised.counts(), coop, today)


def counted(
    names: Names,
    counts: Iterable[tuple[Came, int]],
    coop: bytes | None,
    today: datetime.date,
) -> Reliability:
    """Count what became of promises by a day, given by class."""
    by_coop: dict[bytes, dict[str, Counter[str | None]]] = {}
    for came, count in counts:
        if coop in {None, came.coop}:
            fates = by_coop.setdefault(came.coop, {})
            fates.setdefault(came.on(today), Counter())[came.reason] += count
    return Reliability(
        coops=[
            _reliable(one, names.of(one), by_coop[one])
            for one in sorted(by_coop, key=names.order)
        ]
    )


def _reliable(
    coop: bytes, name: str, fates: Mapping[str, Counter[str | None]]
) -> Reliable:
    return Reliable(
        coop=forms.text("coop", coop),
        name=name,
        promises=sum(one.total() for one in fates.values()),
        fates=[
            Fate(fate=fate, count=fates[fate].total(), reasons=_reasons(fates[fate]))
            for fate in FATES
            if fate in fates
        ],
    )


def _reasons(counts: Mapping[str | None, int]) -> list[Reason]:
    given = sorted(one for one in counts if one is not None)
    return [Reason(reason=one, count=counts[one]) for one in given]


async def listed(
    books: Books, names: Names, figures: Figures, wanted: Wanted, page: Page
) -> list[PromiseRow]:
    """Give a page of the promises that a figure counts, newest last."""
    await figures.follow(books)
    tally = figures.promised
    classes = {came: count for came, count in tally.counts() if wanted.holds(came)}
    states = {state for fate in wanted.fates or FATES for state in FATES[fate]}

    async def keep(found: list[Entity]) -> list[Joined]:
        return await pledges.joined(books, found)

    found = await pages.pick(
        books,
        {"pledge": sorted(states)},
        Members(
            sum(classes.values()),
            lambda no: tally.of(no) in classes,
            lambda: tally.members(classes),
        ),
        keep,
        page,
    )
    rows = await pledges.rows(books, names, found)
    numbers = await books.state.rows_of([one.pledge.id for one in found])
    came = [tally.of(numbers[one.pledge.id].no) for one in found]
    return [
        PromiseRow(
            **(msgspec.structs.asdict(row) | {"reason": one.reason}),
            fate=one.on(wanted.today),
        )
        for row, one in zip(rows, came, strict=True)
        if one is not None
    ]
