"""Leads: a list with how far each is covered, and the page of one."""

import datetime
from collections.abc import Sequence

import msgspec

from node import money
from node.money import Amount
from node.views import (
    bids,
    coverage,
    handovers,
    ids,
    interests,
    pledges,
    sealed,
    texts,
    titles,
)
from node.views.bids import BidRow
from node.views.books import Books
from node.views.handovers import HandoverRow
from node.views.interests import InterestRow
from node.views.names import Names
from node.views.paging import Page
from node.views.pledges import PledgeRow
from node.views.sealed import SealedRow
from protocol import ids as forms
from protocol.joins.coverage import Cover
from protocol.kinds.leads import Requirement
from protocol.rules.leads import Lead
from protocol.state import Entity


class LineRow(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement line and how far it is covered, in minutes.

    An open-ended line has no `wanted` and nothing `missing`. `overtaken` is the part of
    `committed` whose acceptance was withdrawn after it was confirmed.
    """

    line: int
    skill: str
    starts: datetime.date | None
    ends: datetime.date | None
    must: bool
    lot: str | None
    wanted: int | None
    offered: int
    accepted: int
    committed: int
    overtaken: int
    missing: int


class LeadRow(msgspec.Struct, frozen=True, kw_only=True):
    """A lead in a list; the minutes are the sums of its lines.

    noticed: it came of a public notice, so that "lost" means awarded to others.
    """

    id: str
    short: str
    coop: str
    name: str
    title: str
    state: str
    noticed: bool
    deadline: datetime.date | None
    starts: datetime.date | None
    ends: datetime.date | None
    value: Amount | None
    skills: list[str]
    wanted: int
    offered: int
    accepted: int
    committed: int
    overtaken: int
    missing: int


class LeadPage(LeadRow, frozen=True, kw_only=True):
    """All there is to say of one lead.

    `via` is the hand-over by which it came and `found_by` its finder, `handovers` are
    the offers to hand it on, `reason` is why it became what it is.
    """

    description: str
    buyer: str
    link: str
    source: str
    source_scheme: str | None
    source_id: str | None
    cpv: list[str]
    reason: str | None
    via: str | None
    found_by: str
    requirements: list[LineRow]
    pledges: list[PledgeRow]
    interests: list[InterestRow]
    handovers: list[HandoverRow]
    bids: list[BidRow]
    #: What is sealed about it: who reads what.
    sealed: list[SealedRow]


async def rows(
    books: Books,
    names: Names,
    *,
    states: Sequence[str] = (),
    coop: bytes | None = None,
    page: Page,
) -> list[LeadRow]:
    """List a page of leads, newest last."""
    listed = await books.state.entities(
        "lead", states=states, coop=coop, **page._asdict()
    )
    titled = await titles.of(books, listed)
    short = await ids.shorts(books, [entity.id for entity in listed])
    covered = await coverage.of(books, listed)
    return [
        _row(
            entity,
            entity.body,
            covered[entity.id][0],
            name=names.of(entity.coop),
            short=short[entity.id],
            title=titled[entity.id],
        )
        for entity in listed
        if isinstance(entity.body, Lead)
    ]


def _row(
    entity: Entity,
    lead: Lead,
    covers: Sequence[Cover],
    *,
    name: str,
    short: str,
    title: str,
) -> LeadRow:
    terms = lead.terms
    return LeadRow(
        id=forms.text("evt", entity.id),
        short=short,
        coop=forms.text("coop", entity.coop),
        name=name,
        title=title,
        state=entity.state,
        noticed=terms.source is not None,
        deadline=terms.deadline,
        starts=terms.starts,
        ends=terms.ends,
        value=value_of(lead),
        skills=list(dict.fromkeys(one.skill for one in terms.requirements)),
        wanted=sum(one.wanted or 0 for one in covers),
        offered=sum(one.offered for one in covers),
        accepted=sum(one.accepted for one in covers),
        committed=sum(one.committed for one in covers),
        overtaken=sum(one.overtaken for one in covers),
        missing=sum(one.missing for one in covers),
    )


def value_of(lead: Lead) -> Amount | None:
    """Write what a lead is worth, where it says so."""
    value = lead.terms.value
    return None if value is None else money.write(value.amount, value.currency)


async def page(books: Books, names: Names, entity: Entity) -> LeadPage:
    """Show one lead with its lines and the pledges to them."""
    lead = entity.body
    if not isinstance(lead, Lead):
        raise TypeError(f"a lead is shown, not a {entity.family}")
    covers, joined = (await coverage.of(books, [entity]))[entity.id]
    words = await texts.of_roles(books, lead.texts)
    short = await ids.shorts(books, [entity.id])
    row = _row(
        entity,
        lead,
        covers,
        name=names.of(entity.coop),
        short=short[entity.id],
        title=words.get("title") or titles.NO_TITLE,
    )
    source = lead.terms.source
    lines = sorted(lead.terms.requirements, key=lambda one: one.line)
    return LeadPage(
        **msgspec.structs.asdict(row),
        description=words.get("description", ""),
        buyer=words.get("buyer", ""),
        link=words.get("link", ""),
        source=words.get("source", ""),
        source_scheme=None if source is None else source.scheme,
        source_id=None if source is None else source.id,
        cpv=list(lead.terms.cpv),
        reason=lead.reason,
        via=None if lead.via is None else forms.text("evt", lead.via.handover),
        found_by="" if lead.via is None else names.of(lead.via.finder),
        requirements=[
            _line(one, cover) for one, cover in zip(lines, covers, strict=True)
        ],
        pledges=await pledges.rows(books, names, joined),
        interests=await interests.rows(
            books, names, await interests.listed(books, lead=entity)
        ),
        handovers=await handovers.rows(
            books, names, await handovers.listed(books, lead=entity.id)
        ),
        bids=await bids.rows(books, names, await bids.listed(books, lead=entity.id)),
        sealed=await sealed.rows(
            books, names, await books.state.referring([entity.id])
        ),
    )


def _line(one: Requirement, cover: Cover) -> LineRow:
    return LineRow(
        line=one.line,
        skill=one.skill,
        starts=one.starts,
        ends=one.ends,
        must=one.must,
        lot=one.lot,
        wanted=cover.wanted,
        offered=cover.offered,
        accepted=cover.accepted,
        committed=cover.committed,
        overtaken=cover.overtaken,
        missing=cover.missing,
    )
