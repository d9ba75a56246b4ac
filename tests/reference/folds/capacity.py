"""Capacity and bookings: forms of 8.4 and 8.5, law of 9.5 and 9.6."""

from tests.reference.forms import (
    DATE,
    ID,
    OPTIONAL,
    PERCENT,
    QUANTITY,
    RATE,
    REQUIRED,
    SLUG,
    Entity,
    Event,
    Kind,
    Log,
    Moves,
    entity_body,
    fields,
    move,
    need,
    one_of,
    window,
)

OFFERED = fields(
    {
        "ends": (DATE, REQUIRED),
        "minutes": (QUANTITY, REQUIRED),
        "rate": (RATE, OPTIONAL),
        "skill": (SLUG, REQUIRED),
        "starts": (DATE, REQUIRED),
    }
)
WITHDRAWN = fields({"offer": (ID, REQUIRED)})
MADE = fields(
    {
        "ends": (DATE, REQUIRED),
        "minutes": (QUANTITY, REQUIRED),
        "probability": (PERCENT, OPTIONAL),
        "skill": (SLUG, OPTIONAL),
        "starts": (DATE, REQUIRED),
        "state": (one_of("tentative", "confirmed", "placeholder"), REQUIRED),
    }
)
MOVED = fields(
    {
        "booking": (ID, REQUIRED),
        "to": (one_of("confirmed", "done", "released"), REQUIRED),
    }
)

CAPACITY_MOVES: Moves = {"open": {"withdrawn"}, "withdrawn": set()}
BOOKING_MOVES: Moves = {
    "tentative": {"confirmed", "released"},
    "placeholder": {"confirmed", "released"},
    "confirmed": {"done", "released"},
    "done": set(),
    "released": set(),
}


def capacity_offered(_log: Log, event: Event) -> list[Entity]:
    window(event.body)
    body = entity_body(event.body, texts=event.words())
    return [Entity(event.id, "capacity", "open", event.block, body)]


def capacity_withdrawn(log: Log, event: Event) -> list[Entity]:
    offer = log.find("capacity", event.body["offer"], "offer-unknown")
    return [move(offer, "withdrawn", CAPACITY_MOVES, "offer-closed")]


def booking_made(_log: Log, event: Event) -> list[Entity]:
    window(event.body)
    state = event.body["state"]
    need(("probability" in event.body) == (state == "tentative"), "booking-odds")
    body = {name: value for name, value in event.body.items() if name != "state"}
    body = entity_body(body, texts=event.words())
    return [Entity(event.id, "booking", state, event.block, body)]


def booking_moved(log: Log, event: Event) -> list[Entity]:
    booking = log.find("booking", event.body["booking"], "booking-unknown")
    booking = move(booking, event.body["to"], BOOKING_MOVES, "booking-move")
    body = {name: booking.body[name] for name in booking.body if name != "probability"}
    return [booking._replace(body=body)]


CAPACITY = {
    "capacity.offered": Kind(OFFERED, capacity_offered, ("note",)),
    "capacity.withdrawn": Kind(WITHDRAWN, capacity_withdrawn),
    "booking.made": Kind(MADE, booking_made, ("note",)),
    "booking.moved": Kind(MOVED, booking_moved),
}
