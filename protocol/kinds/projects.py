"""Projects that co-ops fund together (SPEC 8.7)."""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from protocol.kinds.fields import Body, Date, Id, Money, Quantity, Slug

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


KINDS: Final[dict[str, type[Struct]]] = {
    "project.opened": ProjectOpened,
    "project.advanced": ProjectAdvanced,
}
TEXTS: Final[dict[str, dict[str, bool]]] = {
    "project.opened": {"title": True, "description": False, "link": False},
    "project.advanced": {"note": False},
}
