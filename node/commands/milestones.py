"""Commands about the milestones of a project."""

from collections.abc import Sequence
from typing import Final, cast

import msgspec

from node.act import Draft
from node.commands import fields
from node.commands.command import Command
from node.commands.form import Writing, books_of, own, writing
from node.errors import UserFault
from node.node import Node
from protocol.kinds.projects import Milestone, MilestoneReached, ProjectMilestones
from protocol.rules.projects import Project

#: All of the money, in percent.
_WHOLE: Final = 100


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A milestone: its share of the money in percent, and when it is due."""

    percent: int
    due: str | None = None


class SetMilestones(Writing, frozen=True, kw_only=True):
    """All milestones of a project of one's own, in order, and what they are about."""

    project: str
    steps: tuple[Step, ...] = ()
    description: str | None = None


class ReachMilestone(Writing, frozen=True, kw_only=True):
    """A milestone of a project of one's own, by its number."""

    project: str
    no: int
    note: str | None = None


async def set_milestones(node: Node, args: SetMilestones) -> Sequence[Draft]:
    """Set the milestones anew."""
    entity = await own(books_of(node), args.project, "project", "project")
    _check_steps(args.steps)
    body = ProjectMilestones(
        milestones=tuple(
            Milestone(
                due=fields.day_or_none("due", one.due),
                no=at + 1,
                share=one.percent * _WHOLE,
            )
            for at, one in enumerate(args.steps)
        ),
        project=entity.id,
    )
    words = fields.said(fields.words(milestones=args.description))
    return [fields.draft("project.milestones", body, words)]


def _check_steps(steps: Sequence[Step]) -> None:
    shares = sum(one.percent for one in steps)
    if steps and shares <= _WHOLE and all(one.percent > 0 for one in steps):
        return
    expected = f"one milestone or more, with shares of {_WHOLE} % in all at most"
    written = ", ".join(f"{one.percent} %" for one in steps)
    raise fields.fault("steps", written, expected, "50 %, 50 %")


async def reach_milestone(node: Node, args: ReachMilestone) -> Sequence[Draft]:
    """Say that a milestone is reached."""
    entity = await own(books_of(node), args.project, "project", "project")
    project = cast("Project", entity.body)
    open_ones = [one.no for one in project.milestones if one.no not in project.reached]
    if args.no not in open_ones:
        listed = ", ".join(map(str, open_ones))
        raise UserFault(
            code="milestone-unknown",
            detail=f"no: {args.no} is no milestone that is still to be reached.",
            way_out=f"Still to be reached: {listed}."
            if listed
            else "Set some: `wortley project milestone set`.",
            field="no",
            expected=f"one of {listed}" if listed else "the number of a milestone",
            example=str(open_ones[0]) if open_ones else "1",
        )
    body = MilestoneReached(no=args.no, project=entity.id)
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("milestone.reached", body, words)]


COMMANDS: Final[dict[str, Command]] = {
    "project.milestone.set": writing(SetMilestones, set_milestones),
    "project.milestone.reach": writing(ReachMilestone, reach_milestone),
}
