"""A solver that hangs, dies or talks nonsense costs its answer, and nothing else."""

import asyncio
import os
import sys
from datetime import date
from pathlib import Path

import pytest

from node.consortium import asking
from node.consortium.__main__ import MEMORY_BYTES
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
    "talks-nonsense": ("print('Running')", OurFault, "solver-failed", "broke: "),
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


@pytest.mark.parametrize("name", BROKEN)
async def test_what_breaks_is_said(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code, kind, expected, said = BROKEN[name]
    monkeypatch.setattr(asking, "_SOLVER", (sys.executable, "-c", code))
    monkeypatch.setattr(asking, "BESIDE_S", 0.5 if name == "hangs" else 30)
    with pytest.raises(kind) as caught:
        await asking.solve(PROBLEM, "fewest", 0.1)
    assert isinstance(caught.value, WortleyError)
    assert caught.value.code == expected
    assert said in caught.value.detail


async def test_whoever_asks_no_longer_leaves_no_solver_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = tmp_path / "pid"
    code = f"import os, time; open({str(told)!r}, 'w').write(str(os.getpid()))\n"
    monkeypatch.setattr(
        asking, "_SOLVER", (sys.executable, "-c", code + "time.sleep(60)")
    )
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(3):
            await asking.solve(PROBLEM, "fewest", 5)
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), 0)


async def test_nothing_of_the_current_folder_is_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    planted = tmp_path / "node" / "consortium"
    planted.mkdir(parents=True)
    for folder in (planted.parent, planted):
        (folder / "__init__.py").touch()
    (planted / "__main__.py").write_text("raise SystemExit('planted')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    plan = await asking.solve(PROBLEM, "fewest", 1)
    assert [one.minutes for one in plan.shares] == [60]


async def test_several_are_asked_at_once() -> None:
    plans = await asyncio.gather(
        *(asking.solve(PROBLEM, "fewest", 1) for _ in range(4))
    )
    assert {plan.parties for plan in plans} == {(b"a" * 32,)}
