"""The ledger: who owes whom how much, from single logs joined (SPEC 11.34).

    owed     promises, and invoices as far as no promise stands behind them
    less     what was sent and received, and what nettings set off
    is       the balance: open where it is above 0, over where it is below

What is over is owed back, so that a balance is a plain sum: whatever the payer is short
of, the payee has too much, and all balances of a currency together come to nothing.
Nothing here looks at an order of arrival; a sum counts once, whatever it names.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

import msgspec

from protocol.joins.agreeing import SetOff
from protocol.joins.commitments import BINDING, Commitment
from protocol.joins.handovers import FeeOwed
from protocol.joins.payments import OWED, Claim, Settlement
from protocol.joins.reports import Delivery
from protocol.joins.rounds import RoundOwed


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """A sum that `payer` has bound itself to pay to `payee`, in minor units.

    `source` is the event or entity that it comes from and is named by; of two promises
    with one source, one counts. `kind` says what it is ("pledge", "round", "fee"), and
    `epoch` the block number of its binding half: an invoice or payment of a lower one
    does not join it. `due` is when it is to be paid, where that is known.
    """

    payer: bytes
    payee: bytes
    currency: str
    amount: int
    source: bytes
    kind: str
    epoch: int
    due: datetime.date | None = None


class Debt(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is owed: a promise with the invoices for it, or one invoice.

    `covered` is how much of it is settled or set off: at first by the payments that
    name it, then by whatever else there is, the earliest due first.
    """

    source: bytes
    kind: str
    amount: int
    covered: int
    due: datetime.date | None
    invoices: tuple[bytes, ...]

    @property
    def open(self) -> int:
        """What is still to be paid of it."""
        return self.amount - self.covered


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """All that one co-op owes another in one currency, in minor units.

    `contested` sums invoices that the payer disputes; they are owed by nobody's word
    but the payee's, and not counted. `disputed` sums what was sent and, by the payee's
    word, did not come. `returned` is what was paid too much and came back, because the
    other had in turn paid as much too much.
    """

    payer: bytes
    payee: bytes
    currency: str
    promised: int
    delivered: int
    invoiced: int
    contested: int
    owed: int
    sent: int
    settled: int
    in_transit: int
    disputed: int
    netted: int
    debts: tuple[Debt, ...]
    returned: int = 0

    @property
    def balance(self) -> int:
        """What is owed, less what was settled and set off; below 0: owed back."""
        return self.owed - self.settled - self.netted + self.returned

    @property
    def open(self) -> int:
        """What the payer still owes."""
        return max(0, self.balance)

    @property
    def over(self) -> int:
        """What the payer has paid too much."""
        return max(0, -self.balance)

    @property
    def oldest(self) -> datetime.date | None:
        """The earliest day on which something that is open was due."""
        days = [one.due for one in self.debts if one.open and one.due is not None]
        return min(days, default=None)


class Key(NamedTuple):
    """Whose account with whom."""

    payer: bytes
    payee: bytes
    currency: str


class _Owing(Protocol):
    @property
    def payer(self) -> bytes: ...
    @property
    def payee(self) -> bytes: ...
    @property
    def currency(self) -> str: ...


_LATEST: Final = datetime.date.max


class _Entries:
    """What is known of one account, not summed up yet."""

    def __init__(self) -> None:
        self.promises: list[Promise] = []
        self.claims: list[Claim] = []
        self.settlements: list[Settlement] = []
        self.delivered = 0
        self.netted = 0


def of_pledge(
    commitment: Commitment, epoch: int, due: datetime.date | None = None
) -> Promise | None:
    """Make a promise of a commitment of money; None of one that binds to none.

    `epoch` is that of the pledge's confirmation. Whoever answers the pledge takes the
    money; what a co-op pledges to itself nobody owes.
    """
    if commitment.unit == "minutes" or commitment.standing not in BINDING:
        return None
    return Promise(
        payer=commitment.pledger,
        payee=commitment.taker,
        currency=commitment.unit,
        amount=commitment.quantity,
        source=commitment.pledge,
        kind="pledge",
        epoch=epoch,
        due=due,
    )


def of_round(owed: RoundOwed, epoch: int, due: datetime.date | None = None) -> Promise:
    """Make a promise of what a round came to.

    `epoch` is the number of the block that carries the closing: the steward alone does
    not bind who gives.
    """
    return Promise(
        payer=owed.payer,
        payee=owed.payee,
        currency=owed.currency,
        amount=owed.amount,
        source=owed.source,
        kind="round",
        epoch=epoch,
        due=due,
    )


def of_fee(owed: FeeOwed) -> Promise:
    """Make a promise of a finder's fee that has arisen.

    No log says on which day a lead was won, so it has no day due.
    """
    return Promise(
        payer=owed.payer,
        payee=owed.payee,
        currency=owed.currency,
        amount=owed.amount,
        source=owed.handover,
        kind="fee",
        epoch=owed.epoch,
    )


def accounts(
    promises: Iterable[Promise],
    claims: Iterable[Claim] = (),
    settlements: Iterable[Settlement] = (),
    deliveries: Iterable[Delivery] = (),
    nettings: Iterable[SetOff] = (),
) -> list[Account]:
    """Sum everything up by payer, payee and currency, sorted by them."""
    books: defaultdict[Key, _Entries] = defaultdict(_Entries)
    for promise in _once(promises):
        books[_key(promise)].promises.append(promise)
    for claim in claims:
        books[_key(claim)].claims.append(claim)
    for settlement in settlements:
        books[_key(settlement)].settlements.append(settlement)
    for key, amount in _delivered(deliveries):
        books[key].delivered += amount
    for key, amount in _netted(nettings):
        books[key].netted += amount
    found = {key: _account(key, books[key]) for key in books if key[0] != key[1]}
    return [_with_returned(found[key], found) for key in sorted(found)]


def _with_returned(one: Account, found: Mapping[Key, Account]) -> Account:
    """Set what both of a pair have paid too much off against each other."""
    back = found.get(Key(one.payee, one.payer, one.currency))
    returned = 0 if back is None else min(one.over, back.over)
    return msgspec.structs.replace(one, returned=returned)


def _delivered(deliveries: Iterable[Delivery]) -> Iterator[tuple[Key, int]]:
    for one in deliveries:
        if one.standing == "accepted" and one.amount is not None:
            key = Key(one.receiver, one.provider, one.amount.currency)
            yield key, one.amount.amount


def _netted(nettings: Iterable[SetOff]) -> Iterator[tuple[Key, int]]:
    for netting in nettings:
        if netting.standing == "effective":
            for debtor, creditor, amount in netting.entries:
                yield Key(debtor, creditor, netting.currency), amount


def positions(listed: Iterable[Account]) -> dict[tuple[bytes, str], int]:
    """Say by co-op and currency what is owed to it, less what it owes."""
    found: defaultdict[tuple[bytes, str], int] = defaultdict(int)
    for one in listed:
        found[one.payee, one.currency] += one.balance
        found[one.payer, one.currency] -= one.balance
    return dict(sorted(found.items()))


def _key(one: _Owing) -> Key:
    return Key(one.payer, one.payee, one.currency)


def _once(promises: Iterable[Promise]) -> list[Promise]:
    """Leave one promise of each source, the same one in whatever order they came."""
    found: dict[bytes, Promise] = {}
    for one in sorted(promises, key=_sorting):
        found.setdefault(one.source, one)
    return list(found.values())


def _sorting(one: Promise) -> tuple[object, ...]:
    return (
        one.source,
        one.payer,
        one.payee,
        one.currency,
        one.amount,
        one.kind,
        one.epoch,
        one.due or _LATEST,
    )


def _account(key: Key, entries: _Entries) -> Account:
    owed = [one for one in entries.claims if one.standing in OWED]
    debts = _debts(entries.promises, owed)
    settled = sum(one.settled for one in entries.settlements)
    return Account(
        payer=key.payer,
        payee=key.payee,
        currency=key.currency,
        promised=sum(one.amount for one in entries.promises),
        delivered=entries.delivered,
        invoiced=sum(one.amount for one in owed),
        contested=sum(
            one.amount for one in entries.claims if one.standing == "disputed"
        ),
        owed=sum(one.amount for one in debts),
        sent=sum(one.sent for one in entries.settlements),
        settled=settled,
        in_transit=sum(one.in_transit for one in entries.settlements),
        disputed=sum(one.disputed for one in entries.settlements),
        netted=entries.netted,
        debts=_covered(debts, _direct(entries, owed), settled + entries.netted),
    )


def _debts(promises: Sequence[Promise], claims: Sequence[Claim]) -> list[Debt]:
    """Put the invoices to the promises that they call in; the others stand alone.

    A promise and the invoices for it are one debt, of whichever comes to more.
    """
    asked: dict[bytes, list[Claim]] = {one.source: [] for one in promises}
    bound = {one.source: one.epoch for one in promises}
    alone = []
    for claim in claims:
        promise = claim.promise
        if promise in asked and claim.epoch >= bound[promise]:
            asked[promise].append(claim)
        else:
            alone.append(claim)
    debts = [_debt(one, asked[one.source]) for one in promises]
    debts += [
        Debt(
            source=one.invoice,
            kind="invoice",
            amount=one.amount,
            covered=0,
            due=one.due,
            invoices=(one.invoice,),
        )
        for one in alone
    ]
    return sorted(debts, key=lambda one: (one.due or _LATEST, one.source))


def _debt(promise: Promise, claims: Sequence[Claim]) -> Debt:
    days = [one.due for one in claims]
    if promise.due is not None:
        days.append(promise.due)
    return Debt(
        source=promise.source,
        kind=promise.kind,
        amount=max(promise.amount, sum(one.amount for one in claims)),
        covered=0,
        due=min(days, default=None),
        invoices=tuple(sorted(one.invoice for one in claims)),
    )


def _direct(entries: _Entries, owed: Iterable[Claim]) -> dict[bytes, int]:
    """Sum up what was settled by the promise or invoice that the payment names.

    A payment of a lower epoch than what it names is for nothing in particular.
    """
    epochs = {one.source: one.epoch for one in entries.promises}
    epochs |= {one.invoice: one.epoch for one in owed}
    found: defaultdict[bytes, int] = defaultdict(int)
    for one in entries.settlements:
        for named in (one.invoice, one.promise):
            if named in epochs and one.epoch >= epochs[named]:
                found[named] += one.settled
                break
    return found


def _covered(
    debts: Sequence[Debt], direct: dict[bytes, int], paid: int
) -> tuple[Debt, ...]:
    """Share out what was paid: to what it names, then to the earliest due."""
    named = [
        min(
            one.amount, sum(direct.get(name, 0) for name in {one.source, *one.invoices})
        )
        for one in debts
    ]
    left = paid - sum(named)
    covered = []
    for debt, own in zip(debts, named, strict=True):
        more = min(left, debt.amount - own)
        left -= more
        covered.append(msgspec.structs.replace(debt, covered=own + more))
    return tuple(covered)
