"""Commands about leads: bring one, change it, move it on, look."""

import datetime
from collections.abc import Sequence
from typing import Final, cast

import msgspec

from node.act import Draft
from node.commands import fields, handovers
from node.commands.command import Command, Tell, command
from node.commands.fields import Sum
from node.commands.form import (
    Asking,
    Paged,
    Writing,
    books_of,
    coop_or_all,
    own,
    page_of,
    reading,
    today,
    writing,
)
from node.errors import UserFault
from node.node import Node
from node.views import drafts, efforts, ids, leads
from node.views import handovers as views
from node.views.books import Books
from node.views.drafts import DraftRow
from node.views.leads import LeadPage, LeadRow
from protocol import ids as forms
from protocol.kinds.fields import Money
from protocol.kinds.leads import (
    LeadAdvanced,
    LeadChanged,
    LeadOpened,
    LeadState,
    Requirement,
    Terms,
)
from protocol.rules.leads import LEAD_MOVES, TAKING, Lead, requirement
from protocol.state import Entity

#: Requirement lines are numbered from 1; a lead has at most so many.
_LINES: Final = 64


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A requirement line. Without `line` it gets the first number that is free."""

    skill: str
    line: int | None = None
    minutes: int | None = None
    starts: str | None = None
    ends: str | None = None
    must: bool = True


class OpenLead(Writing, frozen=True, kw_only=True):
    """A lead for all members to read.

    With `via`, a hand-over that this co-op has accepted, the finder's terms and words
    stand for what is not given.
    """

    title: str | None = None
    via: str | None = None
    description: str | None = None
    buyer: str | None = None
    link: str | None = None
    requirements: tuple[Line, ...] = ()
    value: Sum | None = None
    deadline: str | None = None
    starts: str | None = None
    ends: str | None = None
    cpv: tuple[str, ...] = ()


class ChangeLead(Writing, frozen=True, kw_only=True):
    """What is not given stays; an empty text or date takes that one away.

    `requirements` are given as a whole. A line keeps its pledges by its number, so
    name `line` where lines are left out or change places.
    """

    lead: str
    title: str | None = None
    description: str | None = None
    buyer: str | None = None
    link: str | None = None
    requirements: tuple[Line, ...] | None = None
    value: Sum | None = None
    deadline: str | None = None
    starts: str | None = None
    ends: str | None = None
    cpv: tuple[str, ...] | None = None


class ListLeads(Paged, frozen=True, kw_only=True):
    """Which leads: in some states, of one co-op; with `drafts`, imported ones too."""

    states: tuple[str, ...] = ()
    coop: str | None = None
    drafts: bool = False


class OneLead(Asking, frozen=True, kw_only=True):
    """A lead by its id."""

    lead: str


class AdvanceLead(Writing, frozen=True, kw_only=True):
    """A lead of one's own, the state that follows, and why."""

    lead: str
    to: str
    reason: str | None = None
    note: str | None = None


class Leads(msgspec.Struct, frozen=True, kw_only=True):
    """Leads, the newest last, and drafts: what to look at first stands first."""

    leads: list[LeadRow]
    drafts: list[DraftRow] = []


# --- writing ------------------------------------------------------------------------


async def open_lead(node: Node, args: OpenLead) -> Sequence[Draft]:
    """Open a lead, or go on with one that was taken over."""
    body, words = LeadOpened(), dict[str, str]()
    if args.via is not None:
        books, _ = await reading(node)
        offer = await handovers.accepted_offer(books, args.via)
        body, words = await handovers.copied(books, offer)
    body = msgspec.structs.replace(
        body,
        cpv=args.cpv or body.cpv,
        deadline=_given("deadline", args.deadline, body.deadline),
        ends=_given("ends", args.ends, body.ends),
        requirements=_requirements(args.requirements) or body.requirements,
        starts=_given("starts", args.starts, body.starts),
        value=_value(node, args.value) or body.value,
    )
    _check_windows(body.starts, body.ends, body.requirements)
    words |= fields.words(
        title=_title(args, words.get("title")),
        description=args.description,
        buyer=args.buyer,
        link=args.link,
    )
    return [fields.draft("lead.opened", body, fields.said(words))]


def _title(args: OpenLead, theirs: str | None) -> str:
    if args.title is not None:
        return fields.line("title", args.title)
    if theirs:
        return theirs
    if args.via is not None:
        raise handovers.untitled("via")
    raise fields.fault(
        "title", "nothing", "one line that says what it is", "Website for a market"
    )


def _given(
    field: str, written: str | None, old: datetime.date | None
) -> datetime.date | None:
    return old if not written else fields.day_or_none(field, written)


def _requirements(lines: Sequence[Line]) -> tuple[Requirement, ...]:
    named = {one.line for one in lines if one.line is not None}
    free = iter([number for number in range(1, _LINES + 1) if number not in named])
    if len(lines) > _LINES:
        raise fields.fault("requirements", f"{len(lines)} lines")
    _check_numbers(lines)
    return tuple(
        Requirement(
            ends=fields.day_or_none("ends", one.ends),
            line=next(free) if one.line is None else one.line,
            minutes=one.minutes,
            must=one.must,
            skill=fields.slug(f"requirements[{at}].skill", one.skill),
            starts=fields.day_or_none("starts", one.starts),
        )
        for at, one in enumerate(lines)
    )


def _check_numbers(lines: Sequence[Line]) -> None:
    taken: set[int] = set()
    for at, one in enumerate(lines):
        if one.line in taken:
            expected = "a number that no other requirement line has"
            spare = min({*range(1, _LINES + 1)} - taken, default=_LINES)
            place = f"requirements[{at}].line"
            fault = fields.fault(place, one.line, expected, str(spare))
            # As the rule calls it, which has no field to name.
            fault.code = "line-twice"
            raise fault
        if one.line is not None:
            taken.add(one.line)


def _check_windows(
    starts: datetime.date | None,
    ends: datetime.date | None,
    requirements: Sequence[Requirement],
) -> None:
    fields.check_window(starts, ends)
    for at, one in enumerate(requirements):
        field = f"requirements[{at}].ends"
        fields.check_window(one.starts, one.ends, field=field)


def _value(node: Node, given: Sum | None) -> Money | None:
    if given is None or not given.amount.strip():
        return None
    usual = node.register.roster.charter.currency
    code = fields.currency("value.currency", given.currency or usual)
    return Money(code, fields.amount("value.amount", given.amount, code))


async def change_lead(node: Node, args: ChangeLead) -> Sequence[Draft]:
    """Say the terms of a lead anew, changed where something was given."""
    _refuse_nothing(args)
    entity = await own(books_of(node), args.lead, "lead", "lead")
    if entity.state not in TAKING:
        raise UserFault(
            code="lead-over",
            detail=f"lead: it is {entity.state} and changes no more.",
            way_out="What was lost or withdrawn by mistake can be opened again:"
            " `wortley lead advance LEAD open`.",
            field="lead",
            expected="a lead that is not over",
            example="evt_k3fw72qa",
        )
    old = cast("Lead", entity.body).terms
    terms = Terms(
        cpv=old.cpv if args.cpv is None else args.cpv,
        deadline=_date("deadline", args.deadline, old.deadline),
        ends=_date("ends", args.ends, old.ends),
        lots=old.lots,
        requirements=_again(args.requirements, old.requirements),
        source=old.source,
        starts=_date("starts", args.starts, old.starts),
        value=old.value if args.value is None else _value(node, args.value),
    )
    _check_windows(terms.starts, terms.ends, terms.requirements)
    _check_taken(cast("Lead", entity.body), terms)
    words = fields.words(
        title=None if args.title is None else fields.line("title", args.title),
        description=args.description,
        buyer=args.buyer,
        link=args.link,
    )
    return [
        fields.draft("lead.changed", LeadChanged(lead=entity.id, terms=terms), words)
    ]


def _check_taken(lead: Lead, terms: Terms) -> None:
    """Refuse a line below what is accepted on it, as the rule does, but in hours."""
    for line, accepted in lead.accepted:
        one = requirement(terms, line)
        if one is None or (one.minutes is not None and one.minutes < accepted):
            taken = efforts.write(accepted)
            raise UserFault(
                code="line-taken",
                detail=f"requirements: line {line} cannot shrink below the {taken} that"
                " are accepted on it.",
                way_out="Withdraw an acceptance first: `wortley acceptance withdraw`,"
                f" or keep the line: --need {line}={_skill(lead, line)}:{accepted}m",
                field="requirements",
                expected=f"a line {line} of at least {taken}",
                example=str(accepted),
            )


def _skill(lead: Lead, line: int) -> str:
    found = requirement(lead.terms, line)
    return "SKILL" if found is None else found.skill


def _refuse_nothing(args: ChangeLead) -> None:
    given = msgspec.structs.asdict(args)
    if any(given[name] is not None for name in given.keys() - {"lead", "key"}):
        return
    raise UserFault(
        code="nothing-given",
        detail="Nothing is given that should change.",
        way_out="Name at least one field: --title, --deadline, --need …",
        field="title",
        expected="at least one field to change",
        example="Website for Bridport Market",
    )


def _date(
    field: str, given: str | None, old: datetime.date | None
) -> datetime.date | None:
    return old if given is None else fields.day_or_none(field, given)


def _again(
    given: Sequence[Line] | None, old: tuple[Requirement, ...]
) -> tuple[Requirement, ...]:
    if given is None:
        return old
    # A lot is the tender's own word on a line; nobody types it a second time.
    lots = {one.line: one.lot for one in old}
    return tuple(
        msgspec.structs.replace(one, lot=lots.get(one.line))
        for one in _requirements(given)
    )


async def advance_lead(node: Node, args: AdvanceLead) -> Sequence[Draft]:
    """Move a lead on."""
    entity = await own(books_of(node), args.lead, "lead", "lead")
    fields.step("lead", entity.state, args.to, LEAD_MOVES)
    if args.to == "passed-on":
        await _check_accepted(node, entity)
    body = LeadAdvanced(
        lead=entity.id,
        reason=fields.slug_or_none("reason", args.reason),
        to=cast("LeadState", args.to),
    )
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("lead.advanced", body, words)]


async def _check_accepted(node: Node, entity: Entity) -> None:
    """Refuse to pass a lead on for good to who has not accepted it.

    Past that step the offer can be taken back no more.
    """
    books, names = await reading(node)
    offer_id = cast("Lead", entity.body).handover
    offer = None if offer_id is None else await books.state.get(offer_id)
    if offer is None:
        return
    (one,) = await views.joined(books, [offer])
    if one.handing.standing == "effective":
        return
    taker = names.of(one.handing.taker)
    raise UserFault(
        code="handover-open",
        detail=f"to: it is offered to {taker}, which has not accepted that.",
        way_out=f"Wait for {taker}'s answer, or `wortley handover withdraw"
        f" {forms.text('evt', offer.id)[:16]}` first.",
        field="to",
        expected="passed-on once the hand-over is accepted",
        example="withdrawn",
    )


# --- looking ------------------------------------------------------------------------


async def list_leads(node: Node, args: ListLeads, _tell: Tell) -> Leads:
    """List leads, and drafts where they are asked for."""
    states = fields.choices("states", args.states, LEAD_MOVES)
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    page = await page_of(books, args, "lead")
    return Leads(
        leads=await leads.rows(books, names, states=states, coop=coop, page=page),
        drafts=await _drafts(node, books) if args.drafts else [],
    )


async def _drafts(node: Node, books: Books) -> list[DraftRow]:
    return await drafts.rows(books, await node.own.drafts(), today(node))


async def show_lead(node: Node, args: OneLead, _tell: Tell) -> LeadPage:
    """Show one lead."""
    books, names = await reading(node)
    entity = await ids.find(books, args.lead, ("lead",), "lead")
    return await leads.page(books, names, entity)


COMMANDS: Final[dict[str, Command]] = {
    "lead.open": writing(OpenLead, open_lead),
    "lead.change": writing(ChangeLead, change_lead),
    "lead.list": command(ListLeads, list_leads),
    "lead.show": command(OneLead, show_lead),
    "lead.advance": writing(AdvanceLead, advance_lead),
}
