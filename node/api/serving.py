"""The handlers of the API: who asks, with what, then the command, then its answer.

    token ─▶ arguments ─▶ command ─▶ page of a list ─▶ tag ─▶ JSON

The tag (ETag) is made from the answer. One made from the state's root would spare the
work, but views look at the clock, at peers and at this node's own tables as well.
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, cast

import msgspec
from aiohttp import hdrs, web
from aiohttp.helpers import ETag

from node.api import arguments, document, faults, keys, lists, ways
from node.api.door import TOKEN_RATE, Door, Rate
from node.api.files import In
from node.api.lists import Page, Row
from node.api.page import page
from node.api.routes import PREFIX, Route, routes
from node.api.sending import Sender
from node.commands.command import Command
from node.commands.form import Paged
from node.errors import UserFault, WortleyError
from node.journal import log_failure
from node.node import Node
from node.store.token_tables import Token
from node.web.bodies import read_body
from node.web.problems import STATUSES, Problem, busy_problem, status_problem, where

#: As on the control socket: a few texts of at most 64 KiB.
BODY_BYTES: Final = 1024 * 1024
_TAG_BYTES: Final = 12
_JSON: Final = "application/json"
#: Answers may be kept by who asked, and are to be asked for again each time.
_KEPT: Final[Mapping[str, str]] = {
    hdrs.CACHE_CONTROL: "private, no-cache",
    hdrs.VARY: "Authorization",
}

#: Nobody on the way keeps what was answered once.
_SECRET: Final[Mapping[str, str]] = {hdrs.CACHE_CONTROL: "no-store"}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Api:
    """All handlers for one node.

    `failed` is set once a command found that the process must not go on.
    """

    def __init__(
        self,
        node: Node,
        commands: Mapping[str, Command],
        *,
        rate: Rate = TOKEN_RATE,
    ) -> None:
        self._node = node
        self._routes = routes(commands)
        self._addresses = ways.addresses(self._routes)
        self._door = Door(node, rate=rate)
        self._long = asyncio.Lock()
        self._sender = Sender(node)
        self._keys = keys.Keys(node)
        self.failed: asyncio.Future[WortleyError] = (
            asyncio.get_running_loop().create_future()
        )
        self._document = document.write(self._routes)

    def routes(self) -> list[web.RouteDef]:
        """Give all routes."""
        return [
            web.get(PREFIX, _to_page),
            web.get(f"{PREFIX}/", page),
            web.get(f"{PREFIX}/openapi.json", self._openapi),
            *(self._place(one) for one in self._routes),
        ]

    def _place(self, route: Route) -> web.RouteDef:
        put = web.get if route.method == "GET" else web.post
        return put(route.path, self._handler(route))

    async def _openapi(self, request: web.Request) -> web.StreamResponse:
        return _tagged(request, self._document)

    def _handler(self, route: Route) -> Handler:
        ask = self._get if route.method == "GET" else self._post
        if route.taken is not None:
            ask = self._take

        async def handle(request: web.Request) -> web.StreamResponse:
            token = await self._door.enter(request, route)
            try:
                return await ask(request, route, token)
            except Exception as error:
                self._look(error)
                problem = faults.problem_of(error, route.named, self._addresses)
                if problem is None:
                    raise
                if problem.status >= 500:
                    log_failure(where(request), error)
                raise problem from error

        return handle

    def _look(self, error: Exception) -> None:
        fatal = isinstance(error, WortleyError) and error.fatal
        if fatal and not self.failed.done():
            self.failed.set_result(cast("WortleyError", error))

    async def _get(
        self, request: web.Request, route: Route, _token: Token
    ) -> web.StreamResponse:
        query = arguments.read_query(route, request.rel_url.raw_query_string)
        listed = () if route.file else lists.fields_of(route.command.result)
        if query.paging and not listed:
            # No list: `limit` is as unknown as any other word.
            raise _no_list(next(iter(query.paging)))
        args = arguments.read_args(route, {**query.args, **_named(request, route)})
        if route.file is not None:
            return await self._sender.send(request, route.file, args, _KEPT)
        page_of = lists.read_page(query.paging)
        if not listed:
            return _tagged(request, msgspec.json.encode(await self._run(route, args)))
        answer, cut, after = await self._page(route, args, page_of, listed)
        paged = answer | dict(zip(listed, cut, strict=True)) | {"next": after}
        response = _tagged(request, msgspec.json.encode(paged))
        if after is not None:
            target = request.rel_url.update_query(cursor=after)
            response.headers[hdrs.LINK] = f'<{target}>; rel="next"'
        return response

    async def _page(
        self, route: Route, args: msgspec.Struct, page: Page, listed: Sequence[str]
    ) -> tuple[dict[str, object], list[list[Row]], str | None]:
        """Ask for a page; give the answer, the rows of its lists, and what is next."""
        question = msgspec.json.encode([route.name, args])
        if not isinstance(args, Paged):
            answer = msgspec.to_builtins(await self._run(route, args))
            cut, after = lists.cut([answer[one] for one in listed], page, question)
            return answer, cut, after
        asked = lists.narrowed(args, page, question)
        try:
            answer = msgspec.to_builtins(await self._run(route, asked))
        except UserFault as error:
            field = "after" if args.before is None else "before"
            found = (error.code, error.fields.get("field"))
            if page.cursor and found == ("id-unknown", field):
                raise lists.gone() from error
            raise
        rows = [answer[one] for one in listed]
        back = args.before is not None
        return answer, *lists.part(rows, page, question, back=back)

    async def _post(
        self, request: web.Request, route: Route, token: Token
    ) -> web.StreamResponse:
        if request.rel_url.raw_query_string:
            raise _query_beside_body()
        data = await read_body(request, BODY_BYTES)
        if data and request.content_type != _JSON:
            raise status_problem(415, f"the body is to be {_JSON}")
        given = {**arguments.read_body(route, data), **_named(request, route)}
        if route.passes_on:
            given["by"] = token.id
        key = keys.read(request)
        args = arguments.read_args(route, given)
        if route.publishes and key is not None:
            claimed = keys.claimed(route, token, key, given)
            args = msgspec.structs.replace(args, key=claimed.whole)
            return _done(
                await self._keys.once(claimed, self._encoded(route, args), keep=False)
            )
        return _done(await self._encoded(route, args)())

    def _encoded(
        self, route: Route, args: msgspec.Struct
    ) -> Callable[[], Awaitable[bytes]]:
        async def run() -> bytes:
            return msgspec.json.encode(await self._run(route, args))

        return run

    async def _take(
        self, request: web.Request, route: Route, token: Token
    ) -> web.StreamResponse:
        """Take a file as the body; what is said beside it stands in the query."""
        taken = cast("In", route.taken)
        query = arguments.read_query(route, request.rel_url.raw_query_string)
        if query.paging:
            raise _no_list(next(iter(query.paging)))
        given = {**query.args, **_named(request, route)}
        args = arguments.read_args(route, given)
        if request.content_type != taken.media:
            raise _other_type(taken.media)
        data = await _file(request, taken)
        key = keys.read(request)

        async def take() -> bytes:
            return msgspec.json.encode(await self._taken(taken, args, data))

        if key is None or getattr(args, "dry_run", False):
            # Nothing is done that could be done twice.
            return _done(await take())
        digest = hashlib.sha256(data).hexdigest()
        claimed = keys.claimed(route, token, key, {**given, "body": digest})
        return _done(await self._keys.once(claimed, take, keep=True))

    async def _taken(
        self, taken: In, args: msgspec.Struct, data: bytes
    ) -> msgspec.Struct:
        try:
            return await self._alone(
                lambda: taken.take(self._node, args, data, _tell_nobody)
            )
        except UserFault as error:
            if error.fields.get("field") == "path":
                # A command speaks of the path of its file; here it is the body.
                error.fields = {**error.fields, "field": "body"}
            raise

    async def _run(self, route: Route, args: msgspec.Struct) -> msgspec.Struct:
        if not route.command.long:
            return await route.command.run(self._node, args, _tell_nobody)
        return await self._alone(
            lambda: route.command.run(self._node, args, _tell_nobody)
        )

    async def _alone(
        self, run: Callable[[], Awaitable[msgspec.Struct]]
    ) -> msgspec.Struct:
        if self._long.locked():
            raise busy_problem("another long command runs")
        async with self._long:
            return await run()


def _tell_nobody(_done: int, _all: int | None, _what: str) -> None:
    """Take progress that nobody wants to see."""


async def _to_page(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPPermanentRedirect(f"{PREFIX}/")


def _named(request: web.Request, route: Route) -> dict[str, object]:
    if route.named is None:
        return {}
    place = route.path.split("/").index(f"{{{route.named}}}")
    raw = request.rel_url.raw_path.split("/")[place]
    return {route.named: arguments.path_value(route.named, raw)}


async def _file(request: web.Request, taken: In) -> bytes:
    try:
        return await read_body(request, taken.most)
    except Problem as problem:
        if problem.status == 413 and taken.larger:
            problem.fields = {**problem.fields, "way_out": taken.larger}
        raise


def _done(answer: bytes) -> web.Response:
    """Give the answer of what was done, for who asked alone: it may hold a secret."""
    return web.Response(body=answer, content_type=_JSON, headers=_SECRET)


def _tagged(request: web.Request, data: bytes) -> web.Response:
    """Give an answer with its tag, or 304 where who asks has it already."""
    tag = hashlib.sha256(data).hexdigest()[: 2 * _TAG_BYTES]
    held = request.if_none_match or ()
    if any(one.value in (tag, "*") for one in held):
        response = web.Response(status=304, headers=_KEPT)
    else:
        response = web.Response(body=data, content_type=_JSON, headers=_KEPT)
    response.etag = ETag(tag, is_weak=True)
    return response


# --- refusals -----------------------------------------------------------------------


def _no_list(name: str) -> UserFault:
    return UserFault(
        code="args-wrong",
        detail=f"{name}: this is no list that is cut into pages.",
        way_out="Leave it out.",
        field=name,
        expected="an argument that is known",
    )


def _other_type(media: str) -> Problem:
    code, title = STATUSES[415]
    return Problem(
        status=415,
        code=code,
        title=title,
        detail=f"the body is to be {media}",
        way_out=f"Send it as {media}.",
    )


def _query_beside_body() -> UserFault:
    return UserFault(
        code="query-form",
        detail="What is done is said in the body, not in the query.",
        way_out="Send the arguments as one JSON object.",
        field="query",
        expected="nothing",
    )
