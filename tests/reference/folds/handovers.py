"""Hand-overs, both halves: forms of 8.12, law of 9.12."""

from tests.reference.folds.leads import LEAD_TAKES
from tests.reference.forms import (
    ID,
    OPTIONAL,
    REQUIRED,
    SHARE,
    SLUG,
    SUM,
    Body,
    Entity,
    Event,
    Kind,
    Log,
    derived,
    entity_body,
    fields,
    need,
    one_of,
)

FEE = fields(
    {
        "due": (one_of("award", "each-payment", "end"), REQUIRED),
        "size": (lambda value: SUM(value) or SHARE(value), REQUIRED),
    }
)
OFFERED = fields({"fee": (FEE, OPTIONAL), "lead": (ID, REQUIRED), "to": (ID, REQUIRED)})
WITHDRAWN = fields(
    {"handover": (ID, REQUIRED), "lead": (ID, REQUIRED), "reason": (SLUG, OPTIONAL)}
)
ACCEPTED = fields(
    {
        "fee": (FEE, OPTIONAL),
        "finder": (ID, REQUIRED),
        "handover": (ID, REQUIRED),
        "lead": (ID, REQUIRED),
        "terms": (ID, REQUIRED),
    }
)
DECLINED = fields(
    {
        "finder": (ID, REQUIRED),
        "handover": (ID, REQUIRED),
        "lead": (ID, REQUIRED),
        "reason": (SLUG, OPTIONAL),
    }
)


def handover_offered(log: Log, event: Event) -> list[Entity]:
    lead = log.find("lead", event.body["lead"], "lead-unknown")
    need(lead.state in LEAD_TAKES, "lead-over")
    need("handover" not in lead.body, "handover-live")
    offered = entity_body(event.body, texts=event.words())
    return [
        lead._replace(body=entity_body(lead.body, handover=event.id)),
        Entity(event.id, "handover", "offered", event.block, offered),
    ]


def handover_withdrawn(log: Log, event: Event) -> list[Entity]:
    offer = log.find("handover", event.body["handover"], "handover-unknown")
    need(offer.state == "offered", "handover-gone")
    need(offer.body["lead"] == event.body["lead"], "handover-other")
    lead = log.find("lead", event.body["lead"], "handover-other")
    need(lead.state != "passed-on", "handover-passed")
    free = {name: item for name, item in lead.body.items() if name != "handover"}
    body = entity_body(offer.body, reason=event.body.get("reason"))
    return [lead._replace(body=free), offer._replace(state="withdrawn", body=body)]


def _takeover(log: Log, event: Event) -> Entity | None:
    key = derived(log.coop, "takeover", event.body["handover"])
    return log.get("takeover", key)


def _answer(log: Log, event: Event, state: str, body: Body) -> list[Entity]:
    key = derived(log.coop, "takeover", event.body["handover"])
    return [Entity(key, "takeover", state, event.block, body)]


def handover_accepted(log: Log, event: Event) -> list[Entity]:
    former = _takeover(log, event)
    need(former is None or former.state != "accepted", "handover-answered")
    return _answer(log, event, "accepted", event.body)


def handover_declined(log: Log, event: Event) -> list[Entity]:
    former = _takeover(log, event)
    need(former is None or "opened" not in former.body, "handover-used")
    body = entity_body(event.body, texts=event.words())
    return _answer(log, event, "declined", body)


HANDOVERS = {
    "handover.offered": Kind(OFFERED, handover_offered, ("terms", "note"), ("terms",)),
    "handover.withdrawn": Kind(WITHDRAWN, handover_withdrawn, ("note",)),
    "handover.accepted": Kind(ACCEPTED, handover_accepted),
    "handover.declined": Kind(DECLINED, handover_declined, ("note",)),
}
