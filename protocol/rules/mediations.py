"""Law of mediation: each half, a party's or the mediator's (SPEC 9.34).

    mediation  (one per co-op and matter)  agreed ── ended

Agreeing anew replaces one's half; whether all halves name the same list is the join's
to say.
"""

from itertools import pairwise
from typing import Final

import msgspec

from protocol.ids import CoopId, entity_id
from protocol.kinds.mediations import (
    MediationAccepted,
    MediationAgreed,
    MediationEnded,
    Parties,
)
from protocol.rules.place import At, Rule, Verdict, nothing, opening, rule, words
from protocol.state import Entity, Slice, State, find
from protocol.verdicts import Reason, Void

PARTIES_FEW: Final = Reason("parties-few", "A quarrel has two parties at least")
PARTIES_ORDER: Final = Reason(
    "parties-order", "Parties are named once each, in the order of their ids"
)
PARTIES_OWN: Final = Reason("parties-own", "The co-op is none of the parties it names")
MEDIATOR_PARTY: Final = Reason(
    "mediator-party", "Whoever mediates is none of the parties"
)
MEDIATION_UNKNOWN: Final = Reason(
    "mediation-unknown", "This log has agreed to no mediation about that"
)
MEDIATION_OVER: Final = Reason("mediation-over", "The mediation is ended already")
REASONS: Final = (
    PARTIES_FEW,
    PARTIES_ORDER,
    PARTIES_OWN,
    MEDIATOR_PARTY,
    MEDIATION_UNKNOWN,
    MEDIATION_OVER,
)


MEDIATION_MOVES: Final[dict[str, frozenset[str]]] = {
    "agreed": frozenset({"agreed", "ended"}),
    "ended": frozenset({"agreed"}),
}


class Mediation(State, frozen=True, kw_only=True):
    """A half: who mediates between whom, about which thing."""

    about: bytes
    mediator: bytes
    parties: Parties
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)


def mediation_id(coop: bytes, about: bytes) -> bytes:
    """Name the one half of a co-op in a matter."""
    return entity_id(CoopId(coop), "mediation", about)


def agreed(_slice: Slice, at: At, body: MediationAgreed) -> Verdict:
    """Agree, as a party, on a mediator."""
    if wrong := _check_parties(body.mediator, body.parties):
        return wrong
    if at.coop not in body.parties:
        return PARTIES_OWN()
    return (_half(at, body.about, body.mediator, body.parties),)


def accepted(_slice: Slice, at: At, body: MediationAccepted) -> Verdict:
    """Be willing to mediate."""
    if wrong := _check_parties(at.coop, body.parties):
        return wrong
    return (_half(at, body.about, at.coop, body.parties),)


def ended(slice_: Slice, at: At, body: MediationEnded) -> Verdict:
    """End one's own half."""
    found = find(slice_, mediation_id(at.coop, body.about), Mediation)
    if found is None:
        return MEDIATION_UNKNOWN()
    if "ended" not in MEDIATION_MOVES[found[0].state]:
        return MEDIATION_OVER()
    return (msgspec.structs.replace(found[0], state="ended"),)


def _half(at: At, about: bytes, mediator: bytes, parties: Parties) -> Entity:
    named = msgspec.structs.replace(at, id=mediation_id(at.coop, about))
    body = Mediation(about=about, mediator=mediator, parties=parties, texts=words(at))
    return opening(named, "mediation", "agreed", body, ref=about)


def _check_parties(mediator: bytes, parties: Parties) -> Void | None:
    if len(parties) < 2:
        return PARTIES_FEW()
    if any(one >= after for one, after in pairwise(parties)):
        return PARTIES_ORDER()
    return MEDIATOR_PARTY() if mediator in parties else None


def own_half(at: At, body: MediationEnded) -> tuple[bytes, ...]:
    """Name the entity to load: the own half."""
    return (mediation_id(at.coop, body.about),)


RULES: Final[dict[str, Rule]] = {
    "mediation.agreed": rule(MediationAgreed, agreed, nothing),
    "mediation.accepted": rule(MediationAccepted, accepted, nothing),
    "mediation.ended": rule(MediationEnded, ended, own_half),
}
FAMILIES: Final[dict[str, type[State]]] = {"mediation": Mediation}
