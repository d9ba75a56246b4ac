"""The types of options and arguments: `inputs`, as click wants to have them."""

import functools
import sys
from collections.abc import Callable
from functools import partial
from typing import Final

import click

from node.cli import inputs, paging, parts
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

    def __init__(self, name: str, read: Callable[[str, str], object]) -> None:
        """Show `name` in help texts."""
        self.name = name
        self._read = read

    @override
    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> object:
        """Read a text; what is none has been read already."""
        return self._read(_field(param), value) if isinstance(value, str) else value


def _field(param: click.Parameter | None) -> str:
    """Name a field as it is typed: --per-week, or EFFORT."""
    if param is None:
        return "value"
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return param.human_readable_name


EFFORT: Final = Read("EFFORT", inputs.effort)
HOURS: Final = Read("HOURS", inputs.hours)
MONEY: Final = Read("MONEY", inputs.money)
RATE: Final = Read("MONEY/TIME", inputs.rate)
QUANTITY: Final = Read("QUANTITY", inputs.quantity)
FROM: Final = Read("DATE", inputs.day)
TO: Final = Read("DATE", partial(inputs.day, edge="end"))
CPV: Final = Read("CODE", inputs.cpv)
PERCENT: Final = Read("SHARE", parts.percent)
FEE_SUM: Final = Read("MONEY", parts.fee_sum)
PART: Final = Read("PART", parts.part)
FEE: Final = Read("CO-OP=SHARE", parts.fee)
WORDS: Final = Read("TEXT", parts.words)
THEME: Final = Read("THEME", inputs.theme)
NEED: Final = Read("NEED", partial(inputs.need, must=True))
WANT: Final = Read("NEED", partial(inputs.need, must=False))


#: In full: the node that opens the file may have another current folder.
OLD_FILE: Final = click.Path(exists=True, dir_okay=False, resolve_path=True)
NEW_FILE: Final = click.Path(dir_okay=False, resolve_path=True)
