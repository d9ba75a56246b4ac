"""Families of entities as nodes of Valueflows: one function each, one table of them.

| here                       | Valueflows                                             |
|----------------------------|--------------------------------------------------------|
| co-op, profile             | Organization                                           |
| capacity offer             | Proposal (offer) with an Intent (work); its rate is a  |
|                            | reciprocal Intent (transfer), for the minutes it buys  |
| wish, tentative booking    | Intent (work)                                          |
| booking                    | Commitment (work) of a co-op to itself                 |
| lead                       | Proposal (request), an Intent (work) per requirement   |
|                            | line, its value as a reciprocal Intent, and a Plan     |
| project                    | Proposal (request) with an Intent (transfer), and a    |
|                            | Plan                                                   |
| pledge                     | Intent, planned within the Plan of what it goes to     |
| commitment                 | Commitment that satisfies the pledge and the line      |

What comes later has its place: a work report and a payment are EconomicEvents that
fulfil a Commitment, an invoice is a Claim, an agreement an Agreement of which
Commitments are clauses. Each is a function here, a row in FAMILIES, and its terms in
`terms`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from node.exchange import urns
from node.exchange.valueflows import nodes
from node.exchange.valueflows.nodes import Node, Words, node
from node.views import pledges, texts, titles
from node.views.books import Books
from node.views.names import Names
from node.views.pledges import Joined
from node.views.times import Times
from protocol.rules import leads, projects
from protocol.rules.capacity import Booking, Capacity
from protocol.rules.leads import Lead
from protocol.rules.profiles import Profile, Wish
from protocol.rules.projects import Project
from protocol.state import Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """What the functions of the table read, and the words that they have used."""

    books: Books
    names: Names
    times: Mapping[bytes, Times]
    words: Words = field(default_factory=Words)

    def created(self, entity: Entity) -> str | None:
        """Say when an entity was written, where that is known."""
        found = self.times.get(entity.id)
        return None if found is None else nodes.stamp(found.created)

    async def texts(self, entities: Sequence[Entity]) -> dict[bytes, dict[str, str]]:
        """Read the texts of some entities by role, as far as they are here."""
        return {
            entity.id: await texts.of_roles(self.books, titles.texts_of(entity.body))
            for entity in entities
        }


Family = Callable[[Graph, Sequence[Entity]], Awaitable[list[Node]]]


# --- co-ops -------------------------------------------------------------------------


def coops(graph: Graph) -> list[Node]:
    """Name all members and applicants; a profile says more of them."""
    return [
        node(id_=urns.coop(one), type_="Organization", name=graph.names.of(one))
        for one in graph.names.known
    ]


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


async def wishes(_graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Say how busy co-ops wish to be."""
    return [
        node(
            id_=urns.event(entity.id, "wish"),
            type_="Intent",
            name="Wished busyness",
            action="work",
            provider=urns.coop(entity.coop),
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
    own, rate = urns.coop(entity.coop), body.rate
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
    own = urns.coop(entity.coop)
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


# --- leads and projects -------------------------------------------------------------


async def leads_of(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Request work, line by line, and plan its delivery."""
    words = await graph.texts(entities)
    return [
        made
        for entity in entities
        if isinstance(entity.body, Lead)
        for made in _lead(graph, entity, entity.body, words[entity.id])
    ]


def _lead(
    graph: Graph, entity: Entity, body: Lead, words: Mapping[str, str]
) -> list[Node]:
    terms, over = body.terms, entity.state not in leads.TAKING
    name = words.get("title") or titles.NO_TITLE
    lines = [
        node(
            id_=urns.event(entity.id, f"line-{one.line}"),
            type_="Intent",
            action="work",
            receiver=urns.coop(entity.coop),
            resourceConformsTo=graph.words.skill(one.skill),
            resourceClassifiedAs=list(terms.cpv),
            effortQuantity=nodes.minutes(one.minutes),
            hasBeginning=nodes.first(one.starts or terms.starts),
            hasEnd=nodes.last(one.ends or terms.ends),
            finished=over,
        )
        for one in terms.requirements
    ]
    value = terms.value and node(
        id_=urns.event(entity.id, "value"),
        type_="Intent",
        action="transfer",
        finished=over,
        **nodes.sum_of(terms.value.amount, terms.value.currency, graph.words),
    )
    request = node(
        id_=urns.event(entity.id),
        type_="Proposal",
        purpose="request",
        created=graph.created(entity),
        name=name,
        note=words.get("description"),
        hasEnd=nodes.last(terms.deadline),
        publishes=lines,
        reciprocal=[value] if value else None,
    )
    return [request, _plan(graph, entity, name, nodes.last(terms.ends))]


def _plan(graph: Graph, entity: Entity, name: str, due: str | None) -> Node:
    return node(
        id_=urns.event(entity.id, "plan"),
        type_="Plan",
        created=graph.created(entity),
        name=name,
        due=due,
    )


async def projects_of(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Request money."""
    words = await graph.texts(entities)
    return [
        made
        for entity in entities
        if isinstance(entity.body, Project)
        for made in _project(graph, entity, entity.body, words[entity.id])
    ]


def _project(
    graph: Graph, entity: Entity, body: Project, words: Mapping[str, str]
) -> list[Node]:
    name = words.get("title") or titles.NO_TITLE
    least = nodes.sum_of(body.minimum, body.currency, graph.words)
    goal = node(
        id_=urns.event(entity.id, "goal"),
        type_="Intent",
        action="transfer",
        receiver=urns.coop(entity.coop),
        resourceClassifiedAs=list(body.themes),
        minimumQuantity=least["resourceQuantity"],
        finished=entity.state not in projects.TAKING | {"idea"},
        **nodes.sum_of(body.goal, body.currency, graph.words),
    )
    request = node(
        id_=urns.event(entity.id),
        type_="Proposal",
        purpose="request",
        created=graph.created(entity),
        name=name,
        note=words.get("description"),
        hasEnd=nodes.last(body.closes),
        publishes=[goal],
    )
    return [request, _plan(graph, entity, name, None)]


# --- pledges ------------------------------------------------------------------------

#: Standings of a pledge that is a promise, kept or not.
_PROMISED: Final = frozenset({"committed", "overtaken", "released"})
_OVER: Final = frozenset({"withdrawn", "declined", "released"})


async def pledges_of(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Intend what is pledged; commit to what both have agreed on."""
    words = await graph.texts(entities)
    joined = await pledges.joined(graph.books, entities)
    targets = await graph.books.state.many({one.body.to for one in joined})
    made: list[Node] = []
    for one in joined:
        note = words[one.pledge.id].get("note")
        made.append(_pledge(graph, one, note, known=one.body.to in targets))
        if one.commitment.standing in _PROMISED:
            made.append(_commitment(graph, one, known=one.body.to in targets))
    return made


def _pledge(graph: Graph, one: Joined, note: str | None, *, known: bool) -> Node:
    return node(
        id_=urns.event(one.pledge.id),
        type_="Intent",
        note=note,
        finished=one.commitment.standing in _OVER,
        **_flow(graph, one, one.body.quantity, known=known),
    )


def _flow(graph: Graph, one: Joined, quantity: int, *, known: bool) -> Node:
    """Say from whom to whom how much of what flows, and for which plan."""
    body = one.body
    said: Node = {
        "action": "work" if body.unit == "minutes" else "transfer",
        "provider": urns.coop(one.pledge.coop),
        "receiver": urns.coop(body.owner),
        "plannedWithin": urns.event(body.to, "plan") if known else None,
        "hasBeginning": nodes.first(body.starts),
        "hasEnd": nodes.last(body.ends),
    }
    if body.unit != "minutes":
        return said | nodes.sum_of(quantity, body.unit, graph.words)
    return said | {
        "resourceConformsTo": graph.words.skill(body.skill),
        "effortQuantity": nodes.minutes(quantity),
    }


def _commitment(graph: Graph, one: Joined, *, known: bool) -> Node:
    part = "goal" if one.body.line is None else f"line-{one.body.line}"
    wanted = [urns.event(one.body.to, part)] if known else []
    return node(
        id_=urns.event(one.pledge.id, "commitment"),
        type_="Commitment",
        created=graph.created(one.pledge),
        satisfies=[urns.event(one.pledge.id), *wanted],
        finished=one.commitment.standing == "released",
        **_flow(graph, one, one.commitment.quantity, known=known),
    )


FAMILIES: Final[Mapping[str, Family]] = {
    "profile": profiles,
    "wish": wishes,
    "capacity": offers,
    "booking": bookings,
    "lead": leads_of,
    "project": projects_of,
    "pledge": pledges_of,
}
