"""The command `changes`: what happened since a cursor, as it comes."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import msgspec

from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import Asking, reading
from node.node import Node
from node.views import feed
from node.views.feed import ChangeRow

#: Events looked through for one answer.
MOST: Final = 1000
USUAL: Final = 100
#: Longest that an answer waits for something to happen; proxies cut off after 60 s.
WAIT_S: Final = 50


class Since(Asking, frozen=True, kw_only=True):
    """What happened after a cursor, of some kinds; waiting for it if it has to come.

    `after` is `next` of the answer before, or `now`, or `oldest`, as where it is left
    out. `limit` is how many events are looked through, `wait` for
    how many seconds an answer may wait. `kinds` are kinds or families of them.
    """

    after: str | None = None
    limit: int = USUAL
    wait: int = 0
    kinds: tuple[str, ...] = ()


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """Events in the order in which they came; `more` where there are more already."""

    changes: list[ChangeRow]
    next: str
    more: bool


async def changes(node: Node, args: Since, _tell: Tell) -> Changes:
    """List what happened since, in the order in which it came here."""
    if not 1 <= args.limit <= MOST:
        raise fields.fault("limit", args.limit, f"a number from 1 to {MOST}", "100")
    if not 0 <= args.wait <= WAIT_S:
        raise fields.fault("wait", args.wait, f"0 to {WAIT_S} seconds", "30")
    wanted = of_kinds("kinds", args.kinds)
    # Taken before the look, so that what happens during it is not missed.
    changed = node.ingest.changed
    part = await _read(node, args.after or feed.OLDEST, args.limit, wanted)
    if args.wait and not part.changes and not part.more:
        with suppress(TimeoutError):
            async with asyncio.timeout(args.wait):
                await changed.wait()
        # Woken for something else, or as the node stops: answered all the same.
        part = await _read(node, part.cursor, args.limit, wanted)
    return Changes(
        changes=[one.row for one in part.changes], next=part.cursor, more=part.more
    )


async def _read(
    node: Node, after: str, most: int, wanted: Callable[[str], bool]
) -> feed.Part:
    books, names = await reading(node)
    if node.ingest.is_behind and after != feed.NOW:
        # What an event did is not known before its log is folded.
        return feed.Part([], after, more=False)
    return await feed.read(books, names, after, most, wanted)


def of_kinds(field: str, written: tuple[str, ...]) -> Callable[[str], bool]:
    """Read which kinds are wanted, all where none is named; families count, too."""
    for one in written:
        if one not in feed.KNOWN:
            expected = "a kind of events, or the first word of one"
            raise fields.fault(field, one, expected, "lead.opened")
    return feed.of_kinds(written)


COMMANDS: Final[dict[str, Command]] = {"changes": command(Since, changes)}
