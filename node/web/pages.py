"""Pages for people, and /healthz."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from aiohttp import web

from node.node import Node
from node.web import status_page
from node.web.together import Sections

#: What may be fetched below /static, with its media type.
_STATIC: Final = {
    "htmx.min.js": "text/javascript",
    "wortley.css": "text/css",
}
_FOLDER: Final = Path(__file__).parent / "static"
_AN_HOUR: Final = {"Cache-Control": "private, max-age=3600"}

Notices = Callable[[], Awaitable[list[str]]]


def routes(node: Node, notices: Notices) -> list[web.RouteDef]:
    """Give all routes, on one screen. `notices` gives what needs attention."""
    sections = Sections(node)

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def status(request: web.Request) -> web.Response:
        status_page.require_direct(node.config)
        status_page.require_local(request)
        page = await status_page.render(node, await notices(), sections)
        return web.Response(
            text=page,
            content_type="text/html",
            headers={"Content-Security-Policy": status_page.POLICY},
        )

    return [
        web.get("/healthz", healthz),
        web.get("/", status),
        web.get("/static/{name}", _static),
    ]


async def _static(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name not in _STATIC:
        raise web.HTTPNotFound
    return web.Response(
        body=(_FOLDER / name).read_bytes(),
        content_type=_STATIC[name],
        charset="utf-8",
        headers=_AN_HOUR,
    )
