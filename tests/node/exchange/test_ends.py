"""How a process ends, and what that means for a lead."""

import pytest

from node.exchange import ocds
from node.exchange.ocds import Status
from tests.node.exchange.notices import Json, on, one

ENDS: dict[str, tuple[Json, Status, str | None]] = {
    "planned": ({"tender": {"status": "planned"}}, Status.PLANNING, None),
    "open": ({"tender": {"status": "active"}}, Status.OPEN, None),
    "closed": ({"tender": {"status": "complete"}}, Status.CLOSED, None),
    "cancelled": ({"tender": {"status": "cancelled"}}, Status.CANCELLED, "withdrawn"),
    "withdrawn": ({"tender": {"status": "withdrawn"}}, Status.WITHDRAWN, "withdrawn"),
    "in vain": (
        {"tender": {"status": "unsuccessful"}},
        Status.UNSUCCESSFUL,
        "withdrawn",
    ),
    "awarded": (
        {"awards": [{"id": "w", "status": "active"}]},
        Status.AWARDED,
        "lost",
    ),
    "awarded, status not given": (
        {"awards": [{"id": "w", "suppliers": [{"name": "Works"}]}]},
        Status.AWARDED,
        "lost",
    ),
    "no award was made": (
        {"awards": [{"id": "w", "status": "unsuccessful"}]},
        Status.UNSUCCESSFUL,
        "withdrawn",
    ),
    "the award was cancelled": (
        {
            "tag": ["awardCancellation"],
            "tender": {"status": "active"},
            "awards": [{"id": "w", "suppliers": [{"name": "Works"}]}],
        },
        Status.OPEN,
        None,
    ),
    "cancelled after the award": (
        {
            "tender": {"status": "cancelled"},
            "awards": [{"id": "w", "status": "active"}],
        },
        Status.CANCELLED,
        "withdrawn",
    ),
    "contract only": ({"contracts": [{"id": "c"}]}, Status.AWARDED, "lost"),
    "contract not signed": (
        {"contracts": [{"id": "c", "status": "cancelled"}]},
        Status.UNKNOWN,
        None,
    ),
    "cancelled by tag": (
        {"tag": ["tenderCancellation"]},
        Status.CANCELLED,
        "withdrawn",
    ),
    "planning by tag": ({"tag": ["planning"]}, Status.PLANNING, None),
    "open by tag": ({"tag": ["planning", "tender"]}, Status.OPEN, None),
    "closed by tag": ({"tag": ["tender", "implementation"]}, Status.CLOSED, None),
    "nothing": ({}, Status.UNKNOWN, None),
}


@pytest.mark.parametrize(("fields", "status", "outcome"), ENDS.values(), ids=ENDS)
def test_how_a_process_ends(fields: Json, status: Status, outcome: str | None) -> None:
    notice = ocds.notice([one(**fields)])
    assert notice.status is status
    assert ocds.outcome(notice) == outcome


def award(status: str, *lots: str) -> Json:
    return {"id": "-".join(("w", *lots)), "status": status, "relatedLots": list(lots)}


LOTS: dict[str, tuple[list[Json], list[str | None], Status]] = {
    "one of two": ([award("active", "0")], ["active", "active"], Status.OPEN),
    "one of two, other unsaid": ([award("active", "0")], ["active", None], Status.OPEN),
    "one, other called off": (
        [award("active", "0")],
        ["active", "cancelled"],
        Status.AWARDED,
    ),
    "both": (
        [award("active", "0"), award("pending", "1")],
        ["active", "active"],
        Status.AWARDED,
    ),
    "one, other in vain": (
        [award("active", "0"), award("unsuccessful", "1")],
        ["active", "active"],
        Status.AWARDED,
    ),
    "both in vain": (
        [award("unsuccessful", "0", "1")],
        ["active", "active"],
        Status.UNSUCCESSFUL,
    ),
    "one in vain": ([award("unsuccessful", "0")], ["active", "active"], Status.OPEN),
    "all at once": ([award("active")], ["active", "active"], Status.AWARDED),
    "cancelled": ([award("cancelled", "0", "1")], ["active", "active"], Status.OPEN),
}


@pytest.mark.parametrize(("awards", "lots", "status"), LOTS.values(), ids=LOTS)
def test_a_tender_is_open_while_a_lot_is(
    awards: list[Json], lots: list[str | None], status: Status
) -> None:
    fields = [{"id": str(n), "status": lot} for n, lot in enumerate(lots)]
    observation = one(awards=awards, tender={"status": "active", "lots": fields})
    assert ocds.notice([observation]).status is status


def test_an_award_to_others_is_a_loss_and_to_us_a_win() -> None:
    notice = ocds.notice(
        [
            on(1, tag=["tender"], tender={"title": "A", "status": "active"}),
            on(2, awards=[{"id": "w", "suppliers": [{"name": "Works of  Nowhere"}]}]),
        ]
    )
    assert ocds.outcome(notice) == "lost"
    assert ocds.outcome(notice, ours=["Somebody Else"]) == "lost"
    assert ocds.outcome(notice, ours=["WORKS OF NOWHERE"]) == "won"


def test_a_cancelled_award_to_us_is_no_win() -> None:
    observation = one(
        awards=[
            {"id": "1", "status": "cancelled", "suppliers": [{"name": "We"}]},
            {"id": "2", "status": "active", "suppliers": [{"name": "They"}]},
        ]
    )
    assert ocds.outcome(ocds.notice([observation]), ours=["We"]) == "lost"
