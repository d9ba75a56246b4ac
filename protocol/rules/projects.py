"""Law of projects to fund (SPEC 9.8).

idea ⇄ open ─┬─ funded ────────┬─ delivering ── done
             ├─ partly-funded ─┘
             └─ not-funded ── open                  (cancelled until done)
"""

from typing import Final

import msgspec

from protocol.kinds.fields import Date
from protocol.kinds.projects import ProjectAdvanced, ProjectOpened
from protocol.rules.place import At, Rule, Verdict, nothing, opening, rule, words
from protocol.state import Slice, State, find
from protocol.verdicts import Reason

PROJECT_UNKNOWN: Final = Reason(
    "project-unknown", "This log holds no project of that id"
)
PROJECT_MOVE: Final = Reason(
    "project-move", "A project that is {state} cannot become {to}"
)
PROJECT_SUMS: Final = Reason(
    "project-sums",
    "A project needs 0 < minimum ≤ goal ≤ maximum, not {minimum}, {goal}, {maximum}",
)
REASONS: Final = (PROJECT_UNKNOWN, PROJECT_MOVE, PROJECT_SUMS)

PROJECT_MOVES: Final[dict[str, frozenset[str]]] = {
    "idea": frozenset({"open", "cancelled"}),
    "open": frozenset({"idea", "funded", "partly-funded", "not-funded", "cancelled"}),
    "funded": frozenset({"delivering", "cancelled"}),
    "partly-funded": frozenset({"delivering", "cancelled"}),
    "not-funded": frozenset({"open", "cancelled"}),
    "delivering": frozenset({"done", "cancelled"}),
    "done": frozenset(),
    "cancelled": frozenset(),
}
#: The states in which pledges of money are accepted.
TAKING: Final = frozenset({"open", "funded", "partly-funded", "delivering"})


class Project(State, frozen=True, kw_only=True):
    """What is asked for, and how much of it is accepted, in minor units."""

    accepted: int = 0
    closes: Date | None = None
    currency: str
    goal: int
    maximum: int
    minimum: int
    texts: dict[str, bytes]
    themes: tuple[str, ...] = ()


def opened(_slice: Slice, at: At, body: ProjectOpened) -> Verdict:
    """Open a project: without a minimum any sum helps, the goal is the maximum."""
    goal = body.goal.amount
    minimum = 1 if body.minimum is None else body.minimum
    maximum = goal if body.maximum is None else body.maximum
    if not minimum <= goal <= maximum:
        return PROJECT_SUMS(minimum=minimum, goal=goal, maximum=maximum)
    project = Project(
        closes=body.closes,
        currency=body.goal.currency,
        goal=goal,
        maximum=maximum,
        minimum=minimum,
        texts=words(at),
        themes=body.themes,
    )
    return (opening(at, "project", body.state, project),)


def advanced(slice_: Slice, _at: At, body: ProjectAdvanced) -> Verdict:
    """Move a project along its table."""
    found = find(slice_, body.project, Project)
    if found is None:
        return PROJECT_UNKNOWN()
    entity, _ = found
    if body.to not in PROJECT_MOVES[entity.state]:
        return PROJECT_MOVE(state=entity.state, to=body.to)
    return (msgspec.structs.replace(entity, state=body.to),)


def with_accepted(project: Project, change: int) -> Project:
    """Add `change` minor units (or take them back)."""
    return msgspec.structs.replace(project, accepted=project.accepted + change)


def the_project(_at: At, body: ProjectAdvanced) -> tuple[bytes, ...]:
    """Name the entity to load: the project."""
    return (body.project,)


RULES: Final[dict[str, Rule]] = {
    "project.opened": rule(ProjectOpened, opened, nothing),
    "project.advanced": rule(ProjectAdvanced, advanced, the_project),
}
FAMILIES: Final[dict[str, type[State]]] = {"project": Project}
