"""Payments: the payer's half and the payee's (SPEC 8.34, 8.35).

No money moves here. One says that it sent a sum, the other that it came; what both say
is settled.
"""

from typing import Final

from msgspec import Struct

from protocol.kinds.fields import Body, Date, Id, Money, Slug


class PaymentSent(Body, frozen=True, kw_only=True):
    """The payer sent `amount` on a day. Text: note.

    What it is for, where that is one thing: an invoice of the payee, an own promise.
    """

    amount: Money
    date: Date
    invoice: Id | None = None
    payee: Id
    promise: Id | None = None


class PaymentCorrected(Body, frozen=True, kw_only=True):
    """It was another sum that was sent. Text: note."""

    amount: Money
    payment: Id


class PaymentCancelled(Body, frozen=True, kw_only=True):
    """It was not sent after all, or came back. Text: note."""

    payment: Id
    reason: Slug | None = None


class PaymentReceived(Body, frozen=True, kw_only=True):
    """The payee says how much of it came."""

    amount: Money
    payer: Id
    payment: Id


class PaymentDisputed(Body, frozen=True, kw_only=True):
    """The payee says that it did not come, or is not what it is said to be."""

    payer: Id
    payment: Id
    reason: Slug | None = None


KINDS: Final[dict[str, type[Struct]]] = {
    "payment.sent": PaymentSent,
    "payment.corrected": PaymentCorrected,
    "payment.cancelled": PaymentCancelled,
    "payment.received": PaymentReceived,
    "payment.disputed": PaymentDisputed,
}
TEXTS: Final[dict[str, dict[str, bool]]] = {
    kind: {"note": False} for kind in KINDS if kind != "payment.received"
}
