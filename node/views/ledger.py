"""The ledger: who owes whom how much, and for how long, as far as the logs are here.

Ages are the only thing that looks at a clock, and only what is shown knows them.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from node import money
from node.money import Amount
from node.views import evidence, ids, promises, trade
from node.views.books import Books
from node.views.evidence import Evidence
from node.views.names import Names
from node.views.promises import ALL, Flow
from node.views.trade import Shelf, event_or_none
from protocol import ids as forms
from protocol.joins import ledger as joins
from protocol.joins.ledger import Account, Debt, Key, Promise
from protocol.joins.payments import Settlement
from protocol.kinds.fields import Money

_MS_PER_DAY: Final = 24 * 60 * 60 * 1000
_FIRST: Final = datetime.date(1970, 1, 1)


class DebtRow(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is owed. `kind` is "pledge", "invoice" or what promised it."""

    id: str
    short: str
    kind: str
    amount: Amount
    covered: Amount
    open: Amount
    due: datetime.date | None
    invoices: list[str]


class AccountRow(msgspec.Struct, frozen=True, kw_only=True):
    """What one co-op owes another in one currency.

    `open` is what is still to be paid, `over` what was paid too much. `oldest` is the
    earliest day on which something open was due, and `age` how many days that is ago
    (0 where it is still to come, None where no day is known). `made_of` and `debts`
    name what the sums are made of.
    """

    payer: str
    payer_name: str
    payee: str
    payee_name: str
    currency: str
    promised: Amount
    delivered: Amount
    invoiced: Amount
    contested: Amount
    sent: Amount
    settled: Amount
    in_transit: Amount
    disputed: Amount
    netted: Amount
    open: Amount
    over: Amount
    oldest: datetime.date | None
    age: int | None
    debts: list[DebtRow]
    made_of: Evidence


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """What is owed to a co-op in a currency and what it owes, in all."""

    coop: str
    name: str
    currency: str
    owed_to: Amount
    owed_by: Amount


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """Accounts and positions, as of a day of this node's clock."""

    today: datetime.date
    accounts: list[AccountRow]
    positions: list[Position]


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger before it is written for people."""

    shelf: Shelf
    promises: list[Promise]
    accounts: list[Account]


def day_of(now_ms: int) -> datetime.date:
    """Say which day it is, in UTC."""
    return _FIRST + datetime.timedelta(days=now_ms // _MS_PER_DAY)


async def load(books: Books, flows: Sequence[Flow] = ALL) -> Read:
    """Read and sum up everything; of what was promised, some flows are enough."""
    shelf = await trade.load(books)
    promised = await promises.load(books, flows)
    done = shelf.trade
    return Read(
        shelf=shelf,
        promises=promised,
        accounts=joins.accounts(
            promised, done.claims, done.settlements, done.deliveries, done.nettings
        ),
    )


async def _load_between(books: Books, other: bytes) -> Read:
    """Read and sum up what this co-op and another owe each other; no reports of it."""
    flows = promises.between(books.coop, other)
    shelf = await trade.of_flows(books, flows)
    promised, done = await promises.load(books, flows), shelf.trade
    return Read(
        shelf=shelf,
        promises=promised,
        accounts=joins.accounts(
            promised, done.claims, done.settlements, nettings=done.nettings
        ),
    )


def left(read: Read, named: bytes | None) -> list[Money]:
    """Say what is left to send of the debt that a promise or an invoice is of.

    It is not covered, and nothing is on its way that names it. Empty where no debt is.
    """
    found = []
    for account in read.accounts:
        for debt in account.debts:
            names = {debt.source, *debt.invoices}
            if named in names:
                coming = sum(
                    one.in_transit
                    for one in read.shelf.trade.settlements
                    if _pays(one, account) and {one.invoice, one.promise} & names
                )
                found.append(Money(account.currency, debt.open - coming))
    return found


def _pays(paid: Settlement, account: Account) -> bool:
    between = paid.payer, paid.payee, paid.currency
    return between == (account.payer, account.payee, account.currency)


async def show(
    books: Books,
    names: Names,
    today: datetime.date,
    *,
    coop: bytes | None = None,
    currency: str | None = None,
) -> Ledger:
    """Write the ledger: all of it, or of one co-op with the others, in one currency."""
    flows = ALL if coop is None else (Flow(coop, None), Flow(None, coop))
    read = await load(books, flows)
    listed = [
        one
        for one in read.accounts
        if coop in {None, one.payer, one.payee} and currency in {None, one.currency}
    ]
    listed.sort(key=lambda one: _order(names, one))
    sources = [debt.source for one in listed for debt in one.debts]
    short = await ids.shorts(books, sources)
    made = evidence.of(read.shelf.trade)
    return Ledger(
        today=today,
        accounts=[_row(one, made, names, short, today) for one in listed],
        positions=_positions(names, listed),
    )


def _order(names: Names, one: Account) -> tuple[object, ...]:
    return names.order(one.payer), names.order(one.payee), one.currency


def _row(
    one: Account,
    made: Mapping[Key, Evidence],
    names: Names,
    short: dict[bytes, str],
    today: datetime.date,
) -> AccountRow:
    def amount(minor: int) -> Amount:
        return money.write(minor, one.currency)

    oldest = one.oldest
    return AccountRow(
        payer=forms.text("coop", one.payer),
        payer_name=names.of(one.payer),
        payee=forms.text("coop", one.payee),
        payee_name=names.of(one.payee),
        currency=one.currency,
        promised=amount(one.promised),
        delivered=amount(one.delivered),
        invoiced=amount(one.invoiced),
        contested=amount(one.contested),
        sent=amount(one.sent),
        settled=amount(one.settled),
        in_transit=amount(one.in_transit),
        disputed=amount(one.disputed),
        netted=amount(one.netted),
        open=amount(one.open),
        over=amount(one.over),
        oldest=oldest,
        age=None if oldest is None else max(0, (today - oldest).days),
        debts=[_debt(debt, one.currency, short[debt.source]) for debt in one.debts],
        made_of=made.get(Key(one.payer, one.payee, one.currency), evidence.NONE),
    )


def _debt(debt: Debt, currency: str, short: str) -> DebtRow:
    return DebtRow(
        id=forms.text("evt", debt.source),
        short=short,
        kind=debt.kind,
        amount=money.write(debt.amount, currency),
        covered=money.write(debt.covered, currency),
        open=money.write(debt.open, currency),
        due=debt.due,
        invoices=[forms.text("evt", one) for one in debt.invoices],
    )


def _positions(names: Names, listed: Sequence[Account]) -> list[Position]:
    sums: dict[tuple[bytes, str], list[int]] = {}
    for one in listed:
        for creditor, debtor, amount in (
            (one.payee, one.payer, one.open),
            (one.payer, one.payee, one.over),
        ):
            sums.setdefault((creditor, one.currency), [0, 0])[0] += amount
            sums.setdefault((debtor, one.currency), [0, 0])[1] += amount
    ordered = sorted(
        sums.items(), key=lambda each: (each[0][1], names.order(each[0][0]))
    )
    return [
        Position(
            coop=forms.text("coop", coop),
            name=names.of(coop),
            currency=currency,
            owed_to=money.write(owed_to, currency),
            owed_by=money.write(owed_by, currency),
        )
        for (coop, currency), (owed_to, owed_by) in ordered
    ]


# --- statements ---------------------------------------------------------------------


class StatementLine(msgspec.Struct, frozen=True, kw_only=True):
    """Something that changed what the two owe each other, or is about to.

    `change` is signed, from this co-op's side: more is owed to it where it is above
    nothing. `day` is None where no day is known. What is in transit changes nothing.
    """

    day: datetime.date | None
    kind: str
    id: str
    short: str
    change: str
    balance: str
    amount: Amount
    standing: str
    invoice: str | None


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What this co-op and another owe each other over a period, in one currency.

    `opening` and `closing` are signed like the changes. What has no day counts as
    before the period, where there is a first day.
    """

    currency: str
    opening: str
    closing: str
    lines: list[StatementLine]


class Statements(msgspec.Struct, frozen=True, kw_only=True):
    """The statements of a pair, one a currency."""

    coop: str
    name: str
    starts: datetime.date | None
    ends: datetime.date | None
    statements: list[Statement]


class _Change(msgspec.Struct, frozen=True, kw_only=True):
    day: datetime.date | None
    kind: str
    id: bytes
    currency: str
    amount: int
    change: int
    standing: str
    invoice: bytes | None = None


async def statement(
    books: Books,
    names: Names,
    coop: bytes,
    starts: datetime.date | None,
    ends: datetime.date | None,
) -> Statements:
    """Write what this co-op and another owe each other, day by day."""
    read = await _load_between(books, coop)
    changes = _changes(read, books.coop, coop)
    short = await ids.shorts(books, [one.id for one in changes])
    by_currency: dict[str, list[_Change]] = {}
    for one in changes:
        by_currency.setdefault(one.currency, []).append(one)
    return Statements(
        coop=forms.text("coop", coop),
        name=names.of(coop),
        starts=starts,
        ends=ends,
        statements=[
            _statement(currency, by_currency[currency], short, starts, ends)
            for currency in sorted(by_currency)
        ],
    )


def _changes(read: Read, own: bytes, other: bytes) -> list[_Change]:
    found: list[_Change] = []
    for account in read.accounts:
        if {account.payer, account.payee} != {own, other}:
            continue
        sign = 1 if account.payee == own else -1
        found += [
            _Change(
                day=debt.due,
                kind=debt.kind,
                id=debt.source,
                currency=account.currency,
                amount=debt.amount,
                change=sign * debt.amount,
                standing="owed",
            )
            for debt in account.debts
        ]
    for paid in read.shelf.trade.settlements:
        if {paid.payer, paid.payee} == {own, other}:
            sign = -1 if paid.payee == own else 1
            found.append(
                _Change(
                    day=paid.date,
                    kind="payment",
                    id=paid.payment,
                    currency=paid.currency,
                    amount=paid.sent,
                    change=sign * paid.settled,
                    standing=paid.standing,
                    invoice=paid.invoice,
                )
            )
    found += _netted(read, own, other)
    return sorted(found, key=lambda one: (one.day or datetime.date.min, one.id))


def _netted(read: Read, own: bytes, other: bytes) -> list[_Change]:
    return [
        _Change(
            day=None,
            kind="netting",
            id=netting.netting,
            currency=netting.currency,
            amount=amount,
            change=-amount if creditor == own else amount,
            standing="effective",
        )
        for netting in read.shelf.trade.nettings
        if netting.standing == "effective"
        for debtor, creditor, amount in netting.entries
        if {debtor, creditor} == {own, other}
    ]


def _statement(
    currency: str,
    changes: Sequence[_Change],
    short: dict[bytes, str],
    starts: datetime.date | None,
    ends: datetime.date | None,
) -> Statement:
    balance, lines = 0, []
    opening = 0
    for one in changes:
        if ends is not None and one.day is not None and one.day > ends:
            continue
        balance += one.change
        if starts is not None and (one.day is None or one.day < starts):
            opening = balance
            continue
        lines.append(
            StatementLine(
                day=one.day,
                kind=one.kind,
                id=forms.text("evt", one.id),
                short=short[one.id],
                change=signed(one.change, currency),
                balance=signed(balance, currency),
                amount=money.write(one.amount, currency),
                standing=one.standing,
                invoice=event_or_none(one.invoice),
            )
        )
    return Statement(
        currency=currency,
        opening=signed(opening, currency),
        closing=signed(balance, currency),
        lines=lines,
    )


def signed(minor: int, currency: str) -> str:
    """Write minor units that may be below nothing: "-12.50"."""
    written = money.write(abs(minor), currency).amount
    return f"-{written}" if minor < 0 else written
