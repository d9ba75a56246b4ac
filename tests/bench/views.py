"""Every command that only looks, and what it is asked with where much is there.

Taken from the table of commands, so that no view is left out: one that wants arguments
which are not said here, and cannot be told from what is there, ends the benchmark.
"""

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import cycle
from typing import Final, NamedTuple

import msgspec

from node.api import files, routes
from node.cli.paging import AT_ONCE
from node.commands.command import Command
from node.commands.form import books_of
from node.commands.table import COMMANDS
from node.node import Node
from node.views import paging
from protocol import ids as forms

Args = Mapping[str, object]

#: Wednesday, the 9th of December 2026: near the middle of what the mix writes, so that
#: runs of different days look at the same weeks.
_TODAY_MS: Final = 1_796_817_600_000
#: Ids of a family that are asked for in turn, each so far from the next in the list.
_PICKED: Final = 20
_APART: Final = 10
#: States of leads that are picked: those that people still work on.
_STATES: Final[Mapping[str, tuple[str, ...]]] = {"lead": ("open", "bidding")}
#: A view is asked for until it was asked so often, or for so long, yet not too rarely.
MOST: Final = 40
_LEAST: Final = 3
_ENOUGH_S: Final = 4.0
#: How often a second task looks whether the loop runs.
_TICK_S: Final = 0.001

#: As many rows as may be asked for; nobody does without saying so.
_MOST: Final[Args] = {"most": paging.MOST}
#: A part of a whole list, as the command line asks for it, from the oldest on.
_PART: Final[Args] = {"most": AT_ONCE, "after": "oldest"}
#: The arguments of each list that comes in pages, beside those that narrow it down.
_PAGES: Final[Mapping[str, Args]] = {
    "": {},
    "10,000 rows": _MOST,
    "part of all": _PART,
}

#: Name -> what is said of a way to ask -> its arguments; "@lead" is the id of a lead,
#: of another one each time. Who is not here is asked without arguments, or for an id
#: of its family.
ASKED: Final[Mapping[str, Mapping[str, Args]]] = {
    "today": {"": {}, "1000 rows": {"most": 1000}},
    "search": {
        "two words": {"words": "work matters"},
        "a number": {"words": "12345"},
    },
    "capacity.list": {
        **_PAGES,
        "of a co-op": {"coop": "@coop"},
        "of a skill": {"skill": "developer"},
        "all": {"all": True},
        "older": {"before": "@capacity"},
    },
    "booking.list": {
        **_PAGES,
        "of a co-op": {"coop": "@coop"},
        "all": {"all": True},
        "older": {"before": "@booking"},
    },
    "wish.list": {"": {}, "of a co-op": {"coop": "@coop"}},
    "calendar.show": {
        "13 weeks": {},
        "66 weeks": {"weeks": 66},
        "66 weeks of a co-op": {"weeks": 66, "coop": "@coop"},
        "66 weeks of a skill": {"weeks": 66, "skill": "developer"},
        "66 weeks, a lead won": {"weeks": 66, "won": "@lead"},
        "66 weeks, past": {"weeks": 66, "starts": "2026-01-05"},
    },
    "consortium.find": {
        "fewest": {"lead": "@lead"},
        "fairest": {"lead": "@lead", "aim": "fairest"},
        "cheapest": {"lead": "@lead", "aim": "cheapest"},
    },
    "lead.list": {
        **_PAGES,
        "open": {"states": ["open"]},
        "of a co-op": {"coop": "@coop"},
        "older": {"before": "@lead"},
    },
    "lead.suited": {"": {}, "another co-op": {"coop": "@coop"}},
    "lead.rank": {"": {}, "passed on": {"states": ["passed-on"]}},
    "project.list": {**_PAGES, "of a co-op": {"coop": "@coop"}},
    "pledge.list": {
        **_PAGES,
        "mine": {"mine": True},
        "to a lead": {"to": "@lead"},
        "to a co-op": {"to": "@coop"},
        "overtaken": {"standing": ["overtaken"]},
        "unmatched": {"standing": ["unmatched"]},
        "older": {"before": "@pledge"},
    },
    "commitments": {
        **_PAGES,
        "of a co-op": {"coop": "@coop"},
        "older": {"before": "@pledge"},
    },
    "ledger.statement": {"": {"coop": "@coop"}},
    "figures.social": {
        "": {},
        "of a co-op": {"coop": "@coop"},
        "of a month": {"starts": "2026-11-01", "ends": "2026-11-30"},
    },
    "figures.reports": {"": {}, "of a theme": {"theme": "wellbeing"}},
    "figures.reliability": {"": {}, "of a co-op": {"coop": "@coop"}},
    "figures.promises": {
        "": {},
        "open": {"fate": ["open"]},
        "broken": {"fate": ["broken"]},
        "withdrawn": {"fate": ["withdrawn"]},
        "of a co-op": {"coop": "@coop", "fate": ["broken", "overtaken"]},
        "older": {"fate": ["open"], "before": "@pledge"},
    },
    "figures.collaborations": {
        "": {},
        "of a co-op": {"coop": "@coop"},
        "older": {"before": "@lead"},
    },
    "round.what-if": {
        "": {"round": "@round", "project": "@project", "amount": "100.00"}
    },
    "log.show": {"": {}, "1000 events": {"coop": "@coop", "last": 1000}},
    "explain": {
        "a lead": {"id": "@lead"},
        "a pledge": {"id": "@pledge"},
        "an offer": {"id": "@capacity"},
        "a co-op": {"id": "@coop"},
    },
    "changes": {
        "": {},
        "1000 events": {"limit": 1000},
        "now": {"after": "now"},
        "of a kind": {"limit": 1000, "kinds": ["lead"]},
    },
}


class View(NamedTuple):
    """A command and what it is asked with in turn; nothing where there is nothing."""

    command: Command
    asked: list[msgspec.Struct]


class Still(NamedTuple):
    """The clock of a day that stays."""

    def now_ms(self) -> int:
        """Say when it is."""
        return _TODAY_MS

    def monotonic(self) -> float:
        """Measure as others do."""
        return time.monotonic()


def seen_by_another(node: Node) -> Node:
    """Give the node as it looks to the co-op that has written most."""
    coop = max((held.last, coop) for (coop, _), held in node.log.chains.items())[1]
    return dataclasses.replace(node, coop=forms.CoopId(coop), clock=Still())


async def all_of(node: Node) -> dict[str, View]:
    """Give every view by what is said of it; whole files are none."""
    await _settle(node)
    picked: dict[str, list[str]] = {}
    found: dict[str, View] = {}
    for name, command in COMMANDS.items():
        route = routes.route(name, command)
        if route is None or route.method != "GET" or name in files.FILES:
            continue
        named = {} if route.named is None else {route.named: f"@{route.family}"}
        for said, args in ASKED.get(name, {"": named}).items():
            asked = await _filled(node, args, picked)
            found[", ".join(filter(None, (name, said)))] = View(
                command, [msgspec.convert(one, command.args) for one in asked]
            )
    return found


async def _settle(node: Node) -> None:
    """Wait until nothing is left to be indexed, so that only views are measured."""
    while await node.index.follow(books_of(node)):  # noqa: ASYNC110 - it gives way
        await asyncio.sleep(0)


async def _filled(node: Node, args: Args, picked: dict[str, list[str]]) -> list[Args]:
    """Put ids in their places; none where there is nothing to put there."""
    wanted = {
        key: one[1:]
        for key, one in args.items()
        if isinstance(one, str) and one.startswith("@")
    }
    for family in wanted.values():
        if family not in picked:
            picked[family] = await _pick(node, family)
    if not all(picked[family] for family in wanted.values()):
        return []
    turns = {key: cycle(picked[family]) for key, family in wanted.items()}
    times = _PICKED if wanted else 1
    return [
        {**args, **{key: next(turn) for key, turn in turns.items()}}
        for _ in range(times)
    ]


async def _pick(node: Node, family: str) -> list[str]:
    if family == "coop":
        others = sorted(set(node.register.roster.members) - {node.coop})
        return [forms.text("coop", one) for one in others[:_PICKED]]
    found = await node.state.entities(
        family, states=_STATES.get(family, ()), most=_PICKED * _APART
    )
    return [forms.text("evt", one.id) for one in found[::_APART]]


async def look(
    node: Node, view: View, most: int
) -> tuple[list[tuple[float, float]], float]:
    """Ask for a view; give when each answer was asked for and there, and the hold.

    The hold is the longest time for which the loop did nothing else, in seconds.
    """
    times: list[tuple[float, float]] = []
    until = time.monotonic() + _ENOUGH_S
    async with _watched() as gaps:
        for args in cycle(view.asked):
            start = time.monotonic()
            result = await view.command.run(node, args, _tell)
            msgspec.json.encode(result)
            times.append((start, time.monotonic()))
            # So that what held the loop is seen by who watches it.
            await asyncio.sleep(2 * _TICK_S)
            enough = times[-1][1] > until and len(times) >= _LEAST
            if enough or len(times) == most:
                break
    return times, max(gaps)


def _tell(_done: int, _total: int | None, _of: str) -> None:
    """Let progress go by."""


@asynccontextmanager
async def _watched() -> AsyncIterator[Sequence[float]]:
    """Note the gaps between two turns of a task that asks for one again and again."""
    gaps = [0.0]

    async def watch() -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(_TICK_S)
            gaps.append(time.monotonic() - before - _TICK_S)

    async with asyncio.TaskGroup() as group:
        task = group.create_task(watch())
        yield gaps
        task.cancel()
