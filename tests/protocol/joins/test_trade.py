"""Reports, invoices, payments, nettings, mediations: two halves and more, joined."""

from typing import Final, NamedTuple

import msgspec
import pytest

from protocol.joins import agreeing
from protocol.joins.agreeing import given_up, mediations, set_off
from protocol.joins.payments import OWED, claim, settle
from protocol.joins.reports import deliver
from protocol.joins.trade import trade
from protocol.kinds.fields import Money
from protocol.state import Entity
from tests.protocol.joins.halves import (
    CLOVER,
    DAY,
    half,
    invoice,
    netting,
    on_invoice,
    on_netting,
    on_report,
    payment,
    receipt,
    report,
)
from tests.protocol.rules.play import ACORN, BRAMBLE
from tests.protocol.world import seed

EUROS: Final = Money("EUR", 500)


class Said(NamedTuple):
    """A thing, the words on it, and how it stands."""

    of: Entity
    words: tuple[Entity, ...]
    standing: str


REPORTS: Final[dict[str, Said]] = {
    "reported": Said(report(), (), "reported"),
    "corrected": Said(report("corrected"), (), "reported"),
    "accepted": Said(report(), (on_report(),), "accepted"),
    "accepted-after-a-correction": Said(
        report("corrected"), (on_report(),), "accepted"
    ),
    "accepted-later": Said(report(), (on_report(epoch=3),), "accepted"),
    "accepted-before": Said(report(), (on_report(epoch=1),), "reported"),
    "accepted-without-an-amount": Said(
        report(amount=None), (on_report(amount=None),), "accepted"
    ),
    "accepted-another-version": Said(
        report(), (on_report(version=seed("before")),), "stale"
    ),
    "accepted-other-minutes": Said(report(), (on_report(minutes=599),), "stale"),
    "accepted-another-amount": Said(
        report(), (on_report(amount=Money("GBP", 45001)),), "stale"
    ),
    "accepted-no-amount": Said(report(), (on_report(amount=None),), "stale"),
    "accepted-by-another": Said(report(), (on_report(coop=CLOVER),), "reported"),
    "accepted-of-another": Said(report(), (on_report(provider=CLOVER),), "reported"),
    "accepted-another-report": Said(
        report(), (on_report(report=seed("other")),), "reported"
    ),
    "disputed": Said(report(), (on_report("disputed", minutes=None),), "disputed"),
    "disputed-another-version": Said(
        report(), (on_report("disputed", version=seed("before")),), "stale"
    ),
    "withdrawn": Said(report("withdrawn"), (on_report(),), "withdrawn"),
    "a-word-on-something-else": Said(report(), (receipt(),), "reported"),
}
#: The payer's own payment points to the invoice as well, and is no word on it.
FOR_IT: Final = msgspec.structs.replace(payment(invoice=invoice().id), ref=invoice().id)
INVOICES: Final[dict[str, Said]] = {
    "issued": Said(invoice(), (), "issued"),
    "approved": Said(invoice(), (on_invoice(),), "approved"),
    "approved-another-amount": Said(
        invoice(), (on_invoice(amount=Money("GBP", 499)),), "issued"
    ),
    "approved-by-another": Said(invoice(), (on_invoice(coop=CLOVER),), "issued"),
    "approved-of-another": Said(invoice(), (on_invoice(payee=CLOVER),), "issued"),
    "disputed": Said(invoice(), (on_invoice("disputed", amount=None),), "disputed"),
    "disputed-before": Said(
        invoice(), (on_invoice("disputed", amount=None, epoch=1),), "issued"
    ),
    "withdrawn": Said(invoice("withdrawn"), (on_invoice(),), "withdrawn"),
    "paid-before-a-word": Said(invoice(), (FOR_IT,), "issued"),
    "paid-and-disputed": Said(
        invoice(), (FOR_IT, on_invoice("disputed", amount=None)), "disputed"
    ),
}


class Sent(NamedTuple):
    """A payment, the word on it, how it stands: sent, settled, in transit, disputed."""

    of: Entity
    words: tuple[Entity, ...]
    standing: str
    sums: tuple[int, int, int, int]


PAYMENTS: Final[dict[str, Sent]] = {
    "in-transit": Sent(payment(), (), "transit", (500, 0, 500, 0)),
    "received": Sent(payment(), (receipt(),), "received", (500, 500, 0, 0)),
    "received-less": Sent(
        payment(),
        (receipt(amount=Money("GBP", 300)),),
        "received",
        (500, 300, 0, 200),
    ),
    "received-more": Sent(
        payment(),
        (receipt(amount=Money("GBP", 900)),),
        "received",
        (500, 500, 0, 0),
    ),
    "received-in-euros": Sent(
        payment(), (receipt(amount=EUROS),), "disputed", (500, 0, 0, 500)
    ),
    "received-by-another": Sent(
        payment(), (receipt(coop=CLOVER),), "transit", (500, 0, 500, 0)
    ),
    "received-of-another": Sent(
        payment(), (receipt(payer=CLOVER),), "transit", (500, 0, 500, 0)
    ),
    "received-before": Sent(
        payment(), (receipt(epoch=1),), "transit", (500, 0, 500, 0)
    ),
    "disputed": Sent(payment(), (receipt("disputed"),), "disputed", (500, 0, 0, 500)),
    "cancelled": Sent(payment("cancelled"), (), "cancelled", (0, 0, 0, 0)),
    "cancelled-and-received": Sent(
        payment("cancelled"), (receipt(),), "cancelled", (0, 0, 0, 0)
    ),
}


@pytest.mark.parametrize("name", REPORTS)
def test_how_reports_stand(name: str) -> None:
    said = REPORTS[name]
    found = deliver(said.of, said.words)
    assert found.standing == said.standing
    assert (found.provider, found.receiver) == (ACORN.id, BRAMBLE.id)
    assert (found.minutes, found.themes) == (600, (("wellbeing", 60),))
    joined = said.words and said.standing != "reported"
    assert found.answer == (said.words[0].id if joined else None)


@pytest.mark.parametrize("name", INVOICES)
def test_how_invoices_stand(name: str) -> None:
    said = INVOICES[name]
    found = claim(said.of, said.words)
    assert found.standing == said.standing
    assert (found.payer, found.payee) == (BRAMBLE.id, ACORN.id)
    assert (found.currency, found.amount, found.due) == ("GBP", 500, DAY)
    assert (found.standing in OWED) == (said.standing in {"issued", "approved"})


@pytest.mark.parametrize("name", PAYMENTS)
def test_how_payments_stand(name: str) -> None:
    said = PAYMENTS[name]
    found = settle(said.of, said.words)
    assert found.standing == said.standing
    sums = (found.sent, found.settled, found.in_transit, found.disputed)
    assert sums == said.sums
    assert (found.payer, found.payee) == (BRAMBLE.id, ACORN.id)


class Netted(NamedTuple):
    of: Entity
    words: tuple[Entity, ...]
    standing: str
    missing: set[bytes]


BOTH: Final = (on_netting(BRAMBLE.id), on_netting(CLOVER))

NETTINGS: Final[dict[str, Netted]] = {
    "proposed": Netted(netting(), (), "open", {BRAMBLE.id, CLOVER}),
    "agreed-by-one": Netted(netting(), BOTH[:1], "open", {CLOVER}),
    "agreed-by-all": Netted(netting(), BOTH, "effective", set()),
    "proposed-by-a-stranger": Netted(
        netting(seed("daisy")),
        tuple(
            on_netting(one, proposer=seed("daisy"))
            for one in (ACORN.id, BRAMBLE.id, CLOVER)
        ),
        "effective",
        set(),
    ),
    "proposed-by-a-stranger-alone": Netted(
        netting(seed("daisy")), (), "open", {ACORN.id, BRAMBLE.id, CLOVER}
    ),
    "agreed-to-another-sum": Netted(
        netting(),
        (BOTH[0], on_netting(CLOVER, amount=Money("GBP", 499))),
        "open",
        {CLOVER},
    ),
    "agreed-to-euros": Netted(
        netting(), (BOTH[0], on_netting(CLOVER, amount=EUROS)), "open", {CLOVER}
    ),
    "agreed-before": Netted(
        netting(), (BOTH[0], on_netting(CLOVER, epoch=1)), "open", {CLOVER}
    ),
    "agreed-to-another-proposer": Netted(
        netting(), (BOTH[0], on_netting(CLOVER, proposer=CLOVER)), "open", {CLOVER}
    ),
    "agreed-by-a-stranger": Netted(
        netting(), (BOTH[0], on_netting(seed("daisy"))), "open", {CLOVER}
    ),
    "declined": Netted(
        netting(), (BOTH[0], on_netting(CLOVER, "declined")), "declined", {CLOVER}
    ),
}


@pytest.mark.parametrize("name", NETTINGS)
def test_how_nettings_stand(name: str) -> None:
    case = NETTINGS[name]
    found = set_off(case.of, case.words)
    assert found.standing == case.standing
    assert set(found.missing) == case.missing
    assert list(found.missing) == sorted(found.missing)
    assert found.declined == ((CLOVER,) if case.standing == "declined" else ())


def test_what_each_gives_up() -> None:
    one, two, three = sorted([ACORN.id, BRAMBLE.id, CLOVER])
    entries = [(one, two, 700), (two, one, 200), (two, three, 500), (three, one, 500)]
    assert given_up(entries) == {one: 700, two: 700, three: 500}
    assert list(given_up(entries)) == [one, two, three]


AGREED: Final = (half(ACORN.id), half(BRAMBLE.id), half(CLOVER))


@pytest.mark.parametrize(
    ("halves", "standing", "missing"),
    [
        (AGREED[:1], "open", [BRAMBLE.id, CLOVER]),
        (AGREED[:2], "open", [CLOVER]),
        (AGREED[2:], "open", sorted([ACORN.id, BRAMBLE.id])),
        (AGREED, "effective", []),
        (AGREED[::-1], "effective", []),
        ((*AGREED[:2], half(CLOVER, "ended")), "ended", [CLOVER]),
        (
            (half(ACORN.id, "ended"), half(BRAMBLE.id, "ended")),
            "ended",
            [*sorted([ACORN.id, BRAMBLE.id]), CLOVER],
        ),
    ],
)
def test_how_a_mediation_stands(
    halves: tuple[Entity, ...], standing: str, missing: list[bytes]
) -> None:
    (found,) = mediations(halves)
    assert found.standing == standing
    assert sorted(found.missing) == sorted(missing)


def test_halves_that_name_others_are_other_mediations() -> None:
    others = half(BRAMBLE.id, mediator=seed("daisy"))
    found = mediations([AGREED[0], others, AGREED[2]])
    assert [one.mediator for one in found] == sorted([CLOVER, seed("daisy")])
    assert {one.standing for one in found} == {"open"}
    assert mediations([]) == []


def test_only_what_it_is_for_is_joined() -> None:
    for join in (deliver, claim, settle, set_off):
        with pytest.raises(TypeError, match="is joined, not a receipt"):
            join(receipt(), [])
    with pytest.raises(TypeError, match="a mediation is joined, not a receipt"):
        agreeing.mediations([receipt()])


def test_trade_finds_the_words_on_everything() -> None:
    everything = [
        receipt(),
        report(),
        on_invoice(),
        netting(),
        payment(),
        *BOTH,
        invoice(),
        on_report(),
        half(ACORN.id),
    ]
    for order in (everything, everything[::-1]):
        found = trade(order)
        assert [one.standing for one in found.deliveries] == ["accepted"]
        assert [one.standing for one in found.claims] == ["approved"]
        assert [one.settled for one in found.settlements] == [500]
        assert [one.standing for one in found.nettings] == ["effective"]
    assert trade([]).claims == []
