"""What is raised, and what a stranger sees of it."""

import asyncio
import json
import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import pytest
from aiohttp import ClientConnectionError, ClientPayloadError, ClientSession, web

from node.errors import OurFault, WorldFault
from node.journal import LOG_CHARS, printable
from node.sync.claims import SENTENCES
from node.sync.signatures import Code, SignatureRefused
from node.web.headers import SECURITY_HEADERS, page_policy
from node.web.problems import (
    STATUSES,
    Problem,
    problem_bytes,
    problem_of,
    status_problem,
)
from node.web.server import start_server
from protocol.errors import Conflict, Malformed, Unconnected
from tests.http.wire import check_log, check_problem, parse

if TYPE_CHECKING:
    from node.web.problems import Renderer

HOSTS: Final = frozenset({"127.0.0.1"})
PRIVATE: Final = "/home/operator/secret"

RAISED: Final = (
    (Problem(status=409, code="gone-by", title="Too late."), 409, "gone-by"),
    (Malformed("id-form", "not an id"), 400, "id-form"),
    (Unconnected("head-unknown", "ask first"), 409, "head-unknown"),
    (Conflict("two-heads", "signed twice"), 409, "two-heads"),
    (SignatureRefused("signature-missing", "none"), 401, "signature-missing"),
    (SignatureRefused("signature-malformed", "no"), 400, "signature-malformed"),
    (SignatureRefused("authority-foreign", "no"), 421, "authority-foreign"),
    (SignatureRefused("too-many-requests", "no"), 429, "too-many-requests"),
    (WorldFault(code="disk-full", detail=PRIVATE), 503, "disk-full"),
    (OurFault(code="promise", detail=PRIVATE), 500, "internal"),
    (web.HTTPNotFound(text=PRIVATE), 404, "not-found"),
    (web.HTTPMethodNotAllowed("PUT", ["GET"]), 405, "method-not-allowed"),
    (web.HTTPRequestEntityTooLarge(1, 2), 413, "too-large"),
    (web.HTTPGone(text=PRIVATE), 410, "bad-request"),
    (web.HTTPBadGateway(text=PRIVATE), 502, "internal"),
    (ValueError(PRIVATE), 500, "internal"),
    (TimeoutError(PRIVATE), 500, "internal"),
    (ConnectionResetError(PRIVATE), 500, "internal"),
    (ClientConnectionError(PRIVATE), 500, "internal"),
    (RecursionError(PRIVATE), 500, "internal"),
    (asyncio.QueueFull(), 500, "internal"),
)


def raising(error: Exception) -> web.Application:
    async def handler(_: web.Request) -> web.Response:
        raise error

    app = web.Application()
    app.router.add_get("/", handler)
    return app


async def fetched(
    app: web.Application, *, render: "Renderer | None" = None, **headers: str
) -> tuple[int, dict[str, str], str]:
    running = await start_server(
        app, "127.0.0.1", 0, allowed_hosts=HOSTS, render=render
    )
    try:
        async with (
            ClientSession(headers=headers) as session,
            session.get(running.url, allow_redirects=False) as response,
        ):
            lower = {name.lower(): value for name, value in response.headers.items()}
            return response.status, lower, await response.text()
    finally:
        await running.close()


@pytest.mark.parametrize(
    ("error", "status", "code"), RAISED, ids=lambda value: str(value)[:40]
)
async def test_what_is_raised_becomes_a_problem(
    error: Exception, status: int, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    found, headers, text = await fetched(raising(error))
    body = json.loads(text)
    assert (found, body["status"]) == (status, status)
    assert body["type"] == f"urn:wortley:problem:{code}"
    assert headers["content-type"] == "application/problem+json"
    assert PRIVATE not in text
    assert "Error" not in text
    ours = status >= 500
    assert len(caplog.records) == ours
    for record in caplog.records:
        assert record.getMessage().startswith("GET /: ")
        assert record.getMessage().isprintable()
        assert len(record.getMessage()) <= LOG_CHARS
        assert record.exc_info is None


async def test_fields_and_headers_go_along() -> None:
    error = SignatureRefused("clock-skewed", "no", server_time=7, nonce="srv.x")
    _, headers, text = await fetched(raising(error))
    assert json.loads(text) == {
        "type": "urn:wortley:problem:clock-skewed",
        "code": "clock-skewed",
        "title": SENTENCES["clock-skewed"],
        "status": 401,
        "detail": "no",
        "way_out": "Sign it as protocol/SPEC.md says, by the clock of this node.",
        "server_time": 7,
        "nonce": "srv.x",
    }
    assert headers["www-authenticate"] == "Signature"
    _, headers, _ = await fetched(raising(web.HTTPMethodNotAllowed("PUT", ["GET"])))
    assert headers["allow"] == "GET"


async def test_a_redirect_is_no_problem() -> None:
    status, headers, _ = await fetched(raising(web.HTTPSeeOther("/there")))
    assert (status, headers["location"]) == (303, "/there")
    assert headers["cache-control"] == "no-store"


async def test_no_response_is_our_mistake(caplog: pytest.LogCaptureFixture) -> None:
    async def handler(_: web.Request) -> web.Response:
        return None  # type: ignore[return-value]

    app = web.Application()
    app.router.add_get("/", handler)
    status, headers, text = await fetched(app)
    assert (status, json.loads(text)["status"]) == (500, 500)
    assert headers["x-content-type-options"] == "nosniff"
    assert "gave no response" in caplog.text


async def test_half_an_answer_is_not_made_whole(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"half")
        raise ValueError("the other half")

    app = web.Application()
    app.router.add_get("/", handler)
    with pytest.raises(ClientPayloadError):
        await fetched(app)
    assert len(caplog.records) == 1
    assert "the other half" in caplog.text


async def test_an_answer_that_cannot_be_written(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Header injection: aiohttp refuses to write it, after all our middlewares."""

    async def handler(_: web.Request) -> web.StreamResponse:
        return web.Response(headers={"Location": "/\r\nSet-Cookie: a=b"})

    app = web.Application()
    app.router.add_get("/", handler)
    with pytest.raises(ClientConnectionError):
        await fetched(app)
    assert caplog.records
    for record in caplog.records:  # twice: aiohttp's client asks again
        assert record.name == "node.web"
        assert record.exc_info is None
        assert "ValueError" in record.getMessage()


async def test_a_browser_gets_a_page() -> None:
    async def render(
        request: web.Request, problem: Problem
    ) -> web.StreamResponse | None:
        if "text/html" not in request.headers.get("Accept", ""):
            return None
        return web.Response(status=problem.status, text=f"<p>{problem.title}")

    app = raising(web.HTTPNotFound())
    status, headers, text = await fetched(app, render=render, Accept="text/html")
    assert (status, text) == (404, f"<p>{STATUSES[404][1]}")
    assert headers["content-security-policy"] == page_policy()
    app = raising(web.HTTPNotFound())
    _, headers, _ = await fetched(app, render=render, Accept="application/json")
    assert headers["content-type"] == "application/problem+json"


async def test_an_error_page_may_fail(caplog: pytest.LogCaptureFixture) -> None:
    async def render(_: web.Request, __: Problem) -> web.StreamResponse | None:
        raise LookupError("no template")

    status, headers, _ = await fetched(raising(web.HTTPNotFound()), render=render)
    assert (status, headers["content-type"]) == (404, "application/problem+json")
    assert "no template" in caplog.text


async def test_a_page_asks_for_what_it_needs() -> None:
    async def handler(_: web.Request) -> web.Response:
        policy = page_policy(style="'self'", form="'self'")
        headers = {
            "Content-Security-Policy": policy,
            "Cache-Control": "max-age=60",
            "Server": "mine",
        }
        return web.Response(text="page", headers=headers)

    app = web.Application()
    app.router.add_get("/", handler)
    _, headers, _ = await fetched(app)
    assert headers["content-security-policy"] == (
        "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
        "style-src 'self'; form-action 'self'"
    )
    assert headers["cache-control"] == "max-age=60"
    for name in set(SECURITY_HEADERS) - {"Content-Security-Policy", "Cache-Control"}:
        assert headers[name.lower()] == SECURITY_HEADERS[name]


@pytest.mark.parametrize(
    ("kind", "sources"),
    [
        ("script", "'unsafe-inline'"),
        ("script", "'self' 'unsafe-eval'"),
        ("img", "*"),
        ("img", "https://*.example"),
        ("img", "'self'; script-src 'self'"),
        ("img", "'self', default-src 'self'"),
        ("frame", "'self'"),
        ("default", "'self'"),
    ],
)
def test_a_page_may_not_ask_for_everything(kind: str, sources: str) -> None:
    with pytest.raises(ValueError, match=r"page|spaces"):
        page_policy(**{kind: sources})


def test_members_of_the_standard_are_not_for_fields() -> None:
    with pytest.raises(ValueError, match="instance"):
        Problem(status=400, code="a", title="A.", instance="/secret")


@pytest.mark.parametrize("status", sorted(STATUSES))
def test_bare_statuses(status: int) -> None:
    answer = parse(problem_bytes(status_problem(status)))
    assert check_problem(answer)["title"] == STATUSES[status][1]
    assert f" {status} {HTTPStatus(status).phrase}\r\n".encode() in answer.raw


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_refused_signature_is_the_clients_fault(code: Code) -> None:
    problem = problem_of(SignatureRefused(code, "detail"))
    assert problem is not None
    assert 400 <= problem.status < 500
    assert problem.title == SENTENCES[code]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", "plain"),
        ("a\r\nb", "a\\r\\nb"),
        ("\x1b[2J\x00\x7f", "\\x1b[2J\\x00\\x7f"),
        ("Übung \udcff", "\\xdcbung \\udcff"),
        ("\u2028\u202e", "\\u2028\\u202e"),
        ("x" * 10_000, "x" * LOG_CHARS),
        ("\n" * 10_000, "\\n" * (LOG_CHARS // 2)),
    ],
)
def test_a_log_line_stays_one(text: str, line: str) -> None:
    assert printable(text) == line


async def test_the_log_line_of_a_failure(caplog: pytest.LogCaptureFixture) -> None:
    await fetched(raising(ValueError("secret\r\n\x1b[2J" + "x" * 10_000)))
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    record.levelno = logging.INFO
    check_log([record])


def test_the_places_are_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def inner() -> None:
        raise KeyError("x")

    async def run(act: Callable[[], None]) -> None:
        async def handler(_: web.Request) -> web.Response:
            act()
            return web.Response()

        app = web.Application()
        app.router.add_get("/", handler)
        await fetched(app)

    asyncio.run(run(inner))
    assert "GET /: KeyError: 'x' [test_problems.py:" in caplog.text
    assert " inner < test_problems.py:" in caplog.text
