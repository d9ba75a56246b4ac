"""Commands about payments: one says that it sent, the other that it came."""

from collections.abc import Sequence
from typing import Final, cast

import msgspec

from node.act import Draft
from node.commands import fields
from node.commands.answering import (
    addressed,
    find_promise,
    in_currency,
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
from node.views.names import Names
from node.views.trade import PAYMENT_STANDINGS, PaymentRow
from protocol.joins.ledger import Promise
from protocol.joins.payments import Claim, Settlement
from protocol.kinds.fields import Money
from protocol.kinds.payments import (
    PaymentCancelled,
    PaymentCorrected,
    PaymentDisputed,
    PaymentReceived,
    PaymentSent,
)
from protocol.rules.payments import Payment
from protocol.state import Entity, State

_SENT: Final = frozenset({"sent"})


class SendPayment(Writing, frozen=True, kw_only=True):
    """Money that this co-op has sent.

    With an invoice or a promise, payee and amount follow from it where they are left
    out: what of it no payment has settled yet. `date` is today then.
    """

    payee: str | None = None
    amount: Sum | None = None
    date: str | None = None
    invoice: str | None = None
    promise: str | None = None
    note: str | None = None


class CorrectPayment(Writing, frozen=True, kw_only=True):
    """A payment of one's own, and the sum that it really was."""

    payment: str
    amount: Sum
    note: str | None = None


class EndPayment(Writing, frozen=True, kw_only=True):
    """A payment, and what is wrong with it."""

    payment: str
    reason: str | None = None
    note: str | None = None


class ReceivePayment(Writing, frozen=True, kw_only=True):
    """A payment to this co-op, and how much came: all of it where not said."""

    payment: str
    amount: Sum | None = None


class ListPayments(Asking, frozen=True, kw_only=True):
    """Which payments: of a co-op on either side, of some standings."""

    coop: str | None = None
    standing: tuple[str, ...] = ()


class Payments(msgspec.Struct, frozen=True, kw_only=True):
    """Payments, sorted by their ids."""

    payments: list[PaymentRow]


# --- the payer's half ---------------------------------------------------------------


async def send(node: Node, args: SendPayment) -> Sequence[Draft]:
    """Say that money was sent."""
    books, names = await reading(node)
    claim = None
    if args.invoice is not None:
        claim = await _claim(books, args.invoice)
    payee = None if claim is None else claim.payee
    if args.payee is not None:
        payee = other_coop(books, names, args.payee, "payee")
    if claim is not None and (claim.payer, claim.payee) != (books.coop, payee):
        raise _another(names, claim)
    promise = None
    if args.promise is not None:
        promise = await find_promise(books, args.promise, payer=books.coop, payee=payee)
        payee = promise.payee
    if payee is None:
        raise _missing("payee", "the co-op that it was sent to", "Alba")
    if args.amount is not None:
        amount = sum_of(node, args.amount)
    else:
        amount = await _left(books, claim, promise)
    body = PaymentSent(
        amount=amount,
        date=ledger.day_of(node.clock.now_ms())
        if args.date is None
        else fields.day("date", args.date),
        invoice=None if claim is None else claim.invoice,
        payee=payee,
        promise=None if promise is None else promise.source,
    )
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("payment.sent", body, words)]


async def _claim(books: Books, written: str) -> Claim:
    entity = await ids.find(books, written, ("invoice",), "invoice")
    (claim,) = (await trade.one_of(books, entity)).claims
    return claim


async def _left(books: Books, claim: Claim | None, promise: Promise | None) -> Money:
    """Say what is left to send of an invoice, or else of a promise.

    What was set off is not left, nor what is on its way.
    """
    read = await ledger.load(books)
    found = []
    if claim is not None:
        paid = [one for one in read.shelf.trade.settlements if _is_for(one, claim)]
        sent = sum(one.sent - one.disputed for one in paid)
        found.append(Money(claim.currency, claim.amount - sent))
    named = promise.source if claim is None and promise is not None else None
    found += ledger.left(read, claim.invoice if claim is not None else named)
    amount = min(found, key=lambda one: one.amount, default=None)
    if amount is None or amount.amount <= 0:
        raise _missing("amount", "how much was sent", "1234.50")
    return amount


def _is_for(paid: Settlement, claim: Claim) -> bool:
    return paid.invoice == claim.invoice and (
        paid.payer,
        paid.payee,
        paid.currency,
    ) == (claim.payer, claim.payee, claim.currency)


def _another(names: Names, claim: Claim) -> UserFault:
    asks = f"{names.of(claim.payee)} asks {names.of(claim.payer)}"
    return UserFault(
        code="invoice-other",
        detail=f"invoice: with that one, {asks} for money.",
        way_out="`wortley invoice list` shows who asks whom.",
        field="invoice",
        expected="an invoice of the payee to this co-op",
        example="evt_k3fw72qa",
    )


def _missing(field: str, expected: str, example: str) -> UserFault:
    return UserFault(
        code="field-missing",
        detail=f"{field}: nothing says {expected}.",
        way_out="Name it, or an invoice or promise that still has to be paid.",
        field=field,
        expected=expected,
        example=example,
    )


async def correct(node: Node, args: CorrectPayment) -> Sequence[Draft]:
    """Say that it was another sum."""
    entity = await _own_sent(node, args.payment)
    body = PaymentCorrected(amount=sum_of(node, args.amount), payment=entity.id)
    words = fields.words(note=args.note)
    return [fields.draft("payment.corrected", body, words)]


async def cancel(node: Node, args: EndPayment) -> Sequence[Draft]:
    """Say that it was not sent after all."""
    entity = await _own_sent(node, args.payment)
    body = PaymentCancelled(
        payment=entity.id, reason=fields.slug_or_none("reason", args.reason)
    )
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("payment.cancelled", body, words)]


async def _own_sent(node: Node, written: str) -> Entity:
    entity = await own(books_of(node), written, "payment", "payment")
    in_state(entity, _SENT, "Say what was sent instead: `wortley payment send`.")
    return entity


# --- the payee's half ---------------------------------------------------------------


def _payee_of(body: State) -> bytes | None:
    return body.payee if isinstance(body, Payment) else None


async def receive(node: Node, args: ReceivePayment) -> Sequence[Draft]:
    """Say that it came, and how much of it."""
    entity = await _to_answer(node, args.payment)
    amount = cast("Payment", entity.body).amount
    if args.amount is not None:
        amount = in_currency("amount", args.amount, amount.currency)
    body = PaymentReceived(amount=amount, payer=entity.coop, payment=entity.id)
    return [fields.draft("payment.received", body)]


async def dispute(node: Node, args: EndPayment) -> Sequence[Draft]:
    """Say that it did not come."""
    entity = await _to_answer(node, args.payment)
    body = PaymentDisputed(
        payer=entity.coop,
        payment=entity.id,
        reason=fields.slug_or_none("reason", args.reason),
    )
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("payment.disputed", body, words)]


async def _to_answer(node: Node, written: str) -> Entity:
    entity = await addressed(node, written, "payment", _payee_of)
    in_state(entity, _SENT, "There is nothing left to answer.")
    return entity


# --- looking ------------------------------------------------------------------------


async def list_payments(node: Node, args: ListPayments, _tell: Tell) -> Payments:
    """List payments with how they stand."""
    standing = fields.choices("standing", args.standing, PAYMENT_STANDINGS)
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    shelf = await trade.load(books)
    listed = [
        one for one in shelf.trade.settlements if trade.concerning(coop, standing, one)
    ]
    return Payments(payments=await trade.payment_rows(books, names, shelf, listed))


COMMANDS: Final[dict[str, Command]] = {
    "payment.send": writing(SendPayment, send),
    "payment.correct": writing(CorrectPayment, correct),
    "payment.cancel": writing(EndPayment, cancel),
    "payment.receive": writing(ReceivePayment, receive),
    "payment.dispute": writing(EndPayment, dispute),
    "payment.list": command(ListPayments, list_payments),
}
