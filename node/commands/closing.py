"""Closing: the closing event is published, and put to the electors at once."""

import datetime
from typing import TypeVar, cast

from node import steward
from node.commands.command import Command, Tell, command
from node.commands.form import Wish, Writing, Written, today, writing
from node.errors import UserFault
from node.node import Node
from node.views import titles
from protocol.state import Entity

W = TypeVar("W", bound="Closing")


class Closing(Writing, frozen=True, kw_only=True):
    """Base of what closes; `early` before the day that was named for it."""

    early: bool = False
    note: str | None = None


def closing(args: type[W], wish: Wish[W]) -> Command:
    """Make a command of what gives the closing event."""
    publish = writing(args, wish)

    async def run(node: Node, given: W, tell: Tell) -> Written:
        written = await publish.run(node, given, tell)
        await steward.sponsor(node)
        return cast("Written", written)

    return command(args, run, says=wish.__doc__)


def check_day(node: Node, entity: Entity, closes: datetime.date, args: Closing) -> None:
    """Refuse to close before the day that was named, unless that is wished."""
    if args.early or today(node) >= closes:
        return
    kind = titles.CALLED[entity.family]
    raise UserFault(
        code="close-early",
        detail=f"{entity.family}: this {kind} closes on {closes}, and others may still"
        " be waiting for that day.",
        way_out="Close it then, or say that you mean it: --early.",
        field=entity.family,
        expected=f"a {kind} whose last day has come",
        example="--early",
    )
