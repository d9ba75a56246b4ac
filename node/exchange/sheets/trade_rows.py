"""The ledger as rows of values: accounts, what is owed in them, payments."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import msgspec

from node import money
from node.exchange.sheets.column import Values
from node.exchange.sheets.rows import Asked, Batches
from node.money import Amount
from node.views import ledger, trade
from node.views.books import Books
from node.views.ledger import AccountRow, DebtRow
from node.views.names import Names
from node.views.trade import Shelf
from protocol import ids as forms
from protocol.joins.payments import Settlement
from protocol.rules.invoices import Invoice
from protocol.rules.payments import Receipt

#: Payments of one batch.
_AT_ONCE: Final = 500


def flat(row: msgspec.Struct) -> dict[str, object]:
    """Give the fields of a row of a view; of amounts, their numbers."""
    return {
        key: Decimal(one.amount) if isinstance(one, Amount) else one
        for key, one in msgspec.structs.asdict(row).items()
    }


async def of_ledger(asked: Asked) -> Batches:
    """Give a row per payer, payee and currency."""
    yield [flat(row) for row in await _accounts(asked)]


async def of_debts(asked: Asked) -> Batches:
    """Give a row per thing that is owed."""
    for account in await _accounts(asked):
        yield [_debt(asked, account, one) for one in account.debts]


async def _accounts(asked: Asked) -> list[AccountRow]:
    shown = await ledger.show(asked.books, asked.names, asked.today, coop=asked.coop)
    return shown.accounts


def _debt(asked: Asked, account: AccountRow, one: DebtRow) -> Values:
    late = None if one.due is None else max(0, (asked.today - one.due).days)
    return {
        **flat(account),
        **flat(one),
        "age": late if Decimal(one.open.amount) else None,
        "invoices": tuple(one.invoices) or None,
    }


# --- payments -----------------------------------------------------------------------


def invoice_names(shelf: Shelf) -> dict[bytes, str]:
    """Name invoices for people: by their numbers, by ids where those say too little."""
    found = {one: shelf.body(one.invoice, Invoice).number for one in shelf.trade.claims}
    often = Counter((one.payee, number) for one, number in found.items())
    return {
        one.invoice: number
        if number and often[one.payee, number] == 1
        else forms.text("evt", one.invoice)
        for one, number in found.items()
    }


async def of_payments(asked: Asked) -> Batches:
    """Give a row per payment of which a co-op is either side."""
    shelf = await trade.load(asked.books)
    listed = [
        one
        for one in shelf.trade.settlements
        if asked.coop in {None, one.payer, one.payee}
    ]
    listed.sort(key=lambda one: (one.date, one.payment))
    for at in range(0, len(listed), _AT_ONCE):
        batch = listed[at : at + _AT_ONCE]
        yield await payment_rows(asked.books, asked.names, shelf, batch)


async def payment_rows(
    books: Books, names: Names, shelf: Shelf, listed: Sequence[Settlement]
) -> list[Values]:
    """Give the rows of some payments."""
    invoices = invoice_names(shelf)
    return [
        {
            "date": row.date,
            "payer": row.payer_name,
            "payee": row.payee_name,
            "amount": Decimal(row.amount.amount),
            "currency": row.amount.currency,
            "received": _number(came(shelf, one), one.currency),
            # An invoice that is not here keeps the id that the payer gave.
            "invoice": invoices.get(one.invoice or b"", row.invoice),
            "promise": row.promise,
            "note": row.note or None,
            "settled": Decimal(row.settled.amount),
            "standing": row.standing,
            "id": row.id,
        }
        for row, one in zip(
            await trade.payment_rows(books, names, shelf, listed), listed, strict=True
        )
    ]


def came(shelf: Shelf, one: Settlement) -> int | None:
    """Say how much of a payment came, in minor units; None without a word on it."""
    receipt = None if one.receipt is None else shelf.body(one.receipt, Receipt)
    amount = None if receipt is None else receipt.amount
    return amount.amount if amount and amount.currency == one.currency else None


def _number(minor: int | None, currency: str) -> Decimal | None:
    return None if minor is None else Decimal(money.write(minor, currency).amount)
