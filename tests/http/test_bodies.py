"""Bodies at their caps, bombs, and the memory that all the bad requests leave."""

import asyncio
import gc
import hashlib
from pathlib import Path
from typing import Final

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from node.sync.coding import compress
from node.web.bodies import (
    BUDGET,
    FREE_BYTES,
    BodyBudget,
    read_body,
    read_coded,
)
from node.web.gate import ConnectionGate
from node.web.problems import Problem
from tests.http.wire import (
    BODY_BYTES,
    GOOD,
    application,
    check_problem,
    exchange,
    read_cases,
    serving,
)

MIB: Final = 1024 * 1024


def posted(body: bytes, *, coding: str = "zstd", path: str = "/body") -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: north.example\r\n"
        f"Content-Encoding: {coding}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


def resident_bytes(*, collected: bool = True) -> int:
    if collected:
        gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096


@pytest.mark.parametrize("size", [0, 1, BODY_BYTES])
async def test_a_coded_body_within_the_cap(size: int) -> None:
    async with serving() as port:
        answer = await exchange(port, (posted(compress(bytes(size))),))
    assert answer.body == f"{size} bytes".encode()


@pytest.mark.parametrize("size", [BODY_BYTES + 1, 10 * MIB])
async def test_a_coded_body_beyond_the_cap(size: int) -> None:
    async with serving() as port:
        answer = await exchange(port, (posted(compress(bytes(size))),))
        assert check_problem(answer)["detail"] == f"at most {BODY_BYTES} bytes"
        assert answer.status == "413"
        assert (await exchange(port, (GOOD,))).status == "200"


@pytest.mark.parametrize("coding", ["zstd", "gzip", "deflate", "br", "identity"])
async def test_nothing_is_decoded_for_a_handler_that_does_not_read(coding: str) -> None:
    bomb = compress(bytes(32 * MIB))
    async with serving() as port:
        before = resident_bytes()
        answer = await exchange(port, (posted(bomb, coding=coding, path="/ignore"),))
        assert answer.status == "200"
        assert resident_bytes() - before < MIB


async def test_the_whole_catalogue_leaves_little_behind() -> None:
    cases = [case for case in read_cases("bad.txt") if "408" not in case.expected]
    async with serving() as port:
        for case in cases[:20]:
            await exchange(port, case.pieces)
        before = resident_bytes()
        for case in cases:
            await exchange(port, case.pieces)
        assert resident_bytes() - before < 8 * MIB


async def test_a_refused_body_is_let_go_at_once() -> None:
    """Not when the cycle collector happens to run: exceptions keep frames alive."""
    app = application()

    async def read(request: web.Request) -> web.Response:
        await read_body(request, 4 * MIB)
        return web.Response()

    app.router.add_post("/read", read)
    bomb = posted(compress(bytes(64 * MIB)), path="/read")
    async with serving(app=app) as port:
        await exchange(port, (bomb,))
        before = resident_bytes()
        gc.disable()
        try:
            for _ in range(15):
                assert (await exchange(port, (bomb,))).status == "413"
            assert resident_bytes(collected=False) - before < 24 * MIB
        finally:
            gc.enable()


async def test_a_client_that_leaves_is_no_news(
    caplog: pytest.LogCaptureFixture,
) -> None:
    gate = ConnectionGate()
    async with serving(gate=gate) as port:
        for method, target in (("POST", "/body"), ("GET", "/slow"), ("GET", "/big")):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            head = f"{method} {target} HTTP/1.1\r\nHost: north.example\r\n"
            writer.write(f"{head}Content-Length: 9\r\n\r\nhello".encode())
            await asyncio.sleep(0.05)
            writer.transport.abort()
        while gate.open:  # noqa: ASYNC110 - nothing in the server tells a test
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.3)
    assert not caplog.records


def test_large_bodies_share_a_budget_and_small_ones_are_free() -> None:
    budget = BodyBudget(100)
    first, second, third = (make_mocked_request("POST", "/") for _ in range(3))
    budget.take(first, FREE_BYTES)
    assert budget.taken == 0
    budget.take(first, 60)
    budget.take(second, FREE_BYTES + 40)
    assert budget.taken == 100
    with pytest.raises(Problem) as caught:
        budget.take(third, FREE_BYTES + 1)
    assert caught.value.status == 503
    assert caught.value.headers["Retry-After"]
    budget.take(third, FREE_BYTES)
    for request in (first, second, third):
        budget.give_back(request)
        budget.give_back(request)
    assert budget.taken == 0


async def test_the_budget_is_given_back_whatever_happened() -> None:
    app = application()
    taken: list[int] = []

    async def hold(request: web.Request) -> web.Response:
        await read_body(request, MIB)
        taken.append(request.config_dict[BUDGET].taken)
        raise RuntimeError("after the body")

    app.router.add_post("/hold", hold)
    async with serving(app=app) as port:
        body = compress(bytes(FREE_BYTES * 2))
        for _ in range(3):
            answer = await exchange(port, (posted(body, path="/hold"),))
            assert answer.status == "500"
        await exchange(port, (posted(bytes(MIB + 1), coding="", path="/hold"),))
        assert app[BUDGET].taken == 0
    assert taken == [FREE_BYTES + len(body)] * 3


async def test_a_digest_is_of_what_was_read() -> None:
    app = application()
    frame = compress(b"events")

    async def digest(request: web.Request) -> web.Response:
        coded = await read_coded(request, MIB)
        return web.Response(text=coded.digest().hex())

    app.router.add_post("/digest", digest)
    async with serving(app=app) as port:
        answer = await exchange(port, (posted(frame, path="/digest"),))
    assert answer.body.decode() == hashlib.sha256(frame).hexdigest()
