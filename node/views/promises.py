"""Where promises of money come from: one feed a kind, all read into one list.

A feed reads the books and gives promises as the ledger takes them; more kinds of
promise are more feeds.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, NamedTuple

from node.views import handovers, pledges
from node.views.books import Books
from protocol.joins import closing, rounds
from protocol.joins.ledger import Promise, of_fee, of_pledge, of_round
from protocol.joins.rounds import RoundResult
from protocol.rules.pledges import Pledge
from protocol.rules.projects import Project
from protocol.rules.rounds import Round
from protocol.state import Entity

#: More than a network makes; the state has no cursor that a sum could stop at.
MOST: Final = 1_000_000


class Flow(NamedTuple):
    """Money from one co-op to another; None is any."""

    payer: bytes | None
    payee: bytes | None

    def holds(self, one: Promise) -> bool:
        """Tell whether a promise is of it."""
        return self.payer in {None, one.payer} and self.payee in {None, one.payee}


#: Whatever anybody pays to anybody.
ALL: Final = (Flow(None, None),)

Feed = Callable[[Books, Sequence[Flow]], Awaitable[list[Promise]]]


def between(one: bytes, other: bytes) -> tuple[Flow, ...]:
    """Give what two co-ops pay each other."""
    return Flow(one, other), Flow(other, one)


async def of_pledges(books: Books, flows: Sequence[Flow] = ALL) -> list[Promise]:
    """Give the pledges of money that bind; due when their project closes."""
    # Who pays has pledged, and names in the pledge who takes it.
    confirmed: dict[bytes, Entity] = {}
    for payer, payee in flows:
        for entity in await books.state.entities(
            "pledge", states=("confirmed",), coop=payer, naming=payee, most=MOST
        ):
            if isinstance(entity.body, Pledge) and entity.body.unit != "minutes":
                confirmed[entity.id] = entity
    money = await pledges.joined(books, confirmed.values())
    targets = await books.state.many({one.body.to for one in money})
    found = []
    for one in money:
        target = targets.get(one.body.to)
        closes = (
            target.body.closes if target and isinstance(target.body, Project) else None
        )
        bound = one.body.confirmed
        if bound is not None:
            found.append(of_pledge(one.commitment, bound.epoch, closes))
    return [one for one in found if one is not None]


async def of_rounds(books: Books, _flows: Sequence[Flow] = ALL) -> list[Promise]:
    """Give what rounds came to that are closed for good; due when they were to close.

    Of all who give: they are many in few rounds. A result that is not computed here
    yet is nothing yet.
    """
    found = []
    for entity in await books.state.entities("round", most=MOST):
        settled = closing.final(entity, books.roster, books.state.closings.settled)
        if settled is None or not isinstance(entity.body, Round):
            continue
        number, result = settled[0], settled[1].result
        if isinstance(result, RoundResult):
            found += [
                of_round(owed, number, entity.body.closes)
                for owed in rounds.promises(entity.id, result)
            ]
    return found


async def of_handovers(books: Books, flows: Sequence[Flow] = ALL) -> list[Promise]:
    """Give the finders' fees that have arisen."""
    # The finder is paid, and names in the offer who takes the lead.
    offers: dict[bytes, Entity] = {}
    for payer, payee in flows:
        for entity in await books.state.entities(
            "handover", states=("offered",), coop=payee, naming=payer, most=MOST
        ):
            offers[entity.id] = entity
    joined = await handovers.joined(books, offers.values())
    return [of_fee(one.owed) for one in joined if one.owed is not None]


FEEDS: Final[tuple[Feed, ...]] = (of_pledges, of_rounds, of_handovers)


async def load(books: Books, flows: Sequence[Flow] = ALL) -> list[Promise]:
    """Read all promises of some flows, whatever they come from."""
    return [
        one
        for feed in FEEDS
        for one in await feed(books, flows)
        if any(flow.holds(one) for flow in flows)
    ]
