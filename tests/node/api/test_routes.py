"""Every command is reachable, where one would look for it, or excluded for a reason."""

import re
from collections import Counter
from typing import Final

import msgspec
import pytest

from node.api import arguments, lists
from node.api.routes import (
    ACTS,
    EXCLUDED,
    FROM_AFAR,
    GUARDED,
    OPEN,
    READS,
    Route,
    route,
    routes,
)
from node.commands.command import Command, Tell, command
from node.commands.form import Asking, Nothing, Writing, Written
from node.commands.table import COMMANDS
from node.commands.tokens import SCOPES
from node.node import Node

ROUTES: Final = {one.name: one for one in routes(COMMANDS)}

#: Name -> method, path below /api/v1, scope. A sample of each rule of the convention.
PLACES: Final = {
    "status": ("GET", "/status", "read"),
    "members": ("GET", "/members", "read"),
    "explain": ("GET", "/explain/{id}", "read"),
    "ical.export": ("GET", "/ical", "subscribe"),
    "csv.export": ("GET", "/csv/{what}", "read"),
    "csv.import": ("POST", "/csv/{what}", "write"),
    "lead.import": ("POST", "/leads/import", "write"),
    "log.export": ("GET", "/log/export", "read"),
    "log.import": ("POST", "/log/import", "admin"),
    "valueflows.export": ("GET", "/valueflows", "read"),
    "atom.export": ("GET", "/atom", "subscribe"),
    "changes": ("GET", "/changes", "feed"),
    "project.list": ("GET", "/projects", "read"),
    "project.show": ("GET", "/projects/{project}", "read"),
    "project.open": ("POST", "/projects", "write"),
    "project.advance": ("POST", "/projects/{project}/advance", "write"),
    "pledge.work": ("POST", "/pledges/work", "write"),
    "pledge.accept": ("POST", "/pledges/{pledge}/accept", "write"),
    "capacity.offer": ("POST", "/capacity", "write"),
    "capacity.withdraw": ("POST", "/capacity/{offer}/withdraw", "write"),
    "project.milestone.set": ("POST", "/projects/{project}/milestone/set", "write"),
    "calendar.show": ("GET", "/calendar", "read"),
    "consortium.find": ("GET", "/consortia/find", "read"),
    "figures.social": ("GET", "/figures/social", "read"),
    "wish.set": ("POST", "/wishes", "write"),
    "profile.show": ("GET", "/profile", "read"),
    "log.show": ("GET", "/log", "read"),
    "lead.publish": ("POST", "/leads/publish", "write"),
    "network.create": ("POST", "/network", "admin"),
    "elector.on": ("POST", "/electors/on", "admin"),
    "approve": ("POST", "/approve", "admin"),
    "verify": ("POST", "/verify", "admin"),
    "sealed.list": ("GET", "/sealed", "admin"),
    "sealed.show": ("GET", "/sealed/{text}", "admin"),
    "token.create": ("POST", "/tokens", "read"),
    "token.list": ("GET", "/tokens", "admin"),
    "token.revoke": ("POST", "/tokens/{token}/revoke", "admin"),
    "webhook.add": ("POST", "/webhooks", "admin"),
    "webhook.log": ("GET", "/webhooks/{webhook}/log", "admin"),
}


def test_every_command_has_a_route_or_is_excluded_for_a_reason() -> None:
    forgotten = COMMANDS.keys() - ROUTES.keys() - EXCLUDED.keys()
    assert not forgotten, (
        "node/api/routes.py: what only looks is named list or show, or stands in READS;"
        " what acts without an event of its own stands in ACTS"
    )
    assert all(reason.endswith(".") for reason in EXCLUDED.values())


def test_tables_name_commands_that_there_are() -> None:
    named = EXCLUDED.keys() | ACTS.keys() | FROM_AFAR.keys() | OPEN | READS
    assert named <= COMMANDS.keys()
    assert {one.partition(".")[0] for one in COMMANDS} >= GUARDED


def test_no_two_commands_share_a_place() -> None:
    places = Counter((one.method, one.path) for one in ROUTES.values())
    assert [place for place, count in places.items() if count > 1] == []


@pytest.mark.parametrize("name", PLACES)
def test_where_a_command_is(name: str) -> None:
    found = ROUTES[name]
    assert (found.method, found.path.removeprefix("/api/v1"), found.scope) == (
        PLACES[name]
    )


def test_places_are_made_of_words() -> None:
    for one in ROUTES.values():
        assert re.fullmatch(r"/api/v1(/([a-z]+(-[a-z]+)*|\{[a-z]+\}))+", one.path), one
        assert "eses" not in one.path


def test_nothing_that_acts_is_a_get() -> None:
    for one in ROUTES.values():
        acts = one.publishes or one.name in ACTS
        assert (one.method == "POST") == acts, one.name


def test_what_reads_can_be_said_in_a_query() -> None:
    for one in ROUTES.values():
        if one.method == "GET":
            forms = arguments.forms(one.command.args)
            assert "nested" not in forms.values(), one.name


def test_no_argument_of_a_list_is_called_like_those_of_its_pages() -> None:
    for one in ROUTES.values():
        if lists.fields_of(one.command.result):
            names = {field.name for field in msgspec.structs.fields(one.command.args)}
            assert names.isdisjoint(arguments.PAGING), one.name


#: Scope of a token -> scopes of routes that it opens.
OPENS: Final = {
    "read": {"read", "feed", "subscribe"},
    "write": {"write"},
    "feed": {"feed"},
    "subscribe": {"subscribe"},
    "admin": {"read", "write", "feed", "subscribe", "admin"},
}


@pytest.mark.parametrize("scope", SCOPES)
def test_what_a_scope_opens(scope: str) -> None:
    opened = {
        one.scope for one in ROUTES.values() if one.allows(frozenset({scope, "odd"}))
    }
    assert opened == OPENS[scope]
    assert not any(one.allows(frozenset({"odd"})) for one in ROUTES.values())


# --- commands that are still to come ------------------------------------------------


class Party(Asking, frozen=True, kw_only=True):
    party: str


class Cast(Writing, frozen=True, kw_only=True):
    decision: str


class Answered(Writing, frozen=True, kw_only=True):
    handover: str


async def look(_node: Node, _args: Party, _tell: Tell) -> Written:
    raise NotImplementedError


def planned(name: str, args: type[msgspec.Struct]) -> Route | None:
    return route(name, Command(args, command(Party, look).run, Written))


@pytest.mark.parametrize(
    ("name", "args", "path"),
    [
        ("ballot.cast", Cast, "/ballots"),
        ("interest.set", Cast, "/interests"),
        ("handover.offer", Cast, "/handovers"),
        ("handover.accept", Answered, "/handovers/{handover}/accept"),
        ("decision.amend", Cast, "/decisions/{decision}/amend"),
        ("party.list", Nothing, "/parties"),
        ("party.show", Party, "/parties/{party}"),
        ("netting.propose", Cast, "/nettings"),
    ],
)
def test_families_to_come_need_no_line(
    name: str, args: type[msgspec.Struct], path: str
) -> None:
    found = planned(name, args)
    assert found is not None
    assert found.path == f"/api/v1{path}"


def test_what_may_act_is_not_guessed() -> None:
    assert planned("ledger.mend", Party) is None
