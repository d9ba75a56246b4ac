"""Projects: forms of 8.7, law of 9.8."""

from tests.reference.forms import (
    DATE,
    ID,
    LINE,
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
    whole,
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
MILESTONE = fields(
    {
        "due": (DATE, OPTIONAL),
        "no": (LINE, REQUIRED),
        "share": (whole(1, 10_000), REQUIRED),
    }
)
MILESTONES = fields(
    {"milestones": (array(MILESTONE, 20, 1), REQUIRED), "project": (ID, REQUIRED)}
)
REACHED = fields({"no": (LINE, REQUIRED), "project": (ID, REQUIRED)})
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


def live(log: Log, event: Event) -> Entity:
    project = log.find("project", event.body["project"], "project-unknown")
    need(project.state not in {"done", "cancelled"}, "project-over")
    return project


def project_milestones(log: Log, event: Event) -> list[Entity]:
    project = live(log, event)
    given = event.body["milestones"]
    numbers = [one["no"] for one in given]
    need(len(numbers) == len(set(numbers)), "milestone-twice")
    need(sum(one["share"] for one in given) <= 10_000, "milestone-shares")
    for one in project.body.get("milestones", []):
        reached = one["no"] in project.body.get("reached", [])
        need(not reached or one in given, "milestone-reached")
    texts = dict(sorted((project.body["texts"] | event.words()).items()))
    body = entity_body(project.body | {"milestones": given, "texts": texts})
    return [project._replace(body=body)]


def milestone_reached(log: Log, event: Event) -> list[Entity]:
    project = live(log, event)
    number = event.body["no"]
    there = [one["no"] for one in project.body.get("milestones", [])]
    need(number in there, "milestone-unknown")
    reached = project.body.get("reached", [])
    need(number not in reached, "milestone-reached")
    body = entity_body(project.body, reached=sorted([*reached, number]))
    return [project._replace(body=body)]


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
    "project.milestones": Kind(MILESTONES, project_milestones, ("milestones",)),
    "milestone.reached": Kind(REACHED, milestone_reached, ("note",)),
}
