"""Sealed texts: forms of 8.40, law of 9.40."""

from tests.reference.forms import (
    ID,
    REQUIRED,
    Entity,
    Event,
    Kind,
    Log,
    array,
    entity_body,
    fields,
    need,
    one_of,
)

SHARED = fields(
    {
        "about": (ID, REQUIRED),
        "custodians": (array(ID, 3), []),
        "role": (one_of("details", "rate"), REQUIRED),
        "to": (array(ID, 16, 1), REQUIRED),
    }
)
SUBJECTS = ("bid", "capacity", "lead", "pledge", "project")


def sealed_shared(log: Log, event: Event) -> list[Entity]:
    body = event.body
    found = [log.get(family, body["about"]) for family in SUBJECTS]
    need(any(found), "about-unknown")
    to, custodians = body["to"], body.get("custodians", [])
    for named in (to, custodians):
        need(named == sorted(set(named)), "readers-order")
    need(not {log.coop} & {*to, *custodians}, "readers-order")
    need(not set(to) & set(custodians), "readers-order")
    body = entity_body(body, texts=event.words())
    return [Entity(event.id, "sealed", "shared", event.block, body)]


SEALED = {"sealed.shared": Kind(SHARED, sealed_shared, ("sealed",), ("sealed",))}
