"""A node's API on a real port, with a token for each scope."""

import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypedDict, Unpack, cast

import aiohttp
import msgspec
from aiohttp import web
from multidict import CIMultiDictProxy
from yarl import URL

from node.api.door import TOKEN_RATE, Rate
from node.api.serving import Api
from node.commands.command import Command
from node.commands.table import COMMANDS
from node.web.server import start_server
from tests.node.commands.nodes import Coop

HOSTS: Final = frozenset({"127.0.0.1"})
PROBLEM: Final = "application/problem+json"


Answer = dict[str, Any]


class Given(TypedDict, total=False):
    """What a request may carry."""

    headers: dict[str, str]
    json: object
    data: bytes
    token: str


class Reply(NamedTuple):
    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def json(self) -> Answer:
        return cast("Answer", msgspec.json.decode(self.body))


@dataclass(slots=True, kw_only=True)
class Site:
    """Where to ask, and with which tokens: scope -> token."""

    coop: Coop
    api: Api
    url: str
    client: aiohttp.ClientSession
    tokens: dict[str, str]

    async def ask(
        self, method: str, path: str, scope: str | None, given: Given
    ) -> Reply:
        """Ask below /api/v1; a path is sent as it stands."""
        shown = given.get("token") or (self.tokens[scope] if scope else None)
        headers = {"Authorization": f"Bearer {shown}"} if shown else {}
        headers |= given.get("headers", {})
        data = given.get("data")
        if "json" in given:
            data = msgspec.json.encode(given["json"])
            headers.setdefault("Content-Type", "application/json")
        body = None if data is None else io.BytesIO(data)
        url = URL(f"{self.url}/api/v1{path}", encoded=True)
        async with self.client.request(
            method, url, headers=headers, data=body, allow_redirects=False
        ) as response:
            read = await response.read()
            reply = Reply(response.status, response.headers, read)
        if reply.status >= 400:
            check_problem(reply)
        return reply

    async def get(
        self, path: str, scope: str | None = "admin", **given: Unpack[Given]
    ) -> Reply:
        return await self.ask("GET", path, scope, given)

    async def post(
        self, path: str, scope: str | None = "admin", **given: Unpack[Given]
    ) -> Reply:
        return await self.ask("POST", path, scope, given)


def check_problem(reply: Reply) -> None:
    """What holds for every problem."""
    assert reply.headers["Content-Type"] == PROBLEM
    problem = reply.json
    assert problem["status"] == reply.status
    assert problem["type"].startswith("urn:wortley:problem:")
    assert problem["type"].endswith(f":{problem['code']}")
    assert problem["title"].endswith(".")
    # Whoever asks is told what helps, whatever went wrong.
    assert problem["way_out"]
    assert b"Traceback" not in reply.body
    assert len(reply.body) < 4000
    assert reply.headers["Cache-Control"] == "no-store"
    if reply.status in {429, 503}:
        assert int(reply.headers["Retry-After"]) > 0


@asynccontextmanager
async def serving(
    coop: Coop,
    *,
    rate: Rate = TOKEN_RATE,
    commands: Mapping[str, Command] = COMMANDS,
) -> AsyncIterator[Site]:
    """Serve a co-op's API."""
    tokens: dict[str, str] = {}
    for scope in ("read", "write", "feed", "subscribe", "admin"):
        made = await coop.ask("token.create", name=f"a {scope}er", scopes=[scope])
        tokens[scope] = made["secret"]
    app = web.Application()
    api = Api(coop.node, commands, rate=rate)
    app.add_routes(api.routes())
    running = await start_server(app, "127.0.0.1", 0, allowed_hosts=HOSTS)
    try:
        async with aiohttp.ClientSession() as client:
            yield Site(
                coop=coop, api=api, url=running.url, client=client, tokens=tokens
            )
    finally:
        await running.close()
