"""Holds a Valueflows document against the vocabulary, and against itself."""

import datetime
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from pyld import jsonld

from node.exchange.valueflows import own, terms

ROOT: Final = Path(__file__).resolve().parents[3]
Json = dict[str, Any]

VOCABULARY: Final[Json] = json.loads(
    (ROOT / "tests/data/valueflows/terms-1.0.0.json").read_text("utf-8")
)
#: Class -> itself and what it is a kind of.
KINDS: Final = {one: {one} for one in VOCABULARY["classes"]} | {
    "Organization": {"Organization", "Agent"}
}
_OWN: Final = f"{own.PREFIX}:"
_NAMESPACES: Final = (
    terms.NAMESPACE,
    own.NAMESPACE,
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
)


def nodes_in(value: object) -> Iterator[Json]:
    """Give an object and all objects in it."""
    if isinstance(value, list):
        for one in value:
            yield from nodes_in(one)
    elif isinstance(value, dict):
        yield value
        for one in value.values():
            yield from nodes_in(one)


def by_id(data: bytes) -> dict[str, Json]:
    """Give the nodes that have a name; what is said of one twice is put together."""
    found: dict[str, Json] = {}
    for one in check_graph(data):
        if "@id" in one:
            found.setdefault(one["@id"], {}).update(one)
    return found


def check_graph(data: bytes) -> list[Json]:
    """Hold a document against the vocabulary; give all of its nodes."""
    document = json.loads(data)
    found = list(nodes_in(document["@graph"]))
    classes: dict[str, str] = {}
    for one in found:
        # Members without a profile are named once, the others twice.
        if "@id" in one:
            assert classes.setdefault(one["@id"], one["@type"]) == one["@type"]
    for one in found:
        for key, value in one.items():
            if key.startswith(_OWN):
                _check_own(key, value, classes)
            elif not key.startswith(("@", "rdfs:")):
                _check_property(one["@type"], key, value, classes)
    _check_expansion(document, len(found))
    return found


def _check_property(
    kind: str, key: str, value: object, classes: dict[str, str]
) -> None:
    known = VOCABULARY["properties"][key]
    assert KINDS[kind] & set(known["domain"]), (kind, key)
    assert value not in (None, "", [])
    assert key not in VOCABULARY["once"] or not isinstance(value, list), key
    for one in value if isinstance(value, list) else [value]:
        if key in terms.CHOICES:
            assert set(VOCABULARY["words"][one]) & set(known["range"]), one
        elif key in terms.LINKS:
            there = one["@type"] if isinstance(one, dict) else classes[str(one)]
            # Where the vocabulary names no range it says Intent in words.
            assert KINDS[there] & set(known["range"] or ["Intent"]), (key, there)
        else:
            _check_value(terms.VALUES[key], one)


def _check_own(key: str, value: object, classes: dict[str, str]) -> None:
    term = own.TERMS[key.removeprefix(_OWN)]
    assert value not in (None, "", []), key
    for one in value if isinstance(value, list) else [value]:
        if term.kind != own.LINK:
            assert term.kind is not None, key
            _check_value(term.kind, one)
        elif not isinstance(one, dict):
            assert str(one) in classes, (key, one)


def _check_value(kind: str, value: object) -> None:
    match kind:
        case "dateTimeStamp":
            assert datetime.datetime.fromisoformat(str(value)).tzinfo is not None
        case "boolean":
            assert isinstance(value, bool)
        case "integer":
            assert type(value) is int
        case "decimal":
            assert isinstance(value, str)
            assert Decimal(value).is_finite()
        case _:
            assert isinstance(value, str)


def _check_expansion(document: Json, count: int) -> None:
    def load(_url: str, _options: object) -> None:
        raise AssertionError("a document that needs another one")

    expanded = jsonld.expand(document, {"documentLoader": load})
    found = [
        one for one in nodes_in(expanded) if "@type" in one and "@value" not in one
    ]
    assert len(found) == count
    for one in found:
        assert one["@type"][0].startswith(_NAMESPACES)
        for key in one.keys() - {"@id", "@type"}:
            assert key.startswith(_NAMESPACES), key
