"""Suggestions for netting: pairs first, then circles, the same for everybody."""

import datetime

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from node.views import ledger, nettings
from node.views.nettings import Circle, suggest
from protocol.joins.agreeing import SetOff
from protocol.joins.ledger import Account, Promise, accounts, positions
from protocol.rules import nettings as rules
from tests.protocol.budget import chance, examples

A, B, C, D = (bytes([number]) * 32 for number in (1, 2, 3, 4))


def promised(*debts: tuple[bytes, bytes, int], currency: str = "GBP") -> list[Promise]:
    return [
        Promise(
            payer=payer,
            payee=payee,
            currency=currency,
            amount=amount,
            source=bytes([at]) * 32,
            kind="pledge",
            epoch=0,
        )
        for at, (payer, payee, amount) in enumerate(debts)
    ]


def owed(*debts: tuple[bytes, bytes, int], currency: str = "GBP") -> list[Account]:
    return accounts(promised(*debts, currency=currency))


def test_pairs_come_before_circles() -> None:
    found = suggest(owed((A, B, 100), (B, C, 80), (C, A, 60), (B, A, 30), (C, D, 5)))
    assert found == [
        Circle(coops=(A, B), currency="GBP", amount=30),
        Circle(coops=(A, B, C), currency="GBP", amount=60),
    ]


def test_what_one_takes_another_does_not() -> None:
    # Both circles go through A to B, which owes 100 in all.
    found = suggest(owed((A, B, 100), (B, C, 70), (C, A, 70), (B, D, 70), (D, A, 70)))
    assert [(one.coops, one.amount) for one in found] == [
        ((A, B, C), 70),
        ((A, B, D), 30),
    ]


def test_currencies_are_not_mixed() -> None:
    two = owed((A, B, 5)) + owed((B, A, 5), currency="EUR")
    assert suggest(two) == []


def test_what_was_paid_too_much_is_owed_back() -> None:
    settled = [msgspec.structs.replace(one, settled=25) for one in owed((A, B, 5))]
    assert nettings.owing(settled) == {"GBP": {B: {A: 20}}}


def test_the_longest_circle_and_no_longer() -> None:
    coops = [bytes([number]) * 32 for number in range(1, nettings.LONGEST + 2)]
    for size, count in ((nettings.LONGEST, 1), (nettings.LONGEST + 1, 0)):
        ring = coops[:size]
        debts = zip(ring, [*ring[1:], ring[0]], [9] * size, strict=True)
        assert len(suggest(owed(*debts))) == count


def test_there_is_an_end_to_suggesting() -> None:
    coops = [bytes([number]) * 32 for number in range(1, 31)]
    debts = [(one, other, 7) for one in coops for other in coops if one != other]
    assert len(suggest(owed(*debts[:250]))) == nettings.MOST


@examples(200)
@given(st.integers(0, 2**64 - 1))
def test_suggestions_hold_what_they_promise(number: int) -> None:
    dice = chance(number)
    coops = [bytes([one]) * 32 for one in range(1, 6)]
    debts = []
    for _ in range(dice.randint(2, 14)):
        payer, payee = dice.sample(coops, 2)
        debts.append((payer, payee, dice.randint(1, 50)))
    promises = promised(*debts)
    before = accounts(promises)
    found = suggest(before)
    sizes = [len(one.coops) for one in found]
    assert sizes == sorted(sizes)
    shuffled = list(before)
    dice.shuffle(shuffled)
    assert suggest(shuffled) == found
    set_off = [
        SetOff(
            netting=bytes([at]),
            proposer=one.coops[0],
            currency=one.currency,
            entries=one.entries(),
            missing=(),
            declined=(),
        )
        for at, one in enumerate(found)
    ]
    after = accounts(promises, nettings=set_off)
    assert positions(after) == positions(before)
    assert not any(one.over for one in after)
    off = sum(one.amount * len(one.coops) for one in found)
    assert sum(one.open for one in after) == sum(one.open for one in before) - off
    assert suggest(after) == []


@given(st.integers(0, 2**64 - 1))
def test_what_is_suggested_is_a_netting_by_the_rules(number: int) -> None:
    dice = chance(number)
    coops = tuple(dice.sample([A, B, C, D], dice.randint(2, 4)))
    entries = Circle(coops=coops, currency="GBP", amount=7).entries()
    assert rules.check_entries(entries) is None


def test_days_are_those_of_the_clock_in_utc() -> None:
    assert ledger.day_of(0) == datetime.date(1970, 1, 1)
    assert ledger.day_of(-1) == datetime.date(1969, 12, 31)
    assert ledger.day_of(1_700_000_000_000) == datetime.date(2023, 11, 14)
    assert ledger.signed(-1250, "GBP") == "-12.50"
    assert ledger.signed(5, "JPY") == "5"
