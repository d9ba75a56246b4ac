"""Reports, invoices, payments, mediation, netting: forms of 8.30 on, law of 9.30 on."""

from itertools import pairwise

from tests.reference.forms import (
    CURRENCY,
    DATE,
    FOREIGN,
    ID,
    MONEY,
    OPTIONAL,
    QUANTITY,
    REQUIRED,
    SLUG,
    Body,
    Check,
    Entity,
    Event,
    Kind,
    Log,
    array,
    derived,
    entity_body,
    fields,
    need,
    row,
    window,
)

TERMS = {
    "amount": (MONEY, OPTIONAL),
    "ends": (DATE, REQUIRED),
    "minutes": (QUANTITY, REQUIRED),
    "outcome": (SLUG, OPTIONAL),
    "starts": (DATE, REQUIRED),
    "themes": (array(row(SLUG, QUANTITY), 5), []),
}
MADE = fields(
    TERMS
    | {
        "acceptance": (ID, REQUIRED),
        "pledge": (ID, REQUIRED),
        "receiver": (ID, REQUIRED),
    }
)
CORRECTED = fields(TERMS | {"report": (ID, REQUIRED)})
REPORTS: tuple[Check, object] = (array(ID, 40), [])
ISSUED = fields(
    {
        "amount": (MONEY, REQUIRED),
        "due": (DATE, REQUIRED),
        "number": (FOREIGN, OPTIONAL),
        "payer": (ID, REQUIRED),
        "promise": (ID, OPTIONAL),
        "reports": REPORTS,
    }
)
SENT = fields(
    {
        "amount": (MONEY, REQUIRED),
        "date": (DATE, REQUIRED),
        "invoice": (ID, OPTIONAL),
        "payee": (ID, REQUIRED),
        "promise": (ID, OPTIONAL),
    }
)
PARTIES = (array(ID, 12), REQUIRED)
ENTRIES = array(row(ID, ID, QUANTITY), 60)


def ids(*names: str, **more: tuple[Check, object]) -> Check:
    """Make the check of required ids and whatever more."""
    return fields(dict.fromkeys(names, (ID, REQUIRED)) | more)


AMOUNT = (MONEY, REQUIRED)
REASON = (SLUG, OPTIONAL)


def check_sum(body: Body) -> None:
    need("amount" not in body or body["amount"][1] > 0, "sum-nothing")


def said(log: Log, event: Event, family: str, key: bytes, state: str) -> list[Entity]:
    """Give the one word of this log on a thing: the event's fields and texts."""
    body = entity_body(event.body, texts=event.words())
    return [Entity(derived(log.coop, family, key), family, state, event.block, body)]


# -- work reports ----------------------------------------------------------------------


def check_terms(body: Body) -> None:
    window(body)
    check_sum(body)
    themes = [theme for theme, _ in body.get("themes", [])]
    need(len(set(themes)) == len(themes), "theme-twice")
    total = sum(minutes for _, minutes in body.get("themes", []))
    need(total <= body["minutes"], "theme-sums")


def live_report(log: Log, report: bytes) -> Entity:
    entity = log.find("report", report, "report-unknown")
    need(entity.state != "withdrawn", "report-gone")
    return entity


def report_made(log: Log, event: Event) -> list[Entity]:
    body = event.body
    check_terms(body)
    pledge = log.find("pledge", body["pledge"], "pledge-unknown")
    need(pledge.body["unit"] == "minutes", "pledge-money")
    need("confirmed" in pledge.body, "pledge-unconfirmed")
    need(body["receiver"] == pledge.body["owner"], "pledge-taker")
    acceptance = pledge.body["confirmed"]["acceptance"]
    need(body["acceptance"] == acceptance, "pledge-acceptance")
    kept = entity_body(body | {"version": event.id}, texts=event.words())
    return [Entity(event.id, "report", "reported", event.block, kept)]


def report_corrected(log: Log, event: Event) -> list[Entity]:
    check_terms(event.body)
    report = live_report(log, event.body["report"])
    stay = ("acceptance", "invoice", "pledge", "receiver")
    kept = {name: report.body[name] for name in stay if name in report.body}
    terms = {name: item for name, item in event.body.items() if name != "report"}
    texts = report.body.get("texts", {}) | event.words()
    kept = entity_body(kept | terms | {"version": event.id}, texts=texts)
    return [Entity(report.id, "report", "corrected", event.block, kept)]


def report_withdrawn(log: Log, event: Event) -> list[Entity]:
    return [live_report(log, event.body["report"])._replace(state="withdrawn")]


def report_accepted(log: Log, event: Event) -> list[Entity]:
    check_sum(event.body)
    return said(log, event, "report-answer", event.body["report"], "accepted")


def report_disputed(log: Log, event: Event) -> list[Entity]:
    return said(log, event, "report-answer", event.body["report"], "disputed")


# -- invoices --------------------------------------------------------------------------


def with_invoice(report: Entity, invoice: bytes | None) -> Entity:
    rest = {name: item for name, item in report.body.items() if name != "invoice"}
    return report._replace(body=entity_body(rest, invoice=invoice))


def invoice_issued(log: Log, event: Event) -> list[Entity]:
    body = event.body
    need(body["payer"] != log.coop, "party-self")
    check_sum(body)
    marked: dict[bytes, Entity] = {}
    for one in body.get("reports", []):
        report = live_report(log, one)
        need(report.body["receiver"] == body["payer"], "report-receiver")
        need("invoice" not in report.body and one not in marked, "report-invoiced")
        marked[one] = with_invoice(report, event.id)
    kept = entity_body(body, texts=event.words())
    return [*marked.values(), Entity(event.id, "invoice", "issued", event.block, kept)]


def invoice_withdrawn(log: Log, event: Event) -> list[Entity]:
    invoice = log.find("invoice", event.body["invoice"], "invoice-unknown")
    need(invoice.state == "issued", "invoice-gone")
    reports = invoice.body.get("reports", [])
    need(event.body.get("reports", []) == reports, "invoice-reports")
    freed = [with_invoice(log.find("report", one, ""), None) for one in reports]
    return [*freed, invoice._replace(state="withdrawn")]


def invoice_approved(log: Log, event: Event) -> list[Entity]:
    check_sum(event.body)
    return said(log, event, "invoice-answer", event.body["invoice"], "approved")


def invoice_disputed(log: Log, event: Event) -> list[Entity]:
    return said(log, event, "invoice-answer", event.body["invoice"], "disputed")


# -- payments --------------------------------------------------------------------------


def payment_sent(log: Log, event: Event) -> list[Entity]:
    need(event.body["payee"] != log.coop, "party-self")
    check_sum(event.body)
    kept = entity_body(event.body, texts=event.words())
    return [Entity(event.id, "payment", "sent", event.block, kept)]


def live_payment(log: Log, event: Event) -> Entity:
    payment = log.find("payment", event.body["payment"], "payment-unknown")
    need(payment.state == "sent", "payment-gone")
    return payment


def payment_corrected(log: Log, event: Event) -> list[Entity]:
    check_sum(event.body)
    payment = live_payment(log, event)
    texts = payment.body.get("texts", {}) | event.words()
    kept = payment.body | {"amount": event.body["amount"]}
    return [payment._replace(body=entity_body(kept, texts=texts))]


def payment_cancelled(log: Log, event: Event) -> list[Entity]:
    return [live_payment(log, event)._replace(state="cancelled")]


def payment_received(log: Log, event: Event) -> list[Entity]:
    check_sum(event.body)
    return said(log, event, "receipt", event.body["payment"], "received")


def payment_disputed(log: Log, event: Event) -> list[Entity]:
    return said(log, event, "receipt", event.body["payment"], "disputed")


# -- mediation and netting -------------------------------------------------------------


def half(log: Log, event: Event, mediator: bytes) -> Entity:
    parties = event.body["parties"]
    need(len(parties) > 1, "parties-few")
    need(parties == sorted(set(parties)), "parties-order")
    need(mediator not in parties, "mediator-party")
    about = event.body["about"]
    body = {"about": about, "mediator": mediator, "parties": parties}
    kept = entity_body(body, texts=event.words())
    key = derived(log.coop, "mediation", about)
    return Entity(key, "mediation", "agreed", event.block, kept)


def mediation_agreed(log: Log, event: Event) -> list[Entity]:
    made = half(log, event, event.body["mediator"])
    need(log.coop in event.body["parties"], "parties-own")
    return [made]


def mediation_accepted(log: Log, event: Event) -> list[Entity]:
    return [half(log, event, log.coop)]


def mediation_ended(log: Log, event: Event) -> list[Entity]:
    key = derived(log.coop, "mediation", event.body["about"])
    found = log.find("mediation", key, "mediation-unknown")
    need(found.state == "agreed", "mediation-over")
    return [found._replace(state="ended")]


def netting_proposed(_log: Log, event: Event) -> list[Entity]:
    entries = event.body["entries"]
    need(entries, "netting-empty")
    need(all(debtor != creditor for debtor, creditor, _ in entries), "party-self")
    pairs = [entry[:2] for entry in entries]
    rising = all(one < after for one, after in pairwise(pairs))
    need(rising, "netting-order")
    for coop in {pair[0] for pair in pairs} | {pair[1] for pair in pairs}:
        off = sum(amount for debtor, _, amount in entries if debtor == coop)
        up = sum(amount for _, creditor, amount in entries if creditor == coop)
        need(off == up, "netting-unbalanced")
    kept = entity_body(event.body, texts=event.words())
    return [Entity(event.id, "netting", "proposed", event.block, kept)]


def not_bound(log: Log, event: Event) -> None:
    key = derived(log.coop, "netting-answer", event.body["netting"])
    former = log.get("netting-answer", key)
    need(former is None or former.state != "agreed", "netting-bound")


def netting_agreed(log: Log, event: Event) -> list[Entity]:
    check_sum(event.body)
    not_bound(log, event)
    return said(log, event, "netting-answer", event.body["netting"], "agreed")


def netting_declined(log: Log, event: Event) -> list[Entity]:
    not_bound(log, event)
    return said(log, event, "netting-answer", event.body["netting"], "declined")


NOTE = ("note",)
TRADE = {
    "report.made": Kind(MADE, report_made, ("summary",)),
    "report.corrected": Kind(CORRECTED, report_corrected, ("summary",)),
    "report.withdrawn": Kind(ids("report", reason=REASON), report_withdrawn, NOTE),
    "report.accepted": Kind(
        ids(
            *("provider", "report", "version"),
            amount=(MONEY, OPTIONAL),
            minutes=(QUANTITY, REQUIRED),
        ),
        report_accepted,
    ),
    "report.disputed": Kind(
        ids("provider", "report", "version", reason=REASON), report_disputed, NOTE
    ),
    "invoice.issued": Kind(ISSUED, invoice_issued, NOTE),
    "invoice.withdrawn": Kind(
        ids("invoice", reason=REASON, reports=REPORTS), invoice_withdrawn, NOTE
    ),
    "invoice.approved": Kind(ids("invoice", "payee", amount=AMOUNT), invoice_approved),
    "invoice.disputed": Kind(
        ids("invoice", "payee", reason=REASON), invoice_disputed, NOTE
    ),
    "payment.sent": Kind(SENT, payment_sent, NOTE),
    "payment.corrected": Kind(ids("payment", amount=AMOUNT), payment_corrected, NOTE),
    "payment.cancelled": Kind(ids("payment", reason=REASON), payment_cancelled, NOTE),
    "payment.received": Kind(ids("payer", "payment", amount=AMOUNT), payment_received),
    "payment.disputed": Kind(
        ids("payer", "payment", reason=REASON), payment_disputed, NOTE
    ),
    "mediation.agreed": Kind(
        ids("about", "mediator", parties=PARTIES), mediation_agreed, NOTE
    ),
    "mediation.accepted": Kind(ids("about", parties=PARTIES), mediation_accepted, NOTE),
    "mediation.ended": Kind(ids("about", reason=REASON), mediation_ended, NOTE),
    "netting.proposed": Kind(
        fields({"currency": (CURRENCY, REQUIRED), "entries": (ENTRIES, REQUIRED)}),
        netting_proposed,
        NOTE,
    ),
    "netting.agreed": Kind(ids("netting", "proposer", amount=AMOUNT), netting_agreed),
    "netting.declined": Kind(
        ids("netting", "proposer", reason=REASON), netting_declined, NOTE
    ),
}
