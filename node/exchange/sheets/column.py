"""What a column holds: how its cells are read and written, and what it is called."""

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from node.currencies import CURRENCIES
from node.exchange.sheets import values
from node.exchange.sheets.cells import bare, shield
from node.exchange.sheets.values import Order, Wrong
from node.views import texts

#: A row: key of a column -> value; None where there is none.
Values = Mapping[str, object]


class Style(NamedTuple):
    """How a spreadsheet of some language wants its files."""

    delimiter: str
    mark: str


STYLES: Final = {"comma": Style(",", "."), "semicolon": Style(";", ",")}
#: Languages (ISO 639) whose spreadsheets separate cells by commas; the others, French
#: among them, use the comma in numbers and separate by semicolons.
COMMA_LANGUAGES: Final = frozenset(("en", "cy", "ga", "gd", "ja", "ko", "zh", "th"))


class Kind(NamedTuple):
    """Reads a cell (raises `Wrong`) and writes one."""

    read: Callable[[str, Order | None], object]
    write: Callable[[object, str], str]


def _plain(found: object, _mark: str) -> str:
    return shield(str(found))


def _write_day(found: object, _mark: str) -> str:
    # ISO 8601: spreadsheets of all languages read it as a date.
    return found.isoformat() if isinstance(found, datetime.date) else ""


def _write_number(found: object, mark: str) -> str:
    return values.write_number(found, mark) if isinstance(found, Decimal) else ""


def _write_hours(found: object, mark: str) -> str:
    return values.write_hours(found, mark) if isinstance(found, int) else ""


def _write_list(found: object, _mark: str) -> str:
    return shield(" ".join(found)) if isinstance(found, tuple) else ""


def _line(text: str, _order: Order | None) -> str:
    return texts.line(bare(text))


def _prose(text: str, _order: Order | None) -> str:
    return texts.prose(bare(text))


def _currency(text: str, _order: Order | None) -> str:
    code = text.strip().upper()
    if code not in CURRENCIES:
        raise Wrong("a currency code of ISO 4217", "GBP or EUR")
    return code


def _list(text: str, _order: Order | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, re.split(r"[\s,;]+", bare(text)))))


LINE: Final = Kind(_line, _plain)
PROSE: Final = Kind(_prose, _plain)
HOURS: Final = Kind(lambda text, _: values.hours(text), _write_hours)
DAY: Final = Kind(values.day, _write_day)
#: Read as `Amount`: a currency may stand in the same cell. Written from a Decimal.
MONEY: Final = Kind(lambda text, _: values.amount(text), _write_number)
CURRENCY: Final = Kind(_currency, _plain)
WHOLE: Final = Kind(lambda text, _: values.whole(text), _plain)
FLAG: Final = Kind(
    lambda text, _: values.flag(text), lambda found, _: "yes" if found else "no"
)
LIST: Final = Kind(_list, _write_list)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, the key of its value, what its cells hold.

    shown: it is only written; what stands in it in a file that is read is left alone.
    needed: a file without it cannot be read. french: the heading in French.
    currency: the key of the column that names the currency of this one.
    """

    title: str
    key: str
    kind: Kind = LINE
    shown: bool = False
    needed: bool = False
    french: str = ""
    currency: str = ""

    @property
    def names(self) -> set[str]:
        """All headings that mean this column, as `folded` gives them."""
        return {folded(self.title), folded(self.french)} - {""}

    def cell(self, row: Values, style: Style) -> str:
        """Write the cell of a row."""
        found = row.get(self.key)
        return "" if found is None else self.kind.write(found, style.mark)


def folded(heading: str) -> str:
    """Fold what is the same heading to a reader: case, spaces around and within."""
    return " ".join(heading.split()).casefold()
