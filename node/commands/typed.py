"""Arguments held against their types: what does not fit is told in plain words.

msgspec says where in the arguments something does not fit; the type of that place and
FORMS say what belongs there, and what it looks like.
"""

import re
from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import inspect

from node.commands.forms import FORMS

#: How much of a name that was given an answer repeats.
_NAME_CHARS: Final = 80
_STEP: Final = re.compile(r"\.(\w+)|\[(?:[0-9]+|\.\.\.)\]", re.ASCII)
_NAMED: Final = re.compile(
    "Object (?:(missing) required|contains unknown) field `(.*)`", re.DOTALL
)
_GOT: Final = re.compile("got `([a-z]+)`")
#: What was given, as msgspec calls it -> in plain words.
_GIVEN: Final = {
    "array": "a list",
    "bool": "true or false",
    "float": "a number with a fraction",
    "int": "a number",
    "object": "what has names and values",
    "str": "text",
}
_LISTS: Final = (inspect.VarTupleType, inspect.ListType)
_WHOLE: Final = re.compile("[0-9]{1,15}", re.ASCII)


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """What does not fit: its place, a sentence, what belongs there, an example.

    sample: the argument, as JSON data, that the place is in or is; "" names none.
    """

    field: str
    detail: str
    expected: str
    example: str
    argument: str
    sample: object


def fields_of(args: type[msgspec.Struct]) -> Mapping[str, inspect.Type]:
    """Give the types of arguments by name."""
    return _fields(inspect.type_info(args))


def wrong(args: type[msgspec.Struct], said: str) -> Wrong:
    """Say in plain words what msgspec said of arguments of this type."""
    told, _, place = said.partition(" - at `$")
    place = place.rstrip("`")
    found = _NAMED.fullmatch(told)
    if found is not None and not found[1]:
        return _unknown(inspect.type_info(args), place, found[2][:_NAME_CHARS])
    if found is not None:
        place += f".{found[2]}"
    if not place:
        return _shapeless()
    kind, name = _at(inspect.type_info(args), place)
    got = _GOT.search(told)
    given = _GIVEN.get(got[1], "") if got else "that"
    expected = expected_of(kind, name)
    field = place.removeprefix(".")
    argument = re.split(r"[.\[]", field, maxsplit=1)[0]
    return Wrong(
        field=field,
        detail=f"{field}: {given} is not {expected}."
        if given and not found
        else f"{field}: it is missing.",
        expected=expected,
        example=_shown(sample_of(kind, name)),
        argument=argument,
        sample=sample_of(fields_of(args)[argument], argument),
    )


def _unknown(kind: inspect.Type, place: str, name: str) -> Wrong:
    around, _ = _at(kind, place) if place else (kind, "")
    known = [*_fields(around)]
    field = f"{place}.{name}".removeprefix(".")
    return Wrong(
        field=field,
        detail=f"{field}: there is no such argument here.",
        expected=f"one of {', '.join(known)}" if known else "nothing",
        example=known[0] if known else "",
        argument="",
        sample=None,
    )


def _shapeless() -> Wrong:
    return Wrong(
        field="body",
        detail="body: it is nested more deeply than any arguments are.",
        expected="one JSON object with the arguments",
        example='{"to": "open"}',
        argument="",
        sample=None,
    )


# --- types --------------------------------------------------------------------------


def expected_of(kind: inspect.Type, name: str) -> str:
    """Say what belongs into a place of this type, called so."""
    kind = _plain(kind)
    known = FORMS.get(name, ("", ""))[0]
    match kind:
        case inspect.BoolType():
            return "true or false"
        case inspect.LiteralType(values=values):
            return f"one of {', '.join(map(str, values))}"
        case inspect.StructType():
            needed = [one.encode_name for one in kind.fields if one.required]
            other = [one.encode_name for one in kind.fields if not one.required]
            more = f", if wanted {', '.join(other)}" if other else ""
            return f"values by name: {', '.join(needed)}{more}"
        case inspect.IntType():
            return known or "a whole number"
        case inspect.VarTupleType() | inspect.ListType():
            return f"a list: {known}" if known else "a list"
        case _:
            return f"text: {known}" if known else "text"


def sample_of(kind: inspect.Type, name: str) -> object:
    """Give JSON data that a place of this type, called so, takes."""
    kind = _plain(kind)
    known = FORMS.get(name, ("", ""))[1]
    match kind:
        case inspect.BoolType():
            return True
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.StructType():
            return {
                one.encode_name: sample_of(one.type, one.encode_name)
                for one in kind.fields
                if one.required
            }
        case inspect.IntType():
            return int(known) if _WHOLE.fullmatch(known) else 1
        case inspect.VarTupleType() | inspect.ListType():
            return [sample_of(kind.item_type, name)]
        case _:
            return known or "text"


def _shown(sample: object) -> str:
    """Write a sample as an example: text as it is, the rest as JSON."""
    return sample if isinstance(sample, str) else msgspec.json.encode(sample).decode()


def _at(kind: inspect.Type, place: str) -> tuple[inspect.Type, str]:
    """Follow a path like `.requirements[0].skill`; give what is there, and its name."""
    name = ""
    for step in _STEP.finditer(place):
        around = _plain(kind)
        if step[1]:
            name = step[1]
            kind = _fields(around)[name]
        else:
            kind = around.item_type if isinstance(around, _LISTS) else around
    return kind, name


def _fields(kind: inspect.Type) -> dict[str, inspect.Type]:
    found = _plain(kind)
    if not isinstance(found, inspect.StructType):
        return {}
    return {one.encode_name: one.type for one in found.fields}


def _plain(kind: inspect.Type) -> inspect.Type:
    """Take off what may be missing and what is said beside; of two, the last counts.

    Where a number is taken as well as text, text holds both.
    """
    if isinstance(kind, inspect.Metadata):
        return _plain(kind.type)
    if isinstance(kind, inspect.UnionType):
        several = [one for one in kind.types if one != inspect.NoneType()]
        texts = [one for one in several if isinstance(one, inspect.StrType)]
        return _plain((texts or several)[-1])
    return kind
