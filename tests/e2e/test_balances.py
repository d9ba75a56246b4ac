"""The check of all books can fail: each way in which they can be apart is found."""

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import pytest

from tests.e2e.balances import BOTH_SAY, standing_open

Books = dict[str, Any]

COOPS: Final = ("alba", "birch", "cedar")
#: Payer, payee, what is open.
OWED: Final = (("alba", "birch", 30), ("birch", "cedar", 20), ("cedar", "alba", 5))


def gbp(amount: int) -> dict[str, str]:
    return {"amount": f"{amount}.00", "currency": "GBP"}


def account(payer: str, payee: str, amount: int) -> dict[str, Any]:
    return {
        **dict.fromkeys(BOTH_SAY, gbp(0)),
        "payer": payer,
        "payee": payee,
        "currency": "GBP",
        "open": gbp(amount),
        "debts": [{"open": gbp(amount - 2)}, {"open": gbp(2)}],
    }


def position(coop: str) -> dict[str, Any]:
    return {
        "coop": coop,
        "currency": "GBP",
        "owed_to": gbp(sum(some for _, payee, some in OWED if payee == coop)),
        "owed_by": gbp(sum(some for payer, _, some in OWED if payer == coop)),
    }


def books() -> Books:
    return {
        coop: {
            "accounts": [account(*one) for one in OWED if coop in one],
            # A stranger's line is there, too; it is not that co-op's to say.
            "positions": [position(one) for one in COOPS],
        }
        for coop in COOPS
    }


def test_books_that_fit_together_give_what_is_open() -> None:
    assert standing_open(books()) == {"GBP": Decimal(55)}


def _other_sum(seen: Books) -> None:
    seen["alba"]["accounts"][0]["open"] = gbp(31)


def _both_too_much(seen: Books) -> None:
    for coop in ("alba", "birch"):
        seen[coop]["accounts"][0]["open"] = gbp(31)
        seen[coop]["accounts"][0]["debts"][0]["open"] = gbp(29)


def _debts_of_another_sum(seen: Books) -> None:
    for coop in ("alba", "birch"):
        seen[coop]["accounts"][0]["debts"].pop()


def _one_side_only(seen: Books) -> None:
    seen["cedar"]["accounts"].pop(0)


def _another_pair(seen: Books) -> None:
    seen["cedar"]["accounts"].append(account("alba", "birch", 30))


def _own_claim(seen: Books) -> None:
    seen["birch"]["positions"][1]["owed_to"] = gbp(40)


def _own_debt(seen: Books) -> None:
    seen["birch"]["positions"][1]["owed_by"] = gbp(0)


def _no_line(seen: Books) -> None:
    seen["alba"]["positions"].pop(0)


def _other_currency(seen: Books) -> None:
    line = seen["alba"]["positions"][0] | {"currency": "EUR"}
    seen["alba"]["positions"].append(line)


@pytest.mark.parametrize(
    "break_",
    [
        _other_sum,
        _both_too_much,
        _debts_of_another_sum,
        _one_side_only,
        _another_pair,
        _own_claim,
        _own_debt,
        _no_line,
        _other_currency,
    ],
)
def test_books_that_are_apart_are_found(break_: Callable[[Books], None]) -> None:
    seen = copy.deepcopy(books())
    break_(seen)
    with pytest.raises(AssertionError):
        standing_open(seen)
