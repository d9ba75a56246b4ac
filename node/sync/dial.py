"""Dialling peers: guarded against what their cards and their servers may try.

The class of an address is checked where a socket is made for it, just before it
connects. Whatever a name resolves to, at whatever moment and however often, and
whether the resolver was asked at all (aiohttp does not ask it about IP literals),
passes there, so that there is no gap for a name that changes its mind (rebinding).

Sessions follow no redirects, keep no cookies, heed no proxy variables, decode nothing
by themselves and send no credentials.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from typing import TYPE_CHECKING, Any, Final

import aiohttp
from aiohttp import hdrs
from yarl import URL

from node.sync.addresses import AddressClass, AddressPolicy
from node.sync.coding import TOO_LARGE, decompress_capped
from protocol.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import ClientHandlerType

__all__ = [
    "AddressClass",
    "AddressPolicy",
    "AnswerRefused",
    "DialRefused",
    "client_session",
    "endpoint_url",
    "peer_url",
    "read_capped",
]

#: One peer that is down may not hold up the others for longer, seconds.
CONNECT_S: Final = 10.0
#: A long poll waits 30 s; a node that says nothing for half as long again is gone.
SILENCE_S: Final = 45.0
#: From the request to the last byte of the answer.
TOTAL_S: Final = 90.0
#: An answer of 4 MiB at 1.7 Mbit/s, like our own bodies.
BODY_S: Final = 20.0
#: A quarter of the files that a process usually may open (1024).
CONNECTIONS: Final = 256
PER_PEER: Final = 4
#: Shorter than the 15 s of our servers, so that we don't write into a closing one.
KEEPALIVE_S: Final = 10.0
LINE_BYTES: Final = 8190
HEADERS: Final = 64
AHEAD_BYTES: Final = 64 * 1024

#: Longer than any address of a card with any path of ours.
URL_CHARS: Final = 2048
_NAME: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
#: What libc reads as part of an IPv4 address: decimal, octal (0177), hexadecimal.
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class DialRefused(aiohttp.ClientError):
    """Ours: the guard does not let this request out, or not go on.

    code: "url-refused", "address-refused" or "redirect-refused".
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class AnswerRefused(aiohttp.ClientError):
    """Theirs: the answer is not one that is read to its end.

    code: "answer-too-large", "answer-too-slow" or "answer-coding".
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class _AddressRefused(OSError):
    """What the connector understands; the middleware makes a DialRefused of it."""


def peer_url(text: str) -> URL:
    """Read a peer's URL; raises `DialRefused("url-refused")` for any odd form.

    http or https, a name or a canonical IP address, no credentials, no fragment.
    `str` of what is returned is what goes over the wire, but for an empty path: sign
    that.
    """
    # yarl drops tabs and line breaks, like browsers; nobody writes them for good.
    if len(text) > URL_CHARS or not text.isprintable():
        raise DialRefused("url-refused", f"not {URL_CHARS} printable characters")
    try:
        url = URL(text)
    except ValueError as error:
        raise DialRefused("url-refused", "not a URL") from error
    _check_url(url)
    if url.raw_user is not None or url.raw_password is not None:
        raise DialRefused("url-refused", "credentials in the URL")
    if url.raw_fragment:
        raise DialRefused("url-refused", "a fragment is never sent")
    return url


def endpoint_url(origin: str, path: str) -> URL:
    """Give the URL of a path of ours at a peer; raises `DialRefused("url-refused")`.

    What a card names is an origin: with a path or a query it would have this node ask
    for something else, of whatever else runs there.
    """
    url = peer_url(origin.removesuffix("/") + path)
    if (url.raw_path, url.raw_query_string) != (path, ""):
        raise DialRefused("url-refused", "more than scheme, host and port")
    return url


def client_session(
    policy: AddressPolicy,
    *,
    connect_s: float = CONNECT_S,
    silence_s: float = SILENCE_S,
    total_s: float = TOTAL_S,
) -> aiohttp.ClientSession:
    """Give the session for all peers; close it with the node.

    Every failure is an `aiohttp.ClientError` or TimeoutError; what the policy does not
    allow is `DialRefused`. Nothing is sent twice behind the caller's back: a request
    whose connection breaks fails, because its nonce may be spent already.
    """
    connector = aiohttp.TCPConnector(
        socket_factory=_socket_factory(policy),
        limit=CONNECTIONS,
        limit_per_host=PER_PEER,
        keepalive_timeout=KEEPALIVE_S,
    )
    timeout = aiohttp.ClientTimeout(
        total=total_s, connect=connect_s, sock_read=silence_s
    )
    return aiohttp.ClientSession(
        connector=connector,
        timeout=timeout,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        headers={hdrs.ACCEPT_ENCODING: "zstd", hdrs.USER_AGENT: "wortley"},
        max_line_size=LINE_BYTES,
        max_field_size=LINE_BYTES,
        max_headers=HEADERS,
        read_bufsize=AHEAD_BYTES,
        middlewares=(_guard,),
    )


async def read_capped(
    response: aiohttp.ClientResponse, limit: int, deadline_s: float = BODY_S
) -> bytes:
    """Read and decode an answer: at most `limit` bytes before and after decoding.

    Raises `AnswerRefused`, and closes the connection with it; aiohttp.ClientError when
    the answer breaks off.
    """
    try:
        async with asyncio.timeout(deadline_s):
            data = await _collect(response, limit)
        return _decoded(response, data, limit)
    except TimeoutError:
        response.close()
        detail = f"not all of it in {deadline_s:g} s"
        raise AnswerRefused("answer-too-slow", detail) from None
    except AnswerRefused:
        response.close()
        raise


def _check_url(url: URL) -> None:
    if url.scheme not in ("http", "https"):
        raise DialRefused("url-refused", "neither http nor https")
    host = url.raw_host
    if not host or url.port is None:
        raise DialRefused("url-refused", "no host")
    if ":" in host or _NUMBER.fullmatch(host.rpartition(".")[2]):
        # 2130706433, 0x7f.1 and 127.1 are all 127.0.0.1 to libc; one form is enough.
        _check_literal(host)
    elif _NAME.fullmatch(host) is None:
        raise DialRefused("url-refused", "not a host name")


def _check_literal(host: str) -> None:
    try:
        ipaddress.ip_address(host)
    except ValueError as error:
        raise DialRefused("url-refused", "not a canonical IP address") from error
    if "%" in host:
        raise DialRefused("url-refused", "an address of one interface")


def _socket_factory(policy: AddressPolicy) -> Callable[[Any], socket.socket]:
    """Make sockets for allowed addresses only; the one gate that all must pass."""

    def make(info: tuple[int, int, int, str, tuple[Any, ...]]) -> socket.socket:
        family, kind, proto, _, address = info
        if not policy.allows(address[0]):
            # The same text for each address, or aiohttp would join them in another
            # exception when a name has several.
            raise _AddressRefused("the class of the address is not dialled")
        return socket.socket(family, kind, proto)

    return make


async def _guard(
    request: aiohttp.ClientRequest, handler: ClientHandlerType
) -> aiohttp.ClientResponse:
    """Check each request as it really goes out, and what comes back at once."""
    _check_url(request.url)
    if hdrs.AUTHORIZATION in request.headers:
        # aiohttp has moved them there from the URL.
        raise DialRefused("url-refused", "credentials in the URL")
    response = await _send(request, handler)
    if response.status in _REDIRECTS:
        response.close()
        raise DialRefused("redirect-refused", f"status {response.status}")
    return response


async def _send(
    request: aiohttp.ClientRequest, handler: ClientHandlerType
) -> aiohttp.ClientResponse:
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError as error:
        if isinstance(error.os_error, _AddressRefused):
            raise DialRefused("address-refused", str(error.os_error)) from error
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        # These two aiohttp answers by sending an idempotent request once more.
        raise aiohttp.ClientConnectionError(str(error)) from error


async def _collect(response: aiohttp.ClientResponse, limit: int) -> bytes:
    if (response.content_length or 0) > limit:
        raise AnswerRefused("answer-too-large", f"more than {limit} bytes")
    parts: list[bytes] = []
    size = 0
    while part := await response.content.readany():
        size += len(part)
        if size > limit:
            raise AnswerRefused("answer-too-large", f"more than {limit} bytes")
        parts.append(part)
    return b"".join(parts)


def _decoded(response: aiohttp.ClientResponse, data: bytes, limit: int) -> bytes:
    coding = ",".join(response.headers.getall(hdrs.CONTENT_ENCODING, [])).lower()
    if coding in ("", "identity"):
        return data
    if coding != "zstd":
        raise AnswerRefused("answer-coding", "neither zstd nor identity")
    try:
        return decompress_capped(data, limit)
    except Malformed as error:
        large = error.code == TOO_LARGE
        code = "answer-too-large" if large else "answer-coding"
        raise AnswerRefused(code, error.detail) from error
