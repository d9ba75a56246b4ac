"""The finder's half: one offer of a lead at a time, binding once it is passed on."""

from typing import Final

import pytest

from protocol.rules.leads import Lead
from tests.protocol.rules import test_leads
from tests.protocol.rules.play import (
    ACORN,
    BRAMBLE,
    NOBODY,
    Body,
    Case,
    Draft,
    Nth,
    Step,
    check,
    path,
    plain,
)
from tests.protocol.rules.test_leads import advanced
from tests.protocol.world import text

LEAD: Final = test_leads.OPENED
FEE: Final[Body] = {"due": "award", "size": 1000}


def offered(lead: Nth | bytes, void: str | None = None, **more: Draft) -> Step:
    body: Body = {"fee": FEE, "lead": lead, "to": BRAMBLE.id, **more}
    return Step("handover.offered", body, ("terms",), void)


def back(
    handover: Nth | bytes,
    lead: Nth | bytes,
    void: str | None = None,
    *texts: str,
    **more: Draft,
) -> Step:
    body = {"handover": handover, "lead": lead, **more}
    return Step("handover.withdrawn", body, texts, void)


CASES: Final[dict[str, Case]] = {
    "offered": Case((LEAD, offered(Nth(0))), {0: "open", 1: "offered"}),
    "offered-for-a-sum": Case(
        (LEAD, offered(Nth(0), fee={"due": "end", "size": ["GBP", 1]})), {1: "offered"}
    ),
    "offered-for-nothing": Case(
        (
            LEAD,
            Step("handover.offered", {"lead": Nth(0), "to": BRAMBLE.id}, ("terms",)),
        ),
        {1: "offered"},
    ),
    "offered-without-terms": Case(
        (LEAD, offered(Nth(0), "text-missing")._replace(texts=("note",)))
    ),
    "offered-what-is-unknown": Case((offered(NOBODY, "lead-unknown"),)),
    # Harmless, and no business of a rule that reads alike in every log.
    "offered-to-itself": Case((LEAD, offered(Nth(0), to=ACORN.id)), {1: "offered"}),
    "offered-twice": Case(
        (LEAD, offered(Nth(0)), offered(Nth(0), "handover-live", to=NOBODY)),
        {1: "offered"},
    ),
    "offered-again": Case(
        (LEAD, offered(Nth(0)), back(Nth(1), Nth(0)), offered(Nth(0), to=NOBODY)),
        {1: "withdrawn", 3: "offered"},
    ),
    "offered-two-leads": Case(
        (LEAD, LEAD, offered(Nth(0)), offered(Nth(1))), {2: "offered", 3: "offered"}
    ),
    **{
        f"offered-of-a-lead-{state}": Case(
            (
                LEAD,
                *(
                    advanced(Nth(0), to)
                    for to in path(test_leads.LEAD_TABLE, ["open"], state)[1:]
                ),
                offered(Nth(0), None if state in test_leads.TAKING else "lead-over"),
            )
        )
        for state in test_leads.LEAD_TABLE
    },
    "withdrawn-with-a-reason": Case(
        (LEAD, offered(Nth(0)), back(Nth(1), Nth(0), None, "note", reason="kept")),
        {1: "withdrawn"},
    ),
    "withdrawn-what-is-unknown": Case((LEAD, back(NOBODY, Nth(0), "handover-unknown"))),
    "withdrawn-a-lead": Case((LEAD, back(Nth(0), Nth(0), "handover-unknown"))),
    "withdrawn-twice": Case(
        (
            LEAD,
            offered(Nth(0)),
            back(Nth(1), Nth(0)),
            back(Nth(1), Nth(0), "handover-gone"),
        ),
        {1: "withdrawn"},
    ),
    "withdrawn-of-another-lead": Case(
        (LEAD, LEAD, offered(Nth(0)), back(Nth(2), Nth(1), "handover-other")),
        {2: "offered"},
    ),
    "withdrawn-of-no-lead": Case(
        (LEAD, offered(Nth(0)), back(Nth(1), NOBODY, "handover-other")),
        {1: "offered"},
    ),
    "withdrawn-after-passing-on": Case(
        (
            LEAD,
            offered(Nth(0)),
            advanced(Nth(0), "passed-on"),
            back(Nth(1), Nth(0), "handover-passed"),
        ),
        {0: "passed-on", 1: "offered"},
    ),
    "withdrawn-after-losing": Case(
        (LEAD, offered(Nth(0)), advanced(Nth(0), "lost"), back(Nth(1), Nth(0))),
        {0: "lost", 1: "withdrawn"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def test_what_a_hand_over_keeps() -> None:
    played = check(CASES["withdrawn-with-a-reason"])
    kept = played.entity(1)
    assert (kept.family, kept.ref) == ("handover", played.writer.ids[0])
    assert plain(kept.body) == {
        "fee": FEE,
        "lead": played.writer.ids[0],
        "reason": "kept",
        "texts": {"terms": text(ACORN, "terms", "the terms of event 2").commitment},
        "to": BRAMBLE.id,
    }


def test_a_lead_knows_the_offer_that_stands() -> None:
    for name, at in (("offered", 1), ("withdrawn-with-a-reason", None)):
        played = check(CASES[name])
        lead = played.entity(0).body
        assert isinstance(lead, Lead)
        assert lead.handover == (None if at is None else played.writer.ids[at])


def test_an_offer_survives_what_changes_the_lead() -> None:
    steps = (
        LEAD,
        offered(Nth(0)),
        test_leads.taken(Nth(0), 1, 5),
        test_leads.changed(Nth(0), test_leads.FULL, "line-taken"),
        test_leads.changed(Nth(0), test_leads.TERMS, None, "title"),
        advanced(Nth(0), "bidding"),
    )
    played = check(Case(steps))
    lead = played.entity(0).body
    assert isinstance(lead, Lead)
    assert lead.handover == played.writer.ids[1]
    assert lead.accepted == ((1, 5),)
