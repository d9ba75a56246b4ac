"""Interest: form of 8.11, law of 9.11."""

from tests.reference.forms import (
    ID,
    OPTIONAL,
    REQUIRED,
    SLUG,
    Entity,
    Event,
    Kind,
    Log,
    derived,
    entity_body,
    fields,
    one_of,
)

SET = fields(
    {
        "lead": (ID, REQUIRED),
        "owner": (ID, REQUIRED),
        "reason": (SLUG, OPTIONAL),
        "stance": (one_of("watching", "interested", "declined"), REQUIRED),
    }
)


def interest_set(log: Log, event: Event) -> list[Entity]:
    body = {name: item for name, item in event.body.items() if name != "stance"}
    body = entity_body(body, texts=event.words())
    key = derived(log.coop, "interest", event.body["lead"])
    return [Entity(key, "interest", event.body["stance"], event.block, body)]


INTERESTS = {"interest.set": Kind(SET, interest_set, ("note",))}
