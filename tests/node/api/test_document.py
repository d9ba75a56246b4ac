"""The document is OpenAPI 3.1, complete, and says what the routes say."""

import re
from typing import Any, Final

import msgspec
import pytest
import schemathesis

from node.api import document
from node.api.routes import routes
from node.commands.table import COMMANDS

ROUTES: Final = routes(COMMANDS)
DOCUMENT: Final[dict[str, Any]] = msgspec.json.decode(document.write(ROUTES))
OPERATIONS: Final = {
    one["operationId"]: (path, method, one)
    for path, methods in DOCUMENT["paths"].items()
    for method, one in methods.items()
}


def test_it_is_valid() -> None:
    schemathesis.openapi.from_dict(DOCUMENT).validate()


def test_a_document_that_is_not_valid_is_noticed() -> None:
    broken = DOCUMENT | {"paths": {"/x": {"get": {"responses": 3}}}}
    with pytest.raises(Exception, match="responses"):
        schemathesis.openapi.from_dict(broken).validate()


def test_every_route_is_in_it() -> None:
    for route in ROUTES:
        path, method, found = OPERATIONS[route.name]
        assert (path, method.upper()) == (route.path, route.method)
        assert found["security"][0] == {"token": [route.scope]}
        assert ({"link": []} in found["security"]) == route.linked
        assert found["summary"].endswith(".")
        assert f"`{route.scope}`" in found["description"]


def test_every_argument_is_in_it() -> None:
    for route in ROUTES:
        _, _, found = OPERATIONS[route.name]
        named = {one["name"] for one in found["parameters"]}
        body = found.get("requestBody", {}).get("content", {}).get("application/json")
        said = body["schema"].get("properties", {}) if body else {}
        inside = set(said)
        fields = {one.encode_name for one in msgspec.structs.fields(route.command.args)}
        assert fields <= named | inside | {"key"} | route.hidden, route.name
        assert ("Idempotency-Key" in named) == route.publishes
        if route.method == "GET":
            assert "If-None-Match" in named
            assert not body


def test_every_reference_leads_somewhere() -> None:
    text = document.write(ROUTES).decode()
    for ref in set(re.findall(r'"\$ref": "#/([^"]+)"', text)):
        found: Any = DOCUMENT
        for part in ref.split("/"):
            found = found[part]
        assert found, ref


def test_every_schema_is_used_and_described() -> None:
    text = document.write(ROUTES).decode()
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert re.fullmatch(r"[A-Za-z0-9_]+", name)
        assert f'"#/components/schemas/{name}"' in text, name
        if "properties" in schema:
            assert schema["description"].endswith((".", ".)")), name


def test_problems_are_in_it() -> None:
    for name, (_, _, found) in OPERATIONS.items():
        if name == "document":
            continue
        assert {"400", "401", "403", "429", "503"} <= found["responses"].keys(), name
    wrong = DOCUMENT["components"]["responses"]["401"]
    assert list(wrong["content"]) == ["application/problem+json"]


def test_the_same_types_give_the_same_document() -> None:
    assert document.write(ROUTES) == document.write(routes(COMMANDS))


def test_examples_are_what_is_taken() -> None:
    shown = 0
    for route in ROUTES:
        _, _, found = OPERATIONS[route.name]
        body = found.get("requestBody", {}).get("content", {}).get("application/json")
        said = body["schema"].get("properties", {}) if body else {}
        for field in msgspec.structs.fields(route.command.args):
            for example in said.get(field.encode_name, {}).get("examples", ()):
                msgspec.convert(example, field.type)
                shown += 1
    assert shown > 100
