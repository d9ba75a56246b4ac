"""How the server is set up: the parser it insists on, its places, its Host names."""

import os
import socket
import stat
from pathlib import Path
from typing import Final

import pytest
from aiohttp import ClientSession, http_parser, web

from node.errors import UserFault
from node.web.server import (
    require_c_parser,
    start_server,
    start_unix_server,
    unix_connector,
)
from node.web.unix import PATH_BYTES

HOSTS: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})


def application() -> web.Application:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(text=request.path)

    app = web.Application()
    app.router.add_get("/{name}", handler)
    return app


async def asked(path: Path, host: str = "localhost") -> int:
    async with (
        ClientSession(connector=unix_connector(path)) as session,
        session.get(f"http://{host}/hello") as response,
    ):
        return response.status


@pytest.fixture
def deep(tmp_path: Path) -> Path:
    """A folder far deeper than the address of a unix socket has room for."""
    folder = tmp_path.joinpath(*(["a-folder-with-a-long-name"] * 8))
    folder.mkdir(parents=True)
    assert len(os.fsencode(folder)) > 2 * PATH_BYTES
    return folder


async def test_a_free_port_is_named() -> None:
    running = await start_server(application(), "127.0.0.1", 0, allowed_hosts=HOSTS)
    try:
        async with (
            ClientSession() as session,
            session.get(f"{running.url}/hello") as response,
        ):
            assert await response.text() == "/hello"
    finally:
        await running.close()


async def test_a_taken_port_is_an_error_and_leaves_nothing() -> None:
    cleaned: list[web.Application] = []

    async def clean(app: web.Application) -> None:
        cleaned.append(app)

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        app = application()
        app.on_cleanup.append(clean)
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            await start_server(app, "127.0.0.1", port, allowed_hosts=HOSTS)
    assert cleaned == [app]


async def test_without_the_c_parser_nothing_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    require_c_parser()
    python = http_parser.HttpRequestParserPy
    monkeypatch.setattr(http_parser, "HttpRequestParser", python)
    with pytest.raises(UserFault) as caught:
        await start_server(application(), "127.0.0.1", 0, allowed_hosts=HOSTS)
    assert caught.value.code == "http-parser-missing"
    with pytest.raises(UserFault):
        await start_unix_server(application(), tmp_path / "s")
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("name", ["s", "control.sock", "n" * 80])
async def test_a_unix_socket_however_deep(deep: Path, name: str) -> None:
    path = deep / name
    running = await start_unix_server(application(), path)
    try:
        mode = path.stat().st_mode
        assert stat.S_ISSOCK(mode)
        assert stat.S_IMODE(mode) == 0o600
        assert await asked(path) == 200
        assert await asked(path, "evil.example") == 421
    finally:
        await running.close()
    assert not path.exists()


async def test_a_short_path_needs_no_proc(tmp_path: Path) -> None:
    running = await start_unix_server(application(), tmp_path / "s")
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(tmp_path / "s"))
        assert await asked(tmp_path / "s") == 200
    finally:
        await running.close()


async def test_no_descriptor_is_left(deep: Path) -> None:
    def opened() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    path = deep / "s"
    before = opened()
    for _ in range(3):
        running = await start_unix_server(application(), path)
        await asked(path)
        with pytest.raises(UserFault):
            await start_unix_server(application(), path)
        await running.close()
        with pytest.raises(UserFault):
            await start_unix_server(application(), deep / ("n" * 200))
    assert opened() == before


async def test_the_mode_does_not_depend_on_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        running = await start_unix_server(application(), tmp_path / "s")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o600
    await running.close()


@pytest.mark.parametrize("depth", ["tmp_path", "deep"])
async def test_a_stale_socket_is_replaced(
    depth: str, request: pytest.FixtureRequest
) -> None:
    folder: Path = request.getfixturevalue(depth)
    path = folder / "s"
    short = socket.socket(socket.AF_UNIX)
    descriptor = os.open(folder, os.O_RDONLY)
    short.bind(f"/proc/self/fd/{descriptor}/s")
    short.close()
    os.close(descriptor)
    assert path.exists()
    running = await start_unix_server(application(), path)
    try:
        assert await asked(path) == 200
    finally:
        await running.close()


async def test_a_served_socket_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s"
    running = await start_unix_server(application(), path)
    try:
        with pytest.raises(UserFault) as caught:
            await start_unix_server(application(), path)
        assert caught.value.code == "socket-in-use"
        assert await asked(path) == 200
    finally:
        await running.close()


async def test_a_file_that_is_no_socket_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s"
    path.write_text("precious")
    with pytest.raises(UserFault):
        await start_unix_server(application(), path)
    assert path.read_text() == "precious"


async def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        await start_unix_server(application(), tmp_path / "none" / "s")
    with pytest.raises(FileNotFoundError):
        unix_connector(tmp_path / "none" / "s")
