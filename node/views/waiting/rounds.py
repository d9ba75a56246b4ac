"""Funding rounds: to give or veto in, and those of this co-op to go on with."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from node.views import titles
from node.views.short import brief
from node.views.waiting.desk import (
    Desk,
    Found,
    Matter,
    Told,
    last,
    quoted,
    urgency,
    when,
)
from protocol.rules.entries import Entry, Veto
from protocol.rules.pledges import Pledge, Spending, spending_id
from protocol.rules.rounds import Allotment, Round
from protocol.state import Entity


class _Runs(NamedTuple):
    """A round, what was said to it, and what this co-op may still give away in it.

    left: minor units of an allotment; None where all give their own money.
    """

    entity: Entity
    body: Round
    said: Sequence[Entity]
    left: int | None = None

    def projects(self, coop: bytes) -> list[bytes]:
        """Give the projects of the round that a co-op may give to."""
        return [
            one.body.project
            for one in self.said
            if isinstance(one.body, Entry)
            and one.state == "entered"
            and (one.coop != coop or self.body.self_funding)
        ]

    def has_spoken(self, coop: bytes) -> bool:
        """Tell whether a co-op has given or vetoed."""
        return any(
            one.coop == coop
            and (
                (isinstance(one.body, Pledge) and one.state == "offered")
                or (isinstance(one.body, Veto) and one.state == "cast")
            )
            for one in self.said
        )


async def _rounds(desk: Desk, *states: str) -> list[_Runs]:
    found = await desk.books.state.entities("round", states=states)
    said: dict[bytes, list[Entity]] = {one.id: [] for one in found}
    for one in await desk.books.state.referring(said):
        if one.ref is not None:
            said[one.ref].append(one)
    return [
        _Runs(one, one.body, said[one.id])
        for one in found
        if isinstance(one.body, Round)
    ]


async def _giving(desk: Desk) -> list[Found[_Runs]]:
    """Find rounds that run and in which this co-op may still give.

    Of an allotted round, while some of its share is left; of another one, until it has
    given or vetoed something.
    """
    books = desk.books
    if books.coop not in books.roster.members:
        return []
    runs = [
        one
        for one in await _rounds(desk, "open")
        if one.body.opens <= desk.day <= one.body.closes and one.projects(books.coop)
    ]
    spent = await books.state.many(
        spending_id(books.coop, one.body.allotment)
        for one in runs
        if one.body.allotment is not None
    )
    asked = []
    for one in runs:
        left = _left(one, books.coop, spent)
        waits = not one.has_spoken(books.coop) if left is None else left > 0
        if waits:
            asked.append(one._replace(left=left))
    return await _found(desk, asked)


def _left(one: _Runs, coop: bytes, spent: Mapping[bytes, Entity]) -> int | None:
    if one.body.mode == "own":
        return None
    share = sum(
        each.amount
        for said in one.said
        if said.id == one.body.allotment and isinstance(said.body, Allotment)
        for each in said.body.shares
        if each.coop == coop
    )
    spending = spent.get(spending_id(coop, one.body.allotment or b""))
    body = None if spending is None else spending.body
    return share - (body.pledged if isinstance(body, Spending) else 0)


async def _tell_giving(desk: Desk, found: Sequence[_Runs]) -> list[Told]:
    titled = await titles.of(desk.books, [one.entity for one in found])
    told = []
    for one in found:
        there = one.projects(desk.books.coop)
        named = brief("evt", one.entity.id)
        title = quoted(titled[one.entity.id])
        what = (
            f"{title} takes pledges of own money"
            if one.left is None
            else f"{titles.quantity(one.left, one.body.currency)} are left for this"
            f" co-op to give away in {title}"
        )
        only = brief("evt", there[0]) if len(there) == 1 else "PROJECT"
        told.append(
            Told(
                f"{what}; the last day {when(desk, one.body.closes)}.",
                f"{_counted(there)} in it; `wortley round show {named}` names them, and"
                f" `wortley round veto` stops one that harms a member.",
                f"wortley round pledge {named} {only} AMOUNT",
            )
        )
    return told


def _counted(projects: Sequence[bytes]) -> str:
    return "1 project is" if len(projects) == 1 else f"{len(projects)} projects are"


async def _own(desk: Desk) -> list[Found[_Runs]]:
    """Find rounds of this co-op that wait to be opened, allotted or closed."""
    return await _found(
        desk,
        [
            one
            for one in await _rounds(desk, "planned", "open")
            if one.entity.coop == desk.books.coop and _step(desk, one) is not None
        ],
    )


def _step(desk: Desk, one: _Runs) -> tuple[str, str] | None:
    """Say what a steward does next, and why."""
    body, named = one.body, brief("evt", one.entity.id)
    if one.entity.state == "planned":
        opened = (f"round advance {named} open", "It takes nothing before it is open.")
        return opened if body.opens <= desk.day else None
    if body.closes <= desk.day:
        return f"round close {named}", "What it comes to is fixed once it is closed."
    if body.mode != "own" and body.allotment is None:
        shares = " --share CO-OP=AMOUNT" if body.mode == "steward" else ""
        return (
            f"round allot {named}{shares}",
            "Nobody can give anything before its budget is allotted.",
        )
    return None


async def _tell_own(desk: Desk, found: Sequence[_Runs]) -> list[Told]:
    titled = await titles.of(desk.books, [one.entity for one in found])
    told = []
    for one in found:
        command, why = _step(desk, one) or ("", "")
        told.append(
            Told(
                f"The round {quoted(titled[one.entity.id])} of this co-op waits for its"
                f" next step; its last day {when(desk, one.body.closes)}.",
                why,
                f"wortley {command}",
            )
        )
    return told


async def _found(desk: Desk, asked: Sequence[_Runs]) -> list[Found[_Runs]]:
    lived = await desk.books.state.times(one.entity.id for one in asked)
    return [
        Found(
            urgency=urgency(desk, one.body.closes),
            id=one.entity.id,
            what=one,
            since=last(lived, one.entity.id),
            due=one.body.closes,
        )
        for one in asked
    ]


GIVING: Final = Matter(
    family="round",
    find=_giving,
    tell=_tell_giving,
    one="round to give in",
    many="rounds to give in",
)
OWN: Final = Matter(
    family="round",
    find=_own,
    tell=_tell_own,
    one="round to go on with",
    many="rounds to go on with",
)
