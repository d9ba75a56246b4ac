"""Law of projects to fund (SPEC 9.8).

idea ⇄ open ─┬─ funded ────────┬─ delivering ── done
             ├─ partly-funded ─┘
             └─ not-funded ── open                  (cancelled until done)
"""

from typing import Final

import msgspec

from protocol.kinds.fields import Date
from protocol.kinds.projects import (
    Milestone,
    MilestoneReached,
    ProjectAdvanced,
    ProjectMilestones,
    ProjectOpened,
)
from protocol.rules.place import At, Rule, Verdict, nothing, opening, rule, words
from protocol.state import Entity, Slice, State, find
from protocol.verdicts import Reason, Void

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
PROJECT_OVER: Final = Reason(
    "project-over", "A project that is {state} changes no more"
)
MILESTONE_TWICE: Final = Reason(
    "milestone-twice", "Two milestones have the number {no}"
)
MILESTONE_SHARES: Final = Reason(
    "milestone-shares", "The milestones have {shares} of 10000 basis points"
)
MILESTONE_REACHED: Final = Reason(
    "milestone-reached", "Milestone {no} is reached, and stays as it is"
)
MILESTONE_UNKNOWN: Final = Reason(
    "milestone-unknown", "The project has no milestone {no}"
)
REASONS: Final = (
    PROJECT_UNKNOWN,
    PROJECT_MOVE,
    PROJECT_SUMS,
    PROJECT_OVER,
    MILESTONE_TWICE,
    MILESTONE_SHARES,
    MILESTONE_REACHED,
    MILESTONE_UNKNOWN,
)

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
_OVER: Final = frozenset({"done", "cancelled"})
#: All of the money, in basis points.
_WHOLE: Final = 10_000


class Project(State, frozen=True, kw_only=True):
    """What is asked for, and how much of it is accepted, in minor units."""

    accepted: int = 0
    closes: Date | None = None
    currency: str
    goal: int
    maximum: int
    milestones: tuple[Milestone, ...] = ()
    minimum: int
    reached: tuple[int, ...] = ()
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


def milestones(slice_: Slice, at: At, body: ProjectMilestones) -> Verdict:
    """Set the milestones; those that are reached stay as they are."""
    found = _live(slice_, body.project)
    if isinstance(found, Void):
        return found
    entity, project = found
    if wrong := _check_milestones(project, body.milestones):
        return wrong
    texts = {**project.texts, **words(at)}
    after = msgspec.structs.replace(
        project,
        milestones=body.milestones,
        texts={role: texts[role] for role in sorted(texts)},
    )
    return (msgspec.structs.replace(entity, body=after),)


def _check_milestones(project: Project, given: tuple[Milestone, ...]) -> Void | None:
    seen: set[int] = set()
    for one in given:
        if one.no in seen:
            return MILESTONE_TWICE(no=one.no)
        seen.add(one.no)
    shares = sum(one.share for one in given)
    if shares > _WHOLE:
        return MILESTONE_SHARES(shares=shares)
    for one in project.milestones:
        if one.no in project.reached and one not in given:
            return MILESTONE_REACHED(no=one.no)
    return None


def reached(slice_: Slice, _at: At, body: MilestoneReached) -> Verdict:
    """Say that a milestone is reached, once."""
    found = _live(slice_, body.project)
    if isinstance(found, Void):
        return found
    entity, project = found
    if body.no not in {one.no for one in project.milestones}:
        return MILESTONE_UNKNOWN(no=body.no)
    if body.no in project.reached:
        return MILESTONE_REACHED(no=body.no)
    done = tuple(sorted((*project.reached, body.no)))
    after = msgspec.structs.replace(project, reached=done)
    return (msgspec.structs.replace(entity, body=after),)


def _live(slice_: Slice, name: bytes) -> tuple[Entity, Project] | Void:
    found = find(slice_, name, Project)
    if found is None:
        return PROJECT_UNKNOWN()
    if found[0].state in _OVER:
        return PROJECT_OVER(state=found[0].state)
    return found


def with_accepted(project: Project, change: int) -> Project:
    """Add `change` minor units (or take them back)."""
    return msgspec.structs.replace(project, accepted=project.accepted + change)


def the_project(
    _at: At, body: ProjectAdvanced | ProjectMilestones | MilestoneReached
) -> tuple[bytes, ...]:
    """Name the entity to load: the project."""
    return (body.project,)


RULES: Final[dict[str, Rule]] = {
    "project.opened": rule(ProjectOpened, opened, nothing),
    "project.advanced": rule(ProjectAdvanced, advanced, the_project),
    "project.milestones": rule(ProjectMilestones, milestones, the_project),
    "milestone.reached": rule(MilestoneReached, reached, the_project),
}
FAMILIES: Final[dict[str, type[State]]] = {"project": Project}
