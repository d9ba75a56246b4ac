"""The types of options and arguments: `inputs`, as click wants to have them."""

import functools
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Final

import click

from node.cli import inputs, paging, parts
from node.cli.naming import called
from node.cli.session import Ask

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override


def paged(function: Callable[..., Ask]) -> Callable[..., Ask]:
    """Let a list be asked for in pages; the function hands on what it is given."""

    @functools.wraps(function)
    def asked(*args: object, **given: object) -> Ask:
        return function(*args, **given)._replace(paged=True)

    decorated: Callable[..., Ask] = asked
    for option in (
        click.option(
            "--after",
            metavar="ID",
            help="Only what is newer than ID, the oldest first; of all: oldest.",
        ),
        click.option("--before", metavar="ID", help="Only what is older than ID."),
        click.option(
            "--most",
            type=click.IntRange(min=1),
            metavar="N",
            help=f"At most N rows; else {paging.USUAL} on a terminal, and all of them"
            " in a pipe or with --json.",
        ),
    ):
        decorated = option(decorated)
    return decorated


class Read(click.ParamType[object]):
    """Reads what was typed with one of `inputs`; its errors name the field."""

    def __init__(
        self, name: str, read: Callable[[str, str], object], example: str = ""
    ) -> None:
        """Show `name` in help texts.

        example: as it is typed, where the node's own example has another form.
        """
        self.name = name
        self.example = example
        self._read = read

    @override
    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> object:
        """Read a text; what is none has been read already."""
        if not isinstance(value, str):
            return value
        return self._read("value" if param is None else called(param), value)


_LINE: Final = "python:30d:2027-01-04:2027-03-26"
EFFORT: Final = Read("EFFORT", inputs.effort, "20h")
HOURS: Final = Read("HOURS", inputs.hours, "7.5")
MONEY: Final = Read("MONEY", inputs.money)
RATE: Final = Read("MONEY/TIME", inputs.rate, "600GBP/day")
QUANTITY: Final = Read("QUANTITY", inputs.quantity, "20h")
FROM: Final = Read("DATE", inputs.day)
TO: Final = Read("DATE", partial(inputs.day, edge="end"))
CPV: Final = Read("CODE", inputs.cpv)
PERCENT: Final = Read("SHARE", parts.percent)
FEE_SUM: Final = Read("MONEY", parts.fee_sum)
STEP: Final = Read("STEP", parts.step, "40:2027-03-01")
ALLOTTED: Final = Read("CO-OP=AMOUNT", parts.allotted, "Alba=500")
PART: Final = Read("PART", parts.part, "Birch:40%:20d:9000GBP")
FEE: Final = Read("CO-OP=SHARE", parts.fee)
WORDS: Final = Read("TEXT", parts.words)
THEME: Final = Read("THEME", inputs.theme, "wellbeing=2h")
NEED: Final = Read("NEED", partial(inputs.need, must=True), _LINE)
WANT: Final = Read("NEED", partial(inputs.need, must=False), _LINE)


class FileName(click.Path):
    """A file by its name; an empty one is none, where click takes this folder."""

    @override
    def convert(
        self,
        value: "str | os.PathLike[str]",
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> "str | bytes | os.PathLike[str]":
        """Read a name."""
        name = os.fspath(value)
        if not name.strip() or "\0" in name:
            self.fail("A file needs a name.", param, ctx)
        return super().convert(value, param, ctx)


#: In full: the node that opens the file may have another current folder.
OLD_FILE: Final = FileName(exists=True, dir_okay=False, resolve_path=True)
NEW_FILE: Final = FileName(dir_okay=False, resolve_path=True)
