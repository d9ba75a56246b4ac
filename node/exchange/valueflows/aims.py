"""What work and money are asked for: leads, projects with their steps, funds."""

from collections.abc import Mapping, Sequence

from node import shares
from node.exchange import urns
from node.exchange.valueflows import nodes
from node.exchange.valueflows.graph import Graph
from node.exchange.valueflows.nodes import Node, node
from node.exchange.valueflows.own import own
from node.views import titles
from protocol.kinds.projects import Milestone
from protocol.rules import funds, leads, projects
from protocol.rules.funds import Fund
from protocol.rules.leads import Lead
from protocol.rules.projects import Project
from protocol.state import Entity


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
            receiver=graph.coop(entity.coop),
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
        **own(standing=entity.state, reason=body.reason),
    )
    return [request, _plan(graph, entity, name, nodes.last(terms.ends))]


def _plan(
    graph: Graph, entity: Entity, name: str, due: str | None, note: str | None = None
) -> Node:
    return node(
        id_=urns.event(entity.id, "plan"),
        type_="Plan",
        created=graph.created(entity),
        name=name,
        note=note,
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
        receiver=graph.coop(entity.coop),
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
        **own(standing=entity.state),
    )
    steps = [_step(entity, body, one) for one in body.milestones]
    plan = _plan(graph, entity, name, None, words.get("milestones"))
    return [request, plan, *steps]


def _step(entity: Entity, body: Project, one: Milestone) -> Node:
    return node(
        id_=urns.event(entity.id, f"milestone-{one.no}"),
        type_="Process",
        name=f"Milestone {one.no}",
        plannedWithin=urns.event(entity.id, "plan"),
        hasEnd=nodes.last(one.due),
        finished=one.no in body.reached,
        **own(share=shares.write(one.share)),
    )


async def funds_of(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Request what a fund asks of each member, period by period."""
    words = await graph.texts(entities)
    return [
        made
        for entity in entities
        if isinstance(entity.body, Fund)
        for made in _fund(graph, entity, entity.body, words[entity.id])
    ]


def _fund(
    graph: Graph, entity: Entity, body: Fund, words: Mapping[str, str]
) -> list[Node]:
    name = words.get("title") or titles.NO_TITLE
    asked = (
        {"resourceConformsTo": graph.words.currency(body.currency)}
        if body.contribution is None
        else nodes.sum_of(body.contribution, body.currency, graph.words)
    )
    goal = node(
        id_=urns.event(entity.id, "goal"),
        type_="Intent",
        action="transfer",
        receiver=graph.coop(entity.coop),
        finished=entity.state not in funds.TAKING | {"planned"},
        **asked,
    )
    request = node(
        id_=urns.event(entity.id),
        type_="Proposal",
        purpose="request",
        created=graph.created(entity),
        name=name,
        note=words.get("purpose"),
        publishes=[goal],
        **own(standing=entity.state, period=body.period),
    )
    return [request, _plan(graph, entity, name, None)]
