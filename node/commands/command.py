"""The form of a command."""

from collections.abc import Awaitable, Callable
from typing import TypeVar, cast, get_type_hints

import msgspec

from node.node import Node

#: Told while long work goes on: done so far, in all (None while unknown), of what.
Tell = Callable[[int, int | None, str], None]
Run = Callable[[Node, msgspec.Struct, Tell], Awaitable[msgspec.Struct]]
A = TypeVar("A", bound=msgspec.Struct)
R = TypeVar("R", bound=msgspec.Struct)


class Command(msgspec.Struct, frozen=True):
    """How a command is called; `long` ones show progress.

    `result` is the type of what it answers with, `says` one sentence about what it
    does: what documents that are generated need to know of it.
    """

    args: type[msgspec.Struct]
    run: Run
    result: type[msgspec.Struct]
    says: str = ""
    long: bool = False


def command(
    args: type[A],
    run: Callable[[Node, A, Tell], Awaitable[R]],
    *,
    says: str | None = None,
    long: bool = False,
) -> Command:
    """Tie an argument type to its coroutine, whose annotation names the result.

    `says` is the first line of the coroutine's docstring where nothing is given.
    """
    line = (says or run.__doc__ or "").strip().partition("\n")[0]
    result = get_type_hints(run)["return"]
    return Command(args, cast("Run", run), result, line, long)
