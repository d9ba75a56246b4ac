"""Law of capacity offers and bookings (SPEC 9.5, 9.6).

    capacity   open ── withdrawn
    booking    tentative ─┬─ confirmed ─┬─ done
               placeholder┘             └─ released      (each may be released)

What is confirmed beyond what was offered is shown by a join, never hidden by a rule.
"""

from typing import Final

import msgspec

from protocol.kinds.capacity import (
    BookingMade,
    BookingMoved,
    CapacityOffered,
    CapacityWithdrawn,
)
from protocol.kinds.fields import Date, Rate
from protocol.rules.dates import check_window
from protocol.rules.place import At, Rule, Verdict, nothing, opening, rule, words
from protocol.state import Slice, State, find
from protocol.verdicts import Reason

OFFER_UNKNOWN: Final = Reason(
    "offer-unknown", "This log holds no capacity offer of that id"
)
OFFER_CLOSED: Final = Reason("offer-closed", "The capacity offer is withdrawn already")
BOOKING_UNKNOWN: Final = Reason("booking-unknown", "This log holds no such booking")
BOOKING_MOVE: Final = Reason(
    "booking-move", "A booking that is {state} cannot become {to}"
)
BOOKING_ODDS: Final = Reason(
    "booking-odds", "Tentative bookings carry a probability, and only they do"
)
REASONS: Final = (
    OFFER_UNKNOWN,
    OFFER_CLOSED,
    BOOKING_UNKNOWN,
    BOOKING_MOVE,
    BOOKING_ODDS,
)

BOOKING_MOVES: Final[dict[str, frozenset[str]]] = {
    "tentative": frozenset({"confirmed", "released"}),
    "placeholder": frozenset({"confirmed", "released"}),
    "confirmed": frozenset({"done", "released"}),
    "done": frozenset(),
    "released": frozenset(),
}


class Capacity(State, frozen=True, kw_only=True):
    """Minutes a week of a skill within a window."""

    ends: Date
    minutes: int
    rate: Rate | None = None
    skill: str
    starts: Date
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)


class Booking(State, frozen=True, kw_only=True):
    """Minutes a week that the co-op uses itself."""

    ends: Date
    minutes: int
    probability: int | None = None
    skill: str | None = None
    starts: Date
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)


def offered(_slice: Slice, at: At, body: CapacityOffered) -> Verdict:
    """Open an offer."""
    if wrong := check_window(body.starts, body.ends):
        return wrong
    offer = Capacity(
        ends=body.ends,
        minutes=body.minutes,
        rate=body.rate,
        skill=body.skill,
        starts=body.starts,
        texts=words(at),
    )
    return (opening(at, "capacity", "open", offer),)


def withdrawn(slice_: Slice, _at: At, body: CapacityWithdrawn) -> Verdict:
    """Close an open offer of this log."""
    found = find(slice_, body.offer, Capacity)
    if found is None:
        return OFFER_UNKNOWN()
    entity, _ = found
    if entity.state != "open":
        return OFFER_CLOSED()
    return (msgspec.structs.replace(entity, state="withdrawn"),)


def made(_slice: Slice, at: At, body: BookingMade) -> Verdict:
    """Open a booking in the state that it names."""
    if wrong := check_window(body.starts, body.ends):
        return wrong
    if (body.state == "tentative") != (body.probability is not None):
        return BOOKING_ODDS()
    booking = Booking(
        ends=body.ends,
        minutes=body.minutes,
        probability=body.probability,
        skill=body.skill,
        starts=body.starts,
        texts=words(at),
    )
    return (opening(at, "booking", body.state, booking),)


def moved(slice_: Slice, _at: At, body: BookingMoved) -> Verdict:
    """Move a booking of this log along its table; certainty ends the odds."""
    found = find(slice_, body.booking, Booking)
    if found is None:
        return BOOKING_UNKNOWN()
    entity, booking = found
    if body.to not in BOOKING_MOVES[entity.state]:
        return BOOKING_MOVE(state=entity.state, to=body.to)
    certain = msgspec.structs.replace(booking, probability=None)
    return (msgspec.structs.replace(entity, state=body.to, body=certain),)


def the_offer(_at: At, body: CapacityWithdrawn) -> tuple[bytes, ...]:
    """Name the entity to load: the offer."""
    return (body.offer,)


def the_booking(_at: At, body: BookingMoved) -> tuple[bytes, ...]:
    """Name the entity to load: the booking."""
    return (body.booking,)


RULES: Final[dict[str, Rule]] = {
    "capacity.offered": rule(CapacityOffered, offered, nothing),
    "capacity.withdrawn": rule(CapacityWithdrawn, withdrawn, the_offer),
    "booking.made": rule(BookingMade, made, nothing),
    "booking.moved": rule(BookingMoved, moved, the_booking),
}
FAMILIES: Final[dict[str, type[State]]] = {"capacity": Capacity, "booking": Booking}
