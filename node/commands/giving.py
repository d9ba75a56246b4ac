"""Commands of those who take part in a round: enter a project, pledge, veto."""

from collections.abc import Sequence
from typing import Final, cast

from node import steward
from node.act import Draft
from node.commands import fields
from node.commands.command import Command
from node.commands.form import Writing, books_of, own, writing
from node.errors import UserFault
from node.node import Node
from node.views import closings, ids, rounds
from node.views.books import Books
from protocol import ids as forms
from protocol.kinds.fields import Money
from protocol.kinds.pledges import MoneyPledged
from protocol.kinds.rounds import ProjectEntered, ProjectLeft, VetoCast, VetoWithdrawn
from protocol.rules.entries import Entry, entry_id, veto_id
from protocol.rules.pledges import Spending, spending_id
from protocol.rules.projects import Project
from protocol.rules.rounds import Round
from protocol.state import Entity


class InRound(Writing, frozen=True, kw_only=True):
    """A round and a project."""

    round: str
    project: str


class LeaveRound(InRound, frozen=True, kw_only=True):
    """A round that a project of one's own is entered in, and why it leaves."""

    reason: str | None = None


class PledgeInRound(InRound, frozen=True, kw_only=True):
    """A decimal amount, in the round's currency."""

    amount: str
    currency: str | None = None
    note: str | None = None


class VetoInRound(InRound, frozen=True, kw_only=True):
    """A veto against a project in a round, or that it is taken back."""

    withdraw: bool = False
    reason: str | None = None


async def enter(node: Node, args: InRound) -> Sequence[Draft]:
    """Enter a project of one's own."""
    entity, body = await _open(node, args.round)
    project = await own(books_of(node), args.project, "project", "project")
    funded = cast("Project", project.body)
    if project.state != "open":
        raise _project("entry-state", f"it is {project.state}, and has to be open.")
    if funded.currency != body.currency:
        raise _project(
            "round-currency",
            f"it is in {funded.currency}, and the round is in {body.currency}.",
        )
    await _check_room(books_of(node), entity, project, funded)
    made = ProjectEntered(project=project.id, round=entity.id, steward=entity.coop)
    return [fields.draft("project.entered", made)]


async def _check_room(
    books: Books, entered: Entity, project: Entity, body: Project
) -> None:
    """Refuse what could give a project more than its maximum, by several ways at once.

    A round knows what was accepted beside rounds, but nothing of other rounds.
    """
    if body.accepted + await rounds.given_to(books, project.id) >= body.maximum:
        raise _project("over-maximum", "it has its maximum already.")
    entries = [
        one.body.round
        for one in await books.state.entities("entry", coop=books.coop)
        if isinstance(one.body, Entry)
        and one.body.project == project.id
        and one.body.round != entered.id
        and one.state == "entered"
    ]
    for one in (await books.state.many(entries)).values():
        if one.state != "cancelled" and closings.settled_of(books, one) is None:
            raise UserFault(
                code="entry-standing",
                detail="project: it takes part in a round that is not closed for good,"
                " and two could each give it all.",
                way_out=f"Wait for its result, or `wortley round leave"
                f" {forms.text('evt', one.id)[:16]} PROJECT`.",
                field="project",
                expected="a project that takes part in no other round",
                example="evt_k3fw72qa",
            )


async def leave(node: Node, args: LeaveRound) -> Sequence[Draft]:
    """Take a project of one's own out of a round."""
    entity, _ = await _open(node, args.round)
    project = await own(books_of(node), args.project, "project", "project")
    entry = await node.state.get(entry_id(node.coop, entity.id, project.id))
    if entry is None or entry.state != "entered":
        raise _project("entry-none", "it is not entered in that round.")
    words = fields.said(fields.words(reason=args.reason))
    made = ProjectLeft(project=project.id, round=entity.id)
    return [fields.draft("project.left", made, words)]


async def pledge(node: Node, args: PledgeInRound) -> Sequence[Draft]:
    """Pledge to a project of the round: own money, or some of what is allotted."""
    entity, body = await _open(node, args.round)
    project = await _entered(node, entity, args.project)
    if project.coop == node.coop and not body.self_funding:
        raise _project("self-funding", "it is your own, and others fund it here.")
    fields.same_currency("amount", args.amount, args.currency, body.currency)
    minor = fields.amount("amount", args.amount, body.currency)
    share = await steward.share_of(node, entity)
    if body.mode != "own":
        await _check_left(node, body, share, minor, args.amount)
    made = MoneyPledged(
        allotment=body.allotment,
        allotted=share,
        amount=Money(body.currency, minor),
        owner=project.coop,
        round=entity.id,
        to=project.id,
    )
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("pledge.money.offered", made, words)]


async def _check_left(
    node: Node, body: Round, share: int | None, minor: int, written: str
) -> None:
    """Refuse what is beyond this co-op's share, naming what is left of it."""
    if share is None or body.allotment is None:
        why = "nothing in it is allotted to this co-op"
        why += "." if body.allotment else " yet."
        raise _round("allotment-none", why)
    spent = await node.state.get(spending_id(node.coop, body.allotment))
    pledged = 0 if spent is None else cast("Spending", spent.body).pledged
    if pledged + minor > share:
        left = fields.written(share - pledged, body.currency)
        raise fields.fault("amount", written, f"at most the {left} left of it", left)


async def veto(node: Node, args: VetoInRound) -> Sequence[Draft]:
    """Veto a project, or take the veto back."""
    entity, _ = await _open(node, args.round)
    words = fields.said(fields.words(reason=args.reason))
    if not args.withdraw:
        project = await _entered(node, entity, args.project)
        made = VetoCast(project=project.id, round=entity.id, steward=entity.coop)
        return [fields.draft("veto.cast", made, words)]
    project = await ids.find(books_of(node), args.project, ("project",), "project")
    former = await node.state.get(veto_id(node.coop, entity.id, project.id))
    if former is None or former.state != "cast":
        raise _project("veto-none", "this co-op has no veto against it there.")
    gone = VetoWithdrawn(project=project.id, round=entity.id)
    return [fields.draft("veto.withdrawn", gone, words)]


# --- finding ------------------------------------------------------------------------


async def _open(node: Node, written: str) -> tuple[Entity, Round]:
    entity = await ids.find(books_of(node), written, ("round",), "round")
    if entity.state != "open":
        raise _round("round-over", f"it is {entity.state}, so nothing counts in it.")
    return entity, cast("Round", entity.body)


async def _entered(node: Node, entity: Entity, written: str) -> Entity:
    project = await ids.find(books_of(node), written, ("project",), "project")
    entry = await node.state.get(entry_id(project.coop, entity.id, project.id))
    if entry is None or entry.state != "entered":
        raise _project("entry-none", "it is not entered in that round.")
    return project


def _round(code: str, why: str) -> UserFault:
    return UserFault(
        code=code,
        detail=f"round: {why}",
        way_out="`wortley round show ROUND` shows how it stands.",
        field="round",
        expected="a round that is open to this co-op",
        example="evt_k3fw72qa",
    )


def _project(code: str, why: str) -> UserFault:
    return UserFault(
        code=code,
        detail=f"project: {why}",
        way_out="`wortley round show ROUND` shows which projects take part.",
        field="project",
        expected="a project that fits the round",
        example="evt_k3fw72qa",
    )


COMMANDS: Final[dict[str, Command]] = {
    "round.enter": writing(InRound, enter),
    "round.leave": writing(LeaveRound, leave),
    "round.pledge": writing(PledgeInRound, pledge),
    "round.veto": writing(VetoInRound, veto),
}
