"""Bids: who does what for which share, who has agreed to it, what it comes to."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

import msgspec

from node import money, shares
from node.money import Amount
from node.views import ids, sealed, texts, titles
from node.views.books import Books
from node.views.names import Names, listed_or_nobody
from node.views.sealed import SealedRow
from protocol import ids as forms
from protocol.joins import bids as joins
from protocol.joins.bids import Part, Reviewed, Slice
from protocol.kinds.fields import Money
from protocol.rules.bids import Bid
from protocol.rules.leads import Lead
from protocol.rules.reviews import Review, review_id
from protocol.state import Entity


class PartRow(msgspec.Struct, frozen=True, kw_only=True):
    """A party's part of a bid: its estimate, its share in percent, how that stands.

    `price` is what the share comes to of the lead's value.
    """

    bid: str
    bid_short: str
    title: str
    coop: str
    name: str
    lot: str | None
    minutes: int | None
    amount: Amount | None
    share: str | None
    price: Amount | None
    standing: str
    note: str


class CutRow(msgspec.Struct, frozen=True, kw_only=True):
    """A share that goes to a finder or broker, or to the common fund."""

    coop: str | None
    name: str
    share: str
    price: Amount | None


class BidRow(msgspec.Struct, frozen=True, kw_only=True):
    """A bid in a list; `unreviewed` names who shares in it without having agreed."""

    id: str
    short: str
    coop: str
    name: str
    lead: str
    lead_short: str
    title: str
    state: str
    risk: str
    value: Amount | None
    parties: list[str]
    sound: bool
    unreviewed: list[str]
    reason: str | None


class BidPage(BidRow, frozen=True, kw_only=True):
    """All there is to say of one bid; `sealed` is what few read of it."""

    version: str
    lots: list[str]
    parts: list[PartRow]
    cuts: list[CutRow]
    note: str
    sealed: list[SealedRow]


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """A bid, what its parties said, and what it is for, where that is here."""

    bid: Entity
    body: Bid
    reviewed: Reviewed
    related: dict[bytes, Entity]
    lead: Entity | None

    @property
    def value(self) -> Money | None:
        """What the lead is worth, where it says so."""
        body = None if self.lead is None else self.lead.body
        return body.terms.value if isinstance(body, Lead) else None


async def joined(books: Books, bids: Iterable[Entity]) -> list[Joined]:
    """Join bids with the reviews of their parties."""
    found = [(one, one.body) for one in bids if isinstance(one.body, Bid)]
    reviews = {
        one.id: one
        for one in await books.state.referring([bid.id for bid, _ in found])
        if isinstance(one.body, Review)
    }
    leads = await books.state.many({body.lead for _, body in found})
    return [
        Joined(
            bid=bid,
            body=body,
            reviewed=joins.join(bid, reviews),
            related=reviews,
            lead=leads.get(body.lead),
        )
        for bid, body in found
    ]


async def listed(
    books: Books,
    *,
    lead: bytes | None = None,
    party: bytes | None = None,
    states: Collection[str] = (),
) -> list[Joined]:
    """Join bids, the oldest first, narrowed down.

    `party` is the lead contractor or any party.
    """
    if lead is None:
        found = await books.state.entities("bid", states=tuple(states))
    else:
        found = await books.state.referring([lead])
    return [
        one
        for one in await joined(books, found)
        if (not states or one.bid.state in states)
        and (party is None or party in _coops(one))
    ]


def _coops(one: Joined) -> set[bytes]:
    return {one.bid.coop, *(part.coop for part in one.body.terms.parties)}


async def rows(books: Books, names: Names, found: Sequence[Joined]) -> list[BidRow]:
    """Write bids for people, in the order given."""
    leads = [one.lead for one in found if one.lead is not None]
    titled = await titles.of(books, leads)
    named = [value for one in found for value in (one.bid.id, one.body.lead)]
    short = await ids.shorts(books, named)
    return [
        BidRow(
            id=forms.text("evt", one.bid.id),
            short=short[one.bid.id],
            coop=forms.text("coop", one.bid.coop),
            name=names.of(one.bid.coop),
            lead=forms.text("evt", one.body.lead),
            lead_short=short[one.body.lead],
            title=titled.get(one.body.lead, titles.NOT_HERE),
            state=one.bid.state,
            risk=one.body.terms.risk,
            value=_amount(one.value),
            parties=_names(names, [part.coop for part in one.body.terms.parties]),
            sound=one.reviewed.sound,
            unreviewed=unreviewed(names, one),
            reason=one.body.reason,
        )
        for one in found
    ]


def unreviewed(names: Names, one: Joined) -> list[str]:
    """Name the co-ops that share in a bid without having agreed to their part."""
    return _names(names, [part.party.coop for part in one.reviewed.unreviewed])


def _names(names: Names, coops: Iterable[bytes]) -> list[str]:
    return [names.of(one) for one in dict.fromkeys(coops)]


def _amount(value: Money | None) -> Amount | None:
    return None if value is None else money.write(value.amount, value.currency)


async def page(books: Books, names: Names, entity: Entity) -> BidPage:
    """Show one bid with its parts and cuts."""
    (one,) = await joined(books, [entity])
    (row,) = await rows(books, names, [one])
    words = await texts.of_roles(books, one.body.texts)
    return BidPage(
        **msgspec.structs.asdict(row),
        version=forms.text("evt", one.reviewed.version),
        lots=list(one.body.terms.lots),
        parts=await parts(books, names, [(one, part) for part in one.reviewed.parts]),
        cuts=_cuts(names, one),
        note=words.get("note", ""),
        sealed=await sealed.rows(
            books, names, await books.state.referring([entity.id])
        ),
    )


async def parts(
    books: Books, names: Names, found: Sequence[tuple[Joined, Part]]
) -> list[PartRow]:
    """Write parts of bids for people, in the order given."""
    listed_ = {one.bid.id: one for one, _ in found}
    rows_ = await rows(books, names, list(listed_.values()))
    about = {row.id: row for row in rows_}
    reviews = [_review(one, part) for one, part in found]
    notes = await titles.notes(books, reviews)
    return [
        _part(one, part, names, about[forms.text("evt", one.bid.id)], note)
        for (one, part), note in zip(found, notes, strict=True)
    ]


def _review(one: Joined, part: Part) -> Review | None:
    key = review_id(part.party.coop, one.bid.id, part.party.lot)
    entity = one.related.get(key)
    return entity.body if entity and isinstance(entity.body, Review) else None


def _part(one: Joined, part: Part, names: Names, about: BidRow, note: str) -> PartRow:
    party = part.party
    return PartRow(
        bid=about.id,
        bid_short=about.short,
        title=about.title,
        coop=forms.text("coop", party.coop),
        name=names.of(party.coop),
        lot=party.lot,
        minutes=party.minutes,
        amount=_amount(party.amount),
        share=shares.write_or_none(party.share),
        price=_price(one, ("part", party.coop, party.lot)),
        standing=part.standing,
        note=note,
    )


def _cuts(names: Names, one: Joined) -> list[CutRow]:
    terms = one.body.terms
    cuts = [
        CutRow(
            coop=forms.text("coop", cut.coop),
            name=names.of(cut.coop),
            share=shares.write(cut.share),
            price=_price(one, ("fee", cut.coop, None)),
        )
        for cut in terms.fees
    ]
    if terms.fund is not None:
        share, price = shares.write(terms.fund), _price(one, ("fund", None, None))
        cuts.append(CutRow(coop=None, name="common fund", share=share, price=price))
    return cuts


def _price(one: Joined, key: tuple[str, bytes | None, str | None]) -> Amount | None:
    """Say what a share comes to; None without a value, or without a share."""
    value = one.value
    if value is None:
        return None
    for cut in joins.divide(one.body, value.amount):
        if _key(cut) == key:
            return money.write(cut.amount, value.currency)
    return None


def _key(cut: Slice) -> tuple[str, bytes | None, str | None]:
    return cut.what, cut.coop, cut.lot


async def explained(books: Books, names: Names, entity: Entity) -> list[str]:
    """Say how the parts of a bid stand, given the bid or a review of it."""
    if isinstance(entity.body, Review):
        bid = await books.state.get(entity.body.bid)
        if bid is None or not isinstance(bid.body, Bid):
            return ["The bid that it is about is not here."]
        entity = bid
    (one,) = await joined(books, [entity])
    found = []
    for part in one.reviewed.parts:
        lot = f", lot {part.party.lot}" if part.party.lot else ""
        share = part.party.share
        told = "no share" if share is None else f"{shares.write(share)} %"
        said = _STANDS[part.standing]
        found.append(f"{names.of(part.party.coop)}{lot} ({told}) {said}.")
    if not one.reviewed.sound:
        who = listed_or_nobody(unreviewed(names, one))
        found.append(f"Without the word of {who} the bid is not sound.")
    return found


_STANDS: Final = {
    "agreed": "has agreed to its part",
    "objected": "objects to its part",
    "differing": "has agreed to other numbers than are there",
    "stale": "has spoken about an earlier version",
    "missing": "has not said anything yet",
}
