"""Law of the finder's half of a hand-over (SPEC 9.12).

    offered ── withdrawn

A lead is offered to one co-op at a time. Once the finder has moved it to passed-on,
the offer stands for good: the taker may rely on it.
"""

from typing import Final

import msgspec

from protocol.kinds.handovers import Fee, HandoverOffered, HandoverWithdrawn
from protocol.rules import leads
from protocol.rules.leads import Lead
from protocol.rules.place import At, Rule, Verdict, opening, rule, words
from protocol.state import Slice, State, find
from protocol.verdicts import Reason

HANDOVER_LIVE: Final = Reason(
    "handover-live", "The lead is offered to a co-op already; withdraw that first"
)
HANDOVER_UNKNOWN: Final = Reason(
    "handover-unknown", "This log holds no hand-over of that id"
)
HANDOVER_GONE: Final = Reason("handover-gone", "The hand-over is withdrawn already")
HANDOVER_OTHER: Final = Reason("handover-other", "The hand-over is of another lead")
HANDOVER_PASSED: Final = Reason(
    "handover-passed", "The lead is passed on, so its hand-over stands"
)
REASONS: Final = (
    HANDOVER_LIVE,
    HANDOVER_UNKNOWN,
    HANDOVER_GONE,
    HANDOVER_OTHER,
    HANDOVER_PASSED,
)


class Handover(State, frozen=True, kw_only=True):
    """A lead, to whom it is offered, for which fee; its terms are among the texts."""

    fee: Fee | None = None
    lead: bytes
    reason: str | None = None
    texts: dict[str, bytes]
    to: bytes


def offered(slice_: Slice, at: At, body: HandoverOffered) -> Verdict:
    """Offer an own lead that goes on to another co-op."""
    found = find(slice_, body.lead, Lead)
    if found is None:
        return leads.LEAD_UNKNOWN()
    entity, lead = found
    if entity.state not in leads.TAKING:
        return leads.LEAD_OVER(state=entity.state)
    if lead.handover is not None:
        return HANDOVER_LIVE()
    handover = Handover(fee=body.fee, lead=body.lead, texts=words(at), to=body.to)
    after = msgspec.structs.replace(lead, handover=at.id)
    return (
        msgspec.structs.replace(entity, body=after),
        opening(at, "handover", "offered", handover, ref=body.lead),
    )


def withdrawn(slice_: Slice, _at: At, body: HandoverWithdrawn) -> Verdict:
    """Take an offer back, accepted or not, while the lead is still the finder's."""
    found = find(slice_, body.handover, Handover)
    if found is None:
        return HANDOVER_UNKNOWN()
    entity, handover = found
    if entity.state != "offered":
        return HANDOVER_GONE()
    held = find(slice_, body.lead, Lead)
    if held is None or handover.lead != body.lead:
        return HANDOVER_OTHER()
    owner, lead = held
    if owner.state == "passed-on":
        return HANDOVER_PASSED()
    free = msgspec.structs.replace(lead, handover=None)
    after = msgspec.structs.replace(handover, reason=body.reason)
    return (
        msgspec.structs.replace(owner, body=free),
        msgspec.structs.replace(entity, state="withdrawn", body=after),
    )


def the_lead(_at: At, body: HandoverOffered) -> tuple[bytes, ...]:
    """Name the entity to load: the lead."""
    return (body.lead,)


def both(_at: At, body: HandoverWithdrawn) -> tuple[bytes, ...]:
    """Name the entities to load: the offer, and the lead that it frees."""
    return (body.handover, body.lead)


RULES: Final[dict[str, Rule]] = {
    "handover.offered": rule(HandoverOffered, offered, the_lead),
    "handover.withdrawn": rule(HandoverWithdrawn, withdrawn, both),
}
FAMILIES: Final[dict[str, type[State]]] = {"handover": Handover}
