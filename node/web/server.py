"""The hardened HTTP server that every route of the node plugs into.

    app = web.Application()
    app.add_routes([...])
    running = await start_server(
        app, "127.0.0.1", 8080, allowed_hosts=frozenset({"coop.example"})
    )
    ...
    await running.close()

`start_server` adds what no route may be without: problems as answers (`problems`),
security headers (`headers`), the guard of the request's head (below), one budget of
bodies (`bodies`), and the limits of each connection (`connection`). Only aiohttp's C
parser serves: the Python one reads the same bytes more leniently.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Final

from aiohttp import HttpVersion11, hdrs, http_parser, web

from node.errors import UserFault
from node.sync.coding import decompress_capped
from node.web.bodies import BUDGET, BodyBudget, Coded, decoded, read_body, read_coded
from node.web.connection import Connection, Limits, announced
from node.web.gate import ConnectionGate
from node.web.headers import add_security_headers, page_policy
from node.web.problems import problem_middleware, status_problem
from node.web.unix import BoundSocket, unix_connector

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from aiohttp.typedefs import Handler, Middleware

    from node.web.problems import Renderer

__all__ = [
    "Coded",
    "ConnectionGate",
    "Limits",
    "Running",
    "decoded",
    "decompress_capped",
    "guard_middleware",
    "page_policy",
    "read_body",
    "read_coded",
    "require_c_parser",
    "start_server",
    "start_unix_server",
    "unix_connector",
]

#: Connections that the kernel holds while we are busy; more would only wait longer.
BACKLOG: Final = 128

#: A host with an optional port (RFC 9110, section 7.2), to take the port off.
_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?")
#: Over a unix socket a name says nothing; this is what clients are told to send.
_UNIX_HOSTS: Final = frozenset({"localhost"})


class Running:
    """A server that runs. url: where it is reached."""

    def __init__(
        self,
        *,
        url: str,
        server: asyncio.Server,
        runner: web.AppRunner,
        opened: set[Connection],
        bound: BoundSocket | None,
    ) -> None:
        self.url = url
        self._server = server
        self._runner = runner
        self._opened = opened
        self._bound = bound

    async def close(self) -> None:
        """Stop listening, give handlers `Limits.shutdown_s`, then cut what is left."""
        self._server.close()
        await self._runner.cleanup()
        # aiohttp closes and then waits for ever for clients that do not read.
        for connection in tuple(self._opened):
            connection.cut()
        await asyncio.sleep(0)  # the turn of the loop in which they are lost
        if self._bound is not None:
            self._bound.close()


def require_c_parser() -> None:
    """Refuse to go on with aiohttp's Python parser; raises `UserFault`."""
    if http_parser.HttpRequestParser is http_parser.HttpRequestParserPy:
        raise UserFault(
            code="http-parser-missing",
            detail="The compiled HTTP parser of aiohttp is not there.",
            way_out="Unset AIOHTTP_NO_EXTENSIONS and install aiohttp from a wheel.",
        )


async def start_server(
    app: web.Application,
    host: str,
    port: int,
    *,
    allowed_hosts: frozenset[str],
    gate: ConnectionGate | None = None,
    limits: Limits | None = None,
    render: Renderer | None = None,
) -> Running:
    """Serve `app` on TCP; port 0 takes a free one, and the url says which.

    allowed_hosts: what Host may say, lower case; without a port for any port.
    gate: shared by servers that share the caps. render: pages for problems
    (`problems.problem_middleware`). Raises OSError if the place is taken.
    """
    return await _start(
        app,
        lambda make: asyncio.get_running_loop().create_server(
            make, host, port, backlog=BACKLOG
        ),
        f"[{host}]" if ":" in host else host,
        allowed_hosts=allowed_hosts,
        gate=gate,
        limits=limits,
        render=render,
    )


async def start_unix_server(
    app: web.Application,
    path: Path,
    *,
    allowed_hosts: frozenset[str] = _UNIX_HOSTS,
    gate: ConnectionGate | None = None,
    limits: Limits | None = None,
    render: Renderer | None = None,
) -> Running:
    """Serve `app` on a unix socket of mode 0600 (see `unix`), else like TCP.

    Raises UserFault if another process serves there.
    """
    bound = BoundSocket(path)
    try:
        return await _start(
            app,
            lambda make: asyncio.get_running_loop().create_unix_server(
                make, sock=bound.sock, backlog=BACKLOG
            ),
            "localhost",
            allowed_hosts=allowed_hosts,
            gate=gate,
            limits=limits,
            render=render,
            bound=bound,
        )
    except BaseException:
        bound.close()
        raise


async def _start(
    app: web.Application,
    listen: Callable[[Callable[[], Connection]], Awaitable[asyncio.Server]],
    name: str,
    *,
    allowed_hosts: frozenset[str],
    gate: ConnectionGate | None,
    limits: Limits | None,
    render: Renderer | None,
    bound: BoundSocket | None = None,
) -> Running:
    limits = limits or Limits()
    runner = await _set_up(app, allowed_hosts, limits, render)
    opened: set[Connection] = set()
    make = _Factory(runner, gate or ConnectionGate(), limits, opened)
    try:
        server = await listen(make)
    except BaseException:
        await runner.cleanup()
        raise
    address = server.sockets[0].getsockname()
    port = f":{address[1]}" if isinstance(address, tuple) else ""
    url = f"http://{name}{port}"
    return Running(url=url, server=server, runner=runner, opened=opened, bound=bound)


class _Factory:
    """Makes the protocol of each connection; what asyncio calls on accept.

    aiohttp's own factory (`web.Server`) makes its own class only.
    """

    def __init__(
        self,
        runner: web.AppRunner,
        gate: ConnectionGate,
        limits: Limits,
        opened: set[Connection],
    ) -> None:
        assert runner.server is not None  # noqa: S101 - `_set_up` has set it up
        self._server = runner.server
        self._gate = gate
        self._limits = limits
        self._opened = opened

    def __call__(self) -> Connection:
        return Connection(
            self._server,
            loop=asyncio.get_running_loop(),
            limits=self._limits,
            gate=self._gate,
            opened=self._opened,
        )


async def _set_up(
    app: web.Application,
    allowed_hosts: frozenset[str],
    limits: Limits,
    render: Renderer | None,
) -> web.AppRunner:
    require_c_parser()
    app[BUDGET] = BodyBudget()
    # Outermost first: a problem of the guard is answered like any other.
    app.middlewares.insert(0, guard_middleware(allowed_hosts))
    app.middlewares.insert(0, problem_middleware(render))
    app.on_response_prepare.append(add_security_headers)
    runner = web.AppRunner(
        app,
        handle_signals=False,
        access_log=None,
        # aiohttp waits so long for handlers, cancels them, and waits so long again.
        shutdown_timeout=limits.shutdown_s / 2,
    )
    await runner.setup()
    assert runner.server is not None  # noqa: S101 - setup sets it
    announced(runner.server)
    return runner


def guard_middleware(allowed_hosts: frozenset[str]) -> Middleware:
    """Make the middleware that refuses heads which may mean something else elsewhere.

    A foreign Host (DNS rebinding, and links built from it), none at all (HTTP/1.0), a
    target that is no path (a proxy's form overrules Host, RFC 9112 section 3.2.2), a
    transfer coding that is not read here. Ends the request's share of the budget.
    """

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        _check_head(request, allowed_hosts)
        try:
            return await handler(request)
        finally:
            request.config_dict[BUDGET].give_back(request)

    return guard


def _check_head(request: web.Request, allowed_hosts: frozenset[str]) -> None:
    # Not request.host: without the header that is our own address.
    host = request.headers.get(hdrs.HOST)
    if host is None:
        raise status_problem(400, "no Host")
    if not _is_allowed(host.lower(), allowed_hosts):
        raise status_problem(421, "Host is none of this node's names")
    if not request.raw_path.startswith("/"):
        raise status_problem(400, "the target of the request is no path")
    coding = request.headers.get(hdrs.TRANSFER_ENCODING)
    if coding is None:
        return
    # aiohttp takes "gzip, chunked" and leaves the gzip in; and HTTP/1.0 has none
    # (RFC 9112, section 6.1).
    if coding.lower() != "chunked" or request.version < HttpVersion11:
        raise status_problem(400, "the transfer coding is not chunked alone")


def _is_allowed(host: str, allowed_hosts: frozenset[str]) -> bool:
    if host in allowed_hosts:
        return True
    matched = _HOST.fullmatch(host)
    return matched is not None and matched[1] in allowed_hosts
