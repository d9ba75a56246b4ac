"""Law of closing by a cut (SPEC 9.20): what any steward of anything may write.

A decision or round is closed by an event that names one position of each other log
that takes part. It is final once the roster carries the event, computed from these
positions alone (protocol/joins/closing.py). Until then the steward may close again.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from protocol.kinds.closing import Position, SeenAcknowledged
from protocol.rules.place import At, Rule, Verdict, opening, rule
from protocol.state import Entity, Slice, State
from protocol.verdicts import Reason, Void

CUT_ORDER: Final = Reason(
    "cut-order", "Its positions go by co-op, one of each; no. {place} does not"
)
CUT_SELF: Final = Reason("cut-self", "A position of its own log is in it")
SEEN_UNKNOWN: Final = Reason(
    "seen-unknown", "This log holds no decision or round of that id"
)
REASONS: Final = (CUT_ORDER, CUT_SELF, SEEN_UNKNOWN)

#: What can be closed by a cut.
CLOSABLE: Final = frozenset({"decision", "round"})


class Closing(State, frozen=True, kw_only=True):
    """A steward's closing of something of its own: the cut that is to count.

    `seq` is the event's, so that its place is found by its id.
    """

    cut: tuple[Position, ...] = ()
    of: bytes
    seq: int


class Seen(State, frozen=True, kw_only=True):
    """What a steward says to have of other logs, for something of its own."""

    of: bytes
    seen: tuple[Position, ...]


def check_cut(at: At, cut: Sequence[Position]) -> Void | None:
    """Refuse positions out of order, and such of the log that they stand in."""
    for place, (one, other) in enumerate(pairwise(cut), start=2):
        if one.coop >= other.coop:
            return CUT_ORDER(place=place)
    if any(one.coop == at.coop for one in cut):
        return CUT_SELF()
    return None


def closing(at: At, of: bytes, cut: tuple[Position, ...]) -> Entity:
    """Make the entity of a closing event."""
    return opening(at, "closing", "named", Closing(cut=cut, of=of, seq=at.seq), ref=of)


def acknowledged(slice_: Slice, at: At, body: SeenAcknowledged) -> Verdict:
    """Say what was there: an entity of its own, so that none grows with each."""
    of = slice_.get(body.of)
    if of is None or of.family not in CLOSABLE:
        return SEEN_UNKNOWN()
    if wrong := check_cut(at, body.seen):
        return wrong
    seen = Seen(of=body.of, seen=body.seen)
    return (opening(at, "seen", "acknowledged", seen, ref=body.of),)


def what_was_seen(_at: At, body: SeenAcknowledged) -> tuple[bytes, ...]:
    """Name the entity to load: the decision or round."""
    return (body.of,)


RULES: Final[dict[str, Rule]] = {
    "seen.acknowledged": rule(SeenAcknowledged, acknowledged, what_was_seen),
}
FAMILIES: Final[dict[str, type[State]]] = {"closing": Closing, "seen": Seen}
