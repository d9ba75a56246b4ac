"""Work reports of pledges that were confirmed, and the receiver's word on them."""

from typing import Final

import pytest

from protocol.kinds.fields import Money
from protocol.rules import reports
from tests.protocol.rules import test_pledges
from tests.protocol.rules.play import (
    ACORN,
    BRAMBLE,
    CLOVER,
    NOBODY,
    Body,
    Case,
    Draft,
    Nth,
    Step,
    but,
    check,
    plain,
)
from tests.protocol.rules.test_pledges import ACCEPTANCE, MONEY_OFFERED, WORK_OFFERED
from tests.protocol.world import text

#: A pledge that is confirmed, in two steps; reports name it as `Nth(0)`.
BOUND: Final = (
    WORK_OFFERED._replace(body=but(test_pledges.WORK, owner=CLOVER)),
    test_pledges.confirmed(Nth(0), taker=CLOVER),
)

TERMS: Final[Body] = {
    "ends": "2026-03-31",
    "minutes": 600,
    "starts": "2026-03-01",
}
MADE: Final[Body] = {
    **TERMS,
    "acceptance": ACCEPTANCE,
    "pledge": Nth(0),
    "receiver": CLOVER,
}
FULL: Final[Body] = but(
    MADE,
    amount=["GBP", 45000],
    outcome="jobs-created",
    themes=[["wellbeing", 200], ["equal-opportunity", 400]],
)
REPORT: Final = b"\xab" * 32
VERSION: Final = b"\xac" * 32


def _step(kind: str, body: Body, void: str | None, texts: tuple[str, ...]) -> Step:
    ordered = {key: body[key] for key in sorted(body)}
    return Step(kind, ordered, texts, void)


def made(void: str | None = None, *texts: str, **fields: Draft) -> Step:
    return _step("report.made", but(MADE, **fields), void, texts)


def corrected(
    report: Nth | bytes, void: str | None = None, *texts: str, **fields: Draft
) -> Step:
    return _step("report.corrected", {**TERMS, "report": report, **fields}, void, texts)


def withdrawn(report: Nth | bytes, void: str | None = None, *texts: str) -> Step:
    return Step("report.withdrawn", {"report": report}, texts, void)


def accepted(void: str | None = None, **fields: Draft) -> Step:
    body: Body = {
        "minutes": 600,
        "provider": BRAMBLE.id,
        "report": REPORT,
        "version": VERSION,
        **fields,
    }
    return _step("report.accepted", body, void, ())


def disputed(void: str | None = None, *texts: str, **fields: Draft) -> Step:
    body: Body = {
        "provider": BRAMBLE.id,
        "report": REPORT,
        "version": VERSION,
        **fields,
    }
    return _step("report.disputed", body, void, texts)


CASES: Final[dict[str, Case]] = {
    "made": Case((*BOUND, made(None, "summary")), {2: "reported"}),
    "made-in-full": Case(
        (*BOUND, _step("report.made", FULL, None, ())), {2: "reported"}
    ),
    "made-of-more-than-was-confirmed": Case(
        (*BOUND, made(minutes=4000)), {2: "reported"}
    ),
    "made-twice": Case((*BOUND, made(), made()), {2: "reported", 3: "reported"}),
    "made-of-a-released-pledge": Case(
        (*BOUND, test_pledges.released(Nth(0)), made()), {3: "reported"}
    ),
    "made-of-no-pledge": Case((*BOUND, made("pledge-unknown", pledge=NOBODY))),
    "made-of-an-offer": Case((WORK_OFFERED, made("pledge-unconfirmed"))),
    "made-of-an-offer-taken-back": Case(
        (WORK_OFFERED, test_pledges.withdrawn(Nth(0)), made("pledge-unconfirmed"))
    ),
    "made-of-money": Case((MONEY_OFFERED, made("pledge-money"))),
    "made-for-another": Case((*BOUND, made("pledge-taker", receiver=ACORN.id))),
    "made-of-another-acceptance": Case(
        (*BOUND, made("pledge-acceptance", acceptance=NOBODY))
    ),
    "made-backwards": Case((*BOUND, made("window-backwards", ends="2026-02-28"))),
    "made-of-eleven-years": Case((*BOUND, made("window-long", ends="2037-03-31"))),
    "made-for-nothing": Case((*BOUND, made("sum-nothing", amount=["GBP", 0]))),
    "made-with-a-theme-twice": Case(
        (*BOUND, made("theme-twice", themes=[["wellbeing", 1], ["wellbeing", 1]]))
    ),
    "made-with-all-its-time-in-themes": Case(
        (*BOUND, made(themes=[["a", 599], ["b", 1]])), {2: "reported"}
    ),
    "made-with-more-in-themes": Case(
        (*BOUND, made("theme-sums", themes=[["a", 600], ["b", 1]]))
    ),
    "made-with-a-note": Case((*BOUND, made("text-role", "note"))),
    "corrected": Case(
        (*BOUND, made(), corrected(Nth(2), None, "summary", minutes=540)),
        {2: "corrected"},
    ),
    "corrected-twice": Case(
        (*BOUND, made(), corrected(Nth(2)), corrected(Nth(2))), {2: "corrected"}
    ),
    "corrected-what-is-unknown": Case((corrected(NOBODY, "report-unknown"),)),
    "corrected-by-its-correction": Case(
        (*BOUND, made(), corrected(Nth(2)), corrected(Nth(3), "report-unknown")),
        {2: "corrected"},
    ),
    "corrected-what-is-no-report": Case((*BOUND, corrected(Nth(0), "report-unknown"))),
    "corrected-backwards": Case(
        (*BOUND, made(), corrected(Nth(2), "window-backwards", ends="2026-02-28")),
        {2: "reported"},
    ),
    "corrected-after-its-end": Case(
        (*BOUND, made(), withdrawn(Nth(2)), corrected(Nth(2), "report-gone")),
        {2: "withdrawn"},
    ),
    "withdrawn": Case(
        (*BOUND, made(), withdrawn(Nth(2), None, "note")), {2: "withdrawn"}
    ),
    "withdrawn-after-a-correction": Case(
        (*BOUND, made(), corrected(Nth(2)), withdrawn(Nth(2))), {2: "withdrawn"}
    ),
    "withdrawn-twice": Case(
        (*BOUND, made(), withdrawn(Nth(2)), withdrawn(Nth(2), "report-gone")),
        {2: "withdrawn"},
    ),
    "withdrawn-what-is-unknown": Case((withdrawn(NOBODY, "report-unknown"),)),
    "accepted": Case((accepted(), accepted(amount=["GBP", 1]))),
    "accepted-for-nothing": Case((accepted("sum-nothing", amount=["GBP", 0]),)),
    "disputed": Case((disputed(None, "note"), disputed(reason="hours"))),
    "disputed-then-accepted": Case((disputed(), accepted())),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def test_what_a_report_keeps() -> None:
    played = check(CASES["made-in-full"])
    kept = played.entity(2)
    assert (kept.family, kept.epoch, kept.ref) == ("report", 1, played.writer.ids[0])
    assert plain(kept.body) == {
        "acceptance": ACCEPTANCE,
        "amount": ["GBP", 45000],
        "ends": "2026-03-31",
        "minutes": 600,
        "outcome": "jobs-created",
        "pledge": played.writer.ids[0],
        "receiver": CLOVER,
        "starts": "2026-03-01",
        "themes": [["wellbeing", 200], ["equal-opportunity", 400]],
        "version": played.writer.ids[2],
    }


def test_a_correction_says_everything_anew() -> None:
    steps = (
        *BOUND,
        _step("report.made", FULL, None, ("summary",)),
        corrected(Nth(2), None, minutes=540),
        corrected(Nth(2), None, "summary", minutes=530),
    )
    played = check(Case(steps, {2: "corrected"}))
    kept = played.entity(2)
    assert isinstance(kept.body, reports.Report)
    assert (kept.body.amount, kept.body.outcome, kept.body.themes) == (None, None, ())
    assert (kept.body.minutes, kept.body.receiver) == (530, CLOVER)
    assert kept.body.version == played.writer.ids[4]
    words = text(ACORN, "summary", "the summary of event 5").commitment
    assert kept.body.texts == {"summary": words}


def test_the_last_word_on_a_report() -> None:
    kept = check(CASES["disputed-then-accepted"]).folded.changed[
        reports.answer_id(ACORN.id, REPORT)
    ]
    assert (kept.family, kept.state, kept.ref) == ("report-answer", "accepted", REPORT)
    assert kept.body == reports.ReportAnswer(
        minutes=600, provider=BRAMBLE.id, report=REPORT, version=VERSION
    )
    kept = check(CASES["accepted"]).folded.changed[reports.answer_id(ACORN.id, REPORT)]
    assert isinstance(kept.body, reports.ReportAnswer)
    assert kept.body.amount == Money("GBP", 1)
