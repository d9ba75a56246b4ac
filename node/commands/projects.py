"""Commands about projects that co-ops fund together."""

from collections.abc import Sequence
from typing import Final, cast

import msgspec

from node.act import Draft
from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import (
    Asking,
    Paged,
    Writing,
    books_of,
    coop_or_all,
    own,
    page_of,
    reading,
    writing,
)
from node.errors import UserFault
from node.node import Node
from node.views import ids, projects
from node.views.projects import ProjectPage, ProjectRow
from protocol.kinds.fields import Money
from protocol.kinds.projects import ProjectAdvanced, ProjectOpened, ProjectState
from protocol.rules.projects import PROJECT_MOVES


class OpenProject(Writing, frozen=True, kw_only=True):
    """Something to fund. Amounts are decimal, in the charter's currency by default.

    `minimum` is the least with which it goes ahead, `maximum` the most that is taken;
    with `idea` it is put up for talk and takes no pledges yet.
    """

    title: str
    goal: str
    description: str | None = None
    link: str | None = None
    currency: str | None = None
    minimum: str | None = None
    maximum: str | None = None
    closes: str | None = None
    idea: bool = False
    themes: tuple[str, ...] = ()


class ListProjects(Paged, frozen=True, kw_only=True):
    """Which projects: in some states, of one co-op."""

    states: tuple[str, ...] = ()
    coop: str | None = None


class OneProject(Asking, frozen=True, kw_only=True):
    """A project by its id."""

    project: str


class AdvanceProject(Writing, frozen=True, kw_only=True):
    """A project of one's own and the state that follows."""

    project: str
    to: str
    note: str | None = None


class Projects(msgspec.Struct, frozen=True, kw_only=True):
    """Projects, the newest last."""

    projects: list[ProjectRow]


async def open_project(node: Node, args: OpenProject) -> Sequence[Draft]:
    """Put a project up."""
    charter = node.register.roster.charter
    code = fields.currency("currency", args.currency or charter.currency)
    body = ProjectOpened(
        closes=fields.day_or_none("closes", args.closes),
        goal=Money(code, fields.amount("goal", args.goal, code)),
        maximum=_limit("maximum", args.maximum, code),
        minimum=_limit("minimum", args.minimum, code),
        state="idea" if args.idea else "open",
        themes=tuple(fields.choices("themes", args.themes, charter.themes)),
    )
    _check_sums(body, args)
    words = fields.words(
        title=fields.line("title", args.title),
        description=args.description,
        link=args.link,
    )
    return [fields.draft("project.opened", body, fields.said(words))]


def _limit(field: str, written: str | None, code: str) -> int | None:
    return fields.amount(field, written, code) if written else None


def _check_sums(body: ProjectOpened, args: OpenProject) -> None:
    goal = body.goal.amount
    if (body.minimum or 1) <= goal <= (body.maximum or goal):
        return
    field = "minimum" if (body.minimum or 1) > goal else "maximum"
    expected = "0 < minimum ≤ goal ≤ maximum"
    raise UserFault(
        code="project-sums",
        detail=f"{field}: with a goal of {args.goal}, {getattr(args, field)} is not"
        f" within {expected}.",
        way_out=f"Leave `{field}` out, or let it be {args.goal}.",
        field=field,
        expected=expected,
        example=args.goal,
    )


async def advance_project(node: Node, args: AdvanceProject) -> Sequence[Draft]:
    """Move a project on."""
    entity = await own(books_of(node), args.project, "project", "project")
    fields.step("project", entity.state, args.to, PROJECT_MOVES)
    body = ProjectAdvanced(project=entity.id, to=cast("ProjectState", args.to))
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("project.advanced", body, words)]


async def list_projects(node: Node, args: ListProjects, _tell: Tell) -> Projects:
    """List projects."""
    states = fields.choices("states", args.states, PROJECT_MOVES)
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    page = await page_of(books, args, "project")
    found = await projects.rows(books, names, states=states, coop=coop, page=page)
    return Projects(projects=found)


async def show_project(node: Node, args: OneProject, _tell: Tell) -> ProjectPage:
    """Show one project."""
    books, names = await reading(node)
    entity = await ids.find(books, args.project, ("project",), "project")
    return await projects.page(books, names, entity)


COMMANDS: Final[dict[str, Command]] = {
    "project.open": writing(OpenProject, open_project),
    "project.list": command(ListProjects, list_projects),
    "project.show": command(OneProject, show_project),
    "project.advance": writing(AdvanceProject, advance_project),
}
