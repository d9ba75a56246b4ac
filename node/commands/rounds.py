"""Commands of a round's steward: open, allot, move on, close; and looking at rounds.

Those of owners and givers are in node/commands/giving.py.
"""

from collections.abc import Sequence
from typing import Final, Literal, cast, get_args

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
from node.views import closings, ids, rounds
from node.views.closings import Standing
from node.views.rounds import RoundPage, RoundRow
from protocol.joins import shares
from protocol.kinds.closing import CUT
from protocol.kinds.rounds import (
    AllotmentGranted,
    Mode,
    RoundAdvanced,
    RoundClosed,
    RoundOpened,
    Share,
)
from protocol.rules.pledges import Pledge
from protocol.rules.rounds import LIVE, ROUND_MOVES, Round
from protocol.state import Entity

_To = Literal["open", "settled", "cancelled"]


class OpenRound(Writing, frozen=True, kw_only=True):
    """A round: each co-op's own money, or a budget that is allotted.

    `opens` is today where it is left out; `vetoes` the charter's; `partly` funds
    projects below their minimum, too.
    """

    title: str
    closes: str
    description: str | None = None
    mode: str = "own"
    budget: str | None = None
    currency: str | None = None
    fund: str | None = None
    opens: str | None = None
    vetoes: int | None = None
    partly: bool = False
    self_funding: bool = False
    planned: bool = False


class AdvanceRound(Writing, frozen=True, kw_only=True):
    """A round of one's own and the state that follows."""

    round: str
    to: str
    note: str | None = None


class CoopShare(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A co-op by id or name, and a decimal amount."""

    coop: str
    amount: str


class Allot(Writing, frozen=True, kw_only=True):
    """A round of one's own; `shares` in the mode steward, else as the mode says."""

    round: str
    shares: tuple[CoopShare, ...] = ()


class CloseRound(Closing, frozen=True, kw_only=True):
    """A round of one's own."""

    round: str


class ListRounds(Asking, frozen=True, kw_only=True):
    """Which rounds: in some states, of one co-op."""

    states: tuple[str, ...] = ()
    coop: str | None = None


class OneRound(Asking, frozen=True, kw_only=True):
    """A round by its id."""

    round: str


class WhatIf(Asking, frozen=True, kw_only=True):
    """A round, and a pledge that this co-op might still make in it."""

    round: str
    project: str | None = None
    amount: str | None = None


class Rounds(msgspec.Struct, frozen=True, kw_only=True):
    """Rounds, the oldest first."""

    rounds: list[RoundRow]


async def open_round(node: Node, args: OpenRound) -> Sequence[Draft]:
    """Open a round."""
    charter = node.register.roster.charter
    code = fields.currency("currency", args.currency or charter.currency)
    mode = fields.choice("mode", args.mode, get_args(Mode))
    _check_budget(mode, args.budget)
    fund = args.fund and await own(books_of(node), args.fund, "fund", "fund")
    body = RoundOpened(
        budget=fields.amount("budget", args.budget, code) if args.budget else None,
        closes=fields.day("closes", args.closes),
        currency=code,
        fund=fund.id if fund else None,
        mode=cast("Mode", mode),
        opens=fields.day_or_none("opens", args.opens) or today(node),
        self_funding=args.self_funding,
        state="planned" if args.planned else "open",
        vetoes=charter.vetoes if args.vetoes is None else args.vetoes,
        whole=not args.partly,
    )
    fields.check_window(body.opens, body.closes, field="closes")
    words = fields.words(
        title=fields.line("title", args.title, "Spring round"),
        description=args.description,
    )
    return [fields.draft("round.opened", body, fields.said(words))]


def _check_budget(mode: str, budget: str | None) -> None:
    if (mode == "own") == (budget is None):
        return
    if budget is None:
        raise fields.fault(
            "budget", None, f"a budget, which {mode} rounds allot", "5000"
        )
    raise fields.needless("budget", "where all give their own money")


async def advance_round(node: Node, args: AdvanceRound) -> Sequence[Draft]:
    """Move a round on."""
    entity = await own(books_of(node), args.round, "round", "round")
    fields.choice("to", args.to, get_args(_To))
    fields.step("round", entity.state, args.to, ROUND_MOVES)
    body = RoundAdvanced(round=entity.id, to=cast("_To", args.to))
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("round.advanced", body, words)]


async def allot(node: Node, args: Allot) -> Sequence[Draft]:
    """Allot the budget: as the mode says, or as it is said here."""
    entity, body = await _live(node, args.round)
    if body.budget is None:
        raise _fault("allotment-mode", "in it all give their own money.")
    if body.allotment is not None:
        raise _fault("allotment-twice", "it is allotted already.")
    if body.mode == "steward":
        given = await _given(node, args, body)
    else:
        if args.shares:
            expected = f"left out where shares are {body.mode}"
            raise fields.fault("shares", len(args.shares), expected, "[]")
        members = node.register.roster.members
        given = shares.even_shares(body.mode, body.budget, members, members)
    _check_shares(given, body.budget, body.currency)
    granted = tuple(Share(coop, given[coop]) for coop in sorted(given) if given[coop])
    drafted = AllotmentGranted(round=entity.id, shares=granted)
    return [fields.draft("allotment.granted", drafted)]


async def _given(node: Node, args: Allot, body: Round) -> dict[bytes, int]:
    books, names = await reading(node)
    found: dict[bytes, int] = {}
    for at, one in enumerate(args.shares):
        coop = ids.find_coop(books, names, one.coop, f"shares[{at}].coop")
        if coop in found:
            raise fields.fault(f"shares[{at}].coop", one.coop, "each co-op once", "")
        field = f"shares[{at}].amount"
        found[coop] = fields.amount(field, one.amount, body.currency)
    if not found:
        expected = "at least one share, as the steward decides"
        raise fields.fault("shares", "nothing", expected, "Alba=500")
    return found


def _check_shares(given: dict[bytes, int], budget: int, currency: str) -> None:
    if len(given) > CUT:
        raise fields.fault("shares", len(given), f"at most {CUT} shares", "")
    allotted = sum(given.values())
    if allotted > budget:
        raise fields.fault(
            "shares",
            fields.written(allotted, currency),
            f"at most the budget of {fields.written(budget, currency)} in all",
            "",
        )


async def _live(node: Node, written: str) -> tuple[Entity, Round]:
    entity = await own(books_of(node), written, "round", "round")
    if entity.state not in LIVE:
        raise _fault("round-over", f"it is {entity.state}.")
    return entity, cast("Round", entity.body)


def _fault(code: str, why: str) -> UserFault:
    return UserFault(
        code=code,
        detail=f"round: {why}",
        way_out="`wortley round show ROUND` shows how it stands.",
        field="round",
        expected="a round of your own that can still be allotted",
        example="evt_k3fw72qa",
    )


async def close(node: Node, args: CloseRound) -> Sequence[Draft]:
    """Close with all that is here."""
    entity = await own(books_of(node), args.round, "round", "round")
    fields.step("round", entity.state, "closed", ROUND_MOVES)
    check_day(node, entity, cast("Round", entity.body).closes, args)
    body = RoundClosed(cut=await steward.cut_of(node, entity), round=entity.id)
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("round.closed", body, words)]


# --- looking ------------------------------------------------------------------------


async def list_rounds(node: Node, args: ListRounds, _tell: Tell) -> Rounds:
    """List rounds."""
    states = fields.choices("states", args.states, ROUND_MOVES)
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    return Rounds(rounds=await rounds.rows(books, names, states=states, coop=coop))


async def show_round(node: Node, args: OneRound, _tell: Tell) -> RoundPage:
    """Show one round."""
    books, names = await reading(node)
    entity = await ids.find(books, args.round, ("round",), "round")
    return await rounds.page(books, names, entity)


async def what_if(node: Node, args: WhatIf, _tell: Tell) -> RoundPage:
    """Show a round as if it were closed now, with one more pledge if one is named."""
    books, names = await reading(node)
    entity = await ids.find(books, args.round, ("round",), "round")
    entities = await closings.looked_at(books, entity)
    if args.project is not None:
        entities.append(await _imagined(node, entity, args.project, args.amount))
    result = closings.compute(books, entity, entities)
    stands = Standing(standing="what-if", result=result)
    return await rounds.page(books, names, entity, stands)


async def _imagined(
    node: Node, entity: Entity, written: str, amount: str | None
) -> Entity:
    """Make the pledge that could be made, under an id that nothing has."""
    project = await ids.find(books_of(node), written, ("project",), "project")
    body = cast("Round", entity.body)
    if amount is None:
        raise fields.fault("amount", None, "the amount of that pledge", "500")
    share = await steward.share_of(node, entity)
    pledge = Pledge(
        allotment=body.allotment,
        allotted=share,
        owner=project.coop,
        quantity=fields.amount("amount", amount, body.currency),
        round=entity.id,
        to=project.id,
        unit=body.currency,
    )
    return Entity(
        id=bytes(32),
        coop=node.coop,
        family="pledge",
        state="offered",
        epoch=node.register.roster.number,
        body=pledge,
    )


COMMANDS: Final[dict[str, Command]] = {
    "round.open": writing(OpenRound, open_round),
    "round.advance": writing(AdvanceRound, advance_round),
    "round.allot": writing(Allot, allot),
    "round.close": closing(CloseRound, close),
    "round.list": command(ListRounds, list_rounds),
    "round.show": command(OneRound, show_round),
    "round.what-if": command(WhatIf, what_if),
}
