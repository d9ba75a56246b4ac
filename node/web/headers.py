"""Headers that every answer carries, and the little that a page may ask for besides.

No default lets anything run, be framed or be cached. A page that needs a style sheet
or a form says so with `page_policy`; nothing can ask for inline code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import hdrs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aiohttp import web

#: What holds whatever a page asks for (CSP 3). `default-src` does not cover these.
_FIXED: Final = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
_DIRECTIVES: Final[Mapping[str, str]] = {
    "script": "script-src",
    "style": "style-src",
    "img": "img-src",
    "font": "font-src",
    "connect": "connect-src",
    "manifest": "manifest-src",
    "form": "form-action",
}


def page_policy(**needs: str) -> str:
    """Give the Content-Security-Policy of a page: nothing, plus what it names.

    needs: sources by kind (script, style, img, font, connect, manifest, form), for
    instance `style="'self'"`. What is not named is 'none'. Raises ValueError for
    another kind, and for sources that are unsafe or more than one host wide.
    """
    parts = [_FIXED]
    for kind, sources in needs.items():
        if kind not in _DIRECTIVES or "unsafe" in sources or "*" in sources:
            raise ValueError(f"a page may not ask for {kind} from {sources}")
        if ";" in sources or "," in sources:
            raise ValueError("sources are separated by spaces")
        parts.append(f"{_DIRECTIVES[kind]} {sources}")
    if "form" not in needs:
        parts.append("form-action 'none'")
    return "; ".join(parts)


SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": page_policy(),
    "X-Content-Type-Options": "nosniff",
    # For browsers that do not know frame-ancestors.
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not `no-referrer`: under it browsers send `Origin: null` with our own forms
    # (Fetch, "append a request Origin header"), and the check of Origin needs it.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    # Not aiohttp's own, which names the versions of Python and aiohttp.
    "Server": "wortley",
}


async def add_security_headers(
    request: web.BaseRequest, response: web.StreamResponse
) -> None:
    """Add what the handler did not set itself; an `on_response_prepare` signal."""
    for name, value in SECURITY_HEADERS.items():
        # aiohttp fills Server in before it sends the signal, so that one is replaced.
        if name == hdrs.SERVER or name not in response.headers:
            response.headers[name] = value
