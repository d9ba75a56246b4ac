"""One connection, hardened: what aiohttp leaves open between accept and close.

aiohttp 3.14 closes a connection that sends no complete head within its keep-alive
time, and that is all. It sets no deadline for a body or for a client that does not
read, no cap on connections, on a head as a whole, on what is pipelined or on what it
drains after an answer; and when a body's framing breaks while a handler waits for
the rest, the handler waits on. `Connection` adds these to aiohttp's handler, by its
public methods and one counter of its (`_request_count`, see `_break_body`).

A connection is in one of three states, and a watchdog looks at it a few times a second:

    waiting   for a head: `head_s` from accept, `keepalive_s` from the last answer,
              never more than `head_s` from its first byte
    busy      a handler runs: for as long as it likes, but its body within `body_s`
    draining  answered, the body not read to its end: `linger_s`, so that the client
              can read the answer before it sees a reset

and in any of them, what was written must be read: `progress_bytes` each `stall_s`.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
from aiohttp import web
from aiohttp.http_exceptions import LineTooLong

from node.journal import log_failure, log_refusal
from node.web.gate import ConnectionGate, address_of
from node.web.problems import (
    busy_problem,
    problem_bytes,
    problem_of,
    problem_response,
    status_problem,
    where,
)

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

if TYPE_CHECKING:
    from aiohttp import StreamReader

_BUSY: Final = problem_bytes(busy_problem("too many connections"))
_HEAD_TOO_LARGE: Final = problem_bytes(status_problem(431))


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one connection may take: seconds and bytes (reliability, HTTP and web)."""

    head_s: float = 10.0
    keepalive_s: float = 15.0
    #: A belt for handlers that forget `bodies.read_body`, which has 20 seconds.
    body_s: float = 30.0
    linger_s: float = 2.0
    #: A client that reads 16 KiB in 20 s is on a line of 6.5 kbit/s. Slower is silent.
    stall_s: float = 20.0
    progress_bytes: int = 16 * 1024
    #: nginx takes 32 KiB (4 buffers of 8), Apache 8190 per line; browsers send 2.
    head_bytes: int = 32 * 1024
    line_bytes: int = 8190
    headers: int = 64
    #: Nobody we know pipelines; the next head may come early.
    pipelined_bytes: int = 64 * 1024
    #: A body with its framing, whatever the handler's limit: twice the largest pack.
    wire_bytes: int = 8 * 1024 * 1024
    drain_bytes: int = 1024 * 1024
    #: Read ahead of the handler; aiohttp stops reading at twice that.
    ahead_bytes: int = 64 * 1024
    #: What handlers get to finish in when the node stops.
    shutdown_s: float = 5.0


class Connection(web.RequestHandler):
    """aiohttp's protocol of one connection, with the limits above.

    opened: where it stands between accept and close, for who wants to `cut` it.
    """

    def __init__(
        self,
        server: web.Server,
        *,
        loop: asyncio.AbstractEventLoop,
        limits: Limits,
        gate: ConnectionGate,
        opened: set[Connection],
    ) -> None:
        super().__init__(
            server,
            loop=loop,
            # Ours comes first; this one only stands behind it.
            keepalive_timeout=limits.keepalive_s + 1,
            lingering_time=limits.linger_s,
            max_line_size=limits.line_bytes,
            max_field_size=limits.line_bytes,
            max_headers=limits.headers,
            read_bufsize=limits.ahead_bytes,
            auto_decompress=False,
            access_log=None,  # type: ignore[arg-type]  # what AppRunner passes, too
        )
        self._limits = limits
        self._gate = gate
        self._opened = opened
        self._link: asyncio.Transport | None = None
        self._address: str | None = None
        self._watch: asyncio.TimerHandle | None = None
        self._state: Literal["waiting", "busy", "draining"] = "waiting"
        self._body: StreamReader | None = None
        self._begun = 0
        self._broken = False
        self._until = 0.0
        self._bytes_left = limits.head_bytes
        self._unread = 0
        self._moved = False
        self._moved_at = 0.0

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count the connection in or turn it away; start its first deadline."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for mypy
        self._link = transport
        address = address_of(transport.get_extra_info("peername"))
        if not self._gate.enter(address):
            transport.write(_BUSY)
            transport.close()
            return
        self._address = address
        self._opened.add(self)
        self._wait(self._limits.head_s)
        self._look()
        super().connection_made(transport)

    @override
    def connection_lost(self, exc: BaseException | None) -> None:
        """Count the connection out."""
        super().connection_lost(exc)
        self._opened.discard(self)
        if self._watch is not None:
            self._watch.cancel()
        if self._address is not None:
            self._gate.leave(self._address)
            self._address = None

    @override
    def data_received(self, data: bytes) -> None:
        """Feed what came, if it is still within the allowance of this state."""
        # Empty data is how aiohttp resumes parsing what it has already.
        if data and not self._allow(len(data)):
            return
        super().data_received(data)
        self._break_body()

    def cut(self) -> None:
        """Close at once, whatever was not sent or read."""
        if self._link is not None:
            self._link.abort()

    @override
    def resume_writing(self) -> None:
        """Note that the client reads: our buffer fell to asyncio's low mark."""
        self._moved = True
        super().resume_writing()

    def begin(self, body: StreamReader) -> None:
        """Note that a whole head came and its handler starts (`announced`)."""
        self._state = "busy"
        self._begun += 1
        self._body = body
        self._until = self._loop.time() + self._limits.body_s
        self._bytes_left = self._limits.wire_bytes
        self._settle()

    @override
    async def finish_response(
        self,
        request: web.BaseRequest,
        resp: object,
        start_time: float | None,
    ) -> tuple[web.StreamResponse, bool]:
        """Send the answer; make a problem of an error that is none yet."""
        if not isinstance(resp, web.StreamResponse):
            log_failure(where(request), TypeError("the handler gave no response"))
            resp = problem_response(status_problem(500))
        elif isinstance(resp, web.HTTPException):
            # What aiohttp raises outside of the middlewares: an unknown Expect.
            problem = problem_of(resp)
            resp = problem_response(problem) if problem is not None else resp
        if self._broken:
            resp.force_close()
        result = await super().finish_response(request, resp, start_time)
        self._answered()
        return result

    @override
    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what aiohttp's parser refused, or what no middleware caught."""
        gone = request.transport is None or request.transport.is_closing()
        if isinstance(exc, ConnectionError) and gone:
            raise exc  # which aiohttp ends the connection for, without another word
        if isinstance(exc, LineTooLong):
            status = 431
        if status >= 500 and exc is not None:
            log_failure(where(request), exc)
        else:
            log_refusal(f"refused from {self._address}", exc)
        if request.writer.output_size > 0:
            raise ConnectionError("part of an answer was sent already")
        response = problem_response(status_problem(status))
        response.force_close()
        return response

    @override
    def log_exception(self, *args: Any, **kw: Any) -> None:
        """Keep aiohttp's messages to one bounded line, without a traceback."""
        error = kw.get("exc_info") or sys.exc_info()[1]
        if isinstance(error, BaseException):
            log_failure(str(args[0]) if args else "aiohttp", error)

    def _wait(self, seconds: float) -> None:
        """Start to wait for a head that must be there in so many seconds."""
        self._state = "waiting"
        self._until = self._loop.time() + seconds
        self._bytes_left = self._limits.head_bytes

    def _settle(self) -> None:
        """Note that the body has come to its end, if it has."""
        if self._body is None or not self._body.is_eof():
            return
        self._body = None
        if self._state == "draining":
            self._wait(self._limits.keepalive_s)
        else:
            self._bytes_left = self._limits.pipelined_bytes

    def _answered(self) -> None:
        self._settle()
        if self._body is None:
            self._wait(self._limits.keepalive_s)
            return
        self._state = "draining"
        # aiohttp reads on for linger_s; the second is for its last turn.
        self._until = self._loop.time() + self._limits.linger_s + 1
        self._bytes_left = min(self._bytes_left, self._limits.drain_bytes)

    def _allow(self, size: int) -> bool:
        """Take `size` bytes off the allowance; False if the connection was closed."""
        if self._link is None or self._link.is_closing():
            return False
        self._settle()
        if self._state == "waiting":
            first = self._loop.time() + self._limits.head_s
            self._until = min(self._until, first)
        # What came before decides: one read of aiohttp's may carry a whole body.
        if self._bytes_left > 0:
            self._bytes_left -= size
            return True
        if self._state == "waiting":
            self._link.write(_HEAD_TOO_LARGE)
            self._link.close()
        else:
            self._link.abort()
        return False

    def _break_body(self) -> None:
        """Wake a handler that waits for a body whose framing has just broken.

        aiohttp queues the error behind the request and leaves the body as it is, so
        the handler would wait for its deadline. A message that was counted while the
        body before it has no end can only be that error.
        """
        self._settle()
        body = self._body
        if self._state != "busy" or body is None or self._broken:
            return
        if self._request_count > self._begun:
            self._broken = True
            body.set_exception(web.RequestPayloadError("broken framing"))
            body.feed_eof()  # or aiohttp would drain it after the answer
            self.close()

    def _look(self) -> None:
        """Look whether time is up, and again soon."""
        link = self._link
        if link is None:
            return
        self._settle()
        now, unread = self._loop.time(), link.get_write_buffer_size()
        if self._overdue(now, unread) or self._stalled(now, unread):
            # Not close(): that would wait for a client that does not read.
            link.abort()
            return
        self._watch = self._loop.call_later(self._tick(), self._look)

    def _tick(self) -> float:
        limits = self._limits
        shortest = min(limits.head_s, limits.keepalive_s, limits.body_s, limits.stall_s)
        return min(1.0, shortest / 4)

    def _overdue(self, now: float, unread: int) -> bool:
        if now < self._until:
            return False
        # Between requests a client may still be reading the last answer.
        return unread == 0 if self._state == "waiting" else self._body is not None

    def _stalled(self, now: float, unread: int) -> bool:
        """Tell whether the client has stopped reading what was written.

        unread: bytes in our buffer now. Progress is an empty buffer, one that fell to
        the low mark (and may have been filled again since, which is all that can be
        seen of a client that keeps up with a stream), or `progress_bytes` less of it.
        """
        fell = self._unread - unread >= self._limits.progress_bytes
        if unread == 0 or self._unread == 0 or fell or self._moved:
            self._unread, self._moved, self._moved_at = unread, False, now
            return False
        # More may have been written since; then it has to fall from there.
        self._unread = max(self._unread, unread)
        return now - self._moved_at > self._limits.stall_s


def announced(server: web.Server) -> None:
    """Have a server tell each `Connection` when a whole head has come."""
    make = server.request_factory

    def make_announced(
        message: Any,  # noqa: ANN401 - aiohttp does not export RawRequestMessage
        payload: StreamReader,
        protocol: web.RequestHandler,
        writer: Any,  # noqa: ANN401 - nor its writer's type
        task: asyncio.Task[None],
    ) -> web.BaseRequest:
        if isinstance(protocol, Connection):
            protocol.begin(payload)
        return make(message, payload, protocol, writer, task)

    server.request_factory = make_announced
