"""Law of bids (SPEC 9.13).

    assembling ⇄ agreed ── submitted ─┬─ won
        │          │           │      └─ lost
        └──────────┴───────────┴── dissolved (from won, too)

Each setting of the terms is a version, named by its event, which the parties review;
whether they have is the join's to say.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from protocol.kinds.bids import BidAdvanced, BidChanged, BidOpened, Terms
from protocol.kinds.fields import WHOLE
from protocol.rules import leads
from protocol.rules.leads import Lead
from protocol.rules.place import At, Rule, Verdict, opening, rule, words
from protocol.state import Slice, State, find
from protocol.verdicts import Reason, Void

BID_UNKNOWN: Final = Reason("bid-unknown", "This log holds no bid of that id")
BID_MOVE: Final = Reason("bid-move", "A bid that is {state} cannot become {to}")
BID_FIXED: Final = Reason("bid-fixed", "A bid that is {state} keeps its terms")
BID_SUMS: Final = Reason(
    "bid-sums",
    "Shares, fees and fund make {sum} basis points together, not {whole}",
)
LOT_UNKNOWN: Final = Reason("lot-unknown", "The bid has no lot {lot}")
PARTY_TWICE: Final = Reason(
    "party-twice", "A co-op stands there twice for the same thing"
)
REASONS: Final = (BID_UNKNOWN, BID_MOVE, BID_FIXED, BID_SUMS, LOT_UNKNOWN, PARTY_TWICE)

BID_MOVES: Final[dict[str, frozenset[str]]] = {
    "assembling": frozenset({"agreed", "dissolved"}),
    "agreed": frozenset({"assembling", "submitted", "dissolved"}),
    "submitted": frozenset({"won", "lost", "dissolved"}),
    "won": frozenset({"dissolved"}),
    "lost": frozenset(),
    "dissolved": frozenset(),
}


class Version(State, frozen=True, kw_only=True):
    """Which event set the terms, in which block."""

    epoch: int
    event: bytes


class Bid(State, frozen=True, kw_only=True):
    """A bid for an own lead: its terms, and their version."""

    lead: bytes
    reason: str | None = None
    terms: Terms
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)
    version: Version


def opened(slice_: Slice, at: At, body: BidOpened) -> Verdict:
    """Put a bid together for an own lead that is not over."""
    found = find(slice_, body.lead, Lead)
    if found is None:
        return leads.LEAD_UNKNOWN()
    if found[0].state not in leads.TAKING:
        return leads.LEAD_OVER(state=found[0].state)
    if wrong := check_terms(body.terms):
        return wrong
    bid = Bid(lead=body.lead, terms=body.terms, texts=words(at), version=_version(at))
    return (opening(at, "bid", "assembling", bid, ref=body.lead),)


def changed(slice_: Slice, at: At, body: BidChanged) -> Verdict:
    """Set the terms anew while the bid is being put together."""
    found = find(slice_, body.bid, Bid)
    if found is None:
        return BID_UNKNOWN()
    entity, bid = found
    if entity.state != "assembling":
        return BID_FIXED(state=entity.state)
    if wrong := check_terms(body.terms):
        return wrong
    texts = {**bid.texts, **words(at)}
    after = Bid(lead=bid.lead, terms=body.terms, texts=texts, version=_version(at))
    return (msgspec.structs.replace(entity, body=after),)


def advanced(slice_: Slice, _at: At, body: BidAdvanced) -> Verdict:
    """Move a bid along its table."""
    found = find(slice_, body.bid, Bid)
    if found is None:
        return BID_UNKNOWN()
    entity, bid = found
    if body.to not in BID_MOVES[entity.state]:
        return BID_MOVE(state=entity.state, to=body.to)
    after = msgspec.structs.replace(bid, reason=body.reason)
    return (msgspec.structs.replace(entity, state=body.to, body=after),)


def _version(at: At) -> Version:
    return Version(epoch=at.epoch, event=at.id)


def check_terms(terms: Terms) -> Void | None:
    """Say what is wrong with the terms of a bid; None where nothing is."""
    for one in terms.parties:
        if one.lot is not None and one.lot not in terms.lots:
            return LOT_UNKNOWN(lot=one.lot)
    parties = [(one.coop, one.lot) for one in terms.parties]
    if _repeats(parties) or _repeats(one.coop for one in terms.fees):
        return PARTY_TWICE()
    total = sum_of(terms)
    return None if total == WHOLE else BID_SUMS(sum=total, whole=WHOLE)


def sum_of(terms: Terms) -> int:
    """Add shares, fees and fund up, in basis points."""
    shares = sum(one.share or 0 for one in terms.parties)
    return shares + sum(one.share for one in terms.fees) + (terms.fund or 0)


def _repeats(items: Iterable[object]) -> bool:
    listed = list(items)
    return len(set(listed)) < len(listed)


def the_lead(_at: At, body: BidOpened) -> tuple[bytes, ...]:
    """Name the entity to load: the lead."""
    return (body.lead,)


def the_bid(_at: At, body: BidChanged | BidAdvanced) -> tuple[bytes, ...]:
    """Name the entity to load: the bid."""
    return (body.bid,)


RULES: Final[dict[str, Rule]] = {
    "bid.opened": rule(BidOpened, opened, the_lead),
    "bid.changed": rule(BidChanged, changed, the_bid),
    "bid.advanced": rule(BidAdvanced, advanced, the_bid),
}
FAMILIES: Final[dict[str, type[State]]] = {"bid": Bid}
