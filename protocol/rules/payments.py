"""Law of payments: what was sent, what came (SPEC 9.33).

payment  sent ── cancelled
receipt  (one per payment)  received · disputed
"""

from typing import Final

import msgspec

from protocol.ids import CoopId, entity_id
from protocol.kinds.fields import Date, Money
from protocol.kinds.payments import (
    PaymentCancelled,
    PaymentCorrected,
    PaymentDisputed,
    PaymentReceived,
    PaymentSent,
)
from protocol.rules.place import At, Rule, Verdict, nothing, opening, rule, words
from protocol.rules.sums import check_owed, check_sum
from protocol.state import Entity, Slice, State, find
from protocol.verdicts import Reason, Void

PAYMENT_UNKNOWN: Final = Reason(
    "payment-unknown", "This log holds no payment of that id"
)
PAYMENT_GONE: Final = Reason("payment-gone", "The payment is cancelled already")
REASONS: Final = (PAYMENT_UNKNOWN, PAYMENT_GONE)


PAYMENT_MOVES: Final[dict[str, frozenset[str]]] = {
    "sent": frozenset({"cancelled"}),
    "cancelled": frozenset(),
}


class Payment(State, frozen=True, kw_only=True):
    """What the payer says that it sent, when, and for what."""

    amount: Money
    date: Date
    invoice: bytes | None = None
    payee: bytes
    promise: bytes | None = None
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)


class Receipt(State, frozen=True, kw_only=True):
    """The last word of this log on a payment; the amount where it came."""

    amount: Money | None = None
    payer: bytes
    payment: bytes
    reason: str | None = None
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)


def receipt_id(coop: bytes, payment: bytes) -> bytes:
    """Name the one word of a co-op on a payment."""
    return entity_id(CoopId(coop), "receipt", payment)


def sent(_slice: Slice, at: At, body: PaymentSent) -> Verdict:
    """Say that a sum was sent."""
    if wrong := check_owed(at.coop, body.payee, body.amount):
        return wrong
    payment = Payment(
        amount=body.amount,
        date=body.date,
        invoice=body.invoice,
        payee=body.payee,
        promise=body.promise,
        texts=words(at),
    )
    for_ = body.invoice or body.promise
    return (opening(at, "payment", "sent", payment, ref=for_),)


def corrected(slice_: Slice, at: At, body: PaymentCorrected) -> Verdict:
    """Say that it was another sum; the payee's word on it stays."""
    if wrong := check_sum(body.amount):
        return wrong
    found = _live(slice_, body.payment)
    if isinstance(found, Void):
        return found
    entity, payment = found
    texts = {**payment.texts, **words(at)}
    after = msgspec.structs.replace(payment, amount=body.amount, texts=texts)
    return (msgspec.structs.replace(entity, body=after),)


def cancelled(slice_: Slice, _at: At, body: PaymentCancelled) -> Verdict:
    """Say that it was not sent after all."""
    found = _live(slice_, body.payment)
    if isinstance(found, Void):
        return found
    return (msgspec.structs.replace(found[0], state="cancelled"),)


def _live(slice_: Slice, payment: bytes) -> tuple[Entity, Payment] | Void:
    found = find(slice_, payment, Payment)
    if found is None:
        return PAYMENT_UNKNOWN()
    return found if PAYMENT_MOVES[found[0].state] else PAYMENT_GONE()


def received(_slice: Slice, at: At, body: PaymentReceived) -> Verdict:
    """Say how much came."""
    if wrong := check_sum(body.amount):
        return wrong
    receipt = Receipt(amount=body.amount, payer=body.payer, payment=body.payment)
    return (_receipt(at, "received", receipt),)


def disputed(_slice: Slice, at: At, body: PaymentDisputed) -> Verdict:
    """Say that it did not come."""
    receipt = Receipt(
        payer=body.payer, payment=body.payment, reason=body.reason, texts=words(at)
    )
    return (_receipt(at, "disputed", receipt),)


def _receipt(at: At, state: str, body: Receipt) -> Entity:
    named = msgspec.structs.replace(at, id=receipt_id(at.coop, body.payment))
    return opening(named, "receipt", state, body, ref=body.payment)


def the_payment(
    _at: At, body: PaymentCorrected | PaymentCancelled
) -> tuple[bytes, ...]:
    """Name the entity to load: the payment."""
    return (body.payment,)


RULES: Final[dict[str, Rule]] = {
    "payment.sent": rule(PaymentSent, sent, nothing),
    "payment.corrected": rule(PaymentCorrected, corrected, the_payment),
    "payment.cancelled": rule(PaymentCancelled, cancelled, the_payment),
    "payment.received": rule(PaymentReceived, received, nothing),
    "payment.disputed": rule(PaymentDisputed, disputed, nothing),
}
FAMILIES: Final[dict[str, type[State]]] = {"payment": Payment, "receipt": Receipt}
