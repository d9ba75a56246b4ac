"""The socket between a node and the programs that ask it: both sides, and neither."""

import asyncio
import os
import socket
import stat
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from node import folder, run
from node.commands.command import Tell, command
from node.control import SOCKET, Unexpected, asking, call, desk
from node.errors import UserFault, WortleyError
from node.node import Node
from node.web.unix import PATH_BYTES, unix_connector
from protocol.errors import Malformed
from protocol.roster.change import Charter
from tests.node.controlled import (
    ERRORS,
    SOON_S,
    Answer,
    Args,
    ask,
    found,
    nobody,
    running,
)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WORTLEY_ANCHOR_DIR", str(tmp_path / "anchor"))
    return found(tmp_path / "data")


# -- a node runs, or none does: the same answers -------------------------------------


def test_a_running_node_answers(data: Path) -> None:
    with running(data):
        # No table: whoever asks a running node needs none.
        answer = call(data, "echo", {"words": "héllo"}, commands={})
    assert answer == {"count": 1, "words": "héllo", "pid": os.getpid()}


def test_without_a_node_the_command_runs_here(data: Path) -> None:
    told: list[tuple[int, int | None, str]] = []
    answer = ask(data, "echo", {"count": 2}, lambda *all_: told.append(all_))
    assert answer == {"count": 2, "words": "", "pid": os.getpid()}
    assert told[-2:] == [(1, 2, "things"), (2, 2, "things")]
    folder.lock(data).release()


@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_the_same_both_ways(data: Path, name: str) -> None:
    error = ERRORS[name]
    with running(data) as ended, pytest.raises(WortleyError) as there:
        ask(data, name, {})
    assert not ended
    expected = (type(error) if isinstance(error, WortleyError) else Exception).__name__
    match error:
        case WortleyError(code=code, detail=detail, way_out=way_out, fields=fields):
            kept = {key: str(v) if key == "path" else v for key, v in fields.items()}
            assert type(there.value).__name__ == expected
        case Malformed(code=code, detail=detail):
            detail, way_out, kept = f"{detail}.", "", {}
            assert type(there.value) is UserFault
        case _:
            code, detail = "unexpected", "The node made a mistake: KeyError('lost')."
            way_out = "Please report it, with what the node's log says of it."
            kept = {}
            assert type(there.value) is Unexpected
            assert there.value.exit_code == 1
    got = there.value
    assert (got.code, got.detail, got.way_out, got.fields) == (
        code,
        detail,
        way_out,
        kept,
    )
    with pytest.raises(KeyError if name == "fault.unknown" else WortleyError) as here:
        ask(data, name, {})
    if isinstance(here.value, WortleyError):
        assert here.value.code == got.code
        assert here.value.exit_code == got.exit_code


@pytest.mark.parametrize("runs", [True, False])
def test_wrong_arguments_name_the_field(data: Path, *, runs: bool) -> None:
    with running(data) if runs else nobody(), pytest.raises(UserFault) as one:
        ask(data, "echo", {"count": "many"})
    assert one.value.code == "args-wrong"
    assert one.value.detail == "count: Expected `int`, got `str`."
    assert one.value.fields == {"field": "count"}
    assert one.value.way_out == "`wortley echo --help` shows what it takes."


@pytest.mark.parametrize("runs", [True, False])
def test_an_unknown_command_is_refused(data: Path, *, runs: bool) -> None:
    with running(data) if runs else nobody(), pytest.raises(UserFault) as one:
        ask(data, "fly.away", {})
    assert one.value.code == "command-unknown"


# -- long commands -------------------------------------------------------------------


def test_progress_is_streamed(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "PROGRESS_S", 0.01)
    told: list[tuple[int, int | None, str]] = []
    with running(data):
        answer = ask(data, "slow", {"count": 5}, lambda *all_: told.append(all_))
    assert isinstance(answer, dict)
    assert answer["count"] == 5
    assert told
    assert told == sorted(told)
    assert told[-1] == (4, None, "things")


def test_a_long_command_can_fail_in_its_stream(data: Path) -> None:
    with running(data), pytest.raises(UserFault, match="too much") as one:
        ask(data, "long.fault", {})
    assert one.value.fields == {"line": 3}


def test_signs_of_life_are_no_answers(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "PROGRESS_S", 0.01)
    monkeypatch.setattr(desk, "BEAT_S", 0.01)
    # Longer than the asker waits for one, and nothing to tell.
    monkeypatch.setattr(asking, "ANSWER_S", 0.2)

    async def brood(_node: Node, args: Args, _tell: Tell) -> Answer:
        await asyncio.sleep(0.5)
        return Answer(args.count, args.words, 0)

    with running(data, {"brood": command(Args, brood, long=True)}):
        assert isinstance(ask(data, "brood", {}), dict)


def test_what_was_begun_is_finished_without_its_asker(data: Path) -> None:
    done = threading.Event()

    async def work(_node: Node, args: Args, tell: Tell) -> Answer:
        for step in range(20):
            tell(step, 20, "steps")
            await asyncio.sleep(0.02)
        done.set()
        return Answer(args.count, args.words, 0)

    async def leave() -> None:
        async with aiohttp.ClientSession(
            connector=unix_connector(data / SOCKET)
        ) as session:
            response = await session.post("http://localhost/command/work", data=b"{}")
            await response.content.readany()
            response.close()

    with running(data, {"work": command(Args, work, long=True)}) as ended:
        asyncio.run(leave())
        assert done.wait(SOON_S)
    assert not ended


def test_lines_of_any_length_and_cut_anywhere() -> None:
    whole = b'{"a":1}\n\n' + b"x" * 300_000 + b"\nlast without an end"

    async def parts(size: int) -> AsyncIterator[bytes]:
        for start in range(0, len(whole), size):
            yield whole[start : start + size]

    async def read(size: int) -> list[bytes]:
        return [line async for line in asking._lines(parts(size))]

    for size in (1, 7, 4096, len(whole)):
        assert asyncio.run(read(size)) == [b'{"a":1}', b"x" * 300_000]


def test_reading_logs_again_is_progress_too(data: Path) -> None:
    async def found_network() -> None:
        async with run.open_node(data) as node:
            node.act.hold = None
            await node.own.unset("kit")
            await node.found_network(Charter(name="North", currency="GBP"))

    asyncio.run(found_network())
    for file in data.glob("state.db*"):
        file.unlink()
    told: list[tuple[int, int | None, str]] = []
    ask(data, "echo", {}, lambda *all_: told.append(all_))
    assert told[0] == (1, None, "events read")


# -- who has the folder --------------------------------------------------------------


def test_a_stale_socket_is_passed_over(data: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(data / SOCKET))
    assert (data / SOCKET).exists()
    assert ask(data, "echo", {}) == {"count": 1, "words": "", "pid": os.getpid()}
    with running(data):
        assert isinstance(call(data, "echo", {}, commands={}), dict)
    assert not (data / SOCKET).exists()


def test_a_busy_folder_without_an_answer_says_so(data: Path) -> None:
    with folder.lock(data), pytest.raises(UserFault) as one:
        ask(data, "echo", {})
    assert one.value.code == "folder-busy"
    assert f"process {os.getpid()}, but no node answers there" in one.value.detail
    assert "starting up" in one.value.way_out
    assert one.value.fields == {"folder": str(data), "pid": os.getpid()}


def test_a_folder_that_is_busy_for_a_moment_is_waited_for(data: Path) -> None:
    lock = folder.lock(data)
    timer = threading.Timer(0.2, lock.release)
    timer.start()
    assert isinstance(ask(data, "echo", {}, patience_s=SOON_S), dict)
    timer.join()


def test_a_copy_that_runs_is_told_at_once(data: Path, tmp_path: Path) -> None:
    with folder.lock(tmp_path / "anchor"), pytest.raises(folder.FolderBusy) as one:
        ask(data, "echo", {}, patience_s=SOON_S)
    assert one.value.fields["folder"] == str(tmp_path / "anchor")


def test_no_node_at_all(tmp_path: Path) -> None:
    with pytest.raises(UserFault) as one:
        ask(tmp_path / "nothing", "echo", {})
    assert one.value.code == "not-initialised"


def test_a_folder_may_lie_deep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORTLEY_ANCHOR_DIR", str(tmp_path / "anchor"))
    data = found(tmp_path / ("a" * 60) / ("b" * 60) / "data")
    assert len(os.fsencode(data / SOCKET)) > PATH_BYTES
    with running(data):
        assert isinstance(call(data, "echo", {}, commands={}), dict)
    assert isinstance(ask(data, "echo", {}), dict)


def test_the_socket_is_for_its_owner(data: Path) -> None:
    with running(data):
        assert stat.S_IMODE((data / SOCKET).stat().st_mode) == 0o600


def test_a_file_in_the_place_of_the_socket(data: Path) -> None:
    (data / SOCKET).write_bytes(b"")
    assert isinstance(ask(data, "echo", {}), dict)


def test_a_socket_that_leads_nowhere(data: Path) -> None:
    (data / SOCKET).symlink_to(SOCKET)
    with pytest.raises(UserFault) as one:
        ask(data, "echo", {})
    assert one.value.code == "socket-unreachable"
    assert "symbolic links" in one.value.detail


def test_a_folder_that_may_not_be_entered(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path) -> aiohttp.UnixConnector:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(asking, "unix_connector", refuse)
    with pytest.raises(UserFault) as one:
        ask(data, "echo", {})
    assert one.value.code == "socket-unreachable"
