"""What crosses the socket of a node, and how both sides read and write it.

    POST /command/NAME   {arguments}
        200 application/json       the result
        200 application/x-ndjson   of long commands, line by line:
                                   {"progress": {"done": 5, "all": 9, "what": "events"}}
                                   an empty line now and then, as a sign of life
                                   {"result": ...} or {"problem": ...}, the last one
        4xx, 5xx problem+json      code, detail, way_out, fields, exit_code

Unlike what strangers get to read (node/web/problems.py), a problem here carries every
sentence of the error: who may connect is the node's own user.
"""

from collections.abc import Mapping
from typing import Final, cast

import msgspec

from node.commands.command import Command
from node.errors import OurFault, UserFault, WorldFault, WortleyError
from node.web.problems import TYPE_PREFIX
from protocol.errors import ProtocolError

#: The socket's name in the data folder.
SOCKET: Final = "wortley.sock"
NDJSON: Final = "application/x-ndjson"
#: Arguments hold a few texts of at most 64 KiB, each of which JSON may double.
ARGS_BYTES: Final = 1024 * 1024

Table = Mapping[str, Command]

_STATUSES: Final = {2: 400, 3: 503, 4: 500}
_KINDS: Final[Mapping[int, type[WortleyError]]] = {
    2: UserFault,
    3: WorldFault,
    4: OurFault,
}
#: What the server refuses before a command is asked, as exit codes; the rest is ours.
_REFUSALS: Final = {413: UserFault.exit_code, 503: WorldFault.exit_code}


class Unexpected(WortleyError):
    """The running node met an error that nobody had thought of; its log says where."""


class Problem(msgspec.Struct, kw_only=True):
    """An error as it crosses the socket: a problem of RFC 9457 with our members."""

    type: str
    title: str = ""
    status: int
    detail: str = ""
    code: str = ""
    way_out: str = ""
    exit_code: int | None = None
    fields: dict[str, object] = {}


class Progress(msgspec.Struct):
    """So much is done, of so much (None while unknown), of what."""

    done: int
    all: int | None
    what: str


class Line(msgspec.Struct, omit_defaults=True):
    """One line of the answer of a long command; just one of the three is there."""

    progress: Progress | None = None
    problem: Problem | None = None
    result: msgspec.Raw = msgspec.Raw(b"")


def find(commands: Table, name: str) -> Command:
    """Look a command up; raises UserFault "command-unknown"."""
    command = commands.get(name)
    if command is None:
        raise UserFault(
            code="command-unknown",
            detail=f"The node knows no command {name}.",
            way_out="If the program was upgraded while it ran, start the node again.",
        )
    return command


def read_args(command: Command, name: str, data: bytes) -> msgspec.Struct:
    """Read the arguments of a command; raises UserFault "args-wrong" with the field."""
    try:
        return msgspec.json.decode(data, type=command.args)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        # "Expected `int` >= 1 - at `$.people`": the field first, as people read it.
        expected, _, place = str(error).partition(" - at `$.")
        field = place.rstrip("`")
        raise UserFault(
            code="args-wrong",
            detail=f"{field}: {expected}." if field else f"{expected}.",
            way_out=f"`wortley {name.replace('.', ' ')} --help` shows what it takes.",
            field=field,
        ) from error


def problem_of(error: Exception) -> Problem:
    """Write an error down for the other side of the socket."""
    match error:
        case WortleyError():
            code, detail, way_out = error.code, error.detail, error.way_out
            exit_code, fields = error.exit_code, error.fields
        case ProtocolError():
            code, detail, way_out = error.code, f"{error.detail}.", ""
            exit_code, fields = UserFault.exit_code, {}
        case _:
            code, detail = "unexpected", f"The node made a mistake: {error!r}."
            way_out = "Please report it, with what the node's log says of it."
            exit_code, fields = Unexpected.exit_code, {}
    return Problem(
        type=TYPE_PREFIX + code,
        title=detail,
        status=_STATUSES.get(exit_code, 500),
        detail=detail,
        code=code,
        way_out=way_out,
        exit_code=exit_code,
        fields=dict(fields),
    )


def error_of(problem: Problem) -> WortleyError:
    """Make the error again that the other side wrote down, as the same kind."""
    exit_code = problem.exit_code
    if exit_code is None:
        exit_code = _REFUSALS.get(problem.status, OurFault.exit_code)
    error = _KINDS.get(exit_code, Unexpected)(
        code=problem.code or problem.type.removeprefix(TYPE_PREFIX),
        detail=problem.detail or problem.title,
        way_out=problem.way_out,
    )
    error.fields = problem.fields
    return error


def encode(value: object) -> bytes:
    """Write JSON; what it has no form for (a path in an error's fields) as text."""
    return msgspec.json.encode(value, enc_hook=str)


def decode(data: bytes) -> object:
    """Read JSON into dicts, lists, texts and numbers."""
    return cast("object", msgspec.json.decode(data))
