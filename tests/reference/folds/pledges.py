"""The pledger's half: forms of 8.8, law of 9.9."""

from tests.reference.forms import (
    DATE,
    ID,
    LINE,
    MONEY,
    OPTIONAL,
    QUANTITY,
    RATE,
    REQUIRED,
    SLUG,
    Entity,
    Event,
    Kind,
    Log,
    Moves,
    derived,
    entity_body,
    fields,
    move,
    need,
    window,
)

PLEDGE_MOVES: Moves = {
    "offered": {"confirmed", "withdrawn"},
    "confirmed": {"released"},
    "withdrawn": set(),
    "released": set(),
}

WORK = fields(
    {
        "ends": (DATE, OPTIONAL),
        "line": (LINE, REQUIRED),
        "minutes": (QUANTITY, REQUIRED),
        "owner": (ID, REQUIRED),
        "rate": (RATE, OPTIONAL),
        "skill": (SLUG, REQUIRED),
        "starts": (DATE, OPTIONAL),
        "to": (ID, REQUIRED),
    }
)
MONEY_OFFER = fields(
    {
        "allotment": (ID, OPTIONAL),
        "allotted": (QUANTITY, OPTIONAL),
        "amount": (MONEY, REQUIRED),
        "owner": (ID, REQUIRED),
        "round": (ID, OPTIONAL),
        "to": (ID, REQUIRED),
    }
)
CONFIRMED = fields(
    {
        "acceptance": (ID, REQUIRED),
        "pledge": (ID, REQUIRED),
        "quantity": (QUANTITY, REQUIRED),
        "taker": (ID, REQUIRED),
    }
)
ENDED = fields({"pledge": (ID, REQUIRED), "reason": (SLUG, OPTIONAL)})
WITHDRAWN = fields(
    {
        "allotment": (ID, OPTIONAL),
        "pledge": (ID, REQUIRED),
        "reason": (SLUG, OPTIONAL),
    }
)


def work_offered(_log: Log, event: Event) -> list[Entity]:
    window(event.body)
    body = {name: item for name, item in event.body.items() if name != "minutes"}
    body |= {"quantity": event.body["minutes"], "unit": "minutes"}
    body = entity_body(body, texts=event.words())
    return [Entity(event.id, "pledge", "offered", event.block, body)]


def spending(log: Log, allotment: bytes) -> Entity | None:
    return log.get("spending", derived(log.coop, "spending", allotment))


def spend(log: Log, event: Event) -> list[Entity]:
    """Count what is given away from an allotment, if one is named."""
    body = event.body
    if "allotment" not in body and "allotted" not in body:
        return []
    named = {"allotment", "allotted", "round"}.issubset(body)
    need(named, "allotment-lone")
    amount, allotted = body["amount"][1], body["allotted"]
    former = spending(log, body["allotment"])
    pledged = 0
    if former is not None:
        need(former.body["allotted"] == allotted, "allotment-differs")
        pledged = former.body.get("pledged", 0)
    need(pledged + amount <= allotted, "over-allotment")
    kept = {"allotment": body["allotment"], "allotted": allotted}
    kept = entity_body(kept, pledged=pledged + amount)
    if former is not None:
        return [former._replace(body=kept)]
    key = derived(log.coop, "spending", body["allotment"])
    return [Entity(key, "spending", "counted", event.block, kept)]


def money_offered(log: Log, event: Event) -> list[Entity]:
    currency, amount = event.body["amount"]
    need(amount != 0, "pledge-nothing")
    spent = spend(log, event)
    body = {name: item for name, item in event.body.items() if name != "amount"}
    body |= {"quantity": amount, "unit": currency}
    body = entity_body(body, texts=event.words())
    return [Entity(event.id, "pledge", "offered", event.block, body), *spent]


def pledge_confirmed(log: Log, event: Event) -> list[Entity]:
    pledge = log.find("pledge", event.body["pledge"], "pledge-unknown")
    after = move(pledge, "confirmed", PLEDGE_MOVES, "pledge-move")
    need("round" not in pledge.body, "pledge-round")
    need(event.body["taker"] == pledge.body["owner"], "pledge-taker")
    need(event.body["quantity"] <= pledge.body["quantity"], "pledge-excess")
    confirmed = {
        "acceptance": event.body["acceptance"],
        "epoch": event.block,
        "event": event.id,
        "quantity": event.body["quantity"],
    }
    return [after._replace(body=entity_body(pledge.body, confirmed=confirmed))]


def pledge_withdrawn(log: Log, event: Event) -> list[Entity]:
    pledge = log.find("pledge", event.body["pledge"], "pledge-unknown")
    after = _ended(move(pledge, "withdrawn", PLEDGE_MOVES, "pledge-move"), event)
    allotment = pledge.body.get("allotment")
    need(event.body.get("allotment") == allotment, "allotment-other")
    if allotment is None:
        return [after]
    former = spending(log, allotment)
    assert former is not None
    rest = {name: item for name, item in former.body.items() if name != "pledged"}
    left = former.body["pledged"] - pledge.body["quantity"]
    return [after, former._replace(body=entity_body(rest, pledged=left))]


def pledge_released(log: Log, event: Event) -> list[Entity]:
    pledge = log.find("pledge", event.body["pledge"], "pledge-unknown")
    return [_ended(move(pledge, "released", PLEDGE_MOVES, "pledge-move"), event)]


def _ended(pledge: Entity, event: Event) -> Entity:
    reason = event.body.get("reason")
    return pledge._replace(body=entity_body(pledge.body, reason=reason))


PLEDGES = {
    "pledge.work.offered": Kind(WORK, work_offered, ("note",)),
    "pledge.money.offered": Kind(MONEY_OFFER, money_offered, ("note",)),
    "pledge.confirmed": Kind(CONFIRMED, pledge_confirmed),
    "pledge.withdrawn": Kind(WITHDRAWN, pledge_withdrawn, ("note",)),
    "pledge.released": Kind(ENDED, pledge_released, ("note",)),
}
