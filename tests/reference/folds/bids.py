"""Bids and reviews: forms of 8.13, law of 9.13."""

from tests.reference.folds.leads import LEAD_TAKES
from tests.reference.forms import (
    FOREIGN,
    ID,
    MONEY,
    OPTIONAL,
    QUANTITY,
    REQUIRED,
    SHARE,
    SLUG,
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
)

BID_MOVES: Moves = {
    "assembling": {"agreed", "dissolved"},
    "agreed": {"assembling", "submitted", "dissolved"},
    "submitted": {"won", "lost", "dissolved"},
    "won": {"dissolved"},
    "lost": set(),
    "dissolved": set(),
}

PARTY = fields(
    {
        "amount": (MONEY, OPTIONAL),
        "coop": (ID, REQUIRED),
        "lot": (FOREIGN, OPTIONAL),
        "minutes": (QUANTITY, OPTIONAL),
        "share": (SHARE, OPTIONAL),
    }
)
TERMS = fields(
    {
        "fees": (array(row(ID, SHARE), 8), []),
        "fund": (SHARE, OPTIONAL),
        "lots": (array(FOREIGN, 20), []),
        "parties": (array(PARTY, 20, 1), REQUIRED),
        "risk": (one_of("lead", "shared", "by-lot"), REQUIRED),
    }
)
OPENED = fields({"lead": (ID, REQUIRED), "terms": (TERMS, REQUIRED)})
CHANGED = fields({"bid": (ID, REQUIRED), "terms": (TERMS, REQUIRED)})
ADVANCED = fields(
    {
        "bid": (ID, REQUIRED),
        "reason": (SLUG, OPTIONAL),
        "to": (one_of(*BID_MOVES), REQUIRED),
    }
)
REVIEWED = fields(
    {
        "amount": (MONEY, OPTIONAL),
        "bid": (ID, REQUIRED),
        "contractor": (ID, REQUIRED),
        "lot": (FOREIGN, OPTIONAL),
        "minutes": (QUANTITY, OPTIONAL),
        "share": (SHARE, OPTIONAL),
        "stance": (one_of("agreed", "objected"), REQUIRED),
        "version": (ID, REQUIRED),
    }
)


def check_terms(terms: Body) -> None:
    """Do the terms check."""
    parties, fees = terms["parties"], terms.get("fees", [])
    for party in parties:
        need(party.get("lot") in [None, *terms.get("lots", [])], "lot-unknown")
    pairs = {(party["coop"], party.get("lot")) for party in parties}
    need(len(pairs) == len(parties), "party-twice")
    need(len({coop for coop, _ in fees}) == len(fees), "party-twice")
    shares = sum(party.get("share", 0) for party in parties)
    cuts = sum(share for _, share in fees)
    need(shares + cuts + terms.get("fund", 0) == 10_000, "bid-sums")


def _version(event: Event) -> Body:
    return {"epoch": event.block, "event": event.id}


def bid_opened(log: Log, event: Event) -> list[Entity]:
    lead = log.find("lead", event.body["lead"], "lead-unknown")
    need(lead.state in LEAD_TAKES, "lead-over")
    check_terms(event.body["terms"])
    body = entity_body(event.body, texts=event.words(), version=_version(event))
    return [Entity(event.id, "bid", "assembling", event.block, body)]


def bid_changed(log: Log, event: Event) -> list[Entity]:
    bid = log.find("bid", event.body["bid"], "bid-unknown")
    need(bid.state == "assembling", "bid-fixed")
    check_terms(event.body["terms"])
    texts = bid.body.get("texts", {}) | event.words()
    required = {"lead": bid.body["lead"], "terms": event.body["terms"]}
    body = entity_body(required, texts=texts, version=_version(event))
    return [bid._replace(body=body)]


def bid_advanced(log: Log, event: Event) -> list[Entity]:
    bid = log.find("bid", event.body["bid"], "bid-unknown")
    after = move(bid, event.body["to"], BID_MOVES, "bid-move")
    rest = {name: item for name, item in bid.body.items() if name != "reason"}
    body = entity_body(rest, reason=event.body.get("reason"))
    return [after._replace(body=body)]


def estimate_reviewed(log: Log, event: Event) -> list[Entity]:
    body = {name: item for name, item in event.body.items() if name != "stance"}
    body = entity_body(body, texts=event.words())
    key = event.body["bid"] + event.body.get("lot", "").encode("ascii")
    name = derived(log.coop, "review", key)
    return [Entity(name, "review", event.body["stance"], event.block, body)]


BIDS = {
    "bid.opened": Kind(OPENED, bid_opened, ("note",)),
    "bid.changed": Kind(CHANGED, bid_changed, ("note",)),
    "bid.advanced": Kind(ADVANCED, bid_advanced, ("note",)),
    "estimate.reviewed": Kind(REVIEWED, estimate_reviewed, ("note",)),
}
