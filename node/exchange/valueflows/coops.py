"""Co-ops, how busy they wish to be, and the time that they offer or use themselves."""

from collections.abc import Sequence

from node.exchange import urns
from node.exchange.valueflows import nodes
from node.exchange.valueflows.graph import Graph
from node.exchange.valueflows.nodes import Node, node
from protocol.rules.capacity import Booking, Capacity
from protocol.rules.profiles import Profile, Wish
from protocol.state import Entity


async def profiles(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Say what co-ops say of themselves."""
    words = await graph.texts(entities)
    return [
        node(
            id_=urns.coop(entity.coop),
            type_="Organization",
            note=words[entity.id].get("description"),
            classifiedAs=list(entity.body.skills),
            primaryLocation=_place(entity, words[entity.id].get("place")),
        )
        for entity in entities
        if isinstance(entity.body, Profile)
    ]


def _place(entity: Entity, name: str | None) -> Node | None:
    if not name:
        return None
    return node(id_=urns.coop(entity.coop, "place"), type_="SpatialThing", name=name)


async def wishes(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Say how busy co-ops wish to be."""
    return [
        node(
            id_=urns.event(entity.id, "wish"),
            type_="Intent",
            name="Wished busyness",
            action="work",
            provider=graph.coop(entity.coop),
            availableQuantity=nodes.weekly(entity.body.wanted),
            minimumQuantity=nodes.weekly(entity.body.floor),
            hasBeginning=nodes.first(entity.body.starts),
            hasEnd=nodes.last(entity.body.ends),
        )
        for entity in entities
        if isinstance(entity.body, Wish)
    ]


# --- time ---------------------------------------------------------------------------


async def offers(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Offer time; with a rate, by units of what the rate buys."""
    words = await graph.texts(entities)
    return [
        _offer(graph, entity, entity.body, words[entity.id].get("note"))
        for entity in entities
        if isinstance(entity.body, Capacity)
    ]


def _offer(graph: Graph, entity: Entity, body: Capacity, note: str | None) -> Node:
    own, rate = graph.coop(entity.coop), body.rate
    work = node(
        id_=urns.event(entity.id, "work"),
        type_="Intent",
        action="work",
        provider=own,
        resourceConformsTo=graph.words.skill(body.skill),
        availableQuantity=nodes.weekly(body.minutes),
        effortQuantity=nodes.minutes(None if rate is None else rate.minutes),
        hasBeginning=nodes.first(body.starts),
        hasEnd=nodes.last(body.ends),
        finished=entity.state != "open",
    )
    pay = rate and node(
        id_=urns.event(entity.id, "rate"),
        type_="Intent",
        action="transfer",
        receiver=own,
        **nodes.price(rate, graph.words),
    )
    return node(
        id_=urns.event(entity.id),
        type_="Proposal",
        purpose="offer",
        created=graph.created(entity),
        note=note,
        unitBased=rate is not None,
        publishes=[work],
        reciprocal=[pay] if pay else None,
    )


async def bookings(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Say what co-ops use themselves: intended while tentative, else committed."""
    words = await graph.texts(entities)
    return [
        _booking(graph, entity, entity.body, words[entity.id].get("note"))
        for entity in entities
        if isinstance(entity.body, Booking)
    ]


def _booking(graph: Graph, entity: Entity, body: Booking, note: str | None) -> Node:
    own = graph.coop(entity.coop)
    tentative = entity.state in {"tentative", "placeholder"}
    return node(
        id_=urns.event(entity.id),
        type_="Intent" if tentative else "Commitment",
        action="work",
        provider=own,
        receiver=own,
        note=note,
        created=None if tentative else graph.created(entity),
        resourceConformsTo=graph.words.skill(body.skill),
        effortQuantity=nodes.weekly(body.minutes),
        hasBeginning=nodes.first(body.starts),
        hasEnd=nodes.last(body.ends),
        finished=entity.state in {"done", "released"},
    )
