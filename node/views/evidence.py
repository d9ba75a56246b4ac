"""What the sums of the ledger are made of: the entities to look up beneath each figure.

What is promised is not here: the debts of an account name it one by one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

import msgspec

from protocol import ids as forms
from protocol.joins.agreeing import SetOff
from protocol.joins.ledger import Key
from protocol.joins.payments import OWED, Claim
from protocol.joins.trade import Trade

_Figure = Literal["delivered", "invoiced", "contested", "sent", "netted"]


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Ids by the figure of an account that they make, sorted.

    Those of `sent` make `settled`, `in_transit` and `disputed` as well.
    """

    delivered: list[str]
    invoiced: list[str]
    contested: list[str]
    sent: list[str]
    netted: list[str]


NONE: Final = Evidence(delivered=[], invoiced=[], contested=[], sent=[], netted=[])


def of(trade: Trade) -> Mapping[Key, Evidence]:
    """Name what each account is the sum of; those without an entry have nothing."""
    found: defaultdict[Key, defaultdict[str, set[bytes]]]
    found = defaultdict(lambda: defaultdict(set))
    for key, figure, entity in _pieces(trade):
        found[key][figure].add(entity)
    return {
        key: Evidence(
            **{
                name: [forms.text("evt", one) for one in sorted(by_figure[name])]
                for name in Evidence.__struct_fields__
            }
        )
        for key, by_figure in found.items()
    }


def _pieces(trade: Trade) -> Iterator[tuple[Key, _Figure, bytes]]:
    for report in trade.deliveries:
        if report.standing == "accepted" and report.amount is not None:
            key = Key(report.receiver, report.provider, report.amount.currency)
            yield key, "delivered", report.report
    for paid in trade.settlements:
        if paid.sent:
            yield Key(paid.payer, paid.payee, paid.currency), "sent", paid.payment
    yield from _asked(trade.claims)
    yield from _set_off(trade.nettings)


def _asked(claims: Iterable[Claim]) -> Iterator[tuple[Key, _Figure, bytes]]:
    for one in claims:
        key = Key(one.payer, one.payee, one.currency)
        if one.standing in OWED:
            yield key, "invoiced", one.invoice
        elif one.standing == "disputed":
            yield key, "contested", one.invoice


def _set_off(nettings: Iterable[SetOff]) -> Iterator[tuple[Key, _Figure, bytes]]:
    for one in nettings:
        if one.standing == "effective":
            for debtor, creditor, _ in one.entries:
                yield Key(debtor, creditor, one.currency), "netted", one.netting
