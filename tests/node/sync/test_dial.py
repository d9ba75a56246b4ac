"""Hostile cards and hostile servers, when we are the client."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
import pytest

from node.sync.addresses import AddressPolicy
from node.sync.coding import compress
from node.sync.dial import (
    AnswerRefused,
    DialRefused,
    client_session,
    peer_url,
    read_capped,
)

LOOPBACK: Final = AddressPolicy(classes=frozenset({"loopback"}))
GLOBAL: Final = AddressPolicy(classes=frozenset({"global"}))
KEPT: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
OK: Final = KEPT.replace(b"Content", b"Connection: close\r\nContent")
LIMIT: Final = 1000

Answering = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """A server of raw bytes. heads: what it was asked, in the order of arrival."""

    def __init__(self, answer: bytes | Answering) -> None:
        self._answer = answer
        self.heads: list[str] = []
        self.port = 0

    async def __call__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            self.heads.append(head.decode())
            if isinstance(self._answer, bytes):
                writer.write(self._answer)
                await writer.drain()
            else:
                await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def serving(answer: bytes | Answering) -> AsyncIterator[Server]:
    handler = Server(answer)
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    handler.port = server.sockets[0].getsockname()[1]
    try:
        yield handler
    finally:
        server.close()


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """What names resolve to, one list of addresses each time they are asked for."""
    table: dict[str, list[list[str]]] = {}
    ask = socket.getaddrinfo

    def answer(host: str, port: int, *rest: Any, **named: Any) -> Any:  # noqa: ANN401
        if host not in table:
            return ask(host, port, *rest, **named)
        addresses = table[host].pop(0) if len(table[host]) > 1 else table[host][0]
        kind = socket.SOCK_STREAM
        return [
            (socket.AF_INET6, kind, 6, "", (each, port, 0, 0))
            if ":" in each
            else (socket.AF_INET, kind, 6, "", (each, port))
            for each in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return table


async def got(url: str, policy: AddressPolicy = LOOPBACK, **named: Any) -> bytes:  # noqa: ANN401
    async with (
        client_session(policy) as session,
        session.get(url, **named) as response,
    ):
        return await read_capped(response, LIMIT, 0.3)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("http://north.example", "http://north.example"),
        ("https://north.example:8443/a?b=c", "https://north.example:8443/a?b=c"),
        ("HTTP://North.Example:80/", "http://north.example/"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("http://node_1:8080/", "http://node_1:8080/"),
        ("http://xn--nrth-5qa.example/", "http://xn--nrth-5qa.example/"),
        ("http://nörth.example/ü?ü", "http://xn--nrth-5qa.example/%C3%BC?%C3%BC"),
        ("http://127.0.0.1.example/", "http://127.0.0.1.example/"),
        ("http://\uff11\uff12\uff17.0.0.1/", "http://127.0.0.1/"),
    ],
)
def test_a_peers_url(text: str, sent: str) -> None:
    assert str(peer_url(text)) == sent
    assert str(peer_url(sent)) == sent


@pytest.mark.parametrize(
    "text",
    [
        "",
        "north.example",
        "/path",
        "//north.example/",
        "http:///path",
        "http://",
        "ftp://north.example/",
        "file:///etc/passwd",
        "ws://north.example/",
        "unix://north.example/",
        "javascript:alert(1)",
        "http://user@north.example/",
        "http://user:word@north.example/",
        "http://:word@north.example/",
        "http://north.example/\r\nHost: evil",
        "http://127.0.0.1:80@evil.example/",
        "http://north.example/#fragment",
        "http://north.example:99999/",
        "http://north.example:http/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://017700000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.0.1./",
        "http://127.0.0.01/",
        "http://1.2.3.256/",
        "http://1.2.3.4.5/",
        "http://[fe80::1%25eth0]/",
        "http://[::1/",
        "http://[::g]/",
        "http://north.example./",
        "http://.example/",
        "http://a..b/",
        "http://-a/",
        "http://a b/",
        "http://a\tb/",
        "http://a%20b/",
        "http://a\\b/",
        "http://*/",
        "http://" + "a" * 64 + "/",
        "http://north.example/" + "a" * 3000,
        "http://north.example/\ud800",
    ],
)
def test_an_odd_url_is_refused(text: str) -> None:
    with pytest.raises(DialRefused) as caught:
        peer_url(text)
    assert caught.value.code == "url-refused"


@pytest.mark.parametrize(
    ("host", "policy"),
    [
        ("127.0.0.1", GLOBAL),
        ("[::1]", GLOBAL),
        ("[::ffff:127.0.0.1]", GLOBAL),
        ("localhost", GLOBAL),
        ("0.0.0.0", LOOPBACK),  # noqa: S104 - dialled, not bound
        ("[::]", LOOPBACK),
        ("[::ffff:0.0.0.0]", LOOPBACK),
        ("169.254.169.254", LOOPBACK),
        ("[fe80::1]", LOOPBACK),
        ("10.0.0.1", LOOPBACK),
        ("224.0.0.1", LOOPBACK),
    ],
)
async def test_no_socket_is_made_for_a_foreign_class(
    host: str, policy: AddressPolicy
) -> None:
    async with serving(OK) as server:
        with pytest.raises(DialRefused) as caught:
            await got(f"http://{host}:{server.port}/", policy)
    assert caught.value.code == "address-refused"
    assert server.heads == []


@pytest.mark.parametrize(
    "url",
    [
        "http://2130706433:{}/",
        "http://0x7f.0.0.1:{}/",
        "http://0177.0.0.1:{}/",
        "http://127.1:{}/",
        "http://user:word@127.0.0.1:{}/",
    ],
)
async def test_the_session_itself_refuses_odd_urls(url: str) -> None:
    async with serving(OK) as server:
        with pytest.raises(aiohttp.ClientError):
            await got(url.format(server.port))
    assert server.heads == []


async def test_an_allowed_address_is_dialled() -> None:
    async with serving(OK) as server:
        for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]"):
            assert await got(f"http://{host}:{server.port}/") == b"ok"


async def test_every_address_of_a_name_is_checked(
    names: dict[str, list[list[str]]],
) -> None:
    names["mixed.example"] = [["169.254.169.254", "fe80::1", "127.0.0.1"]]
    names["foreign.example"] = [["169.254.169.254", "10.0.0.1", "fe80::1"]]
    names["one.example"] = [["10.0.0.1"]]
    async with serving(OK) as server:
        assert await got(f"http://mixed.example:{server.port}/") == b"ok"
        for name in ("foreign.example", "one.example"):
            with pytest.raises(DialRefused) as caught:
                await got(f"http://{name}:{server.port}/")
            assert caught.value.code == "address-refused"


async def test_a_name_that_changes_its_mind(
    names: dict[str, list[list[str]]],
) -> None:
    """Checked on the card, good the first time, another address when it counts."""
    names["rebinding.example"] = [["127.0.0.1"], ["169.254.169.254"]]
    async with serving(OK) as server, client_session(LOOPBACK) as session:
        url = peer_url(f"http://rebinding.example:{server.port}/")
        async with session.get(url) as response:
            assert await read_capped(response, LIMIT) == b"ok"
        assert isinstance(session.connector, aiohttp.TCPConnector)
        session.connector.clear_dns_cache()
        with pytest.raises(DialRefused):
            await session.get(url)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(status: int) -> None:
    async with serving(OK) as other:
        place = f"http://127.0.0.1:{other.port}/"
        head = f"HTTP/1.1 {status} There\r\nLocation: {place}\r\n"
        answer = (head + "Content-Length: 0\r\n\r\n").encode()
        async with serving(answer) as server:
            with pytest.raises(DialRefused) as caught:
                await got(f"http://127.0.0.1:{server.port}/", allow_redirects=True)
    assert caught.value.code == "redirect-refused"
    assert other.heads == []


async def test_what_is_sent_of_ourselves(
    monkeypatch: pytest.MonkeyPatch, names: dict[str, list[list[str]]]
) -> None:
    names["peer.example"] = [["127.0.0.1"]]  # no jar keeps cookies of an address
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1/")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1/")
    cookie = OK.replace(
        b"\r\n\r\n", b"\r\nSet-Cookie: a=b\r\nConnection: close\r\n\r\n"
    )
    async with serving(cookie) as server, client_session(LOOPBACK) as session:
        for _ in range(2):
            async with session.get(
                f"http://peer.example:{server.port}/a%2Fb"
            ) as response:
                await response.read()
    for head in server.heads:
        first, *lines = head.rstrip().split("\r\n")
        assert first == "GET /a%2Fb HTTP/1.1"
        assert sorted(lines) == [
            "Accept-Encoding: zstd",
            "Accept: */*",
            f"Host: peer.example:{server.port}",
            "User-Agent: wortley",
        ]


@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
async def test_nothing_is_sent_twice(method: str) -> None:
    """aiohttp would send a GET again when a kept connection breaks: nonce and all."""

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(KEPT)
        server.heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        # and then no answer

    async with serving(once) as server, client_session(LOOPBACK) as session:
        url = f"http://127.0.0.1:{server.port}/"
        async with session.get(url) as response:
            assert await response.read() == b"ok"
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.request(method, url)
    assert len(server.heads) == 2


def body(data: bytes, *, coding: str = "", length: int | None = None) -> bytes:
    size = len(data) if length is None else length
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {size}\r\n"
    head += f"Content-Encoding: {coding}\r\n" if coding else ""
    return (head + "\r\n").encode() + data


@pytest.mark.parametrize(
    ("answer", "data"),
    [
        (body(b""), b""),
        (body(b"x" * LIMIT), b"x" * LIMIT),
        (body(compress(b"x" * LIMIT), coding="zstd"), b"x" * LIMIT),
        (body(b"x", coding="identity"), b"x"),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", b"until the end"),
    ],
)
async def test_an_answer_within_the_limit(answer: bytes, data: bytes) -> None:
    async with serving(answer) as server:
        assert await got(f"http://127.0.0.1:{server.port}/") == data


async def endless(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(bytes(65536))
        await writer.drain()


async def trickling(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (body(b"x" * (LIMIT + 1)), "answer-too-large"),
        (body(b"x", length=10**12), "answer-too-large"),
        (endless, "answer-too-large"),
        (trickling, "answer-too-slow"),
        (body(compress(b"x" * (LIMIT + 1)), coding="zstd"), "answer-too-large"),
        (body(compress(bytes(10**8))[:900], coding="zstd"), "answer-too-large"),
        (body(compress(b"x" * 99)[:-1], coding="zstd"), "answer-coding"),
        (body(b"hello", coding="zstd"), "answer-coding"),
        (body(b"hello", coding="gzip"), "answer-coding"),
        (body(b"hello", coding="zstd, zstd"), "answer-coding"),
    ],
)
async def test_an_answer_that_is_refused(answer: bytes | Answering, code: str) -> None:
    async with serving(answer) as server, asyncio.timeout(2):
        with pytest.raises(AnswerRefused) as caught:
            await got(f"http://127.0.0.1:{server.port}/")
    assert caught.value.code == code


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"hello\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"b" * 20_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 1000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
        body(b"hello", length=10),
    ],
)
async def test_a_broken_answer_is_one_kind_of_error(answer: bytes) -> None:
    async with serving(answer) as server, asyncio.timeout(2):
        with pytest.raises(aiohttp.ClientError):
            await got(f"http://127.0.0.1:{server.port}/")


async def test_a_server_that_says_nothing() -> None:
    async def silent(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)

    async with (
        serving(silent) as server,
        client_session(LOOPBACK, silence_s=0.2) as session,
        asyncio.timeout(2),
    ):
        with pytest.raises(TimeoutError):
            await session.get(f"http://127.0.0.1:{server.port}/")
