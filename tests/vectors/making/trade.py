"""trade.json: SPEC 11.30 to 11.34."""

from collections.abc import Iterable

from protocol import state
from protocol.joins.agreeing import mediations, set_off
from protocol.joins.ledger import Account, Promise, accounts
from protocol.joins.payments import claim, settle
from protocol.joins.reports import deliver
from protocol.joins.trade import trade
from protocol.state import Entity
from tests.protocol.joins.market import folded, market
from tests.protocol.joins.test_trade import (
    AGREED,
    INVOICES,
    NETTINGS,
    PAYMENTS,
    REPORTS,
)
from tests.vectors.making.written import File, Json

#: Markets whose ledgers are written down.
MARKETS = range(4)


def entity(one: Entity) -> Json:
    return {
        "id": one.id.hex(),
        "coop": one.coop.hex(),
        "family": one.family,
        "state": one.state,
        "epoch": one.epoch,
        "body": state.encode_body(one).hex(),
        "ref": None if one.ref is None else one.ref.hex(),
    }


def _case(name: str, of: Entity, words: Iterable[Entity]) -> dict[str, Json]:
    return {"name": name, "of": entity(of), "words": [entity(one) for one in words]}


def _promise(one: Promise) -> Json:
    return {
        "payer": one.payer.hex(),
        "payee": one.payee.hex(),
        "currency": one.currency,
        "amount": one.amount,
        "source": one.source.hex(),
        "kind": one.kind,
        "epoch": one.epoch,
        "due": None if one.due is None else one.due.isoformat(),
    }


def account(one: Account) -> dict[str, Json]:
    return {
        "payer": one.payer.hex(),
        "payee": one.payee.hex(),
        "currency": one.currency,
        "promised": one.promised,
        "delivered": one.delivered,
        "invoiced": one.invoiced,
        "contested": one.contested,
        "owed": one.owed,
        "sent": one.sent,
        "settled": one.settled,
        "in_transit": one.in_transit,
        "disputed": one.disputed,
        "netted": one.netted,
        "returned": one.returned,
        "balance": one.balance,
        "oldest": None if one.oldest is None else one.oldest.isoformat(),
        "debts": [[debt.source.hex(), debt.amount, debt.covered] for debt in one.debts],
    }


def _ledger(number: int) -> Json:
    shop = market(number)
    entities = folded(shop)
    done = trade(entities)
    found = accounts(
        shop.promises, done.claims, done.settlements, done.deliveries, done.nettings
    )
    return {
        "name": f"market-{number}",
        "entities": [entity(one) for one in entities if one.family != "log"],
        "promises": [_promise(one) for one in shop.promises],
        "accounts": [account(one) for one in found],
    }


def make() -> File:
    return {
        "about": "SPEC 11.30 to 11.34. A thing, the words on it, how it stands. "
        "`ledger`: entities and promises, and the accounts that they come to.",
        "reports": [
            _case(name, said.of, said.words)
            | {"standing": deliver(said.of, said.words).standing}
            for name, said in REPORTS.items()
        ],
        "invoices": [
            _case(name, said.of, said.words)
            | {"standing": claim(said.of, said.words).standing}
            for name, said in INVOICES.items()
        ],
        "payments": [
            _case(name, said.of, said.words)
            | {
                "standing": (made := settle(said.of, said.words)).standing,
                "sent": made.sent,
                "settled": made.settled,
                "in_transit": made.in_transit,
                "disputed": made.disputed,
            }
            for name, said in PAYMENTS.items()
        ],
        "nettings": [
            _case(name, said.of, said.words)
            | {
                "standing": (joined := set_off(said.of, said.words)).standing,
                "missing": [one.hex() for one in joined.missing],
            }
            for name, said in NETTINGS.items()
        ],
        "mediations": [
            {
                "name": f"{len(halves)}-halves",
                "halves": [entity(one) for one in halves],
                "standing": mediations(halves)[0].standing,
            }
            for halves in (AGREED[:1], AGREED[:2], AGREED)
        ],
        "ledger": [_ledger(number) for number in MARKETS],
    }
