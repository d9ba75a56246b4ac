"""A node gives memory back once work has ended, and does not do it over and over."""

import asyncio
import ctypes
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from node import resting, run
from tests.node.controlled import found

#: Seconds of CPU within one watch that are work, and that are none.
WORK, REST = 5.0, 0.01

#: What each watch saw -> after which of them memory was given back.
CASES: dict[str, tuple[Sequence[float], list[int]]] = {
    "after the start": ([REST, REST, REST], [1]),
    "not while it works": ([WORK, WORK, WORK], []),
    "when work has ended, once": ([WORK, WORK, REST, REST], [3]),
    "again after more work": ([REST, WORK, REST, REST, WORK, REST], [1, 3, 6]),
}


@pytest.mark.parametrize("name", CASES)
async def test_when(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    watches, expected = CASES[name]
    used, seen, given = 0.0, 0, list[int]()
    left: Iterator[float] = iter(watches)

    async def watch(_seconds: float) -> None:
        nonlocal used, seen
        try:
            used += next(left)
        except StopIteration:
            raise asyncio.CancelledError from None
        seen += 1

    async def release(_node: object) -> None:
        nonlocal used
        # What giving back takes is no work.
        used += WORK
        given.append(seen)

    monkeypatch.setattr(asyncio, "sleep", watch)
    monkeypatch.setattr(time, "process_time", lambda: used)
    monkeypatch.setattr(resting, "release", release)
    with pytest.raises(asyncio.CancelledError):
        await resting.keep(None)  # type: ignore[arg-type]
    assert given == expected


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder of a node."""
    return found(tmp_path / "alba")


async def test_an_open_node_answers_as_before(data: Path) -> None:
    async with run.open_node(data) as node:
        before = (await node.state.root(), await node.own.setting("kit"))
        await resting.release(node)
        resting.allocator()()
        assert (await node.state.root(), await node.own.setting("kit")) == before


def test_a_library_that_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    assert resting.allocator()() is None
