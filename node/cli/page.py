"""Where answers appear: in colour and fitted on a terminal, else as plain lines.

Plain lines are aligned, whole and without any escape sequence, so that grep, awk and a
screen reader find what is there. NO_COLOR and TERM=dumb take the colours from a
terminal as well (no-color.org).
"""

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TextIO

from node.cli.forms import line

if TYPE_CHECKING:
    from rich.console import Console

GAP: Final = "  "
#: How states look on a terminal; on paper and to a screen reader they are words.
_STYLES: Final = {
    **dict.fromkeys(("open", "member", "committed", "funded", "valid"), "green"),
    **dict.fromkeys(("offered", "accepted", "bidding", "tentative"), "yellow"),
    **dict.fromkeys(("applied", "submitted", "idea", "partly-funded"), "yellow"),
    **dict.fromkeys(("lost", "withdrawn", "declined", "released", "void"), "red"),
    **dict.fromkeys(("cancelled", "not-funded", "overtaken", "unmatched"), "red"),
    **dict.fromkeys(("closed", "done", "passed-on", "placeholder"), "dim"),
}


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
            self.console().print(text, style=style or None, soft_wrap=False)
        else:
            print(text, file=self.out)

    def copyable(self, word: str) -> None:
        """Write one word that will be copied, so never broken into lines."""
        print(word, file=self.out)

    def aside(self, text: str) -> None:
        """Write about the answer, beside it: on standard error."""
        print(text, file=sys.stderr)

    def pairs(self, rows: Iterable[tuple[str, str]]) -> None:
        """Write names and values, without those that have no value."""
        listed = [(name, value) for name, value in rows if value]
        width = max((len(name) for name, _ in listed), default=0)
        if self.is_terminal:
            self._grid(listed)
            return
        for name, value in listed:
            first, *more = value.split("\n")
            print(f"{name.ljust(width)}{GAP}{first}".rstrip(), file=self.out)
            for rest in more:
                print(f"{' ' * width}{GAP}{rest}".rstrip(), file=self.out)

    def table(
        self,
        titles: Sequence[str],
        rows: Sequence[Sequence[str]],
        right: frozenset[int],
    ) -> None:
        """Write rows below titles; the columns named in `right` hold numbers."""
        rows = [[line(cell) for cell in row] for row in rows]
        if self.is_terminal:
            self._rich(titles, rows, right)
        else:
            self._plain(titles, rows, right)

    def _plain(
        self,
        titles: Sequence[str],
        rows: Sequence[Sequence[str]],
        right: frozenset[int],
    ) -> None:
        from rich.cells import cell_len  # noqa: PLC0415 - as above

        all_ = [titles, *rows]
        widths = [max(cell_len(row[at]) for row in all_) for at in range(len(titles))]
        for row in all_:
            cells = [
                " " * (width - cell_len(cell)) + cell
                if at in right
                else cell + " " * (width - cell_len(cell))
                for at, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            print(GAP.join(cells).rstrip(), file=self.out)

    def _rich(
        self,
        titles: Sequence[str],
        rows: Sequence[Sequence[str]],
        right: frozenset[int],
    ) -> None:
        from rich.table import Table  # noqa: PLC0415 - as above
        from rich.text import Text  # noqa: PLC0415 - as above

        table = Table(box=None, pad_edge=False, header_style="bold")
        for at, title in enumerate(titles):
            table.add_column(
                title,
                justify="right" if at in right else "left",
                no_wrap=title == "ID" or at in right,
                overflow="fold",
            )
        for row in rows:
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
