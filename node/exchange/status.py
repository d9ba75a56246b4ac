"""How far a contracting process has come, in one word.

Publishers spread it over four places (OCDS 1.1 codelists `tenderStatus`,
`awardStatus`, `releaseTag`, and the lots extension), and a later release repeats
only some of them. This is the one place that weighs them. No clock is asked: a
deadline that has passed is for a view to say, not for a stored fact.

    1  the tender was called off       cancelled, withdrawn, unsuccessful
    2  somebody was chosen             awarded, unless bids for other lots are taken
    3  awards were made, all in vain   unsuccessful
    4  what the tender says of itself  planning, open, closed
    5  what its releases are tagged    planning, open, closed, cancelled
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from node.exchange.codelists import AwardStatus, Status, TenderStatus

if TYPE_CHECKING:
    from node.exchange.notice import Award, Facts

TENDER: Final = {
    TenderStatus.PLANNING: Status.PLANNING,
    TenderStatus.PLANNED: Status.PLANNING,
    TenderStatus.ACTIVE: Status.OPEN,
    TenderStatus.CANCELLED: Status.CANCELLED,
    TenderStatus.UNSUCCESSFUL: Status.UNSUCCESSFUL,
    TenderStatus.COMPLETE: Status.CLOSED,
    TenderStatus.WITHDRAWN: Status.WITHDRAWN,
}

CALLED_OFF: Final = frozenset(
    {TenderStatus.CANCELLED, TenderStatus.UNSUCCESSFUL, TenderStatus.WITHDRAWN}
)

BIDDING: Final = frozenset({TenderStatus.ACTIVE, TenderStatus.PLANNED})
"""Bids are taken, or will be."""

CHOSEN: Final = frozenset({AwardStatus.PENDING, AwardStatus.ACTIVE})
IN_VAIN: Final = frozenset({AwardStatus.UNSUCCESSFUL})

TAGS: Final = {
    "tenderCancellation": Status.CANCELLED,
    "implementationUpdate": Status.CLOSED,
    "implementation": Status.CLOSED,
    "contractTermination": Status.CLOSED,
    "contractAmendment": Status.CLOSED,
    "contractUpdate": Status.CLOSED,
    "contract": Status.CLOSED,
    "awardUpdate": Status.CLOSED,
    "award": Status.CLOSED,
    "tenderUpdate": Status.OPEN,
    "tenderAmendment": Status.OPEN,
    "tender": Status.OPEN,
    "planningUpdate": Status.PLANNING,
    "planning": Status.PLANNING,
}
"""The furthest stage first: the first tag that a process carries decides."""


def status(facts: Facts) -> Status:
    """Weigh everything that is known of one process, in the order given above."""
    if facts.tender_status in CALLED_OFF:
        return TENDER[facts.tender_status]
    results = {result(award) for award in facts.awards}
    if results & CHOSEN and not _takes_bids(facts):
        return Status.AWARDED
    if results - {AwardStatus.CANCELLED} == IN_VAIN and not _takes_bids(facts):
        return Status.UNSUCCESSFUL
    if facts.tender_status is not None:
        return TENDER[facts.tender_status]
    return _from_tags(facts.tags)


def result(award: Award) -> AwardStatus | None:
    """Return the status of an award; one that only names suppliers chose them."""
    if award.status is None and award.suppliers:
        return AwardStatus.ACTIVE
    return award.status


def _takes_bids(facts: Facts) -> bool:
    """Tell whether a lot is still to be won, though others are decided.

    An award that names no lot (`awards[].relatedLots`) decides the whole tender.
    """
    if facts.tender_status not in BIDDING:
        return False
    decided = [a for a in facts.awards if result(a) in CHOSEN | IN_VAIN]
    lots = {lot for award in decided for lot in award.lots}
    return all(award.lots for award in decided) and any(
        lot.id not in lots for lot in facts.lots if lot.status in {None, *BIDDING}
    )


def _from_tags(tags: tuple[str, ...]) -> Status:
    for tag, stage in TAGS.items():
        if tag in tags:
            return stage
    return Status.UNKNOWN
