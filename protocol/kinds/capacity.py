"""Time a co-op offers, and time it has given away itself (SPEC 8.4, 8.5)."""

from typing import Final, Literal

from msgspec import Struct

from protocol.kinds.fields import Body, Date, Id, Percent, Quantity, Rate, Slug


class CapacityOffered(Body, frozen=True, kw_only=True):
    """`minutes` a week of a skill, from `starts` to `ends` inclusive. Text: note."""

    ends: Date
    minutes: Quantity
    rate: Rate | None = None
    skill: Slug
    starts: Date


class CapacityWithdrawn(Body, frozen=True, kw_only=True):
    """The offer no longer stands; what was confirmed from it does."""

    offer: Id


class BookingMade(Body, frozen=True, kw_only=True):
    """`minutes` a week of own use; tentative ones carry a probability. Text: note."""

    ends: Date
    minutes: Quantity
    probability: Percent | None = None
    skill: Slug | None = None
    starts: Date
    state: Literal["tentative", "confirmed", "placeholder"]


class BookingMoved(Body, frozen=True, kw_only=True):
    """A booking goes on to another state of its table."""

    booking: Id
    to: Literal["confirmed", "done", "released"]


KINDS: Final[dict[str, type[Struct]]] = {
    "capacity.offered": CapacityOffered,
    "capacity.withdrawn": CapacityWithdrawn,
    "booking.made": BookingMade,
    "booking.moved": BookingMoved,
}
TEXTS: Final[dict[str, dict[str, bool]]] = {
    "capacity.offered": {"note": False},
    "booking.made": {"note": False},
}
