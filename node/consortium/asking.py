"""The solver asked from a node: in a process of its own, under a deadline.

It draws in a native library and some 50 MB with it. In a process of its own it costs an
idle node nothing, and what breaks in it breaks nothing here. One process is kept for
the next question, since people ask again at once with another aim; it ends by itself
when none comes, or when it has grown (`__main__`).
"""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Final, cast

import msgspec

from node.consortium.answer import Aim, Plan
from node.consortium.problem import Problem
from node.errors import OurFault, WorldFault

#: What starting, reading and the steps without a search take at most, with room.
BESIDE_S: Final = 30.0
#: Bytes before a message that say how long it is, the greatest first.
LENGTH_BYTES: Final = 8
#: A plan of twenty lines for a hundred co-ops over four years has 20 MB.
_MOST_BYTES: Final = 256 * 1024**2
_ROOT: Final = Path(__file__).parents[2]
#: -P: else a `node` in whatever folder this was started from would be run.
_SOLVER: Final = (sys.executable, "-P", "-m", "node.consortium")


class Asked(msgspec.Struct, frozen=True):
    """A problem, the aim, and for how many seconds to search."""

    problem: Problem
    aim: Aim
    seconds: float


def framed(message: bytes) -> bytes:
    """Put before a message how long it is."""
    return len(message).to_bytes(LENGTH_BYTES, "big") + message


class Solver:
    """Asks processes, of which it keeps one; those that are asked meanwhile end."""

    def __init__(self) -> None:
        """Start nothing yet."""
        #: Waits for the next question, unless it has ended meanwhile.
        self.kept: Process | None = None

    async def solve(self, problem: Problem, aim: Aim, seconds: float = 2.0) -> Plan:
        """Have a problem solved.

        Raises WorldFault "solver-slow" where it does not come back in time,
        "solver-full" where it takes too much memory, OurFault "solver-failed" where it
        breaks.
        """
        asked = framed(msgspec.msgpack.encode(Asked(problem, aim, seconds)))
        try:
            async with asyncio.timeout(seconds + BESIDE_S):
                return await self._plan(asked)
        except TimeoutError as error:
            raise WorldFault(
                code="solver-slow",
                detail=f"No answer within {seconds + BESIDE_S:.0f} s.",
                way_out="This machine may be busy: ask again, or ask for fewer lines.",
            ) from error

    async def close(self) -> None:
        """End the process that is kept."""
        kept, self.kept = self.kept, None
        if kept is not None:
            await _end(kept)

    async def _plan(self, asked: bytes) -> Plan:
        kept, self.kept = self.kept, None
        if kept is not None and kept.returncode is None:
            plan = await self._ask(kept, asked)
            if plan is not None:
                return plan
            # One that nobody asked for long ends by itself, maybe just now.
            if kept.returncode:
                raise await _broken(kept)
        started = await _start()
        plan = await self._ask(started, asked)
        if plan is None:
            raise await _broken(started)
        return plan

    async def _ask(self, process: Process, asked: bytes) -> Plan | None:
        """Ask a process, and keep it; None where it ended instead."""
        plan = None
        try:
            plan = await _exchange(process, asked)
            if plan is None:
                await process.wait()
        finally:
            if plan is not None and self.kept is None:
                self.kept = process
            else:
                await _end(process)
        return plan


async def _start() -> Process:
    return await asyncio.create_subprocess_exec(
        *_SOLVER,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
    )


async def _exchange(process: Process, asked: bytes) -> Plan | None:
    """Write a question and read its answer; None where the process ended instead."""
    stdin = cast("asyncio.StreamWriter", process.stdin)
    stdout = cast("asyncio.StreamReader", process.stdout)
    # Who ends before it has read says why on its standard error.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        stdin.write(asked)
        await stdin.drain()
    try:
        length = int.from_bytes(await stdout.readexactly(LENGTH_BYTES), "big")
        if length > _MOST_BYTES:
            raise _failed(f"it announced {length} bytes")
        answer = await stdout.readexactly(length)
    except asyncio.IncompleteReadError:
        return None
    try:
        return msgspec.msgpack.decode(answer, type=Plan)
    except msgspec.DecodeError as error:
        raise _failed(str(error)) from error


async def _broken(process: Process) -> WorldFault | OurFault:
    """Say what a process died of, as it tells itself."""
    said = await cast("asyncio.StreamReader", process.stderr).read()
    last = said.decode("utf-8", "replace").strip().rpartition("\n")[2]
    if (process.returncode or 0) < 0 or last == "MemoryError":
        return WorldFault(
            code="solver-full",
            detail="The system ended the search, most likely as it took more memory"
            " than it may have.",
            way_out="Ask for fewer lines, or for a shorter time.",
        )
    return _failed(last or "it ended without an answer")


def _failed(why: str) -> OurFault:
    return OurFault(code="solver-failed", detail=f"The solver broke: {why}")


async def _end(process: Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
