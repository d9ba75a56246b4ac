"""Projects that co-ops fund together (SPEC 8.7)."""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from protocol.kinds.fields import Body, Date, Id, LineNumber, Money, Quantity, Slug

ProjectState = Literal[
    "idea",
    "open",
    "funded",
    "partly-funded",
    "not-funded",
    "delivering",
    "done",
    "cancelled",
]


class ProjectOpened(Body, frozen=True, kw_only=True):
    """Something to fund: the goal is what is asked for, in one currency.

    `minimum` is the least with which it goes ahead; nothing is accepted beyond
    `maximum` (the goal where it is not named). Texts: title, description, link.
    """

    closes: Date | None = None
    goal: Money
    maximum: Quantity | None = None
    minimum: Quantity | None = None
    state: Literal["idea", "open"]
    themes: Annotated[tuple[Slug, ...], Meta(max_length=20)] = ()


class ProjectAdvanced(Body, frozen=True, kw_only=True):
    """A project goes on to another state of its table."""

    project: Id
    to: ProjectState


class Milestone(
    Struct,
    frozen=True,
    kw_only=True,
    gc=False,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """A step: its number, when it is due, its share of the money in basis points."""

    due: Date | None = None
    no: LineNumber
    share: Annotated[int, Meta(ge=1, le=10_000)]


class ProjectMilestones(Body, frozen=True, kw_only=True):
    """The milestones of a project anew, as a whole. Text: milestones."""

    milestones: Annotated[tuple[Milestone, ...], Meta(min_length=1, max_length=20)]
    project: Id


class MilestoneReached(Body, frozen=True, kw_only=True):
    """A milestone is reached. Text: note."""

    no: LineNumber
    project: Id


KINDS: Final[dict[str, type[Struct]]] = {
    "project.opened": ProjectOpened,
    "project.advanced": ProjectAdvanced,
    "project.milestones": ProjectMilestones,
    "milestone.reached": MilestoneReached,
}
TEXTS: Final[dict[str, dict[str, bool]]] = {
    "project.opened": {"title": True, "description": False, "link": False},
    "project.advanced": {"note": False},
    "project.milestones": {"milestones": False},
    "milestone.reached": {"note": False},
}
