"""One problem in, one plan out: the solver in a process of its own (`asking`)."""

import math
import os
import resource
import sys
from typing import Final

import msgspec

from node.consortium.asking import BESIDE_S, Asked
from node.consortium.solving import solve

#: A lead of 20 lines for 30 co-ops over two years takes 350 MB. Others write both, and
#: what is more than the machine has would take the node down with it.
MEMORY_BYTES: Final = 2 * 1024**3


def bound(memory: int, seconds: int) -> None:
    """Let this process have so much memory, and so many seconds of the processor.

    The node ends it sooner; but a node that is killed leaves it alone with its search.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def main() -> None:
    """Read an `Asked` from standard input, write the `Plan` to standard output."""
    out = os.dup(1)
    # The solver greets on standard output, whatever its options say.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    asked = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Asked)
    bound(MEMORY_BYTES, math.ceil(asked.seconds + BESIDE_S))
    plan = solve(asked.problem, asked.aim, asked.seconds)
    with os.fdopen(out, "wb") as stdout:
        stdout.write(msgspec.msgpack.encode(plan))


if __name__ == "__main__":
    main()
