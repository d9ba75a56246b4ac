"""Commands about decisions: ask, amend, vote, close."""

import datetime
from collections.abc import Sequence
from typing import Final, cast, get_args

import msgspec

from node import steward
from node.act import Draft
from node.commands import fields
from node.commands.closing import Closing, check_day, closing
from node.commands.command import Command, Tell, command
from node.commands.form import (
    Asking,
    Writing,
    books_of,
    coop_or_all,
    own,
    reading,
    today,
    writing,
)
from node.errors import UserFault
from node.node import Node
from node.views import decisions, ids
from node.views.decisions import DecisionPage, DecisionRow
from protocol.kinds.decisions import (
    BallotCast,
    BallotWithdrawn,
    Basis,
    DecidedBy,
    DecisionAmended,
    DecisionClosed,
    DecisionOpened,
    DecisionWithdrawn,
    Stance,
)
from protocol.rules.decisions import DECISION_MOVES, Decision, ballot_id
from protocol.state import Entity


class OpenDecision(Writing, frozen=True, kw_only=True):
    """A question. What is not said of how votes count is the charter's.

    `opens` is today where it is left out, `closes` as many days later as the charter's
    notice; `about` is the id of whatever it is about.
    """

    title: str
    proposal: str | None = None
    link: str | None = None
    about: str | None = None
    rule: str | None = None
    basis: str | None = None
    quorum: int | None = None
    opens: str | None = None
    closes: str | None = None


class AmendDecision(Writing, frozen=True, kw_only=True):
    """Another proposal for a decision of one's own; what is left out stays."""

    decision: str
    proposal: str
    title: str | None = None
    link: str | None = None


class EndDecision(Writing, frozen=True, kw_only=True):
    """A decision of one's own that is not asked any more."""

    decision: str
    note: str | None = None


class CloseDecision(Closing, frozen=True, kw_only=True):
    """A decision of one's own."""

    decision: str


class ListDecisions(Asking, frozen=True, kw_only=True):
    """Which decisions: in some states, of one co-op."""

    states: tuple[str, ...] = ()
    coop: str | None = None


class OneDecision(Asking, frozen=True, kw_only=True):
    """A decision by its id."""

    decision: str


class CastVote(Writing, frozen=True, kw_only=True):
    """A stance on a decision, in place of the former one."""

    decision: str
    stance: str
    reason: str | None = None


class WithdrawVote(Writing, frozen=True, kw_only=True):
    """A decision on which this co-op has voted."""

    decision: str
    reason: str | None = None


class Decisions(msgspec.Struct, frozen=True, kw_only=True):
    """Decisions, the oldest first."""

    decisions: list[DecisionRow]


async def open_decision(node: Node, args: OpenDecision) -> Sequence[Draft]:
    """Put a question to the network."""
    charter = node.register.roster.charter
    opens = fields.day_or_none("opens", args.opens) or today(node)
    closes = fields.day_or_none("closes", args.closes)
    notice = datetime.timedelta(charter.notice_days)
    about = args.about and await ids.find(
        books_of(node), args.about, ids.ALL_FAMILIES, "about"
    )
    body = DecisionOpened(
        about=about.id if about else None,
        basis=cast("Basis", _word("basis", args.basis or charter.basis, Basis)),
        closes=closes or opens + notice,
        opens=opens,
        quorum=charter.quorum_percent if args.quorum is None else args.quorum,
        rule=cast("DecidedBy", _word("rule", args.rule or charter.decision, DecidedBy)),
    )
    _check_notice(body, charter.notice_days)
    words = fields.words(
        title=fields.line("title", args.title, "Join the federation?"),
        proposal=args.proposal,
        link=args.link,
    )
    return [fields.draft("decision.opened", body, fields.said(words))]


def _word(field: str, written: str, allowed: object) -> str:
    return fields.choice(field, written, get_args(allowed))


def _check_notice(body: DecisionOpened, days: int) -> None:
    """Refuse what could only lapse: less time to vote than the charter asks for."""
    fields.check_window(body.opens, body.closes, field="closes")
    if (body.closes - body.opens).days >= days:
        return
    least = body.opens + datetime.timedelta(days)
    expected = f"{days} days or more after {body.opens}, as the charter asks"
    raise fields.fault("closes", body.closes.isoformat(), expected, least.isoformat())


async def amend(node: Node, args: AmendDecision) -> Sequence[Draft]:
    """Put another proposal in the place of the former."""
    entity = await _own(node, args.decision, "open")
    words = fields.words(proposal=args.proposal, title=args.title, link=args.link)
    if not words["proposal"]:
        raise fields.fault("proposal", args.proposal, "the new proposal", "We join.")
    body = DecisionAmended(decision=entity.id)
    return [fields.draft("decision.amended", body, fields.said(words))]


async def withdraw(node: Node, args: EndDecision) -> Sequence[Draft]:
    """Ask no more."""
    entity = await _own(node, args.decision, "withdrawn")
    words = fields.said(fields.words(note=args.note))
    body = DecisionWithdrawn(decision=entity.id)
    return [fields.draft("decision.withdrawn", body, words)]


async def close(node: Node, args: CloseDecision) -> Sequence[Draft]:
    """Close with all that is here."""
    entity = await _own(node, args.decision, "closed")
    check_day(node, entity, cast("Decision", entity.body).closes, args)
    body = DecisionClosed(cut=await steward.cut_of(node, entity), decision=entity.id)
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("decision.closed", body, words)]


async def _own(node: Node, written: str, to: str) -> Entity:
    entity = await own(books_of(node), written, "decision", "decision")
    if to in DECISION_MOVES[entity.state]:
        return entity
    raise UserFault(
        code="decision-move",
        detail=f"decision: it is {entity.state}.",
        way_out="`wortley decision list --state open` lists those that can still be"
        " changed.",
        field="decision",
        expected="a decision of your own that is open",
        example="evt_k3fw72qa",
    )


# --- voting -------------------------------------------------------------------------


async def cast_vote(node: Node, args: CastVote) -> Sequence[Draft]:
    """Take a stance on the proposal as it is here now."""
    entity = await _asked(node, args.decision)
    body = BallotCast(
        decision=entity.id,
        proposer=entity.coop,
        stance=cast("Stance", _word("stance", args.stance, Stance)),
        version=cast("Decision", entity.body).version,
    )
    words = fields.said(fields.words(reason=args.reason))
    return [fields.draft("ballot.cast", body, words)]


async def withdraw_vote(node: Node, args: WithdrawVote) -> Sequence[Draft]:
    """Take the stance back."""
    entity = await _asked(node, args.decision)
    ballot = await node.state.get(ballot_id(node.coop, entity.id))
    if ballot is None or ballot.state != "cast":
        raise _fault("ballot-none", "this co-op has not voted on it.", "")
    words = fields.said(fields.words(reason=args.reason))
    body = BallotWithdrawn(decision=entity.id)
    return [fields.draft("ballot.withdrawn", body, words)]


async def _asked(node: Node, written: str) -> Entity:
    entity = await ids.find(books_of(node), written, ("decision",), "decision")
    if entity.state == "open":
        return entity
    raise _fault(
        "decision-over",
        f"it is {entity.state}, and a vote would not count any more.",
        "`wortley decision list --state open` lists those that are still asked.",
    )


def _fault(code: str, why: str, way_out: str) -> UserFault:
    return UserFault(
        code=code,
        detail=f"decision: {why}",
        way_out=way_out or "Vote: `wortley vote cast DECISION agree`.",
        field="decision",
        expected="a decision that is open",
        example="evt_k3fw72qa",
    )


# --- looking ------------------------------------------------------------------------


async def list_decisions(node: Node, args: ListDecisions, _tell: Tell) -> Decisions:
    """List decisions."""
    states = fields.choices("states", args.states, DECISION_MOVES)
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    found = await decisions.rows(books, names, states=states, coop=coop)
    return Decisions(decisions=found)


async def show_decision(node: Node, args: OneDecision, _tell: Tell) -> DecisionPage:
    """Show one decision."""
    books, names = await reading(node)
    entity = await ids.find(books, args.decision, ("decision",), "decision")
    return await decisions.page(books, names, entity)


COMMANDS: Final[dict[str, Command]] = {
    "decision.open": writing(OpenDecision, open_decision),
    "decision.amend": writing(AmendDecision, amend),
    "decision.withdraw": writing(EndDecision, withdraw),
    "decision.close": closing(CloseDecision, close),
    "decision.list": command(ListDecisions, list_decisions),
    "decision.show": command(OneDecision, show_decision),
    "vote.cast": writing(CastVote, cast_vote),
    "vote.withdraw": writing(WithdrawVote, withdraw_vote),
}
