"""Decisions and ballots: forms of 8.21 and 8.22, law of 9.21 and 9.22."""

from tests.reference.folds.closing import CUT, check_cut, closing
from tests.reference.forms import (
    DATE,
    ID,
    OPTIONAL,
    PERCENT,
    REQUIRED,
    Body,
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
    one_of,
    window,
)

MOVES: Moves = {
    "open": {"open", "closed", "withdrawn"},
    "closed": {"closed"},
    "withdrawn": set(),
}
OPENED = fields(
    {
        "about": (ID, OPTIONAL),
        "basis": (one_of("co-op", "member"), REQUIRED),
        "closes": (DATE, REQUIRED),
        "opens": (DATE, REQUIRED),
        "quorum": (PERCENT, REQUIRED),
        "rule": (one_of("consent", "majority", "two-thirds"), REQUIRED),
    }
)
NAMED = fields({"decision": (ID, REQUIRED)})
CLOSED = fields({"cut": (CUT, []), "decision": (ID, REQUIRED)})
CAST = fields(
    {
        "decision": (ID, REQUIRED),
        "proposer": (ID, REQUIRED),
        "stance": (one_of("agree", "abstain", "disagree", "block"), REQUIRED),
        "version": (ID, REQUIRED),
    }
)


def span(body: Body) -> None:
    """Check the window from `opens` to `closes`."""
    window({"starts": body["opens"], "ends": body["closes"]})


def moved(log: Log, event: Event, to: str) -> Entity:
    decision = log.find("decision", event.body["decision"], "decision-unknown")
    return move(decision, to, MOVES, "decision-move")


def decision_opened(_log: Log, event: Event) -> list[Entity]:
    span(event.body)
    body = entity_body(event.body | {"texts": event.words(), "version": event.id})
    return [Entity(event.id, "decision", "open", event.block, body)]


def decision_amended(log: Log, event: Event) -> list[Entity]:
    decision = moved(log, event, "open")
    texts = dict(sorted((decision.body["texts"] | event.words()).items()))
    body = decision.body | {"texts": texts, "version": event.id}
    return [decision._replace(body=body)]


def decision_withdrawn(log: Log, event: Event) -> list[Entity]:
    return [moved(log, event, "withdrawn")]


def decision_closed(log: Log, event: Event) -> list[Entity]:
    decision = moved(log, event, "closed")
    check_cut(log, event.body.get("cut", []))
    return [decision, closing(event, event.body["decision"])]


def ballot_cast(log: Log, event: Event) -> list[Entity]:
    key = derived(log.coop, "ballot", event.body["decision"])
    body = entity_body(event.body, texts=event.words())
    return [Entity(key, "ballot", "cast", event.block, body)]


def ballot_withdrawn(log: Log, event: Event) -> list[Entity]:
    key = derived(log.coop, "ballot", event.body["decision"])
    ballot = log.find("ballot", key, "ballot-none")
    need(ballot.state == "cast", "ballot-none")
    rest = {name: item for name, item in ballot.body.items() if name != "texts"}
    body = entity_body(rest, texts=event.words())
    return [ballot._replace(state="withdrawn", body=body)]


DECISIONS = {
    "decision.opened": Kind(
        OPENED, decision_opened, ("title", "proposal", "link"), ("title",)
    ),
    "decision.amended": Kind(
        NAMED, decision_amended, ("proposal", "title", "link"), ("proposal",)
    ),
    "decision.withdrawn": Kind(NAMED, decision_withdrawn, ("note",)),
    "decision.closed": Kind(CLOSED, decision_closed, ("note",)),
    "ballot.cast": Kind(CAST, ballot_cast, ("reason",)),
    "ballot.withdrawn": Kind(NAMED, ballot_withdrawn, ("reason",)),
}
