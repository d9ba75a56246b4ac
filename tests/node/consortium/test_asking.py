"""A solver that hangs, dies or talks nonsense costs its answer, and nothing else."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from node.consortium import asking
from node.consortium.__main__ import MEMORY_BYTES
from node.consortium.asking import Solver
from node.consortium.problem import Need, Problem, Supply
from node.errors import OurFault, WorldFault, WortleyError

MONDAY, SUNDAY = date(2027, 1, 4), date(2027, 1, 10)
NEED = Need(line=1, skill="web", minutes=60, starts=MONDAY, ends=SUNDAY)
WEEK = {MONDAY: 90}
SUPPLY = Supply(coop=b"a" * 32, skill="web", free=WEEK, steady=WEEK)
PROBLEM = Problem(needs=[NEED], supplies=[SUPPLY])

BOUND = "from node.consortium.__main__ import bound\n"
HUNGRY = f"{BOUND}bound({MEMORY_BYTES}, 60)\nbytearray({MEMORY_BYTES})"
BUSY = f"{BOUND}bound({MEMORY_BYTES}, 1)\nwhile True: pass"
#: What the solver does -> kind, code, and what is said.
BROKEN: dict[str, tuple[str, type[WortleyError], str, str]] = {
    "hangs": ("import time; time.sleep(60)", WorldFault, "solver-slow", "No answer"),
    "dies-before-it-reads": (
        "import sys; sys.stdin.close(); sys.exit('no library')",
        OurFault,
        "solver-failed",
        "no library",
    ),
    "breaks": ("raise ValueError('odd')", OurFault, "solver-failed", "odd"),
    "talks-nonsense": ("print('Running')", OurFault, "solver-failed", "announced"),
    "answers-something-else": (
        "print(end='\\0' * 7 + '\\1x')",
        OurFault,
        "solver-failed",
        "broke: ",
    ),
    "stops-half-way": ("print(end='\\0' * 8)", OurFault, "solver-failed", "broke: "),
    "says-nothing": ("", OurFault, "solver-failed", "broke: "),
    "is-killed": (
        "import os; os.kill(os.getpid(), 9)",
        WorldFault,
        "solver-full",
        "memory",
    ),
    "eats-memory": (HUNGRY, WorldFault, "solver-full", "memory"),
    "eats-time": (BUSY, WorldFault, "solver-full", "ended the search"),
}


@pytest.fixture
async def solver() -> AsyncIterator[Solver]:
    solver = Solver()
    yield solver
    await solver.close()


@pytest.mark.parametrize("name", BROKEN)
async def test_what_breaks_is_said(
    name: str, solver: Solver, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, kind, expected, said = BROKEN[name]
    monkeypatch.setattr(asking, "_SOLVER", (sys.executable, "-c", code))
    monkeypatch.setattr(asking, "BESIDE_S", 0.5 if name == "hangs" else 30)
    with pytest.raises(kind) as caught:
        await solver.solve(PROBLEM, "fewest", 0.1)
    assert isinstance(caught.value, WortleyError)
    assert caught.value.code == expected
    assert said in caught.value.detail


async def test_whoever_asks_no_longer_leaves_no_solver_behind(
    solver: Solver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = tmp_path / "pid"
    code = f"import os, time; open({str(told)!r}, 'w').write(str(os.getpid()))\n"
    monkeypatch.setattr(
        asking, "_SOLVER", (sys.executable, "-c", code + "time.sleep(60)")
    )
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(3):
            await solver.solve(PROBLEM, "fewest", 5)
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), 0)


async def test_nothing_of_the_current_folder_is_run(
    solver: Solver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    planted = tmp_path / "node" / "consortium"
    planted.mkdir(parents=True)
    for folder in (planted.parent, planted):
        (folder / "__init__.py").touch()
    (planted / "__main__.py").write_text("raise SystemExit('planted')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    plan = await solver.solve(PROBLEM, "fewest", 1)
    assert [one.minutes for one in plan.shares] == [60]


async def test_several_are_asked_at_once(solver: Solver) -> None:
    plans = await asyncio.gather(
        *(solver.solve(PROBLEM, "fewest", 1) for _ in range(4))
    )
    assert {plan.parties for plan in plans} == {(b"a" * 32,)}


#: Tells who answered, as a plan's bound; ends after the second answer.
COUNTED = """
import os, sys
from node.consortium import asking, answer
import msgspec
for _ in range(2):
    head = sys.stdin.buffer.read(asking.LENGTH_BYTES)
    if not head:
        break
    sys.stdin.buffer.read(int.from_bytes(head, "big"))
    plan = answer.Plan(aim="fewest", parties=(), shares=(), missing={}, moves=(),
        value=0, bound=os.getpid(), proven=True)
    sys.stdout.buffer.write(asking.framed(msgspec.msgpack.encode(plan)))
    sys.stdout.buffer.flush()
"""


async def asked_of(solver: Solver) -> int:
    return int((await solver.solve(PROBLEM, "fewest", 1)).bound)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_SOLVER", (sys.executable, "-c", COUNTED))


@pytest.mark.usefixtures("counted")
async def test_a_process_is_kept_and_another_follows_when_it_has_ended(
    solver: Solver,
) -> None:
    first, second, third = [await asked_of(solver) for _ in range(3)]
    assert first == second != third
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


@pytest.mark.usefixtures("counted")
async def test_one_that_was_killed_meanwhile_is_not_asked(solver: Solver) -> None:
    first = await asked_of(solver)
    os.kill(first, signal.SIGKILL)
    assert solver.kept is not None
    await solver.kept.wait()
    assert await asked_of(solver) != first


@pytest.mark.usefixtures("counted")
async def test_of_those_asked_at_once_one_is_kept(solver: Solver) -> None:
    pids = await asyncio.gather(*(asked_of(solver) for _ in range(3)))
    assert len(set(pids)) == 3
    assert await asked_of(solver) in pids
    await solver.close()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


#: What a process is told of itself -> whether it waits for another question.
STAYS: dict[str, tuple[str, bool]] = {
    "it-waits": ("", True),
    "unasked-for-long": ("main._KEPT_S = 0.05", False),
    "grown": ("main._KEPT_BYTES = 1", False),
}


@pytest.mark.parametrize("name", STAYS)
async def test_how_long_a_process_stays(
    name: str, solver: Solver, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed, stays = STAYS[name]
    code = f"import node.consortium.__main__ as main\n{changed}\nmain.main()"
    monkeypatch.setattr(asking, "_SOLVER", (sys.executable, "-c", code))
    for _ in range(2):
        plan = await solver.solve(PROBLEM, "fewest", 1)
        assert [one.minutes for one in plan.shares] == [60]
        process = solver.kept
        assert process is not None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.5 if stays else 30):
                await process.wait()
        assert process.returncode == (None if stays else 0)
