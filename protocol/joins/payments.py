"""Invoices and payments, each with the other co-op's last word (SPEC 11.31).

| the invoice is | and the payer's last word      | standing  | it is owed |
|----------------|--------------------------------|-----------|------------|
| withdrawn      | any                            | withdrawn | no         |
| issued         | none that joins                | issued    | yes        |
| issued         | approves the same amount       | approved  | yes        |
| issued         | approves another amount        | issued    | yes        |
| issued         | disputes it                    | disputed  | no         |

| the payment is | and the payee's last word      | standing  | settled             |
|----------------|--------------------------------|-----------|---------------------|
| cancelled      | any                            | cancelled | 0                   |
| sent           | none that joins                | transit   | 0                   |
| sent           | received, in its currency      | received  | min(sent, received) |
| sent           | received, in another currency  | disputed  | 0                   |
| sent           | disputed                       | disputed  | 0                   |
"""

import datetime
from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from protocol.joins.halves import word_of
from protocol.rules.invoices import Invoice, InvoiceAnswer
from protocol.rules.payments import Payment, Receipt
from protocol.state import Entity

ClaimStanding = Literal["issued", "approved", "disputed", "withdrawn"]
PaymentStanding = Literal["transit", "received", "disputed", "cancelled"]

#: Standings of an invoice in which it is owed, as long as nobody objects.
OWED: Final = frozenset({"issued", "approved"})


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What a payee asks for, and what the payer says to it."""

    invoice: bytes
    payer: bytes
    payee: bytes
    currency: str
    amount: int
    due: datetime.date
    promise: bytes | None
    epoch: int
    standing: ClaimStanding
    answer: bytes | None = None


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """What a payer sent, and how much of it both say is settled."""

    payment: bytes
    payer: bytes
    payee: bytes
    currency: str
    sent: int
    settled: int
    date: datetime.date
    invoice: bytes | None
    promise: bytes | None
    epoch: int
    standing: PaymentStanding
    receipt: bytes | None = None

    @property
    def in_transit(self) -> int:
        """What was sent and had no word yet."""
        return self.sent if self.standing == "transit" else 0

    @property
    def disputed(self) -> int:
        """What was sent and, by the payee's word, did not come."""
        return self.sent - self.settled - self.in_transit


def claim(invoice: Entity, related: Iterable[Entity]) -> Claim:
    """Join an invoice with the entities of any log whose `ref` it is."""
    body = invoice.body
    if not isinstance(body, Invoice):
        raise TypeError(f"an invoice is joined, not a {invoice.family}")
    word = word_of(body.payer, invoice, related, InvoiceAnswer)
    if word is not None and word[1].payee != invoice.coop:
        word = None
    return Claim(
        invoice=invoice.id,
        payer=body.payer,
        payee=invoice.coop,
        currency=body.amount.currency,
        amount=body.amount.amount,
        due=body.due,
        promise=body.promise,
        epoch=invoice.epoch,
        standing=_of_claim(invoice, body, word),
        answer=None if word is None else word[0].id,
    )


def _of_claim(
    invoice: Entity, body: Invoice, word: tuple[Entity, InvoiceAnswer] | None
) -> ClaimStanding:
    if invoice.state == "withdrawn":
        return "withdrawn"
    if word is None:
        return "issued"
    entity, answer = word
    if entity.state == "disputed":
        return "disputed"
    return "approved" if answer.amount == body.amount else "issued"


def settle(payment: Entity, related: Iterable[Entity]) -> Settlement:
    """Join a payment with the entities of any log whose `ref` it is."""
    body = payment.body
    if not isinstance(body, Payment):
        raise TypeError(f"a payment is joined, not a {payment.family}")
    word = word_of(body.payee, payment, related, Receipt)
    if word is not None and word[1].payer != payment.coop:
        word = None
    standing, settled = _of_payment(payment, body, word)
    return Settlement(
        payment=payment.id,
        payer=payment.coop,
        payee=body.payee,
        currency=body.amount.currency,
        sent=0 if standing == "cancelled" else body.amount.amount,
        settled=settled,
        date=body.date,
        invoice=body.invoice,
        promise=body.promise,
        epoch=payment.epoch,
        standing=standing,
        receipt=None if word is None else word[0].id,
    )


def _of_payment(
    payment: Entity, body: Payment, word: tuple[Entity, Receipt] | None
) -> tuple[PaymentStanding, int]:
    if payment.state == "cancelled":
        return "cancelled", 0
    if word is None:
        return "transit", 0
    came = word[1].amount
    if came is None or came.currency != body.amount.currency:
        return "disputed", 0
    return "received", min(body.amount.amount, came.amount)
