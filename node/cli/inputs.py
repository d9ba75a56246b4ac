"""What people type, read with care: efforts, money, rates, dates, requirement lines.

Each reader takes the name of the field first, so that a refusal can say which one, what
was expected, and an example. What needs the node to be understood (how long is a day of
work? in which currency is the project?) stays a `Later` until the command is sent.
"""

import calendar
import contextlib
import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, NoReturn, Protocol

from node.errors import UserFault

#: A working week; days are as long as the co-op's profile says.
WEEK_DAYS: Final = 5
#: The working day of a co-op whose profile says none, in minutes: 7.5 hours.
USUAL_DAY: Final = 450

#: What a working day may have, in minutes, as the profile says it.
_SHORTEST: Final = 60
_LONGEST: Final = 24 * 60
#: How much of what was typed an answer repeats.
_REPEATED: Final = 60
_PART: Final = re.compile(r"\s*([0-9]{1,7}(?:\.[0-9]{1,4})?)\s*([a-z]+)\s*")
_HOURS: Final = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2})?")
_UNITS: Final = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), (Decimal(1), "minutes")),
    **dict.fromkeys(("h", "hour", "hours"), (Decimal(60), "minutes")),
    **dict.fromkeys(("d", "day", "days"), (Decimal(1), "days")),
    **dict.fromkeys(("w", "week", "weeks"), (Decimal(WEEK_DAYS), "days")),
}
#: Digits, with or without thousands in groups; never a comma for a decimal point.
_NUMBER: Final = re.compile(
    r"(?P<whole>[0-9]{1,16}|[0-9]{1,3}(?:[, \u00a0\u202f][0-9]{3}){1,4})"
    r"(?P<decimals>\.[0-9]{1,4})?"
)
#: More digits than an amount may have.
_DIGITS: Final = re.compile(r"[0-9]{17,}(\.[0-9]*)?")
#: A point and three digits: 1.200 is 1,200 in half of Europe.
_LIKE_THOUSANDS: Final = 4
_CURRENCY: Final = re.compile(r"[A-Za-z]{3}")
#: Signs that mean one currency. "$" and "¥" mean several.
_SIGNS: Final = {"£": "GBP", "€": "EUR"}
_PER: Final = re.compile(r"\s*(?:/|\bper\b)\s*")

# Until 2099: a year beyond is a slip of the hand.
_ISO_DAY: Final = re.compile(r"(20[0-9]{2})-([0-9]{2})-([0-9]{2})")
_ISO_WEEK: Final = re.compile(r"(20[0-9]{2})-?W([0-9]{1,2})", re.IGNORECASE)
_SPELT: Final = re.compile(r"([0-9]{1,2})\s+([A-Za-z]{3,9})\s+(20[0-9]{2})")
_NAMES: Final = (
    "january february march april may june july august september october november"
    " december"
)
_MONTHS: Final = {
    form: number
    for number, name in enumerate(_NAMES.split(), start=1)
    for form in (name, name[:3])
}

Edge = Literal["start", "end"]
#: Asks the node a command and gives the result.
Asker = Callable[[str, Mapping[str, object]], object]


class Later(Protocol):
    """A value that is understood once the node can be asked."""

    def settle(self, ask: Asker) -> object:
        """Give the value as the command takes it; raises `UserFault`."""
        ...


def wrong(field: str, given: str, expected: str, example: str) -> NoReturn:
    """Refuse what was typed, saying what was expected."""
    shown = given if len(given) <= _REPEATED else f"{given[:_REPEATED]}…"
    raise UserFault(
        code="input-wrong",
        detail=f"{field}: {shown!r} is not {expected}.",
        way_out=f"For example: {example}",
        field=field,
        expected=expected,
        example=example,
    )


# -- efforts ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Minutes, and days as long as the co-op's working day."""

    field: str
    written: str
    minutes: Decimal
    days: Decimal

    def settle(self, ask: Asker) -> int:
        """Give whole minutes; the profile is asked only where days were typed."""
        day = working_day(ask) if self.days else USUAL_DAY
        total = self.minutes + self.days * day
        if total != int(total):
            expected = "a whole number of minutes"
            wrong(self.field, self.written, f"{expected} (it comes to {total})", "20h")
        return int(total)


def working_day(ask: Asker) -> int:
    """Ask how many minutes this co-op's working day has."""
    try:
        profile = ask("profile.show", {})
    except UserFault:
        # Not in a network yet, no profile yet: the command itself will say so.
        return USUAL_DAY
    day = profile.get("day") if isinstance(profile, dict) else None
    return day if isinstance(day, int) else USUAL_DAY


def effort(field: str, written: str) -> Effort:
    """Read an amount of work: 12h, 90m, 3d, 2w, 1h 30m."""
    text, place = written.lower(), 0
    totals = {"minutes": Decimal(0), "days": Decimal(0)}
    while (found := _PART.match(text, place)) and found[2] in _UNITS:
        size, kind = _UNITS[found[2]]
        totals[kind] += Decimal(found[1]) * size
        place = found.end()
    if place == 0 or place < len(text):
        wrong(field, written, "an amount of work in minutes, hours, days, weeks", "20h")
    return Effort(field=field, written=written, **totals)


def hours(field: str, written: str) -> int:
    """Read the length of a day: 7.5 or 7.5h, 7h 30m, 450m; minutes."""
    text = written.strip()
    read = effort(field, f"{text}h" if _HOURS.fullmatch(text) else text)
    if read.days or read.minutes != int(read.minutes):
        wrong(field, written, "a number of hours", "7.5")
    if not _SHORTEST <= read.minutes <= _LONGEST:
        wrong(field, written, "a working day of 1 to 24 hours", "7.5")
    return int(read.minutes)


# -- money --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """A decimal amount without separators; no currency where none was typed."""

    amount: str
    currency: str | None

    def sum(self) -> dict[str, object]:
        """Give it as commands take it: without a currency, the network's is meant."""
        named = {} if self.currency is None else {"currency": self.currency}
        return {"amount": self.amount, **named}


def money(field: str, written: str) -> Money:
    """Read an amount: 1200.50 GBP, £1,200.50, GBP 1200, 1200."""
    text, signs = written.strip(), list[str]()
    for sign, code in _SIGNS.items():
        if text.startswith(sign) or text.endswith(sign):
            signs.append(code)
            text = text.strip(sign).strip()
    for code in (text[:3], text[-3:]):
        if _CURRENCY.fullmatch(code):
            signs.append(code.upper())
            text = text.replace(code, "", 1).strip()
    found = _NUMBER.fullmatch(text)
    if found is None or len(signs) > 1:
        wrong(field, written, _amount(text), "1200.50 GBP")
    whole, decimals = re.sub(r"[^0-9]", "", found["whole"]), found["decimals"] or ""
    currency = signs[0] if signs else None
    if len(decimals) == _LIKE_THOUSANDS and not _has_thousandths(currency):
        wrong(
            field,
            written,
            "a clear amount: its point may stand before decimals or between thousands",
            f"{whole}{decimals[1:]} or {whole}{decimals[:3]}",
        )
    return Money(amount=f"{whole}{decimals}", currency=currency)


def _amount(text: str) -> str:
    """Say what was expected in the place of what is no amount."""
    if text.startswith("-"):
        return "an amount above nothing"
    too_long = _DIGITS.fullmatch(text) is not None
    return f"an amount {'of at most 16 digits' if too_long else 'with a decimal point'}"


def _has_thousandths(currency: str | None) -> bool:
    from node.currencies import CURRENCIES  # noqa: PLC0415 - 30 ms, seldom needed

    return currency is not None and CURRENCIES.get(currency) == 3


def sum_or_none(read: Money | None) -> dict[str, object] | None:
    """Give an amount that may be missing as commands take it."""
    return None if read is None else read.sum()


def one_currency(field: str, sum_: Money | None, named: str | None) -> str | None:
    """Give the currency of a sum that --currency may name; they must not differ."""
    code = None if sum_ is None else sum_.currency
    wanted = None if named is None else named.upper()
    if sum_ is not None and code is not None and wanted not in (None, code):
        written = f"{sum_.amount} {code}"
        wrong(field, written, f"in {wanted}, as --currency says", sum_.amount)
    return wanted or code


def theme(field: str, written: str) -> dict[str, object]:
    """Read a theme, and how much of the time served it: wellbeing, wellbeing=2h."""
    name, equals, work = written.partition("=")
    if not name.strip():
        wrong(field, written, "a theme, and how much of the time", "wellbeing=2h")
    return {
        "theme": name.strip(),
        **({"minutes": effort(field, work)} if equals else {}),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So much money for so much work."""

    money: Money
    per: Effort

    def settle(self, ask: Asker) -> dict[str, object]:
        """Give it with the minutes that it pays for."""
        return {**self.money.sum(), "minutes": self.per.settle(ask)}


def rate(field: str, written: str) -> Rate:
    """Read a price of work: 600GBP/day, £75/h, 2,400 EUR per week."""
    parts = _PER.split(written.strip())
    if len(parts) != 2 or not parts[1]:
        wrong(field, written, "an amount per hour, day or week", "600GBP/day")
    per = parts[1] if parts[1][0].isdigit() else f"1{parts[1]}"
    return Rate(money=money(field, parts[0]), per=effort(field, per))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledged:
    """Money for a project: an amount in the project's own currency."""

    field: str
    money: Money
    project: str

    def settle(self, ask: Asker) -> str:
        """Give the amount; where a currency was typed, it must be the project's."""
        if self.money.currency is None:
            return self.money.amount
        page = ask("project.show", {"project": self.project})
        goal = page.get("goal") if isinstance(page, dict) else None
        code = goal.get("currency") if isinstance(goal, dict) else None
        if code != self.money.currency:
            written = f"{self.money.amount} {self.money.currency}"
            expected = f"an amount in the project's currency, {code}"
            wrong(self.field, written, expected, f"{self.money.amount} {code}")
        return self.money.amount


def quantity(field: str, written: str) -> Effort | str:
    """Read how much of a pledge is meant: 12h of work, or 500.00 of its currency."""
    with contextlib.suppress(UserFault):
        return effort(field, written)
    read = money(field, written)
    if read.currency is not None:
        expected = (
            "an amount of work, or money without its currency (it is the pledge's)"
        )
        wrong(field, written, expected, read.amount)
    # Never without a point: an amount of money is not taken for minutes of work.
    return read.amount if "." in read.amount else f"{read.amount}.0"


# -- dates --------------------------------------------------------------------------


def day(field: str, written: str, edge: Edge = "start") -> str:
    """Read a date: 2027-01-12, 12 Jan 2027, or 2027-W02.

    edge: which day of an ISO week is meant, its Monday or its Sunday. Gives YYYY-MM-DD.
    """
    text = written.strip()
    try:
        found = _spelt(text, edge)
    except ValueError:
        wrong(field, written, "a date that the calendar has", "2027-01-12")
    if found is None:
        wrong(field, written, "a date (or an ISO week)", "2027-01-12 or 2027-W02")
    return found.isoformat()


def _spelt(text: str, edge: Edge) -> datetime.date | None:
    if found := _ISO_DAY.fullmatch(text):
        return datetime.date(int(found[1]), int(found[2]), int(found[3]))
    if found := _ISO_WEEK.fullmatch(text):
        weekday = calendar.MONDAY if edge == "start" else calendar.SUNDAY
        return datetime.date.fromisocalendar(int(found[1]), int(found[2]), weekday + 1)
    found = _SPELT.fullmatch(text)
    if found is None or found[2].lower() not in _MONTHS:
        return None
    return datetime.date(int(found[3]), _MONTHS[found[2].lower()], int(found[1]))


# -- codes --------------------------------------------------------------------------

_CPV: Final = re.compile(r"([0-9]{8})(?:-[0-9])?")


def cpv(field: str, written: str) -> str:
    """Read a CPV code as notices print it, 72212000-4; gives its eight digits."""
    found = _CPV.fullmatch(written.strip())
    if found is None:
        wrong(field, written, "a CPV code of eight digits", "72212000 or 72212000-4")
    return found[1]


# -- requirement lines --------------------------------------------------------------

_LINE: Final = re.compile(r"[0-9]{1,3}")
_NEED: Final = "[LINE=]SKILL[:EFFORT[:FROM[:TO]]]"


def need(field: str, written: str, *, must: bool) -> dict[str, object]:
    """Read a requirement line: python:30d:2027-01-04:2027-03-26, 2=design:5d."""
    head, numbered, rest = written.strip().rpartition("=")
    parts = rest.split(":")
    unreadable = numbered and not _LINE.fullmatch(head)
    if unreadable or len(parts) > 4 or not parts[0].strip():
        wrong(field, written, _NEED, "python:30d:2027-01-04:2027-03-26")
    skill, work, starts, ends = [*parts, "", "", ""][:4]
    return {
        "skill": skill.strip(),
        "must": must,
        **({"line": int(head)} if head else {}),
        **({"minutes": effort(field, work)} if work else {}),
        **({"starts": day(field, starts)} if starts else {}),
        **({"ends": day(field, ends, "end")} if ends else {}),
    }
