"""Money between this co-op and others: invoices, payments, nettings.

What is to be paid is summed up as the ledger does it, from what this co-op is part of
alone: of an account of its own nothing else is a part.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from node.store.waiting_reader import Dated
from node.views import handovers, pledges, promises, titles
from node.views.short import brief
from node.views.waiting.desk import (
    Desk,
    Found,
    Matter,
    Told,
    quoted,
    urgency,
    when,
)
from protocol.joins import ledger, trade
from protocol.joins.agreeing import SetOff, given_up
from protocol.joins.ledger import Account, Debt, Promise, of_fee, of_pledge
from protocol.joins.payments import Claim, Settlement
from protocol.joins.trade import Trade
from protocol.rules.pledges import Pledge
from protocol.rules.projects import Project
from protocol.state import Entity


async def _joined(desk: Desk, entities: Sequence[Entity]) -> Trade:
    words = await desk.books.state.referring(one.id for one in entities)
    return trade.trade({one.id: one for one in (*entities, *words)}.values())


async def _asked(desk: Desk, family: str) -> tuple[Trade, dict[bytes, int]]:
    """Join what others put to this co-op, and say when each was moved last."""
    return await _with_times(desk, desk.asked[family])


async def _with_times(
    desk: Desk, dated: Sequence[Dated]
) -> tuple[Trade, dict[bytes, int]]:
    moved = {one.entity.id: one.moved for one in dated}
    return await _joined(desk, [one.entity for one in dated]), moved


# --- invoices -----------------------------------------------------------------------


async def _invoices(desk: Desk) -> list[Found[Claim]]:
    """Find invoices to this co-op on which it has said nothing."""
    joined, moved = await _asked(desk, "invoice")
    return [
        Found(
            urgency=urgency(desk, one.due),
            id=one.invoice,
            what=one,
            since=moved[one.invoice],
            due=one.due,
        )
        for one in joined.claims
        if one.payer == desk.books.coop
        and one.standing == "issued"
        and one.invoice in moved
    ]


async def _tell_invoices(desk: Desk, found: Sequence[Claim]) -> list[Told]:
    return [
        Told(
            f"{desk.names.of(one.payee)} asks this co-op for"
            f" {titles.quantity(one.amount, one.currency)}; the day to pay"
            f" {when(desk, one.due)}.",
            "It is agreed once this co-op approves it, or else disputes it: `wortley"
            " invoice dispute`.",
            f"wortley invoice approve {brief('evt', one.invoice)}",
        )
        for one in found
    ]


async def _contested(desk: Desk) -> list[Found[Claim]]:
    """Find invoices of this co-op that their payers dispute."""
    joined, moved = await _with_times(
        desk,
        await desk.books.state.answered(
            {"invoice": ("issued",)}, desk.books.coop, {"invoice-answer": ("disputed",)}
        ),
    )
    return [
        Found(urgency="asked", id=one.invoice, what=one, since=moved[one.invoice])
        for one in joined.claims
        if one.standing == "disputed" and one.invoice in moved
    ]


async def _tell_contested(desk: Desk, found: Sequence[Claim]) -> list[Told]:
    return [
        Told(
            f"{desk.names.of(one.payer)} disputes an invoice of this co-op over"
            f" {titles.quantity(one.amount, one.currency)}.",
            "It is not owed as long as that lasts; `wortley invoice show` has what it"
            " writes.",
            f"wortley invoice withdraw {brief('evt', one.invoice)}",
        )
        for one in found
    ]


# --- to pay -------------------------------------------------------------------------


class _Owed(NamedTuple):
    account: Account
    debt: Debt
    #: What is neither covered nor on its way, in minor units.
    left: int
    #: The approved invoice to pay, where there is one.
    invoice: bytes | None


async def _payable(desk: Desk) -> list[Found[_Owed]]:
    """Find what this co-op owes and has not sent; of invoices, approved ones."""
    books = desk.books
    dated = [
        *await books.state.own("payment", ("sent",), books.coop),
        *desk.asked["invoice"],
        *desk.asked["netting"],
    ]
    joined = await _joined(desk, [one.entity for one in dated])
    approved = {one.invoice for one in joined.claims if one.standing == "approved"}
    accounts = ledger.accounts(
        await _promises(desk),
        joined.claims,
        joined.settlements,
        nettings=joined.nettings,
    )
    return [
        Found(
            urgency=urgency(desk, owed.debt.due),
            id=owed.invoice or owed.debt.source,
            what=owed,
            due=owed.debt.due,
        )
        for account in accounts
        if account.payer == books.coop
        for debt in account.debts
        if (owed := _owed(account, debt, approved, joined.settlements)) is not None
    ]


def _owed(
    account: Account, debt: Debt, approved: set[bytes], sent: Sequence[Settlement]
) -> _Owed | None:
    invoice = next((one for one in debt.invoices if one in approved), None)
    if debt.invoices and invoice is None:
        return None
    names = {debt.source, *debt.invoices}
    coming = sum(
        one.in_transit
        for one in sent
        if (one.payee, one.currency) == (account.payee, account.currency)
        and {one.invoice, one.promise} & names
    )
    left = debt.open - coming
    return _Owed(account, debt, left, invoice) if left > 0 else None


async def _promises(desk: Desk) -> list[Promise]:
    """Give what this co-op has promised: by pledges, rounds and hand-overs."""
    books = desk.books
    own = [
        one.entity
        for one in desk.bound
        if isinstance(one.entity.body, Pledge) and one.entity.body.unit != "minutes"
    ]
    joined = await pledges.joined(books, own)
    targets = await books.state.many({one.body.to for one in joined})
    found = []
    for one in joined:
        target = targets.get(one.body.to)
        body = None if target is None else target.body
        closes = body.closes if isinstance(body, Project) else None
        bound = one.body.confirmed
        if bound is not None:
            found.append(of_pledge(one.commitment, bound.epoch, closes))
    taken = await handovers.joined(
        books, [one.entity for one in desk.asked["handover"]]
    )
    fees = [of_fee(one.owed) for one in taken if one.owed is not None]
    return [
        *(one for one in found if one is not None),
        *await promises.of_rounds(books),
        *fees,
    ]


async def _tell_payable(desk: Desk, found: Sequence[_Owed]) -> list[Told]:
    wanted = {one.debt.source for one in found}
    sources = await desk.books.state.many(wanted)
    targets = await desk.books.state.many(
        one.body.to for one in sources.values() if isinstance(one.body, Pledge)
    )
    titled = await titles.of(desk.books, targets.values())
    told = []
    for one in found:
        source = sources.get(one.debt.source)
        body = None if source is None else source.body
        to = titled.get(body.to, "") if isinstance(body, Pledge) else ""
        named = f" to {quoted(to)}" if to else ""
        payee = desk.names.of(one.account.payee)
        due = one.debt.due
        told.append(
            Told(
                f"{titles.quantity(one.left, one.account.currency)} are to be paid to"
                f" {payee}{f'; the day {when(desk, due)}' if due else ''}.",
                f"{_REASONS.get(one.debt.kind, 'It is owed')}{named}. Pay it directly,"
                " and say so here.",
                f"wortley payment send --invoice {brief('evt', one.invoice)}"
                if one.invoice is not None
                else f"wortley payment send --to {brief('coop', one.account.payee)}"
                f" --promise {brief('evt', one.debt.source)}",
            )
        )
    return told


_REASONS: Final = {
    "pledge": "This co-op is committed to its pledge",
    "round": "A round came to it",
    "fee": "It is the finder's fee of a lead that was won",
    "invoice": "This co-op has approved the invoice",
}


# --- payments -----------------------------------------------------------------------


async def _payments(desk: Desk) -> list[Found[Settlement]]:
    """Find payments to this co-op on which it has said nothing."""
    joined, moved = await _asked(desk, "payment")
    return [
        Found(
            urgency="asked",
            id=one.payment,
            what=one,
            since=moved[one.payment],
        )
        for one in joined.settlements
        if one.payee == desk.books.coop
        and one.standing == "transit"
        and one.payment in moved
    ]


async def _tell_payments(desk: Desk, found: Sequence[Settlement]) -> list[Told]:
    return [
        Told(
            f"{desk.names.of(one.payer)} has sent"
            f" {titles.quantity(one.sent, one.currency)} on {one.date}.",
            "It counts once this co-op says that it came, or else disputes it:"
            " `wortley payment dispute`.",
            f"wortley payment receive {brief('evt', one.payment)}",
        )
        for one in found
    ]


async def _lost(desk: Desk) -> list[Found[Settlement]]:
    """Find payments of this co-op that, by the payee's word, did not come."""
    joined, moved = await _with_times(
        desk,
        await desk.books.state.answered(
            {"payment": ("sent",)}, desk.books.coop, {"receipt": ("disputed",)}
        ),
    )
    return [
        Found(urgency="asked", id=one.payment, what=one, since=moved[one.payment])
        for one in joined.settlements
        if one.standing == "disputed" and one.payment in moved
    ]


async def _tell_lost(desk: Desk, found: Sequence[Settlement]) -> list[Told]:
    return [
        Told(
            f"{desk.names.of(one.payee)} says that"
            f" {titles.quantity(one.sent, one.currency)} of this co-op did not come.",
            "Ask the bank; what was not sent after all is cancelled here, and sent"
            " anew.",
            f"wortley payment cancel {brief('evt', one.payment)}",
        )
        for one in found
    ]


# --- nettings -----------------------------------------------------------------------


async def _nettings(desk: Desk) -> list[Found[SetOff]]:
    """Find nettings that wait for the word of this co-op, and that nobody declined."""
    joined, moved = await _asked(desk, "netting")
    return [
        Found(urgency="asked", id=one.netting, what=one, since=moved[one.netting])
        for one in joined.nettings
        if desk.books.coop in one.missing and one.standing == "open"
    ]


async def _tell_nettings(desk: Desk, found: Sequence[SetOff]) -> list[Told]:
    coop = desk.books.coop
    return [
        Told(
            f"{desk.names.of(one.proposer)} proposes to set"
            f" {titles.quantity(given_up(one.entries)[coop], one.currency)} off that"
            " this co-op owes and is owed.",
            "It counts once all have agreed, and then for good; or decline it: `wortley"
            " netting decline`.",
            f"wortley netting agree {brief('evt', one.netting)}",
        )
        for one in found
    ]


INVOICES: Final = Matter(
    family="invoice",
    find=_invoices,
    tell=_tell_invoices,
    one="invoice to look at",
    many="invoices to look at",
)
CONTESTED: Final = Matter(
    family="invoice",
    find=_contested,
    tell=_tell_contested,
    one="disputed invoice",
    many="disputed invoices",
)
PAYABLE: Final = Matter(
    family="debt",
    find=_payable,
    tell=_tell_payable,
    one="sum to pay",
    many="sums to pay",
)
PAYMENTS: Final = Matter(
    family="payment",
    find=_payments,
    tell=_tell_payments,
    one="payment to confirm",
    many="payments to confirm",
)
LOST: Final = Matter(
    family="payment",
    find=_lost,
    tell=_tell_lost,
    one="payment that did not come",
    many="payments that did not come",
)
NETTINGS: Final = Matter(
    family="netting",
    find=_nettings,
    tell=_tell_nettings,
    one="netting to agree to",
    many="nettings to agree to",
)
