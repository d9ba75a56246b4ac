"""Collaborations: leads that several co-ops worked on, and what it was worth to each.

The value of a collaboration is the part of a lead's work that others than its own
co-op have bound themselves to, at the rates that they pledged.
"""

from collections.abc import Sequence

import msgspec

from node import money
from node.money import Amount
from node.views import ids, pledges, titles
from node.views.books import Books
from node.views.figures import pages
from node.views.figures.kept import Figures
from node.views.figures.pages import Members
from node.views.figures.shared import bound_to
from node.views.names import Names
from node.views.paging import Page
from node.views.pledges import Joined
from protocol import ids as forms
from protocol.joins import trade
from protocol.joins.reports import Delivery
from protocol.rules.leads import Lead
from protocol.rules.reports import Report
from protocol.state import Entity


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """What one partner is bound to, and what of it was delivered and accepted."""

    coop: str
    name: str
    committed: int
    delivered: int
    pledges: list[str]
    reports: list[str]


class Collaboration(msgspec.Struct, frozen=True, kw_only=True):
    """A lead with partners; `id` is the lead's.

    `total` is the lead's own value, `agreed` the partners' work at their rates (work
    without a rate adds nothing), `delivered` the amounts of the reports accepted.
    """

    id: str
    short: str
    title: str
    state: str
    coop: str
    name: str
    total: Amount | None
    agreed: list[Amount]
    delivered: list[Amount]
    partners: list[Partner]


class Collaborations(msgspec.Struct, frozen=True, kw_only=True):
    """A page of leads on which more than one co-op is bound; `count` of them in all."""

    collaborations: list[Collaboration]
    count: int


async def report(
    books: Books, names: Names, figures: Figures, coop: bytes | None, page: Page
) -> Collaborations:
    """Give a page of collaborations, of one co-op (as lead or partner) or of all."""
    await figures.follow(books)
    leads = figures.shared.of(coop)

    async def keep(found: list[Entity]) -> list[tuple[Entity, list[Joined]]]:
        bound = bound_to(await pledges.joined_to(books, found))
        return [(lead, bound[lead.id]) for lead in found if lead.id in bound]

    members = Members(len(leads), leads.__contains__, lambda: list(leads))
    listed = await pages.pick(books, {"lead": ()}, members, keep, page)
    titled = await titles.of(books, [lead for lead, _ in listed])
    short = await ids.shorts(books, [lead.id for lead, _ in listed])
    done = await _accepted(books, [one for _, bound in listed for one in bound])
    return Collaborations(
        collaborations=[
            _one(lead, bound, done, names, short=short[lead.id], title=titled[lead.id])
            for lead, bound in listed
        ],
        count=len(leads),
    )


async def _accepted(
    books: Books, bound: Sequence[Joined]
) -> dict[bytes, list[Delivery]]:
    """Give the reports accepted, by pledge."""
    said = await books.state.referring([one.pledge.id for one in bound])
    reports = [one for one in said if isinstance(one.body, Report)]
    words = await books.state.referring([one.id for one in reports])
    found: dict[bytes, list[Delivery]] = {}
    for each in trade.trade([*reports, *words]).deliveries:
        if each.standing == "accepted":
            found.setdefault(each.pledge, []).append(each)
    return found


def _one(
    lead: Entity,
    bound: Sequence[Joined],
    done: dict[bytes, list[Delivery]],
    names: Names,
    *,
    short: str,
    title: str,
) -> Collaboration:
    value = lead.body.terms.value if isinstance(lead.body, Lead) else None
    reports = [each for one in bound for each in done.get(one.pledge.id, [])]
    agreed = [
        (rate.currency, rate.amount * one.commitment.quantity // rate.minutes)
        for one in bound
        if (rate := one.body.rate) is not None
    ]
    delivered = [
        (each.amount.currency, each.amount.amount)
        for each in reports
        if each.amount is not None
    ]
    partners = sorted({one.pledge.coop for one in bound}, key=names.order)
    return Collaboration(
        id=forms.text("evt", lead.id),
        short=short,
        title=title,
        state=lead.state,
        coop=forms.text("coop", lead.coop),
        name=names.of(lead.coop),
        total=None if value is None else money.write(value.amount, value.currency),
        agreed=_by_currency(agreed),
        delivered=_by_currency(delivered),
        partners=[
            _partner(
                coop,
                names.of(coop),
                [one for one in bound if one.pledge.coop == coop],
                [each for each in reports if each.provider == coop],
            )
            for coop in partners
        ],
    )


def _partner(
    coop: bytes, name: str, bound: Sequence[Joined], reports: Sequence[Delivery]
) -> Partner:
    return Partner(
        coop=forms.text("coop", coop),
        name=name,
        committed=sum(one.commitment.quantity for one in bound),
        delivered=sum(each.minutes for each in reports),
        pledges=[forms.text("evt", one.pledge.id) for one in bound],
        reports=[forms.text("evt", each.report) for each in reports],
    )


def _by_currency(sums: Sequence[tuple[str, int]]) -> list[Amount]:
    found: dict[str, int] = {}
    for currency, amount in sums:
        found[currency] = found.get(currency, 0) + amount
    return [money.write(found[one], one) for one in sorted(found)]
