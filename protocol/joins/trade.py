"""All halves of trade, put together: what the ledger sums up (SPEC 11.30 to 11.32)."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from protocol.joins.agreeing import SetOff, set_off
from protocol.joins.payments import Claim, Settlement, claim, settle
from protocol.joins.reports import Delivery, deliver
from protocol.rules.invoices import Invoice
from protocol.rules.nettings import Netting
from protocol.rules.payments import Payment
from protocol.rules.reports import Report
from protocol.state import Entity


class Trade(msgspec.Struct, frozen=True, kw_only=True):
    """Reports, invoices, payments and nettings, each with the others' words."""

    deliveries: list[Delivery]
    claims: list[Claim]
    settlements: list[Settlement]
    nettings: list[SetOff]


def trade(entities: Iterable[Entity]) -> Trade:
    """Join entities of any logs, in any order; those of other families are left out."""
    found = Trade(deliveries=[], claims=[], settlements=[], nettings=[])
    listed = sorted(entities, key=lambda one: one.id)
    words: defaultdict[bytes, list[Entity]] = defaultdict(list)
    for entity in listed:
        if entity.ref is not None:
            words[entity.ref].append(entity)
    for entity in listed:
        related = words.get(entity.id, [])
        match entity.body:
            case Report():
                found.deliveries.append(deliver(entity, related))
            case Invoice():
                found.claims.append(claim(entity, related))
            case Payment():
                found.settlements.append(settle(entity, related))
            case Netting():
                found.nettings.append(set_off(entity, related))
            case _:
                pass
    return found
