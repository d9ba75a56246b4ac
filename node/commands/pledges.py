"""Commands of the pledger: offer work or money, confirm, take back, let go; and lists.

The taker's half, accepting and declining, is in node/commands/acceptances.py. What the
other log says is read from the join (protocol/joins/commitments) before anything is
published: a confirmation names the acceptance that the join found, and no other.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, cast

import msgspec

from node.act import Draft
from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.fields import Charge
from node.commands.form import (
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
from node.views import ids, pledges
from node.views.books import Books
from node.views.names import Names
from node.views.pledges import BOUND, STANDINGS, Joined, PledgeRow
from protocol.kinds.fields import Money
from protocol.kinds.leads import Requirement
from protocol.kinds.pledges import (
    MoneyPledged,
    PledgeConfirmed,
    PledgeReleased,
    PledgeWithdrawn,
    WorkPledged,
)
from protocol.rules import leads, projects
from protocol.rules.leads import Lead
from protocol.rules.pledges import Pledge
from protocol.rules.projects import Project
from protocol.state import Entity

#: Ids that are put in order in 50 ms. Of more, the newest that fit are found sooner.
_FEW: Final = 10_000


class PledgeWork(Writing, frozen=True, kw_only=True):
    """Minutes of work in all, to one line of a lead.

    `line` may be left out where the lead has one line, or one of that skill; `skill`
    is the line's where it is left out.
    """

    lead: str
    minutes: int
    line: int | None = None
    skill: str | None = None
    starts: str | None = None
    ends: str | None = None
    rate: Charge | None = None
    note: str | None = None


class PledgeMoney(Writing, frozen=True, kw_only=True):
    """A decimal amount in the project's currency."""

    project: str
    amount: str


class ConfirmPledge(Writing, frozen=True, kw_only=True):
    """A pledge of one's own that was accepted."""

    pledge: str


class EndPledge(Writing, frozen=True, kw_only=True):
    """A pledge of one's own, and why it ends."""

    pledge: str
    reason: str | None = None
    note: str | None = None


class ListPledges(Paged, frozen=True, kw_only=True):
    """Which pledges: made by this co-op (`mine`), of some standings, to something.

    `to` is a lead, a project or (with its `coop_`) the co-op that answers them.
    """

    mine: bool = False
    to: str | None = None
    standing: tuple[str, ...] = ()


class OfCoop(Paged, frozen=True, kw_only=True):
    """A co-op on either side, by id or name."""

    coop: str | None = None


class Pledges(msgspec.Struct, frozen=True, kw_only=True):
    """Pledges, the newest last."""

    pledges: list[PledgeRow]


class Commitments(msgspec.Struct, frozen=True, kw_only=True):
    """Pledges that were confirmed, whatever became of them."""

    commitments: list[PledgeRow]


# --- offering -----------------------------------------------------------------------


async def pledge_work(node: Node, args: PledgeWork) -> Sequence[Draft]:
    """Offer work to a line of a lead."""
    entity = await ids.find(books_of(node), args.lead, ("lead",), "lead")
    _check_taking("lead", entity, leads.TAKING)
    skill = fields.slug_or_none("skill", args.skill)
    required = _line(cast("Lead", entity.body), args.line, skill)
    body = WorkPledged(
        ends=fields.day_or_none("ends", args.ends),
        line=required.line,
        minutes=args.minutes,
        owner=entity.coop,
        rate=fields.rate(args.rate, node.register.roster.charter.currency),
        skill=skill or required.skill,
        starts=fields.day_or_none("starts", args.starts),
        to=entity.id,
    )
    fields.check_window(body.starts, body.ends)
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("pledge.work.offered", body, words)]


def _line(lead: Lead, number: int | None, skill: str | None) -> Requirement:
    """Find the line that is meant, however little of it was said."""
    lines = lead.terms.requirements
    if not lines:
        raise UserFault(
            code="lead-without-lines",
            detail="lead: it has no requirement lines that work could be pledged to.",
            way_out="Ask its co-op to add them: `wortley lead change`.",
            field="lead",
            expected="a lead with requirement lines",
            example="evt_k3fw72qa",
        )
    if number is not None:
        fitting = [one for one in lines if one.line == number]
    elif len(lines) == 1:
        fitting = list(lines)
    else:
        fitting = [one for one in lines if one.skill == skill]
    if len(fitting) == 1:
        return fitting[0]
    there = ", ".join(f"{one.line} ({one.skill})" for one in lines)
    example = str(lines[0].line)
    if number is not None:
        raise fields.fault("line", number, f"one of {there}", example)
    raise UserFault(
        code="field-wrong",
        detail=f"line: which of the lines is not clear; there are {there}.",
        way_out=f"For example: {example}",
        field="line",
        expected=f"one of {there}",
        example=example,
    )


def _check_taking(field: str, entity: Entity, taking: frozenset[str]) -> None:
    if entity.state in taking:
        return
    states = ", ".join(sorted(taking))
    raise UserFault(
        code="target-closed",
        detail=f"{field}: it is {entity.state} and takes no pledges.",
        way_out=f"`wortley {field} list` shows others; pledges go to {states} ones.",
        field=field,
        expected=f"a {field} that is one of {states}",
        example="evt_k3fw72qa",
    )


async def pledge_money(node: Node, args: PledgeMoney) -> Sequence[Draft]:
    """Offer money to a project."""
    entity = await ids.find(books_of(node), args.project, ("project",), "project")
    _check_taking("project", entity, projects.TAKING)
    code = cast("Project", entity.body).currency
    body = MoneyPledged(
        amount=Money(code, fields.amount("amount", args.amount, code)),
        owner=entity.coop,
        to=entity.id,
    )
    return [fields.draft("pledge.money.offered", body)]


# --- what follows -------------------------------------------------------------------


async def confirm(node: Node, args: ConfirmPledge) -> Sequence[Draft]:
    """Bind this co-op to what was accepted of its pledge."""
    books, names = await reading(node)
    one = await _own(books, args.pledge)
    stands = one.commitment
    if one.body.round is not None:
        raise _in_round()
    if stands.standing != "accepted" or stands.acceptance is None:
        raise _not_to_confirm(one, names)
    body = PledgeConfirmed(
        acceptance=stands.acceptance,
        pledge=one.pledge.id,
        quantity=stands.quantity,
        taker=stands.taker,
    )
    return [fields.draft("pledge.confirmed", body)]


async def _own(books: Books, written: str) -> Joined:
    entity = await own(books, written, "pledge", "pledge")
    (one,) = await pledges.joined(books, [entity])
    return one


#: Standing -> why there is nothing to confirm, and what helps. {taker} is filled in.
_NOTHING_TO_CONFIRM: Final[Mapping[str, tuple[str, str]]] = {
    "offered": (
        "{taker} has not accepted it yet.",
        "Wait for {taker}'s answer; it arrives with the next sync.",
    ),
    "declined": (
        "{taker} has declined it.",
        "Withdraw it, and offer again on other terms.",
    ),
    "withdrawn": (
        "it is withdrawn.",
        "Offer again: `wortley pledge work` or `wortley pledge money`.",
    ),
    "committed": ("it is confirmed already.", "There is nothing left to do."),
    "overtaken": (
        "it is confirmed already, but {taker} had withdrawn the acceptance.",
        "Talk to {taker}; `wortley pledge release PLEDGE` lets it go.",
    ),
    "unmatched": (
        "it is confirmed already, but what it names in {taker}'s log is not there.",
        "Wait for the next sync; `wortley explain` says more.",
    ),
    "released": ("it is released.", "Offer again."),
}


def _in_round() -> UserFault:
    return UserFault(
        code="pledge-round",
        detail="pledge: it is made in a round, whose result settles it.",
        way_out="There is nothing to confirm; `wortley round show ROUND` shows more.",
        field="pledge",
        expected="a pledge that is not made in a round",
        example="evt_k3fw72qa",
    )


def _not_to_confirm(one: Joined, names: Names) -> UserFault:
    taker = names.of(one.body.owner)
    why, way_out = _NOTHING_TO_CONFIRM[one.commitment.standing]
    code = f"pledge-{one.commitment.standing}"
    taken_back = any(
        half.family == "acceptance" and half.coop == one.body.owner
        for half in one.related.values()
    )
    if one.commitment.standing == "offered" and taken_back:
        code, why = "acceptance-withdrawn", "{taker} has withdrawn its acceptance."
    return UserFault(
        code=code,
        detail=f"pledge: {why.format(taker=taker)}",
        way_out=way_out.format(taker=taker),
        field="pledge",
        expected="a pledge of your own that is accepted",
        example="evt_k3fw72qa",
    )


async def withdraw(node: Node, args: EndPledge) -> Sequence[Draft]:
    """Take back an offer that is not confirmed."""
    entity = await own(books_of(node), args.pledge, "pledge", "pledge")
    way_out = "`wortley pledge release PLEDGE` lets a confirmed one go."
    _check_state(entity, "offered", way_out)
    body = PledgeWithdrawn(
        allotment=cast("Pledge", entity.body).allotment,
        pledge=entity.id,
        reason=_reason(args),
    )
    return [fields.draft("pledge.withdrawn", body, _note(args))]


async def release(node: Node, args: EndPledge) -> Sequence[Draft]:
    """Let a confirmed pledge go, for all to see."""
    entity = await own(books_of(node), args.pledge, "pledge", "pledge")
    _check_state(
        entity, "confirmed", "`wortley pledge withdraw` takes an offered one back."
    )
    body = PledgeReleased(pledge=entity.id, reason=_reason(args))
    return [fields.draft("pledge.released", body, _note(args))]


def _check_state(entity: Entity, wanted: str, way_out: str) -> None:
    if entity.state == wanted:
        return
    raise UserFault(
        code="pledge-move",
        detail=f"pledge: it is {entity.state}, not {wanted}.",
        way_out=way_out,
        field="pledge",
        expected=f"a pledge of your own that is {wanted}",
        example="evt_k3fw72qa",
    )


def _reason(args: EndPledge) -> str | None:
    return fields.slug_or_none("reason", args.reason)


def _note(args: EndPledge) -> dict[str, str]:
    return fields.said(fields.words(note=args.note))


# --- looking ------------------------------------------------------------------------


async def list_pledges(node: Node, args: ListPledges, _tell: Tell) -> Pledges:
    """List pledges with how they stand."""
    standing = fields.choices("standing", args.standing, STANDINGS)
    books, names = await reading(node)
    to = taker = None
    if args.to is not None and _is_coop(names, args.to):
        taker = ids.find_coop(books, names, args.to, "to")
    elif args.to is not None:
        to = (await ids.find(books, args.to, ("lead", "project", "fund"), "to")).id
    page = await page_of(books, args, "pledge")
    among = await _among(node, standing)
    found = await pledges.listed(
        books,
        to=to,
        pledger=node.coop if args.mine else None,
        taker=taker,
        standing=standing,
        among=among,
        page=page,
    )
    return Pledges(pledges=await pledges.rows(books, names, found))


async def _among(node: Node, standing: Collection[str]) -> set[bytes] | None:
    """Give the ids of all that can stand so, where they are known and few."""
    if set(standing) != {"unmatched"}:
        return None
    found = await node.unmatched.known(books_of(node))
    return found if found is not None and len(found) <= _FEW else None


def _is_coop(names: Names, written: str) -> bool:
    """Tell whether a word is a co-op's: an id of one, or a whole name."""
    given = " ".join(written.split())
    return given.lower().startswith("coop_") or bool(names.called(given))


async def list_commitments(node: Node, args: OfCoop, _tell: Tell) -> Commitments:
    """List what co-ops have bound themselves to, between all or of one."""
    books, names = await reading(node)
    party = coop_or_all(books, names, args.coop)
    page = await page_of(books, args, "pledge")
    found = await pledges.listed(books, party=party, standing=BOUND, page=page)
    return Commitments(commitments=await pledges.rows(books, names, found))


COMMANDS: Final[dict[str, Command]] = {
    "pledge.work": writing(PledgeWork, pledge_work),
    "pledge.money": writing(PledgeMoney, pledge_money),
    "pledge.confirm": writing(ConfirmPledge, confirm),
    "pledge.withdraw": writing(EndPledge, withdraw),
    "pledge.release": writing(EndPledge, release),
    "pledge.list": command(ListPledges, list_pledges),
    "commitments": command(OfCoop, list_commitments),
}
