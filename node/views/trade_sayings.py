"""What events of trade say, in one line: reports, invoices, payments, nettings."""

from typing import Final

from node.views.phrases import Called, Saying, evt, reason, says, says_of, total
from node.views.titles import quantity
from protocol.kinds import invoices, mediations, nettings, payments, reports
from protocol.kinds.fields import Money


def _work(minutes: int, amount: Money | None) -> str:
    worth = f" worth {total(amount)}" if amount else ""
    return f"{quantity(minutes, 'minutes')}{worth}"


def _made(body: reports.ReportMade) -> str:
    return (
        f"reports {_work(body.minutes, body.amount)} of the pledge"
        f" {evt(body.pledge)}, from {body.starts} to {body.ends}"
    )


def _corrected(body: reports.ReportCorrected) -> str:
    return (
        f"corrects the report {evt(body.report)} to"
        f" {_work(body.minutes, body.amount)}, from {body.starts} to {body.ends}"
    )


def _withdrawn(body: reports.ReportWithdrawn) -> str:
    return f"withdraws the report {evt(body.report)}{reason(body.reason)}"


def _accepted(body: reports.ReportAccepted) -> str:
    return (
        f"accepts {_work(body.minutes, body.amount)} of the report {evt(body.report)}"
    )


def _disputed(body: reports.ReportDisputed) -> str:
    return f"disputes the report {evt(body.report)}{reason(body.reason)}"


def _issued(body: invoices.InvoiceIssued, called: Called) -> str:
    number = f" ({body.number})" if body.number else ""
    return f"asks {called(body.payer)} for {total(body.amount)}, due {body.due}{number}"


def _invoice_gone(body: invoices.InvoiceWithdrawn) -> str:
    return f"withdraws the invoice {evt(body.invoice)}{reason(body.reason)}"


def _approved(body: invoices.InvoiceApproved) -> str:
    return f"agrees to owe {total(body.amount)} of the invoice {evt(body.invoice)}"


def _invoice_disputed(body: invoices.InvoiceDisputed) -> str:
    return f"disputes the invoice {evt(body.invoice)}{reason(body.reason)}"


def _sent(body: payments.PaymentSent, called: Called) -> str:
    named = body.invoice or body.promise
    what = f" for {evt(named)}" if named else ""
    return f"sent {total(body.amount)} to {called(body.payee)} on {body.date}{what}"


def _payment_corrected(body: payments.PaymentCorrected) -> str:
    return f"corrects the payment {evt(body.payment)} to {total(body.amount)}"


def _cancelled(body: payments.PaymentCancelled) -> str:
    return f"cancels the payment {evt(body.payment)}{reason(body.reason)}"


def _received(body: payments.PaymentReceived) -> str:
    return f"received {total(body.amount)} of the payment {evt(body.payment)}"


def _payment_disputed(body: payments.PaymentDisputed) -> str:
    return f"disputes the payment {evt(body.payment)}{reason(body.reason)}"


def _mediation(body: mediations.MediationAgreed, called: Called) -> str:
    return (
        f"agrees on {called(body.mediator)} as mediator between"
        f" {len(body.parties)} parties about {evt(body.about)}"
    )


def _willing(body: mediations.MediationAccepted) -> str:
    return f"mediates between {len(body.parties)} parties about {evt(body.about)}"


def _ended(body: mediations.MediationEnded) -> str:
    return (
        f"ends its part of the mediation about {evt(body.about)}{reason(body.reason)}"
    )


def _proposed(body: nettings.NettingProposed) -> str:
    off = quantity(sum(amount for *_, amount in body.entries), body.currency)
    return f"proposes to set {off} off, in {len(body.entries)} entries"


def _agreed(body: nettings.NettingAgreed) -> str:
    return f"agrees to set {total(body.amount)} off in the netting {evt(body.netting)}"


def _declined(body: nettings.NettingDeclined) -> str:
    return f"declines the netting {evt(body.netting)}{reason(body.reason)}"


SAYINGS: Final[dict[str, Saying]] = {
    "report.made": says(reports.ReportMade, _made),
    "report.corrected": says(reports.ReportCorrected, _corrected),
    "report.withdrawn": says(reports.ReportWithdrawn, _withdrawn),
    "report.accepted": says(reports.ReportAccepted, _accepted),
    "report.disputed": says(reports.ReportDisputed, _disputed),
    "invoice.issued": says_of(invoices.InvoiceIssued, _issued),
    "invoice.withdrawn": says(invoices.InvoiceWithdrawn, _invoice_gone),
    "invoice.approved": says(invoices.InvoiceApproved, _approved),
    "invoice.disputed": says(invoices.InvoiceDisputed, _invoice_disputed),
    "payment.sent": says_of(payments.PaymentSent, _sent),
    "payment.corrected": says(payments.PaymentCorrected, _payment_corrected),
    "payment.cancelled": says(payments.PaymentCancelled, _cancelled),
    "payment.received": says(payments.PaymentReceived, _received),
    "payment.disputed": says(payments.PaymentDisputed, _payment_disputed),
    "mediation.agreed": says_of(mediations.MediationAgreed, _mediation),
    "mediation.accepted": says(mediations.MediationAccepted, _willing),
    "mediation.ended": says(mediations.MediationEnded, _ended),
    "netting.proposed": says(nettings.NettingProposed, _proposed),
    "netting.agreed": says(nettings.NettingAgreed, _agreed),
    "netting.declined": says(nettings.NettingDeclined, _declined),
}
