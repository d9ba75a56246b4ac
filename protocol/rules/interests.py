"""Law of interest in leads (SPEC 9.11).

watching · interested · declined     (one word per lead, replaced as a whole)
"""

from typing import Final

import msgspec

from protocol.ids import CoopId, entity_id
from protocol.kinds.interests import InterestSet
from protocol.rules.place import At, Rule, Verdict, nothing, rule, words
from protocol.state import Entity, Slice, State
from protocol.verdicts import Reason

REASONS: Final[tuple[Reason, ...]] = ()


class Interest(State, frozen=True, kw_only=True):
    """What a co-op thinks of a lead, and why."""

    lead: bytes
    owner: bytes
    reason: str | None = None
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)


def interest_id(coop: bytes, lead: bytes) -> bytes:
    """Name the one word of a co-op on a lead."""
    return entity_id(CoopId(coop), "interest", lead)


def put(_slice: Slice, at: At, body: InterestSet) -> Verdict:
    """Say it anew; nothing has to be there before."""
    interest = Interest(
        lead=body.lead, owner=body.owner, reason=body.reason, texts=words(at)
    )
    entity = Entity(
        id=interest_id(at.coop, body.lead),
        coop=at.coop,
        family="interest",
        state=body.stance,
        epoch=at.epoch,
        body=interest,
        ref=body.lead,
    )
    return (entity,)


RULES: Final[dict[str, Rule]] = {"interest.set": rule(InterestSet, put, nothing)}
FAMILIES: Final[dict[str, type[State]]] = {"interest": Interest}
