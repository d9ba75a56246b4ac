"""Closing by a cut: forms of 8.20, law of 9.20."""

from tests.reference.forms import (
    ID,
    QUANTITY,
    REQUIRED,
    Entity,
    Event,
    Kind,
    Log,
    array,
    entity_body,
    fields,
    need,
    raw,
    row,
)

POSITION = row(ID, raw(16), QUANTITY, ID)
CUT = array(POSITION, 80)
SEEN = fields({"of": (ID, REQUIRED), "seen": (array(POSITION, 60, 1), REQUIRED)})


def check_cut(log: Log, cut: list[list[bytes]]) -> None:
    """Do the cut check: by co-op, one of each, and none of this log."""
    coops = [position[0] for position in cut]
    need(coops == sorted(set(coops)), "cut-order")
    need(log.coop not in coops, "cut-self")


def closing(event: Event, of: bytes) -> Entity:
    """Give the entity of a closing event."""
    body = entity_body({"of": of, "seq": event.seq}, cut=event.body.get("cut"))
    return Entity(event.id, "closing", "named", event.block, body)


def seen_acknowledged(log: Log, event: Event) -> list[Entity]:
    of = log.entities.get(event.body["of"])
    need(of is not None and of.family in {"decision", "round"}, "seen-unknown")
    check_cut(log, event.body["seen"])
    return [Entity(event.id, "seen", "acknowledged", event.block, event.body)]


CLOSING = {"seen.acknowledged": Kind(SEEN, seen_acknowledged)}
