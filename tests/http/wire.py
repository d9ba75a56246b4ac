"""Requests as bytes: read from text files, sent over a raw socket, answers taken apart.

The server is a real one on 127.0.0.1 with small limits; nothing here knows aiohttp's
client, which would not send most of this.
"""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from aiohttp import web

from node.journal import LOG_CHARS
from node.web.connection import Limits
from node.web.gate import ConnectionGate
from node.web.problems import TYPE_PREFIX
from node.web.server import Running, read_body, start_server

FOLDER: Final = Path(__file__).parent
HOSTS: Final = frozenset({"north.example", "[::1]", "south.example:81", "127.0.0.1"})
GOOD: Final = b"GET / HTTP/1.1\r\nHost: north.example\r\n\r\n"
BODY_BYTES: Final = 1000
BODY_S: Final = 0.3
#: Short enough for a test, long enough for a busy machine.
LIMITS: Final = Limits(
    head_s=0.4, keepalive_s=0.6, body_s=1.0, linger_s=0.2, stall_s=0.6
)
PAUSE_S: Final = 0.03
#: What every case must be answered in.
SOON_S: Final = 1.0

PAUSE: Final = None


class Case(NamedTuple):
    name: str
    expected: frozenset[str]
    pieces: tuple[bytes | None, ...]


class Answer(NamedTuple):
    """status: as text, or "closed" without an answer."""

    status: str
    headers: dict[str, str]
    body: bytes
    raw: bytes


def unescape(text: str) -> bytes:
    """The bytes that a line of a case stands for."""
    return text.encode("ascii").decode("unicode_escape").encode("latin-1")


def read_cases(name: str) -> list[Case]:
    """Read a file of the form that bad.txt explains."""
    cases: list[Case] = []
    lines = (FOLDER / name).read_text("ascii").splitlines()
    for line in lines:
        match line[:2]:
            case "" | "#" | "# ":
                continue
            case "= ":
                cases.append(Case(line[2:], frozenset(), ()))
            case "> ":
                cases[-1] = cases[-1]._replace(expected=frozenset(line[2:].split()))
            case "* ":
                count, _, unit = line[2:].partition(" ")
                cases[-1] = _more(cases[-1], unescape(unit) * int(count))
            case "~":
                cases[-1] = _more(cases[-1], PAUSE)
            case _:
                cases[-1] = _more(cases[-1], unescape(line))
    return cases


def _more(case: Case, piece: bytes | None) -> Case:
    last = case.pieces[-1] if case.pieces else None
    if piece is None or last is None:
        return case._replace(pieces=(*case.pieces, piece))
    return case._replace(pieces=(*case.pieces[:-1], last + piece))


def parse(raw: bytes) -> Answer:
    """Take the first answer apart; its body is what Content-Length says."""
    head, _, rest = raw.partition(b"\r\n\r\n")
    if not head:
        return Answer("closed", {}, b"", raw)
    first, *lines = head.decode("ascii").split("\r\n")
    pairs = (line.partition(": ") for line in lines)
    headers = {name.lower(): value for name, _, value in pairs}
    assert len(headers) == len(lines), "a header twice"
    body = rest[: int(headers.get("content-length", "0"))]
    return Answer(first.split(" ")[1], headers, body, raw)


async def exchange(port: int, pieces: tuple[bytes | None, ...]) -> Answer:
    """Send the pieces; read until the first answer is whole or the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    raw = b""
    try:
        async with asyncio.TaskGroup() as group:
            sending = group.create_task(_send(writer, pieces))
            raw = await _read_answer(reader)
            sending.cancel()
    finally:
        writer.transport.abort()
    return parse(raw)


async def _send(writer: asyncio.StreamWriter, pieces: tuple[bytes | None, ...]) -> None:
    try:
        for piece in pieces:
            if piece is None:
                await asyncio.sleep(PAUSE_S)
                continue
            writer.write(piece)
            await writer.drain()
    except ConnectionError:
        pass  # the server has had enough


async def _read_answer(reader: asyncio.StreamReader) -> bytes:
    raw = b""
    try:
        while not _whole(raw):
            more = await reader.read(65536)
            if not more:
                break
            raw += more
    except ConnectionError:
        pass  # reset: what came before it counts
    return raw


def _whole(raw: bytes) -> bool:
    head, end, body = raw.partition(b"\r\n\r\n")
    if not end:
        return False
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    return len(body) >= (int(length[1]) if length else 0)


def check_problem(answer: Answer) -> dict[str, Any]:
    """What holds for every error answer, whatever made it."""
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["server"] == "wortley"
    assert len(answer.raw) < 2000
    assert b"Traceback" not in answer.raw
    assert b"aiohttp" not in answer.raw
    problem: dict[str, Any] = json.loads(answer.body)
    assert problem["status"] == int(answer.status)
    assert problem["type"].startswith(TYPE_PREFIX)
    assert problem["type"] == TYPE_PREFIX + problem["code"]
    assert problem["title"].endswith(".")
    assert problem["way_out"].endswith(".")
    return problem


def check_log(records: list[logging.LogRecord]) -> None:
    """One bounded line each, nothing worse than a warning, from our logger alone."""
    for record in records:
        message = record.getMessage()
        assert record.name.startswith(("node.", "asyncio")), record.name
        assert record.levelno <= logging.WARNING, message
        assert record.exc_info is None
        assert len(message) <= LOG_CHARS
        assert message.isprintable()


async def _ok(_: web.Request) -> web.Response:
    return web.Response(text="fine")


async def _slow(_: web.Request) -> web.Response:
    await asyncio.sleep(0.2)
    return web.Response(text="fine, in the end")


async def _slower(_: web.Request) -> web.Response:
    await asyncio.sleep(60)
    return web.Response(text="never")


async def _body(request: web.Request) -> web.Response:
    data = await read_body(request, BODY_BYTES, BODY_S)
    return web.Response(text=f"{len(data)} bytes")


async def _boom(_: web.Request) -> web.Response:
    raise RuntimeError("secret\r\n\x1b[2J" + "x" * 10_000)


async def _big(_: web.Request) -> web.Response:
    return web.Response(body=bytes(32 * 1024 * 1024))


async def _stream(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for _ in range(1024):
        await response.write(bytes(32 * 1024))
    return response


def application() -> web.Application:
    app = web.Application()
    app.router.add_get("/", _ok)
    app.router.add_get("/slow", _slow)
    app.router.add_get("/slower", _slower)
    app.router.add_get("/wait/{n}", _ok)
    app.router.add_post("/body", _body)
    app.router.add_post("/ignore", _ok)
    app.router.add_get("/boom", _boom)
    app.router.add_get("/big", _big)
    app.router.add_get("/stream", _stream)
    return app


@asynccontextmanager
async def serving(
    *,
    app: web.Application | None = None,
    limits: Limits = LIMITS,
    gate: ConnectionGate | None = None,
) -> AsyncIterator[int]:
    """Run the server under test; gives its port."""
    running: Running = await start_server(
        app or application(),
        "127.0.0.1",
        0,
        allowed_hosts=HOSTS,
        gate=gate,
        limits=limits,
    )
    try:
        yield int(running.url.rpartition(":")[2])
    finally:
        await running.close()
