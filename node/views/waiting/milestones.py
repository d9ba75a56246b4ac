"""What this co-op's funded projects have to show for the money."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from node.views import titles
from node.views.short import brief
from node.views.waiting.desk import (
    Desk,
    Found,
    Matter,
    Told,
    is_near,
    quoted,
    when,
)
from protocol.kinds.projects import Milestone
from protocol.rules.projects import Project
from protocol.state import Entity

#: States in which a project has money and is not done.
_FUNDED: Final = ("funded", "partly-funded", "delivering")


class _Due(NamedTuple):
    project: Entity
    step: Milestone


async def _milestones(desk: Desk) -> list[Found[_Due]]:
    """Find milestones of this co-op's funded projects whose day is near, or over."""
    books = desk.books
    return [
        Found(urgency="due", id=one.id, what=_Due(one, step), since=moved, due=step.due)
        for one, moved in await books.state.own("project", _FUNDED, books.coop)
        if isinstance(one.body, Project)
        for step in one.body.milestones
        if step.no not in one.body.reached
        and step.due is not None
        and is_near(desk, step.due)
    ]


async def _tell(desk: Desk, found: Sequence[_Due]) -> list[Told]:
    titled = await titles.of(desk.books, [one.project for one in found])
    return [
        Told(
            f"Milestone {one.step.no} of {quoted(titled[one.project.id])}"
            f" {when(desk, one.step.due or desk.day)}.",
            "Those who funded it see what became of their money by its milestones.",
            f"wortley project milestone reach {brief('evt', one.project.id)}"
            f" {one.step.no}",
        )
        for one in found
    ]


MILESTONES: Final = Matter(
    family="project",
    find=_milestones,
    tell=_tell,
    one="milestone to report",
    many="milestones to report",
)
