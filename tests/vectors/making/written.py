"""How vectors are written: JSON, one case a line, bytes as hex."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from protocol.canonical import Value

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]
#: Section -> its cases, or anything else that the section holds.
File = Mapping[str, Json]

#: Larger inputs would weigh more than they show; the tests have them.
_LARGEST: Final = 20_000


def tagged(value: Value) -> Json:
    """Write a value so that bytes, maps and their order survive JSON."""
    match value:
        case bytes():
            return {"bin": value.hex()}
        case list():
            return [tagged(item) for item in value]
        case dict():
            return {"map": [[key, tagged(value[key])] for key in sorted(value)]}
        case _:
            return value


def small(cases: Iterable[Mapping[str, Json]]) -> list[Json]:
    """Leave out cases of more than 20,000 characters."""
    return [case for case in cases if len(json.dumps(case)) <= _LARGEST]


def render(file: File) -> str:
    """Write a file: sections in their order, each case on a line of its own."""
    sections = [f"{json.dumps(name)}: {_section(file[name])}" for name in file]
    return "{\n" + ",\n".join(sections) + "\n}\n"


def _section(section: Json) -> str:
    if not isinstance(section, list):
        return json.dumps(section, ensure_ascii=True)
    lines = ",\n".join(json.dumps(case, ensure_ascii=True) for case in section)
    return f"[\n{lines}\n]"
