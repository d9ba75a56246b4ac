"""A CSV file as a spreadsheet saves it, into rows of values, or into what is wrong.

Rows are counted as the spreadsheet counts them: the headings are row 1. What is wrong
with a cell is noted and the next one read, so that one look at the file is enough.
"""

import csv
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from node.errors import UserFault
from node.exchange.sheets.column import Column, folded
from node.exchange.sheets.values import Amount, Order, Wrong

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

MAX_BYTES: Final = 4 * 1024 * 1024
"""Two thousand rows with a long description each; what a co-op has is 100 kB."""

MAX_ROWS: Final = 2_000
"""What one publish takes in about a second."""

MAX_PROBLEMS: Final = 100
"""More tell nobody more: it is another file than was meant."""

DELIMITERS: Final = ",;\t"
_SHOWN: Final = 80
_SEP: Final = "sep="


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A cell that cannot be taken; `column` is empty where it is the whole row."""

    row: int
    column: str
    given: str
    expected: str
    example: str

    @override
    def __str__(self) -> str:
        """Say it in one line."""
        where = f"row {self.row}, {self.column}" if self.column else f"row {self.row}"
        given = f"{self.given!r} is not " if self.given else ""
        example = f", for example {self.example}" if self.example else ""
        return f"{where}: {given}{self.expected}{example}"


class Row(NamedTuple):
    """A row: its number in the spreadsheet, and the values of its cells by key.

    A column that the file does not have is not among them; an empty cell is None.
    """

    number: int
    values: Mapping[str, object]


class Table(NamedTuple):
    """A file: its rows, what is wrong with it, and headings that are not known."""

    rows: Sequence[Row]
    problems: list[Problem]
    ignored: Sequence[str]


def _unreadable(detail: str, way_out: str) -> UserFault:
    return UserFault(
        code="csv-unreadable", detail=detail, way_out=way_out, field="path"
    )


def read(data: bytes, columns: Sequence[Column], order: Order | None) -> Table:
    """Read a file; raises `UserFault` where it is no table with these columns."""
    text = _text(data)
    delimiter, text = _delimiter(text, columns)
    if not text.strip():
        _columns([], columns)
    number = 0
    rows: list[Row] = []
    problems: list[Problem] = []
    known: dict[int, Column] = {}
    headings: list[str] = []
    try:
        for number, cells in enumerate(_records(text, delimiter), start=1):
            if number == 1:
                headings, known = cells, _columns(cells, columns)
            elif any(cell.strip() for cell in cells):
                rows.append(_row(number, cells, known, order, problems))
            if len(rows) > MAX_ROWS:
                raise _unreadable(
                    f"The file has more than {MAX_ROWS:,} rows.",
                    "Import it in parts.",
                )
    except csv.Error as error:
        raise _unreadable(
            f"The file is no CSV after row {number}: {error}.",
            "Save it again from the spreadsheet, as CSV UTF-8.",
        ) from error
    spare = [one for at, one in enumerate(headings) if at not in known]
    shown = [one.title for one in known.values() if one.shown]
    return Table(rows, problems[:MAX_PROBLEMS], [*filter(str.strip, spare), *shown])


def _text(data: bytes) -> str:
    wide = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable(
            f"The file is not UTF-8: byte {error.start + 1} belongs to no character.",
            "Save it as CSV UTF-8: in Excel the type is called so, in LibreOffice the"
            " character set is chosen when it is saved.",
        ) from error
    if "\0" in text:
        raise _unreadable(
            "The file holds binary data.", "Save it as CSV UTF-8, not as a workbook."
        )
    return text


def _delimiter(text: str, columns: Sequence[Column]) -> tuple[str, str]:
    """Find what separates cells: what gives the most headings that are known."""
    head, _, rest = text.partition("\n")
    said = head.strip().lower()
    if said.startswith(_SEP) and len(said) == len(_SEP) + 1:
        # Excel's own first line.
        return said[-1], rest
    names = set[str]().union(*(one.names for one in columns))

    def known(delimiter: str) -> int:
        cells = next(_records(text, delimiter), [])
        return sum(folded(one) in names for one in cells)

    try:
        return max(DELIMITERS, key=known), text
    except csv.Error:
        # The reader says what is wrong, once it counts the rows.
        return ",", text


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _columns(headings: Sequence[str], columns: Sequence[Column]) -> dict[int, Column]:
    """Give the column at each place; raises where one is missing or there twice."""
    by_name = {name: one for one in columns for name in one.names}
    found = {
        at: by_name[folded(heading)]
        for at, heading in enumerate(headings)
        if folded(heading) in by_name
    }
    titles = [one.title for one in found.values()]
    twice = sorted({one for one in titles if titles.count(one) > 1})
    missing = [one.title for one in columns if one.needed and one.title not in titles]
    if twice:
        raise _unreadable(
            f"The first row has the heading {twice[0]} twice.", "Delete one of them."
        )
    if missing:
        listed = ", ".join(one.title for one in columns if not one.shown)
        raise _unreadable(
            f"The first row has no heading {' and none '.join(missing)}.",
            f"The columns are: {listed}. An export has them all.",
        )
    return found


def _row(
    number: int,
    cells: Sequence[str],
    known: Mapping[int, Column],
    order: Order | None,
    problems: list[Problem],
) -> Row:
    found: dict[str, object] = {}
    for at, column in known.items():
        cell = cells[at] if at < len(cells) else ""
        if column.shown:
            continue
        try:
            found[column.key] = column.kind.read(cell, order) if cell.strip() else None
        except Wrong as wrong:
            problems.append(problem(number, column.title, cell, wrong))
    for column in known.values():
        if column.currency and column.key in found:
            _settle_currency(number, column, found, problems)
    return Row(number, found)


def _settle_currency(
    number: int, column: Column, found: dict[str, object], problems: list[Problem]
) -> None:
    """Take the currency that stands with an amount, where it does not contradict."""
    value = found[column.key]
    if not isinstance(value, Amount):
        return
    found[column.key] = value.number
    named = found.get(column.currency)
    if value.currency is None:
        return
    if named not in {None, value.currency}:
        wrong = Wrong(f"an amount in {named}, as the currency says", f"{value.number}")
        problems.append(problem(number, column.title, value.currency, wrong))
    found[column.currency] = value.currency


def problem(number: int, column: str, given: str, wrong: Wrong) -> Problem:
    """Note what is wrong with a cell."""
    shown = given if len(given) <= _SHOWN else f"{given[:_SHOWN]}…"
    return Problem(
        row=number,
        column=column,
        given=shown,
        expected=wrong.expected,
        example=wrong.example,
    )
