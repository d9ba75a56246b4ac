"""The taker's half: what is accepted binds once a lead was opened from it."""

from typing import Final

import pytest

from protocol.rules.leads import Lead
from protocol.rules.takeovers import takeover_id
from tests.protocol.rules import test_leads
from tests.protocol.rules.play import (
    ACORN,
    BRAMBLE,
    NOBODY,
    Body,
    Case,
    Draft,
    Nth,
    Played,
    Step,
    check,
    plain,
)
from tests.protocol.world import seed, text

OFFER: Final = seed("hand-over")
THEIRS: Final = seed("their lead")
TERMS: Final = seed("terms")
FEE: Final[Body] = {"due": "each-payment", "size": ["GBP", 5000]}
NAMES: Final[Body] = {"finder": BRAMBLE.id, "handover": OFFER, "lead": THEIRS}
VIA: Final = (OFFER, BRAMBLE.id, THEIRS)


def accepted(void: str | None = None, **more: Draft) -> Step:
    body: Body = {"fee": FEE, **NAMES, "terms": TERMS, **more}
    return Step("handover.accepted", body, (), void)


def declined(void: str | None = None, *texts: str, **more: Draft) -> Step:
    return Step("handover.declined", {**NAMES, **more}, texts, void)


def opened(void: str | None = None, via: tuple[bytes, bytes, bytes] = VIA) -> Step:
    return Step("lead.opened", {**test_leads.TERMS, "via": via}, ("title",), void)


CASES: Final[dict[str, Case]] = {
    "accepted": Case((accepted(),)),
    "accepted-twice": Case((accepted(), accepted("handover-answered"))),
    "accepted-after-a-no": Case((declined(), accepted())),
    "accepted-with-a-note": Case((accepted("text-role")._replace(texts=("note",)),)),
    "accepted-given-back-and-accepted": Case((accepted(), declined(), accepted())),
    "accepted-two": Case((accepted(), accepted(handover=NOBODY))),
    "declined": Case((declined(None, "note", reason="no-capacity"),)),
    "declined-twice": Case((declined(), declined())),
    "opened": Case((accepted(), opened()), {1: "open"}),
    "opened-twice": Case((accepted(), opened(), opened("handover-used")), {1: "open"}),
    "opened-and-declined": Case((accepted(), opened(), declined("handover-used"))),
    "opened-and-accepted-again": Case(
        (accepted(), opened(), accepted("handover-answered"))
    ),
    "opened-of-nothing": Case((opened("handover-unaccepted"),)),
    "opened-of-another": Case(
        (accepted(handover=NOBODY), opened("handover-unaccepted"))
    ),
    "opened-after-a-no": Case((declined(), opened("handover-unaccepted"))),
    "opened-after-giving-it-back": Case(
        (accepted(), declined(), opened("handover-unaccepted"))
    ),
    "opened-from-another-finder": Case(
        (accepted(), opened("handover-unaccepted", (OFFER, ACORN.id, THEIRS)))
    ),
    "opened-of-another-lead": Case(
        (accepted(), opened("handover-unaccepted", (OFFER, BRAMBLE.id, NOBODY)))
    ),
    "opened-with-wrong-terms": Case(
        (
            accepted(),
            Step(
                "lead.opened",
                {"ends": "2026-01-01", "starts": "2026-01-02", "via": VIA},
                ("title",),
                "window-backwards",
            ),
            opened(),
        ),
        {2: "open"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def kept(played: Played) -> tuple[str, object]:
    entity = played.folded.changed[takeover_id(ACORN.id, OFFER)]
    assert (entity.family, entity.ref) == ("takeover", OFFER)
    return entity.state, plain(entity.body)


def test_what_a_takeover_keeps() -> None:
    bound = {"fee": FEE, **NAMES, "terms": TERMS}
    assert kept(check(CASES["accepted"])) == ("accepted", bound)
    played = check(CASES["opened"])
    with_lead = bound | {"opened": played.writer.ids[1]}
    assert kept(played) == ("accepted", with_lead)
    note = text(ACORN, "note", "the note of event 1").commitment
    assert kept(check(CASES["declined"])) == (
        "declined",
        {**NAMES, "reason": "no-capacity", "texts": {"note": note}},
    )
    assert kept(check(CASES["accepted-given-back-and-accepted"]))[1] == bound


def test_a_lead_keeps_where_it_came_from() -> None:
    steps = (
        *CASES["opened"].steps,
        test_leads.changed(Nth(1), test_leads.FULL),
        test_leads.advanced(Nth(1), "won"),
    )
    lead = check(Case(steps)).entity(1).body
    assert isinstance(lead, Lead)
    assert lead.via is not None
    assert (lead.via.handover, lead.via.finder, lead.via.lead) == VIA
