"""Hand-overs: what a finder offers, what the taker said, which fee came of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from node import money, shares
from node.money import Amount
from node.views import ids, texts, titles
from node.views.books import Books
from node.views.names import Names
from protocol import ids as forms
from protocol.joins import handovers as joins
from protocol.joins.handovers import FeeOwed, Handing
from protocol.kinds.fields import Sum
from protocol.kinds.handovers import Fee
from protocol.rules.handovers import Handover
from protocol.rules.leads import Lead
from protocol.rules.takeovers import Takeover, takeover_id
from protocol.state import Entity


class FeeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A finder's fee: an amount, or a share of the value in percent, and when."""

    due: str
    amount: Amount | None
    share: str | None


class HandoverRow(msgspec.Struct, frozen=True, kw_only=True):
    """A hand-over for people.

    `opened` is the lead that the taker opened from it; `owed` the fee that has arisen.
    """

    id: str
    short: str
    finder: str
    finder_name: str
    taker: str
    taker_name: str
    lead: str
    lead_short: str
    title: str
    fee: FeeRow | None
    standing: str
    opened: str | None
    opened_short: str | None
    owed: Amount | None
    reason: str | None
    note: str


class HandoverPage(HandoverRow, frozen=True, kw_only=True):
    """All there is to say of one hand-over; without `terms` where they are not here.

    `answer` is the taker's note.
    """

    terms: str | None
    answer: str


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """A hand-over as both logs have it."""

    offer: Entity
    body: Handover
    answer: Takeover | None
    handing: Handing
    owed: FeeOwed | None


async def joined(books: Books, offers: Iterable[Entity]) -> list[Joined]:
    """Join hand-overs with what their takers' logs say."""
    listed_ = [(one, one.body) for one in offers if isinstance(one.body, Handover)]
    answers, handings, opened = await _join(books, [one for one, _ in listed_])
    onward, leads = await _follow(books, handings, opened)
    return [
        Joined(
            offer=offer,
            body=body,
            answer=_answer(answers.get(takeover_id(body.to, offer.id))),
            handing=handing,
            owed=joins.fee_of(handing, leads, onward),
        )
        for (offer, body), handing in zip(listed_, handings, strict=True)
    ]


async def _join(
    books: Books, offers: Sequence[Entity]
) -> tuple[dict[bytes, Entity], list[Handing], dict[bytes, Entity]]:
    """Give what takers say, the hand-overs joined, and the leads that came of them."""
    said = await books.state.referring([one.id for one in offers])
    answers = {one.id: one for one in said if isinstance(one.body, Takeover)}
    handings = [joins.join(one, answers) for one in offers]
    opened = {one.opened for one in handings if one.opened is not None}
    return answers, handings, await books.state.many(opened)


async def _follow(
    books: Books, handings: Iterable[Handing], leads: Mapping[bytes, Entity]
) -> tuple[dict[bytes, Handing], dict[bytes, Entity]]:
    """Read on where leads were passed on, as far as fees follow them."""
    known = {one.handover: one for one in handings}
    found, last = dict(leads), dict(leads)
    for _ in range(joins.HANDS):
        gone = {
            one.body.handover
            for one in last.values()
            if isinstance(one.body, Lead) and one.body.handover is not None
        }
        offers = await books.state.many(gone - known.keys())
        if not offers:
            break
        _, onward, last = await _join(books, [*offers.values()])
        known |= {one.handover: one for one in onward}
        found |= last
    return known, found


def _answer(entity: Entity | None) -> Takeover | None:
    return entity.body if entity and isinstance(entity.body, Takeover) else None


async def listed(
    books: Books,
    *,
    lead: bytes | None = None,
    party: bytes | None = None,
    standing: Collection[str] = (),
) -> list[Joined]:
    """Join hand-overs, the oldest first, narrowed down."""
    if lead is None:
        offers = await books.state.entities("handover")
    else:
        offers = await books.state.referring([lead])
    return [
        one
        for one in await joined(books, offers)
        if party in {None, one.handing.finder, one.handing.taker}
        and (not standing or one.handing.standing in standing)
    ]


async def rows(
    books: Books, names: Names, found: Sequence[Joined]
) -> list[HandoverRow]:
    """Write hand-overs for people, in the order given."""
    leads = await books.state.many({one.body.lead for one in found})
    titled = await titles.of(books, leads.values())
    named = [value for one in found for value in (one.offer.id, one.body.lead)]
    opened = [one.handing.opened for one in found if one.handing.opened is not None]
    short = await ids.shorts(books, [*named, *opened])
    notes = await titles.notes(books, [one.body for one in found])
    return [
        _row(
            one,
            names,
            short,
            title=titled.get(one.body.lead, titles.NOT_HERE),
            note=note,
        )
        for one, note in zip(found, notes, strict=True)
    ]


def _row(
    one: Joined, names: Names, short: dict[bytes, str], *, title: str, note: str
) -> HandoverRow:
    handing, opened, owed = one.handing, one.handing.opened, one.owed
    declined = handing.standing == "declined" and one.answer is not None
    return HandoverRow(
        id=forms.text("evt", handing.handover),
        short=short[handing.handover],
        finder=forms.text("coop", handing.finder),
        finder_name=names.of(handing.finder),
        taker=forms.text("coop", handing.taker),
        taker_name=names.of(handing.taker),
        lead=forms.text("evt", handing.lead),
        lead_short=short[handing.lead],
        title=title,
        fee=fee_row(handing.fee),
        standing=handing.standing,
        opened=None if opened is None else forms.text("evt", opened),
        opened_short=None if opened is None else short[opened],
        owed=None if owed is None else money.write(owed.amount, owed.currency),
        reason=one.answer.reason if declined and one.answer else one.body.reason,
        note=note,
    )


def fee_row(fee: Fee | None) -> FeeRow | None:
    """Write a fee; None stays None."""
    if fee is None:
        return None
    if isinstance(fee.size, Sum):
        amount = money.write(fee.size.amount, fee.size.currency)
        return FeeRow(due=fee.due, amount=amount, share=None)
    return FeeRow(due=fee.due, amount=None, share=shares.write(fee.size))


async def page(books: Books, names: Names, entity: Entity) -> HandoverPage:
    """Show one hand-over with its terms."""
    found = await joined(books, [entity])
    (row,) = await rows(books, names, found)
    words = await texts.of_roles(books, found[0].body.texts)
    answer = found[0].answer
    (note,) = await titles.notes(books, [answer])
    return HandoverPage(
        **msgspec.structs.asdict(row),
        terms=words.get("terms"),
        answer=note,
    )


async def explained(books: Books, names: Names, entity: Entity) -> list[str]:
    """Say how a hand-over stands, given either half of it."""
    body = entity.body
    if isinstance(body, Takeover):
        offer = await books.state.get(body.handover)
        if offer is None or not isinstance(offer.body, Handover):
            return ["The hand-over that it answers is not here."]
        entity = offer
    (one,) = await joined(books, [entity])
    handing = one.handing
    said = _STANDS[handing.standing].format(
        finder=names.of(handing.finder),
        taker=names.of(handing.taker),
        fee=titles.fee(handing.fee),
    )
    found = [f"{said} ({handing.standing})"]
    if one.owed is not None:
        amount = titles.quantity(one.owed.amount, one.owed.currency)
        found.append(
            f"The lead is won: {names.of(one.owed.payer)} owes"
            f" {names.of(one.owed.payee)} {amount}."
        )
    return found


_STANDS = {
    "offered": "{finder} offers the lead to {taker} for {fee}; {taker} has not"
    " answered.",
    "effective": "{taker} has taken the lead of {finder} for {fee}.",
    "declined": "{taker} does not take it.",
    "unmatched": "{taker} has accepted something else than {finder} offered.",
    "withdrawn": "{finder} has withdrawn it.",
}
