"""Invoices and the payer's word on them (SPEC 8.32, 8.33)."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from protocol.kinds.fields import Body, Date, Foreign, Id, Money, Slug

#: A report a week of three people for a quarter; more of them, and the invoice is two.
Reports = Annotated[tuple[Id, ...], Meta(max_length=40)]


class InvoiceIssued(Body, frozen=True, kw_only=True):
    """The payee asks for `amount` by a day. Text: note.

    `reports` are the own reports that it is for, `promise` the payer's promise that it
    calls in, `number` the payee's own number for it.
    """

    amount: Money
    due: Date
    number: Foreign | None = None
    payer: Id
    promise: Id | None = None
    reports: Reports = ()


class InvoiceWithdrawn(Body, frozen=True, kw_only=True):
    """An invoice that does not stand any more; its reports, repeated. Text: note."""

    invoice: Id
    reason: Slug | None = None
    reports: Reports = ()


class InvoiceApproved(Body, frozen=True, kw_only=True):
    """The payer agrees to owe what the invoice asks for."""

    amount: Money
    invoice: Id
    payee: Id


class InvoiceDisputed(Body, frozen=True, kw_only=True):
    """The payer does not owe it: it counts as a claim alone. Text: note."""

    invoice: Id
    payee: Id
    reason: Slug | None = None


KINDS: Final[dict[str, type[Struct]]] = {
    "invoice.issued": InvoiceIssued,
    "invoice.withdrawn": InvoiceWithdrawn,
    "invoice.approved": InvoiceApproved,
    "invoice.disputed": InvoiceDisputed,
}
TEXTS: Final[dict[str, dict[str, bool]]] = {
    "invoice.issued": {"note": False},
    "invoice.withdrawn": {"note": False},
    "invoice.disputed": {"note": False},
}
