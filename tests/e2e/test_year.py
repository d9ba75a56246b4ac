"""Twelve co-ops live a year together: real nodes, each a process with a log of its own.

Nobody waits for a clock: what a quarter brings is done in steps, and before the next
step all nodes have come to the same root by themselves.
"""

import itertools
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final

import pytest

from tests.e2e.balances import standing_open
from tests.e2e.cluster import (
    LONG,
    PATIENCE_S,
    Answer,
    Cluster,
    Coop,
    make_elector,
    settled,
)

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(240)]

NAMES: Final = (
    *("Alba", "Birch", "Cedar", "Dune", "Elm", "Fern"),
    *("Grove", "Hazel", "Iris", "Juniper", "Kelp", "Linden"),
)
#: So many are reached from outside; the others ask them, as from behind a router.
#: Where all are, there is a way between each two of them, six times as many.
PUBLIC: Final = (2, len(NAMES)) if LONG else (2,)
#: A status costs a node more than a look; twelve are asked at once.
MEET_S: Final = 0.2
#: First and last day of each quarter.
QUARTERS: Final = (
    ("2027-01-04", "2027-03-26"),
    ("2027-04-05", "2027-06-25"),
    ("2027-07-05", "2027-09-24"),
    ("2027-10-04", "2027-12-17"),
)
#: What a decision of each quarter comes to, by how many of twelve block it.
OUTCOMES: Final = ("passed", "blocked", "passed", "passed")
#: Leads of each quarter.
LEADS: Final = 2
CURRENCIES: Final = ("GBP", "EUR")


class Year:
    """The co-ops, and whose turn it is."""

    def __init__(self, coops: list[Coop]) -> None:
        self.coops = coops
        self.turns: Iterator[Coop] = itertools.cycle(coops)

    def next(self, count: int) -> list[Coop]:
        """Give those whose turn is next, all different."""
        return list(itertools.islice(self.turns, count))

    def meet(self) -> str:
        """Wait until all nodes have come to one root."""
        deadline = time.monotonic() + PATIENCE_S
        while len(roots := {str(one.status()["root"]) for one in self.coops}) > 1:
            assert time.monotonic() < deadline, f"apart: {roots}"
            time.sleep(MEET_S)
        return roots.pop()

    def alike(self, command: str, /, **args: object) -> Answer:
        """Ask all; they answer alike."""
        answers = [coop.ask(command, **args) for coop in self.coops]
        assert all(one == answers[0] for one in answers), command
        return answers[0]


class Story:
    """What some co-ops do in a quarter: a method for each step that they take."""

    def step(self, name: str) -> None:
        if made := getattr(self, name, None):
            made()


class Work(Story):
    """A lead of the first of three, for which the two others work."""

    def __init__(self, year: Year, number: int, days: tuple[str, str]) -> None:
        self.bringer, *self.workers = year.next(3)
        self.starts, self.ends = days
        self.currency = CURRENCIES[number % len(CURRENCIES)]
        self.title = f"Website no. {number}"
        self.number = number
        self.pledges: list[str] = []
        self.reports: list[str] = []
        self.invoices: list[str] = []
        self.payments: list[str] = []
        self.lead = ""

    def open(self) -> None:
        line = {"skill": "web", "minutes": 4800, "starts": self.starts}
        value = {"amount": "9000", "currency": self.currency}
        self.lead = written(
            self.bringer,
            "lead.open",
            title=self.title,
            requirements=[{**line, "ends": self.ends}],
            value=value,
        )

    def pledge(self) -> None:
        rate = {"amount": "60.50", "minutes": 60, "currency": self.currency}
        self.pledges = [
            written(one, "pledge.work", lead=self.lead, minutes=2400, rate=rate)
            for one in self.workers
        ]

    def accept(self) -> None:
        for pledge in self.pledges:
            self.bringer.ask("pledge.accept", pledge=pledge)

    def confirm(self) -> None:
        for worker, pledge in zip(self.workers, self.pledges, strict=True):
            worker.ask("pledge.confirm", pledge=pledge)
        self.bringer.ask("lead.advance", lead=self.lead, to="won")

    def report(self) -> None:
        self.reports = [
            written(
                worker,
                "report.make",
                pledge=pledge,
                minutes=1800,
                starts=self.starts,
                ends=self.ends,
                themes=[{"theme": "wellbeing", "minutes": 600}],
            )
            for worker, pledge in zip(self.workers, self.pledges, strict=True)
        ]

    def judge(self) -> None:
        for report in self.reports:
            self.bringer.ask("report.accept", report=report)

    def invoice(self) -> None:
        self.invoices = [
            written(worker, "invoice.issue", reports=[report])
            for worker, report in zip(self.workers, self.reports, strict=True)
        ]

    def pay(self) -> None:
        """Each second one is paid in part."""
        first, second = self.invoices
        for invoice in self.invoices:
            self.bringer.ask("invoice.approve", invoice=invoice)
        part = {"amount": "500", "currency": self.currency}
        self.payments = [
            written(self.bringer, "payment.send", invoice=first),
            written(self.bringer, "payment.send", invoice=second, amount=part),
        ]

    def receive(self) -> None:
        """Of what the last of a quarter sent, nobody says that it came."""
        if self.number % LEADS == LEADS - 1:
            return
        for worker, payment in zip(self.workers, self.payments, strict=True):
            worker.ask("payment.receive", payment=payment)


class Handed(Story):
    """A lead that its finder hands on, for a twentieth of its value."""

    def __init__(self, year: Year, _number: int) -> None:
        self.finder, self.taker = year.next(2)
        self.lead = self.handover = self.taken = self.payment = ""

    def open(self) -> None:
        self.lead = written(
            self.finder, "lead.open", title="Found", value={"amount": "12000"}
        )
        self.handover = written(
            self.finder,
            "handover.offer",
            lead=self.lead,
            to=self.taker.id,
            share="5",
            terms="A twentieth, once it is signed.",
        )

    def pledge(self) -> None:
        made = self.taker.ask("handover.accept", handover=self.handover, open=True)
        self.taken = made["ids"][1]

    def accept(self) -> None:
        self.finder.ask("lead.advance", lead=self.lead, to="passed-on")
        self.taker.ask("lead.advance", lead=self.taken, to="won")

    def pay(self) -> None:
        self.payment = written(
            self.taker, "payment.send", payee=self.finder.id, promise=self.handover
        )

    def receive(self) -> None:
        self.finder.ask("payment.receive", payment=self.payment)


class Asked(Story):
    """A decision of the quarter, with the vote of all."""

    def __init__(self, year: Year, number: int) -> None:
        self.year, self.outcome = year, OUTCOMES[number]
        (self.proposer,) = year.next(1)
        self.decision = ""

    def open(self) -> None:
        self.decision = written(
            self.proposer,
            "decision.open",
            title=f"For {self.outcome}",
            proposal="We do it.",
            closes="2027-12-31",
        )

    def pledge(self) -> None:
        for coop in self.year.coops:
            stance = "agree"
            if self.outcome == "blocked" and coop is self.year.coops[-1]:
                stance = "block"
            coop.ask("vote.cast", decision=self.decision, stance=stance)

    def accept(self) -> None:
        self.proposer.ask("decision.close", decision=self.decision, early=True)


class Funding(Story):
    """A round: of own money in one half of the year, of an even budget in the other.

    The retreat is short of what it needs, so it gets nothing.
    """

    def __init__(self, year: Year, number: int) -> None:
        self.steward, self.owner, self.other, *self.givers = year.next(6)
        self.mode = ("own", "equal")[number // 2]
        self.round = self.project = self.lean = ""

    def open(self) -> None:
        budget = {} if self.mode == "own" else {"budget": "1200"}
        self.round = written(
            self.steward,
            "round.open",
            title=f"Round of the mode {self.mode}",
            mode=self.mode,
            closes="2027-12-31",
            **budget,
        )
        if budget:
            self.steward.ask("round.allot", round=self.round)
        self.project = written(
            self.owner, "project.open", title="Tool", goal="200", minimum="150"
        )
        self.lean = written(
            self.other, "project.open", title="Retreat", goal="900", minimum="800"
        )

    def pledge(self) -> None:
        for coop, project in ((self.owner, self.project), (self.other, self.lean)):
            coop.ask("round.enter", round=self.round, project=project)

    def accept(self) -> None:
        for coop in self.givers:
            for project, amount in ((self.project, "70.01"), (self.lean, "9.99")):
                coop.ask(
                    "round.pledge", round=self.round, project=project, amount=amount
                )

    def confirm(self) -> None:
        self.steward.ask("round.close", round=self.round, early=True)


class Pooled(Story):
    """A contribution of three to the fund that Alba keeps."""

    def __init__(self, year: Year, _number: int) -> None:
        self.keeper = year.coops[0]
        self.payers = [one for one in year.next(4) if one is not self.keeper][:3]
        self.fund = ""
        self.pledges: list[str] = []

    def open(self) -> None:
        self.fund = written(
            self.keeper, "fund.open", title="Fund", contribution="50", period="quarter"
        )

    def pledge(self) -> None:
        self.pledges = [
            written(one, "fund.contribute", fund=self.fund, amount="50")
            for one in self.payers
        ]

    def accept(self) -> None:
        for pledge in self.pledges:
            self.keeper.ask("pledge.accept", pledge=pledge)

    def confirm(self) -> None:
        for payer, pledge in zip(self.payers, self.pledges, strict=True):
            payer.ask("pledge.confirm", pledge=pledge)
        payer, pledge = self.payers[0], self.pledges[0]
        payer.ask("payment.send", payee=self.keeper.id, promise=pledge)


class Bidding(Story):
    """A bid of three, reviewed, put in writing, signed by all and won."""

    def __init__(self, year: Year, _number: int) -> None:
        self.parties = year.next(3)
        self.contractor, *self.partners = self.parties
        self.lead = self.bid = self.agreement = ""

    def open(self) -> None:
        self.lead = written(
            self.contractor, "lead.open", title="Tender", value={"amount": "50000"}
        )
        shares = ("40", "35", "25")
        self.bid = written(
            self.contractor,
            "bid.open",
            lead=self.lead,
            risk="shared",
            parties=[
                {"coop": coop.id, "share": share, "minutes": 6000}
                for coop, share in zip(self.parties, shares, strict=True)
            ],
        )

    def pledge(self) -> None:
        for coop in self.partners:
            coop.ask("estimate.agree", bid=self.bid)

    def accept(self) -> None:
        self.contractor.ask("bid.advance", bid=self.bid, to="agreed")
        self.agreement = written(
            self.contractor,
            "agreement.draft",
            title="Consortium",
            text="We share what it costs.",
            parties=[one.id for one in self.partners],
            subject="consortium",
            about=self.bid,
        )

    def confirm(self) -> None:
        for coop in self.parties:
            coop.ask("agreement.sign", agreement=self.agreement)

    def judge(self) -> None:
        for to in ("submitted", "won"):
            self.contractor.ask("bid.advance", bid=self.bid, to=to)


STEPS: Final = (
    *("open", "pledge", "accept", "confirm", "report"),
    *("judge", "invoice", "pay", "receive"),
)
#: What else there is in each quarter.
ALSO: Final[tuple[tuple[Callable[[Year, int], Story], ...], ...]] = (
    (Asked, Pooled, Funding),
    (Asked, Handed, Bidding),
    (Asked, Funding),
    (Asked, Handed),
)


def written(coop: Coop, command: str, /, **args: object) -> str:
    return str(coop.ask(command, **args)["id"])


def live(year: Year, number: int, days: tuple[str, str]) -> None:
    """Let a quarter pass."""
    stories: list[Story] = [
        Work(year, number * LEADS + one, days) for one in range(LEADS)
    ]
    stories += [one(year, number) for one in ALSO[number]]
    for step in STEPS:
        for story in stories:
            story.step(step)
        year.meet()


def set_off(year: Year) -> dict[str, Decimal]:
    """Set off what runs in circles; give by how much less is owed, by currency."""
    suggested = year.alike("netting.suggest")["suggestions"]
    named = {coop.id: coop for coop in year.coops}
    less: defaultdict[str, Decimal] = defaultdict(Decimal)
    for one in suggested:
        first, *others = [named[coop] for coop in one["coops"]]
        amount, currency = one["amount"]["amount"], one["amount"]["currency"]
        netting = written(
            first,
            "netting.propose",
            coops=one["coops"],
            amount=amount,
            currency=currency,
        )
        year.meet()
        for other in others:
            other.ask("netting.agree", netting=netting)
        year.meet()
        # Each of a circle owes the next one so much less.
        less[currency] += Decimal(amount) * len(one["coops"])
    return less


def check_ledger(year: Year) -> tuple[set[str], dict[str, Decimal]]:
    """See that all books fit together; give the kinds of debts, and what is open."""
    found = year.alike("ledger.show")
    seen = {coop.id: coop.ask("ledger.show", coop=coop.id) for coop in year.coops}
    opened = standing_open(seen)
    assert set(opened) == set(CURRENCIES)
    settled_ = [Decimal(row["settled"]["amount"]) for row in found["accounts"]]
    assert sum(settled_) > 0
    return {debt["kind"] for row in found["accounts"] for debt in row["debts"]}, opened


@pytest.mark.parametrize("public", PUBLIC)
def test_a_year_of_twelve(place: Cluster, public: int) -> None:
    year = Year(place.network(*NAMES, public=public))
    make_elector(year.coops[1], year.coops[:1])
    for number, days in enumerate(QUARTERS):
        live(year, number, days)
    kinds, before = check_ledger(year)
    assert kinds == {"pledge", "round", "fee", "invoice"}
    assert all(before.values())
    less = set_off(year)
    assert less
    _, after = check_ledger(year)
    assert after == {one: some - less[one] for one, some in before.items()}
    decisions = year.alike("decision.list")["decisions"]
    assert [(one["standing"], one["outcome"]) for one in decisions] == [
        ("final", outcome) for outcome in OUTCOMES
    ]
    settled(*year.coops[:public])
