"""Values for people: hours, money, dates, ids; and text that cannot move a cursor."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from node.views import efforts

Row = Mapping[str, object]
Form = Callable[[object], str]

#: Characters of an id that people see after its prefix: 60 bits name one thing, and the
#: node takes any beginning of an id.
BRIEF_CHARS: Final = 12
#: What moves a cursor, changes colours, breaks lines or turns text around: control
#: characters but the tab and the line feed, and Unicode's format characters of bidi.
_UNSAFE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)
_MINUTE_CHARS: Final = len("2027-01-04 09:30")
_SPACE: Final = re.compile(r"\s+")


def prose(words: object) -> str:
    """Write a text of several lines; what a terminal would act upon becomes a �."""
    return _UNSAFE.sub("\ufffd", _text(words).replace("\r\n", "\n")).strip("\n")


def line(words: object) -> str:
    """Write a text on one line."""
    return _SPACE.sub(" ", prose(words)).strip()


def _text(value: object) -> str:
    return "" if value is None else str(value)


def escaped(json: str) -> str:
    """Escape in JSON what a terminal would act upon; it stays the same JSON."""
    unsafe = {one for one in json if _UNSAFE.match(one)}
    for one in sorted(unsafe):
        json = json.replace(one, f"\\u{ord(one):04x}")
    return json


def effort(minutes: object) -> str:
    """Write minutes: 20 h, 1 h 30 min, 45 min."""
    return efforts.write(minutes) if isinstance(minutes, int) else ""


def some_effort(minutes: object) -> str:
    """Write minutes, or nothing for none."""
    return effort(minutes) if minutes else ""


#: In place of what is wanted or missing, where nothing says how much it is.
NO_EFFORT: Final = "not said"


def missing(row: Row) -> str:
    """Write the effort that is missing of what is wanted, if that is said at all."""
    return effort(row.get("missing")) if row.get("wanted") else NO_EFFORT


def wanted(minutes: object) -> str:
    """Write an effort that is asked for, if any is."""
    return some_effort(minutes) or NO_EFFORT


def money(value: object) -> str:
    """Write an amount: 1,234.50 GBP."""
    if not isinstance(value, Mapping):
        return ""
    whole, point, decimals = _text(value.get("amount")).partition(".")
    grouped = f"{int(whole):,}" if whole.isdigit() else line(whole)
    return line(f"{grouped}{point}{decimals} {_text(value.get('currency'))}")


def some_money(value: object) -> str:
    """Write an amount, or nothing for none."""
    written = money(value)
    return written if any(one in "123456789" for one in written) else ""


def rate(value: object) -> str:
    """Write a price of work: 75.00 GBP/h, 600.00 GBP per 7 h 30 min."""
    if not isinstance(value, Mapping):
        return ""
    minutes = value.get("minutes")
    if minutes == efforts.HOUR:
        return f"{money(value)}/h"
    return f"{money(value)} per {effort(minutes)}"


def yes(value: object) -> str:
    """Write a truth, or nothing."""
    return "yes" if value is True else ""


def tri(value: object) -> str:
    """Write a truth that may be unknown."""
    return "?" if value is None else "yes" if value else "no"


def approvals(row: Row) -> str:
    """Write how many electors have approved, of how many that it takes: 1 of 2."""
    so_far, needed = row.get("approvals"), row.get("needed")
    return "" if so_far is None else f"{line(so_far)} of {line(needed)}"


def several(values: object) -> str:
    """Write a list on one line."""
    return line(", ".join(map(str, values))) if isinstance(values, list) else ""


def percent(value: object) -> str:
    """Write a percentage."""
    return f"{value} %" if isinstance(value, int) else ""


def moment(value: object) -> str:
    """Write a time as ISO 8601 has it, readably."""
    return line(value).replace("T", " ").replace("Z", " UTC")


def minute(value: object) -> str:
    """Write a time to the minute; its column says that it is UTC."""
    return line(value).replace("T", " ")[:_MINUTE_CHARS]


def brief(value: object) -> str:
    """Write an id so short that it can be typed, and long enough to name one thing."""
    head, _, tail = line(value).partition("_")
    return f"{head}_{tail[:BRIEF_CHARS]}" if tail else head


#: What a state is called for people, where its own word would mislead.
_DECIDED: Final = {"lost": "awarded to others"}


def lead_state(row: Row) -> str:
    """Write the state of a lead; a notice that others won was never this co-op's."""
    state = line(row.get("state"))
    return _DECIDED.get(state, state) if row.get("noticed") else state


def period(row: Row) -> str:
    """Write from when to when: 2027-01-04 to 2027-03-26."""
    starts, ends = line(row.get("starts")), line(row.get("ends"))
    return f"{starts or '…'} to {ends or '…'}" if starts or ends else ""
