"""Reports, invoices and payments for people, each with what the other co-op says.

What stands between two is the joins' to say; here it gets names, titles and amounts.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, TypeVar

import msgspec

from node import money
from node.money import Amount
from node.views import ids, texts, titles
from node.views.books import Books
from node.views.names import Names
from node.views.promises import MOST, Flow
from protocol import ids as forms
from protocol.joins import trade as joining
from protocol.joins.payments import Claim, Settlement
from protocol.joins.reports import Delivery
from protocol.joins.trade import Trade
from protocol.rules.invoices import Invoice
from protocol.rules.payments import Payment
from protocol.rules.pledges import Pledge
from protocol.rules.reports import Report
from protocol.state import Entity, State

#: Families that a trade is joined of: each thing, and the words on it.
FAMILIES: Final = (
    *("report", "report-answer", "invoice", "invoice-answer"),
    *("payment", "receipt", "netting", "netting-answer"),
)
REPORT_STANDINGS: Final = ("reported", "accepted", "disputed", "stale", "withdrawn")
INVOICE_STANDINGS: Final = ("issued", "approved", "disputed", "withdrawn")
PAYMENT_STANDINGS: Final = ("transit", "received", "disputed", "cancelled")

S = TypeVar("S", bound=State)


class Theme(msgspec.Struct, frozen=True, kw_only=True):
    """A theme and the minutes that served it."""

    theme: str
    minutes: int


class ReportRow(msgspec.Struct, frozen=True, kw_only=True):
    """A work report. `title` is that of what was pledged to."""

    id: str
    short: str
    provider: str
    provider_name: str
    receiver: str
    receiver_name: str
    pledge: str
    pledge_short: str
    title: str
    starts: datetime.date
    ends: datetime.date
    minutes: int
    amount: Amount | None
    themes: list[Theme]
    outcome: str | None
    standing: str
    version: str
    invoice: str | None
    summary: str


class ReportPage(ReportRow, frozen=True, kw_only=True):
    """A report beside its pledge: what was confirmed, and reported of it in all.

    `over` is what the live reports come to beyond what was confirmed; `answer` what
    the receiver writes where it disputes.
    """

    confirmed: int
    reported: int
    over: int
    answer: str


class InvoiceRow(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice. `settled` is what was paid naming it, `note` the payee's words."""

    id: str
    short: str
    payer: str
    payer_name: str
    payee: str
    payee_name: str
    amount: Amount
    settled: Amount
    due: datetime.date
    number: str | None
    promise: str | None
    reports: list[str]
    standing: str
    note: str


class InvoicePage(InvoiceRow, frozen=True, kw_only=True):
    """An invoice with its reports; `answer` is what the payer writes."""

    answer: str
    listed: list[ReportRow]


class PaymentRow(msgspec.Struct, frozen=True, kw_only=True):
    """A payment. `answer` is what the payee writes where it disputes."""

    id: str
    short: str
    payer: str
    payer_name: str
    payee: str
    payee_name: str
    amount: Amount
    settled: Amount
    date: datetime.date
    invoice: str | None
    promise: str | None
    standing: str
    note: str
    answer: str


class Shelf(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was traded, folded and joined."""

    entities: dict[bytes, Entity]
    trade: Trade

    def body(self, entity_id: bytes, kind: type[S]) -> S:
        """Give the body of something that was joined, so that it is there."""
        body = self.entities[entity_id].body
        if not isinstance(body, kind):
            raise TypeError(f"the body of a {type(body).__name__} is another")
        return body


async def load(books: Books) -> Shelf:
    """Read and join all there is."""
    entities = [
        one
        for family in FAMILIES
        for one in await books.state.entities(family, most=MOST)
    ]
    return Shelf(
        entities={one.id: one for one in entities}, trade=joining.trade(entities)
    )


async def of_flows(books: Books, flows: Iterable[Flow]) -> Shelf:
    """Read and join the invoices, payments and nettings of some flows.

    What else is joined with them is more than was asked for, but none of it is missing.
    """
    found: dict[bytes, Entity] = {}
    for payer, payee in flows:
        for family, coop, named in (
            ("invoice", payee, payer),
            ("payment", payer, payee),
            ("netting", None, payer),
        ):
            for one in await books.state.entities(
                family, coop=coop, naming=named, most=MOST
            ):
                found[one.id] = one
    for one in await books.state.referring(list(found)):
        found[one.id] = one
    return Shelf(entities=found, trade=joining.trade(found.values()))


async def one_of(books: Books, entity: Entity) -> Trade:
    """Join a single thing with the words on it."""
    words = await books.state.referring([entity.id])
    return joining.trade([entity, *words])


def event_or_none(value: bytes | None) -> str | None:
    """Write the id of an event that may be missing."""
    return None if value is None else forms.text("evt", value)


async def _notes(
    books: Books, shelf: Shelf, wanted: Iterable[bytes | None]
) -> dict[bytes, str]:
    """Read the words beside entities, by the entity; of those that have any."""
    roles = {
        one: commitment
        for one in wanted
        if one is not None and one in shelf.entities
        for role, commitment in titles.texts_of(shelf.entities[one].body).items()
        if role in {"note", "summary"}
    }
    found = await texts.read(books, roles.values())
    return {
        one: texts.prose(found[commitment])
        for one, commitment in roles.items()
        if commitment in found
    }


# --- reports ------------------------------------------------------------------------


async def report_rows(
    books: Books, names: Names, shelf: Shelf, listed: Sequence[Delivery]
) -> list[ReportRow]:
    """Write reports, in the order given."""
    pledges = await books.state.many({one.pledge for one in listed})
    goals = {
        one: pledge.body.to
        for one, pledge in pledges.items()
        if isinstance(pledge.body, Pledge)
    }
    targets = await books.state.many(set(goals.values()))
    titled = await titles.of(books, targets.values())
    short = await ids.shorts(
        books, [one for each in listed for one in (each.report, each.pledge)]
    )
    notes = await _notes(books, shelf, [one.report for one in listed])
    return [
        _report_row(
            one,
            shelf.body(one.report, Report),
            names,
            short,
            title=titled.get(goals.get(one.pledge, b""), "(not here)"),
            summary=notes.get(one.report, ""),
        )
        for one in listed
    ]


def _report_row(
    one: Delivery,
    body: Report,
    names: Names,
    short: Mapping[bytes, str],
    *,
    title: str,
    summary: str,
) -> ReportRow:
    amount = one.amount
    return ReportRow(
        id=forms.text("evt", one.report),
        short=short[one.report],
        provider=forms.text("coop", one.provider),
        provider_name=names.of(one.provider),
        receiver=forms.text("coop", one.receiver),
        receiver_name=names.of(one.receiver),
        pledge=forms.text("evt", one.pledge),
        pledge_short=short[one.pledge],
        title=title,
        starts=body.starts,
        ends=body.ends,
        minutes=one.minutes,
        amount=None if amount is None else money.write(amount.amount, amount.currency),
        themes=[Theme(theme=theme, minutes=least) for theme, least in one.themes],
        outcome=one.outcome,
        standing=one.standing,
        version=forms.text("evt", body.version),
        invoice=event_or_none(body.invoice),
        summary=summary,
    )


async def report_page(books: Books, names: Names, entity: Entity) -> ReportPage:
    """Show one report."""
    shelf = await load(books)
    listed = shelf.trade.deliveries
    one = next(each for each in listed if each.report == entity.id)
    (row,) = await report_rows(books, names, shelf, [one])
    pledge = await books.state.get(one.pledge)
    bound = (
        pledge.body.confirmed if pledge and isinstance(pledge.body, Pledge) else None
    )
    confirmed = 0 if bound is None else bound.quantity
    reported = sum(
        each.minutes
        for each in listed
        if each.pledge == one.pledge and each.standing != "withdrawn"
    )
    notes = await _notes(books, shelf, [one.answer])
    return ReportPage(
        **msgspec.structs.asdict(row),
        confirmed=confirmed,
        reported=reported,
        over=max(0, reported - confirmed),
        answer=notes.get(one.answer or b"", ""),
    )


# --- invoices -----------------------------------------------------------------------


async def invoice_rows(
    books: Books, names: Names, shelf: Shelf, listed: Sequence[Claim]
) -> list[InvoiceRow]:
    """Write invoices, in the order given."""
    short = await ids.shorts(books, [one.invoice for one in listed])
    notes = await _notes(books, shelf, [one.invoice for one in listed])
    settled: dict[bytes | None, int] = {}
    for paid in shelf.trade.settlements:
        key = paid.invoice
        settled[key] = settled.get(key, 0) + paid.settled
    return [
        _invoice_row(
            one,
            shelf.body(one.invoice, Invoice),
            names,
            short=short[one.invoice],
            settled=settled.get(one.invoice, 0),
            note=notes.get(one.invoice, ""),
        )
        for one in listed
    ]


def _invoice_row(
    one: Claim, body: Invoice, names: Names, *, short: str, settled: int, note: str
) -> InvoiceRow:
    return InvoiceRow(
        id=forms.text("evt", one.invoice),
        short=short,
        payer=forms.text("coop", one.payer),
        payer_name=names.of(one.payer),
        payee=forms.text("coop", one.payee),
        payee_name=names.of(one.payee),
        amount=money.write(one.amount, one.currency),
        settled=money.write(settled, one.currency),
        due=one.due,
        number=body.number,
        promise=event_or_none(body.promise),
        reports=[forms.text("evt", each) for each in body.reports],
        standing=one.standing,
        note=note,
    )


async def invoice_page(books: Books, names: Names, entity: Entity) -> InvoicePage:
    """Show one invoice with its reports."""
    shelf = await load(books)
    one = next(each for each in shelf.trade.claims if each.invoice == entity.id)
    (row,) = await invoice_rows(books, names, shelf, [one])
    wanted = set(shelf.body(one.invoice, Invoice).reports)
    named = [each for each in shelf.trade.deliveries if each.report in wanted]
    notes = await _notes(books, shelf, [one.answer])
    return InvoicePage(
        **msgspec.structs.asdict(row),
        answer=notes.get(one.answer or b"", ""),
        listed=await report_rows(books, names, shelf, named),
    )


# --- payments -----------------------------------------------------------------------


async def payment_rows(
    books: Books, names: Names, shelf: Shelf, listed: Sequence[Settlement]
) -> list[PaymentRow]:
    """Write payments, in the order given."""
    short = await ids.shorts(books, [one.payment for one in listed])
    notes = await _notes(
        books, shelf, [each for one in listed for each in (one.payment, one.receipt)]
    )
    return [
        _payment_row(
            one, shelf.body(one.payment, Payment), names, notes, short[one.payment]
        )
        for one in listed
    ]


def _payment_row(
    one: Settlement, body: Payment, names: Names, notes: Mapping[bytes, str], short: str
) -> PaymentRow:
    return PaymentRow(
        id=forms.text("evt", one.payment),
        short=short,
        payer=forms.text("coop", one.payer),
        payer_name=names.of(one.payer),
        payee=forms.text("coop", one.payee),
        payee_name=names.of(one.payee),
        amount=money.write(body.amount.amount, one.currency),
        settled=money.write(one.settled, one.currency),
        date=one.date,
        invoice=event_or_none(one.invoice),
        promise=event_or_none(one.promise),
        standing=one.standing,
        note=notes.get(one.payment, ""),
        answer=notes.get(one.receipt or b"", ""),
    )


def concerning(
    coop: bytes | None, standing: Collection[str], one: Delivery | Claim | Settlement
) -> bool:
    """Tell whether something is between a co-op and another, and stands so."""
    if isinstance(one, Delivery):
        parties = (one.provider, one.receiver)
    else:
        parties = (one.payer, one.payee)
    return (coop is None or coop in parties) and (
        not standing or one.standing in standing
    )
