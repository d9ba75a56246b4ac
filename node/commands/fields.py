"""Fields of arguments: read with care, refused with what was expected and an example.

The limits themselves stand in protocol/kinds; `draft` holds every body against them, so
that what a rule could only call undecodable is refused here with its field's name.
"""

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import Final, NoReturn
from urllib.parse import urlsplit

import msgspec

from node import money, shares
from node.act import Draft
from node.commands.forms import FORMS
from node.errors import UserFault
from node.views import texts
from protocol import limits, rules
from protocol.kinds import KINDS
from protocol.kinds.fields import Rate
from protocol.rules import dates

#: Longest title, skill list entry or other line that is published from here.
LINE_CHARS: Final = texts.LINE_CHARS
#: How much of what was typed an answer repeats.
_REPEATED: Final = 80
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_SLUG_CHARS: Final = 40
#: Passed through as they are: what JSON has no form for.
_BUILTIN: Final = (bytes, datetime.date)


def form_of(field: str) -> tuple[str, str] | None:
    """Say what a field takes, and an example; of `needs[1].skill`, what a skill is."""
    return FORMS.get(field) or FORMS.get(field.rpartition(".")[2])


def fault(
    field: str, given: object, expected: str | None = None, example: str | None = None
) -> UserFault:
    """Say that a field is not what was expected; FORMS knows what is not said here."""
    usual = form_of(field) or ("what belongs there", "")
    wanted = expected or usual[0]
    shown = example or usual[1]
    detail = f"{field}: {repeat(given)} is not {wanted}."
    if given is None:
        detail = f"{field}: it is missing; {wanted} belongs there."
    return UserFault(
        code="field-wrong",
        detail=detail,
        way_out=f"For example: {shown}" if shown else "",
        field=field,
        expected=wanted,
        example=shown,
    )


def needless(field: str, where: str) -> UserFault:
    """Say that a field has no place where something else is so."""
    return UserFault(
        code="field-wrong",
        detail=f"{field}: it has no place {where}.",
        way_out="Leave it out.",
        field=field,
        expected=f"nothing {where}",
        example="",
    )


def repeat(given: object) -> str:
    """Give what was typed, in part where it is long."""
    said = "an empty list" if given in ([], ()) else repr(given)
    if not isinstance(given, str | int | list | tuple) or isinstance(given, bool):
        # As it was sent: what else there is, a program gave.
        said = msgspec.json.encode(given, enc_hook=str).decode()
    return said if len(said) <= _REPEATED else f"{said[:_REPEATED]}…"


# --- single fields ------------------------------------------------------------------


def day(field: str, written: str) -> datetime.date:
    """Read a date, YYYY-MM-DD and nothing else."""
    try:
        if _DAY.fullmatch(written.strip()):
            return datetime.date.fromisoformat(written.strip())
    except ValueError as error:
        raise fault(field, written, "a date that the calendar has") from error
    raise fault(field, written)


def day_or_none(field: str, written: str | None) -> datetime.date | None:
    """Read a date that may be missing, or empty."""
    return day(field, written) if written and written.strip() else None


def check_window(
    starts: datetime.date | None, ends: datetime.date | None, *, field: str = "ends"
) -> None:
    """Refuse a window that runs backwards or over ten years; its end is in `field`."""
    void = dates.check_window(starts, ends)
    if void is not None:
        raise UserFault(
            code=void.code,
            detail=f"{field}: {rules.say(void)}.",
            way_out="Let it end on the day it starts or later, within ten years.",
            field=field,
            expected="a date from the start on, within ten years",
            example=str(starts),
        )


def slug(field: str, written: str) -> str:
    """Read a skill, theme or reason; what almost is one comes back as the example."""
    given = written.strip()
    if len(given) <= _SLUG_CHARS and _SLUG.fullmatch(given):
        return given
    near = re.sub(r"[^a-z0-9]+", "-", given.lower()).strip("-")[:_SLUG_CHARS]
    wanted, example = form_of(field) or FORMS["skill"]
    raise fault(field, written, wanted, near.strip("-") or example)


def slug_or_none(field: str, written: str | None) -> str | None:
    """Read one that may be missing."""
    return slug(field, written) if written else None


def choice(field: str, written: str, allowed: Iterable[str]) -> str:
    """Read one word of several."""
    words = sorted(allowed)
    if written in words:
        return written
    raise fault(field, written, f"one of {', '.join(words)}", words[0])


def step(kind: str, state: str, to: str, moves: Mapping[str, frozenset[str]]) -> None:
    """Refuse a state that does not follow, naming those that do."""
    if choice("to", to, moves) in moves[state]:
        return
    following = ", ".join(sorted(moves[state]))
    raise UserFault(
        code=f"{kind}-move",
        detail=f"to: a {kind} that is {state} cannot become {to}.",
        way_out=f"What can follow: {following}." if following else "It is final.",
        field="to",
        expected=f"one of {following}" if following else "nothing: it is final",
        example=next(iter(sorted(moves[state])), ""),
    )


def choices(field: str, written: Iterable[str], allowed: Iterable[str]) -> list[str]:
    """Read any of several words."""
    words = sorted(allowed)
    return [choice(field, one, words) for one in written]


def amount(field: str, written: str | int, currency: str) -> int:
    """Read a decimal amount into minor units; a sum of nothing is refused."""
    try:
        minor = money.read(str(written), currency)
    except ValueError as error:
        raise fault(field, written, str(error), _priced(currency)) from error
    if minor == 0:
        raise fault(field, written, "more than nothing", _priced(currency))
    return minor


def share(field: str, written: str) -> int:
    """Read a percentage into basis points."""
    try:
        return shares.read(written)
    except ValueError as error:
        raise fault(field, written, str(error), FORMS["share"][1]) from error


def same_currency(field: str, amount: str, named: str | None, expected: str) -> None:
    """Refuse an amount in another currency than the one that counts here."""
    if named is not None and named != expected:
        wanted = f"an amount in {expected}"
        raise fault(field, f"{amount} {named}", wanted, f"{amount} {expected}")


def written(minor: int, currency: str) -> str:
    """Write minor units as people type them."""
    return money.write(minor, currency).amount


def _priced(currency: str) -> str:
    return money.write(123450, currency).amount


def currency(field: str, written: str) -> str:
    """Read a currency that amounts can be written in."""
    if money.is_known(written):
        return written
    raise fault(field, written, *FORMS["currency"])


class Sum(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Money in arguments; the charter's currency where none is named."""

    amount: str
    currency: str | None = None


class Charge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rate in arguments: so much for so many minutes."""

    amount: str
    currency: str | None = None
    minutes: int


def rate(given: Charge | None, usual: str) -> Rate | None:
    """Read a rate; `usual` is the charter's currency."""
    return None if given is None else some_rate(given, usual)


def some_rate(given: Charge, usual: str) -> Rate:
    """Read a rate that has to be there."""
    code = currency("rate.currency", given.currency or usual)
    minor = amount("rate.amount", given.amount, code)
    if not 1 <= given.minutes <= limits.INTEGER:
        raise fault("rate.minutes", given.minutes, *FORMS["minutes"])
    return Rate(code, minor, given.minutes)


# --- words --------------------------------------------------------------------------


def line(field: str, written: str, example: str = "") -> str:
    """Read words that take one line; raises where nothing readable is left of them."""
    given = texts.line(written)
    if not given or len(given) > LINE_CHARS:
        expected = f"one line of 1 to {LINE_CHARS} characters"
        raise fault(field, written, expected, example or "Website for Bridport Market")
    return given


def link(field: str, written: str) -> str:
    """Read an address of the web."""
    given = written.strip()
    try:
        url = urlsplit(given)
    except ValueError:
        _refuse_link(field, written)
    whole = url.scheme in {"http", "https"} and bool(url.hostname)
    if not whole or not given.isprintable() or " " in given:
        _refuse_link(field, written)
    return given


def _refuse_link(field: str, written: str) -> NoReturn:
    raise fault(field, written, "an http or https address", "https://alba.example/job")


def words(**written: str | None) -> dict[str, str]:
    """Read the texts of an event by role, those that are given.

    A description and a note may have many lines; a link is one; the rest is one line.
    An empty text says that there is none any more.
    """
    return {
        role: _read_text(role, given)
        for role, given in written.items()
        if given is not None
    }


def _read_text(role: str, written: str) -> str:
    if not written.strip():
        return ""
    if role in texts.PROSE:
        return texts.prose(written)
    return link(role, written) if role in {"link", "web"} else line(role, written)


def said(texts_by_role: Mapping[str, str]) -> dict[str, str]:
    """Leave empty texts out, where there is nothing yet that they could empty."""
    return {role: text for role, text in texts_by_role.items() if text}


# --- bodies -------------------------------------------------------------------------


def draft(
    kind: str, body: msgspec.Struct, texts_by_role: Mapping[str, str] | None = None
) -> Draft:
    """Make the wish for an event; raises `UserFault` naming the field that is wrong."""
    plain = msgspec.to_builtins(body, builtin_types=_BUILTIN)
    try:
        msgspec.convert(plain, KINDS[kind], builtin_types=_BUILTIN)
    except msgspec.ValidationError as error:
        raise _outside(plain, str(error)) from error
    return Draft(kind, body, texts_by_role or {})


def _outside(plain: object, said_of: str) -> UserFault:
    # As msgspec says it: Expected `int` >= 1 - at `$.terms.requirements[0].minutes`.
    expected, _, place = said_of.partition(" - at `$.")
    path = place.rstrip("`").removeprefix("terms.")
    name = re.sub(r"\[[0-9]+\]$", "", path).rpartition(".")[2]
    given = _given(plain, place.rstrip("`"))
    known = FORMS.get(name)
    if known is not None:
        return fault(path, given, *known)
    return fault(path or "arguments", given, expected.removeprefix("Expected "))


def _given(plain: object, place: str) -> object:
    """Follow a path like `terms.requirements[0].skill` to what stands there."""
    found = plain
    for key, index in re.findall(r"(\w+)|\[(\d+)\]", place):
        if key and isinstance(found, dict):
            found = found.get(key)
        elif index and isinstance(found, list | tuple):
            found = found[int(index)]
    return found
