"""Winning work together: interest, hand-overs, bids with reviews, agreements."""

from collections.abc import Iterator, Mapping, Sequence

from node import shares
from node.exchange import urns
from node.exchange.valueflows import nodes
from node.exchange.valueflows.graph import Graph
from node.exchange.valueflows.nodes import Node, node
from node.exchange.valueflows.own import own
from node.exchange.valueflows.pledges import promised
from node.views import agreements, bids, handovers, titles
from node.views.bids import Joined as Bidding
from node.views.handovers import Joined as Handed
from protocol.joins import bids as joins
from protocol.joins.bids import Part, Slice
from protocol.kinds.bids import Party
from protocol.kinds.fields import Sum
from protocol.kinds.handovers import Fee
from protocol.rules.bids import Bid
from protocol.rules.interests import Interest
from protocol.rules.reviews import Review
from protocol.rules.signatures import Signature
from protocol.state import Entity


async def interests(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Say what co-ops think of leads."""
    words = await graph.texts(entities)
    return [
        graph.word(
            entity,
            "Interest",
            about=graph.link(entity.body.lead, "lead"),
            text=words[entity.id].get("note"),
        )
        for entity in entities
        if isinstance(entity.body, Interest)
    ]


# --- hand-overs ---------------------------------------------------------------------


async def handovers_of(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Offer leads for a fee; agree on them once the taker has accepted the same."""
    words = await graph.texts(entities)
    found: list[Node] = []
    for one in await handovers.joined(graph.books, entities):
        found.append(_handover(graph, one, words[one.offer.id]))
        if one.handing.standing == "effective":
            found += _handed(graph, one)
    return found


def _handover(graph: Graph, one: Handed, words: Mapping[str, str]) -> Node:
    over = one.handing.standing in {"withdrawn", "declined"}
    lead = node(
        id_=urns.event(one.offer.id, "lead"),
        type_="Intent",
        finished=over,
        **_rights(graph, one),
    )
    return node(
        id_=urns.event(one.offer.id),
        type_="Proposal",
        purpose="offer",
        created=graph.created(one.offer),
        note=words.get("note"),
        proposedTo=[graph.coop(one.body.to)],
        publishes=[lead],
        reciprocal=[_fee(graph, one, one.body.fee, over=over)]
        if one.body.fee
        else None,
        **own(
            about=graph.link(one.body.lead, "lead"),
            opened=graph.link(one.handing.opened, "lead"),
            standing=one.handing.standing,
            text=words.get("terms"),
            reason=one.body.reason,
        ),
    )


def _rights(graph: Graph, one: Handed) -> Node:
    """Say from whom to whom a lead goes: the right to win it, no thing."""
    return {
        "action": "transferAllRights",
        "provider": graph.coop(one.offer.coop),
        "receiver": graph.coop(one.body.to),
        "resourceConformsTo": graph.words.thing("lead"),
        "resourceQuantity": nodes.measure(1, "one"),
    }


def _fee(graph: Graph, one: Handed, fee: Fee, *, over: bool) -> Node:
    size = fee.size
    asked = (
        nodes.sum_of(size.amount, size.currency, graph.words)
        if isinstance(size, Sum)
        else own(share=shares.write(size))
    )
    return node(
        id_=urns.event(one.offer.id, "fee"),
        type_="Intent",
        action="transfer",
        provider=graph.coop(one.body.to),
        receiver=graph.coop(one.offer.coop),
        finished=over,
        **asked,
        **own(payable=fee.due),
    )


def _handed(graph: Graph, one: Handed) -> Iterator[Node]:
    agreement = urns.event(one.offer.id, "agreement")
    yield node(id_=agreement, type_="Agreement", name="Hand-over of a lead")
    yield node(
        id_=urns.event(one.offer.id, "handing"),
        type_="Commitment",
        clauseOf=agreement,
        satisfies=[urns.event(one.offer.id, "lead")],
        finished=one.handing.opened is not None,
        **_rights(graph, one),
    )
    owed = graph.promises.get(one.offer.id)
    if owed is not None:
        fee = [urns.event(one.offer.id, "fee")]
        yield promised(graph, owed, fee, reciprocalClauseOf=agreement)


# --- bids ---------------------------------------------------------------------------


async def bids_of(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Plan who would do what for which part of the price."""
    words = await graph.texts(entities)
    joined = await bids.joined(graph.books, entities)
    leads = [one.lead for one in joined if one.lead is not None]
    titled = await titles.of(graph.books, leads)
    found: list[Node] = []
    for one in joined:
        title = titled.get(one.body.lead, titles.NOT_HERE)
        found.append(_bid(graph, one, title, words[one.bid.id].get("note")))
        found += _parts(graph, one)
        found += _cuts(graph, one)
    return found


def _bid(graph: Graph, one: Bidding, title: str, note: str | None) -> Node:
    return node(
        id_=urns.event(one.bid.id),
        type_="Plan",
        created=graph.created(one.bid),
        name=f"Bid for {title}",
        note=note,
        **own(
            about=graph.link(one.body.lead, "lead"),
            lot=list(one.body.terms.lots),
            risk=one.body.terms.risk,
            standing=one.bid.state,
            reason=one.body.reason,
        ),
    )


def _parts(graph: Graph, one: Bidding) -> Iterator[Node]:
    for number, part in enumerate(one.reviewed.parts, start=1):
        yield _part(graph, one, part, number)
        if part.party.share is not None:
            yield _share(
                graph, one, part.party.coop, ("part", part.party.lot), f"share-{number}"
            )


def _part(graph: Graph, one: Bidding, part: Part, number: int) -> Node:
    party = part.party
    return node(
        id_=urns.event(one.bid.id, f"part-{number}"),
        type_="Intent",
        action="work",
        provider=graph.coop(party.coop),
        receiver=graph.coop(one.bid.coop),
        plannedWithin=urns.event(one.bid.id),
        effortQuantity=nodes.minutes(party.minutes),
        **own(
            lot=party.lot,
            standing=part.standing,
            inReturn=_estimate(graph, one, party, number),
        ),
    )


def _estimate(graph: Graph, one: Bidding, party: Party, number: int) -> Node | None:
    if party.amount is None:
        return None
    return node(
        id_=urns.event(one.bid.id, f"estimate-{number}"),
        type_="Intent",
        action="transfer",
        receiver=graph.coop(party.coop),
        **nodes.sum_of(party.amount.amount, party.amount.currency, graph.words),
    )


def _cuts(graph: Graph, one: Bidding) -> Iterator[Node]:
    for number, cut in enumerate(one.body.terms.fees, start=1):
        yield _share(graph, one, cut.coop, ("fee", None), f"fee-{number}")
    if one.body.terms.fund is not None:
        yield _share(graph, one, None, ("fund", None), "fund")


def _share(
    graph: Graph,
    one: Bidding,
    coop: bytes | None,
    key: tuple[str, str | None],
    name: str,
) -> Node:
    """Give a share of the price, and what it comes to where the lead names a value."""
    price = _divided(one)[key[0], coop, key[1]]
    value = one.value
    own_part = coop == one.bid.coop
    asked = (
        {} if value is None else nodes.sum_of(price.amount, value.currency, graph.words)
    )
    return node(
        id_=urns.event(one.bid.id, name),
        type_="Intent",
        action="transfer",
        # What the lead contractor keeps, nobody else gives.
        provider=None if own_part else graph.coop(one.bid.coop),
        receiver=None if coop is None else graph.coop(coop),
        plannedWithin=urns.event(one.bid.id),
        **asked,
        **own(lot=key[1], share=shares.write(price.share)),
    )


def _divided(one: Bidding) -> dict[tuple[str, bytes | None, str | None], Slice]:
    worth = 0 if one.value is None else one.value.amount
    return {(cut.what, cut.coop, cut.lot): cut for cut in joins.divide(one.body, worth)}


async def reviews(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Say what parties think of their parts."""
    words = await graph.texts(entities)
    listed = [(one, one.body) for one in entities if isinstance(one.body, Review)]
    found = await graph.books.state.many({body.bid for _, body in listed})
    return [
        graph.word(
            entity,
            "Review",
            about=_reviewed(graph, found.get(body.bid), entity.coop, body),
            text=words[entity.id].get("note"),
        )
        for entity, body in listed
    ]


def _reviewed(
    graph: Graph, bid: Entity | None, party: bytes, body: Review
) -> str | None:
    """Name the part that a review is of; the bid, where that has no such part."""
    if bid is None or not isinstance(bid.body, Bid):
        return None
    for number, part in enumerate(bid.body.terms.parties, start=1):
        if (part.coop, part.lot) == (party, body.lot):
            return graph.link(bid.id, "bid", part=f"part-{number}")
    return graph.link(bid.id, "bid")


# --- agreements ---------------------------------------------------------------------


async def agreements_of(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Agree on a text, as far as all have signed it."""
    words = await graph.texts(entities)
    return [
        node(
            id_=urns.event(one.agreement.id),
            type_="Agreement",
            created=graph.created(one.agreement),
            name=words[one.agreement.id].get("title") or titles.NO_TITLE,
            note=words[one.agreement.id].get("text"),
            **own(
                about=graph.link(one.body.about),
                kind=one.body.kind,
                party=[graph.coop(each) for each in one.body.parties],
                standing=one.agreed.standing,
                supersededBy=graph.link(one.body.by, "agreement"),
                reason=one.body.reason,
            ),
        )
        for one in await agreements.joined(graph.books, entities)
    ]


async def signatures(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Say who has signed, and who stands by it no more."""
    words = await graph.texts(entities)
    return [
        graph.word(
            entity,
            "Signature",
            about=graph.link(entity.body.agreement, "agreement"),
            text=words[entity.id].get("note"),
        )
        for entity in entities
        if isinstance(entity.body, Signature)
    ]
