"""Deciding together: decisions with ballots, rounds with what is said in them."""

from collections.abc import Sequence

from node.exchange import urns
from node.exchange.valueflows import nodes
from node.exchange.valueflows.graph import Graph
from node.exchange.valueflows.nodes import Node, node
from node.exchange.valueflows.own import PREFIX, own
from node.exchange.valueflows.pledges import promised
from node.views import closings, titles
from node.views.closings import Standing
from protocol.joins.decisions import DecisionResult
from protocol.joins.rounds import RoundResult
from protocol.rules.decisions import Ballot, Decision
from protocol.rules.entries import Entry, Veto
from protocol.rules.pledges import Spending
from protocol.rules.rounds import Allotment, Round
from protocol.state import Entity

# --- decisions ----------------------------------------------------------------------


async def decisions(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Ask the network, and say what came of it once that stands for good."""
    words = await graph.texts(entities)
    stands = await closings.of_all(graph.books, entities)
    return [
        _decision(graph, one, one.body, stands[one.id], words[one.id])
        for one in entities
        if isinstance(one.body, Decision)
    ]


def _decision(
    graph: Graph,
    entity: Entity,
    body: Decision,
    stands: Standing,
    words: dict[str, str],
) -> Node:
    return node(
        id_=urns.event(entity.id),
        type_=f"{PREFIX}:Decision",
        **own(
            by=graph.coop(entity.coop),
            about=graph.link(body.about),
            title=words.get("title") or titles.NO_TITLE,
            text=words.get("proposal"),
            rule=body.rule,
            basis=body.basis,
            quorum=str(body.quorum),
            opens=nodes.first(body.opens),
            closes=nodes.last(body.closes),
            standing=stands.standing,
            outcome=_outcome(stands),
        ),
    )


def _outcome(stands: Standing) -> str | None:
    result = stands.result if stands.final else None
    return result.outcome if isinstance(result, DecisionResult) else None


async def ballots(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Say how co-ops vote."""
    words = await graph.texts(entities)
    return [
        graph.word(
            entity,
            "Ballot",
            about=graph.link(entity.body.decision, "decision"),
            stance=entity.body.stance if entity.state == "cast" else entity.state,
            text=words[entity.id].get("reason"),
        )
        for entity in entities
        if isinstance(entity.body, Ballot)
    ]


# --- rounds -------------------------------------------------------------------------


async def rounds(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Plan what is funded together, from whose money."""
    words = await graph.texts(entities)
    stands = await closings.of_all(graph.books, entities)
    found: list[Node] = []
    for entity in entities:
        body = entity.body
        if isinstance(body, Round):
            found.append(
                _round(graph, entity, body, stands[entity.id], words[entity.id])
            )
            if body.budget is not None:
                found.append(_budget(graph, entity, body, body.budget))
    return found


def _round(
    graph: Graph, entity: Entity, body: Round, stands: Standing, words: dict[str, str]
) -> Node:
    return node(
        id_=urns.event(entity.id),
        type_="Plan",
        created=graph.created(entity),
        name=words.get("title") or titles.NO_TITLE,
        note=words.get("description"),
        due=nodes.last(body.closes),
        **own(
            by=graph.coop(entity.coop),
            mode=body.mode,
            opens=nodes.first(body.opens),
            standing=stands.standing,
            vetoes=body.vetoes,
            within=graph.link(body.fund, "fund"),
        ),
    )


def _budget(graph: Graph, entity: Entity, body: Round, budget: int) -> Node:
    return node(
        id_=urns.event(entity.id, "budget"),
        type_="Intent",
        action="transfer",
        provider=graph.coop(entity.coop),
        plannedWithin=urns.event(entity.id),
        finished=stopped(entity),
        **nodes.sum_of(budget, body.currency, graph.words),
    )


def stopped(round_: Entity) -> bool:
    """Tell whether nothing more comes of a round."""
    return round_.state in {"settled", "cancelled"}


async def allotments(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Intend to give the steward's money where each co-op says, up to its share."""
    listed = [(one, one.body) for one in entities if isinstance(one.body, Allotment)]
    state = graph.books.state
    found = await state.many({body.round for _, body in listed})
    spent = {
        (one.body.allotment, one.coop): one.body.pledged
        for one in await state.referring([entity.id for entity, _ in listed])
        if isinstance(one.body, Spending)
    }
    return [
        _allotted(graph, entity, round_, number, spent.get((entity.id, share.coop), 0))
        for entity, body in listed
        if (round_ := found.get(body.round)) is not None
        for number, share in enumerate(body.shares)
    ]


def _allotted(
    graph: Graph, entity: Entity, round_: Entity, number: int, pledged: int
) -> Node:
    body, terms = entity.body, round_.body
    if not isinstance(body, Allotment) or not isinstance(terms, Round):
        raise TypeError(f"a round is allotted, not a {round_.family}")
    share = body.shares[number]
    spent = nodes.sum_of(pledged, terms.currency, graph.words)
    return node(
        id_=urns.event(entity.id, f"share-{number + 1}"),
        type_="Intent",
        action="transfer",
        provider=graph.coop(entity.coop),
        plannedWithin=graph.link(round_.id, "round"),
        finished=stopped(round_),
        **nodes.sum_of(share.amount, terms.currency, graph.words),
        **own(by=graph.coop(share.coop), pledged=spent["resourceQuantity"]),
    )


async def entries(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Say which projects take part, and commit to what the steward owes them."""
    words = await graph.texts(entities)
    listed = [(one, one.body) for one in entities if isinstance(one.body, Entry)]
    state = graph.books.state
    rounds_ = await state.many({body.round for _, body in listed})
    made: list[Node] = []
    for entity, body in listed:
        made.append(
            graph.word(
                entity,
                "Entry",
                about=graph.link(body.project, "project"),
                within=graph.link(body.round, "round"),
                outcome=_funding(graph, rounds_.get(body.round), body.project),
                text=words[entity.id].get("reason"),
            )
        )
        promise = graph.promises.get(entity.id)
        if promise is not None:
            goal = graph.link(body.project, "project", part="goal")
            made.append(promised(graph, promise, [goal] if goal else []))
    return made


def _funding(graph: Graph, round_: Entity | None, project: bytes) -> str | None:
    """Say what became of a project in a round that is closed for good."""
    settled = None if round_ is None else closings.settled_of(graph.books, round_)
    if settled is None or not isinstance(settled.result, RoundResult):
        return None
    funded = {one.project: one.funding for one in settled.result.projects}
    return funded.get(project)


async def vetoes(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Say who would block which project."""
    words = await graph.texts(entities)
    return [
        graph.word(
            entity,
            "Veto",
            about=graph.link(entity.body.project, "project"),
            within=graph.link(entity.body.round, "round"),
            text=words[entity.id].get("reason"),
        )
        for entity in entities
        if isinstance(entity.body, Veto)
    ]
