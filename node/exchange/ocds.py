"""Read OCDS 1.1 files: bytes in, verified frozen facts out.

    read_package(bytes) -> Package      observations, failures, whose data it is
    fold(observations)  -> notices      one per ocid; what a draft of a lead is made of
    encode, decode                      an observation as JSON for the node's database
    outcome(notice)                     won, lost, withdrawn, or nothing yet

Taken are release packages, record packages (embedded releases, else the compiled
release), a bare release, a bare record, a list of releases, and files with a release a
line. The file is first cut into releases without looking into them, and each is then
parsed by itself: what is wrong in one costs that one. Of fields that stand twice in an
object the last one counts, as with any common parser.

The node keeps the observations, not the notice, and folds all of an ocid again when
another one arrives: see node.exchange.fold. Nothing here waits, and a full file takes
seconds: a server reads it in a thread.
"""

from __future__ import annotations

from node.exchange.codelists import AwardStatus, Status, TenderStatus
from node.exchange.fold import fold, notice, outcome
from node.exchange.notice import (
    Amendment,
    Attribution,
    Award,
    Failure,
    Lot,
    Money,
    Note,
    Notice,
    Observation,
    Outcome,
    Package,
    Period,
    Plan,
    decode,
    encode,
)
from node.exchange.package import read_package
from node.exchange.scan import MAX_BYTES
from node.exchange.unreadable import Unreadable

__all__ = [
    "MAX_BYTES",
    "Amendment",
    "Attribution",
    "Award",
    "AwardStatus",
    "Failure",
    "Lot",
    "Money",
    "Note",
    "Notice",
    "Observation",
    "Outcome",
    "Package",
    "Period",
    "Plan",
    "Status",
    "TenderStatus",
    "Unreadable",
    "decode",
    "encode",
    "fold",
    "notice",
    "outcome",
    "read_package",
]
