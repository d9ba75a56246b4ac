"""Commands of a bid's parties: agree to one's own estimate, object, see what waits."""

from collections.abc import Sequence
from typing import Final, get_args

import msgspec

from node.act import Draft
from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import Asking, Writing, coop_or_all, reading, writing
from node.errors import UserFault
from node.node import Node
from node.views import bids, ids
from node.views.bids import Joined, PartRow
from protocol.joins.bids import Standing
from protocol.kinds.bids import EstimateReviewed, Party, Stance

STANDINGS: Final[tuple[str, ...]] = get_args(Standing)
#: States of a bid in which a word on its estimates still matters.
_LIVE: Final = frozenset({"assembling", "agreed", "submitted"})


class Review(Writing, frozen=True, kw_only=True):
    """A bid that this co-op is a party to; of one lot, or of all its parts."""

    bid: str
    lot: str | None = None
    note: str | None = None


class ListEstimates(Asking, frozen=True, kw_only=True):
    """Which parts of bids: of one bid, of a co-op, of some standings."""

    bid: str | None = None
    coop: str | None = None
    standing: tuple[str, ...] = ()


class Estimates(msgspec.Struct, frozen=True, kw_only=True):
    """Parts of bids, with how their reviews stand."""

    estimates: list[PartRow]


async def agree(node: Node, args: Review) -> Sequence[Draft]:
    """Agree to what the bid says of this co-op's part."""
    return await _review(node, args, "agreed")


async def object_to(node: Node, args: Review) -> Sequence[Draft]:
    """Object to it; the note says why."""
    return await _review(node, args, "objected")


async def _review(node: Node, args: Review, stance: Stance) -> Sequence[Draft]:
    books, _ = await reading(node)
    entity = await ids.find(books, args.bid, ("bid",), "bid")
    (one,) = await bids.joined(books, [entity])
    if entity.state not in _LIVE:
        raise _fault("bid-over", f"it is {entity.state}, so nobody reviews it.")
    if entity.coop == books.coop:
        raise _fault("bid-own", "it is this co-op's own, which needs no review by it.")
    words = fields.said(fields.words(note=args.note))
    return [
        fields.draft("estimate.reviewed", _said(one, part, stance), words)
        for part in _own(one, books.coop, args.lot)
    ]


def _own(one: Joined, coop: bytes, lot: str | None) -> list[Party]:
    own = [part for part in one.body.terms.parties if part.coop == coop]
    if not own:
        raise _fault("bid-others", "this co-op is no party to it.")
    found = [part for part in own if lot in {None, part.lot}]
    if not found:
        lots = [part.lot or "(all of it)" for part in own]
        raise fields.fault("lot", lot, f"one of {', '.join(lots)}", lots[0])
    return found


def _said(one: Joined, part: Party, stance: Stance) -> EstimateReviewed:
    return EstimateReviewed(
        amount=part.amount,
        bid=one.bid.id,
        contractor=one.bid.coop,
        lot=part.lot,
        minutes=part.minutes,
        share=part.share,
        stance=stance,
        version=one.reviewed.version,
    )


def _fault(code: str, why: str) -> UserFault:
    return UserFault(
        code=code,
        detail=f"bid: {why}",
        way_out="`wortley estimate list` shows what waits for your co-op.",
        field="bid",
        expected="a bid of another co-op that yours is a party to",
        example="evt_k3fw72qa",
    )


async def list_estimates(node: Node, args: ListEstimates, _tell: Tell) -> Estimates:
    """List parts of bids: those of this co-op, where nothing narrows it down."""
    standing = fields.choices("standing", args.standing, STANDINGS)
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    if args.bid is not None:
        entity = await ids.find(books, args.bid, ("bid",), "bid")
        found = await bids.joined(books, [entity])
    else:
        coop = books.coop if coop is None else coop
        found = await bids.listed(books, party=coop, states=sorted(_LIVE))
    parts = [
        (one, part)
        for one in found
        for part in one.reviewed.parts
        if coop in {None, part.party.coop}
        and (not standing or part.standing in standing)
    ]
    return Estimates(estimates=await bids.parts(books, names, parts))


COMMANDS: Final[dict[str, Command]] = {
    "estimate.agree": writing(Review, agree),
    "estimate.object": writing(Review, object_to),
    "estimate.list": command(ListEstimates, list_estimates),
}
