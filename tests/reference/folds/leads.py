"""Leads: forms of 8.6, law of 9.7."""

from tests.reference.forms import (
    CPV,
    DATE,
    FOREIGN,
    ID,
    LINE,
    MONEY,
    OPTIONAL,
    QUANTITY,
    REQUIRED,
    SLUG,
    Body,
    Entity,
    Event,
    Fields,
    Kind,
    Log,
    Moves,
    array,
    derived,
    entity_body,
    fields,
    move,
    need,
    one_of,
    row,
    window,
)

ROLES = ("title", "description", "buyer", "link", "source")
LEAD_MOVES: Moves = {
    "open": {"bidding", "submitted", "won", "lost", "withdrawn", "passed-on"},
    "bidding": {"open", "submitted", "won", "lost", "withdrawn", "passed-on"},
    "submitted": {"bidding", "won", "lost", "withdrawn", "passed-on"},
    "won": {"delivering", "lost", "withdrawn", "passed-on"},
    "delivering": {"closed", "lost"},
    "closed": set(),
    "lost": {"open"},
    "withdrawn": {"open"},
    "passed-on": set(),
}
LEAD_TAKES = {"open", "bidding", "submitted", "won", "delivering"}

LOT = fields({"id": (FOREIGN, REQUIRED), "value": (MONEY, OPTIONAL)})
REQUIREMENT = fields(
    {
        "ends": (DATE, OPTIONAL),
        "line": (LINE, REQUIRED),
        "lot": (FOREIGN, OPTIONAL),
        "minutes": (QUANTITY, OPTIONAL),
        "must": (lambda value: type(value) is bool, True),
        "skill": (SLUG, REQUIRED),
        "starts": (DATE, OPTIONAL),
    }
)
_TERMS: Fields = {
    "cpv": (array(CPV, 40), []),
    "deadline": (DATE, OPTIONAL),
    "ends": (DATE, OPTIONAL),
    "lots": (array(LOT, 40), []),
    "requirements": (array(REQUIREMENT, 64), []),
    "source": (row(SLUG, FOREIGN, FOREIGN), OPTIONAL),
    "starts": (DATE, OPTIONAL),
    "value": (MONEY, OPTIONAL),
}
TERMS = fields(_TERMS)
OPENED = fields({**_TERMS, "via": (row(ID, ID, ID), OPTIONAL)})
CHANGED = fields({"lead": (ID, REQUIRED), "terms": (TERMS, REQUIRED)})
ADVANCED = fields(
    {
        "lead": (ID, REQUIRED),
        "reason": (SLUG, OPTIONAL),
        "to": (one_of(*LEAD_MOVES), REQUIRED),
    }
)


def check_terms(terms: Body) -> None:
    """Do the terms check."""
    lines = set()
    for requirement in terms.get("requirements", []):
        need(requirement["line"] not in lines, "line-twice")
        lines.add(requirement["line"])
        window(requirement)
    window(terms)


def lead_opened(log: Log, event: Event) -> list[Entity]:
    check_terms(event.body)
    terms = {name: item for name, item in event.body.items() if name != "via"}
    via = event.body.get("via")
    body = entity_body({"terms": terms, "texts": event.words()}, via=via)
    lead = Entity(event.id, "lead", "open", event.block, body)
    return [lead] if via is None else [lead, _used(log, event, via)]


def _used(log: Log, event: Event, via: list[bytes]) -> Entity:
    """Give the takeover of 9.12 with the lead that is opened from it."""
    handover, finder, lead = via
    key = derived(log.coop, "takeover", handover)
    takeover = log.find("takeover", key, "handover-unaccepted")
    need(takeover.state == "accepted", "handover-unaccepted")
    need(takeover.body["finder"] == finder, "handover-unaccepted")
    need(takeover.body["lead"] == lead, "handover-unaccepted")
    need("opened" not in takeover.body, "handover-used")
    return takeover._replace(body=entity_body(takeover.body, opened=event.id))


def lead_changed(log: Log, event: Event) -> list[Entity]:
    lead = log.find("lead", event.body["lead"], "lead-unknown")
    need(lead.state in LEAD_TAKES, "lead-over")
    terms = event.body["terms"]
    check_terms(terms)
    lines = {line["line"]: line for line in terms.get("requirements", [])}
    for line, minutes in lead.body.get("accepted", []):
        need(line in lines, "line-taken")
        need(lines[line].get("minutes", minutes) >= minutes, "line-taken")
    texts = dict(sorted((lead.body["texts"] | event.words()).items()))
    return [lead._replace(body=lead.body | {"terms": terms, "texts": texts})]


def lead_advanced(log: Log, event: Event) -> list[Entity]:
    lead = log.find("lead", event.body["lead"], "lead-unknown")
    after = move(lead, event.body["to"], LEAD_MOVES, "lead-move")
    rest = {name: item for name, item in lead.body.items() if name != "reason"}
    body = entity_body(rest, reason=event.body.get("reason"))
    return [after._replace(body=body)]


def lead_accepted(lead: Entity, line: int, quantity: int) -> Entity:
    """Give the lead with so much more, or less, accepted on a line (9.3, 9.10)."""
    accepted = dict(lead.body.get("accepted", []))
    accepted[line] = accepted.get(line, 0) + quantity
    rows = [[line, accepted[line]] for line in sorted(accepted) if accepted[line]]
    rest = {name: item for name, item in lead.body.items() if name != "accepted"}
    return lead._replace(body=entity_body(rest, accepted=rows))


LEADS = {
    "lead.opened": Kind(OPENED, lead_opened, ROLES, ("title",)),
    "lead.changed": Kind(CHANGED, lead_changed, ROLES),
    "lead.advanced": Kind(ADVANCED, lead_advanced, ("note",)),
}
