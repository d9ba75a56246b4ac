"""Bids that this co-op is part of: estimates to review, own bids to settle."""

import shlex
from collections.abc import Sequence
from typing import Final, NamedTuple

from node import shares
from node.views import bids, efforts, texts, titles
from node.views.bids import Joined
from node.views.short import brief
from node.views.waiting.desk import Desk, Found, Matter, Told, quoted
from protocol.joins.bids import Part
from protocol.kinds.bids import Party

#: States in which a bid still becomes what its parties say.
_SETTLING: Final = ("assembling", "agreed")


class _Asked(NamedTuple):
    bid: Joined
    part: Part


async def _reviews(desk: Desk) -> list[Found[_Asked]]:
    """Find parts of others' bids that wait for the word of this co-op."""
    moved = {one.entity.id: one.moved for one in desk.asked["bid"]}
    joined = await bids.joined(desk.books, [one.entity for one in desk.asked["bid"]])
    return [
        Found(
            urgency="asked",
            id=one.bid.id,
            what=_Asked(one, part),
            since=moved[one.bid.id],
        )
        for one in joined
        for part in one.reviewed.parts
        if part.party.coop == desk.books.coop and part.standing in {"missing", "stale"}
    ]


async def _tell_reviews(desk: Desk, found: Sequence[_Asked]) -> list[Told]:
    titled = await _titled(desk, [one.bid for one in found])
    told = []
    for one in found:
        stale = one.part.standing == "stale"
        lot = one.part.party.lot
        told.append(
            Told(
                f"{desk.names.of(one.bid.bid.coop)} has put this co-op"
                f" {_part(one.part.party)} in its bid for"
                f" {quoted(titled.get(one.bid.body.lead, ''))}.",
                "It was changed after this co-op had agreed; agree anew, or object."
                if stale
                else "The bid is not sound before this co-op agrees, or objects.",
                f"wortley estimate agree {brief('evt', one.bid.bid.id)}"
                + (f" --lot {shlex.quote(texts.line(lot))}" if lot else ""),
            )
        )
    return told


def _part(party: Party) -> str:
    """Write what a party is to do, and what for."""
    share = "no share" if party.share is None else f"{shares.write(party.share)} %"
    parts = [f"down for {share}"]
    if party.minutes is not None:
        parts.append(efforts.write(party.minutes))
    if party.amount is not None:
        parts.append(titles.quantity(party.amount.amount, party.amount.currency))
    lot = f" (lot {texts.line(party.lot)})" if party.lot else ""
    return ", ".join(parts) + lot


async def _own(desk: Desk) -> list[Found[Joined]]:
    """Find bids of this co-op to which all parties have had their say."""
    books = desk.books
    own = await books.state.own("bid", _SETTLING, books.coop)
    moved = {one.entity.id: one.moved for one in own}
    return [
        Found(urgency="own", id=one.bid.id, what=one, since=moved[one.bid.id])
        for one in await bids.joined(books, [one.entity for one in own])
        if _objecting(one)
        or (one.bid.state == "assembling" and one.reviewed.sound and _shared(one))
    ]


def _objecting(one: Joined) -> list[bytes]:
    objecting = {"objected", "differing"}
    return [
        part.party.coop for part in one.reviewed.parts if part.standing in objecting
    ]


def _shared(one: Joined) -> bool:
    return any(part.party.coop != one.bid.coop for part in one.reviewed.parts)


async def _tell_own(desk: Desk, found: Sequence[Joined]) -> list[Told]:
    titled = await _titled(desk, found)
    told = []
    for one in found:
        title = quoted(titled.get(one.body.lead, ""))
        bid = brief("evt", one.bid.id)
        against = [desk.names.of(coop) for coop in dict.fromkeys(_objecting(one))]
        told.append(
            Told(
                f"{', '.join(against)} did not agree to its part of the bid for"
                f" {title}.",
                "Change the bid (`wortley bid change`) or go on without it.",
                f"wortley bid show {bid}",
            )
            if against
            else Told(
                f"All who share in the bid for {title} have agreed to their part.",
                "It can be written down as agreed, and then be handed in.",
                f"wortley bid advance {bid} agreed",
            )
        )
    return told


async def _titled(desk: Desk, found: Sequence[Joined]) -> dict[bytes, str]:
    leads = {one.lead.id: one.lead for one in found if one.lead is not None}
    return await titles.of(desk.books, leads.values())


REVIEWS: Final = Matter(
    family="bid",
    find=_reviews,
    tell=_tell_reviews,
    one="estimate to review",
    many="estimates to review",
)
OWN: Final = Matter(
    family="bid",
    find=_own,
    tell=_tell_own,
    one="bid to go on with",
    many="bids to go on with",
)
