"""Payments sent and received: each half in the log of who says it."""

from typing import Final

import pytest

from protocol.kinds.fields import Money
from protocol.rules import payments
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
    Step,
    but,
    check,
    plain,
)
from tests.protocol.world import text

SENT: Final[Body] = {
    "amount": ["GBP", 50000],
    "date": "2026-05-04",
    "payee": CLOVER,
}
PAYMENT: Final = b"\xae" * 32


def sent(void: str | None = None, *texts: str, **fields: Draft) -> Step:
    body = but(SENT, **fields)
    return Step("payment.sent", {key: body[key] for key in sorted(body)}, texts, void)


def corrected(
    payment: Nth | bytes, amount: int = 40000, void: str | None = None, *texts: str
) -> Step:
    body: Body = {"amount": ["GBP", amount], "payment": payment}
    return Step("payment.corrected", body, texts, void)


def cancelled(payment: Nth | bytes, void: str | None = None) -> Step:
    return Step("payment.cancelled", {"payment": payment}, (), void)


def received(amount: int = 50000, void: str | None = None) -> Step:
    body: Body = {"amount": ["GBP", amount], "payer": BRAMBLE.id, "payment": PAYMENT}
    return Step("payment.received", body, (), void)


def disputed(*texts: str) -> Step:
    body: Body = {"payer": BRAMBLE.id, "payment": PAYMENT, "reason": "not-here"}
    return Step("payment.disputed", body, texts)


CASES: Final[dict[str, Case]] = {
    "sent": Case((sent(),), {0: "sent"}),
    "sent-for-an-invoice": Case((sent(invoice=NOBODY, promise=PAYMENT),), {0: "sent"}),
    "sent-for-a-promise": Case((sent(promise=PAYMENT),), {0: "sent"}),
    "sent-nothing": Case((sent("sum-nothing", amount=["GBP", 0]),)),
    "sent-to-oneself": Case((sent("party-self", payee=Own()),)),
    "corrected": Case(
        (sent(None, "note"), corrected(Nth(0)), corrected(Nth(0), 30000, None, "note")),
        {0: "sent"},
    ),
    "corrected-to-nothing": Case((sent(), corrected(Nth(0), 0, "sum-nothing"))),
    "corrected-what-is-unknown": Case((corrected(NOBODY, 1, "payment-unknown"),)),
    "corrected-after-its-end": Case(
        (sent(), cancelled(Nth(0)), corrected(Nth(0), 1, "payment-gone")),
        {0: "cancelled"},
    ),
    "cancelled": Case((sent(), corrected(Nth(0)), cancelled(Nth(0))), {0: "cancelled"}),
    "cancelled-twice": Case(
        (sent(), cancelled(Nth(0)), cancelled(Nth(0), "payment-gone"))
    ),
    "cancelled-what-is-unknown": Case((cancelled(NOBODY, "payment-unknown"),)),
    "received": Case((received(), received(40000))),
    "received-nothing": Case((received(0, "sum-nothing"),)),
    "disputed": Case((received(), disputed("note"))),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def test_what_a_payment_keeps() -> None:
    kept = check(CASES["sent"]).entity(0)
    assert (kept.family, kept.epoch, kept.ref) == ("payment", 1, None)
    assert plain(kept.body) == SENT
    assert check(CASES["sent-for-an-invoice"]).entity(0).ref == NOBODY
    assert check(CASES["sent-for-a-promise"]).entity(0).ref == PAYMENT
    body = check(CASES["corrected"]).entity(0).body
    assert isinstance(body, payments.Payment)
    assert body.amount == Money("GBP", 30000)
    note = text(ACORN, "note", "the note of event 3").commitment
    assert body.texts == {"note": note}


def test_the_last_word_on_a_payment() -> None:
    name = payments.receipt_id(ACORN.id, PAYMENT)
    kept = check(CASES["received"]).folded.changed[name]
    assert (kept.family, kept.state, kept.ref) == ("receipt", "received", PAYMENT)
    assert kept.body == payments.Receipt(
        amount=Money("GBP", 40000), payer=BRAMBLE.id, payment=PAYMENT
    )
    kept = check(CASES["disputed"]).folded.changed[name]
    note = text(ACORN, "note", "the note of event 2").commitment
    assert kept.state == "disputed"
    assert kept.body == payments.Receipt(
        payer=BRAMBLE.id, payment=PAYMENT, reason="not-here", texts={"note": note}
    )
