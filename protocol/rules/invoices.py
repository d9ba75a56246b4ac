"""Law of invoices and the payer's word on them (SPEC 9.32).

    invoice         issued ── withdrawn
    invoice-answer  (one per invoice)  approved · disputed

An own report stands in one live invoice at most, and only in one to its receiver.
"""

from typing import Final

import msgspec

from protocol.ids import CoopId, entity_id
from protocol.kinds.fields import Date, Money
from protocol.kinds.invoices import (
    InvoiceApproved,
    InvoiceDisputed,
    InvoiceIssued,
    InvoiceWithdrawn,
    Reports,
)
from protocol.rules import reports
from protocol.rules.place import At, Rule, Verdict, nothing, opening, rule, words
from protocol.rules.reports import REPORT_GONE, REPORT_UNKNOWN, Report
from protocol.rules.sums import check_owed, check_sum
from protocol.state import Entity, Slice, State, find
from protocol.verdicts import Reason, Void

REPORT_INVOICED: Final = Reason(
    "report-invoiced", "A live invoice asks for one of its reports already"
)
REPORT_RECEIVER: Final = Reason(
    "report-receiver", "One of its reports is of work for another co-op than the payer"
)
INVOICE_UNKNOWN: Final = Reason(
    "invoice-unknown", "This log holds no invoice of that id"
)
INVOICE_GONE: Final = Reason("invoice-gone", "The invoice is withdrawn already")
INVOICE_REPORTS: Final = Reason(
    "invoice-reports", "The invoice asks for other reports than those named"
)
REASONS: Final = (
    REPORT_INVOICED,
    REPORT_RECEIVER,
    INVOICE_UNKNOWN,
    INVOICE_GONE,
    INVOICE_REPORTS,
)


INVOICE_MOVES: Final[dict[str, frozenset[str]]] = {
    "issued": frozenset({"withdrawn"}),
    "withdrawn": frozenset(),
}


class Invoice(State, frozen=True, kw_only=True):
    """What the payee asks for, by when, for which of its reports or which promise."""

    amount: Money
    due: Date
    number: str | None = None
    payer: bytes
    promise: bytes | None = None
    reports: Reports = ()
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)


class InvoiceAnswer(State, frozen=True, kw_only=True):
    """The last word of this log on an invoice; the amount where it approves."""

    amount: Money | None = None
    invoice: bytes
    payee: bytes
    reason: str | None = None
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)


def answer_id(coop: bytes, invoice: bytes) -> bytes:
    """Name the one word of a co-op on an invoice."""
    return entity_id(CoopId(coop), "invoice-answer", invoice)


def issued(slice_: Slice, at: At, body: InvoiceIssued) -> Verdict:
    """Ask for a sum, and mark the reports that it is for."""
    if wrong := check_owed(at.coop, body.payer, body.amount):
        return wrong
    marked: dict[bytes, Entity] = {}
    for one in body.reports:
        found = _to_invoice(slice_, one, body.payer)
        if isinstance(found, Void):
            return found
        if one in marked:
            return REPORT_INVOICED()
        marked[one] = _mark(*found, invoice=at.id)
    invoice = Invoice(
        amount=body.amount,
        due=body.due,
        number=body.number,
        payer=body.payer,
        promise=body.promise,
        reports=body.reports,
        texts=words(at),
    )
    return (
        *marked.values(),
        opening(at, "invoice", "issued", invoice, ref=body.promise),
    )


def _to_invoice(
    slice_: Slice, report: bytes, payer: bytes
) -> tuple[Entity, Report] | Void:
    found = find(slice_, report, Report)
    if found is None:
        return REPORT_UNKNOWN()
    entity, body = found
    if entity.state not in reports.LIVE:
        return REPORT_GONE()
    if body.receiver != payer:
        return REPORT_RECEIVER()
    return REPORT_INVOICED() if body.invoice is not None else found


def _mark(entity: Entity, report: Report, *, invoice: bytes | None) -> Entity:
    after = msgspec.structs.replace(report, invoice=invoice)
    return msgspec.structs.replace(entity, body=after)


def withdrawn(slice_: Slice, _at: At, body: InvoiceWithdrawn) -> Verdict:
    """Take an invoice back; its reports may stand in another."""
    found = find(slice_, body.invoice, Invoice)
    if found is None:
        return INVOICE_UNKNOWN()
    entity, invoice = found
    if "withdrawn" not in INVOICE_MOVES[entity.state]:
        return INVOICE_GONE()
    if body.reports != invoice.reports:
        return INVOICE_REPORTS()
    freed = [
        _mark(*report, invoice=None)
        for one in invoice.reports
        if (report := find(slice_, one, Report)) is not None
    ]
    return (*freed, msgspec.structs.replace(entity, state="withdrawn"))


def approved(_slice: Slice, at: At, body: InvoiceApproved) -> Verdict:
    """Agree to owe what somebody's invoice asks for."""
    if wrong := check_sum(body.amount):
        return wrong
    answer = InvoiceAnswer(amount=body.amount, invoice=body.invoice, payee=body.payee)
    return (_answer(at, "approved", answer),)


def disputed(_slice: Slice, at: At, body: InvoiceDisputed) -> Verdict:
    """Say that it is not owed."""
    answer = InvoiceAnswer(
        invoice=body.invoice, payee=body.payee, reason=body.reason, texts=words(at)
    )
    return (_answer(at, "disputed", answer),)


def _answer(at: At, state: str, body: InvoiceAnswer) -> Entity:
    named = msgspec.structs.replace(at, id=answer_id(at.coop, body.invoice))
    return opening(named, "invoice-answer", state, body, ref=body.invoice)


def issued_entities(_at: At, body: InvoiceIssued) -> tuple[bytes, ...]:
    """Name the entities to load: the reports."""
    return body.reports


def withdrawn_entities(_at: At, body: InvoiceWithdrawn) -> tuple[bytes, ...]:
    """Name the entities to load: the invoice and its reports."""
    return (body.invoice, *body.reports)


RULES: Final[dict[str, Rule]] = {
    "invoice.issued": rule(InvoiceIssued, issued, issued_entities),
    "invoice.withdrawn": rule(InvoiceWithdrawn, withdrawn, withdrawn_entities),
    "invoice.approved": rule(InvoiceApproved, approved, nothing),
    "invoice.disputed": rule(InvoiceDisputed, disputed, nothing),
}
FAMILIES: Final[dict[str, type[State]]] = {
    "invoice": Invoice,
    "invoice-answer": InvoiceAnswer,
}
