"""The types of options and arguments: `inputs`, as click wants to have them."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import click

from node.cli import inputs


class Read(click.ParamType):
    """Reads what was typed with one of `inputs`; its errors name the field."""

    def __init__(self, name: str, read: Callable[[str, str], object]) -> None:
        """Show `name` in help texts."""
        self.name = name
        self._read = read

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002 - click's form
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
NEED: Final = Read("NEED", partial(inputs.need, must=True))
WANT: Final = Read("NEED", partial(inputs.need, must=False))


def _absolute(path: Path) -> str:
    # The node that runs has another current folder.
    return str(path.absolute())


class File(click.Path):
    """A path, in full: the node that opens it may have another current folder."""

    def __init__(self, *, exists: bool) -> None:
        """With `exists`, refuse what is no file that can be read."""
        super().__init__(exists=exists, dir_okay=False, readable=exists, path_type=Path)

    def convert(  # type: ignore[override]  # of the bytes and paths it may be, a text
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Check the path, then write it out in full."""
        return _absolute(Path(str(super().convert(value, param, ctx))))


OLD_FILE: Final = File(exists=True)
NEW_FILE: Final = File(exists=False)
