"""The command `today`: what waits for this co-op."""

from typing import Final

import msgspec

from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import Asking, reading
from node.commands.form import today as day_of
from node.node import Node
from node.views import today
from node.views.waiting import kept
from node.views.waiting.desk import Desk, Waiting

#: Rows of one answer; who has more to do begins with these.
USUAL: Final = 100
MOST: Final = 1000


class Ask(Asking, frozen=True, kw_only=True):
    """At most how many rows, the most urgent."""

    most: int = USUAL


class Today(msgspec.Struct, frozen=True, kw_only=True):
    """What waits, the most urgent first; `all` counts what is left out, too."""

    waiting: list[Waiting]
    all: int


async def show(node: Node, args: Ask, _tell: Tell) -> Today:
    """List what waits for this co-op, with the command that does it."""
    if not 1 <= args.most <= MOST:
        raise fields.fault("most", args.most, f"a number from 1 to {MOST}", "100")
    rows, all_ = await today.waiting(await desk_of(node), args.most)
    return Today(waiting=rows, all=all_)


async def desk_of(node: Node) -> Desk:
    """Lay out what is looked at for what waits; refuses without a network."""
    books, names = await reading(node)
    drafts = await node.own.drafts(published=True)
    day, hold = day_of(node), node.act.hold
    return await kept.lay(books, names, day, hold, drafts, kept=node.kept)


COMMANDS: Final[dict[str, Command]] = {"today": command(Ask, show)}
