"""Sending a file: written whole, then with its tag and length in the head.

It is written to a nameless file first, so that what fails on the way is a problem and
no half file, and nothing is left behind whatever happens.
"""

import asyncio
import hashlib
import tempfile
from collections.abc import Mapping
from typing import IO, Final, cast

import msgspec
from aiohttp import hdrs, web
from aiohttp.helpers import ETag

from node.api.files import Out
from node.errors import WorldFault
from node.node import Node
from node.web.problems import busy_problem

#: Up to here a file stays in memory, as any other answer; all feeds do.
_MEMORY_BYTES: Final = 1024 * 1024
_CHUNK: Final = 256 * 1024
#: Files that are written or sent at a time: what slow readers can hold on the disk.
AT_ONCE: Final = 4
#: How long one waits for its turn; programs for calendars do not try again soon.
_TURN_S: Final = 20.0
#: From the first byte to the last; 1 GB in this time is 14 Mbit/s.
_SENDING_S: Final = 600.0
_TAG_BYTES: Final = 12


class Sender:
    """Writes and sends files, a few at a time."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def send(
        self,
        request: web.Request,
        out: Out,
        args: msgspec.Struct,
        headers: Mapping[str, str],
    ) -> web.StreamResponse:
        """Answer with a file, or 304 where who asks has it already."""
        await self._turn()
        try:
            with tempfile.SpooledTemporaryFile(
                _MEMORY_BYTES, dir=str(self._node.data)
            ) as file:
                await self._write(out, args, cast("IO[bytes]", file))
                return await _answer(request, out, cast("IO[bytes]", file), headers)
        finally:
            self._turns.release()

    async def _turn(self) -> None:
        try:
            async with asyncio.timeout(_TURN_S):
                await self._turns.acquire()
        except TimeoutError:
            raise busy_problem("other files are being sent") from None

    async def _write(self, out: Out, args: msgspec.Struct, file: IO[bytes]) -> None:
        try:
            await out.write(self._node, args, file)
            file.seek(0)
        except OSError as error:
            raise WorldFault(
                code="export-not-written",
                detail=f"The node has no room for the file: {error.strerror}.",
                way_out="Make room on its disk.",
            ) from error


async def _answer(
    request: web.Request, out: Out, file: IO[bytes], headers: Mapping[str, str]
) -> web.StreamResponse:
    digest, size = await asyncio.to_thread(_measured, file)
    tag = ETag(digest[: 2 * _TAG_BYTES], is_weak=True)
    held = request.if_none_match or ()
    if any(one.value in (tag.value, "*") for one in held):
        response = web.StreamResponse(status=304, headers=headers)
        response.etag = tag
        return response
    response = web.StreamResponse(headers=headers)
    response.etag = tag
    response.content_type = out.media
    if out.media.startswith("text/"):
        response.charset = "utf-8"
    response.content_length = size
    named = f'attachment; filename="{out.name}"'
    response.headers[hdrs.CONTENT_DISPOSITION] = named
    await _stream(request, response, file)
    return response


def _measured(file: IO[bytes]) -> tuple[str, int]:
    found = hashlib.sha256()
    while part := file.read(_CHUNK):
        found.update(part)
    size = file.tell()
    file.seek(0)
    return found.hexdigest(), size


async def _stream(
    request: web.Request, response: web.StreamResponse, file: IO[bytes]
) -> None:
    try:
        async with asyncio.timeout(_SENDING_S):
            await response.prepare(request)
            while request.method != hdrs.METH_HEAD and (
                part := await asyncio.to_thread(file.read, _CHUNK)
            ):
                await response.write(part)
            await response.write_eof()
    except TimeoutError:
        # Cut off, so that the part is not taken for the whole.
        if request.transport is not None:
            request.transport.abort()
