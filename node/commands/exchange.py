"""The commands that write files for other programs: calendars, feeds, Valueflows."""

from typing import IO, Final

import msgspec

from node.commands.command import Command, Tell, command
from node.commands.form import Asking, coop_or_all, reading
from node.exchange import atom, ical, whole_file
from node.exchange.valueflows import writing as valueflows
from node.node import Node


class Whose(Asking, frozen=True, kw_only=True):
    """Of all co-ops, or of what concerns one."""

    coop: str | None = None


class NewFile(Asking, frozen=True, kw_only=True):
    """A file of the node's machine to write. force: one that is there is replaced."""

    path: str
    force: bool = False


class NewCalendar(Whose, frozen=True, kw_only=True):
    """A calendar: of all co-ops, or of what concerns one."""

    path: str
    force: bool = False


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


# --- into whatever takes bytes ------------------------------------------------------


async def write_calendar(node: Node, args: Whose, file: IO[bytes]) -> int:
    """Write bookings, commitments and deadlines."""
    books, names = await reading(node)
    return await ical.write(file, books, names, coop_or_all(books, names, args.coop))


async def write_feed(node: Node, _args: Asking, file: IO[bytes]) -> int:
    """Write the leads that changed last."""
    return await atom.write(file, *await reading(node))


async def write_valueflows(node: Node, _args: Asking, file: IO[bytes]) -> int:
    """Write everything that this node knows."""
    return await valueflows.write(file, *await reading(node))


# --- into a file --------------------------------------------------------------------


async def export_calendar(node: Node, args: NewCalendar, _tell: Tell) -> Calendar:
    """Write bookings, commitments and deadlines."""
    with whole_file.new(args.path, force=args.force) as file:
        dates = await write_calendar(node, args, file)
    return Calendar(path=args.path, dates=dates)


async def export_feed(node: Node, args: NewFile, _tell: Tell) -> Feed:
    """Write the leads that changed last."""
    with whole_file.new(args.path, force=args.force) as file:
        leads = await write_feed(node, args, file)
    return Feed(path=args.path, leads=leads)


async def export_valueflows(node: Node, args: NewFile, _tell: Tell) -> Graph:
    """Write everything that this node knows."""
    with whole_file.new(args.path, force=args.force) as file:
        nodes = await write_valueflows(node, args, file)
    return Graph(path=args.path, nodes=nodes)


COMMANDS: Final[dict[str, Command]] = {
    "ical.export": command(NewCalendar, export_calendar, long=True),
    "atom.export": command(NewFile, export_feed, long=True),
    "valueflows.export": command(NewFile, export_valueflows, long=True),
}
