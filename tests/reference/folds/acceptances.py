"""The taker's half: forms of 8.9, law of 9.10."""

from tests.reference.folds.leads import LEAD_TAKES, lead_accepted
from tests.reference.folds.projects import PROJECT_TAKES, project_accepted
from tests.reference.forms import (
    ID,
    INTEGER,
    LINE,
    OPTIONAL,
    QUANTITY,
    REQUIRED,
    SLUG,
    UNIT,
    Body,
    Entity,
    Event,
    Kind,
    Log,
    Void,
    derived,
    entity_body,
    fields,
    need,
)

GIVEN = fields(
    {
        "line": (LINE, OPTIONAL),
        "pledge": (ID, REQUIRED),
        "pledger": (ID, REQUIRED),
        "quantity": (QUANTITY, REQUIRED),
        "to": (ID, REQUIRED),
        "unit": (UNIT, REQUIRED),
    }
)
WITHDRAWN = fields(
    {
        "acceptance": (ID, REQUIRED),
        "reason": (SLUG, OPTIONAL),
        "to": (ID, REQUIRED),
    }
)
DECLINED = fields(
    {
        "pledge": (ID, REQUIRED),
        "pledger": (ID, REQUIRED),
        "reason": (SLUG, OPTIONAL),
        "to": (ID, REQUIRED),
    }
)


def answer(log: Log, event: Event, pledge: bytes, state: str, rest: Body) -> Entity:
    """Give the one answer that this log has to a pledge."""
    body = entity_body({"pledge": pledge}, **rest)
    key = derived(log.coop, "answer", pledge)
    return Entity(key, "answer", state, event.block, body)


def not_accepted(log: Log, pledge: bytes) -> None:
    """Check that the answer is none, open or declined."""
    former = log.get("answer", derived(log.coop, "answer", pledge))
    need(former is None or former.state != "accepted", "answered")


def taken_by_lead(lead: Entity, body: Body) -> Entity:
    need(lead.state in LEAD_TAKES, "target-closed")
    need(body["unit"] == "minutes", "unit-wrong")
    terms = lead.body["terms"].get("requirements", [])
    lines = {line["line"]: line.get("minutes", INTEGER) for line in terms}
    line = body.get("line", 0)
    need(line in lines, "line-unknown")
    accepted = dict(lead.body.get("accepted", [])).get(line, 0)
    need(accepted + body["quantity"] <= lines[line], "over-maximum")
    return lead_accepted(lead, line, body["quantity"])


def taken_by_project(project: Entity, body: Body) -> Entity:
    need(project.state in PROJECT_TAKES, "target-closed")
    need(body["unit"] == project.body["currency"], "unit-wrong")
    need("line" not in body, "line-unknown")
    accepted = project.body.get("accepted", 0) + body["quantity"]
    need(accepted <= project.body["maximum"], "over-maximum")
    return project_accepted(project, body["quantity"])


def taken_by_fund(fund: Entity, body: Body) -> Entity:
    need(fund.state == "open", "target-closed")
    need(body["unit"] == fund.body["currency"], "unit-wrong")
    need("line" not in body, "line-unknown")
    accepted = fund.body.get("accepted", 0) + body["quantity"]
    need(accepted <= INTEGER, "over-maximum")
    return project_accepted(fund, body["quantity"])


def acceptance_given(log: Log, event: Event) -> list[Entity]:
    body = event.body
    not_accepted(log, body["pledge"])
    if lead := log.get("lead", body["to"]):
        target = taken_by_lead(lead, body)
    elif project := log.get("project", body["to"]):
        target = taken_by_project(project, body)
    elif fund := log.get("fund", body["to"]):
        target = taken_by_fund(fund, body)
    else:
        raise Void("target-unknown")
    given = Entity(event.id, "acceptance", "given", event.block, body)
    rest = {"acceptance": event.id}
    return [target, given, answer(log, event, body["pledge"], "accepted", rest)]


def acceptance_withdrawn(log: Log, event: Event) -> list[Entity]:
    code = "acceptance-unknown"
    given = log.find("acceptance", event.body["acceptance"], code)
    need(given.state == "given", "acceptance-gone")
    need(event.body["to"] == given.body["to"], "acceptance-other")
    quantity = -given.body["quantity"]
    if lead := log.get("lead", given.body["to"]):
        target = lead_accepted(lead, given.body["line"], quantity)
    elif fund := log.get("fund", given.body["to"]):
        target = project_accepted(fund, quantity)
    else:
        project = log.find("project", given.body["to"], "target-unknown")
        target = project_accepted(project, quantity)
    rest = {"reason": event.body.get("reason"), "texts": event.words()}
    reply = answer(log, event, given.body["pledge"], "open", rest)
    body = entity_body(given.body, reason=event.body.get("reason"))
    return [target, given._replace(state="withdrawn", body=body), reply]


def pledge_declined(log: Log, event: Event) -> list[Entity]:
    not_accepted(log, event.body["pledge"])
    rest = {"reason": event.body.get("reason"), "texts": event.words()}
    return [answer(log, event, event.body["pledge"], "declined", rest)]


ACCEPTANCES = {
    "acceptance.given": Kind(GIVEN, acceptance_given),
    "acceptance.withdrawn": Kind(WITHDRAWN, acceptance_withdrawn, ("note",)),
    "pledge.declined": Kind(DECLINED, pledge_declined, ("note",)),
}
