"""Commands of the taker: accept or decline a pledge, take an acceptance back.

The limits of the own lead or project are the rule's to check; that the pledge still
stands is asked of the pledger's log, by the join, before anything is published.
"""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from node import money
from node.act import Draft
from node.commands import fields
from node.commands.command import Command
from node.commands.form import Writing, books_of, reading, writing
from node.commands.forms import FORMS
from node.errors import UserFault
from node.node import Node
from node.views import ids, pledges, rounds, titles
from node.views.books import Books
from node.views.names import Names
from node.views.pledges import Joined
from protocol import ids as forms
from protocol import limits
from protocol.kinds.pledges import (
    AcceptanceGiven,
    AcceptanceWithdrawn,
    PledgeDeclined,
)
from protocol.rules.acceptances import Acceptance
from protocol.rules.leads import Lead, requirement
from protocol.rules.pledges import Pledge
from protocol.rules.projects import Project
from protocol.state import Entity


class AcceptPledge(Writing, frozen=True, kw_only=True):
    """A pledge to this co-op, and how much of it is taken: all where not said.

    `quantity` is minutes for work, a decimal amount for money.
    """

    pledge: str
    quantity: str | int | None = None


class DeclinePledge(Writing, frozen=True, kw_only=True):
    """A pledge to this co-op, and why not."""

    pledge: str
    reason: str | None = None
    note: str | None = None


class WithdrawAcceptance(Writing, frozen=True, kw_only=True):
    """An acceptance of one's own, by its id or by that of the pledge."""

    acceptance: str
    reason: str | None = None
    note: str | None = None


async def accept(node: Node, args: AcceptPledge) -> Sequence[Draft]:
    """Take a pledge."""
    books, names = await reading(node)
    one = await _offered(books, names, args.pledge)
    body = one.body
    quantity = _quantity(args.quantity, body)
    given_by_rounds = await rounds.given_to(books, body.to)
    _check_room(await books.state.get(body.to), body, quantity, given_by_rounds)
    given = AcceptanceGiven(
        line=body.line,
        pledge=one.pledge.id,
        pledger=one.pledge.coop,
        quantity=quantity,
        to=body.to,
        unit=body.unit,
    )
    return [fields.draft("acceptance.given", given)]


async def decline(node: Node, args: DeclinePledge) -> Sequence[Draft]:
    """Say no to a pledge."""
    books, names = await reading(node)
    one = await _offered(books, names, args.pledge)
    body = PledgeDeclined(
        pledge=one.pledge.id,
        pledger=one.pledge.coop,
        reason=fields.slug_or_none("reason", args.reason),
        to=one.body.to,
    )
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("pledge.declined", body, words)]


async def _offered(books: Books, names: Names, written: str) -> Joined:
    """Find a pledge to this co-op that can still be answered."""
    entity = await ids.find(books, written, ("pledge",), "pledge")
    (one,) = await pledges.joined(books, [entity])
    if one.body.owner != books.coop:
        owner = names.of(one.body.owner)
        raise UserFault(
            code="not-yours",
            detail=f"pledge: it is made to {owner}, and only {owner} answers it.",
            way_out="`wortley pledge list` shows who answers which.",
            field="pledge",
            expected="a pledge to your own lead or project",
            example="evt_k3fw72qa",
            coop=forms.text("coop", one.body.owner),
        )
    if one.body.round is not None:
        raise UserFault(
            code="pledge-round",
            detail="pledge: it is made in a round, whose result settles it.",
            way_out="It needs no answer; `wortley round show ROUND` shows more.",
            field="pledge",
            expected="a pledge that is not made in a round",
            example="evt_k3fw72qa",
        )
    if one.commitment.standing in _ANSWERED:
        raise _answered(one, names)
    return one


#: Standing -> why it takes no answer any more, and what helps. {pledger} is filled in.
_ANSWERED: Final[Mapping[str, tuple[str, str]]] = {
    "accepted": (
        "it is accepted already.",
        "`wortley acceptance withdraw PLEDGE` takes that back.",
    ),
    "committed": (
        "it is accepted, and {pledger} has confirmed it.",
        "`wortley acceptance withdraw PLEDGE` says that it is no longer wanted.",
    ),
    "withdrawn": ("{pledger} has withdrawn it.", "Ask {pledger} to offer anew."),
    "overtaken": ("{pledger} has confirmed it.", "Ask {pledger} to release it."),
    "unmatched": (
        "{pledger} has confirmed it, naming an acceptance that is not there.",
        "Ask {pledger} to release it and to offer anew.",
    ),
    "released": ("{pledger} has released it.", "Ask {pledger} to offer anew."),
}


def _answered(one: Joined, names: Names) -> UserFault:
    why, way_out = _ANSWERED[one.commitment.standing]
    pledger = names.of(one.pledge.coop)
    return UserFault(
        code=f"pledge-{one.commitment.standing}",
        detail=f"pledge: {why.format(pledger=pledger)}",
        way_out=way_out.format(pledger=pledger),
        field="pledge",
        expected="a pledge that is offered",
        example="evt_k3fw72qa",
    )


# --- how much -----------------------------------------------------------------------


def _quantity(given: str | int | None, body: Pledge) -> int:
    """Read how much is taken: at most what is offered."""
    if given is None:
        return body.quantity
    quantity = _read_quantity(given, body.unit)
    if quantity > body.quantity:
        offered = titles.quantity(body.quantity, body.unit)
        wished = titles.quantity(quantity, body.unit)
        raise fields.fault("quantity", wished, f"at most the {offered} offered", "1")
    return quantity


def _read_quantity(given: str | int, unit: str) -> int:
    if unit != "minutes":
        return fields.amount("quantity", given, unit)
    written = str(given).strip()
    if not written.isascii() or not written.isdigit() or int(written) == 0:
        raise fields.fault("quantity", given, *FORMS["minutes"])
    return int(written)


def _check_room(
    target: Entity | None, body: Pledge, quantity: int, given_by_rounds: int
) -> None:
    """Refuse what the line or project has no room for, in its own unit.

    The rule would refuse it too, but it counts money in pence, and knows nothing of
    rounds. All else that can be wrong with the target is left to the rule.
    """
    room = _room(target, body, given_by_rounds)
    if room is None or quantity <= room:
        return
    left = titles.quantity(room, body.unit)
    raise UserFault(
        code="over-maximum",
        detail=f"quantity: {titles.quantity(quantity, body.unit)} is more than the"
        f" {left} that can still be taken.",
        way_out=f"Accept {left}, or ask for more first."
        if room
        else "Withdraw another acceptance first, or ask for more.",
        field="quantity",
        expected=f"at most {left}",
        example=str(room)
        if body.unit == "minutes"
        else money.write(room, body.unit).amount,
    )


def _room(target: Entity | None, body: Pledge, given_by_rounds: int) -> int | None:
    """Say how much can still be taken; None where that is not the question."""
    wanted = None if target is None else target.body
    if isinstance(wanted, Project) and wanted.currency == body.unit:
        return max(0, wanted.maximum - wanted.accepted - given_by_rounds)
    if isinstance(wanted, Lead) and body.line is not None:
        one = requirement(wanted.terms, body.line)
        if one is not None:
            most = limits.INTEGER if one.minutes is None else one.minutes
            return max(0, most - dict(wanted.accepted).get(body.line, 0))
    return None


# --- taking back --------------------------------------------------------------------


async def withdraw(node: Node, args: WithdrawAcceptance) -> Sequence[Draft]:
    """Take an acceptance back and free what it took."""
    books = books_of(node)
    entity = await ids.find(
        books, args.acceptance, ("acceptance", "pledge"), "acceptance"
    )
    if entity.family == "pledge":
        entity = await _live(books, entity)
    if entity.coop != books.coop:
        raise await _foreign(node, entity)
    if entity.state != "given":
        raise _none("it is withdrawn already.")
    body = AcceptanceWithdrawn(
        acceptance=entity.id,
        reason=fields.slug_or_none("reason", args.reason),
        to=cast("Acceptance", entity.body).to,
    )
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("acceptance.withdrawn", body, words)]


async def _live(books: Books, pledge: Entity) -> Entity:
    """Find this co-op's acceptance of a pledge."""
    for half in await books.state.referring([pledge.id]):
        own = half.family == "acceptance" and half.coop == books.coop
        if own and half.state == "given":
            return half
    raise _none("this co-op holds no acceptance of that pledge.")


def _none(why: str) -> UserFault:
    return UserFault(
        code="acceptance-none",
        detail=f"acceptance: {why}",
        way_out="`wortley pledge list --standing accepted` shows what is accepted.",
        field="acceptance",
        expected="an acceptance of your own that stands, or its pledge",
        example="evt_k3fw72qa",
    )


async def _foreign(node: Node, entity: Entity) -> UserFault:
    _, names = await reading(node)
    owner = names.of(entity.coop)
    return UserFault(
        code="not-yours",
        detail=f"acceptance: it is {owner}'s, and only its own node takes it back.",
        way_out=f"Ask {owner}.",
        field="acceptance",
        expected="an acceptance of your own, or its pledge",
        example="evt_k3fw72qa",
        coop=forms.text("coop", entity.coop),
    )


COMMANDS: Final[dict[str, Command]] = {
    "pledge.accept": writing(AcceptPledge, accept),
    "pledge.decline": writing(DeclinePledge, decline),
    "acceptance.withdraw": writing(WithdrawAcceptance, withdraw),
}
