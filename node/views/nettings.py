"""Nettings: which would help (pairs first, then circles), and how those proposed stand.

A suggestion is a circle of co-ops, each owing the next, and the most that all of them
can be let off at once. They are found in an order that follows from the ledger alone,
so that every node suggests the same.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from node import money
from node.money import Amount
from node.views import ids, titles
from node.views.books import Books
from node.views.names import Names
from protocol import ids as forms
from protocol.joins.agreeing import SetOff
from protocol.joins.ledger import Account

#: Co-ops of the longest circle that is looked for: more of them hardly ever all agree,
#: and each step more makes the search longer by the number of co-ops.
LONGEST: Final = 6
#: Suggestions given at once; agreeing to some of them makes others.
MOST: Final = 20
#: Steps of one search, so that a network in which all owe all ends as well.
STEPS: Final = 200_000

#: Debtor -> creditor -> minor units.
Owing = dict[bytes, dict[bytes, int]]


class Circle(msgspec.Struct, frozen=True, kw_only=True):
    """Co-ops that owe each other in turn, from the lowest id on, and what meets."""

    coops: tuple[bytes, ...]
    currency: str
    amount: int

    def entries(self) -> tuple[tuple[bytes, bytes, int], ...]:
        """Give the entries of a netting, in their order."""
        following = (*self.coops[1:], self.coops[0])
        return tuple(
            sorted(
                (debtor, creditor, self.amount)
                for debtor, creditor in zip(self.coops, following, strict=True)
            )
        )


def owing(accounts: Iterable[Account]) -> dict[str, Owing]:
    """Say by currency who owes whom: what is open, and what was paid too much.

    An account that is over is set against the one the other way round.
    """
    found: dict[str, Owing] = {}
    for one in accounts:
        debts = found.setdefault(one.currency, {})
        for debtor, creditor, amount in (
            (one.payer, one.payee, one.open),
            (one.payee, one.payer, one.over),
        ):
            if amount:
                row = debts.setdefault(debtor, {})
                row[creditor] = row.get(creditor, 0) + amount
    return found


def suggest(accounts: Iterable[Account]) -> list[Circle]:
    """Find what could be set off: pairs first, then circles, the smallest first.

    What one suggestion would set off, the next ones leave alone, so that all of them
    can be agreed to.
    """
    found: list[Circle] = []
    by_currency = owing(accounts)
    for currency in sorted(by_currency):
        debts = by_currency[currency]
        for size in range(2, LONGEST + 1):
            for coops in _circles(debts, size):
                amount = _meets(debts, coops)
                if amount and len(found) < MOST:
                    _take(debts, coops, amount)
                    found.append(Circle(coops=coops, currency=currency, amount=amount))
    return found


def _meets(debts: Owing, coops: Sequence[bytes]) -> int:
    """Say how much all of a circle owe in turn: the least of it."""
    following = (*coops[1:], coops[0])
    return min(
        debts[debtor].get(creditor, 0)
        for debtor, creditor in zip(coops, following, strict=True)
    )


def _take(debts: Owing, coops: Sequence[bytes], amount: int) -> None:
    following = (*coops[1:], coops[0])
    for debtor, creditor in zip(coops, following, strict=True):
        debts[debtor][creditor] -= amount


def _circles(debts: Owing, size: int) -> Iterator[tuple[bytes, ...]]:
    """Give the circles of a size, each once: from its lowest co-op on, in order."""
    edges = {debtor: sorted(debts[debtor]) for debtor in sorted(debts)}
    steps = 0
    for first in edges:
        ways: list[tuple[bytes, ...]] = [(first,)]
        while ways:
            steps += 1
            if steps > STEPS:
                return
            way = ways.pop()
            after = edges.get(way[-1], [])
            if len(way) == size:
                if first in after:
                    yield way
                continue
            # From the end, so that the lowest comes off the pile first.
            ways += [
                (*way, one) for one in reversed(after) if one > first and one not in way
            ]


# --- for people ---------------------------------------------------------------------


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A circle for people: each owes the next, the last one the first."""

    coops: list[str]
    names: list[str]
    amount: Amount


class NettingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A netting that was proposed. `entries` say who is let off what, towards whom."""

    id: str
    short: str
    proposer: str
    proposer_name: str
    currency: str
    entries: list[str]
    total: Amount
    standing: str
    missing: list[str]
    declined: list[str]
    mine: bool


def suggestions(
    names: Names, accounts: Iterable[Account], coop: bytes | None
) -> list[Suggestion]:
    """Write what could be set off; of one co-op, or of all."""
    return [
        Suggestion(
            coops=[forms.text("coop", one) for one in circle.coops],
            names=[names.of(one) for one in circle.coops],
            amount=money.write(circle.amount, circle.currency),
        )
        for circle in suggest(accounts)
        if coop is None or coop in circle.coops
    ]


async def rows(
    books: Books, names: Names, listed: Sequence[SetOff]
) -> list[NettingRow]:
    """Write nettings, in the order given. `mine`: this co-op's yes is missing."""
    short = await ids.shorts(books, [one.netting for one in listed])
    return [
        NettingRow(
            id=forms.text("evt", one.netting),
            short=short[one.netting],
            proposer=forms.text("coop", one.proposer),
            proposer_name=names.of(one.proposer),
            currency=one.currency,
            entries=[
                f"{names.of(debtor)} to {names.of(creditor)}:"
                f" {titles.quantity(amount, one.currency)}"
                for debtor, creditor, amount in one.entries
            ],
            total=money.write(sum(each[2] for each in one.entries), one.currency),
            standing=one.standing,
            missing=[names.of(each) for each in one.missing],
            declined=[names.of(each) for each in one.declined],
            mine=books.coop in one.missing,
        )
        for one in listed
    ]
