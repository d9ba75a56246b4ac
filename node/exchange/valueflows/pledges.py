"""Pledges, and what came of them: commitments of both, or of a round's result."""

from collections.abc import Mapping, Sequence
from typing import Final

from node.exchange import urns
from node.exchange.valueflows import nodes
from node.exchange.valueflows.graph import Graph
from node.exchange.valueflows.nodes import Node, node
from node.exchange.valueflows.own import own
from node.views import pledges
from node.views.pledges import Joined
from protocol.joins.ledger import Promise
from protocol.rules.leads import Lead
from protocol.state import Entity

#: Standings of a pledge that is a promise, kept or not.
_PROMISED: Final = frozenset({"committed", "overtaken", "released"})
_OVER: Final = frozenset({"withdrawn", "declined", "released"})


async def pledges_of(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Intend what is pledged; commit to what is agreed on or came of a round."""
    words = await graph.texts(entities)
    joined = await pledges.joined(graph.books, entities)
    targets = await graph.books.state.many({one.body.to for one in joined})
    made: list[Node] = []
    for one in joined:
        made.append(_pledge(graph, one, words[one.pledge.id].get("note")))
        wanted = _wanted(graph, one, targets)
        promise = graph.promises.get(one.pledge.id)
        if one.commitment.standing in _PROMISED:
            made.append(_commitment(graph, one, wanted))
        elif promise is not None and promise.kind == "round":
            made.append(promised(graph, promise, [urns.event(one.pledge.id), *wanted]))
    return made


def _pledge(graph: Graph, one: Joined, note: str | None) -> Node:
    standing = one.commitment.standing
    return node(
        id_=urns.event(one.pledge.id),
        type_="Intent",
        note=note,
        finished=standing in _OVER,
        **_flow(graph, one, one.body.quantity),
        **own(
            standing=standing,
            reason=one.body.reason,
            within=graph.link(one.body.round, "round"),
        ),
    )


def _flow(graph: Graph, one: Joined, quantity: int) -> Node:
    """Say from whom to whom how much of what flows, and for which plan."""
    body = one.body
    said: Node = {
        "action": "work" if body.unit == "minutes" else "transfer",
        "provider": graph.coop(one.pledge.coop),
        "receiver": graph.coop(body.owner),
        "plannedWithin": graph.link(body.to, "lead", "project", "fund", part="plan"),
        "hasBeginning": nodes.first(body.starts),
        "hasEnd": nodes.last(body.ends),
    }
    if body.unit != "minutes":
        return said | nodes.sum_of(quantity, body.unit, graph.words)
    return said | {
        "resourceConformsTo": graph.words.skill(body.skill),
        "effortQuantity": nodes.minutes(quantity),
    }


def _wanted(graph: Graph, one: Joined, targets: Mapping[bytes, Entity]) -> list[str]:
    """Name what the pledge is to satisfy, where that is there to be named."""
    body = one.body
    if body.line is None:
        found = graph.link(body.to, "project", "fund", part="goal")
    else:
        lead = targets.get(body.to)
        lines = (
            lead.body.terms.requirements if lead and isinstance(lead.body, Lead) else ()
        )
        # A line that the terms have no more is not in the file.
        there = any(each.line == body.line for each in lines)
        found = graph.link(body.to, "lead", part=f"line-{body.line}") if there else None
    return [] if found is None else [found]


def _commitment(graph: Graph, one: Joined, wanted: Sequence[str]) -> Node:
    graph.committed.add(one.pledge.id)
    return node(
        id_=urns.event(one.pledge.id, "commitment"),
        type_="Commitment",
        created=graph.created(one.pledge),
        satisfies=[urns.event(one.pledge.id), *wanted],
        finished=one.commitment.standing == "released",
        **_flow(graph, one, one.commitment.quantity),
    )


def promised(
    graph: Graph, promise: Promise, wanted: Sequence[str], **more: object
) -> Node:
    """Commit to a promise of the ledger: a payment from one co-op to another."""
    graph.committed.add(promise.source)
    return node(
        id_=urns.event(promise.source, "commitment"),
        type_="Commitment",
        action="transfer",
        provider=graph.coop(promise.payer),
        receiver=graph.coop(promise.payee),
        due=nodes.last(promise.due),
        satisfies=list(wanted),
        finished=False,
        **nodes.sum_of(promise.amount, promise.currency, graph.words),
        **more,
    )
