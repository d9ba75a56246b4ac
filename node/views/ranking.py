"""Could we win this together? Leads and drafts by what the network covers of them."""

import datetime
from collections.abc import Callable, Sequence

import msgspec

from node import money
from node.consortium.problem import Need
from node.money import Amount
from node.views import coverage, ids, titles
from node.views.books import Books
from node.views.consortium import needs_of
from node.views.market import Market
from node.views.spare import Helping
from protocol import ids as forms
from protocol.joins.coverage import Cover
from protocol.joins.weeks import Date
from protocol.kinds.leads import Terms
from protocol.rules.leads import Lead
from protocol.state import Entity

#: Fewer days than this are too few to find partners and write a bid.
SOON_DAYS = 7


class Ranked(msgspec.Struct, frozen=True, kw_only=True):
    """A lead or draft: what share of it free time in the network covers, in per cent.

    `lacking` are skills that nobody offers in its window; `coops` offer some of it.
    `days` are left until the deadline. `share` is at most what a consortium reaches:
    a minute that two lines could use counts for both (`consortium find` is exact).
    `wanted` is 0 where no line that is needed names an effort.
    """

    id: str
    short: str
    title: str
    draft: bool
    state: str
    share: int
    lacking: list[str]
    coops: int
    wanted: int
    value: Amount | None
    deadline: datetime.date | None
    days: int | None
    soon: bool


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """What is ranked: a lead by its id, or a draft by its process; `short` as typed."""

    id: str
    short: str
    title: str
    state: str
    terms: Terms
    covers: Sequence[Cover]
    draft: bool = False


async def candidates(books: Books, leads: Sequence[Entity]) -> list[Candidate]:
    """Make candidates of leads."""
    covered = await coverage.of(books, leads)
    titled = await titles.of(books, leads)
    short = await ids.shorts(books, [entity.id for entity in leads])
    return [
        Candidate(
            id=forms.text("evt", entity.id),
            short=short[entity.id],
            title=titled[entity.id],
            state=entity.state,
            terms=entity.body.terms,
            covers=covered[entity.id][0],
        )
        for entity in leads
        if isinstance(entity.body, Lead)
    ]


def uncovered(terms: Terms) -> list[Cover]:
    """Give the covers of a draft: nobody has pledged anything to it."""
    return [
        Cover(line=one.line, unit="minutes", wanted=one.minutes)
        for one in sorted(terms.requirements, key=lambda one: one.line)
    ]


async def rank(
    books: Books, market: Market, found: Sequence[Candidate], today: Date
) -> list[Ranked]:
    """Rank: covered most first, then worth most, then due first; what is over last."""
    needs = {one.id: needs_of(one.terms, one.covers, today) for one in found}
    if any(needs.values()):
        await market.follow(books, today)
    members = sorted(books.roster.members)

    def free(need: Need) -> Helping:
        window = market.window(need.starts, need.ends)
        return market.spare(need.skill, members).within(window)

    rows = [_ranked(one, needs[one.id], free, today) for one in found]
    return sorted(rows, key=_order)


def _order(row: Ranked) -> tuple[bool, int, bool, float, str, str]:
    over = row.days is not None and row.days < 0
    amount = 0.0 if row.value is None else float(row.value.amount)
    due = "9999" if row.deadline is None else row.deadline.isoformat()
    return over, -row.share, row.soon, -amount, due, row.id


def _ranked(
    one: Candidate,
    needs: Sequence[Need],
    helping: Callable[[Need], Helping],
    today: Date,
) -> Ranked:
    musts = [need for need in needs if need.must] or list(needs)
    wanted = sum(need.minutes for need in musts)
    free = {need.line: helping(need) for need in musts}
    covered = sum(min(need.minutes, free[need.line].minutes) for need in musts)
    named = {line.line for line in one.terms.requirements if line.minutes is not None}
    deadline = one.terms.deadline
    days = None if deadline is None else (deadline - today).days
    value = one.terms.value
    coops = 0
    for some in free.values():
        coops |= some.lanes
    return Ranked(
        id=one.id,
        short=one.short,
        title=one.title,
        draft=one.draft,
        state=one.state,
        share=100 * covered // wanted if wanted else 0,
        lacking=sorted({need.skill for need in musts if not free[need.line].lanes}),
        coops=coops.bit_count(),
        # A line without an effort is looked for as a minute, and asks for none.
        wanted=sum(need.minutes for need in musts if need.line in named),
        value=None if value is None else money.write(value.amount, value.currency),
        deadline=deadline,
        days=days,
        soon=days is not None and 0 <= days < SOON_DAYS,
    )
