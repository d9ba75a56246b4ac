"""Commands about time: what a co-op offers to others, what it uses itself."""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from node.act import Draft
from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.fields import Charge
from node.commands.form import (
    Paged,
    Writing,
    books_of,
    coop_or_all,
    own,
    page_of,
    reading,
    writing,
)
from node.errors import UserFault
from node.node import Node
from node.views import capacity
from node.views.capacity import BookingRow, OfferRow
from protocol.kinds.capacity import (
    BookingMade,
    BookingMoved,
    CapacityOffered,
    CapacityWithdrawn,
)
from protocol.rules.capacity import BOOKING_MOVES

#: Where a booking can be moved to.
_MOVES: Final[tuple[Literal["confirmed", "done", "released"], ...]] = (
    "confirmed",
    "done",
    "released",
)


class Offer(Writing, frozen=True, kw_only=True):
    """Minutes a week of a skill, from a day to a day, both included."""

    skill: str
    minutes: int
    starts: str
    ends: str
    rate: Charge | None = None
    note: str | None = None


class Listed(Paged, frozen=True, kw_only=True):
    """Which offers: of one co-op, of one skill; with `all`, withdrawn ones too."""

    coop: str | None = None
    skill: str | None = None
    all: bool = False


class Withdraw(Writing, frozen=True, kw_only=True):
    """An offer of one's own."""

    offer: str


class Book(Writing, frozen=True, kw_only=True):
    """Own use: confirmed, unless it has a probability or is a placeholder."""

    minutes: int
    starts: str
    ends: str
    skill: str | None = None
    probability: int | None = None
    placeholder: bool = False
    note: str | None = None


class Move(Writing, frozen=True, kw_only=True):
    """A booking of one's own, and the state that follows."""

    booking: str
    to: str


class Booked(Paged, frozen=True, kw_only=True):
    """Which bookings: of one co-op; with `all`, those that are over too."""

    coop: str | None = None
    all: bool = False


class Offers(msgspec.Struct, frozen=True, kw_only=True):
    """Capacity offers, the newest last."""

    offers: list[OfferRow]


class Bookings(msgspec.Struct, frozen=True, kw_only=True):
    """Bookings, the newest last."""

    bookings: list[BookingRow]


async def offer(node: Node, args: Offer) -> Sequence[Draft]:
    """Offer time to the network."""
    body = CapacityOffered(
        ends=fields.day("ends", args.ends),
        minutes=args.minutes,
        rate=fields.rate(args.rate, node.register.roster.charter.currency),
        skill=fields.slug("skill", args.skill),
        starts=fields.day("starts", args.starts),
    )
    fields.check_window(body.starts, body.ends)
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("capacity.offered", body, words)]


async def withdraw(node: Node, args: Withdraw) -> Sequence[Draft]:
    """Take an offer back; what was confirmed from it stays."""
    entity = await own(books_of(node), args.offer, "capacity", "offer")
    if entity.state != "open":
        raise UserFault(
            code="offer-closed",
            detail=f"offer: it is {entity.state} already.",
            way_out="`wortley capacity list` shows those that stand.",
            field="offer",
            expected="an offer of your own that stands",
            example="evt_k3fw72qa",
        )
    return [fields.draft("capacity.withdrawn", CapacityWithdrawn(offer=entity.id))]


async def list_offers(node: Node, args: Listed, _tell: Tell) -> Offers:
    """List what is offered."""
    books, names = await reading(node)
    page = await page_of(books, args, "capacity")
    found = await capacity.offers(
        books,
        names,
        coop=coop_or_all(books, names, args.coop),
        skill=fields.slug_or_none("skill", args.skill),
        every=args.all,
        page=page,
    )
    return Offers(offers=found)


async def book(_node: Node, args: Book) -> Sequence[Draft]:
    """Note time that the co-op uses itself."""
    body = BookingMade(
        ends=fields.day("ends", args.ends),
        minutes=args.minutes,
        probability=args.probability,
        skill=fields.slug_or_none("skill", args.skill),
        starts=fields.day("starts", args.starts),
        state=_state(args),
    )
    fields.check_window(body.starts, body.ends)
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("booking.made", body, words)]


def _state(args: Book) -> Literal["tentative", "confirmed", "placeholder"]:
    if args.placeholder and args.probability is not None:
        raise UserFault(
            code="field-wrong",
            detail="probability: a placeholder has none.",
            way_out="Leave out either `probability` or `placeholder`.",
            field="probability",
            expected="one or the other",
            example="60",
        )
    if args.placeholder:
        return "placeholder"
    return "confirmed" if args.probability is None else "tentative"


async def move(node: Node, args: Move) -> Sequence[Draft]:
    """Move a booking on."""
    entity = await own(books_of(node), args.booking, "booking", "booking")
    fields.step("booking", entity.state, args.to, BOOKING_MOVES)
    to = next(one for one in _MOVES if one == args.to)
    return [fields.draft("booking.moved", BookingMoved(booking=entity.id, to=to))]


async def list_bookings(node: Node, args: Booked, _tell: Tell) -> Bookings:
    """List what is booked."""
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    page = await page_of(books, args, "booking")
    found = await capacity.bookings(books, names, coop=coop, every=args.all, page=page)
    return Bookings(bookings=found)


COMMANDS: Final[dict[str, Command]] = {
    "capacity.offer": writing(Offer, offer),
    "capacity.list": command(Listed, list_offers),
    "capacity.withdraw": writing(Withdraw, withdraw),
    "booking.set": writing(Book, book),
    "booking.move": writing(Move, move),
    "booking.list": command(Booked, list_bookings),
}
