"""The ledger: nothing is made or lost, nothing counts twice, any order is the same."""

import datetime
from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.joins.agreeing import SetOff
from protocol.joins.commitments import Commitment, Standing
from protocol.joins.handovers import FeeOwed
from protocol.joins.ledger import (
    Account,
    Debt,
    Promise,
    accounts,
    of_fee,
    of_pledge,
    of_round,
    positions,
)
from protocol.joins.payments import Claim, ClaimStanding, PaymentStanding, Settlement
from protocol.joins.reports import Delivery
from protocol.joins.rounds import RoundOwed
from protocol.joins.trade import Trade, trade
from protocol.kinds.fields import Money
from tests.protocol.budget import chance, examples
from tests.protocol.joins.market import folded, market
from tests.protocol.world import seed

A, B, C = (bytes([number]) * 32 for number in (1, 2, 3))
EARLY, LATE = datetime.date(2026, 3, 1), datetime.date(2026, 6, 1)


def promise(amount: int, **fields: object) -> Promise:
    """A promises B pounds."""
    made = Promise(
        payer=A,
        payee=B,
        currency="GBP",
        amount=amount,
        source=seed("promise"),
        kind="pledge",
        epoch=2,
    )
    changed: Promise = msgspec.structs.replace(made, **fields)
    return changed


def asked(amount: int, standing: ClaimStanding = "issued", **fields: object) -> Claim:
    """B asks A for pounds."""
    made = Claim(
        invoice=seed("invoice"),
        payer=A,
        payee=B,
        currency="GBP",
        amount=amount,
        due=LATE,
        promise=None,
        epoch=2,
        standing=standing,
    )
    changed: Claim = msgspec.structs.replace(made, **fields)
    return changed


def paid(
    sent: int,
    settled: int | None = None,
    standing: PaymentStanding = "received",
    **fields: object,
) -> Settlement:
    """A sent B pounds, and all of them came."""
    made = Settlement(
        payment=seed("payment"),
        payer=A,
        payee=B,
        currency="GBP",
        sent=sent,
        settled=sent if settled is None else settled,
        date=LATE,
        invoice=None,
        promise=None,
        epoch=2,
        standing=standing,
    )
    changed: Settlement = msgspec.structs.replace(made, **fields)
    return changed


def netted(amount: int, *missing: bytes) -> SetOff:
    return SetOff(
        netting=seed("netting"),
        proposer=A,
        currency="GBP",
        entries=((A, B, amount), (B, A, amount)),
        missing=missing,
        declined=(),
    )


def delivered(amount: Money | None, **fields: object) -> Delivery:
    """B worked for A."""
    made = Delivery(
        report=seed("report"),
        pledge=seed("pledge"),
        provider=B,
        receiver=A,
        minutes=60,
        amount=amount,
        themes=(),
        outcome=None,
        standing="accepted",
    )
    changed: Delivery = msgspec.structs.replace(made, **fields)
    return changed


class Case(NamedTuple):
    """What there is between A and B, and A's account with B; zeroes are left out."""

    promises: tuple[Promise, ...] = ()
    claims: tuple[Claim, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    nettings: tuple[SetOff, ...] = ()
    sums: str = ""


SOURCE: Final = seed("promise")
INVOICE: Final = seed("invoice")

CASES: Final[dict[str, Case]] = {
    "promised": Case((promise(500),), sums="promised 500 owed 500 open 500"),
    "promised-twice": Case(
        (promise(500), promise(300, source=seed("other"))),
        sums="promised 800 owed 800 open 800",
    ),
    "promised-from-two-feeds": Case(
        (promise(500), promise(500)), sums="promised 500 owed 500 open 500"
    ),
    "invoiced": Case(
        claims=(asked(500),), sums="invoiced 500 owed 500 open 500 oldest 2026-06-01"
    ),
    "approved": Case(
        claims=(asked(500, "approved"),),
        sums="invoiced 500 owed 500 open 500 oldest 2026-06-01",
    ),
    "disputed": Case(claims=(asked(500, "disputed"),), sums="contested 500"),
    "withdrawn": Case(claims=(asked(500, "withdrawn"),), sums=""),
    "promised-and-invoiced": Case(
        (promise(500),),
        (asked(500, promise=SOURCE),),
        sums="promised 500 invoiced 500 owed 500 open 500 oldest 2026-06-01",
    ),
    "promised-and-invoiced-in-part": Case(
        (promise(500),),
        (asked(300, promise=SOURCE),),
        sums="promised 500 invoiced 300 owed 500 open 500 oldest 2026-06-01",
    ),
    "promised-and-invoiced-in-two-parts": Case(
        (promise(500, due=EARLY),),
        (
            asked(300, promise=SOURCE),
            asked(200, promise=SOURCE, invoice=seed("other")),
        ),
        sums="promised 500 invoiced 500 owed 500 open 500 oldest 2026-03-01",
    ),
    "invoiced-beyond-what-was-promised": Case(
        (promise(500),),
        (asked(700, promise=SOURCE),),
        sums="promised 500 invoiced 700 owed 700 open 700 oldest 2026-06-01",
    ),
    "invoiced-another-promise": Case(
        (promise(500),),
        (asked(300, promise=seed("other")),),
        sums="promised 500 invoiced 300 owed 800 open 800 oldest 2026-06-01",
    ),
    "invoiced-before-the-promise": Case(
        (promise(500, epoch=3),),
        (asked(300, promise=SOURCE),),
        sums="promised 500 invoiced 300 owed 800 open 800 oldest 2026-06-01",
    ),
    "disputed-beside-its-promise": Case(
        (promise(500),),
        (asked(700, "disputed", promise=SOURCE),),
        sums="promised 500 contested 700 owed 500 open 500",
    ),
    "in-transit": Case(
        (promise(500),),
        settlements=(paid(500, 0, "transit"),),
        sums="promised 500 owed 500 sent 500 in_transit 500 open 500",
    ),
    "settled": Case(
        (promise(500),),
        settlements=(paid(500),),
        sums="promised 500 owed 500 sent 500 settled 500",
    ),
    "settled-by-the-invoice": Case(
        (promise(500),),
        (asked(500, promise=SOURCE),),
        (paid(500, invoice=INVOICE),),
        sums="promised 500 invoiced 500 owed 500 sent 500 settled 500",
    ),
    "settled-once-by-promise-and-invoice": Case(
        (promise(500),),
        (asked(500, promise=SOURCE),),
        (paid(300, invoice=INVOICE, promise=SOURCE),),
        sums="promised 500 invoiced 500 owed 500 sent 300 settled 300 open 200"
        " oldest 2026-06-01",
    ),
    "settled-in-part": Case(
        (promise(500),),
        settlements=(paid(500, 300),),
        sums="promised 500 owed 500 sent 500 settled 300 disputed 200 open 200",
    ),
    "disputed-payment": Case(
        (promise(500),),
        settlements=(paid(500, 0, "disputed"),),
        sums="promised 500 owed 500 sent 500 disputed 500 open 500",
    ),
    "paid-too-much": Case(
        (promise(500),),
        settlements=(paid(700),),
        sums="promised 500 owed 500 sent 700 settled 700 over 200",
    ),
    "paid-without-owing": Case(
        settlements=(paid(700),), sums="sent 700 settled 700 over 700"
    ),
    "delivered": Case(deliveries=(delivered(Money("GBP", 450)),), sums="delivered 450"),
    "netted": Case(
        (promise(500),),
        nettings=(netted(300),),
        sums="promised 500 owed 500 netted 300 open 200",
    ),
    "netting-that-is-not-agreed": Case(
        (promise(500),),
        nettings=(netted(300, B),),
        sums="promised 500 owed 500 open 500",
    ),
    "netted-and-paid": Case(
        (promise(500),),
        settlements=(paid(500),),
        nettings=(netted(300),),
        # B was let off 300, too, which it had not owed: the two come to nothing.
        sums="promised 500 owed 500 sent 500 settled 500 netted 300",
    ),
}
SUMS: Final = (
    *("promised", "delivered", "invoiced", "contested", "owed", "sent", "settled"),
    *("in_transit", "disputed", "netted", "open", "over", "oldest"),
)


def listed(case: Case) -> list[Account]:
    return accounts(
        case.promises, case.claims, case.settlements, case.deliveries, case.nettings
    )


@pytest.mark.parametrize("name", CASES)
def test_what_it_comes_to(name: str) -> None:
    found = [one for one in listed(CASES[name]) if one.payer == A]
    assert len(found) == 1
    (one,) = found
    assert (one.payee, one.currency) == (B, "GBP")
    words = " ".join(
        f"{key} {value}" for key in SUMS if (value := getattr(one, key, None))
    )
    assert words == CASES[name].sums
    assert one.balance == one.open - one.over


def test_accounts_are_kept_apart_by_pair_and_currency() -> None:
    found = accounts(
        [
            promise(1),
            promise(2, source=seed("b"), payer=B, payee=A),
            promise(3, source=seed("c"), currency="EUR"),
            promise(4, source=seed("d"), payee=C),
        ],
        [asked(5, payee=C), asked(6, currency="EUR")],
        [paid(7, promise=SOURCE, currency="EUR"), paid(8, payer=C)],
    )
    assert [
        (one.payer, one.payee, one.currency, one.owed, one.settled) for one in found
    ] == [
        (A, B, "EUR", 9, 7),
        (A, B, "GBP", 1, 0),
        (A, C, "GBP", 9, 0),
        (B, A, "GBP", 2, 0),
        (C, B, "GBP", 0, 8),
    ]


@pytest.mark.parametrize(
    ("there", "back", "over"),
    [(100, 100, (0, 0)), (100, 30, (70, 0)), (30, 100, (0, 70)), (100, 0, (100, 0))],
)
def test_what_both_paid_too_much_has_come_back(
    there: int, back: int, over: tuple[int, int]
) -> None:
    again = paid(back, payer=B, payee=A, payment=seed("back"))
    found = accounts([promise(50)], settlements=[paid(50 + there), again])
    assert (found[0].over, found[1].over) == over
    assert {one.returned for one in found} == {min(there, back)}
    assert not any(one.open for one in found)
    assert positions(found) == {
        (A, "GBP"): there - back,
        (B, "GBP"): back - there,
    }


def test_what_is_open_is_not_set_off_by_itself() -> None:
    owing = promise(80, payer=B, payee=A, source=seed("other"))
    found = accounts([owing], settlements=[paid(100)])
    assert [(one.open, one.over, one.returned) for one in found] == [
        (0, 100, 0),
        (80, 0, 0),
    ]


def test_nobody_owes_itself() -> None:
    own = delivered(Money("GBP", 450), receiver=B)
    assert accounts([promise(5, payee=A)], deliveries=[own]) == []


@pytest.mark.parametrize("standing", ["reported", "disputed", "stale", "withdrawn"])
def test_only_what_was_accepted_is_delivered(standing: str) -> None:
    assert accounts([], deliveries=[delivered(None)]) == []
    assert (
        accounts([], deliveries=[delivered(Money("GBP", 1), standing=standing)]) == []
    )


def test_what_is_paid_goes_to_what_it_names_then_to_the_earliest() -> None:
    (one,) = accounts(
        [
            promise(100, source=seed("late"), due=LATE),
            promise(100, source=seed("early"), due=EARLY),
            promise(100, source=seed("never")),
        ],
        [asked(100)],
        [
            paid(120, promise=seed("late"), payment=seed("1")),
            paid(50, payment=seed("2")),
            paid(30, invoice=INVOICE, payment=seed("3")),
            paid(40, promise=seed("never"), epoch=1, payment=seed("4")),
        ],
    )
    covered = {debt.source: (debt.covered, debt.open) for debt in one.debts}
    # 20 of the 120 are left over; with the 50 and the 40 they make 110 for the rest.
    assert covered == {
        seed("early"): (100, 0),
        seed("late"): (100, 0),
        INVOICE: (40, 60),
        seed("never"): (0, 100),
    }
    assert one.oldest == LATE
    assert [debt.kind for debt in one.debts][-1] == "pledge"


def test_what_is_paid_for_a_disputed_invoice_goes_to_its_promise() -> None:
    (one,) = accounts(
        [promise(100, due=LATE), promise(100, source=seed("early"), due=EARLY)],
        [asked(100, "disputed")],
        [paid(60, invoice=INVOICE, promise=SOURCE)],
    )
    assert [debt.covered for debt in one.debts] == [0, 60]


def test_a_debt_names_its_invoices() -> None:
    (one,) = accounts([promise(100)], [asked(60, promise=SOURCE)])
    assert one.debts == (
        Debt(
            source=SOURCE,
            kind="pledge",
            amount=100,
            covered=0,
            due=LATE,
            invoices=(INVOICE,),
        ),
    )


def test_of_two_promises_with_one_source_the_same_one_counts() -> None:
    two = [promise(500), promise(700), promise(500, due=EARLY)]
    assert accounts(two) == accounts(two[::-1]) == accounts([two[2]])


# --- promises of pledges ------------------------------------------------------------


def commitment(standing: Standing, unit: str = "GBP") -> Commitment:
    return Commitment(
        pledge=SOURCE,
        pledger=A,
        taker=B,
        to=seed("project"),
        line=None,
        unit=unit,
        quantity=500,
        standing=standing,
    )


@pytest.mark.parametrize("standing", ["committed", "overtaken"])
def test_a_pledge_that_binds_is_a_promise(standing: Standing) -> None:
    assert of_pledge(commitment(standing), 2) == promise(500)
    assert of_pledge(commitment(standing), 3, EARLY) == promise(500, epoch=3, due=EARLY)


def test_other_pledges_are_none() -> None:
    assert of_pledge(commitment("committed", "minutes"), 2) is None
    for standing in ("offered", "accepted", "declined", "unmatched", "released"):
        assert of_pledge(commitment(standing), 2) is None


def test_what_a_round_came_to_is_a_promise() -> None:
    owed = RoundOwed(payer=A, payee=B, currency="GBP", amount=500, source=SOURCE)
    assert of_round(owed, 7) == promise(500, kind="round", epoch=7)
    assert of_round(owed, 7, EARLY).due == EARLY


def test_a_fee_that_has_arisen_is_a_promise() -> None:
    owed = FeeOwed(
        handover=SOURCE,
        lead=seed("lead"),
        payer=A,
        payee=B,
        currency="GBP",
        amount=500,
        due="award",
        epoch=3,
    )
    assert of_fee(owed) == promise(500, kind="fee", epoch=3)


# --- what holds whatever they do ----------------------------------------------------

#: Payer, payee, currency, and by how much more the one owes the other.
Moved = tuple[bytes, bytes, str, int]


def ledger(number: int, *, cut: bool = True) -> tuple[list[Account], list[SetOff]]:
    """The ledger of a market, as far as the logs are held."""
    shop = market(number)
    dice = chance(number + 1)
    lengths = [
        dice.randint(0, len(one.events)) if cut else len(one.events)
        for one in shop.writers
    ]
    done = trade(folded(shop, lengths))
    found = accounts(shop.promises, done.claims, done.settlements, (), done.nettings)
    return found, done.nettings


NUMBERS: Final = st.integers(0, 2**64 - 1)


def own_books(coop: bytes, promises: list[Promise], done: Trade) -> Counter[str]:
    """What one co-op alone makes of all there is: owed to it, less what it owes.

    Without accounts or pairs: each thing that names it, once, with its sign.
    """
    sums = Counter[str]()
    for payer, payee, currency, amount in [*owing(promises, done), *let_off(done)]:
        if payer != payee:
            sums[currency] += amount * ((payee == coop) - (payer == coop))
    return sums


def owing(promises: list[Promise], done: Trade) -> Iterator[Moved]:
    called_in = Counter[bytes]()
    once = {one.source: one for one in promises}
    for claim in done.claims:
        if claim.standing in {"issued", "approved"}:
            yield claim.payer, claim.payee, claim.currency, claim.amount
            promised = once.get(claim.promise or b"")
            if promised and claim.epoch >= promised.epoch and same(claim, promised):
                called_in[promised.source] += claim.amount
    for one in promises:
        # What is called in is not owed twice.
        rest = max(0, one.amount - called_in[one.source])
        yield one.payer, one.payee, one.currency, rest


def let_off(done: Trade) -> Iterator[Moved]:
    for one in done.settlements:
        yield one.payer, one.payee, one.currency, -one.settled
    for netting in done.nettings:
        if netting.standing == "effective":
            for debtor, creditor, amount in netting.entries:
                yield debtor, creditor, netting.currency, -amount


def same(claim: Claim, promised: Promise) -> bool:
    return (claim.payer, claim.payee, claim.currency) == (
        promised.payer,
        promised.payee,
        promised.currency,
    )


@examples(300)
@given(NUMBERS)
def test_what_is_owed_to_all_is_owed_by_all(number: int) -> None:
    shop = market(number)
    dice = chance(number + 1)
    lengths = [dice.randint(0, len(one.events)) for one in shop.writers]
    done = trade(folded(shop, lengths))
    promises = list({one.source: one for one in shop.promises}.values())
    found = positions(
        accounts(promises, done.claims, done.settlements, (), done.nettings)
    )
    sums = Counter[str]()
    for coop in {one.owner.id for one in shop.writers}:
        own = own_books(coop, promises, done)
        for currency in {*own, *(code for _, code in found)}:
            # That all sum to nothing follows from how positions are made; that each is
            # what its co-op would say does not.
            assert found.get((coop, currency), 0) == own[currency]
            sums[currency] += own[currency]
    assert not any(sums.values())


@examples(300)
@given(NUMBERS)
def test_nothing_is_settled_twice_or_below_zero(number: int) -> None:
    found, nettings = ledger(number)
    for one in found:
        assert one.sent == one.settled + one.in_transit + one.disputed
        assert min(one.settled, one.in_transit, one.disputed, one.netted) >= 0
        assert all(0 <= debt.covered <= debt.amount for debt in one.debts)
        paid_up = sum(debt.covered for debt in one.debts)
        assert paid_up == min(one.owed, one.settled + one.netted)
        assert one.open == sum(debt.open for debt in one.debts)
        assert one.owed == sum(debt.amount for debt in one.debts)
        assert max(one.promised, one.invoiced) <= one.owed
        assert one.owed <= one.promised + one.invoiced
    effective = [one for one in nettings if one.standing == "effective"]
    moved = sum(amount for one in effective for *_, amount in one.entries)
    assert sum(one.netted for one in found) == moved


@examples(300)
@given(NUMBERS)
def test_settled_is_what_both_say(number: int) -> None:
    shop = market(number)
    entities = folded(shop)
    said = {one.id: one for one in entities}
    for one in trade(entities).settlements:
        sent = said[one.payment].body.amount  # type: ignore[attr-defined]
        if one.standing == "received":
            assert one.receipt is not None
            came = said[one.receipt].body.amount  # type: ignore[attr-defined]
            assert one.settled == min(sent.amount, came.amount)
            assert sent.currency == came.currency == one.currency
        else:
            assert one.settled == 0


@examples(300)
@given(NUMBERS)
def test_netting_leaves_every_position_as_it_was(number: int) -> None:
    shop = market(number)
    done = trade(folded(shop))
    with_it = accounts(shop.promises, done.claims, done.settlements, (), done.nettings)
    without = accounts(shop.promises, done.claims, done.settlements)
    after, before = positions(with_it), positions(without)
    for key in after.keys() | before.keys():
        assert after.get(key, 0) == before.get(key, 0)


@examples(200)
@given(NUMBERS)
def test_any_order_of_arrival_is_the_same_ledger(number: int) -> None:
    shop = market(number)
    entities, promises = folded(shop), list(shop.promises)
    done = trade(entities)
    first = accounts(promises, done.claims, done.settlements, (), done.nettings)
    dice = chance(number)
    dice.shuffle(entities)
    dice.shuffle(promises)
    again = trade(entities)
    rows = [list(again.claims), list(again.settlements), list(again.nettings)]
    for row in rows:
        dice.shuffle(row)  # type: ignore[arg-type]  # any of the three
    claims, settlements, nettings = rows
    assert first == accounts(promises, claims, settlements, (), nettings)  # type: ignore[arg-type]


def test_markets_are_lively() -> None:
    # A property over markets where nothing happens would say nothing.
    sums = Counter[str]()
    for number in range(60):
        found, nettings = ledger(number, cut=False)
        sums["effective"] += sum(one.standing == "effective" for one in nettings)
        for one in found:
            for key in ("owed", "settled", "in_transit", "netted", "over", "contested"):
                sums[key] += bool(getattr(one, key))
    assert len(sums) == 7
    assert all(count > 10 for count in sums.values()), sums
