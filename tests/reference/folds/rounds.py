"""Funds and rounds: forms of 8.23 to 8.25, law of 9.23 to 9.25."""

from tests.reference.folds.closing import CUT, check_cut, closing
from tests.reference.folds.decisions import span
from tests.reference.forms import (
    CURRENCY,
    DATE,
    ID,
    OPTIONAL,
    QUANTITY,
    REQUIRED,
    Body,
    Entity,
    Event,
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
    whole,
)

FUND_MOVES: Moves = {
    "planned": {"open", "cancelled"},
    "open": {"closed", "cancelled"},
    "closed": {"open", "settled", "cancelled"},
    "settled": set(),
    "cancelled": set(),
}
ROUND_MOVES: Moves = {
    "planned": {"open", "cancelled"},
    "open": {"closed", "cancelled"},
    "closed": {"closed", "settled"},
    "settled": set(),
    "cancelled": set(),
}

FUND = fields(
    {
        "contribution": (QUANTITY, OPTIONAL),
        "currency": (CURRENCY, REQUIRED),
        "period": (one_of("none", "month", "quarter", "year"), REQUIRED),
        "state": (one_of("planned", "open"), REQUIRED),
    }
)
FUND_ADVANCED = fields({"fund": (ID, REQUIRED), "to": (one_of(*FUND_MOVES), REQUIRED)})
ROUND = fields(
    {
        "budget": (QUANTITY, OPTIONAL),
        "closes": (DATE, REQUIRED),
        "currency": (CURRENCY, REQUIRED),
        "fund": (ID, OPTIONAL),
        "mode": (one_of("own", "equal", "per-member", "steward"), REQUIRED),
        "opens": (DATE, REQUIRED),
        "self_funding": (lambda value: type(value) is bool, False),
        "state": (one_of("planned", "open"), REQUIRED),
        "vetoes": (whole(1, 1000), REQUIRED),
        "whole": (lambda value: type(value) is bool, True),
    }
)
ROUND_ADVANCED = fields(
    {"round": (ID, REQUIRED), "to": (one_of("open", "settled", "cancelled"), REQUIRED)}
)
ROUND_CLOSED = fields({"cut": (CUT, []), "round": (ID, REQUIRED)})
GRANTED = fields(
    {"round": (ID, REQUIRED), "shares": (array(row(ID, QUANTITY), 80, 1), REQUIRED)}
)
SAID = fields(
    {"project": (ID, REQUIRED), "round": (ID, REQUIRED), "steward": (ID, REQUIRED)}
)
UNSAID = fields({"project": (ID, REQUIRED), "round": (ID, REQUIRED)})


def fund_opened(_log: Log, event: Event) -> list[Entity]:
    body = {name: item for name, item in event.body.items() if name != "state"}
    body = entity_body(body | {"texts": event.words()})
    return [Entity(event.id, "fund", event.body["state"], event.block, body)]


def fund_advanced(log: Log, event: Event) -> list[Entity]:
    fund = log.find("fund", event.body["fund"], "fund-unknown")
    return [move(fund, event.body["to"], FUND_MOVES, "fund-move")]


def round_opened(log: Log, event: Event) -> list[Entity]:
    body = event.body
    span(body)
    need(("budget" in body) == (body["mode"] != "own"), "round-budget")
    if "fund" in body:
        fund = log.find("fund", body["fund"], "fund-unknown")
        need(fund.body["currency"] == body["currency"], "round-currency")
    kept = {name: item for name, item in body.items() if name != "state"}
    kept = entity_body(kept | {"texts": event.words()})
    return [Entity(event.id, "round", body["state"], event.block, kept)]


def round_advanced(log: Log, event: Event) -> list[Entity]:
    found = log.find("round", event.body["round"], "round-unknown")
    return [move(found, event.body["to"], ROUND_MOVES, "round-move")]


def round_closed(log: Log, event: Event) -> list[Entity]:
    found = log.find("round", event.body["round"], "round-unknown")
    after = move(found, "closed", ROUND_MOVES, "round-move")
    check_cut(log, event.body.get("cut", []))
    return [after, closing(event, found.id)]


def allotment_granted(log: Log, event: Event) -> list[Entity]:
    found = log.find("round", event.body["round"], "round-unknown")
    need(found.state in {"planned", "open"}, "round-over")
    need("budget" in found.body, "allotment-mode")
    need("allotment" not in found.body, "allotment-twice")
    coops = [share[0] for share in event.body["shares"]]
    need(coops == sorted(set(coops)), "allotment-order")
    allotted = sum(share[1] for share in event.body["shares"])
    need(allotted <= found.body["budget"], "allotment-excess")
    after = found._replace(body=entity_body(found.body, allotment=event.id))
    granted = Entity(event.id, "allotment", "granted", event.block, event.body)
    return [after, granted]


def key_of(log: Log, family: str, body: Body) -> bytes:
    return derived(log.coop, family, body["round"] + body["project"])


def said(log: Log, event: Event, family: str, state: str) -> list[Entity]:
    body = entity_body(event.body, texts=event.words())
    key = key_of(log, family, event.body)
    return [Entity(key, family, state, event.block, body)]


def unsaid(
    log: Log, event: Event, family: str, *, before: str, after: str
) -> list[Entity]:
    found = log.find(family, key_of(log, family, event.body), f"{family}-none")
    need(found.state == before, f"{family}-none")
    rest = {name: item for name, item in found.body.items() if name != "texts"}
    body = entity_body(rest, texts=event.words())
    return [found._replace(state=after, body=body)]


def project_entered(log: Log, event: Event) -> list[Entity]:
    project = log.find("project", event.body["project"], "project-unknown")
    need(project.state == "open", "entry-state")
    return said(log, event, "entry", "entered")


def project_left(log: Log, event: Event) -> list[Entity]:
    return unsaid(log, event, "entry", before="entered", after="left")


def veto_cast(log: Log, event: Event) -> list[Entity]:
    return said(log, event, "veto", "cast")


def veto_withdrawn(log: Log, event: Event) -> list[Entity]:
    return unsaid(log, event, "veto", before="cast", after="withdrawn")


ROUNDS = {
    "fund.opened": Kind(FUND, fund_opened, ("title", "purpose"), ("title",)),
    "fund.advanced": Kind(FUND_ADVANCED, fund_advanced, ("note",)),
    "round.opened": Kind(ROUND, round_opened, ("title", "description"), ("title",)),
    "round.advanced": Kind(ROUND_ADVANCED, round_advanced, ("note",)),
    "round.closed": Kind(ROUND_CLOSED, round_closed, ("note",)),
    "allotment.granted": Kind(GRANTED, allotment_granted),
    "project.entered": Kind(SAID, project_entered),
    "project.left": Kind(UNSAID, project_left, ("reason",)),
    "veto.cast": Kind(SAID, veto_cast, ("reason",)),
    "veto.withdrawn": Kind(UNSAID, veto_withdrawn, ("reason",)),
}
