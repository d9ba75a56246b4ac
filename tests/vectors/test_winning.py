"""joins.json, SPEC 11.3 to 11.5: the joins do as the vectors say."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest

from protocol import rules
from protocol.joins import agreements, bids, handovers
from protocol.joins.handovers import Handing, fee_of, fees
from protocol.kinds.fields import Sum
from protocol.kinds.handovers import Fee
from protocol.rules.bids import Bid
from protocol.state import Entity
from tests.vectors.generate import FOLDER
from tests.vectors.making.winning import plain

Case = Mapping[str, Any]
FILE = json.loads((FOLDER / "joins.json").read_bytes())


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
    )


JOINS: dict[str, tuple[str, Callable[[Entity, dict[bytes, Entity]], object]]] = {
    "handovers": ("handover", handovers.join),
    "bids": ("bid", bids.join),
    "agreements": ("agreement", agreements.join),
}


@pytest.mark.parametrize("section", JOINS)
def test_joins(section: str) -> None:
    name, join = JOINS[section]
    for case in FILE[section]:
        related = {one.id: one for one in map(entity, case["related"])}
        assert plain(join(entity(case[name]), related)) == case["joined"], case["name"]


def handing(case: Case) -> Handing:
    names = ("handover", "finder", "taker", "lead", "opened")
    ids = {
        name: None if case[name] is None else bytes.fromhex(case[name])
        for name in names
    }
    fee = case["fee"]
    if fee is not None:
        size = fee["size"]
        whole = Sum(*size) if isinstance(size, list) else size
        fee = Fee(due=fee["due"], size=whole)
    return Handing(**ids, fee=fee, standing=case["standing"])  # type: ignore[arg-type]


def test_fees() -> None:
    for case in FILE["fees"]:
        lead = entity(case["lead"])
        found = fee_of(handing(case["handing"]), {lead.id: lead}, {})
        assert plain(found) == case["fee"], case["name"]
    for case in FILE["fees-passed-on"]:
        leads = {one.id: one for one in map(entity, case["leads"])}
        owed = fees([*map(handing, case["handings"])], leads)
        assert [plain(one) for one in owed] == case["fees"], case["name"]


def test_prices_are_divided() -> None:
    for case in FILE["divided"]:
        body = entity(case["bid"]).body
        assert isinstance(body, Bid)
        for one in case["prices"]:
            found = [plain(cut) for cut in bids.divide(body, one["price"])]
            assert found == one["slices"]
