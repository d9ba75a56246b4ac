"""Payments from the rows of a table: what this co-op sent, and what came to it.

Which side a row is of, its payer and payee say; one of them may be left out. What was
sent is written as new, unless this log says the same already. What came is the word on
a payment that the payer's log has: a row without an id finds it by payer, sum, invoice
and date, and where that leaves several invoices, none is guessed.
"""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, cast

from node import money
from node.commands import payments
from node.commands.fields import Sum
from node.commands.sheet_plan import Likeness, Plan, of_entities, same
from node.commands.sheet_rows import text_of
from node.errors import UserFault
from node.exchange.sheets import trade_rows
from node.exchange.sheets.column import Values
from node.exchange.sheets.reading import Row
from node.views import ids, trade
from node.views.trade import Shelf
from protocol import ids as forms
from protocol.joins.payments import Claim, Settlement
from protocol.state import Entity

#: Field of a command's arguments -> key of the column.
_KEYS: Final = {"amount.amount": "amount", "amount.currency": "currency"}
_CAME: Final = {"amount.amount": "received", "amount.currency": "currency"}
#: What does not change of a payment.
_FIXED: Final = ("date", "payer", "payee", "currency", "invoice", "promise", "note")
#: What each side may say anew.
_SUMS: Final = ("amount", "received")
_EXAMPLE: Final = "evt_k3fw72qa"


@dataclass(frozen=True, slots=True)
class _Taking:
    """What the rows are held against; `used` are the payments that rows have found."""

    plan: Plan
    shelf: Shelf
    known: Counter[Likeness]
    used: set[bytes] = field(default_factory=set)


async def payments_of(plan: Plan, table: Sequence[Row]) -> None:
    """Plan the rows of payments."""
    rows = plan.sound(table)
    named = [
        (row, entity)
        for row in rows
        if row.values.get("id") is not None
        and (entity := await plan.named(row, "payment")) is not None
    ]
    taking = _Taking(
        plan, await trade.load(plan.books), await of_entities(plan, "payment")
    )
    await _compare(taking, named)
    for row in rows:
        if row.values.get("id") is None and plan.needs(row, "date", "amount"):
            await _new(taking, row)


async def _new(taking: _Taking, row: Row) -> None:
    try:
        payer, payee = (_coop(taking.plan, row, key) for key in ("payer", "payee"))
    except UserFault as fault:
        taking.plan.refused(row, fault, {})
        return
    own = taking.plan.books.coop
    if payer in {None, own} and payee not in {None, own}:
        await _send(taking, row, payee)
    elif payee in {None, own} and payer not in {None, own}:
        await _receive(taking, row, payer)
    else:
        expected = "another co-op, where your own is the payer; or leave your own empty"
        taking.plan.wrong(row, "payee", expected, "Alba")


def _coop(plan: Plan, row: Row, key: str) -> bytes | None:
    written = row.values.get(key)
    if written is None:
        return None
    if written == plan.names.of(plan.books.coop):
        return plan.books.coop
    return ids.find_coop(plan.books, plan.names, str(written), key)


# --- sent ---------------------------------------------------------------------------


async def _send(taking: _Taking, row: Row, payee: bytes) -> None:
    plan = taking.plan
    if row.values.get("received") is not None:
        plan.wrong(row, "received", "empty: only the payee says how much came")
        return
    claims = [
        one
        for one in taking.shelf.trade.claims
        if (one.payer, one.payee) == (plan.books.coop, payee)
    ]
    invoice = _invoice(taking, row, claims)
    if invoice is None and row.values.get("invoice") is not None:
        return
    args = payments.SendPayment(
        payee=forms.text("coop", payee),
        amount=_sum(row.values, "amount"),
        date=text_of(row.values["date"]),
        invoice=None if invoice is None else forms.text("evt", invoice),
        promise=cast("str | None", row.values.get("promise")),
        note=cast("str | None", row.values.get("note")),
    )
    drafts = await plan.wish(row, lambda: payments.send(plan.node, args), _KEYS)
    plan.add(drafts, taking.known)


def _sum(values: Values, key: str) -> Sum:
    currency = cast("str | None", values.get("currency"))
    return Sum(amount=str(values[key]), currency=currency)


def _invoice(taking: _Taking, row: Row, claims: Sequence[Claim]) -> bytes | None:
    """Find an invoice between the two by its number or its id; note where none is."""
    written = row.values.get("invoice")
    if written is None:
        return None
    called = trade_rows.invoice_names(taking.shelf)
    wanted = str(written).strip().casefold()
    found = [
        one.invoice
        for one in claims
        if wanted == called[one.invoice].casefold()
        or (wanted.startswith("evt_") and _id(one.invoice).startswith(wanted))
    ]
    if len(found) == 1:
        return found[0]
    expected = "the number or the id of one invoice between the two"
    examples = [called[one.invoice] for one in claims if one.standing in _OWED]
    taking.plan.wrong(row, "invoice", expected, min(examples, default=_EXAMPLE))
    return None


_OWED: Final = frozenset({"issued", "approved"})


def _id(event: bytes) -> str:
    return forms.text("evt", event)


# --- came ---------------------------------------------------------------------------


async def _receive(taking: _Taking, row: Row, payer: bytes) -> None:
    plan = taking.plan
    claims = [
        one
        for one in taking.shelf.trade.claims
        if (one.payer, one.payee) == (payer, plan.books.coop)
    ]
    invoice = _invoice(taking, row, claims)
    if invoice is None and row.values.get("invoice") is not None:
        return
    found = _fitting(taking, row, payer, invoice)
    if len(found) == 1:
        await _take(taking, row, found[0])
        return
    whose = plan.names.of(payer)
    if found:
        expected = f"one payment, but {len(found)} of {whose} fit: write an id"
        listed = ", ".join(_id(one.payment)[:12] for one in found)
        plan.wrong(row, "id", expected, listed)
    else:
        expected = f"a sum that {whose} says it sent; until it does, nothing came of it"
        plan.wrong(row, "amount", expected, _waiting(taking, payer))


def _fitting(
    taking: _Taking, row: Row, payer: bytes, invoice: bytes | None
) -> list[Settlement]:
    """Give the payments that a row may be about; of those for one thing, the likeliest.

    Which of several equal sums for the same thing it was makes no difference to what is
    owed; for which invoice it was does, so that is asked.
    """
    plan, values = taking.plan, row.values
    code = values.get("currency") or plan.node.register.roster.charter.currency
    told = values.get("received") or values["amount"]
    found = [
        one
        for one in taking.shelf.trade.settlements
        if (one.payer, one.payee, one.currency) == (payer, plan.books.coop, code)
        and one.standing != "cancelled"
        and one.payment not in taking.used
        and invoice in {None, one.invoice}
        and (
            values["amount"] == _decimal(one, one.sent)
            or told == _decimal(one, _came(taking, one))
        )
    ]
    day = cast("datetime.date", values["date"])
    # Money comes on the day or after it was sent, by the clocks of two.
    found = (
        [one for one in found if one.date == day]
        or [one for one in found if one.date < day]
        or found
    )
    if len({one.invoice for one in found}) > 1:
        return found

    def order(one: Settlement) -> tuple[int, bool]:
        away = abs((one.date - day).days)
        return away, _decimal(one, _came(taking, one)) != told

    return sorted(found, key=order)[:1]


def _decimal(one: Settlement, minor: int | None) -> Decimal | None:
    if minor is None:
        return None
    return Decimal(money.write(minor, one.currency).amount)


def _came(taking: _Taking, one: Settlement) -> int | None:
    return trade_rows.came(taking.shelf, one)


def _waiting(taking: _Taking, payer: bytes) -> str:
    """Give the sum of a payment that waits, as an example."""
    return next(
        (
            f"{_decimal(one, one.sent)}"
            for one in taking.shelf.trade.settlements
            if (one.payer, one.payee) == (payer, taking.plan.books.coop)
            and one.standing == "transit"
        ),
        "",
    )


async def _take(taking: _Taking, row: Row, one: Settlement) -> None:
    """Say that a payment came, unless that is said already."""
    plan, values = taking.plan, row.values
    taking.used.add(one.payment)
    key = "amount" if values.get("received") is None else "received"
    if values[key] == _decimal(one, _came(taking, one)):
        plan.unchanged += 1
        return
    args = payments.ReceivePayment(payment=_id(one.payment), amount=_sum(values, key))
    keys = _KEYS if key == "amount" else _CAME
    drafts = await plan.wish(row, lambda: payments.receive(plan.node, args), keys)
    plan.drafts.extend(drafts)
    plan.changed += len(drafts)


# --- with an id ---------------------------------------------------------------------


async def _compare(taking: _Taking, named: Sequence[tuple[Row, Entity]]) -> None:
    """Go through rows of an export: payer and payee change each its own word."""
    plan = taking.plan
    joined = {one.payment: one for one in taking.shelf.trade.settlements}
    listed = [joined[entity.id] for _, entity in named]
    found = await trade_rows.payment_rows(plan.books, plan.names, taking.shelf, listed)
    for (row, _), one, there in zip(named, listed, found, strict=True):
        taking.used.add(one.payment)
        fixed = same(row.values, there, _FIXED)
        for key in fixed:
            plan.wrong(
                row, key, "as it was: cancel it, and leave the id of the row empty"
            )
        if not fixed:
            await _change(taking, row, one, same(row.values, there, _SUMS))


async def _change(
    taking: _Taking, row: Row, one: Settlement, changed: Sequence[str]
) -> None:
    plan = taking.plan
    whose = {"amount": one.payer, "received": one.payee}
    others = [key for key in changed if whose[key] != plan.books.coop]
    for key in others:
        said = f"as {plan.names.of(whose[key])} has it: only its own node changes it"
        plan.wrong(row, key, said)
    if not changed:
        plan.unchanged += 1
    elif not others and plan.needs(row, *changed):
        await (_correct(plan, row) if "amount" in changed else _take(taking, row, one))


async def _correct(plan: Plan, row: Row) -> None:
    args = payments.CorrectPayment(
        payment=str(row.values["id"]), amount=_sum(row.values, "amount")
    )
    drafts = await plan.wish(row, lambda: payments.correct(plan.node, args), _KEYS)
    plan.drafts.extend(drafts)
    plan.changed += len(drafts)
