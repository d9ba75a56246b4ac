"""Where answers appear: in colour and fitted on a terminal, else as plain lines.

Plain lines are aligned, whole and without any escape sequence, so that grep, awk and a
screen reader find what is there. NO_COLOR and TERM=dumb take the colours from a
terminal as well (no-color.org).
"""

import os
import re
import shlex
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from node.cli.forms import line

if TYPE_CHECKING:
    from rich.console import Console

    from node.cli.layout import Fitted

GAP: Final = "  "
#: Before what stands below the row that it belongs to.
_BELOW: Final = "    "
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
_COMMAND: Final = re.compile(
    r"(`|: |, then |^ *)wortley(?= (?!--data )|`)", re.MULTILINE
)


@dataclass(slots=True)
class Page:
    """One answer, written to `out` as it comes.

    data: the folder, if it was typed (--data); commands to type next need it, too.
    """

    out: TextIO = field(default_factory=lambda: sys.stdout)
    data: Path | None = None

    def as_called(self, text: str) -> str:
        """Write commands as this one was called: by `./run`, with its --data."""
        called = os.environ.get("WORTLEY_CALLED", "")
        if not called or any(one.isspace() for one in called):
            called = "wortley"
        if self.data is not None:
            called += f" --data {shlex.quote(str(self.data))}"
        return _COMMAND.sub(lambda found: found[1] + called, text)

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

    @property
    def width(self) -> int | None:
        """Say how many characters fit beside each other; None where there is no end."""
        return self.console().width if self.is_terminal else None

    def say(self, text: str = "", style: str = "") -> None:
        """Write one paragraph; on a terminal it is wrapped."""
        if self.is_terminal:
            self.console().print(self.as_called(text), style=style or None)
        else:
            print(self.as_called(text), file=self.out)

    def copyable(self, word: str) -> None:
        """Write one line that may be copied, so never broken."""
        print(self.as_called(word), file=self.out)

    def aside(self, text: str, *, here: bool = True) -> None:
        """Write about the answer, beside it: on standard error.

        here: what it says to type is for this machine; else it stays as it is.
        """
        print(self.as_called(text) if here else text, file=sys.stderr)

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

        right: columns that hold numbers. spare: columns that stand below their row on
        a narrow terminal, and then others; where not even the first two fit, each row
        becomes a block.
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
            self._fit(fits)
            return
        for at, row in enumerate(cells):
            if at:
                self.say()
            self.pairs(zip(titles, row, strict=True))

    def _fit(self, fits: "Fitted") -> None:
        from rich.text import Text  # noqa: PLC0415 - as above

        from node.cli.layout import laid, wrapped  # noqa: PLC0415 - as above

        console = self.console()

        def put(cells: Sequence[str], styles: Sequence[str]) -> None:
            for pieces in laid(cells, fits):
                parts = zip(pieces, styles, strict=True)
                text = Text(GAP).join(Text(piece, style=one) for piece, one in parts)
                text.rstrip()
                console.print(text)

        put(fits.shape.titles, ["bold"] * len(fits.shape.titles))
        for row, below in zip(fits.shape.rows, fits.below, strict=True):
            put(row, [_style(cell) for cell in row])
            for one in wrapped(below, console.width - len(_BELOW)) if below else ():
                console.print(Text(f"{_BELOW}{one}", style="dim"))

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
