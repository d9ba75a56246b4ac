"""What is answered as a file and taken as one: calendars, feeds, tables.

The commands name files on the node's disk; over HTTP the bytes themselves go, through
the same code. Which type they have, and how they are asked for, stands here.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import IO, Final, TypeVar, cast

import msgspec

from node.commands import exchange, exporting, importing, sheets
from node.commands.command import Tell
from node.commands.exchange import Whose
from node.commands.form import Nothing
from node.commands.importing import Taking
from node.commands.sheets import SHEETS, Given, Wanted
from node.exchange.sheets.reading import MAX_BYTES as SHEET_BYTES
from node.node import Node

A = TypeVar("A", bound=msgspec.Struct)
Write = Callable[[Node, msgspec.Struct, IO[bytes]], Awaitable[object]]
Take = Callable[[Node, msgspec.Struct, bytes, Tell], Awaitable[msgspec.Struct]]
#: Some 5,000 releases; all bodies together may have three times as much.
NOTICES_BYTES: Final = 16 * 1024 * 1024
#: Some 50,000 events: seconds of work, and years of a small network. Larger logs are
#: read at the node, from a file.
LOG_BYTES: Final = 16 * 1024 * 1024


class Out(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is given: how it is asked for and written, its type and name.

    about: one sentence on what it is, for the document.
    places: what may stand in the path. linked: it may be asked for with a token in the
    address, as programs for calendars and feeds do, which cannot send a header.
    """

    args: type[msgspec.Struct]
    write: Write
    media: str
    name: str
    about: str
    linked: bool = False
    places: tuple[str, ...] = ()


def _write(write: Callable[[Node, A, IO[bytes]], Awaitable[object]]) -> Write:
    return cast("Write", write)


class In(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is taken: what is said beside it, who takes it, its type and size.

    most: in bytes; larger: what helps with one that has more. places: what may stand in
    the path.
    """

    args: type[msgspec.Struct]
    take: Take
    result: type[msgspec.Struct]
    media: str
    most: int
    about: str
    larger: str = ""
    places: tuple[str, ...] = ()


def _take(take: Callable[[Node, A, bytes, Tell], Awaitable[msgspec.Struct]]) -> Take:
    return cast("Take", take)


#: The command that reads the file -> the file.
TAKEN: Final[Mapping[str, In]] = {
    "csv.import": In(
        args=Given,
        take=_take(sheets.take),
        result=sheets.Taken,
        media="text/csv",
        most=SHEET_BYTES,
        about="A table as an export has it: all of it is taken, or nothing where a cell"
        " is wrong. The same table again changes nothing.",
        places=tuple(name for name, one in SHEETS.items() if one.plan is not None),
    ),
    "lead.import": In(
        args=Taking,
        take=_take(importing.take),
        result=importing.Imported,
        media="application/json",
        most=NOTICES_BYTES,
        about="Releases of tenders (OCDS 1.1), a release package for example. Releases"
        " that were read before change nothing.",
    ),
    "log.import": In(
        args=Nothing,
        take=_take(exporting.take),
        result=exporting.TakenFrom,
        media="application/octet-stream",
        most=LOG_BYTES,
        about="An export of this network's logs, as `GET /api/v1/log/export` gives it:"
        " each event is verified as if a peer had sent it, and what is held already"
        " changes nothing.",
        larger="At the node, `wortley log import FILE` reads one of any size.",
    ),
}

#: The command that writes the file -> the file.
FILES: Final[Mapping[str, Out]] = {
    "ical.export": Out(
        args=Whose,
        write=_write(exchange.write_calendar),
        media="text/calendar",
        name="wortley.ics",
        about="A calendar (RFC 5545).",
        linked=True,
    ),
    "atom.export": Out(
        args=Nothing,
        write=_write(exchange.write_feed),
        media="application/atom+xml",
        name="leads.atom",
        about="A feed (RFC 4287).",
        linked=True,
    ),
    "valueflows.export": Out(
        args=Nothing,
        write=_write(exchange.write_valueflows),
        media="application/ld+json",
        name="wortley.jsonld",
        about="A graph in the terms of Valueflows (JSON-LD 1.1).",
    ),
    "csv.export": Out(
        args=Wanted,
        write=_write(sheets.write),
        media="text/csv",
        name="wortley.csv",
        about="A table with a line of headings (RFC 4180), in UTF-8 with a mark.",
        places=tuple(SHEETS),
    ),
    "log.export": Out(
        args=Nothing,
        write=_write(exporting.write),
        media="application/octet-stream",
        name="wortley.export",
        about="Every signed event, with what proves it; `wortley log import` and"
        " tests/reference/verify.py read it.",
    ),
}
