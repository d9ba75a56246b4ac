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
from node.views.names import Names
from node.views.pledges import Joined
from node.views.promises import MOST
from protocol import ids as forms
from protocol.joins.commitments import BINDING
from protocol.joins.reports import Delivery
from protocol.rules.leads import Lead
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
    """A lead with partners.

    `total` is the lead's own value, `agreed` the partners' work at their rates (work
    without a rate adds nothing), `delivered` the amounts of the reports accepted.
    """

    lead: str
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
    """All leads on which more than one co-op is bound."""

    collaborations: list[Collaboration]


async def report(
    books: Books, names: Names, deliveries: Sequence[Delivery], coop: bytes | None
) -> Collaborations:
    """List collaborations, of one co-op (as lead or partner) or of all."""
    leads = await books.state.entities("lead", most=MOST)
    joined = await pledges.joined_to(books, leads)
    bound: dict[bytes, list[Joined]] = {}
    for one in joined:
        binds = one.commitment.standing in BINDING
        if binds and one.pledge.coop != one.body.owner:
            bound.setdefault(one.body.to, []).append(one)
    done: dict[bytes, list[Delivery]] = {}
    for each in deliveries:
        if each.standing == "accepted":
            done.setdefault(each.pledge, []).append(each)
    listed = [
        lead
        for lead in leads
        if lead.id in bound
        and coop in {None, lead.coop, *(one.pledge.coop for one in bound[lead.id])}
    ]
    titled = await titles.of(books, listed)
    short = await ids.shorts(books, [lead.id for lead in listed])
    return Collaborations(
        collaborations=[
            _one(
                lead,
                bound[lead.id],
                done,
                names,
                short=short[lead.id],
                title=titled[lead.id],
            )
            for lead in listed
        ]
    )


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
        lead=forms.text("evt", lead.id),
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
