"""Every argument of every command is given what it does not take; each refusal helps.

What is sent is made from a request that would be done: as the command line writes it,
with what stands here. One place of it after the other then holds something else.
Nothing is published, so that one request leaves what the next one needs.
"""

import copy
import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, Final, cast

import msgspec
import pytest

from node.act import Act
from node.api import arguments, faults, ways
from node.api.routes import Route, routes
from node.commands.table import COMMANDS
from protocol import ids
from tests.node.api.furnished import furnished
from tests.node.cli.mapping import MAPPING
from tests.node.commands import nodes
from tests.node.commands.nodes import Coop, Place

Args = dict[str, Any]
Path = tuple[str | int, ...]
Standing = tuple[list[Coop], Mapping[str, list[str]]]

ROUTES: Final = routes(COMMANDS)
KNOWN: Final = ways.addresses(ROUTES)
#: What takes its time whatever it is asked, or answers nobody before something happens.
LEFT_OUT: Final = frozenset({"rebuild", "verify", "changes"})
HUGE: Final = 10**30
WRONG: Final[tuple[object, ...]] = (
    None, "", " ", "odd", "x" * 3000, "2023-13-45", "0", "-1", "\u202e\0",
    0, -1, HUGE, 1.5, True,
    [], {}, [None], [""], ["odd"], [0], [{}], {"a": 1}, [[[]]],
)  # fmt: skip

#: What is no sentence for people: names of types, values as a program writes them.
_ODD: Final = re.compile(
    r"\b(None|null|True|False|NoneType|int|str|bool|float|dict|tuple|array|msgspec)\b"
    r"|`object|<class|Traceback|\[\]|\{\}"
)
#: More than a few lines nobody reads.
_MOST_CHARS: Final = 600

#: Command -> arguments in the place of those that the command line's example has; None
#: takes one away.
INSTEAD: Final[dict[str, Args]] = {
    "booking.move": {"to": "confirmed"},
    "lead.open": {"via": None, "requirements": [{"skill": "web", "minutes": 60}]},
    "decision.close": {"early": True},
    "invoice.issue": {"reports": None, "promise": None, "payer": "Birch"},
    "payment.send": {"invoice": None, "promise": None, "payee": "Birch"},
    "mediation.agree": {"parties": ["Birch"], "mediator": "Cedar"},
    "round.advance": {"to": "cancelled"},
    "bid.open": {"fund": None},
    "bid.change": {"fees": None},
    "project.milestone.reach": {"no": 1},
    # It would be done, and others need what it takes away.
    "webhook.remove": {"webhook": "another"},
    "round.allot": {"shares": [{"coop": "Birch", "amount": "100"}]},
}
#: Families of what may stand in a field of their name.
FAMILIES: Final = (
    *("lead", "project", "pledge", "acceptance", "capacity", "booking", "wish", "bid"),
    *("handover", "agreement", "report", "invoice", "payment", "netting", "decision"),
    *("fund", "round"),
)


OTHERS: Final = ("about", "by", "id", "offer", "text", "token", "webhook")


class PassedError(Exception):
    """It would have been published."""


async def begun(alba: Coop, birch: Coop, held: Mapping[str, list[str]]) -> None:
    """Have done what has to be done before the rest of it can be asked for."""
    lead, project = {"lead": held["about"][0]}, {"project": held["project"][0]}
    await birch.ask("pledge.work", minutes=5, **lead)
    offered = await birch.ask("pledge.work", minutes=6, **lead)
    await nodes.share([alba, birch])
    await alba.ask("pledge.accept", pledge=offered["id"])
    # The bid of Alba alone, which nobody else has to agree to.
    parties = [{"coop": "Alba", "share": "100"}]
    own = await alba.ask("lead.open", title="own")
    await alba.ask("bid.open", lead=own["id"], parties=parties)
    await alba.ask("lead.open", title="without a bid")
    await alba.ask("vote.cast", decision=held["decision"][0], stance="agree")
    await alba.ask("agreement.sign", agreement=held["agreement"][0])
    await alba.ask("agreement.draft", title="u", text="w", parties=["Birch"])
    await alba.ask("project.milestone.set", steps=[{"percent": 100}], **project)
    money = {"mode": "equal", "budget": "500"}
    await alba.ask("round.open", title="s", closes="2023-12-14", **money)


@pytest.fixture
async def standing(place: Place, monkeypatch: pytest.MonkeyPatch) -> Standing:
    """Give co-ops and the ids of what stands here, by the field that takes them."""

    async def publish(*_args: object, **_more: object) -> None:
        raise PassedError

    coops = await nodes.network(place, "Alba", "Birch", "Cedar")
    alba, birch, _ = coops
    held = {name: [one] for name, one in (await furnished(alba, birch)).items()}
    await begun(alba, birch, held)
    await nodes.share(coops)
    for family in FAMILIES:
        found = await alba.node.state.entities(family, most=1000)
        held[family] = [ids.text("evt", one.id) for one in found] or held[family]
    held |= {"offer": held["capacity"], "by": held["token"]}
    held["about"] = held["lead"] + held["pledge"] + held["capacity"] + held["bid"]
    monkeypatch.setattr(Act, "publish", publish)
    return coops, held


def usual(route: Route) -> Args:
    """Give what the command line's examples ask of a command."""
    names = {one.encode_name for one in msgspec.structs.fields(route.command.args)}
    found: Args = {}
    for name, args in MAPPING.values():
        if name == route.name:
            found = {key: one for key, one in args.items() if key in names} | found
    found |= INSTEAD.get(route.name, {})
    return {key: _here(one) for key, one in found.items() if one is not None}


def _here(value: object) -> object:
    if isinstance(value, list):
        return [_here(one) for one in value]
    if isinstance(value, dict):
        return {key: _here(one) for key, one in value.items()}
    return {"Elm": "Birch", "Alba Works": "Birch"}.get(str(value), value)


def requests(route: Route, held: Mapping[str, list[str]]) -> Iterator[Args]:
    """Give requests that might be done, with all that is usual or what is needed."""
    needed = {
        one.encode_name: held.get(one.encode_name, ["x"])[0]
        for one in msgspec.structs.fields(route.command.args)
        if one.required
    }
    whole = needed | usual(route)
    for base in (whole, {name: whole[name] for name in needed}):
        named = [
            name
            for name, one in base.items()
            if name in FAMILIES + OTHERS and str(one).startswith(("evt_", "k3fw"))
        ]
        for found in product(*(held[name] for name in named)):
            yield base | dict(zip(named, found, strict=True))


async def refusal(coop: Coop, route: Route, given: Args) -> Args | None:
    """Ask as a program does; give the problem, None where it is done."""
    try:
        args = arguments.read_args(route, given)
        if route.file is None and route.taken is None:
            await route.command.run(coop.node, args, nodes.tell_nobody)
    except PassedError:
        return None
    except Exception as error:
        problem = faults.problem_of(error, route.named, KNOWN)
        if problem is None:
            raise AssertionError(f"{route.name} {given}") from error
        return cast("Args", msgspec.json.decode(problem.body()))
    return None


def places(value: object, at: Path = ()) -> Iterator[Path]:
    """Name each place in a request."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield (*at, key)
            yield from places(one, (*at, key))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield (*at, number)
            yield from places(one, (*at, number))


def put(request: Args, at: Path, value: object) -> Args:
    """Put something into a place of a request."""
    found = copy.deepcopy(request)
    inner: Any = found
    for step in at[:-1]:
        inner = inner[step]
    inner[at[-1]] = value
    return found


def faults_of(problem: Args) -> list[str]:
    """Say what is missing from a problem, or odd in its words."""
    told = [str(problem.get(name, "")) for name in ("detail", "way_out", "expected")]
    found = [f"odd: {one}" for one in told if _ODD.search(_unquoted(one))]
    found += [f"long: {one}" for one in told if len(one) > _MOST_CHARS]
    if problem["status"] >= 500:
        found.append("a fault of the node")
    if "field" in problem:
        expected = problem.get("expected", "")
        if not expected:
            found.append("nothing expected")
        chosen = expected.startswith(("nothing", "one "))
        if not problem.get("example") and not chosen:
            found.append("no example")
        named = problem["field"].partition("[")[0] in problem["detail"]
        if problem["status"] == 400 and not named:
            found.append(f"the field is not named: {problem['detail']}")
    elif problem["status"] == 400:
        found.append("no field")
    return found


def _unquoted(said: str) -> str:
    """Leave out what was sent, which is repeated, and requests that are shown."""
    return re.sub(r"'[^']*'|For example: .*? /api/v1/openapi.json", "", said)


async def test_every_refusal_says_what_belongs_there_and_how_that_looks(
    standing: Standing,
) -> None:
    coops, held = standing
    wrong: dict[str, str] = {}
    unreached: set[str] = set()
    asked = 0
    for route in ROUTES:
        if route.name in LEFT_OUT:
            continue
        coop, base = coops[0], next(requests(route, held))
        for each, request in product(coops, requests(route, held)):
            if await refusal(each, route, request) is None:
                coop, base = each, request
                break
        else:
            unreached.add(route.name)
        fields = msgspec.structs.fields(route.command.args)
        at = {(one.encode_name,) for one in fields} - {("key",), ("by",)}
        for path, value in product(sorted(at | {*places(base)}, key=str), WRONG):
            problem = await refusal(coop, route, put(base, path, value))
            asked += 1
            for one in faults_of(problem) if problem else []:
                where = f"{route.name} {path} {str(value)[:20]!r}: {one}"
                wrong.setdefault(f"{one} {path}", where)
    assert not wrong, "\n".join(wrong.values())
    assert unreached == UNREACHED
    assert asked > 10_000


#: What no request here has done; their arguments are read and refused all the same.
UNREACHED: Final = frozenset(
    {
        "agreement.supersede",
        "approve",
        "elector.off",
        "join",
        "lead.publish",
        "mediation.accept",
        "mediation.end",
        "network.confirm",
        "network.create",
        "webhook.remove",
    }
)
