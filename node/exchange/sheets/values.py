"""Values as spreadsheets write them, in English and in French; nothing is guessed.

What reads two ways ("1,234", "03/04/2026") is refused with both of its readings.
"""

import datetime
import re
from decimal import Decimal
from typing import Final, Literal, NamedTuple

Order = Literal["day-first", "month-first"]

MINUTES: Final = 60
#: A third of an hour has no end as a decimal: four places tell all minutes apart.
_HOUR_PLACES: Final = 4
_CLOSE: Final = Decimal("0.005")
#: Digits of the largest number that events hold, and room for decimals.
_DIGITS: Final = 22

_SPACES: Final = re.compile(r"[\s\u00a0\u202f\u2019']")
_NUMBER: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
#: Thousands in groups, or none at all.
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:[\s\u00a0\u202f\u2019'][0-9]{3})+(?![0-9])")
_SIGNS: Final = {"£": "GBP", "€": "EUR"}
_CODE: Final = re.compile(r"\A([A-Z]{3})\b|\b([A-Z]{3})\Z")

_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_SLASHED: Final = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
#: A spreadsheet's own midnight.
_MIDNIGHT: Final = re.compile(r"[T ]0?0:00(:00)?\Z")

YES: Final = frozenset({"yes", "oui", "true", "vrai", "1", "x", "y", "o"})
NO: Final = frozenset({"no", "non", "false", "faux", "0", "n", ""})


class Wrong(ValueError):
    """A cell that is not what was expected."""

    def __init__(self, expected: str, example: str) -> None:
        """Say what was expected, with an example."""
        super().__init__(expected)
        self.expected = expected
        self.example = example


class Amount(NamedTuple):
    """A number, and the currency that was written with it."""

    number: Decimal
    currency: str | None


def number(text: str, expected: str, example: str) -> Decimal:
    """Read a number: 1234.56, 1234,56, 1 234,56, 1,234.56, 1.234,56.

    Raises `Wrong`, also where one comma or point stands before three digits: that is a
    thousand in one language, and one and a bit in the other.
    """
    given = text.strip()
    spaced = _SPACES.search(given) is not None
    if spaced and not _GROUPED.match(given):
        raise Wrong(expected, example)
    digits = _SPACES.sub("", given)
    if len(digits) > _DIGITS or not _NUMBER.fullmatch(digits):
        raise Wrong(expected, example)
    marks = [one for one in digits if one in ",."]
    if not marks:
        return Decimal(digits)
    *groups, last = re.split(r"[.,]", digits)
    if _has_decimals(marks, groups, last, spaced=spaced, expected=expected):
        _check_groups(groups, expected, example)
        return Decimal(f"{''.join(groups)}.{last}")
    _check_groups([*groups, last], expected, example)
    return Decimal("".join([*groups, last]))


def _has_decimals(
    marks: list[str], groups: list[str], last: str, *, spaced: bool, expected: str
) -> bool:
    """Tell whether the last mark stands before decimals."""
    if len(marks) > 1:
        # The same mark twice groups thousands; another one at the end does not.
        if len(set(marks[:-1])) > 1:
            raise Wrong(expected, "1234.56")
        return marks[-1] != marks[0]
    two_ways = len(last) == 3 and len(groups[0]) <= 3 and groups[0].strip("0")
    if two_ways and not spaced:
        whole, part = f"{groups[0]}{last}", f"{groups[0]}.{last}0"
        raise Wrong(f"{expected} that reads one way only", f"{whole} or {part}")
    return True


def _check_groups(groups: list[str], expected: str, example: str) -> None:
    """Refuse thousands that are not in threes; a single group is as long as it is."""
    if len(groups) > 1 and (
        not 1 <= len(groups[0]) <= 3 or any(len(one) != 3 for one in groups[1:])
    ):
        raise Wrong(expected, example)


def amount(text: str) -> Amount:
    """Read an amount of money, with a sign or a code of its currency or without."""
    expected, example = "an amount of money", "1234.56"
    given, codes = text.strip(), list[str]()
    for sign, code in _SIGNS.items():
        if given.startswith(sign) or given.endswith(sign):
            codes.append(code)
            given = given.strip(sign).strip()
    if found := _CODE.search(given):
        codes.append(found[1] or found[2])
        given = (given[: found.start()] + given[found.end() :]).strip()
    if len(codes) > 1:
        raise Wrong("an amount in one currency", "1234.56 GBP")
    return Amount(number(given, expected, example), codes[0] if codes else None)


def hours(text: str) -> int:
    """Read decimal hours into whole minutes: 7.5, 7,5; 0.3333 is a third."""
    expected, example = "a number of hours that comes to whole minutes", "7.5"
    minutes = number(text, expected, example) * MINUTES
    whole = round(minutes)
    if abs(minutes - whole) > _CLOSE or whole < 1:
        raise Wrong(expected, example)
    return whole


def whole(text: str) -> int:
    """Read a whole number, such as that of a line."""
    given = text.strip()
    # A spreadsheet that takes it for a measure adds ".0".
    given = given.removesuffix(".0").removesuffix(",0")
    if not (given.isascii() and given.isdigit()) or len(given) > 9:
        raise Wrong("a whole number", "2")
    return int(given)


def flag(text: str) -> bool:
    """Read yes or no."""
    given = text.strip().lower()
    if given in YES:
        return True
    if given in NO:
        return False
    raise Wrong("yes or no", "yes")


def day(text: str, order: Order | None) -> datetime.date:
    """Read a date: 2026-12-31, 31/12/2026, 31.12.2026, 12/31/2026.

    Where day and month could be exchanged, `order` says which comes first; without it
    such a date is refused. With points the day comes first: nobody writes it otherwise.
    """
    given = _MIDNIGHT.sub("", text.strip())
    if found := _ISO.fullmatch(given):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    found = _SLASHED.fullmatch(given)
    if found is None:
        raise Wrong("a date", "2026-12-31 or 31/12/2026")
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    order = "day-first" if found[2] == "." else order
    if first != second and max(first, second) <= 12 and order is None:
        one, other = _date(year, second, first), _date(year, first, second)
        raise Wrong(
            "a date that reads one way only; say which comes first, the day or the"
            " month (--dates), or write it",
            f"{one} or {other}",
        )
    if order == "month-first" or (order is None and second > 12):
        first, second = second, first
    return _date(year, second, first)


def _date(year: int, month: int, day_: int) -> datetime.date:
    try:
        return datetime.date(year, month, day_)
    except ValueError as error:
        raise Wrong("a date that the calendar has", "2026-12-31") from error


# --- writing ------------------------------------------------------------------------


def write_number(found: Decimal, mark: str) -> str:
    """Write a number with a decimal point or comma, so that it reads one way only."""
    text = f"{found:f}"
    whole_part, point, part = text.partition(".")
    if not point:
        return text
    if len(part) == 3 and len(whole_part) <= 3 and whole_part.strip("0"):
        part += "0"
    return f"{whole_part}{mark}{part}"


def write_hours(minutes: int, mark: str) -> str:
    """Write minutes as decimal hours."""
    found = round(Decimal(minutes) / MINUTES, _HOUR_PLACES).normalize()
    return write_number(found, mark)
