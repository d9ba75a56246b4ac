"""The sync endpoints as HTTP: read the body under its limits, hand it on, answer."""

from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from node.sync.server import JOIN_BYTES, Asked, Endpoint, SyncServer
from node.web.bodies import decoded, read_body, read_coded

MEDIA_TYPE: Final = "application/vnd.wortley"
Handler = Callable[[web.Request], Awaitable[web.Response]]


def routes(server: SyncServer) -> list[web.RouteDef]:
    """Give all routes: those of members, and the door."""

    async def join(request: web.Request) -> web.Response:
        return _reply(await server.join(await read_body(request, JOIN_BYTES)))

    members = [web.post(one.path, _handler(server, one)) for one in server.endpoints()]
    return [*members, web.post("/sync/v1/join", join)]


def _handler(server: SyncServer, endpoint: Endpoint) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        coded = await read_coded(request, endpoint.most)
        asked = Asked(
            target=request.raw_path,
            headers=request.headers,
            digest=coded.digest(),
            body=lambda: decoded(request, coded, endpoint.most),
        )
        return _reply(await server.answer(endpoint, asked))

    return handle


def _reply(body: bytes) -> web.Response:
    return web.Response(body=body, content_type=MEDIA_TYPE)
