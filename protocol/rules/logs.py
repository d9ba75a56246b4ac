"""Law of the log itself (SPEC 6.5, 6.6). The walk has done the work already:
reopening and adopting change the order of events, not an entity.
"""

from typing import Final

from protocol.kinds.logs import LogReopened, TailAdopted
from protocol.rules.place import At, Rule, Verdict, nothing, rule
from protocol.state import Slice
from protocol.verdicts import Reason

REOPENED_LATE: Final = Reason(
    "reopened-late", "log.reopened stands first in an incarnation, not at place {seq}"
)
REASONS: Final = (REOPENED_LATE,)


def reopened(_slice: Slice, at: At, _body: LogReopened) -> Verdict:
    """Only as the first event of an incarnation."""
    return () if at.seq == 1 else REOPENED_LATE(seq=at.seq)


def adopted(_slice: Slice, _at: At, _body: TailAdopted) -> Verdict:
    """Always in force: a tail that is not there simply does not count."""
    return ()


RULES: Final[dict[str, Rule]] = {
    "log.reopened": rule(LogReopened, reopened, nothing),
    "tail.adopted": rule(TailAdopted, adopted, nothing),
}
