"""The asking side: a command is done by the node that runs, or else right here."""

import asyncio
import contextlib
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import aiohttp
import msgspec

from node.commands.command import Tell
from node.control.wire import (
    ARGS_BYTES,
    NDJSON,
    SOCKET,
    Line,
    Problem,
    Table,
    decode,
    encode,
    error_of,
    find,
    problem_of,
    read_args,
)
from node.errors import OurFault, UserFault, WorldFault
from node.folder import FolderBusy
from node.run import open_node
from node.web.problems import MEDIA_TYPE
from node.web.unix import unix_connector
from protocol.errors import ProtocolError

#: Without an answer (or a sign of life) for so long, the node is taken to hang.
ANSWER_S: Final = 60.0
#: How long to wait for a folder that another short command has, and how often to look.
PATIENCE_S: Final = 5.0
RETRY_S: Final = 0.1


def tell_nobody(_done: int, _all: int | None, _what: str) -> None:
    """Take progress that nobody wants to see."""


class _Nobody(Exception):
    """No node runs here."""


class _Wish(NamedTuple):
    """What is asked of a node, and whom to tell how far it is."""

    name: str
    args: bytes
    tell: Tell


def call(
    data: Path,
    name: str,
    args: Mapping[str, object],
    tell: Tell = tell_nobody,
    *,
    commands: Table | None = None,
    patience_s: float = PATIENCE_S,
) -> object:
    """Have a command done by the node of a data folder; give its result as JSON data.

    A running node does it; otherwise this process opens the folder, does it, and
    closes it again. commands: the table for that, None for the node's own.
    Raises what the command raises, as the same one of the three kinds; `Unexpected`
    for a bug in the running node; UserFault "folder-busy" where somebody has the
    folder and does not answer; WorldFault "node-silent", "node-gone".
    """
    wish = _Wish(name, encode(args), tell)
    if len(wish.args) > ARGS_BYTES:
        raise UserFault(
            code="args-too-large",
            detail=f"A command takes at most {ARGS_BYTES} bytes.",
            way_out="Shorten its texts; a text holds 64 KiB at most.",
        )
    return asyncio.run(_call(data, wish, commands, patience_s))


async def _call(
    data: Path, wish: _Wish, commands: Table | None, patience_s: float
) -> object:
    loop = asyncio.get_running_loop()
    until = loop.time() + patience_s
    while True:
        with contextlib.suppress(_Nobody):
            return await _ask(data / SOCKET, wish)
        try:
            return await _do_here(data, wish, commands)
        except FolderBusy as busy:
            # The other folder that is locked is the anchor's: a copy of this node runs.
            if busy.fields["folder"] != str(data):
                raise
            if loop.time() >= until:
                raise _busy(data, busy.pid) from busy
        # The other one may be a short command, or a node that is about to listen.
        await asyncio.sleep(RETRY_S)


def _busy(data: Path, pid: int | None) -> UserFault:
    holder = "another process" if pid is None else f"process {pid}"
    return UserFault(
        code="folder-busy",
        detail=f"The folder {data} is in use by {holder}, but no node answers there.",
        way_out="A node that is starting up answers once it says where it listens;"
        " wait for it. Otherwise another program has the folder: let it finish.",
        folder=str(data),
        pid=pid,
    )


async def _do_here(data: Path, wish: _Wish, commands: Table | None) -> object:
    command = find(_table() if commands is None else commands, wish.name)
    args = read_args(command, wish.name, wish.args)
    folded = 0

    def count(events: int) -> None:
        nonlocal folded
        folded += events
        wish.tell(folded, None, "events read")

    async with open_node(data, progress=count) as node:
        try:
            result = await command.run(node, args, wish.tell)
        except ProtocolError as error:
            raise error_of(problem_of(error)) from error
    return decode(encode(result))


def _table() -> Table:
    # Here, for it draws in all that a node can do; who asks a running one needs none.
    from node.commands.table import COMMANDS  # noqa: PLC0415

    return COMMANDS


async def _ask(path: Path, wish: _Wish) -> object:
    """Ask over the socket; raises `_Nobody` if nobody listens there."""
    try:
        connector = unix_connector(path)
    except FileNotFoundError:
        raise _Nobody from None
    except OSError as error:
        raise _unreachable(path, error) from error
    timeout = aiohttp.ClientTimeout(total=None, sock_read=ANSWER_S)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        url = f"http://localhost/command/{wish.name}"
        try:
            async with session.post(url, data=wish.args) as response:
                return await _answer(response, wish.tell)
        except aiohttp.ClientConnectorError as error:
            # What a killed node has left refuses; the next node takes it away.
            if isinstance(error.os_error, FileNotFoundError | ConnectionRefusedError):
                raise _Nobody from None
            raise _unreachable(path, error.os_error) from error
        except TimeoutError as error:
            raise _cut_off("node-silent", "The node does not answer.") from error
        except aiohttp.ClientError as error:
            raise _cut_off("node-gone", "The node stopped in between.") from error


def _unreachable(path: Path, error: OSError) -> UserFault:
    return UserFault(
        code="socket-unreachable",
        detail=f"The node's socket {path} cannot be used: {error.strerror}.",
        way_out="Run this as the user that runs the node.",
        path=str(path),
    )


def _cut_off(code: str, detail: str) -> WorldFault:
    return WorldFault(
        code=code,
        detail=detail,
        way_out="It may have done what it was asked; look before you ask again.",
    )


async def _answer(response: aiohttp.ClientResponse, tell: Tell) -> object:
    form = response.content_type
    if form == NDJSON:
        return await _follow(response, tell)
    data = await response.read()
    if form == MEDIA_TYPE:
        raise error_of(msgspec.json.decode(data, type=Problem))
    if form != "application/json":
        raise OurFault(code="answer-form", detail=f"The node answered with {form!r}.")
    return decode(data)


async def _follow(response: aiohttp.ClientResponse, tell: Tell) -> object:
    async for data in _lines(response.content.iter_any()):
        line = msgspec.json.decode(data, type=Line)
        if line.progress is not None:
            tell(line.progress.done, line.progress.all, line.progress.what)
        elif line.problem is not None:
            raise error_of(line.problem)
        else:
            return decode(bytes(line.result))
    raise _cut_off("node-gone", "The node stopped in between.")


async def _lines(parts: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """Give lines of any length, without the empty ones; a cut-off last one is lost."""
    rest: list[bytes] = []
    async for part in parts:
        *whole, last = part.split(b"\n")
        for line in whole:
            if data := b"".join([*rest, line]):
                yield data
            rest.clear()
        rest.append(last)
