"""Which columns of a table fit beside each other, and how narrow they may be."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len, chop_cells

#: Between two columns.
GAP = "  "
#: A column of words is wrapped, but not to less than this (or its longest word).
_NARROW = 18
#: The columns that stay beside each other, however narrow a terminal is: what a row is
#: named by.
_KEPT = 2
#: Where no terminal is, columns are aligned up to this.
MOST_PADDED = 40

Rows = Sequence[Sequence[str]]


class Shape(NamedTuple):
    """A table of texts without line breaks.

    right: columns that hold numbers. spare: columns that a narrow terminal has below
    the row instead, the last ones first.
    """

    titles: Sequence[str]
    rows: Rows
    right: frozenset[int] = frozenset()
    spare: frozenset[int] = frozenset()

    def without(self, gone: int) -> "Shape":
        """Give the table without one column."""
        return Shape(
            _without(self.titles, gone),
            [_without(row, gone) for row in self.rows],
            frozenset(at - (at > gone) for at in self.right if at != gone),
            frozenset(at - (at > gone) for at in self.spare if at != gone),
        )

    def widths(self) -> list[int]:
        """Say how wide each column is if nothing is wrapped."""
        return [
            max(cell_len(row[at]) for row in (self.titles, *self.rows))
            for at in range(len(self.titles))
        ]

    def least(self) -> list[int]:
        """Say how narrow each column may become: words are kept whole."""
        return [
            width if at in self.right else min(width, max(_NARROW, self._word(at)))
            for at, width in enumerate(self.widths())
        ]

    def _word(self, at: int) -> int:
        cells = (self.titles[at], *(row[at] for row in self.rows))
        return max((cell_len(word) for one in cells for word in one.split()), default=0)


class Fitted(NamedTuple):
    """A table that fits, and by row what stands below the row, as it has no room."""

    shape: Shape
    widths: list[int]
    below: list[str]


def fitted(shape: Shape, width: int) -> Fitted | None:
    """Put columns below their rows until the rest fits; None if it never does.

    The spare ones go first, then the others, but for the first ones, from the last on.
    """
    whole, gone = shape, list[int]()
    columns = list(range(len(shape.titles)))
    while _total(shape.least()) > width:
        at = max(shape.spare, default=len(columns) - 1)
        if at < _KEPT and not shape.spare:
            return None
        shape = shape.without(at)
        gone.append(columns.pop(at))
    below = [
        ", ".join(f"{whole.titles[at]}: {row[at]}" for at in sorted(gone) if row[at])
        for row in whole.rows
    ]
    return Fitted(shape, _grown(shape, width), below)


def _grown(shape: Shape, width: int) -> list[int]:
    """Share out what room is left: who wants little gets it, then the others."""
    least, wanted = shape.least(), shape.widths()
    widths, room = list(least), width - _total(least)
    waiting = sorted(range(len(widths)), key=lambda at: wanted[at] - least[at])
    for place, at in enumerate(waiting):
        more = min(wanted[at] - least[at], room // (len(waiting) - place))
        widths[at] += more
        room -= more
    return widths


def wrapped(cell: str, width: int) -> list[str]:
    """Break a cell into lines between words; a word that is longer is cut."""
    lines, line = list[str](), ""
    for word in cell.split():
        if line and cell_len(line) + 1 + cell_len(word) <= width:
            line += f" {word}"
            continue
        if line:
            lines.append(line)
        *whole, line = chop_cells(word, width)
        lines.extend(whole)
    return [*lines, line]


def laid(cells: Sequence[str], fits: Fitted) -> list[list[str]]:
    """Write the cells of one row as lines of padded pieces, column by column."""
    columns = [
        wrapped(cell, width) for cell, width in zip(cells, fits.widths, strict=True)
    ]
    return [
        [
            padded(
                column[at] if at < len(column) else "",
                fits.widths[place],
                to_right=place in fits.shape.right,
            )
            for place, column in enumerate(columns)
        ]
        for at in range(max(map(len, columns)))
    ]


def aligned(shape: Shape) -> list[str]:
    """Write a table as lines, every cell whole.

    One long title does not push the columns of all other rows aside: a cell beyond
    `MOST_PADDED` moves what follows it in its own row. Where all cells are beyond it,
    the shortest of them is the measure.
    """
    widths = [
        min(width, max(MOST_PADDED, _shortest(shape, at)))
        for at, width in enumerate(shape.widths())
    ]
    return [
        GAP.join(
            padded(cell, width, to_right=at in shape.right)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (shape.titles, *shape.rows)
    ]


def _shortest(shape: Shape, at: int) -> int:
    return min((cell_len(row[at]) for row in shape.rows), default=0)


def padded(cell: str, width: int, *, to_right: bool) -> str:
    """Fill a cell up with spaces."""
    space = " " * (width - cell_len(cell))
    return space + cell if to_right else cell + space


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _without(cells: Sequence[str], gone: int) -> list[str]:
    return [cell for at, cell in enumerate(cells) if at != gone]
