"""Commands about invoices: what a payee asks for, and what the payer says to it."""

import datetime
from collections.abc import Sequence
from typing import Final, cast

import msgspec

from node.act import Draft
from node.commands import fields
from node.commands.answering import (
    addressed,
    find_promise,
    in_state,
    other_coop,
    sum_of,
)
from node.commands.command import Command, Tell, command
from node.commands.fields import Sum
from node.commands.form import (
    Asking,
    Writing,
    books_of,
    coop_or_all,
    own,
    reading,
    writing,
)
from node.errors import UserFault
from node.node import Node
from node.views import ids, ledger, trade
from node.views.books import Books
from node.views.trade import INVOICE_STANDINGS, InvoicePage, InvoiceRow
from protocol.joins.ledger import Promise
from protocol.kinds.fields import Money
from protocol.kinds.invoices import (
    InvoiceApproved,
    InvoiceDisputed,
    InvoiceIssued,
    InvoiceWithdrawn,
)
from protocol.rules.invoices import Invoice
from protocol.rules.reports import LIVE, Report
from protocol.state import Entity, State

#: Days until an invoice is due where nobody says when: what is usual between firms
#: (UK: Late Payment of Commercial Debts Act 1998, section 4).
USUAL_DAYS: Final = 30
_ISSUED: Final = frozenset({"issued"})


class IssueInvoice(Writing, frozen=True, kw_only=True):
    """What is asked for.

    `payer` and `amount` follow from the reports or the promise where they are left
    out: of a promise, what no invoice asks for yet. `due` is in 30 days then.
    """

    payer: str | None = None
    amount: Sum | None = None
    due: str | None = None
    reports: tuple[str, ...] = ()
    promise: str | None = None
    number: str | None = None
    note: str | None = None


class OneInvoice(Asking, frozen=True, kw_only=True):
    """An invoice by its id."""

    invoice: str


class ApproveInvoice(Writing, frozen=True, kw_only=True):
    """An invoice to this co-op."""

    invoice: str


class EndInvoice(Writing, frozen=True, kw_only=True):
    """An invoice, and what is wrong with it."""

    invoice: str
    reason: str | None = None
    note: str | None = None


class ListInvoices(Asking, frozen=True, kw_only=True):
    """Which invoices: of a co-op on either side, of some standings."""

    coop: str | None = None
    standing: tuple[str, ...] = ()


class Invoices(msgspec.Struct, frozen=True, kw_only=True):
    """Invoices, sorted by their ids."""

    invoices: list[InvoiceRow]


# --- the payee's half ---------------------------------------------------------------


async def issue(node: Node, args: IssueInvoice) -> Sequence[Draft]:
    """Ask for a sum."""
    books, names = await reading(node)
    named = [await _report(node, one) for one in args.reports]
    payer = _payer(named)
    if args.payer is not None:
        payer = other_coop(books, names, args.payer, "payer")
    promise = None
    if args.promise is not None:
        promise = await find_promise(books, args.promise, payer=payer, payee=books.coop)
        payer = promise.payer
    if payer is None:
        raise _missing("payer", "the co-op that is to pay", "Alba")
    body = InvoiceIssued(
        amount=await _amount(node, args.amount, named, promise),
        due=_due(node, args.due),
        number=args.number or None,
        payer=payer,
        promise=None if promise is None else promise.source,
        reports=tuple(one.id for one in named),
    )
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("invoice.issued", body, words)]


async def _report(node: Node, written: str) -> Entity:
    """Find a report of one's own that no invoice asks for yet."""
    books, names = await reading(node)
    entity = await ids.find(books, written, ("report",), "reports")
    report = cast("Report", entity.body)
    why = None
    if entity.coop != node.coop:
        why = f"that report is {names.of(entity.coop)}'s"
    elif entity.state not in LIVE:
        why = "that report is withdrawn"
    elif report.invoice is not None:
        why = "an invoice asks for that report already"
    if why is None:
        return entity
    raise UserFault(
        code="report-not-invoiced",
        detail=f"reports: {why}.",
        way_out="`wortley report list` shows yours; `wortley invoice withdraw` frees"
        " the reports of an invoice.",
        field="reports",
        expected="reports of your own that no invoice asks for",
        example="evt_k3fw72qa",
    )


def _payer(named: Sequence[Entity]) -> bytes | None:
    payers = {cast("Report", one.body).receiver for one in named}
    if len(payers) > 1:
        raise UserFault(
            code="report-receiver",
            detail="reports: they are of work for more than one co-op.",
            way_out="Issue an invoice to each.",
            field="reports",
            expected="reports of work for one co-op",
            example="evt_k3fw72qa",
        )
    return next(iter(payers), None)


def _missing(field: str, expected: str, example: str) -> UserFault:
    return UserFault(
        code="field-missing",
        detail=f"{field}: nothing says {expected}.",
        way_out="Name it, or name reports or a promise that it follows from.",
        field=field,
        expected=expected,
        example=example,
    )


async def _amount(
    node: Node, given: Sum | None, named: Sequence[Entity], promise: Promise | None
) -> Money:
    """Take the sum given, else that of the reports, else the rest of the promise."""
    if given is not None:
        return sum_of(node, given)
    amounts = [cast("Report", one.body).amount for one in named]
    known = [one for one in amounts if one is not None]
    if known and len(known) == len(named):
        currencies = {one.currency for one in known}
        if len(currencies) == 1:
            return Money(currencies.pop(), sum(one.amount for one in known))
    if promise is not None and not named:
        return await _rest(books_of(node), promise)
    raise _missing("amount", "how much is asked for", "1234.50")


async def _rest(books: Books, promise: Promise) -> Money:
    """Say how much of a promise no invoice asks for, and no payment answers yet."""
    done = (await trade.load(books)).trade
    between = promise.payer, promise.payee, promise.currency
    asked = sum(
        one.amount
        for one in done.claims
        if one.promise == promise.source
        and (one.payer, one.payee, one.currency) == between
        and one.standing != "withdrawn"
    )
    # What was sent for an invoice is counted with it.
    paid = sum(
        one.sent - one.disputed
        for one in done.settlements
        if one.promise == promise.source
        and one.invoice is None
        and (one.payer, one.payee, one.currency) == between
    )
    left = promise.amount - asked - paid
    if left > 0:
        return Money(promise.currency, left)
    raise UserFault(
        code="promise-asked",
        detail="amount: all of that promise is asked for or paid already.",
        way_out="`wortley invoice list` shows by which invoices; withdraw one, or say"
        " how much more is owed.",
        field="amount",
        expected="how much is asked for",
        example="1234.50",
    )


def _due(node: Node, written: str | None) -> datetime.date:
    if written is not None:
        return fields.day("due", written)
    today = ledger.day_of(node.clock.now_ms())
    return today + datetime.timedelta(days=USUAL_DAYS)


async def withdraw(node: Node, args: EndInvoice) -> Sequence[Draft]:
    """Take an invoice back; its reports may stand in another."""
    entity = await own(books_of(node), args.invoice, "invoice", "invoice")
    in_state(entity, _ISSUED, "Issue another: `wortley invoice issue`.")
    body = InvoiceWithdrawn(
        invoice=entity.id,
        reason=fields.slug_or_none("reason", args.reason),
        reports=cast("Invoice", entity.body).reports,
    )
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("invoice.withdrawn", body, words)]


# --- the payer's half ---------------------------------------------------------------


def _payer_of(body: State) -> bytes | None:
    return body.payer if isinstance(body, Invoice) else None


async def approve(node: Node, args: ApproveInvoice) -> Sequence[Draft]:
    """Agree to owe what an invoice asks for."""
    entity = await _to_answer(node, args.invoice)
    body = InvoiceApproved(
        amount=cast("Invoice", entity.body).amount,
        invoice=entity.id,
        payee=entity.coop,
    )
    return [fields.draft("invoice.approved", body)]


async def dispute(node: Node, args: EndInvoice) -> Sequence[Draft]:
    """Say that it is not owed."""
    entity = await _to_answer(node, args.invoice)
    body = InvoiceDisputed(
        invoice=entity.id,
        payee=entity.coop,
        reason=fields.slug_or_none("reason", args.reason),
    )
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("invoice.disputed", body, words)]


async def _to_answer(node: Node, written: str) -> Entity:
    entity = await addressed(node, written, "invoice", _payer_of)
    in_state(entity, _ISSUED, "There is nothing left to answer.")
    return entity


# --- looking ------------------------------------------------------------------------


async def list_invoices(node: Node, args: ListInvoices, _tell: Tell) -> Invoices:
    """List invoices with how they stand."""
    standing = fields.choices("standing", args.standing, INVOICE_STANDINGS)
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    shelf = await trade.load(books)
    listed = [
        one for one in shelf.trade.claims if trade.concerning(coop, standing, one)
    ]
    return Invoices(invoices=await trade.invoice_rows(books, names, shelf, listed))


async def show_invoice(node: Node, args: OneInvoice, _tell: Tell) -> InvoicePage:
    """Show one invoice with its reports."""
    books, names = await reading(node)
    entity = await ids.find(books, args.invoice, ("invoice",), "invoice")
    return await trade.invoice_page(books, names, entity)


COMMANDS: Final[dict[str, Command]] = {
    "invoice.issue": writing(IssueInvoice, issue),
    "invoice.withdraw": writing(EndInvoice, withdraw),
    "invoice.approve": writing(ApproveInvoice, approve),
    "invoice.dispute": writing(EndInvoice, dispute),
    "invoice.list": command(ListInvoices, list_invoices),
    "invoice.show": command(OneInvoice, show_invoice),
}
