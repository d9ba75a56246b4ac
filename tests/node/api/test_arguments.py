"""Queries and bodies: what is read, and what is refused with the field's name."""

from typing import Any, Final

import pytest

from node.api import arguments
from node.api.routes import routes
from node.commands.table import COMMANDS
from node.errors import UserFault

ROUTES: Final = {one.name: one for one in routes(COMMANDS)}

#: Command, query, what the command is asked with.
READ: Final[list[tuple[str, str, dict[str, Any]]]] = [
    ("lead.list", "", {}),
    ("lead.list", "states=open", {"states": ["open"]}),
    ("lead.list", "states=open&states=won", {"states": ["open", "won"]}),
    ("lead.list", "drafts=true&coop=Alba", {"drafts": True, "coop": "Alba"}),
    ("lead.list", "drafts=false", {"drafts": False}),
    ("lead.list", "coop=", {"coop": ""}),
    ("lead.list", "coop=a+b%26c", {"coop": "a b&c"}),
    ("lead.list", "coop=%C3%89pic%C3%A9rie", {"coop": "Épicérie"}),
    ("lead.list", "coop=null", {"coop": "null"}),
    ("log.show", "last=5", {"last": 5}),
    ("log.show", "last=-5", {"last": -5}),
    ("changes", "kinds=lead&wait=3", {"kinds": ["lead"], "wait": 3}),
]
#: Command, query, code, field.
REFUSED: Final[list[tuple[str, str, str, str | None]]] = [
    ("lead.list", "colour=red", "args-wrong", "colour"),
    ("lead.list", "coop=a&coop=b", "query-twice", "coop"),
    ("lead.list", "coop=a&coop=a", "query-twice", "coop"),
    ("lead.list", "limit=1&limit=2", "query-twice", "limit"),
    ("lead.list", "drafts=1", "args-wrong", "drafts"),
    ("lead.list", "drafts=True", "args-wrong", "drafts"),
    ("lead.list", "drafts", "query-form", "query"),
    ("lead.list", "=x", "args-wrong", ""),
    ("lead.list", "coop=%FF", "query-form", "query"),
    ("lead.list", "coop=%ED%A0%80", "query-form", "query"),
    ("lead.list", "coop=a%00b", "query-form", "query"),
    ("lead.list", f"coop={'a' * 1001}", "query-form", "query"),
    ("lead.list", "&".join(["states=open"] * 65), "query-form", "query"),
    ("log.show", "last=1e3", "args-wrong", "last"),
    ("log.show", "last=5.0", "args-wrong", "last"),
    ("log.show", "last=%205", "args-wrong", "last"),
    ("log.show", "last=%D9%A5", "args-wrong", "last"),
    ("log.show", "last=0x10", "args-wrong", "last"),
    ("log.show", "last=9999999999999999999", "args-wrong", "last"),
    ("log.show", "last=", "args-wrong", "last"),
    ("project.show", "project=evt_k", "args-wrong", "project"),
]


@pytest.mark.parametrize(("name", "query", "expected"), READ)
def test_a_query_is_read(name: str, query: str, expected: dict[str, Any]) -> None:
    found = arguments.read_query(ROUTES[name], query)
    assert found.args == expected
    args = arguments.read_args(ROUTES[name], found.args)
    assert isinstance(args, ROUTES[name].command.args)


@pytest.mark.parametrize(("name", "query", "code", "field"), REFUSED)
def test_a_query_is_refused(
    name: str, query: str, code: str, field: str | None
) -> None:
    with pytest.raises(UserFault) as caught:
        arguments.read_query(ROUTES[name], query)
    assert caught.value.code == code
    assert caught.value.fields.get("field") == field
    assert caught.value.way_out


#: Command, body, code, field.
BODIES: Final[list[tuple[str, bytes, str, str | None]]] = [
    ("lead.open", b"[]", "body-form", "body"),
    ("lead.open", b'"title"', "body-form", "body"),
    ("lead.open", b"{", "body-form", "body"),
    ("lead.open", b"{} {}", "body-form", "body"),
    ("lead.open", b'{"title": "\xff"}', "body-form", "body"),
    ("lead.open", b'{"title": "\\ud800"}', "body-form", "body"),
    ("lead.open", b'{"title": NaN}', "body-form", "body"),
    ("lead.open", b'{"title": ' + b"[" * 100_000, "body-form", "body"),
    ("project.open", b'{"goal": "1"}', "args-wrong", "title"),
    ("lead.open", b'{"title": 3}', "args-wrong", "title"),
    ("project.open", b'{"goal": "1", "title": null}', "args-wrong", "title"),
    ("lead.open", b'{"title": "a", "colour": "red"}', "args-wrong", "colour"),
    ("lead.open", b'{"title": "a", "key": "k"}', "args-wrong", "key"),
    (
        "lead.open",
        b'{"title": "a", "requirements": [{"skill": 3}]}',
        "args-wrong",
        "requirements[0].skill",
    ),
    (
        "lead.open",
        b'{"title": "a", "requirements": [{}]}',
        "args-wrong",
        "requirements[0].skill",
    ),
    ("pledge.accept", b'{"pledge": "evt_k"}', "args-wrong", "pledge"),
    ("profile.set", b'{"people": 1e3}', "args-wrong", "people"),
    ("profile.set", b'{"people": "7"}', "args-wrong", "people"),
    ("profile.set", b'{"people": true}', "args-wrong", "people"),
]


@pytest.mark.parametrize(("name", "body", "code", "field"), BODIES)
def test_a_body_is_refused(
    name: str, body: bytes, code: str, field: str | None
) -> None:
    with pytest.raises(UserFault) as caught:
        arguments.read_args(ROUTES[name], arguments.read_body(ROUTES[name], body))
    assert caught.value.code == code
    assert caught.value.fields.get("field") == field


def test_no_body_is_no_arguments() -> None:
    assert arguments.read_body(ROUTES["invite"], b"") == {}


def test_a_path_is_utf_8() -> None:
    assert arguments.path_value("lead", "%C3%A9") == "é"
    with pytest.raises(UserFault, match="UTF-8"):
        arguments.path_value("lead", "%FF")
