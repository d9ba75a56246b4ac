"""The commands that write files for other programs: calendars, feeds, Valueflows."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import IO, Final

import msgspec

from node.commands.command import Command, Tell, command
from node.commands.form import Asking, coop_or_all, reading
from node.exchange import atom, ical, whole_file
from node.exchange.valueflows import writing as valueflows
from node.node import Node
from node.views.books import Books
from node.views.names import Names


class NewFile(Asking, frozen=True, kw_only=True):
    """A file of the node's machine to write. force: one that is there is replaced."""

    path: str
    force: bool = False


class NewCalendar(NewFile, frozen=True, kw_only=True):
    """A calendar: of all co-ops, or of what concerns one."""

    coop: str | None = None


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """Where the calendar is, and how many entries it has."""

    path: str
    dates: int


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """Where the feed is, and how many leads it tells of."""

    path: str
    leads: int


class Graph(msgspec.Struct, frozen=True, kw_only=True):
    """Where the document is, and how many nodes it has."""

    path: str
    nodes: int


Writer = Callable[[IO[bytes], Books, Names], Awaitable[int]]


async def _write(node: Node, args: NewFile, write: Writer) -> int:
    books, names = await reading(node)
    if not args.force:
        whole_file.refuse_existing(args.path)
    with whole_file.written(Path(args.path)) as file:
        return await write(file, books, names)


async def export_calendar(node: Node, args: NewCalendar, _tell: Tell) -> Calendar:
    """Write bookings, commitments and deadlines."""
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)

    def write(file: IO[bytes], books: Books, names: Names) -> Awaitable[int]:
        return ical.write(file, books, names, coop)

    return Calendar(path=args.path, dates=await _write(node, args, write))


async def export_feed(node: Node, args: NewFile, _tell: Tell) -> Feed:
    """Write the leads that changed last."""
    return Feed(path=args.path, leads=await _write(node, args, atom.write))


async def export_valueflows(node: Node, args: NewFile, _tell: Tell) -> Graph:
    """Write everything that this node knows."""
    return Graph(path=args.path, nodes=await _write(node, args, valueflows.write))


COMMANDS: Final[dict[str, Command]] = {
    "ical.export": command(NewCalendar, export_calendar, long=True),
    "atom.export": command(NewFile, export_feed, long=True),
    "valueflows.export": command(NewFile, export_valueflows, long=True),
}
