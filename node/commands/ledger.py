"""Commands about the ledger."""

from typing import Final

from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import Asking, coop_or_all, reading
from node.node import Node
from node.views import ids, ledger
from node.views.ledger import Ledger, Statements


class ShowLedger(Asking, frozen=True, kw_only=True):
    """Which accounts: of a co-op with the others, in one currency."""

    coop: str | None = None
    currency: str | None = None


class ShowStatement(Asking, frozen=True, kw_only=True):
    """A co-op that this one trades with, and a period, both days included."""

    coop: str
    starts: str | None = None
    ends: str | None = None


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


COMMANDS: Final[dict[str, Command]] = {
    "ledger.show": command(ShowLedger, show),
    "ledger.statement": command(ShowStatement, statement),
}
