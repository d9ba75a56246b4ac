"""Profile and wish: forms of 8.2 and 8.3, law of 9.4."""

from tests.reference.forms import (
    COUNT,
    DATE,
    LANGUAGE,
    QUANTITY,
    REQUIRED,
    SLUG,
    Entity,
    Event,
    Kind,
    Log,
    array,
    derived,
    entity_body,
    fields,
    need,
    whole,
    window,
)

PROFILE = fields(
    {
        "day": (whole(60, 1440), REQUIRED),
        "languages": (array(LANGUAGE, 20), []),
        "people": (whole(1, 100_000), REQUIRED),
        "skills": (array(SLUG, 64), []),
    }
)
WISH = fields(
    {
        "ceiling": (COUNT, REQUIRED),
        "ends": (DATE, REQUIRED),
        "floor": (COUNT, REQUIRED),
        "starts": (DATE, REQUIRED),
        "wanted": (QUANTITY, REQUIRED),
    }
)


def profile_set(log: Log, event: Event) -> list[Entity]:
    body = entity_body(event.body | {"texts": event.words()})
    key = derived(log.coop, "profile")
    return [Entity(key, "profile", "current", event.block, body)]


def wish_set(log: Log, event: Event) -> list[Entity]:
    body = event.body
    window(body)
    need(body["floor"] <= body["wanted"] <= body["ceiling"], "wish-order")
    key = derived(log.coop, "wish", body["starts"].encode("ascii"))
    return [Entity(key, "wish", "current", event.block, body)]


PROFILES = {
    "profile.set": Kind(
        PROFILE, profile_set, ("name", "description", "web", "place"), ("name",)
    ),
    "wish.set": Kind(WISH, wish_set),
}
