"""The ledger as each co-op's own node has it, held against all the others'.

A sum over one answer is worth nothing: it holds each balance with both signs. Here each
co-op is asked for its own accounts, and only its own line of them is believed.
"""

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NamedTuple

#: What both sides of an account must say alike.
BOTH_SAY: Final = ("open", "over", "settled", "netted", "in_transit", "disputed")

#: What `ledger.show --coop` says, as the node of that co-op has it.
Shown = Mapping[str, Any]
#: By currency.
Sums = defaultdict[str, Decimal]


class Pair(NamedTuple):
    """Whose account with whom."""

    payer: str
    payee: str
    currency: str


def standing_open(seen: Mapping[str, Shown]) -> dict[str, Decimal]:
    """See that all books fit together; give what is owed in all, by currency.

    `seen` maps the id of each co-op to what its own node says of its accounts.
    """
    accounts = _accounts(seen)
    owed_to, owed_by = _own_lines(seen)
    opened: defaultdict[str, Decimal] = defaultdict(Decimal)
    for pair, account in accounts.items():
        still = _amount(account, "open")
        left = sum((_amount(debt, "open") for debt in account["debts"]), Decimal(0))
        assert left == still, f"{pair}: {left} of its debts, {still} in all"
        # What was paid too much is owed back.
        opened[pair.currency] += still + _amount(account, "over")
    for currency, amount in opened.items():
        told = owed_to[currency], owed_by[currency]
        assert told == (amount, amount), f"{currency}: {told} of {amount}"
    assert owed_to.keys() | owed_by.keys() == opened.keys()
    return dict(opened)


def _accounts(seen: Mapping[str, Shown]) -> dict[Pair, Shown]:
    """Give each account once, after it was found alike in the books of both."""
    told: defaultdict[Pair, dict[str, Shown]] = defaultdict(dict)
    for coop, shown in seen.items():
        for account in shown["accounts"]:
            pair = Pair(*(account[key] for key in Pair._fields))
            assert coop in pair[:2], f"{coop} shows {pair} as its own"
            told[pair][coop] = account
    for pair, by_side in told.items():
        assert by_side.keys() == set(pair[:2]), f"{pair}: only in the books of one"
        one, other = ([side[key] for key in BOTH_SAY] for side in by_side.values())
        assert one == other, f"{pair}: {one} or {other}"
    return {pair: by_side[pair.payee] for pair, by_side in told.items()}


def _own_lines(seen: Mapping[str, Shown]) -> tuple[Sums, Sums]:
    owed_to: Sums = defaultdict(Decimal)
    owed_by: Sums = defaultdict(Decimal)
    for coop, shown in seen.items():
        for row in shown["positions"]:
            if row["coop"] == coop:
                owed_to[row["currency"]] += _amount(row, "owed_to")
                owed_by[row["currency"]] += _amount(row, "owed_by")
    return owed_to, owed_by


def _amount(row: Mapping[str, Any], key: str) -> Decimal:
    return Decimal(row[key]["amount"])
