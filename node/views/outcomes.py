"""Results of closings in sentences, for `explain`."""

from typing import Final

from node.views import closings, titles
from node.views.books import Books
from node.views.names import Names, listed
from protocol.joins.decisions import DecisionResult
from protocol.joins.rounds import RoundResult
from protocol.state import Entity

#: Standing -> how its sentence begins.
_BEGINS: Final = {
    "final": "It is closed for good",
    "closing": "It is closing; so far",
}
_WHY: Final = {
    "short-notice": "there was less time to vote than the charter asks for",
    "quorum": "too few votes were cast",
    "block": "it is blocked",
    "carried": "enough agree",
    "not-carried": "too few agree",
}


async def sentences(books: Books, names: Names, entity: Entity) -> list[str]:
    """Say what a decision or round comes to, and what is amiss with that."""
    stands = await closings.of(books, entity)
    begin = _BEGINS.get(stands.standing, "If it were closed now")
    result = stands.result
    if isinstance(result, DecisionResult):
        found = [f"{begin}: {_decided(result)}"]
    else:
        found = [f"{begin}: {one}" for one in await _funded(books, result)]
    if stands.contested:
        whose = listed(closings.contested(names, stands))
        found.append(
            f"Contested: its closing leaves out what {whose} had said and its steward"
            " had acknowledged."
        )
    return found


def _decided(result: DecisionResult) -> str:
    cast = sum(one.weight for one in result.votes)
    return (
        f"{result.outcome}, for {_WHY[result.why]} ({result.weight('agree')} agree,"
        f" {result.weight('disagree')} disagree, {result.weight('block')} block;"
        f" {cast} of {result.total} votes cast)."
    )


_FUNDING: Final = {
    "blocked": "it is vetoed",
    "funded": "its minimum is reached",
    "partly-funded": "its minimum is not reached, and the round funds in part",
    "not-funded": "its minimum is not reached, or its maximum was reached before",
}


async def _funded(books: Books, result: RoundResult) -> list[str]:
    found = await books.state.many(one.project for one in result.projects)
    titled = await titles.of(books, found.values())
    pledged = result.pledged()
    return [
        f'"{titled.get(one.project, titles.NO_TITLE)}" gets'
        f" {titles.quantity(one.accepted, result.currency)} of"
        f" {titles.quantity(pledged[one.project], result.currency)} pledged, for"
        f" {_FUNDING[one.funding]} ({one.funding})."
        for one in result.projects
    ] or ["no project takes part."]
