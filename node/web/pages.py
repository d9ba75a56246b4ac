"""Pages for people, and /healthz. The status page is for the machine itself alone."""

from aiohttp import web

from node.node import Node


def routes(node: Node) -> list[web.RouteDef]:
    """Give all routes, on one screen."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    return [web.get("/healthz", healthz)]
