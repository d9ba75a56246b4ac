"""Commands about the ledger, and the figures that follow from what is in it."""

from typing import Final

from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import Asking, coop_or_all, reading, today
from node.node import Node
from node.views import (
    collaborations,
    ids,
    ledger,
    pledges,
    promises,
    reliability,
    social,
    trade,
)
from node.views.collaborations import Collaborations
from node.views.ledger import Ledger, Statements
from node.views.market import windows_of
from node.views.promises import MOST, Flow
from node.views.reliability import Reliability
from node.views.social import SocialValue
from protocol.joins import ledger as ledgers


class ShowLedger(Asking, frozen=True, kw_only=True):
    """Which accounts: of a co-op with the others, in one currency."""

    coop: str | None = None
    currency: str | None = None


class ShowStatement(Asking, frozen=True, kw_only=True):
    """A co-op that this one trades with, and a period, both days included."""

    coop: str
    starts: str | None = None
    ends: str | None = None


class OfPeriod(Asking, frozen=True, kw_only=True):
    """Of a co-op, over a period: a report counts on the day on which its work ended."""

    coop: str | None = None
    starts: str | None = None
    ends: str | None = None


class OfCoop(Asking, frozen=True, kw_only=True):
    """Of one co-op, or of all."""

    coop: str | None = None


async def show(node: Node, args: ShowLedger, _tell: Tell) -> Ledger:
    """Show who owes whom how much."""
    books, names = await reading(node)
    return await ledger.show(
        books,
        names,
        ledger.day_of(node.clock.now_ms()),
        coop=coop_or_all(books, names, args.coop),
        currency=None
        if args.currency is None
        else fields.currency("currency", args.currency),
    )


async def statement(node: Node, args: ShowStatement, _tell: Tell) -> Statements:
    """Show what this co-op and another owe each other, day by day."""
    books, names = await reading(node)
    coop = ids.find_coop(books, names, args.coop, "coop")
    starts = fields.day_or_none("starts", args.starts)
    ends = fields.day_or_none("ends", args.ends)
    fields.check_window(starts, ends)
    return await ledger.statement(books, names, coop, starts, ends)


async def social_value(node: Node, args: OfPeriod, _tell: Tell) -> SocialValue:
    """Sum up themes and outcomes of the reports that were accepted."""
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    starts = fields.day_or_none("starts", args.starts)
    ends = fields.day_or_none("ends", args.ends)
    fields.check_window(starts, ends)
    shelf = await trade.load(books)
    accepted = trade.accepted(shelf, coop, starts, ends)
    return social.report(names, accepted, starts, ends)


async def collaborating(node: Node, args: OfCoop, _tell: Tell) -> Collaborations:
    """List leads that several co-ops are bound to."""
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    shelf = await trade.load(books)
    return await collaborations.report(books, names, shelf.trade.deliveries, coop)


async def relying(node: Node, args: OfCoop, _tell: Tell) -> Reliability:
    """Count what became of promises."""
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    made = await books.state.entities("pledge", coop=coop, most=MOST)
    joined = await pledges.joined(books, made)
    windows = await windows_of(books, joined)
    traded = (await trade.load(books)).trade
    # What a co-op has promised is covered by what it has paid itself.
    promised = await promises.load(books, (Flow(coop, None),))
    done = reliability.done(
        traded.deliveries,
        traded.settlements,
        ledgers.accounts(
            promised, traded.claims, traded.settlements, (), traded.nettings
        ),
        {one: ends for one, (_, _, ends) in windows.items() if ends is not None},
    )
    return reliability.report(names, joined, done, today(node))


COMMANDS: Final[dict[str, Command]] = {
    "ledger.show": command(ShowLedger, show),
    "ledger.statement": command(ShowStatement, statement),
    "figures.social": command(OfPeriod, social_value),
    "figures.collaborations": command(OfCoop, collaborating),
    "figures.reliability": command(OfCoop, relying),
}
