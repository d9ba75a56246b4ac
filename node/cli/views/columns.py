"""Columns of tables: a title, and how its cell is read from a row."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple, cast

from node.cli import forms
from node.cli.forms import Form, Row
from node.cli.page import Page

View = Callable[[Page, Mapping[str, object], Row], None]


#: Forms of what stands to the right.
_NUMBERS: Final = (
    forms.effort,
    forms.some_effort,
    forms.money,
    forms.some_money,
    forms.percent,
)


class Column(NamedTuple):
    """One column. `keys` are the fields of a row that it reads.

    spare: it stands below the row where a terminal is narrow.
    """

    title: str
    keys: tuple[str, ...]
    read: Callable[[Row], str]
    right: bool = False
    spare: bool = False


def of(title: str, key: str, form: Form = forms.line, *, spare: bool = False) -> Column:
    """Make a column of one field; efforts and money stand to the right."""
    right = form in _NUMBERS
    return Column(title, (key,), lambda row: form(row.get(key)), right, spare)


def when(*, spare: bool = False) -> Column:
    """Make a column of a period."""
    return Column("When", ("starts", "ends"), forms.period, spare=spare)


def rows_of(result: Row, key: str) -> list[Row]:
    """Give the rows below a key of a result."""
    found = result.get(key)
    return (
        [one for one in found if isinstance(one, dict)]
        if isinstance(found, list)
        else []
    )


def part_of(result: Row, key: str) -> Row:
    """Give the object below a key of a result; an empty one where there is none."""
    found = result.get(key)
    return cast("Row", found) if isinstance(found, dict) else {}


def put_table(page: Page, columns: Sequence[Column], rows: Sequence[Row]) -> None:
    """Write a table, without the columns in which no row has anything."""
    cells = [[column.read(row) for column in columns] for row in rows]
    used = [at for at in range(len(columns)) if any(row[at] for row in cells)]
    page.table(
        [columns[at].title for at in used],
        [[row[at] for at in used] for row in cells],
        frozenset(new for new, at in enumerate(used) if columns[at].right),
        frozenset(new for new, at in enumerate(used) if columns[at].spare),
    )


def put_pairs(page: Page, columns: Sequence[Column], row: Row) -> None:
    """Write one row as names and values."""
    page.pairs((column.title, column.read(row)) for column in columns)
