"""Keys of requests (Idempotency-Key): what was asked twice by mistake happens once.

    key ─▶ bound to what is asked ─▶ done ─▶ the answer kept, or the key free again

A key is free again where nothing was done with it, so that a slip in a body does not
cost it. What is published the log knows by its key, for good; what a file did, only its
answer tells, and that is kept here, bounded in size, number and time.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final

import msgspec
from aiohttp import web

from node.api import faults
from node.api.routes import Route
from node.errors import UserFault
from node.node import Node
from node.store.token_tables import Token
from node.web.problems import Problem
from protocol.errors import ProtocolError

HEADER: Final = "Idempotency-Key"
#: A key: printable ASCII, quoted or not; a UUID has 36 characters.
_KEY: Final = re.compile(r'"?([!#-\[\]-~]{1,128})"?', re.ASCII)


def read(request: web.Request) -> str | None:
    """Read the key of a request; None where it has none. Raises `UserFault`."""
    given = request.headers.getall(HEADER, [])
    if not given:
        return None
    found = _KEY.fullmatch(given[0]) if len(given) == 1 else None
    if found is None:
        raise UserFault(
            code="key-form",
            detail=f"{HEADER}: not 1 to 128 printable characters of ASCII.",
            way_out="A random UUID for each thing that is to happen once.",
            field=HEADER,
            expected="1 to 128 printable characters",
            example="8e03978e-40d5-43e8-bc93-6894a57f9324",
        )
    return found[1]


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A key of one token, and the digest of what is asked with it."""

    name: str
    digest: bytes

    @property
    def whole(self) -> str:
        """Give the key as the log knows it.

        Keys of two programs never meet, and none gets another's answer for its own. The
        log keeps its keys for good and node.db for a while, so what was asked is part
        of the former: a key that is forgotten here publishes anew, or the same.
        """
        return f"{self.name} {self.digest.hex()}"


def claimed(
    route: Route, token: Token, key: str, given: Mapping[str, object]
) -> Claimed:
    """Name what is asked with a key."""
    asked = msgspec.json.encode([route.name, given], order="sorted")
    return Claimed(name=f"api {token.id} {key}", digest=hashlib.sha256(asked).digest())


class Keys:
    """The keys of one node's requests; of two requests with one key, one waits."""

    def __init__(self, node: Node) -> None:
        self._node = node
        #: Key -> its turn, and how many hold it or wait for it.
        self._turns: dict[str, tuple[asyncio.Lock, int]] = {}

    async def once(
        self, key: Claimed, run: Callable[[], Awaitable[bytes]], *, keep: bool
    ) -> bytes:
        """Do what is asked with a key, or give the answer that is kept by it.

        keep: the answer is kept here; else `run` itself gives the same one again.
        Raises what `run` raises, and the `Problem` "key-reused".
        """
        tokens = self._node.own.tokens
        async with self._turn(key.name):
            now = self._node.clock.now_ms()
            claim = await tokens.claim_key(key.name, key.digest, now)
            if claim.digest != key.digest:
                raise _reused()
            if claim.answer is not None:
                return claim.answer or _not_kept()
            try:
                answer = await run()
            except (UserFault, ProtocolError, Problem) as error:
                if claim.fresh and await self._did_nothing(key, error):
                    await tokens.free_key(key.name)
                raise
            if keep:
                await tokens.keep_answer(key.name, answer)
            return answer

    async def _did_nothing(self, key: Claimed, error: Exception) -> bool:
        """Tell whether the first attempt left everything as it was.

        What an earlier one did, one that failed now does not know: it is not asked.
        """
        if getattr(error, "partly", False):
            return False
        return await self._node.log.idempotent(key.whole) is None

    @asynccontextmanager
    async def _turn(self, name: str) -> AsyncIterator[None]:
        turn, count = self._turns.get(name, (asyncio.Lock(), 0))
        self._turns[name] = (turn, count + 1)
        try:
            async with turn:
                yield
        finally:
            turn, count = self._turns.pop(name)
            if count > 1:
                self._turns[name] = (turn, count - 1)


def _reused() -> Exception:
    error = UserFault(
        code="key-reused",
        detail=f"{HEADER}: it was sent with something else before.",
        way_out="Take a new key for each thing that is to happen once.",
        field=HEADER,
        expected="a key that was not used for something else",
        example="8e03978e-40d5-43e8-bc93-6894a57f9324",
    )
    return faults.fault(error, 422)


def _not_kept() -> bytes:
    raise UserFault(
        code="key-done",
        detail=f"{HEADER}: what it was sent with is done; its answer was too long to"
        " keep, or is too old.",
        way_out="Ask for what it brought. With a new key the same file changes nothing"
        " that stands here.",
        field=HEADER,
        expected="a key that was not used before",
        example="8e03978e-40d5-43e8-bc93-6894a57f9324",
    )
