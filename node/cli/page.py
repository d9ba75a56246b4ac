"""Where answers appear: in colour and fitted on a terminal, else as plain lines.

Plain lines are aligned, whole and without any escape sequence, so that grep, awk and a
screen reader find what is there. NO_COLOR and TERM=dumb take the colours from a
terminal as well (no-color.org).
"""

import os
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TextIO

from node.cli.forms import line

if TYPE_CHECKING:
    from rich.console import Console

    from node.cli.layout import Shape

GAP: Final = "  "
#: How states look on a terminal; on paper and to a screen reader they are words.
_STYLES: Final = {
    **dict.fromkeys(("open", "member", "committed", "funded"), "green"),
    **dict.fromkeys(("offered", "accepted", "bidding", "tentative"), "yellow"),
    **dict.fromkeys(("applied", "submitted", "idea", "partly-funded"), "yellow"),
    **dict.fromkeys(("lost", "withdrawn", "declined", "released"), "red"),
    **dict.fromkeys(("cancelled", "not-funded", "overtaken", "unmatched"), "red"),
    **dict.fromkeys(("closed", "done", "passed-on", "placeholder"), "dim"),
    **dict.fromkeys(("approved", "received", "effective", "kept"), "green"),
    **dict.fromkeys(("reported", "issued", "transit"), "yellow"),
    **dict.fromkeys(("disputed", "stale"), "red"),
}


#: `wortley` where a command to type begins: in code, after a colon, on its own line.
_COMMAND: Final = re.compile(r"(`|: |, then |^ *)wortley(?= |`)", re.MULTILINE)


def as_called(text: str) -> str:
    """Write commands as this one was called: `./run` in a clone knows no `wortley`."""
    called = os.environ.get("WORTLEY_CALLED", "")
    if not called or any(one.isspace() for one in called):
        return text
    return _COMMAND.sub(lambda found: found[1] + called, text)


@dataclass(slots=True)
class Page:
    """One answer, written to `out` as it comes."""

    out: TextIO = field(default_factory=lambda: sys.stdout)

    @property
    def is_terminal(self) -> bool:
        """Tell whether a person looks on."""
        return self.out.isatty()

    def console(self) -> "Console":
        """Give rich's view of a terminal; what it prints is never taken for markup."""
        from rich.console import Console  # noqa: PLC0415 - 80 ms, and only for people

        plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        return Console(
            file=self.out,
            color_system=None if plain else "auto",
            highlight=False,
            markup=False,
            emoji=False,
        )

    def say(self, text: str = "", style: str = "") -> None:
        """Write one paragraph; on a terminal it is wrapped."""
        if self.is_terminal:
            self.console().print(as_called(text), style=style or None)
        else:
            print(as_called(text), file=self.out)

    def copyable(self, word: str) -> None:
        """Write one line that may be copied, so never broken."""
        print(as_called(word), file=self.out)

    def aside(self, text: str) -> None:
        """Write about the answer, beside it: on standard error."""
        print(as_called(text), file=sys.stderr)

    def pairs(self, rows: Iterable[tuple[str, str]]) -> None:
        """Write names and values, without those that have no value."""
        listed = [(name, value) for name, value in rows if value]
        if self.is_terminal:
            self._grid(listed)
            return
        width = max((len(name) for name, _ in listed), default=0)
        for name, value in listed:
            first, *more = value.split("\n")
            print(f"{name.ljust(width)}{GAP}{first}".rstrip(), file=self.out)
            for rest in more:
                print(f"{' ' * width}{GAP}{rest}".rstrip(), file=self.out)

    def table(
        self,
        titles: Sequence[str],
        rows: Sequence[Sequence[str]],
        right: frozenset[int] = frozenset(),
        spare: frozenset[int] = frozenset(),
    ) -> None:
        """Write rows below titles.

        right: columns that hold numbers. spare: columns that a narrow terminal does
        without; where even the rest does not fit, each row becomes a block.
        """
        from node.cli.layout import Shape, aligned, fitted  # noqa: PLC0415 - rich

        cells = [[line(cell) for cell in row] for row in rows]
        shape = Shape(titles, cells, right, spare)
        if not self.is_terminal:
            for one in aligned(shape):
                print(one, file=self.out)
            return
        fits = fitted(shape, self.console().width)
        if fits is not None:
            self._rich(fits)
            return
        for at, row in enumerate(cells):
            if at:
                self.say()
            self.pairs(zip(titles, row, strict=True))

    def _rich(self, shape: "Shape") -> None:
        from rich.table import Table  # noqa: PLC0415 - as above
        from rich.text import Text  # noqa: PLC0415 - as above

        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        table.header_style = "bold"
        for at, (title, least) in enumerate(
            zip(shape.titles, shape.least(), strict=True)
        ):
            side = "right" if at in shape.right else "left"
            table.add_column(title, justify=side, min_width=least, overflow="fold")  # type: ignore[arg-type]  # one of its words
        for row in shape.rows:
            table.add_row(*(Text(cell, style=_style(cell)) for cell in row))
        self.console().print(table)

    def _grid(self, rows: Sequence[tuple[str, str]]) -> None:
        from rich.table import Table  # noqa: PLC0415 - as above
        from rich.text import Text  # noqa: PLC0415 - as above

        grid = Table.grid(padding=(0, 2))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for name, value in rows:
            grid.add_row(Text(name, style="bold"), Text(value, style=_style(value)))
        self.console().print(grid)


def _style(cell: str) -> str:
    return "cyan" if cell.startswith(("evt_", "coop_")) else _STYLES.get(cell, "")
