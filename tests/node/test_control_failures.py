"""Nodes that fail, hang or answer nonsense, and what is said to who asked them."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from node import run
from node.control import SOCKET, asking, serve, wire
from node.errors import DiskFailed, OurFault, UserFault, WorldFault, WortleyError
from tests.node.controlled import SOON_S, TABLE, ask, failing, found, nobody, running


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WORTLEY_ANCHOR_DIR", str(tmp_path / "anchor"))
    return found(tmp_path / "data")


def test_a_fatal_error_is_answered_and_then_stops_the_node(data: Path) -> None:
    fatal = DiskFailed(path=data, doing="fsync", cause=OSError(5, "I/O error"))
    table = {"write": failing(fatal)}
    with running(data, table) as ended, pytest.raises(WorldFault) as one:
        ask(data, "write", {})
    assert one.value.code == "disk-failed"
    assert ended == [fatal]


def test_an_error_of_the_body_passes_through(data: Path) -> None:
    async def stop() -> None:
        async with run.open_node(data) as node, serve(node, TABLE, data / SOCKET):
            raise TimeoutError("of the body")

    with pytest.raises(TimeoutError, match="of the body"):
        asyncio.run(stop())


@contextmanager
def stand_in(path: Path, *answers: bytes) -> Iterator[None]:
    """Something at the socket that takes one request per answer, and hangs up."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def answer_all() -> None:
            for answer in answers:
                one, _ = listener.accept()
                with one:
                    one.recv(65536)
                    one.sendall(answer)

        thread = threading.Thread(target=answer_all)
        thread.start()
        try:
            yield
        finally:
            thread.join(SOON_S)
    path.unlink()


HEAD: Final = "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"", "node-gone"),
        (HEAD.format(wire.NDJSON).encode() + b'{"progress"', "node-gone"),
        (HEAD.format("text/html").encode() + b"<p>", "answer-form"),
    ],
)
def test_answers_that_are_none(data: Path, answer: bytes, code: str) -> None:
    with stand_in(data / SOCKET, answer), pytest.raises(WortleyError) as one:
        ask(data, "echo", {})
    assert one.value.code == code


def test_a_node_that_hangs_is_not_waited_for_in_vain(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "ANSWER_S", 0.1)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(data / SOCKET))
        listener.listen()
        with pytest.raises(WorldFault) as one:
            ask(data, "echo", {})
    assert one.value.code == "node-silent"
    assert "look before you ask again" in one.value.way_out


@pytest.mark.parametrize(
    ("status", "kind"), [(413, UserFault), (503, WorldFault), (404, OurFault)]
)
def test_refusals_of_the_server_itself(status: int, kind: type[WortleyError]) -> None:
    problem = wire.Problem(
        type="urn:wortley:problem:busy", title="Come back later.", status=status
    )
    error = wire.error_of(problem)
    assert type(error) is kind
    assert (error.code, error.detail) == ("busy", "Come back later.")


@pytest.mark.parametrize("runs", [True, False])
def test_more_than_arguments_hold_is_refused(data: Path, *, runs: bool) -> None:
    with running(data) if runs else nobody(), pytest.raises(UserFault) as one:
        ask(data, "echo", {"words": "x" * wire.ARGS_BYTES})
    assert one.value.code == "args-too-large"
