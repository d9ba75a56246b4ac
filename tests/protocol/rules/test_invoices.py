"""Invoices: no report is asked for twice, and the payer has a word in it."""

from typing import Final

import pytest

from protocol.kinds.fields import Money
from protocol.rules import invoices, reports
from tests.protocol.rules import test_reports
from tests.protocol.rules.play import (
    ACORN,
    BRAMBLE,
    CLOVER,
    NOBODY,
    Body,
    Case,
    Draft,
    Nth,
    Own,
    Played,
    Step,
    check,
    plain,
)
from tests.protocol.rules.test_reports import BOUND, made
from tests.protocol.world import text

#: Two reports of one pledge, `Nth(2)` and `Nth(3)`.
WORKED: Final = (*BOUND, made(), made(minutes=300))
INVOICE: Final = b"\xad" * 32


def _step(kind: str, body: Body, void: str | None, texts: tuple[str, ...]) -> Step:
    ordered = {key: body[key] for key in sorted(body) if body[key] is not None}
    return Step(kind, ordered, texts, void)


def issued(
    *reports: Nth | bytes,
    void: str | None = None,
    texts: tuple[str, ...] = (),
    **fields: Draft,
) -> Step:
    body: Body = {
        "amount": ["GBP", 90000],
        "due": "2026-04-30",
        "payer": CLOVER,
        "reports": reports or None,
        **fields,
    }
    return _step("invoice.issued", body, void, texts)


def withdrawn(
    invoice: Nth | bytes, *reports: Nth | bytes, void: str | None = None
) -> Step:
    body: Body = {"invoice": invoice, "reports": reports or None}
    return _step("invoice.withdrawn", body, void, ())


def approved(amount: int = 90000, void: str | None = None) -> Step:
    body: Body = {"amount": ["GBP", amount], "invoice": INVOICE, "payee": BRAMBLE.id}
    return Step("invoice.approved", body, (), void)


def disputed(*texts: str) -> Step:
    body: Body = {"invoice": INVOICE, "payee": BRAMBLE.id, "reason": "twice"}
    return Step("invoice.disputed", body, texts)


CASES: Final[dict[str, Case]] = {
    "issued": Case((issued(texts=("note",)),), {0: "issued"}),
    "issued-for-reports": Case((*WORKED, issued(Nth(2), Nth(3))), {4: "issued"}),
    "issued-for-a-promise": Case((issued(promise=NOBODY, number="7"),), {0: "issued"}),
    "issued-for-nothing": Case((issued(void="sum-nothing", amount=["GBP", 0]),)),
    "issued-to-oneself": Case((issued(void="party-self", payer=Own()),)),
    "issued-for-no-report": Case((issued(NOBODY, void="report-unknown"),)),
    "issued-for-a-pledge": Case((*WORKED, issued(Nth(0), void="report-unknown"))),
    "issued-for-a-withdrawn-report": Case(
        (*WORKED, test_reports.withdrawn(Nth(2)), issued(Nth(2), void="report-gone"))
    ),
    "issued-to-another-than-the-receiver": Case(
        (*WORKED, issued(Nth(2), void="report-receiver", payer=NOBODY))
    ),
    "issued-twice-for-a-report": Case(
        (*WORKED, issued(Nth(2)), issued(Nth(3), Nth(2), void="report-invoiced")),
        {4: "issued"},
    ),
    "issued-for-a-report-twice": Case(
        (*WORKED, issued(Nth(2), Nth(2), void="report-invoiced"))
    ),
    "withdrawn": Case((issued(), withdrawn(Nth(0))), {0: "withdrawn"}),
    "withdrawn-and-issued-again": Case(
        (
            *WORKED,
            issued(Nth(2), Nth(3)),
            withdrawn(Nth(4), Nth(2), Nth(3)),
            issued(Nth(2)),
        ),
        {4: "withdrawn", 6: "issued"},
    ),
    "withdrawn-after-its-report": Case(
        (
            *WORKED,
            issued(Nth(2)),
            test_reports.withdrawn(Nth(2)),
            withdrawn(Nth(4), Nth(2)),
        ),
        {2: "withdrawn", 4: "withdrawn"},
    ),
    "withdrawn-twice": Case(
        (issued(), withdrawn(Nth(0)), withdrawn(Nth(0), void="invoice-gone"))
    ),
    "withdrawn-what-is-unknown": Case((withdrawn(NOBODY, void="invoice-unknown"),)),
    "withdrawn-with-other-reports": Case(
        (
            *WORKED,
            issued(Nth(2), Nth(3)),
            withdrawn(Nth(4), Nth(3), Nth(2), void="invoice-reports"),
            withdrawn(Nth(4), void="invoice-reports"),
        ),
        {4: "issued"},
    ),
    "approved": Case((approved(),)),
    "approved-for-nothing": Case((approved(0, "sum-nothing"),)),
    "disputed": Case((approved(), disputed("note"))),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def test_what_an_invoice_keeps() -> None:
    played = check(CASES["issued-for-reports"])
    kept = played.entity(4)
    assert (kept.family, kept.epoch, kept.ref) == ("invoice", 1, None)
    assert plain(kept.body) == {
        "amount": ["GBP", 90000],
        "due": "2026-04-30",
        "payer": CLOVER,
        "reports": played.writer.ids[2:4],
    }
    named = check(CASES["issued-for-a-promise"]).entity(0)
    assert named.ref == NOBODY
    assert isinstance(named.body, invoices.Invoice)
    assert (named.body.promise, named.body.number) == (NOBODY, "7")


def invoice_of(played: Played, at: int) -> bytes | None:
    body = played.entity(at).body
    assert isinstance(body, reports.Report)
    return body.invoice


def test_a_report_knows_the_invoice_that_asks_for_it() -> None:
    played = check(CASES["issued-for-reports"])
    assert invoice_of(played, 2) == invoice_of(played, 3) == played.writer.ids[4]
    played = check(CASES["withdrawn-and-issued-again"])
    assert invoice_of(played, 2) == played.writer.ids[6]
    assert invoice_of(played, 3) is None
    assert invoice_of(check(CASES["withdrawn-after-its-report"]), 2) is None


def test_the_last_word_on_an_invoice() -> None:
    name = invoices.answer_id(ACORN.id, INVOICE)
    kept = check(CASES["approved"]).folded.changed[name]
    assert (kept.family, kept.state, kept.ref) == (
        "invoice-answer",
        "approved",
        INVOICE,
    )
    assert kept.body == invoices.InvoiceAnswer(
        amount=Money("GBP", 90000), invoice=INVOICE, payee=BRAMBLE.id
    )
    kept = check(CASES["disputed"]).folded.changed[name]
    note = text(ACORN, "note", "the note of event 2").commitment
    assert kept.state == "disputed"
    assert kept.body == invoices.InvoiceAnswer(
        invoice=INVOICE, payee=BRAMBLE.id, reason="twice", texts={"note": note}
    )
