"""The solver asked from a node: in a process of its own, under a deadline.

It draws in a native library and some 50 MB with it. In a process of its own it costs an
idle node nothing, and what breaks in it breaks nothing here.
"""

import asyncio
import contextlib
import os
import sys
from pathlib import Path
from typing import Final

import msgspec

from node.consortium.answer import Aim, Plan
from node.consortium.problem import Problem
from node.errors import OurFault, WorldFault

#: What starting, reading and the steps without a search take at most, with room.
BESIDE_S: Final = 30.0
_ROOT: Final = Path(__file__).parents[2]
#: -P: else a `node` in whatever folder this was started from would be run.
_SOLVER: Final = (sys.executable, "-P", "-m", "node.consortium")


class Asked(msgspec.Struct, frozen=True):
    """A problem, the aim, and for how many seconds to search."""

    problem: Problem
    aim: Aim
    seconds: float


async def solve(problem: Problem, aim: Aim, seconds: float = 2.0) -> Plan:
    """Have a problem solved.

    Raises WorldFault "solver-slow" where it does not come back in time, "solver-full"
    where it takes too much memory, OurFault "solver-failed" where it breaks.
    """
    asked = msgspec.msgpack.encode(Asked(problem, aim, seconds))
    solver = await asyncio.create_subprocess_exec(
        *_SOLVER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
    )
    try:
        async with asyncio.timeout(seconds + BESIDE_S):
            answer, said = await solver.communicate(asked)
    except TimeoutError as error:
        raise WorldFault(
            code="solver-slow",
            detail=f"No answer within {seconds + BESIDE_S:.0f} s.",
            way_out="This machine may be busy: ask again, or ask for fewer lines.",
        ) from error
    finally:
        if solver.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                solver.kill()
            await solver.wait()
    last = said.decode("utf-8", "replace").strip().rpartition("\n")[2]
    status = solver.returncode or 0
    if status < 0 or last == "MemoryError":
        raise WorldFault(
            code="solver-full",
            detail="The system ended the search, most likely as it took more memory"
            " than it may have.",
            way_out="Ask for fewer lines, or for a shorter time.",
        )
    try:
        if status == 0:
            return msgspec.msgpack.decode(answer, type=Plan)
    except msgspec.DecodeError as error:
        last = str(error)
    raise OurFault(code="solver-failed", detail=f"The solver broke: {last}")
