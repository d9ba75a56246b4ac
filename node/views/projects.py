"""Projects to fund: a list with what stands of each goal, and the page of one."""

import datetime
from collections.abc import Sequence

import msgspec

from node import money
from node.money import Amount
from node.views import coverage, ids, pledges, texts, titles
from node.views.books import Books
from node.views.names import Names
from node.views.paging import Page
from node.views.pledges import PledgeRow
from protocol import ids as forms
from protocol.joins.coverage import Cover
from protocol.rules.projects import Project
from protocol.state import Entity


class ProjectRow(msgspec.Struct, frozen=True, kw_only=True):
    """A project in a list, and how far its goal is reached.

    `overtaken` is the part of `committed` whose acceptance was withdrawn after it was
    confirmed.
    """

    id: str
    short: str
    coop: str
    name: str
    title: str
    state: str
    goal: Amount
    minimum: Amount
    maximum: Amount
    closes: datetime.date | None
    themes: list[str]
    offered: Amount
    accepted: Amount
    committed: Amount
    overtaken: Amount
    missing: Amount


class MilestoneRow(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a project; its share of the money is in hundredths of a percent."""

    no: int
    due: datetime.date | None
    share: int
    reached: bool


class ProjectPage(ProjectRow, frozen=True, kw_only=True):
    """All there is to say of one project."""

    description: str
    link: str
    milestones: list[MilestoneRow]
    milestones_text: str
    pledges: list[PledgeRow]


async def rows(
    books: Books,
    names: Names,
    *,
    states: Sequence[str] = (),
    coop: bytes | None = None,
    page: Page,
) -> list[ProjectRow]:
    """List a page of projects, newest last."""
    listed = await books.state.entities(
        "project", states=states, coop=coop, **page._asdict()
    )
    titled = await titles.of(books, listed)
    short = await ids.shorts(books, [entity.id for entity in listed])
    covered = await coverage.of(books, listed)
    return [
        _row(
            entity,
            entity.body,
            covered[entity.id][0][0],
            name=names.of(entity.coop),
            short=short[entity.id],
            title=titled[entity.id],
        )
        for entity in listed
        if isinstance(entity.body, Project)
    ]


def _row(
    entity: Entity, project: Project, cover: Cover, *, name: str, short: str, title: str
) -> ProjectRow:
    def amount(minor: int) -> Amount:
        return money.write(minor, project.currency)

    return ProjectRow(
        id=forms.text("evt", entity.id),
        short=short,
        coop=forms.text("coop", entity.coop),
        name=name,
        title=title,
        state=entity.state,
        goal=amount(project.goal),
        minimum=amount(project.minimum),
        maximum=amount(project.maximum),
        closes=project.closes,
        themes=list(project.themes),
        offered=amount(cover.offered),
        accepted=amount(cover.accepted),
        committed=amount(cover.committed),
        overtaken=amount(cover.overtaken),
        missing=amount(cover.missing),
    )


async def page(books: Books, names: Names, entity: Entity) -> ProjectPage:
    """Show one project with the pledges to it."""
    body = entity.body
    if not isinstance(body, Project):
        raise TypeError(f"a project is shown, not a {entity.family}")
    covers, joined = (await coverage.of(books, [entity]))[entity.id]
    words = await texts.of_roles(books, body.texts)
    short = await ids.shorts(books, [entity.id])
    row = _row(
        entity,
        body,
        covers[0],
        name=names.of(entity.coop),
        short=short[entity.id],
        title=words.get("title") or titles.NO_TITLE,
    )
    return ProjectPage(
        **msgspec.structs.asdict(row),
        description=words.get("description", ""),
        link=words.get("link", ""),
        milestones=[
            MilestoneRow(
                no=one.no, due=one.due, share=one.share, reached=one.no in body.reached
            )
            for one in body.milestones
        ],
        milestones_text=words.get("milestones", ""),
        pledges=await pledges.rows(books, names, joined),
    )
