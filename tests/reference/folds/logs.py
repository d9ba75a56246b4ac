"""The log itself: forms and law of 6.5."""

from tests.reference.forms import (
    ID,
    QUANTITY,
    REQUIRED,
    Entity,
    Event,
    Kind,
    Log,
    fields,
    need,
    one_of,
    raw,
)

REOPENED = fields({"why": (one_of("restored", "moved"), REQUIRED)})
ADOPTED = fields(
    {
        "id": (ID, REQUIRED),
        "incarnation": (raw(16), REQUIRED),
        "seq": (QUANTITY, REQUIRED),
    }
)


def log_reopened(_log: Log, event: Event) -> list[Entity]:
    need(event.seq == 1, "reopened-late")
    return []


def tail_adopted(_log: Log, _event: Event) -> list[Entity]:
    return []


LOGS = {
    "log.reopened": Kind(REOPENED, log_reopened),
    "tail.adopted": Kind(ADOPTED, tail_adopted),
}
