"""What other co-ops make of reports, invoices, payments, nettings and mediations."""

from typing import Final

from node.views import mediations, texts, titles, trade
from node.views.books import Books
from node.views.names import Names
from node.views.names import listed as joined_names
from node.views.titles import quantity
from protocol.joins.agreeing import SetOff
from protocol.joins.payments import Claim, Settlement
from protocol.joins.reports import Delivery
from protocol.kinds.invoices import InvoiceApproved, InvoiceDisputed
from protocol.kinds.mediations import (
    MediationAccepted,
    MediationAgreed,
    MediationEnded,
)
from protocol.kinds.nettings import NettingAgreed, NettingDeclined
from protocol.kinds.payments import PaymentDisputed, PaymentReceived
from protocol.kinds.reports import ReportAccepted, ReportDisputed
from protocol.rules import invoices, nettings, payments, reports
from protocol.rules.invoices import InvoiceAnswer
from protocol.rules.mediations import Mediation, mediation_id
from protocol.rules.nettings import NettingAnswer
from protocol.rules.payments import Receipt
from protocol.rules.reports import ReportAnswer
from protocol.state import Entity, State

_REPORTS: Final = {
    "reported": "{receiver} has not answered yet.",
    "accepted": "{receiver} has accepted it.",
    "disputed": "{receiver} disputes it.",
    "stale": "{receiver} has answered another version of it, and not this one.",
    "withdrawn": "{provider} has withdrawn it.",
}
_INVOICES: Final = {
    "issued": "{payer} has not objected: it is owed.",
    "approved": "{payer} has approved it: it is owed.",
    "disputed": "{payer} disputes it: it does not count as owed.",
    "withdrawn": "{payee} has withdrawn it.",
}
_PAYMENTS: Final = {
    "transit": "{payee} has not said yet that it came: it is in transit.",
    "received": "{payee} has received {settled}, which is settled.",
    "disputed": "{payee} says that it did not come: nothing of it is settled.",
    "cancelled": "{payer} has cancelled it.",
}


def answered(body: State) -> bytes | None:
    """Name what an answer is on; None for what is no answer of trade."""
    match body:
        case ReportAnswer():
            return body.report
        case InvoiceAnswer():
            return body.invoice
        case Receipt():
            return body.payment
        case NettingAnswer():
            return body.netting
        case Mediation():
            return body.about
        case _:
            return None


def set_by(coop: bytes, body: object) -> list[bytes]:
    """Name the entity with a derived id that an event of trade sets."""
    match body:
        case ReportAccepted() | ReportDisputed():
            return [reports.answer_id(coop, body.report)]
        case InvoiceApproved() | InvoiceDisputed():
            return [invoices.answer_id(coop, body.invoice)]
        case PaymentReceived() | PaymentDisputed():
            return [payments.receipt_id(coop, body.payment)]
        case MediationAgreed() | MediationAccepted() | MediationEnded():
            return [mediation_id(coop, body.about)]
        case NettingAgreed() | NettingDeclined():
            return [nettings.answer_id(coop, body.netting)]
        case _:
            return []


async def joins(books: Books, names: Names, entity: Entity) -> list[str]:
    """Say how something stands between co-ops; nothing of what is not of trade."""
    body = entity.body
    if isinstance(body, Mediation):
        return await _mediations(books, names, body.about)
    target = answered(body)
    if target is not None:
        found = await books.state.get(target)
        if found is None or entity.ref != found.id:
            return ["What it answers is not here."]
        entity = found
    if entity.family not in trade.FAMILIES:
        return []
    done = await trade.one_of(books, entity)
    sentences = [
        *(_report(names, one) for one in done.deliveries),
        *(_invoice(names, one) for one in done.claims),
        *(_payment(names, one) for one in done.settlements),
        *(_netting(names, one) for one in done.nettings),
    ]
    words = [one.answer for one in done.deliveries]
    words += [one.answer for one in done.claims]
    words += [one.receipt for one in done.settlements]
    return sentences + await _notes(books, names, [one for one in words if one])


def _report(names: Names, one: Delivery) -> str:
    sentence = _REPORTS[one.standing].format(
        provider=names.of(one.provider), receiver=names.of(one.receiver)
    )
    return f"{sentence} ({one.standing})"


def _invoice(names: Names, one: Claim) -> str:
    sentence = _INVOICES[one.standing].format(
        payer=names.of(one.payer), payee=names.of(one.payee)
    )
    return f"{sentence} ({one.standing})"


def _payment(names: Names, one: Settlement) -> str:
    sentence = _PAYMENTS[one.standing].format(
        payer=names.of(one.payer),
        payee=names.of(one.payee),
        settled=quantity(one.settled, one.currency),
    )
    return f"{sentence} ({one.standing})"


def _netting(names: Names, one: SetOff) -> str:
    if not one.missing:
        return "All have agreed: what it says is set off. (effective)"
    missing = joined_names(names.of(each) for each in one.missing)
    if not one.declined:
        return f"The word of {missing} is missing. (open)"
    declined = joined_names(names.of(each) for each in one.declined)
    return f"{declined} declined it; the word of {missing} is missing. (declined)"


async def _notes(books: Books, names: Names, words: list[bytes]) -> list[str]:
    found = []
    for entity in (await books.state.many(words)).values():
        roles = await texts.of_roles(books, titles.texts_of(entity.body))
        if note := roles.get("note"):
            found.append(f"{names.of(entity.coop)}: {note}")
    return found


async def _mediations(books: Books, names: Names, about: bytes) -> list[str]:
    found = []
    for one in await mediations.load(books):
        if one.about != about:
            continue
        parties = joined_names(names.of(each) for each in one.parties)
        sentence = f"{names.of(one.mediator)} between {parties}: {one.standing}"
        if one.missing and one.standing == "open":
            missing = joined_names(names.of(each) for each in one.missing)
            sentence += f"; the word of {missing} is missing"
        found.append(f"{sentence}.")
    return found
