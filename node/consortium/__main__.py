"""One problem in, one plan out: the solver in a process of its own (`asking`)."""

import os
import sys

import msgspec

from node.consortium.asking import Asked
from node.consortium.solving import solve


def main() -> None:
    """Read an `Asked` from standard input, write the `Plan` to standard output."""
    out = os.dup(1)
    # The solver greets on standard output, whatever its options say.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    asked = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Asked)
    plan = solve(asked.problem, asked.aim, asked.seconds)
    with os.fdopen(out, "wb") as stdout:
        stdout.write(msgspec.msgpack.encode(plan))


main()
