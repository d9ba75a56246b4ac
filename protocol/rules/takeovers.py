"""Law of the taker's half of a hand-over (SPEC 9.12).

    takeover   (one per hand-over)  accepted ⇄ declined

What is accepted can be given back until a lead was opened from it. Whether the finder
offered it on those terms is the join's to say.
"""

from typing import Final

import msgspec

from protocol.ids import CoopId, entity_id
from protocol.kinds.handovers import Fee, HandoverAccepted, HandoverDeclined
from protocol.kinds.leads import Via
from protocol.rules.place import At, Rule, Verdict, rule, words
from protocol.state import Entity, Slice, State, find
from protocol.verdicts import Reason, Void

HANDOVER_ANSWERED: Final = Reason(
    "handover-answered", "The hand-over is accepted already"
)
HANDOVER_USED: Final = Reason(
    "handover-used", "A lead was opened from the hand-over already"
)
HANDOVER_UNACCEPTED: Final = Reason(
    "handover-unaccepted", "This log has not accepted that lead by that hand-over"
)
REASONS: Final = (HANDOVER_ANSWERED, HANDOVER_USED, HANDOVER_UNACCEPTED)


class Takeover(State, frozen=True, kw_only=True):
    """The last word of this log on a hand-over, and the lead opened from it.

    `terms` is the commitment of the terms that were accepted.
    """

    fee: Fee | None = None
    finder: bytes
    handover: bytes
    lead: bytes
    opened: bytes | None = None
    reason: str | None = None
    terms: bytes | None = None
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)


def takeover_id(coop: bytes, handover: bytes) -> bytes:
    """Name the one answer of a co-op to a hand-over."""
    return entity_id(CoopId(coop), "takeover", handover)


def accepted(slice_: Slice, at: At, body: HandoverAccepted) -> Verdict:
    """Take a hand-over, binding its fee and terms."""
    found = find(slice_, takeover_id(at.coop, body.handover), Takeover)
    if found is not None and found[0].state == "accepted":
        return HANDOVER_ANSWERED()
    takeover = Takeover(
        fee=body.fee,
        finder=body.finder,
        handover=body.handover,
        lead=body.lead,
        terms=body.terms,
    )
    return (_answer(at, "accepted", takeover),)


def declined(slice_: Slice, at: At, body: HandoverDeclined) -> Verdict:
    """Say no to a hand-over, or give it back."""
    found = find(slice_, takeover_id(at.coop, body.handover), Takeover)
    if found is not None and found[1].opened is not None:
        return HANDOVER_USED()
    takeover = Takeover(
        finder=body.finder,
        handover=body.handover,
        lead=body.lead,
        reason=body.reason,
        texts=words(at),
    )
    return (_answer(at, "declined", takeover),)


def _answer(at: At, state: str, body: Takeover) -> Entity:
    return Entity(
        id=takeover_id(at.coop, body.handover),
        coop=at.coop,
        family="takeover",
        state=state,
        epoch=at.epoch,
        body=body,
        ref=body.handover,
    )


def used(slice_: Slice, at: At, via: Via) -> Entity | Void:
    """Give the acceptance that a lead is opened from, with that lead noted in it.

    One lead comes of a hand-over, so that one fee does.
    """
    found = find(slice_, takeover_id(at.coop, via.handover), Takeover)
    if found is None:
        return HANDOVER_UNACCEPTED()
    entity, takeover = found
    same = (takeover.finder, takeover.lead) == (via.finder, via.lead)
    if entity.state != "accepted" or not same:
        return HANDOVER_UNACCEPTED()
    if takeover.opened is not None:
        return HANDOVER_USED()
    after = msgspec.structs.replace(takeover, opened=at.id)
    return msgspec.structs.replace(entity, body=after)


def the_takeover(
    at: At, body: HandoverAccepted | HandoverDeclined
) -> tuple[bytes, ...]:
    """Name the entity to load: the answer so far."""
    return (takeover_id(at.coop, body.handover),)


RULES: Final[dict[str, Rule]] = {
    "handover.accepted": rule(HandoverAccepted, accepted, the_takeover),
    "handover.declined": rule(HandoverDeclined, declined, the_takeover),
}
FAMILIES: Final[dict[str, type[State]]] = {"takeover": Takeover}
