"""Clients that are slow, silent, greedy or many; each costs its time and no more."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

import pytest

from node.web.connection import Limits
from node.web.gate import LOOPBACK, ConnectionGate, address_of
from tests.http.wire import (
    BODY_S,
    GOOD,
    LIMITS,
    check_problem,
    exchange,
    parse,
    serving,
)

#: What a busy machine may add to any deadline: the watchdog's tick and much more.
GRACE_S: Final = 0.9
HEAD: Final = b"GET / HTTP/1.1\r\nHost: north.example\r\nX-A: "


class Line(NamedTuple):
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    opened: float

    def open_s(self) -> float:
        return time.monotonic() - self.opened


@asynccontextmanager
async def connected(port: int, source: str = "127.0.0.1") -> AsyncIterator[Line]:
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, local_addr=(source, 0)
    )
    try:
        yield Line(reader, writer, time.monotonic())
    finally:
        writer.transport.abort()


async def trickle(line: Line, data: bytes = b"x", every_s: float = 0.05) -> bytes:
    """Send a little again and again until the server closes; give what it said."""
    said = b""
    while True:
        try:
            line.writer.write(data)
            await line.writer.drain()
            async with asyncio.timeout(every_s):
                more = await line.reader.read(65536)
        except TimeoutError:
            continue
        except ConnectionError:
            return said
        if not more:
            return said
        said += more


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that the server does by itself."""
    while not condition():  # noqa: ASYNC110 - nothing in the server tells a test
        await asyncio.sleep(0.01)


async def rest(line: Line) -> bytes:
    """Read until the server closes."""
    try:
        return await line.reader.read()
    except ConnectionError:
        return b""


async def test_silence_is_cut_when_the_head_is_due() -> None:
    async with serving() as port, connected(port) as line:
        assert await rest(line) == b""
        assert LIMITS.head_s <= line.open_s() + 0.05 < LIMITS.head_s + GRACE_S


async def test_a_trickling_head_is_cut_when_it_is_due() -> None:
    async with serving() as port, connected(port) as line:
        line.writer.write(HEAD)
        assert await trickle(line) == b""
        assert line.open_s() < LIMITS.head_s + GRACE_S


async def test_an_idle_connection_is_cut_after_its_time() -> None:
    async with serving() as port, connected(port) as line:
        line.writer.write(GOOD)
        said = await rest(line)
        assert parse(said).status == "200"
        idle = LIMITS.keepalive_s
        assert idle <= line.open_s() + 0.05 < idle + GRACE_S


async def test_a_connection_in_use_stays() -> None:
    limits = Limits(head_s=0.4, keepalive_s=0.5)
    async with serving(limits=limits) as port, connected(port) as line:
        while line.open_s() < 2 * limits.keepalive_s:
            line.writer.write(GOOD)
            head = await line.reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200")
            assert await line.reader.readexactly(4) == b"fine"
            await asyncio.sleep(0.1)


async def test_a_second_head_that_trickles_is_cut_like_the_first() -> None:
    limits = Limits(head_s=0.4, keepalive_s=30)
    async with serving(limits=limits) as port, connected(port) as line:
        line.writer.write(GOOD + HEAD)
        assert (await trickle(line)).count(b"HTTP/1.1 200") == 1
        assert line.open_s() < limits.head_s + GRACE_S


@pytest.mark.parametrize(
    "framing", [b"Content-Length: 900", b"Transfer-Encoding: chunked"]
)
async def test_a_trickling_body_is_answered_in_time(framing: bytes) -> None:
    async with serving() as port, connected(port) as line:
        line.writer.write(b"POST /body HTTP/1.1\r\nHost: north.example\r\n")
        line.writer.write(framing + b"\r\n\r\n")
        piece = b"1\r\nx\r\n" if framing.startswith(b"Transfer") else b"x"
        answer = parse(await trickle(line, piece))
        assert answer.status == "408"
        check_problem(answer)
        assert line.open_s() < BODY_S + LIMITS.linger_s + 1 + GRACE_S


async def test_a_body_that_nobody_reads_is_not_drained_for_long() -> None:
    async with serving() as port, connected(port) as line:
        line.writer.write(b"POST /ignore HTTP/1.1\r\nHost: north.example\r\n")
        line.writer.write(b"Content-Length: 9999999999\r\n\r\n")
        answer = parse(await trickle(line))
        assert answer.status == "200"
        assert line.open_s() < LIMITS.linger_s + 1 + GRACE_S


async def test_a_body_that_comes_after_its_answer() -> None:
    limits = Limits(linger_s=0.1, keepalive_s=2)
    async with serving(limits=limits) as port, connected(port) as line:
        line.writer.write(b"POST /ignore HTTP/1.1\r\nHost: north.example\r\n")
        line.writer.write(b"Content-Length: 5\r\n\r\n")
        await line.reader.readuntil(b"fine")
        line.writer.write(b"hello")
        await asyncio.sleep(1.2)  # past the time to linger, and its second
        line.writer.write(GOOD)
        assert (await line.reader.readline()).startswith(b"HTTP/1.1 200")


async def test_a_head_after_a_late_body_is_due_like_any() -> None:
    limits = Limits(head_s=0.4, keepalive_s=30)
    async with serving(limits=limits) as port, connected(port) as line:
        line.writer.write(b"POST /ignore HTTP/1.1\r\nHost: north.example\r\n")
        line.writer.write(b"Content-Length: 5\r\n\r\n")
        await line.reader.readuntil(b"fine")
        line.writer.write(b"hello")
        await asyncio.sleep(0.05)
        line.writer.write(HEAD)
        assert await trickle(line) == b""
        assert line.open_s() < limits.head_s + GRACE_S


async def test_a_body_that_nobody_reads_is_not_drained_for_much() -> None:
    limits = Limits(linger_s=20, drain_bytes=64 * 1024, wire_bytes=1 << 40)
    async with serving(limits=limits) as port, connected(port) as line:
        line.writer.write(b"POST /ignore HTTP/1.1\r\nHost: north.example\r\n")
        line.writer.write(b"Content-Length: 9999999999\r\n\r\n")
        await trickle(line, bytes(256 * 1024), 0.01)
        assert line.open_s() < GRACE_S


async def test_requests_are_not_piled_up_behind_a_slow_one() -> None:
    limits = Limits(pipelined_bytes=1000, shutdown_s=0.1)
    async with serving(limits=limits) as port, connected(port) as line:
        line.writer.write(b"GET /slower HTTP/1.1\r\nHost: north.example\r\n\r\n")
        await asyncio.sleep(0.02)
        assert await trickle(line, GOOD * 10, 0.01) == b""
        assert line.open_s() < GRACE_S


async def test_framing_without_a_body_is_cut() -> None:
    """Chunk extensions are no body, so no handler's limit counts them."""
    limits = Limits(wire_bytes=256 * 1024)
    async with serving(limits=limits) as port, connected(port) as line:
        line.writer.write(b"POST /slow HTTP/1.1\r\nHost: north.example\r\n")
        line.writer.write(b"Transfer-Encoding: chunked\r\n\r\n5;a=")
        await trickle(line, b"b" * 65536, 0.01)
        assert line.open_s() < GRACE_S


@pytest.mark.parametrize("path", [b"/big", b"/stream"])
async def test_a_client_that_does_not_read_is_cut(path: bytes) -> None:
    gate = ConnectionGate()
    async with serving(gate=gate) as port:
        async with connected(port) as line:
            sock = line.writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.writer.transport.pause_reading()  # type: ignore[attr-defined]
            line.writer.write(
                b"GET " + path + b" HTTP/1.1\r\nHost: north.example\r\n\r\n"
            )
            await asyncio.sleep(0.1)
            assert gate.open == 1
            await until(lambda: gate.open == 0)
            assert line.open_s() < 2 * LIMITS.stall_s + GRACE_S
        assert (await exchange(port, (GOOD,))).status == "200"


@pytest.mark.parametrize("path", [b"/big", b"/stream"])
async def test_a_client_that_reads_slowly_gets_it_all(path: bytes) -> None:
    async with serving() as port, connected(port) as line:
        line.writer.write(b"GET " + path + b" HTTP/1.1\r\nHost: north.example\r\n\r\n")
        size = 0
        while size < 32 * 1024 * 1024:
            more = await line.reader.read(1024 * 1024)
            assert more, f"cut after {size} bytes and {line.open_s()} s"
            size += len(more)
            if line.open_s() < 2 * LIMITS.stall_s:
                await asyncio.sleep(0.05)


async def test_stopping_does_not_wait_for_clients() -> None:
    gate = ConnectionGate()
    server = serving(gate=gate, limits=Limits(shutdown_s=0.4))
    port = await server.__aenter__()
    async with connected(port) as silent, connected(port) as deaf:
        silent.writer.write(HEAD)
        deaf.writer.transport.pause_reading()  # type: ignore[attr-defined]
        deaf.writer.write(b"GET /big HTTP/1.1\r\nHost: north.example\r\n\r\n")
        await until(lambda: gate.open == 2)
        await asyncio.sleep(0.1)
        started = time.monotonic()
        await server.__aexit__(None, None, None)
        assert time.monotonic() - started < 0.4 + GRACE_S
        assert gate.open == 0


async def test_one_address_has_its_share() -> None:
    gate = ConnectionGate(total=8, per_address=3)
    async with serving(gate=gate, limits=Limits()) as port:
        async with connected(port), connected(port), connected(port):
            answer = await exchange(port, (GOOD,))
            assert answer.status == "503"
            check_problem(answer)
            assert answer.headers["retry-after"]
            async with connected(port, "127.0.0.2") as other:
                other.writer.write(GOOD)
                assert (await other.reader.readline()).startswith(b"HTTP/1.1 200")
        await until(lambda: gate.open == 0)
        assert (await exchange(port, (GOOD,))).status == "200"


async def test_all_together_have_theirs() -> None:
    gate = ConnectionGate(total=2, per_address=2)
    async with serving(gate=gate, limits=Limits()) as port:
        async with (
            connected(port),
            connected(port),
            connected(port, "127.0.0.2") as third,
        ):
            assert parse(await rest(third)).status == "503"
        await until(lambda: gate.open == 0)
        assert (await exchange(port, (GOOD,))).status == "200"


async def test_a_trusted_proxy_has_no_share_of_its_own() -> None:
    gate = ConnectionGate(per_address=1, uncapped=LOOPBACK)
    async with (
        serving(gate=gate, limits=Limits()) as port,
        connected(port),
        connected(port),
    ):
        assert (await exchange(port, (GOOD,))).status == "200"


async def test_a_flood_of_connections_leaves_the_others_served() -> None:
    gate = ConnectionGate(total=64, per_address=16)
    async with serving(gate=gate, limits=Limits()) as port:
        flood = [await asyncio.open_connection("127.0.0.1", port) for _ in range(200)]
        await until(lambda: gate.open == 16)
        await asyncio.sleep(0.1)
        assert gate.open == 16
        async with connected(port, "127.0.0.2") as line:
            line.writer.write(GOOD)
            assert (await line.reader.readline()).startswith(b"HTTP/1.1 200")
        for _, writer in flood:
            writer.transport.abort()
        await until(lambda: gate.open == 0)


@pytest.mark.parametrize(
    ("peername", "address"),
    [
        (("192.0.2.7", 4711), "192.0.2.7"),
        (("::ffff:192.0.2.7", 4711, 0, 0), "192.0.2.7"),
        (("2001:db8:1:2:3:4:5:6", 4711, 0, 0), "2001:db8:1:2::/64"),
        (("2001:db8:1:2::9", 4711, 0, 0), "2001:db8:1:2::/64"),
        (("fe80::1%eth0", 4711, 0, 2), "fe80::/64"),
        ("", ""),
        (None, ""),
    ],
)
def test_addresses_as_the_caps_count_them(peername: object, address: str) -> None:
    assert address_of(peername) == address


def test_this_machine_is_known_by_both_its_addresses() -> None:
    names = {address_of((address, 8750)) for address in ("127.0.0.1", "::1")}
    assert names == LOOPBACK
