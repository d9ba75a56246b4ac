"""Law of the log itself (SPEC 6.5, 6.6).

The walk has done the work already: reopening and adopting change the order of
events, not an entity.
"""

from typing import Final

from protocol.ids import CoopId, entity_id
from protocol.kinds.logs import LogReopened, TailAdopted
from protocol.rules.place import At, Rule, Verdict, nothing, rule
from protocol.state import Slice, State
from protocol.verdicts import Reason

REOPENED_LATE: Final = Reason(
    "reopened-late", "log.reopened stands first in an incarnation, not at place {seq}"
)
REASONS: Final = (REOPENED_LATE,)


class Counted(State, frozen=True, kw_only=True):
    """How many events of a log count so far, and how many of them are void.

    It is part of the root, so that a verdict on which two nodes differ shows there
    even where the event would have changed nothing.
    """

    events: int = 0
    void: int = 0


def log_id(coop: bytes) -> bytes:
    """Name the entity that counts a co-op's events."""
    return entity_id(CoopId(coop), "log", b"")


def reopened(_slice: Slice, at: At, _body: LogReopened) -> Verdict:
    """Only as the first event of an incarnation."""
    return () if at.seq == 1 else REOPENED_LATE(seq=at.seq)


def adopted(_slice: Slice, _at: At, _body: TailAdopted) -> Verdict:
    """Hold always; where the tail is not held yet, the walk has ended before this."""
    return ()


RULES: Final[dict[str, Rule]] = {
    "log.reopened": rule(LogReopened, reopened, nothing),
    "tail.adopted": rule(TailAdopted, adopted, nothing),
}
FAMILIES: Final[dict[str, type[State]]] = {"log": Counted}
