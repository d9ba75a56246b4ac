"""Problems in, plans out, one after another: the solver's own process (`asking`)."""

import math
import os
import resource
import select
import sys
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from node.consortium.asking import BESIDE_S, LENGTH_BYTES, Asked, framed
from node.consortium.solving import solve

#: A lead of 20 lines for 30 co-ops over two years takes 350 MB. Others write both, and
#: what is more than the machine has would take the node down with it.
MEMORY_BYTES: Final = 2 * 1024**3
#: Kept so long for the next question: people look at an answer and ask again.
_KEPT_S: Final = 300.0
#: Having taken more than this, a process ends with its answer: what an allocator holds
#: it seldom gives back, and the next process begins with 60 MB.
_KEPT_BYTES: Final = 192 * 1024**2
#: What this process holds, in pages, as the second number (Linux, proc(5)).
_HELD: Final = Path("/proc/self/statm")


def bound(memory: int, seconds: int) -> None:
    """Let this process have so much memory, and so many more seconds of the processor.

    The node ends it sooner; but a node that is killed leaves it alone with its search.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = math.ceil(used.ru_utime + used.ru_stime) + seconds
    _, ever = resource.getrlimit(resource.RLIMIT_CPU)
    if ever != resource.RLIM_INFINITY:
        most = min(most, ever)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # The lower of the two ends it, and can be raised for the next question.
    resource.setrlimit(resource.RLIMIT_CPU, (most, ever))


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until nobody asks any more, or too much was taken to be kept."""
    while (asked := _next(questions)) is not None:
        bound(MEMORY_BYTES, math.ceil(asked.seconds + BESIDE_S))
        plan = solve(asked.problem, asked.aim, asked.seconds)
        answers.write(framed(msgspec.msgpack.encode(plan)))
        answers.flush()
        if _held() > _KEPT_BYTES:
            return


def _held() -> int:
    """Say how many bytes this process holds.

    The peak that Linux tells is no help: it begins with what the node had when it
    started this process.
    """
    try:
        pages = int(_HELD.read_text("ascii").split()[1])
    except OSError:
        # Without /proc, as on macOS, which tells the peak in bytes.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return pages * os.sysconf("SC_PAGE_SIZE")


def _next(questions: BinaryIO) -> Asked | None:
    """Wait for a question; None where none comes."""
    # Nothing is buffered: whoever asks waits for the answer before asking again.
    ready, _, _ = select.select([questions], [], [], _KEPT_S)
    length = questions.read(LENGTH_BYTES) if ready else b""
    if not length:
        return None
    message = questions.read(int.from_bytes(length, "big"))
    return msgspec.msgpack.decode(message, type=Asked)


def main() -> None:
    """Read questions from standard input, write plans to standard output."""
    out = os.dup(1)
    # The solver greets on standard output, whatever its options say.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    with os.fdopen(out, "wb") as answers:
        serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
