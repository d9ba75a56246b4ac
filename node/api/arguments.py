"""Reading what a command is asked with: the query of a GET, the JSON of a POST.

The types of the arguments say how a text of the query is read, and refuse the rest with
the field's name, as they do for the command line. Nothing is guessed: a name that comes
twice where one value is wanted, `1e3` for a number, a body beside a query are refused.
"""

import re
from collections.abc import Mapping
from typing import Final, Literal
from urllib.parse import parse_qsl, unquote, urlencode

import msgspec
from msgspec import inspect

from node.api.routes import Route
from node.commands import typed
from node.commands.typed import Wrong
from node.errors import UserFault

#: How a field is written in a query; "nested" ones cannot be.
Form = Literal["text", "number", "yes", "texts", "nested"]
#: Names in one query; the largest command has a dozen fields.
NAMES: Final = 64
#: Longest text that a query may give for one field; ids and names are far shorter.
TEXT_CHARS: Final = 1000
_NUMBER: Final = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_YES: Final = {"true": True, "false": False}
#: The reader's own arguments of a list; no command has one of these names.
PAGING: Final = ("limit", "cursor")
#: Where the token stands in an address; the door reads it.
TOKEN: Final = "token"  # noqa: S105 - the name of the place
#: Where arguments stand that a body does not take; the rest is in the path.
_PLACES: Final = {
    "key": "the header Idempotency-Key",
    "by": "the header Authorization",
}
_TEXTS: Final = (inspect.StrType, inspect.LiteralType, inspect.EnumType)
_DATED: Final = (inspect.DateType, inspect.DateTimeType)
_MANY: Final = (inspect.VarTupleType, inspect.ListType)


class Query(msgspec.Struct, frozen=True):
    """A query, read: what is for the command, and what is for the list."""

    args: dict[str, object]
    paging: dict[str, str]


def forms(args: type[msgspec.Struct]) -> dict[str, Form]:
    """Say of each field how it is written in a query."""
    found = inspect.type_info(args)
    assert isinstance(found, inspect.StructType)  # noqa: S101 - args is one
    return {field.encode_name: _form(field.type) for field in found.fields}


def _form(found: inspect.Type) -> Form:
    if isinstance(found, inspect.Metadata):
        return _form(found.type)
    if isinstance(found, inspect.UnionType):
        inner = {_form(one) for one in found.types if one != inspect.NoneType()}
        # Where a text is taken as well as a number, the command reads the text.
        return "text" if inner == {"text", "number"} else _only(inner)
    if isinstance(found, inspect.BoolType):
        return "yes"
    if isinstance(found, inspect.IntType):
        return "number"
    if isinstance(found, _MANY):
        return "texts" if _form(found.item_type) == "text" else "nested"
    return "text" if isinstance(found, (*_TEXTS, *_DATED)) else "nested"


def _only(inner: set[Form]) -> Form:
    return inner.pop() if len(inner) == 1 else "nested"


def read_query(route: Route, raw: str) -> Query:
    """Read a query string; raises `UserFault` naming the field."""
    known = {
        name: form
        for name, form in forms(route.command.args).items()
        if name not in route.hidden
    }
    args: dict[str, object] = {}
    paging: dict[str, str] = {}
    for name, written in _pairs(raw):
        if name in PAGING and name not in known:
            _refuse_twice(name, paging)
            paging[name] = written
        elif name == TOKEN and route.linked:
            continue
        elif known.get(name, "nested") == "nested":
            raise _unknown(route, name)
        elif known[name] == "texts":
            several = args.setdefault(name, [])
            assert isinstance(several, list)  # noqa: S101 - made one line above
            several.append(written)
        else:
            _refuse_twice(name, args)
            args[name] = _value(name, written, known[name])
    return Query(args, paging)


def _pairs(raw: str) -> list[tuple[str, str]]:
    if not raw:
        return []
    try:
        pairs = parse_qsl(
            raw,
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=NAMES,
        )
    except ValueError as error:
        raise UserFault(
            code="query-form",
            detail="The query is not NAME=VALUE&… in UTF-8, percent-encoded.",
            way_out=f"At most {NAMES} names, each with a value.",
            field="query",
            expected="NAME=VALUE&…",
            example="limit=20",
        ) from error
    if any(len(text) > TEXT_CHARS or "\0" in text for pair in pairs for text in pair):
        raise UserFault(
            code="query-form",
            detail=f"A value of the query has more than {TEXT_CHARS} characters, or a"
            " NUL.",
            way_out="Nothing that is looked for is as long.",
            field="query",
            expected=f"values of at most {TEXT_CHARS} characters",
        )
    return pairs


def _value(name: str, written: str, form: Form) -> object:
    if form == "number":
        if _NUMBER.fullmatch(written):
            return int(written)
        raise _wrong(name, "a whole number", "20")
    if form == "yes":
        if written in _YES:
            return _YES[written]
        raise _wrong(name, "true or false", "true")
    return written


def _refuse_twice(name: str, seen: Mapping[str, object]) -> None:
    if name in seen:
        raise UserFault(
            code="query-twice",
            detail=f"{name}: it is given twice, and takes one value.",
            way_out="Leave one of them out.",
            field=name,
            expected="one value",
        )


def _unknown(route: Route, name: str) -> UserFault:
    known = [
        one
        for one, form in forms(route.command.args).items()
        if one not in route.hidden and form != "nested"
    ]
    return UserFault(
        code="args-wrong",
        detail=f"{name[:80]}: there is no such argument here.",
        way_out=f"It takes {', '.join(known)}." if known else "It takes none.",
        field=name[:80],
        expected="an argument that is known",
    )


def _wrong(name: str, expected: str, example: str) -> UserFault:
    return UserFault(
        code="args-wrong",
        detail=f"{name}: not {expected}.",
        way_out=f"For example: {example}",
        field=name,
        expected=expected,
        example=example,
    )


# --- bodies and paths ---------------------------------------------------------------


def read_body(route: Route, data: bytes) -> dict[str, object]:
    """Read the body of a POST: an object, or nothing at all for an empty one."""
    try:
        given = msgspec.json.decode(data, type=dict[str, object]) if data else {}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UserFault(
            code="body-form",
            detail="The body is not one JSON object in UTF-8.",
            way_out='For example: {"to": "open"}',
            field="body",
            expected="one JSON object in UTF-8",
            example='{"to": "open"}',
        ) from error
    for name in route.hidden & given.keys():
        place = _PLACES.get(name, "the path")
        raise UserFault(
            code="args-wrong",
            detail=f"{name}: it stands in {place}.",
            way_out="Leave it out of the body.",
            field=name,
            expected="nothing in the body",
        )
    return given


def path_value(name: str, raw: str) -> str:
    """Read the part of a path that names something."""
    try:
        return unquote(raw, errors="strict")
    except UnicodeDecodeError as error:
        raise _wrong(name, "UTF-8, percent-encoded", "evt_k3fw72qa") from error


def read_args(route: Route, given: Mapping[str, object]) -> msgspec.Struct:
    """Make the arguments of a command; raises `UserFault` "args-wrong"."""
    try:
        return msgspec.convert(given, route.command.args)
    except (msgspec.ValidationError, RecursionError) as error:
        wrong = typed.wrong(route.command.args, str(error))
        raise UserFault(
            code="args-wrong",
            detail=wrong.detail,
            way_out=_way_out(route, wrong),
            field=wrong.field,
            expected=wrong.expected,
            example=wrong.example,
        ) from error


def _way_out(route: Route, wrong: Wrong) -> str:
    """Show the argument in its place, and where all of them are told of."""
    told = f"/api/v1/openapi.json has what {route.name} takes."
    if not wrong.argument or wrong.argument in route.hidden:
        return told
    if route.method == "GET" or route.taken is not None:
        return f"For example: ?{urlencode({wrong.argument: wrong.example})}. {told}"
    shown = msgspec.json.encode({wrong.argument: wrong.sample}).decode()
    return f"For example: {shown}. {told}"
