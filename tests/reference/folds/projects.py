"""Projects: forms of 8.7, law of 9.8."""

from tests.reference.forms import (
    DATE,
    ID,
    MONEY,
    OPTIONAL,
    QUANTITY,
    REQUIRED,
    SLUG,
    Entity,
    Event,
    Kind,
    Log,
    Moves,
    array,
    entity_body,
    fields,
    move,
    need,
    one_of,
)

PROJECT_MOVES: Moves = {
    "idea": {"open", "cancelled"},
    "open": {"idea", "funded", "partly-funded", "not-funded", "cancelled"},
    "funded": {"delivering", "cancelled"},
    "partly-funded": {"delivering", "cancelled"},
    "not-funded": {"open", "cancelled"},
    "delivering": {"done", "cancelled"},
    "done": set(),
    "cancelled": set(),
}
PROJECT_TAKES = {"open", "funded", "partly-funded", "delivering"}

OPENED = fields(
    {
        "closes": (DATE, OPTIONAL),
        "goal": (MONEY, REQUIRED),
        "maximum": (QUANTITY, OPTIONAL),
        "minimum": (QUANTITY, OPTIONAL),
        "state": (one_of("idea", "open"), REQUIRED),
        "themes": (array(SLUG, 20), []),
    }
)
ADVANCED = fields({"project": (ID, REQUIRED), "to": (one_of(*PROJECT_MOVES), REQUIRED)})


def project_opened(_log: Log, event: Event) -> list[Entity]:
    currency, goal = event.body["goal"]
    minimum = event.body.get("minimum", 1)
    maximum = event.body.get("maximum", goal)
    need(minimum <= goal <= maximum, "project-sums")
    body = entity_body(
        {
            "currency": currency,
            "goal": goal,
            "maximum": maximum,
            "minimum": minimum,
            "texts": event.words(),
        },
        closes=event.body.get("closes"),
        themes=event.body.get("themes"),
    )
    return [Entity(event.id, "project", event.body["state"], event.block, body)]


def project_advanced(log: Log, event: Event) -> list[Entity]:
    project = log.find("project", event.body["project"], "project-unknown")
    return [move(project, event.body["to"], PROJECT_MOVES, "project-move")]


def project_accepted(project: Entity, quantity: int) -> Entity:
    """Give the project with so much more, or less, accepted (9.3, 9.10)."""
    rest = {name: item for name, item in project.body.items() if name != "accepted"}
    accepted = project.body.get("accepted", 0) + quantity
    return project._replace(body=entity_body(rest, accepted=accepted))


PROJECTS = {
    "project.opened": Kind(
        OPENED, project_opened, ("title", "description", "link"), ("title",)
    ),
    "project.advanced": Kind(ADVANCED, project_advanced, ("note",)),
}
