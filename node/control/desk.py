"""The node's side of the socket: takes a command, has it done, gives the answer."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec
from aiohttp import hdrs, web

from node.commands.command import Tell
from node.control.wire import (
    ARGS_BYTES,
    NDJSON,
    Line,
    Problem,
    Progress,
    Table,
    encode,
    find,
    problem_of,
    read_args,
)
from node.errors import WortleyError
from node.journal import log_failure
from node.node import Node
from node.web.bodies import read_body
from node.web.problems import MEDIA_TYPE
from node.web.server import start_unix_server

#: How often progress is sent: five times a second is smooth, more is noise.
PROGRESS_S: Final = 0.2
#: A sign of life while a long command has nothing to tell.
BEAT_S: Final = 5.0


def _tell_nobody(_done: int, _all: int | None, _what: str) -> None:
    """Take the progress of a command that is over before anybody looks."""


@asynccontextmanager
async def serve(node: Node, commands: Table, path: Path) -> AsyncIterator[None]:
    """Answer commands at `path` for as long as the context lasts.

    Leaving it lets commands finish, within the time that the server gives them. A
    fatal error of a command is answered first, and then raised from the context: its
    body is cancelled. Raises UserFault where another process serves at `path`.
    """
    desk: _Desk | None = None
    try:
        # No deadline: the scope of a timeout is what a handler can cancel from within.
        async with asyncio.timeout(None) as scope:
            desk = _Desk(node, commands, scope)
            app = web.Application()
            app.router.add_post("/command/{name}", desk.answer)
            running = await start_unix_server(app, path)
            try:
                yield
            finally:
                await running.close()
    except TimeoutError:
        if desk is None or desk.fatal is None:
            raise
        raise desk.fatal from None


class _Latest:
    """The last that was told; commands may tell it from a thread."""

    def __init__(self) -> None:
        self._told: Progress | None = None

    def tell(self, done: int, of: int | None, what: str) -> None:
        self._told = Progress(done, of, what)

    def take(self) -> Progress | None:
        told, self._told = self._told, None
        return told


class _Desk:
    """Takes a command, has it done, gives the answer."""

    def __init__(self, node: Node, commands: Table, scope: asyncio.Timeout) -> None:
        self._node = node
        self._commands = commands
        self._scope = scope
        self.fatal: WortleyError | None = None

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one POST; the route's handler."""
        data = await read_body(request, ARGS_BYTES)
        name = request.match_info["name"]
        try:
            command = find(self._commands, name)
            args = read_args(command, name, data)
        except WortleyError as error:
            return _problem_response(problem_of(error))
        if command.long:
            return await self._stream(request, name, args)
        line = await self._do(name, args, _tell_nobody)
        if line.problem is not None:
            return _problem_response(line.problem)
        return web.Response(body=bytes(line.result), content_type="application/json")

    async def _stream(
        self, request: web.Request, name: str, args: msgspec.Struct
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: NDJSON})
        await response.prepare(request)
        latest, quiet_s = _Latest(), 0.0
        async with asyncio.TaskGroup() as group:
            work = group.create_task(self._do(name, args, latest.tell))
            while not (await asyncio.wait([work], timeout=PROGRESS_S))[0]:
                quiet_s += PROGRESS_S
                if (told := latest.take()) is not None:
                    quiet_s = 0.0
                    await _write(response, encode(Line(progress=told)))
                elif quiet_s >= BEAT_S:
                    quiet_s = 0.0
                    await _write(response, b"")
        if (told := latest.take()) is not None:
            await _write(response, encode(Line(progress=told)))
        await _write(response, encode(work.result()))
        return response

    async def _do(self, name: str, args: msgspec.Struct, tell: Tell) -> Line:
        """Run a command to its end; whatever comes of it is a line."""
        try:
            result = await self._commands[name].run(self._node, args, tell)
            return Line(result=msgspec.Raw(encode(result)))
        except Exception as error:  # noqa: BLE001 - who asked is to hear of it
            problem = problem_of(error)
            if problem.code == "unexpected":
                log_failure(f"command {name}", error)
            if isinstance(error, WortleyError) and error.fatal:
                self.fatal = error
                self._scope.reschedule(asyncio.get_running_loop().time())
            return Line(problem=problem)


async def _write(response: web.StreamResponse, line: bytes) -> None:
    # Who asked may be gone (Ctrl-C). What was begun is finished nevertheless: cut off
    # in its middle, a commit could miss the anchor that belongs to it.
    with contextlib.suppress(ConnectionError):
        await response.write(line + b"\n")


def _problem_response(problem: Problem) -> web.Response:
    return web.Response(
        status=problem.status, body=encode(problem), content_type=MEDIA_TYPE
    )
