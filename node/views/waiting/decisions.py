"""Decisions to vote on, and those of this co-op that can be closed."""

from collections.abc import Sequence
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
from protocol.rules.decisions import Ballot, Decision, ballot_id
from protocol.state import Entity


class _Asked(NamedTuple):
    entity: Entity
    body: Decision
    #: Whether this co-op has voted on an earlier version.
    amended: bool = False


async def _open(desk: Desk) -> list[_Asked]:
    found = await desk.books.state.entities("decision", states=("open",))
    return [_Asked(one, one.body) for one in found if isinstance(one.body, Decision)]


async def _votes(desk: Desk) -> list[Found[_Asked]]:
    """Find decisions that run and on which this co-op has no vote that counts."""
    books = desk.books
    if books.coop not in books.roster.members:
        return []
    runs = [
        one
        for one in await _open(desk)
        if one.body.opens <= desk.day <= one.body.closes
    ]
    cast = await books.state.many(ballot_id(books.coop, one.entity.id) for one in runs)
    asked = []
    for one in runs:
        ballot = cast.get(ballot_id(books.coop, one.entity.id))
        voted = ballot is not None and ballot.state == "cast"
        body = ballot.body if ballot is not None and voted else None
        if not isinstance(body, Ballot) or body.version != one.body.version:
            asked.append(one._replace(amended=voted))
    return await _found(desk, asked)


async def _closable(desk: Desk) -> list[Found[_Asked]]:
    """Find decisions of this co-op whose last day has come."""
    return await _found(
        desk,
        [
            one
            for one in await _open(desk)
            if one.entity.coop == desk.books.coop and one.body.closes <= desk.day
        ],
    )


async def _found(desk: Desk, asked: Sequence[_Asked]) -> list[Found[_Asked]]:
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


async def _tell_votes(desk: Desk, found: Sequence[_Asked]) -> list[Told]:
    titled = await titles.of(desk.books, [one.entity for one in found])
    return [
        Told(
            f"{desk.names.of(one.entity.coop)} asks for a vote on"
            f" {quoted(titled[one.entity.id])}; the last day"
            f" {when(desk, one.body.closes)}.",
            "The proposal was changed after this co-op had voted; that vote counts no"
            " more."
            if one.amended
            else "Stances are agree, abstain, disagree and block; `wortley decision"
            " show` has the proposal.",
            f"wortley vote cast {brief('evt', one.entity.id)} STANCE",
        )
        for one in found
    ]


async def _tell_closable(desk: Desk, found: Sequence[_Asked]) -> list[Told]:
    titled = await titles.of(desk.books, [one.entity for one in found])
    return [
        Told(
            f"The last day of the vote on {quoted(titled[one.entity.id])}"
            f" {when(desk, one.body.closes)}.",
            "It is decided once this co-op closes it.",
            f"wortley decision close {brief('evt', one.entity.id)}",
        )
        for one in found
    ]


VOTES: Final = Matter(
    family="decision",
    find=_votes,
    tell=_tell_votes,
    one="decision to vote on",
    many="decisions to vote on",
)
CLOSABLE: Final = Matter(
    family="decision",
    find=_closable,
    tell=_tell_closable,
    one="decision to close",
    many="decisions to close",
)
