"""trade.json, run against protocol/: halves of trade, and the ledger they make."""

import datetime
import json
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from protocol import rules
from protocol.joins.agreeing import mediations, set_off
from protocol.joins.ledger import Promise, accounts
from protocol.joins.payments import claim, settle
from protocol.joins.reports import deliver
from protocol.joins.trade import trade
from protocol.state import Entity
from tests.vectors.making.trade import account

Case = dict[str, Any]
FILE: Final[Case] = json.loads(Path(__file__).with_name("trade.json").read_bytes())


def entity(case: Case) -> Entity:
    return Entity(
        id=bytes.fromhex(case["id"]),
        coop=bytes.fromhex(case["coop"]),
        family=case["family"],
        state=case["state"],
        epoch=case["epoch"],
        body=msgspec.msgpack.decode(
            bytes.fromhex(case["body"]), type=rules.FAMILIES[case["family"]]
        ),
        ref=None if case["ref"] is None else bytes.fromhex(case["ref"]),
    )


def promise(case: Case) -> Promise:
    ids = {name: bytes.fromhex(case[name]) for name in ("payer", "payee", "source")}
    due = case["due"] and datetime.date.fromisoformat(case["due"])
    made: Promise = msgspec.convert(
        {**case, **ids, "due": due},
        Promise,
        builtin_types=(bytes, datetime.date),
    )
    return made


JOINS: Final = {
    "reports": deliver,
    "invoices": claim,
    "payments": settle,
    "nettings": set_off,
}


@pytest.mark.parametrize("section", JOINS)
def test_what_stands_between_two(section: str) -> None:
    for case in FILE[section]:
        words = [entity(one) for one in case["words"]]
        found: Any = JOINS[section](entity(case["of"]), words)
        for name in case.keys() - {"name", "of", "words", "missing"}:
            assert getattr(found, name) == case[name], case["name"]
        if "missing" in case:
            assert [one.hex() for one in found.missing] == case["missing"]


def test_mediations() -> None:
    for case in FILE["mediations"]:
        (found,) = mediations(entity(one) for one in case["halves"])
        assert found.standing == case["standing"], case["name"]


def test_ledgers() -> None:
    for case in FILE["ledger"]:
        done = trade(entity(one) for one in case["entities"])
        found = accounts(
            [promise(one) for one in case["promises"]],
            done.claims,
            done.settlements,
            done.deliveries,
            done.nettings,
        )
        assert [account(one) for one in found] == case["accounts"], case["name"]
