"""The taker's half: within the limits of its own leads and projects."""

from typing import Final

import pytest

from protocol import limits
from protocol.rules import acceptances, leads, projects
from tests.protocol.rules import test_leads, test_profiles, test_projects
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
    but,
    check,
    path,
    plain,
)
from tests.protocol.world import text

LEAD: Final = test_leads.OPENED
PROJECT: Final = test_projects.OPENED
PLEDGES: Final = [bytes([number]) * 32 for number in range(1, 8)]


def given(
    to: Nth | bytes, quantity: int, void: str | None = None, **others: Draft
) -> Step:
    """Accept minutes on line 1, unless said otherwise."""
    body: Body = {
        "line": 1,
        "pledge": PLEDGES[0],
        "pledger": BRAMBLE.id,
        "quantity": quantity,
        "to": to,
        "unit": "minutes",
    }
    fields = {key: value for key, value in {**body, **others}.items() if value}
    return Step("acceptance.given", fields, (), void)


def money(
    to: Nth | bytes, quantity: int, void: str | None = None, **others: Draft
) -> Step:
    fields: Body = {"line": None, "unit": "GBP", **others}
    return given(to, quantity, void, **fields)


def back(
    acceptance: Nth | bytes, to: Nth | bytes, void: str | None = None, *texts: str
) -> Step:
    body: Body = {"acceptance": acceptance, "to": to}
    return Step("acceptance.withdrawn", body, texts, void)


def declined(void: str | None = None, *texts: str, pledge: bytes = PLEDGES[0]) -> Step:
    body: Body = {"pledge": pledge, "pledger": BRAMBLE.id, "to": NOBODY}
    return Step("pledge.declined", body, texts, void)


CASES: Final[dict[str, Case]] = {
    "work-taken": Case((LEAD, given(Nth(0), 3000)), {0: "open", 1: "given"}),
    "work-taken-to-the-last-minute": Case(
        (
            LEAD,
            given(Nth(0), 3000),
            given(Nth(0), 3001, "over-maximum", pledge=PLEDGES[1]),
            given(Nth(0), 3000, pledge=PLEDGES[1]),
            given(Nth(0), 1, "over-maximum", pledge=PLEDGES[2]),
        ),
        {1: "given", 3: "given"},
    ),
    "work-taken-without-end": Case(
        (
            LEAD,
            given(Nth(0), limits.INTEGER, line=2),
            given(Nth(0), 1, "over-maximum", line=2, pledge=PLEDGES[1]),
        ),
        {1: "given"},
    ),
    "work-taken-of-two-lines": Case(
        (
            LEAD,
            given(Nth(0), 6000),
            given(Nth(0), 1, line=2, pledge=PLEDGES[1]),
        ),
        {1: "given", 2: "given"},
    ),
    "work-taken-of-no-line": Case(
        (
            LEAD,
            given(Nth(0), 1, "line-unknown", line=None),
        )
    ),
    "work-taken-of-an-unknown-line": Case(
        (LEAD, given(Nth(0), 1, "line-unknown", line=3))
    ),
    "work-taken-for-money": Case((LEAD, given(Nth(0), 1, "unit-wrong", unit="GBP"))),
    "money-taken": Case((PROJECT, money(Nth(0), 40000)), {0: "open", 1: "given"}),
    "money-taken-to-the-last-penny": Case(
        (
            PROJECT,
            money(Nth(0), 60000),
            money(Nth(0), 40001, "over-maximum", pledge=PLEDGES[1]),
            money(Nth(0), 40000, pledge=PLEDGES[1]),
            money(Nth(0), 1, "over-maximum", pledge=PLEDGES[2]),
        ),
        {1: "given", 3: "given"},
    ),
    "money-taken-in-another-currency": Case(
        (PROJECT, money(Nth(0), 1, "unit-wrong", unit="EUR"))
    ),
    "money-taken-in-minutes": Case(
        (PROJECT, money(Nth(0), 1, "unit-wrong", unit="minutes"))
    ),
    "money-taken-for-a-line": Case((PROJECT, money(Nth(0), 1, "line-unknown", line=1))),
    "taken-for-what-is-unknown": Case((given(NOBODY, 1, "target-unknown"),)),
    "taken-for-a-profile": Case(
        (
            Step("profile.set", test_profiles.PROFILE, ("name",)),
            given(Nth(0), 1, "target-unknown"),
        )
    ),
    "taken-twice": Case(
        (
            LEAD,
            given(Nth(0), 1000),
            given(Nth(0), 1000, "answered"),
            given(NOBODY, 1000, "answered"),
        ),
        {1: "given"},
    ),
    "taken-with-a-note": Case(
        (LEAD, given(Nth(0), 1, "text-role")._replace(texts=("note",)))
    ),
    "taken-after-a-no": Case((LEAD, declined(), given(Nth(0), 1000)), {2: "given"}),
    "withdrawn": Case(
        (LEAD, given(Nth(0), 6000), back(Nth(1), Nth(0), None, "note")),
        {1: "withdrawn"},
    ),
    "withdrawn-of-a-project": Case(
        (PROJECT, money(Nth(0), 100000), back(Nth(1), Nth(0)), money(Nth(0), 100000)),
        {1: "withdrawn", 3: "given"},
    ),
    "withdrawn-and-taken-again": Case(
        (LEAD, given(Nth(0), 6000), back(Nth(1), Nth(0)), given(Nth(0), 6000)),
        {1: "withdrawn", 3: "given"},
    ),
    "withdrawn-and-declined": Case(
        (LEAD, given(Nth(0), 6000), back(Nth(1), Nth(0)), declined()),
        {1: "withdrawn"},
    ),
    "withdrawn-twice": Case(
        (
            LEAD,
            given(Nth(0), 6000),
            back(Nth(1), Nth(0)),
            back(Nth(1), Nth(0), "acceptance-gone"),
        ),
        {1: "withdrawn"},
    ),
    "withdrawn-what-is-unknown": Case((back(NOBODY, NOBODY, "acceptance-unknown"),)),
    "withdrawn-what-is-void": Case(
        (
            LEAD,
            given(Nth(0), 6001, "over-maximum"),
            back(Nth(1), Nth(0), "acceptance-unknown"),
        )
    ),
    "withdrawn-of-another-lead": Case(
        (
            LEAD,
            LEAD,
            given(Nth(0), 1),
            back(Nth(2), Nth(1), "acceptance-other"),
        ),
        {2: "given"},
    ),
    "withdrawn-with-a-title": Case(
        (LEAD, given(Nth(0), 1), back(Nth(1), Nth(0), "text-role", "title")),
        {1: "given"},
    ),
    "withdrawn-of-a-lead-that-is-over": Case(
        (
            LEAD,
            given(Nth(0), 1),
            test_leads.advanced(Nth(0), "lost"),
            back(Nth(1), Nth(0)),
        ),
        {0: "lost", 1: "withdrawn"},
    ),
    "declined": Case((declined(None, "note"),)),
    "declined-twice": Case((declined(), declined())),
    "declined-what-is-taken": Case(
        (LEAD, given(Nth(0), 1), declined("answered")), {1: "given"}
    ),
    "declined-with-a-reason": Case(
        (declined()._replace(body=but(declined().body, reason="not-the-right-skill")),)
    ),
    **{
        f"taken-for-a-lead-{state}": Case(
            (
                LEAD,
                *(
                    test_leads.advanced(Nth(0), to)
                    for to in path(test_leads.LEAD_TABLE, ["open"], state)[1:]
                ),
                given(
                    Nth(0), 1, None if state in test_leads.TAKING else "target-closed"
                ),
            )
        )
        for state in test_leads.LEAD_TABLE
    },
    **{
        f"taken-for-a-project-{state}": Case(
            (
                PROJECT,
                *(
                    test_projects.advanced(Nth(0), to)
                    for to in path(test_projects.PROJECT_TABLE, ["open"], state)[1:]
                ),
                money(
                    Nth(0),
                    1,
                    None if state in test_projects.TAKING else "target-closed",
                ),
            )
        )
        for state in test_projects.PROJECT_TABLE
    },
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def answer(played: Played) -> tuple[str, bytes | None, dict[str, bytes]]:
    kept = played.folded.changed[acceptances.answer_id(ACORN.id, PLEDGES[0])]
    assert isinstance(kept.body, acceptances.Answer)
    assert (kept.family, kept.ref) == ("answer", PLEDGES[0])
    assert kept.body.pledge == PLEDGES[0]
    return kept.state, kept.body.acceptance, kept.body.texts


def test_what_an_acceptance_keeps() -> None:
    played = check(CASES["work-taken"])
    kept = played.entity(1)
    assert (kept.family, kept.epoch, kept.ref) == ("acceptance", 1, PLEDGES[0])
    assert plain(kept.body) == {
        "line": 1,
        "pledge": PLEDGES[0],
        "pledger": BRAMBLE.id,
        "quantity": 3000,
        "to": played.writer.ids[0],
        "unit": "minutes",
    }
    assert answer(played) == ("accepted", played.writer.ids[1], {})


def test_an_acceptance_of_money_keeps_no_line() -> None:
    kept = check(CASES["money-taken"]).entity(1).body
    assert isinstance(kept, acceptances.Acceptance)
    assert kept.line is None


def test_what_is_taken_counts_on_the_lead_and_the_project() -> None:
    lead = check(CASES["work-taken-of-two-lines"]).entity(0).body
    assert isinstance(lead, leads.Lead)
    assert lead.accepted == ((1, 6000), (2, 1))
    project = check(CASES["money-taken-to-the-last-penny"]).entity(0).body
    assert isinstance(project, projects.Project)
    assert project.accepted == 100000


def test_what_is_withdrawn_counts_no_more() -> None:
    played = check(CASES["withdrawn"])
    lead = played.entity(0).body
    assert isinstance(lead, leads.Lead)
    assert lead.accepted == ()
    note = text(ACORN, "note", "the note of event 3").commitment
    assert answer(played) == ("open", None, {"note": note})
    freed = check(CASES["withdrawn-of-a-lead-that-is-over"]).entity(0).body
    assert isinstance(freed, leads.Lead)
    assert freed.accepted == ()


def test_a_reason_stays_with_what_it_is_for() -> None:
    body: Body = {"acceptance": Nth(1), "reason": "plans", "to": Nth(0)}
    steps = (LEAD, given(Nth(0), 1), Step("acceptance.withdrawn", body))
    played = check(Case(steps))
    kept = played.entity(1).body
    assert isinstance(kept, acceptances.Acceptance)
    assert kept.reason == "plans"
    last = played.folded.changed[acceptances.answer_id(ACORN.id, PLEDGES[0])].body
    assert isinstance(last, acceptances.Answer)
    assert last.reason == "plans"
    declining = check(CASES["declined-with-a-reason"]).folded.changed
    no = declining[acceptances.answer_id(ACORN.id, PLEDGES[0])].body
    assert isinstance(no, acceptances.Answer)
    assert no.reason == "not-the-right-skill"


def test_the_last_word_on_a_pledge() -> None:
    note = text(ACORN, "note", "the note of event 1").commitment
    assert answer(check(CASES["declined"])) == ("declined", None, {"note": note})
    assert answer(check(CASES["withdrawn-and-declined"]))[0] == "declined"
    assert answer(check(CASES["withdrawn-and-taken-again"]))[0] == "accepted"
