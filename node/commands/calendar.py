"""The command that shows everybody's time."""

from typing import Final

from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import Asking, coop_or_all, reading, today
from node.node import Node
from node.views import calendar, ids
from node.views.calendar import Calendar
from protocol.joins.utilisation import MOST_WEEKS, Span
from protocol.joins.weeks import WEEK, Date, monday

#: A quarter: what people plan in.
_USUAL_WEEKS: Final = 13


class Show(Asking, frozen=True, kw_only=True):
    """From which day, how many weeks; of one co-op, of one skill.

    `won` takes a lead to be won: what is offered to it then counts as promised.
    """

    starts: str | None = None
    weeks: int = _USUAL_WEEKS
    coop: str | None = None
    skill: str | None = None
    won: str | None = None


async def show(node: Node, args: Show, _tell: Tell) -> Calendar:
    """Show the calendar."""
    if not 1 <= args.weeks <= MOST_WEEKS:
        raise fields.fault("weeks", args.weeks, f"1 to {MOST_WEEKS} weeks", "13")
    books, names = await reading(node)
    day = today(node)
    first = monday(fields.day_or_none("starts", args.starts) or day)
    # The calendar ends with the year 9999, and so does what is shown of it.
    weeks = min(args.weeks, (Date.max - first) // WEEK + 1)
    won = args.won and await ids.find(books, args.won, ("lead",), "won")
    return await calendar.page(
        books,
        names,
        node.market,
        Span(first, first + WEEK * (weeks - 1)),
        day,
        coop=coop_or_all(books, names, args.coop),
        skill=fields.slug_or_none("skill", args.skill),
        won=won or None,
    )


COMMANDS: Final[dict[str, Command]] = {"calendar.show": command(Show, show)}
