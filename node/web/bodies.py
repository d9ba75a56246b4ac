"""Reading request bodies: capped in bytes and in time, for each and for all.

aiohttp has no deadline for a body and decodes codings without asking. Here a body is
read to a limit within a deadline, and decoded to a limit; all bodies together draw on
one budget. Handlers read bodies through this file only.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Final, Literal, NoReturn

import msgspec
from aiohttp import hdrs, web

from node.sync.coding import TOO_LARGE, decompress_capped
from node.web.problems import busy_problem, status_problem
from protocol.errors import Malformed

if TYPE_CHECKING:
    from collections.abc import Mapping

#: From the call to the last byte: 4 MiB in 20 s is 1.7 Mbit/s, a poor DSL upload.
BODY_S: Final = 20.0

#: What every request may hold whatever the others do: forms and JSON are no larger.
FREE_BYTES: Final = 64 * 1024
#: What all requests together may hold beyond that; with 256 times FREE_BYTES, and
#: aiohttp's own buffers empty, 64 MiB.
BUDGET_BYTES: Final = 48 * 1024 * 1024

_HELD: Final = web.RequestKey("held", int)
_CODINGS: Final[Mapping[str, Literal["identity", "zstd"]]] = {
    "": "identity",
    "identity": "identity",
    "zstd": "zstd",
}


class Coded(msgspec.Struct, frozen=True, kw_only=True):
    """A body as it was read, and the content coding that it came in."""

    data: bytes
    coding: Literal["identity", "zstd"]

    def digest(self) -> bytes:
        """SHA-256 of what was read: what Content-Digest is about (RFC 9530)."""
        return hashlib.sha256(self.data).digest()


class BodyBudget:
    """How many bytes of bodies are held by requests that are not answered yet."""

    def __init__(self, total: int = BUDGET_BYTES) -> None:
        self._total = total
        self.taken = 0

    def take(self, request: web.Request, size: int) -> None:
        """Count `size` bytes more for this request; raises the 503 `Problem`."""
        before = request.get(_HELD, 0)
        more = _beyond(before + size) - _beyond(before)
        if self.taken + more > self._total:
            raise busy_problem("too many large bodies at once")
        self.taken += more
        request[_HELD] = before + size

    def give_back(self, request: web.Request) -> None:
        """Count nothing for this request any more: it has been answered."""
        self.taken -= _beyond(request.pop(_HELD, 0))


BUDGET: Final = web.AppKey("budget", BodyBudget)


async def read_coded(
    request: web.Request, limit: int, deadline_s: float = BODY_S
) -> Coded:
    """Read the body as it comes, at most `limit` bytes, within `deadline_s` seconds.

    For handlers that check a digest before they decode. Raises `Problem`: 413 (at
    once, if Content-Length says so), 408 after the deadline, 400 for broken chunks,
    415 for a coding that is not identity or zstd, 503 when all bodies together take
    too much. ConnectionError when the client is gone.
    """
    coding = _coding(request)
    if (request.content_length or 0) > limit:
        _too_large(limit)
    try:
        async with asyncio.timeout(deadline_s):
            data = await _collect(request, limit)
    except TimeoutError:
        raise status_problem(408, f"no whole body in {deadline_s:g} s") from None
    except web.RequestPayloadError as error:
        raise status_problem(400, "the body is cut short or badly framed") from error
    return Coded(data=data, coding=coding)


def decoded(request: web.Request, coded: Coded, limit: int) -> bytes:
    """Give the body without its coding, at most `limit` bytes of it.

    Raises `Problem`: 413 beyond the limit, 400 for what is no single zstd frame.
    """
    if coded.coding == "identity":
        if len(coded.data) > limit:
            _too_large(limit)
        return coded.data
    try:
        data = decompress_capped(coded.data, limit)
    except Malformed as error:
        if error.code == TOO_LARGE:
            _too_large(limit)
        raise
    request.config_dict[BUDGET].take(request, len(data))
    return data


async def read_body(
    request: web.Request, limit: int, deadline_s: float = BODY_S
) -> bytes:
    """Read and decode the body: `read_coded`, then `decoded`, with one limit."""
    return decoded(request, await read_coded(request, limit, deadline_s), limit)


async def _collect(request: web.Request, limit: int) -> bytes:
    budget = request.config_dict[BUDGET]
    parts: list[bytes] = []
    size = 0
    while part := await request.content.readany():
        size += len(part)
        if size > limit:
            _too_large(limit)
        budget.take(request, len(part))
        parts.append(part)
    return b"".join(parts)


def _coding(request: web.Request) -> Literal["identity", "zstd"]:
    named = ",".join(request.headers.getall(hdrs.CONTENT_ENCODING, []))
    coding = _CODINGS.get(named.strip().lower())
    if coding is None:
        # RFC 9110, section 15.5.16: say which codings would have been taken.
        taken = {"Accept-Encoding": "zstd, identity"}
        raise status_problem(415, "the content coding is not zstd", taken)
    return coding


def _too_large(limit: int) -> NoReturn:
    raise status_problem(413, f"at most {limit} bytes")


def _beyond(size: int) -> int:
    return max(0, size - FREE_BYTES)
