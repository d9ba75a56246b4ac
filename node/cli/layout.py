"""Which columns of a table fit beside each other, and how narrow they may be."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len

#: Between two columns.
GAP = "  "
#: A column of words is wrapped, but not to less than this (or its longest word).
_NARROW = 12

Rows = Sequence[Sequence[str]]


class Shape(NamedTuple):
    """A table of texts without line breaks.

    right: columns that hold numbers. spare: columns that a narrow terminal does
    without, the last ones first.
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


def fitted(shape: Shape, width: int) -> Shape | None:
    """Leave spare columns out until the rest fits; None if it does not even then."""
    while _total(shape.least()) > width:
        if not shape.spare:
            return None
        shape = shape.without(max(shape.spare))
    return shape


def aligned(shape: Shape) -> list[str]:
    """Write a table as lines, however long they become."""
    widths = shape.widths()
    return [
        GAP.join(
            _padded(cell, width, to_right=at in shape.right)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in (shape.titles, *shape.rows)
    ]


def _padded(cell: str, width: int, *, to_right: bool) -> str:
    space = " " * (width - cell_len(cell))
    return space + cell if to_right else cell + space


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _without(cells: Sequence[str], gone: int) -> list[str]:
    return [cell for at, cell in enumerate(cells) if at != gone]
