"""What is answered as a file: calendars, feeds, tables.

The commands name files on the node's disk; over HTTP the bytes themselves go, through
the same code. Which type they have, and how they are asked for, stands here.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import IO, Final, TypeVar, cast

import msgspec

from node.commands import exchange
from node.commands.exchange import Whose
from node.commands.form import Nothing
from node.node import Node

A = TypeVar("A", bound=msgspec.Struct)
Write = Callable[[Node, msgspec.Struct, IO[bytes]], Awaitable[object]]


class Out(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is given: how it is asked for and written, its type and name.

    about: one sentence on what it is, for the document.
    linked: it may be asked for with a token in the address, as programs for calendars
    and feeds do, which cannot send a header.
    """

    args: type[msgspec.Struct]
    write: Write
    media: str
    name: str
    about: str
    linked: bool = False


def _write(write: Callable[[Node, A, IO[bytes]], Awaitable[object]]) -> Write:
    return cast("Write", write)


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
}
