"""The form of a command."""

from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

import msgspec

from node.node import Node

#: Told while long work goes on: done so far, in all (None while unknown), of what.
Tell = Callable[[int, int | None, str], None]
Run = Callable[[Node, msgspec.Struct, Tell], Awaitable[msgspec.Struct]]
A = TypeVar("A", bound=msgspec.Struct)
R = TypeVar("R", bound=msgspec.Struct)


class Command(msgspec.Struct, frozen=True):
    """How a command is called; `long` ones show progress."""

    args: type[msgspec.Struct]
    run: Run
    long: bool = False


def command(
    args: type[A], run: Callable[[Node, A, Tell], Awaitable[R]], *, long: bool = False
) -> Command:
    """Tie an argument type to its coroutine."""
    return Command(args, cast("Run", run), long)
