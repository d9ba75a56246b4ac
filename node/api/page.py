"""The page at /api/v1/: what to do first, for whoever finds it in a browser."""

from pathlib import Path
from typing import Final

import jinja2
from aiohttp import web

from node.api.routes import PREFIX
from node.web.headers import page_policy

_POLICY: Final = page_policy(style="'self'")
_TEMPLATES: Final = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
)


async def page(request: web.Request) -> web.StreamResponse:
    """Show the page; it says nothing of the node that is not the same everywhere."""
    shown = _TEMPLATES.get_template("page.html").render(
        prefix=PREFIX, origin=f"{request.scheme}://{request.host}"
    )
    return web.Response(
        text=shown,
        content_type="text/html",
        headers={"Content-Security-Policy": _POLICY},
    )
