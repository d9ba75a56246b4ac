"""Leads: their table, their terms, and what stays covered when those change."""

from typing import Final

import pytest

from protocol import limits
from protocol.rules import leads
from tests.protocol.rules.play import (
    ACORN,
    NOBODY,
    Body,
    Case,
    Draft,
    Nth,
    Step,
    but,
    check,
    grid,
    path,
    plain,
    table,
)
from tests.protocol.world import text

LEAD_TABLE: Final = table(
    """
    open: bidding submitted won lost withdrawn passed-on
    bidding: open submitted won lost withdrawn passed-on
    submitted: bidding won lost withdrawn passed-on
    won: delivering lost withdrawn passed-on
    delivering: closed lost
    closed:
    lost: open
    withdrawn: open
    passed-on:
    """
)
TAKING: Final = frozenset({"open", "bidding", "submitted", "won", "delivering"})

LINE_1: Final[Body] = {"line": 1, "minutes": 6000, "skill": "python"}
LINE_2: Final[Body] = {"line": 2, "skill": "user-research"}
TERMS: Final[Body] = {"requirements": [LINE_1, LINE_2]}
FULL: Final[Body] = {
    "cpv": ["72000000", "72212000"],
    "deadline": "2026-02-01",
    "ends": "2026-12-31",
    "lots": [{"id": "LOT-1", "value": ["GBP", 5000000]}, {"id": "LOT-2"}],
    "requirements": [
        {
            "ends": "2026-06-30",
            "line": 64,
            "lot": "LOT-1",
            "minutes": 6000,
            "must": False,
            "skill": "python",
            "starts": "2026-03-01",
        },
        LINE_2,
    ],
    "source": ["ocds", "ocds-b5fd17-1", "2026-01-05T10:00:00Z"],
    "starts": "2026-03-01",
    "value": ["GBP", 12000000],
}
OPENED: Final = Step("lead.opened", TERMS, ("title",))


def opened(terms: Body, void: str | None = None) -> Step:
    return Step("lead.opened", terms, ("title",), void)


def changed(at: Nth | bytes, terms: Body, void: str | None = None, *texts: str) -> Step:
    return Step("lead.changed", {"lead": at, "terms": terms}, texts, void)


def advanced(at: Nth | bytes, to: str, void: str | None = None, *texts: str) -> Step:
    return Step("lead.advanced", {"lead": at, "to": to}, texts, void)


def taken(at: Nth, line: int, quantity: int) -> Step:
    body: Body = {
        "line": line,
        "pledge": NOBODY,
        "pledger": NOBODY,
        "quantity": quantity,
        "to": at,
        "unit": "minutes",
    }
    return Step("acceptance.given", body)


def lines(*requirements: Draft) -> Body:
    return {"requirements": requirements}


CASES: Final[dict[str, Case]] = {
    "opened": Case((OPENED,), {0: "open"}),
    "opened-with-nothing-but-a-title": Case((opened({}),), {0: "open"}),
    "opened-in-full": Case((opened(FULL),), {0: "open"}),
    "opened-with-all-texts-that-fit": Case(
        (Step("lead.opened", {}, ("title", "description", "buyer", "source")),)
    ),
    "opened-without-a-title": Case(
        (Step("lead.opened", {}, ("description",), "text-missing"),)
    ),
    "opened-with-two-links": Case(
        (Step("lead.opened", {}, ("title", "link", "link"), "text-twice"),)
    ),
    "opened-with-a-note": Case(
        (Step("lead.opened", {}, ("title", "note"), "text-role"),)
    ),
    "opened-with-a-line-twice": Case(
        (opened(lines(LINE_1, LINE_2, LINE_1), "line-twice"),)
    ),
    "opened-with-a-line-backwards": Case(
        (
            opened(
                lines(but(LINE_1, starts="2026-02-01", ends="2026-01-31")),
                "window-backwards",
            ),
        )
    ),
    "opened-with-a-line-for-ever": Case(
        (
            opened(
                lines(but(LINE_1, starts="2026-02-01", ends="2046-01-31")),
                "window-long",
            ),
        )
    ),
    "opened-backwards": Case(
        (
            opened(
                but(TERMS, starts="2026-02-01", ends="2026-01-31"), "window-backwards"
            ),
        )
    ),
    "opened-for-ever": Case(
        (opened(but(TERMS, starts="2026-02-01", ends="2046-01-31"), "window-long"),)
    ),
    "opened-with-open-ends": Case(
        (
            opened(but(TERMS, starts="2026-02-01")),
            opened(but(TERMS, ends="2026-02-01")),
        )
    ),
    "changed": Case((OPENED, changed(Nth(0), FULL)), {0: "open"}),
    "changed-with-texts": Case(
        (OPENED, changed(Nth(0), TERMS, None, "title", "link")), {0: "open"}
    ),
    "changed-with-a-note": Case(
        (OPENED, changed(Nth(0), TERMS, "text-role", "note")), {0: "open"}
    ),
    "changed-what-is-unknown": Case((changed(NOBODY, TERMS, "lead-unknown"),)),
    "changed-what-is-void": Case(
        (
            opened(lines(LINE_1, LINE_1), "line-twice"),
            changed(Nth(0), TERMS, "lead-unknown"),
        )
    ),
    "changed-to-a-line-twice": Case(
        (OPENED, changed(Nth(0), lines(LINE_2, LINE_2), "line-twice"))
    ),
    "changed-to-backwards": Case(
        (
            OPENED,
            changed(
                Nth(0),
                {"starts": "2026-02-01", "ends": "2026-01-01"},
                "window-backwards",
            ),
        )
    ),
    "changed-below-what-is-taken": Case(
        (
            OPENED,
            taken(Nth(0), 1, 3000),
            changed(Nth(0), lines(but(LINE_1, minutes=2999)), "line-taken"),
            changed(Nth(0), lines(but(LINE_1, minutes=3000))),
        ),
        {0: "open"},
    ),
    "changed-without-the-line-that-is-taken": Case(
        (
            OPENED,
            taken(Nth(0), 2, 1),
            changed(Nth(0), lines(LINE_1), "line-taken"),
            changed(Nth(0), {}, "line-taken"),
            changed(Nth(0), lines(LINE_2)),
        ),
        {0: "open"},
    ),
    "changed-to-open-ended-what-is-taken": Case(
        (
            OPENED,
            taken(Nth(0), 1, 3000),
            changed(Nth(0), lines({"line": 1, "skill": "python"})),
        ),
        {0: "open"},
    ),
    "advanced-what-is-unknown": Case((advanced(NOBODY, "won", "lead-unknown"),)),
    "advanced-with-a-reason": Case(
        (
            OPENED,
            Step(
                "lead.advanced",
                {"lead": Nth(0), "reason": "price-too-high", "to": "lost"},
                ("note",),
            ),
        ),
        {0: "lost"},
    ),
    "advanced-with-a-title": Case(
        (OPENED, advanced(Nth(0), "won", "text-role", "title")), {0: "open"}
    ),
    **{
        f"changed-while-{state}": Case(
            (
                OPENED,
                *(advanced(Nth(0), to) for to in path(LEAD_TABLE, ["open"], state)[1:]),
                changed(Nth(0), FULL, None if state in TAKING else "lead-over"),
            ),
            {0: state},
        )
        for state in LEAD_TABLE
    },
    **{
        f"lead-{name}": case
        for name, case in grid(
            LEAD_TABLE,
            LEAD_TABLE,
            {"open": OPENED},
            ("lead.advanced", "lead", "lead-move"),
        ).items()
    },
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def test_the_table_of_leads() -> None:
    assert leads.LEAD_MOVES == LEAD_TABLE
    assert leads.TAKING == TAKING


def test_what_a_lead_keeps() -> None:
    kept = check(CASES["opened-in-full"]).entity(0)
    title = text(ACORN, "title", "the title of event 1").commitment
    assert (kept.family, kept.epoch, kept.ref) == ("lead", 1, None)
    assert plain(kept.body) == {"terms": FULL, "texts": {"title": title}}


def test_a_lead_keeps_why_it_became_what_it_is() -> None:
    lost = CASES["advanced-with-a-reason"]
    kept = check(lost).entity(0).body
    assert isinstance(kept, leads.Lead)
    assert kept.reason == "price-too-high"
    again = Case((*lost.steps, advanced(Nth(0), "open")), {0: "open"})
    kept = check(again).entity(0).body
    assert isinstance(kept, leads.Lead)
    assert kept.reason is None


def test_changed_texts_replace_those_of_their_role() -> None:
    kept = check(CASES["changed-with-texts"]).entity(0)
    assert isinstance(kept.body, leads.Lead)
    assert list(kept.body.texts.items()) == [
        ("link", text(ACORN, "link", "the link of event 2").commitment),
        ("title", text(ACORN, "title", "the title of event 2").commitment),
    ]


def test_what_is_taken_stays_when_the_terms_change() -> None:
    kept = check(CASES["changed-below-what-is-taken"]).entity(0)
    assert isinstance(kept.body, leads.Lead)
    assert kept.body.accepted == ((1, 3000),)


def test_lines_taken_stand_in_their_order() -> None:
    steps = (
        OPENED,
        taken(Nth(0), 2, 5),
        but_pledge(taken(Nth(0), 1, 7), b"\xdd" * 32),
    )
    kept = check(Case(steps)).entity(0)
    assert isinstance(kept.body, leads.Lead)
    assert kept.body.accepted == ((1, 7), (2, 5))


def but_pledge(step: Step, pledge: bytes) -> Step:
    return step._replace(body=but(step.body, pledge=pledge))


def test_a_line_back_at_nothing_is_not_kept() -> None:
    steps = (
        OPENED,
        taken(Nth(0), 2, limits.INTEGER),
        Step("acceptance.withdrawn", {"acceptance": Nth(1), "to": Nth(0)}),
    )
    kept = check(Case(steps)).entity(0)
    assert isinstance(kept.body, leads.Lead)
    assert kept.body.accepted == ()
