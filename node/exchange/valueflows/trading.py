"""Trade: work done, invoices, payments with both sides' words, nettings, mediations.

What one co-op says that it did is an event. Where the other does not agree, its word
is an event that corrects the first, by what it says is too much; so the events of two
co-ops come to what their ledger says.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

from node.exchange import urns
from node.exchange.valueflows import nodes
from node.exchange.valueflows.graph import Graph, between
from node.exchange.valueflows.nodes import Node, node
from node.exchange.valueflows.own import PREFIX, own
from protocol.joins import agreeing
from protocol.joins.agreeing import Mediating, SetOff
from protocol.joins.payments import Claim, Settlement
from protocol.joins.reports import Delivery
from protocol.rules.invoices import Invoice
from protocol.rules.mediations import Mediation
from protocol.rules.payments import Payment
from protocol.rules.pledges import Pledge
from protocol.rules.reports import Report
from protocol.state import Entity

#: Enough to tell the mediations of one matter apart.
_DIGITS: Final = 16


# --- work ---------------------------------------------------------------------------


async def reports(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Tell what was done; what was taken back was not."""
    words = await graph.texts(entities)
    pledges = await graph.books.state.many(
        {one.body.pledge for one in entities if isinstance(one.body, Report)}
    )
    listed = [
        (entity, entity.body, one)
        for entity in entities
        if isinstance(one := graph.traded.get(entity.id), Delivery)
        and isinstance(entity.body, Report)
        and one.standing != "withdrawn"
    ]
    answers = await graph.answers([one.answer for _, _, one in listed])
    return [
        _report(
            graph,
            entity,
            body,
            one,
            pledge=pledges.get(one.pledge),
            note=words[entity.id].get("summary"),
            answer=answers.get(one.answer or b""),
        )
        for entity, body, one in listed
    ]


def _report(
    graph: Graph,
    entity: Entity,
    body: Report,
    one: Delivery,
    *,
    pledge: Entity | None,
    note: str | None,
    answer: str | None,
) -> Node:
    skill = pledge.body.skill if pledge and isinstance(pledge.body, Pledge) else None
    promised = one.pledge in graph.committed
    return node(
        id_=urns.event(entity.id),
        type_="EconomicEvent",
        action="work",
        provider=graph.coop(one.provider),
        receiver=graph.coop(one.receiver),
        created=graph.created(entity),
        note=note,
        resourceConformsTo=graph.words.skill(skill),
        resourceClassifiedAs=[theme for theme, _ in one.themes],
        effortQuantity=nodes.minutes(one.minutes),
        hasBeginning=nodes.first(body.starts),
        hasEnd=nodes.last(body.ends),
        fulfills=[urns.event(one.pledge, "commitment")] if promised else None,
        **own(
            standing=one.standing,
            outcome=one.outcome,
            answer=answer,
            served=[_served(theme, minutes) for theme, minutes in one.themes],
            inReturn=_worth(graph, one),
        ),
    )


def _served(theme: str, minutes: int) -> Node:
    time = nodes.measure(minutes, "minute")
    return {"@type": f"{PREFIX}:Served", **own(theme=theme, time=time)}


def _worth(graph: Graph, one: Delivery) -> Node | None:
    if one.amount is None:
        return None
    return node(
        id_=urns.event(one.report, "in-return"),
        type_="Intent",
        action="transfer",
        provider=graph.coop(one.receiver),
        receiver=graph.coop(one.provider),
        **nodes.sum_of(one.amount.amount, one.amount.currency, graph.words),
    )


# --- invoices and payments ----------------------------------------------------------


async def invoices(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Claim what is asked for; it is finished once payments that name it cover it."""
    words = await graph.texts(entities)
    listed = [
        (entity, entity.body, one)
        for entity in entities
        if isinstance(one := graph.traded.get(entity.id), Claim)
        and isinstance(entity.body, Invoice)
    ]
    answers = await graph.answers([one.answer for _, _, one in listed])
    return [
        _invoice(
            graph,
            entity,
            body,
            one,
            note=words[entity.id].get("note"),
            answer=answers.get(one.answer or b""),
        )
        for entity, body, one in listed
    ]


def _invoice(
    graph: Graph,
    entity: Entity,
    body: Invoice,
    one: Claim,
    *,
    note: str | None,
    answer: str | None,
) -> Node:
    work = [link for each in body.reports if (link := graph.link(each, "report"))]
    settled = graph.settled.get(one.invoice, 0)
    return node(
        id_=urns.event(entity.id),
        type_="Claim",
        action="transfer",
        provider=graph.coop(one.payer),
        receiver=graph.coop(one.payee),
        created=graph.created(entity),
        note=note,
        due=nodes.last(one.due),
        finished=one.standing == "withdrawn" or settled >= one.amount,
        # Valueflows has one event for a claim; that it asks for more is our own.
        triggeredBy=work[0] if len(work) == 1 else None,
        **nodes.sum_of(one.amount, one.currency, graph.words),
        **own(
            about=[*work, *_promised(graph, one, one.promise)],
            number=body.number,
            standing=one.standing,
            answer=answer,
        ),
    )


def _promised(graph: Graph, one: Claim | Settlement, source: bytes | None) -> list[str]:
    """Name the Commitment to pay between these two, if there is one."""
    promise = graph.promises.get(source or b"")
    if promise is None or promise.source not in graph.committed:
        return []
    if between(promise) != between(one):
        return []
    return [urns.event(promise.source, "commitment")]


async def payments(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Tell what was sent, and correct it where the payee says that less came."""
    words = await graph.texts(entities)
    listed = [
        (entity, one)
        for entity in entities
        if isinstance(one := graph.traded.get(entity.id), Settlement)
        and isinstance(entity.body, Payment)
        and one.standing != "cancelled"
    ]
    answers = await graph.answers([one.receipt for _, one in listed])
    made: list[Node] = []
    for entity, one in listed:
        goal = _goal(graph, one)
        made.append(
            node(
                id_=urns.event(entity.id),
                type_="EconomicEvent",
                created=graph.created(entity),
                note=words[entity.id].get("note"),
                hasPointInTime=nodes.first(one.date),
                **_sent(graph, one, one.sent),
                **goal,
                **own(standing=one.standing),
            )
        )
        if one.disputed and one.receipt is not None:
            made.append(
                node(
                    id_=urns.event(one.receipt),
                    type_="EconomicEvent",
                    corrects=urns.event(entity.id),
                    note=answers.get(one.receipt),
                    **_sent(graph, one, -one.disputed),
                    **goal,
                    **own(by=graph.coop(one.payee)),
                )
            )
    return made


def _goal(graph: Graph, one: Settlement) -> Node:
    """Say what a payment is for, where that is something between the same two."""
    claim = graph.traded.get(one.invoice or b"")
    asked = isinstance(claim, Claim) and between(claim) == between(one)
    return {
        "fulfills": _promised(graph, one, one.promise),
        "settles": [urns.event(one.invoice)] if asked and one.invoice else None,
    }


def _sent(graph: Graph, one: Settlement, amount: int) -> Node:
    return {
        "action": "transfer",
        "provider": graph.coop(one.payer),
        "receiver": graph.coop(one.payee),
        **nodes.sum_of(amount, one.currency, graph.words),
    }


# --- agreeing -----------------------------------------------------------------------


async def nettings(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Offer to set debts off; once all have agreed, it is as if each had been paid."""
    words = await graph.texts(entities)
    return [
        made
        for entity in entities
        if isinstance(one := graph.traded.get(entity.id), SetOff)
        for made in _netting(graph, entity, one, words[entity.id].get("note"))
    ]


def _netting(
    graph: Graph, entity: Entity, one: SetOff, note: str | None
) -> Iterator[Node]:
    rows = list(enumerate(one.entries, start=1))
    coops = sorted(
        {coop for debtor, creditor, _ in one.entries for coop in (debtor, creditor)}
    )
    yield node(
        id_=urns.event(entity.id),
        type_="Proposal",
        purpose="offer",
        created=graph.created(entity),
        name="Netting",
        note=note,
        proposedTo=[graph.coop(coop) for coop in coops],
        publishes=[
            node(
                id_=urns.event(entity.id, f"entry-{number}"),
                type_="Intent",
                finished=one.standing == "effective",
                **_set_off(graph, one, row),
            )
            for number, row in rows
        ],
        **own(standing=one.standing),
    )
    if one.standing != "effective":
        return
    agreement = urns.event(entity.id, "agreement")
    yield node(id_=agreement, type_="Agreement", name="Netting")
    for number, row in rows:
        yield node(
            id_=urns.event(entity.id, f"set-off-{number}"),
            type_="EconomicEvent",
            created=graph.created(entity),
            realizationOf=agreement,
            satisfies=[urns.event(entity.id, f"entry-{number}")],
            **_set_off(graph, one, row),
        )


def _set_off(graph: Graph, one: SetOff, row: tuple[bytes, bytes, int]) -> Node:
    debtor, creditor, amount = row
    return {
        "action": "transfer",
        "provider": graph.coop(debtor),
        "receiver": graph.coop(creditor),
        **nodes.sum_of(amount, one.currency, graph.words),
    }


async def mediations_of(graph: Graph, entities: Sequence[Entity]) -> list[Node]:
    """Agree on who mediates: one agreement, however many halves of it there are."""
    listed = [(one, one.body) for one in entities if isinstance(one.body, Mediation)]
    halves: dict[tuple[bytes, bytes, tuple[bytes, ...]], list[Entity]] = {}
    for other in await graph.books.state.referring({body.about for _, body in listed}):
        if isinstance(other.body, Mediation):
            halves.setdefault(_key(other.body), []).append(other)
    firsts = [
        group
        for entity, body in listed
        if (group := sorted(halves[_key(body)], key=lambda one: one.id))[0].id
        == entity.id
    ]
    words = await graph.texts([one for group in firsts for one in group])
    return [
        _mediation(
            graph,
            joined,
            [words[one.id]["note"] for one in group if "note" in words[one.id]],
        )
        for group in firsts
        for joined in agreeing.mediations(group)
    ]


def _key(body: Mediation) -> tuple[bytes, bytes, tuple[bytes, ...]]:
    return body.about, body.mediator, body.parties


def _mediation(graph: Graph, one: Mediating, notes: Sequence[str]) -> Node:
    # Its halves are named by whose they are; it itself by what they agree in.
    said = hashlib.sha256(b"".join((one.mediator, *one.parties))).hexdigest()
    return node(
        id_=urns.event(one.about, f"mediation-{said[:_DIGITS]}"),
        type_="Agreement",
        name="Mediation",
        note="\n".join(notes),
        **own(
            about=graph.link(one.about),
            mediator=graph.coop(one.mediator),
            party=[graph.coop(each) for each in one.parties],
            standing=one.standing,
        ),
    )
