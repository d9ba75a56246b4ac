"""Commands about bids: put one together, change it, move it on, look.

The parties' half, reviewing their estimates, is in node/commands/estimates.py.
"""

from collections.abc import Sequence
from typing import Final, cast, get_args

import msgspec

from node import shares
from node.act import Draft
from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.fields import Sum
from node.commands.form import (
    Asking,
    Writing,
    books_of,
    coop_or_all,
    own,
    reading,
    writing,
)
from node.errors import UserFault
from node.node import Node
from node.views import bids, ids
from node.views.bids import BidPage, BidRow
from node.views.books import Books
from node.views.names import Names, listed_or_nobody
from protocol.kinds.bids import (
    FEES,
    PARTIES,
    BidAdvanced,
    BidChanged,
    BidOpened,
    BidState,
    Cut,
    Party,
    Risk,
    Terms,
)
from protocol.kinds.fields import WHOLE, Money
from protocol.rules.bids import BID_MOVES, Bid, check_terms, sum_of
from protocol.rules.leads import TAKING, Lead
from protocol.state import Entity

RISKS: Final[tuple[str, ...]] = get_args(Risk)
#: In place of a percentage: what the other shares leave.
REST: Final = "rest"


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A co-op's part. `share` is a percentage, or "rest" for what the others leave."""

    coop: str
    share: str | None = None
    minutes: int | None = None
    amount: Sum | None = None
    lot: str | None = None


class FeePart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A percentage of the price for a finder or broker."""

    coop: str
    share: str


class OpenBid(Writing, frozen=True, kw_only=True):
    """A lead of one's own and who bids for it together; shares make 100 %."""

    lead: str
    parties: tuple[Part, ...] = ()
    fees: tuple[FeePart, ...] = ()
    fund: str | None = None
    risk: str = "lead"
    note: str | None = None


class ChangeBid(Writing, frozen=True, kw_only=True):
    """What is not given stays; an empty fund takes that away."""

    bid: str
    parties: tuple[Part, ...] | None = None
    fees: tuple[FeePart, ...] | None = None
    fund: str | None = None
    risk: str | None = None
    note: str | None = None


class AdvanceBid(Writing, frozen=True, kw_only=True):
    """A bid of one's own, the state that follows, and why.

    `anyway`: though not all who share in it have agreed to their estimates.
    """

    bid: str
    to: str
    anyway: bool = False
    reason: str | None = None
    note: str | None = None


class ListBids(Asking, frozen=True, kw_only=True):
    """Which bids: in some states, with a co-op among the parties."""

    states: tuple[str, ...] = ()
    coop: str | None = None


class OneBid(Asking, frozen=True, kw_only=True):
    """A bid by its id."""

    bid: str


class Bids(msgspec.Struct, frozen=True, kw_only=True):
    """Bids, the oldest first."""

    bids: list[BidRow]


# --- terms --------------------------------------------------------------------------


def _parties(
    books: Books, names: Names, given: Sequence[Part]
) -> tuple[tuple[Party, ...], list[int]]:
    """Read parties; also give the places of those that get the rest."""
    if not 1 <= len(given) <= PARTIES:
        raise fields.fault("parties", f"{len(given)} parties")
    usual = books.roster.charter.currency
    rest = [at for at, one in enumerate(given) if one.share == REST]
    parties = tuple(
        Party(
            amount=_amount(one.amount, usual),
            coop=_member(books, names, "parties.coop", one.coop),
            lot=one.lot,
            minutes=one.minutes,
            share=None
            if one.share in {None, REST}
            else fields.share("parties.share", one.share),
        )
        for one in given
    )
    return parties, rest


def _amount(given: Sum | None, usual: str) -> Money | None:
    if given is None:
        return None
    code = fields.currency("parties.amount.currency", given.currency or usual)
    return Money(code, fields.amount("parties.amount.amount", given.amount, code))


def _member(books: Books, names: Names, field: str, written: str) -> bytes:
    coop = ids.find_coop(books, names, written, field)
    if coop not in books.roster.members:
        raise fields.fault(field, written, "a member", "Birch")
    return coop


def _fees(books: Books, names: Names, given: Sequence[FeePart]) -> tuple[Cut, ...]:
    if len(given) > FEES:
        raise fields.fault("fees", f"{len(given)} fees")
    return tuple(
        Cut(
            _member(books, names, "fees.coop", one.coop),
            fields.share("fees.share", one.share),
        )
        for one in given
    )


def _fund(given: str | None) -> int | None:
    return fields.share("fund", given) if given and given.strip() else None


def _lots(lead: Entity | None, parties: Sequence[Party]) -> tuple[str, ...]:
    """Give the lots that parties name; they are lots of the lead, if it has any."""
    lots = tuple(dict.fromkeys(one.lot for one in parties if one.lot is not None))
    body = None if lead is None else lead.body
    known = [one.id for one in body.terms.lots] if isinstance(body, Lead) else []
    for lot in lots:
        if known and lot not in known:
            raise fields.fault(
                "parties.lot", lot, f"one of the lots {', '.join(known)}", known[0]
            )
    return lots


def _whole(terms: Terms, rest: Sequence[int]) -> Terms:
    """Give the rest to whom it is promised; refuse what makes no whole."""
    left = WHOLE - sum_of(terms)
    if len(rest) > 1 or (rest and left <= 0):
        raise _sums(
            "the rest is one party's" if left > 0 else "the others leave no rest"
        )
    if rest:
        parties = list(terms.parties)
        parties[rest[0]] = msgspec.structs.replace(parties[rest[0]], share=left)
        terms = msgspec.structs.replace(terms, parties=tuple(parties))
    void = check_terms(terms)
    if void is None:
        return terms
    if void.code == "party-twice":
        raise UserFault(
            code="party-twice",
            detail="parties: a co-op stands there twice for the same lot, or twice"
            " among the fees.",
            way_out="Add the two up, or name a lot for each.",
            field="parties",
            expected="each co-op once per lot",
            example="Birch:40%",
        )
    total = shares.write(sum_of(terms)) if sum_of(terms) else "0"
    raise _sums(f"shares, fees and fund make {total} % together, not 100 %")


def _sums(why: str) -> UserFault:
    return UserFault(
        code="bid-sums",
        detail=f"parties: {why}.",
        way_out="Give one party the rest: its share is `rest`.",
        field="parties",
        expected="shares, fees and fund that make 100 %",
        example="Alba:rest",
    )


# --- writing ------------------------------------------------------------------------


async def open_bid(node: Node, args: OpenBid) -> Sequence[Draft]:
    """Put a bid together."""
    books, names = await reading(node)
    lead = await own(books, args.lead, "lead", "lead")
    if lead.state not in TAKING:
        raise UserFault(
            code="lead-over",
            detail=f"lead: it is {lead.state}, so nobody bids for it any more.",
            way_out="`wortley lead list` shows others.",
            field="lead",
            expected="a lead of your own that is not over",
            example="evt_k3fw72qa",
        )
    parties, rest = _parties(books, names, args.parties)
    terms = Terms(
        fees=_fees(books, names, args.fees),
        fund=_fund(args.fund),
        lots=_lots(lead, parties),
        parties=parties,
        risk=cast("Risk", fields.choice("risk", args.risk, RISKS)),
    )
    body = BidOpened(lead=lead.id, terms=_whole(terms, rest))
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("bid.opened", body, words)]


async def change_bid(node: Node, args: ChangeBid) -> Sequence[Draft]:
    """Set the terms of a bid anew, changed where something was given."""
    given = (args.parties, args.fees, args.fund, args.risk, args.note)
    if all(one is None for one in given):
        raise UserFault(
            code="nothing-given",
            detail="Nothing is given that should change.",
            way_out="Name at least one field: --party, --fee, --fund, --risk.",
            field="parties",
            expected="at least one field to change",
            example="Birch:40%",
        )
    books, names = await reading(node)
    entity = await own(books, args.bid, "bid", "bid")
    if entity.state != "assembling":
        raise _fixed(entity)
    bid = cast("Bid", entity.body)
    old, parties, rest = bid.terms, bid.terms.parties, list[int]()
    if args.parties is not None:
        parties, rest = _parties(books, names, args.parties)
    terms = Terms(
        fees=old.fees if args.fees is None else _fees(books, names, args.fees),
        fund=old.fund if args.fund is None else _fund(args.fund),
        lots=_lots(await books.state.get(bid.lead), parties),
        parties=parties,
        risk=cast("Risk", fields.choice("risk", args.risk or old.risk, RISKS)),
    )
    body = BidChanged(bid=entity.id, terms=_whole(terms, rest))
    return [fields.draft("bid.changed", body, fields.words(note=args.note))]


def _fixed(entity: Entity) -> UserFault:
    way_out = "It is final."
    if entity.state == "agreed":
        way_out = "`wortley bid advance BID assembling` opens it up again."
    return UserFault(
        code="bid-fixed",
        detail=f"bid: it is {entity.state} and keeps its terms.",
        way_out=way_out,
        field="bid",
        expected="a bid of your own that is being put together",
        example="evt_k3fw72qa",
    )


async def advance_bid(node: Node, args: AdvanceBid) -> Sequence[Draft]:
    """Move a bid on; not without all who bear it, unless that is meant."""
    books, names = await reading(node)
    entity = await own(books, args.bid, "bid", "bid")
    fields.step("bid", entity.state, args.to, BID_MOVES)
    if args.to in {"agreed", "submitted"} and not args.anyway:
        await _check_sound(books, names, entity)
    body = BidAdvanced(
        bid=entity.id,
        reason=fields.slug_or_none("reason", args.reason),
        to=cast("BidState", args.to),
    )
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("bid.advanced", body, words)]


async def _check_sound(books: Books, names: Names, entity: Entity) -> None:
    (one,) = await bids.joined(books, [entity])
    if one.reviewed.sound:
        return
    who = listed_or_nobody(bids.unreviewed(names, one))
    raise UserFault(
        code="bid-unreviewed",
        detail=f"bid: {who} shares in it without having agreed to its part.",
        way_out="Ask for the review (`wortley estimate agree BID`), or add --anyway and"
        " bear that risk.",
        field="bid",
        expected="a bid whose parties have agreed to their estimates",
        example="evt_k3fw72qa",
    )


# --- looking ------------------------------------------------------------------------


async def list_bids(node: Node, args: ListBids, _tell: Tell) -> Bids:
    """List bids."""
    states = fields.choices("states", args.states, BID_MOVES)
    books, names = await reading(node)
    party = coop_or_all(books, names, args.coop)
    found = await bids.listed(books, party=party, states=states)
    return Bids(bids=await bids.rows(books, names, found))


async def show_bid(node: Node, args: OneBid, _tell: Tell) -> BidPage:
    """Show one bid with its parts."""
    books, names = await reading(node)
    entity = await ids.find(books_of(node), args.bid, ("bid",), "bid")
    return await bids.page(books, names, entity)


COMMANDS: Final[dict[str, Command]] = {
    "bid.open": writing(OpenBid, open_bid),
    "bid.change": writing(ChangeBid, change_bid),
    "bid.advance": writing(AdvanceBid, advance_bid),
    "bid.list": command(ListBids, list_bids),
    "bid.show": command(OneBid, show_bid),
}
