"""The one place where what went wrong becomes an answer: problem+json (RFC 9457).

Handlers raise; they never build an error answer. What is raised is turned here into
a status, a stable code, a sentence, and nothing else: no traceback, no path, no text
of an exception that was not written for strangers.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from aiohttp import hdrs, web

from node.errors import WorldFault
from node.journal import log_failure
from node.sync.signatures import SignatureRefused
from node.web.headers import SECURITY_HEADERS
from protocol.errors import Conflict, Malformed, Unconnected

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from aiohttp.typedefs import Handler, Middleware

    Renderer = Callable[[web.Request, "Problem"], Awaitable[web.StreamResponse | None]]


MEDIA_TYPE: Final = "application/problem+json"
TYPE_PREFIX: Final = "urn:wortley:problem:"
#: Members that RFC 9457 defines, and ours that all have; no field takes their names.
_MEMBERS: Final = frozenset({"type", "title", "status", "detail", "instance", "code"})


#: Seconds after which a client that met a full house may come back.
RETRY_AFTER_S: Final = 5

#: What aiohttp itself refuses, and what stands for the rest: status -> code, sentence.
STATUSES: Final[Mapping[int, tuple[str, str]]] = {
    400: ("bad-request", "This is not a request that the node understands."),
    403: ("forbidden", "This is not allowed."),
    404: ("not-found", "There is nothing at this address."),
    405: ("method-not-allowed", "This address does not take this method."),
    408: ("too-slow", "The request did not arrive in time."),
    413: ("too-large", "The request is larger than the node takes."),
    415: ("media-type", "The request has a form that the node does not take."),
    417: ("expectation-failed", "The node does not do what Expect asks for."),
    421: ("host-foreign", "This node is not reached by that name."),
    431: ("headers-too-large", "The head of the request is too large."),
    500: ("internal", "The node made a mistake; its log says where."),
    503: ("busy", "The node has too much to do; try again later."),
}

#: What helps, where nobody said more: status -> sentence.
WAYS_OUT: Final[Mapping[int, str]] = {
    400: "Send it as its documents say: protocol/SPEC.md, /api/v1/openapi.json.",
    401: "Sign it as protocol/SPEC.md says, by the clock of this node.",
    403: "Ask for it at the node itself.",
    404: "/api/v1/openapi.json has all addresses that programs may ask.",
    405: "The header Allow names the methods that it takes.",
    408: "Send it again, faster or in smaller parts.",
    409: "Ask what is held here, and go on from that.",
    413: "Send less at once.",
    415: "Send JSON, as application/json and without a coding.",
    417: "Send it without the header Expect.",
    421: "Ask it by its address, or by a name in its settings.",
    431: "Send fewer or shorter headers.",
    429: "Try again after the seconds in the header Retry-After.",
    500: "Try again; if it stays, whoever runs the node finds more in its log.",
    503: "Try again after the seconds in the header Retry-After.",
}

#: A signature that is refused is 401, except for these.
_SIGNATURE_STATUSES: Final[Mapping[str, int]] = {
    "signature-malformed": 400,
    "signature-too-many": 400,
    "digest-mismatch": 400,
    "authority-foreign": 421,
    "too-many-requests": 429,
}

#: RFC 9110 wants a challenge with 401. No scheme is registered for RFC 9421; this
#: name tells a reader what is meant, and no browser opens a dialogue for it.
_CHALLENGE: Final = {"WWW-Authenticate": "Signature"}
_KEPT_HEADERS: Final = ("Allow", "Retry-After")


class Problem(Exception):
    """An answer that is an error: raise it anywhere below the middleware.

    status: HTTP. code: kebab-case, stable, becomes the type URI. title: one sentence
    for people, the same for each occurrence of the code. detail: what is special
    this time; never input that was not checked. headers: to add. fields: extension
    members of the JSON object (numbers, strings, lists of them).
    """

    def __init__(
        self,
        *,
        status: int,
        code: str,
        title: str,
        detail: str = "",
        headers: Mapping[str, str] | None = None,
        **fields: object,
    ) -> None:
        if taken := _MEMBERS & fields.keys():
            raise ValueError(f"members of every problem: {sorted(taken)}")
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.headers: Mapping[str, str] = headers or {}
        self.fields: Mapping[str, object] = fields

    def body(self) -> bytes:
        """Give the JSON object, in ASCII."""
        known = {
            "type": TYPE_PREFIX + self.code,
            "code": self.code,
            "title": self.title,
            "status": self.status,
        }
        detail = {"detail": self.detail} if self.detail else {}
        usual = WAYS_OUT.get(self.status, WAYS_OUT[500 if self.status >= 500 else 400])
        whole = known | detail | {"way_out": usual} | dict(self.fields)
        return json.dumps(whole).encode("ascii")


def status_problem(
    status: int, detail: str = "", headers: Mapping[str, str] | None = None
) -> Problem:
    """Give the problem that stands for a bare status."""
    code, title = STATUSES.get(status, STATUSES[500 if status >= 500 else 400])
    return Problem(
        status=status, code=code, title=title, detail=detail, headers=headers
    )


def busy_problem(detail: str) -> Problem:
    """Give the 503 that asks the client to come back in a few seconds."""
    return status_problem(503, detail, {"Retry-After": str(RETRY_AFTER_S)})


def problem_of(error: BaseException) -> Problem | None:
    """Translate what was raised. None for what is no error: a redirect, say."""
    found: Problem | None
    match error:
        case Problem():
            found = error
        case SignatureRefused():
            found = _signature_problem(error)
        case web.HTTPException():
            found = _http_problem(error)
        case Malformed(code=code, detail=detail):
            found = _refused(400, code, "The request is not in the right form.", detail)
        case Unconnected(code=code, detail=detail) | Conflict(code=code, detail=detail):
            found = _refused(409, code, "That does not fit what is held here.", detail)
        case WorldFault(code=code):
            # Its sentences are for the operator and may name paths.
            found = _refused(503, code, STATUSES[503][1], "")
        case _:
            found = status_problem(500)
    return found


def problem_response(problem: Problem) -> web.Response:
    """Give the answer: media type, security headers, no-store."""
    return web.Response(
        status=problem.status,
        body=problem.body(),
        headers={
            **SECURITY_HEADERS,
            hdrs.CONTENT_TYPE: MEDIA_TYPE,
            **problem.headers,
        },
    )


def problem_bytes(problem: Problem) -> bytes:
    """Give the answer as it goes over the wire where no request was taken yet."""
    body = problem.body()
    headers = {
        **SECURITY_HEADERS,
        hdrs.CONTENT_TYPE: MEDIA_TYPE,
        hdrs.CONTENT_LENGTH: str(len(body)),
        hdrs.CONNECTION: "close",
        **problem.headers,
    }
    phrase = HTTPStatus(problem.status).phrase
    lines = [f"HTTP/1.1 {problem.status} {phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body


def problem_middleware(render: Renderer | None = None) -> Middleware:
    """Make the outermost middleware: what is raised below becomes an answer.

    render: asked first, for browsers: gives a page for a problem, or None to leave it
    at JSON. If it fails itself, JSON it is.
    """

    @web.middleware
    async def answer_problems(
        request: web.Request, handler: Handler
    ) -> web.StreamResponse:
        try:
            return await handler(request)
        except Exception as error:
            problem = problem_of(error)
            if problem is None or _too_late(request):
                raise
            if problem.status >= 500 and not isinstance(error, Problem):
                log_failure(where(request), error)
            _let_go(error)
            return await _rendered(request, problem, render)

    return answer_problems


def where(request: web.BaseRequest) -> str:
    """Name a request for the log: method and route, never a path that may be secret."""
    try:
        resource = getattr(request, "match_info").route.resource  # noqa: B009
    except (AttributeError, AssertionError):
        resource = None  # not routed yet: aiohttp asserts that it was
    return f"{request.method} {getattr(resource, 'canonical', '(no route)')}"


def _too_late(request: web.Request) -> bool:
    """Tell whether the client is gone or has part of an answer already.

    aiohttp then closes the connection, so that the part is not taken for the whole.
    """
    transport = request.transport
    return transport is None or transport.is_closing() or request.writer.output_size > 0


def _let_go(error: BaseException | None) -> None:
    """Cut off the frames that an exception keeps, and with them whole bodies.

    They would live on until the next run of the cycle collector: three hundred bombs
    of one client, one after the other, took 234 MiB.
    """
    while error is not None:
        error.__traceback__ = None
        error = error.__context__


async def _rendered(
    request: web.Request, problem: Problem, render: Renderer | None
) -> web.StreamResponse:
    if render is not None:
        try:
            page = await render(request, problem)
        except Exception as error:  # noqa: BLE001 - an error page may not fail twice
            log_failure(f"{where(request)} (its error page)", error)
        else:
            if page is not None:
                return page
    return problem_response(problem)


def _refused(status: int, code: str, title: str, detail: str) -> Problem:
    return Problem(status=status, code=code, title=title, detail=detail)


def _signature_problem(error: SignatureRefused) -> Problem:
    status = _SIGNATURE_STATUSES.get(error.code, 401)
    headers = {}
    if status == 401:
        headers = _CHALLENGE
    if status == 429:
        headers = {"Retry-After": str(RETRY_AFTER_S)}
    return Problem(
        status=status,
        code=error.code,
        title=error.sentence,
        detail=error.detail,
        headers=headers,
        **error.fields,
    )


def _http_problem(error: web.HTTPException) -> Problem | None:
    """Translate aiohttp's own; its texts may repeat the request and are dropped."""
    if error.status < 400:
        return None
    kept = {
        name: error.headers[name] for name in _KEPT_HEADERS if name in error.headers
    }
    return status_problem(error.status, headers=kept)
