"""A signed request from our client to our server: the pieces put together once."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest
from aiohttp import ClientSession, hdrs, web

from node.sync.addresses import AddressPolicy
from node.sync.coding import compress
from node.sync.dial import client_session, peer_url, read_capped
from node.sync.signatures import (
    key_id_of,
    retry_nonce_from,
    sign_request,
    verify_request,
)
from node.web.server import decoded, read_coded, start_server
from tests.node.sync.requests import BODY, COOP, KEY, NONCE, NOW, book

LOOPBACK: Final = AddressPolicy(classes=frozenset({"loopback"}))
LIMIT: Final = 1000
#: yarl writes the first as it is and the second with %20; both must arrive as signed.
TARGETS: Final = (
    "/sync",
    "/sync?a=b&c=%2F%3D+%20",
    "/sync?a=b c",
    "/a%2Fb/%C3%BC?",
    "/ü?ü=ü",
    "/a;b=c,d:e@f/$&'()*+!~?x[]=1",
    "//x/",
)


@asynccontextmanager
async def node(keys: dict[str, Any]) -> AsyncIterator[str]:
    """A node that answers who signed, and what."""
    nonces = book()
    authorities: set[str] = set()

    async def handler(request: web.Request) -> web.Response:
        coded = await read_coded(request, LIMIT)
        path, _, query = request.raw_path.partition("?")
        verified = verify_request(
            method=request.method,
            authority=request.headers[hdrs.HOST],
            path=path,
            query=query,
            headers=request.headers,
            body_digest=coded.digest(),
            public_key=keys.get(key_id_of(request.headers)),
            now=NOW,
            nonces=nonces,
            allowed_authorities=frozenset(authorities),
        )
        body = decoded(request, coded, LIMIT)
        return web.json_response({"who": verified.key_id, "what": body.decode()})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    running = await start_server(
        app, "127.0.0.1", 0, allowed_hosts=frozenset({"127.0.0.1"})
    )
    authorities.add(running.url.removeprefix("http://"))
    try:
        yield running.url
    finally:
        await running.close()


async def ask(
    session: ClientSession,
    text: str,
    *,
    created: int = NOW,
    nonce: str = NONCE,
    body: bytes = BODY,
    coding: str = "identity",
) -> tuple[int, dict[str, Any]]:
    url = peer_url(text)
    signature = sign_request(
        method="POST",
        url=str(url),
        body=body,
        key_id=COOP,
        private_key=KEY,
        created=created,
        nonce=nonce,
    )
    headers = signature | {"Content-Encoding": coding}
    async with session.post(url, data=body, headers=headers) as response:
        return response.status, json.loads(await read_capped(response, 4096))


@pytest.mark.parametrize("target", TARGETS)
async def test_what_is_signed_arrives(target: str) -> None:
    async with (
        node({COOP: KEY.public_key()}) as url,
        client_session(LOOPBACK) as session,
    ):
        answer = await ask(session, url + target)
    assert answer == (200, {"who": COOP, "what": BODY.decode()})


async def test_a_coded_body() -> None:
    async with (
        node({COOP: KEY.public_key()}) as url,
        client_session(LOOPBACK) as session,
    ):
        answer = await ask(session, f"{url}/", body=compress(BODY), coding="zstd")
    assert answer == (200, {"who": COOP, "what": BODY.decode()})


async def test_a_clock_that_is_a_year_off() -> None:
    year = 365 * 86400
    async with (
        node({COOP: KEY.public_key()}) as url,
        client_session(LOOPBACK) as session,
    ):
        status, problem = await ask(session, f"{url}/", created=NOW + year)
        assert (status, problem["type"]) == (401, "urn:wortley:problem:clock-skewed")
        offer = retry_nonce_from(problem)
        assert offer is not None
        assert offer.server_time == NOW
        for expected in (200, 401):
            status, problem = await ask(
                session, f"{url}/", created=NOW + year, nonce=offer.nonce
            )
            assert status == expected
        assert problem["type"] == "urn:wortley:problem:nonce-replayed"


async def test_a_stranger() -> None:
    async with node({}) as url, client_session(LOOPBACK) as session:
        status, problem = await ask(session, f"{url}/")
        assert (status, problem["type"]) == (401, "urn:wortley:problem:key-unknown")
        async with session.get(f"{url}/") as response:
            assert response.status == 401
            problem = json.loads(await read_capped(response, 4096))
        assert problem["type"] == "urn:wortley:problem:signature-missing"
