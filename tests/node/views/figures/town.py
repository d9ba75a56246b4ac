"""Three co-ops that do everything that figures are made of, at random.

Whatever could stand in a log may stand here, in any order and with any part missing:
entities are written into state.db as no rule would, since what figures make of them
must not depend on it.
"""

import datetime
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from random import Random
from types import SimpleNamespace
from typing import Any, Final, TypeVar, cast

from node.store.state_db import Fold, StateDb
from node.views.books import Books
from node.views.figures.kept import Figures
from protocol.ids import CoopId
from protocol.joins.closing import Settled
from protocol.joins.rounds import Funded, Given, RoundResult
from protocol.kinds.fields import Money, Rate, Sum
from protocol.kinds.handovers import Fee
from protocol.kinds.leads import Requirement, Terms, Via
from protocol.rules import (
    acceptances,
    invoices,
    nettings,
    payments,
    reports,
    takeovers,
)
from protocol.rules.acceptances import Acceptance, Answer
from protocol.rules.handovers import Handover
from protocol.rules.invoices import Invoice, InvoiceAnswer
from protocol.rules.leads import Lead
from protocol.rules.nettings import Netting, NettingAnswer
from protocol.rules.payments import Payment, Receipt
from protocol.rules.pledges import Confirmed, Pledge
from protocol.rules.projects import Project
from protocol.rules.reports import Report, ReportAnswer
from protocol.rules.rounds import Round
from protocol.rules.takeovers import Takeover
from protocol.state import Entity, State

ALBA, BIRCH, CEDAR = COOPS = tuple(CoopId(bytes([no]) * 32) for no in (1, 2, 3))
if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

T = TypeVar("T")
TODAY: Final = datetime.date(2027, 3, 2)
_DAY: Final = datetime.timedelta(1)
_TERMS: Final = b"t" * 32
#: Pledge -> who makes it, to what of whose, in which unit.
PLEDGES: Final = {
    "work 1": (BIRCH, "website", ALBA, "minutes"),
    "work 2": (CEDAR, "website", ALBA, "minutes"),
    "work 3": (ALBA, "website", ALBA, "minutes"),
    "work 4": (ALBA, "shop", BIRCH, "minutes"),
    "work 5": (BIRCH, "website", CEDAR, "minutes"),
    "money 1": (BIRCH, "tool", ALBA, "GBP"),
    "money 2": (BIRCH, "tool", ALBA, "GBP"),
    "money 3": (BIRCH, "tool", ALBA, "EUR"),
    "money 4": (CEDAR, "tool", ALBA, "GBP"),
    "money 5": (CEDAR, "website", ALBA, "GBP"),
    "money 6": (ALBA, "tool", ALBA, "GBP"),
}
LEADS: Final = {"website": ALBA, "shop": BIRCH, "taken": CEDAR}
_CLOSING: Final = b"close".ljust(32, b".")


def named(what: str) -> bytes:
    """Give the id of something by its name."""
    return sha256(what.encode()).digest()


class First(Random):
    """Always takes the first of what there is to choose from."""

    @override
    def choice(self, seq: Any) -> Any:
        """Give the first."""
        return seq[0]


@dataclass
class Town:
    """The books of the three, and what may be written into them."""

    state: StateDb
    random: Random
    #: What is in the books, by id.
    there: dict[bytes, Entity] = field(default_factory=dict)
    roster: Any = field(
        default_factory=lambda: SimpleNamespace(tip=b"0", closed={}, members={})
    )

    figures: Figures = field(default_factory=Figures)

    @property
    def books(self) -> Books:
        register = cast("Any", SimpleNamespace(roster=self.roster))
        return Books(
            coop=ALBA, log=cast("Any", None), state=self.state, register=register
        )

    async def found(self) -> None:
        """Let everything there is happen once."""
        await self.write([make(self) for make in SLOTS.values()])

    async def move(self) -> None:
        """Let something happen: mostly events, now and then a log folded anew."""
        what = self.random.random()
        if what < 0.03:
            gone = self.random.choice(COOPS)
            again = await self._forget(gone)
            await self.write([one for one in again if self.random.random() < 0.9])
        elif what < 0.06:
            self.close()
        else:
            slots = self.random.sample(sorted(SLOTS), self.random.randint(1, 3))
            await self.write([SLOTS[one](self) for one in slots])

    async def _forget(self, coop: bytes) -> list[Entity]:
        """Forget what is of a log, and give it."""
        await self.state.forget(coop)
        gone = [one for one in self.there.values() if one.coop == coop]
        self.there = {k: one for k, one in self.there.items() if one.coop != coop}
        return gone

    async def write(self, entities: list[Entity]) -> None:
        for coop in COOPS:
            own = [one for one in entities if one.coop == coop]
            known = {one.id for one in own if one.id in self.there}
            if own:
                await self.state.write(coop, own, known, [], Fold())
            self.there.update((one.id, one) for one in own)

    def close(self) -> None:
        """Close the round by a block, or let its result be computed here."""
        if not self.roster.closed:
            self.roster.closed = {(ALBA, _CLOSING): SimpleNamespace(number=4)}
            self.roster.tip = b"1"
            return
        given = Given(
            pledge=named("given in the round"),
            coop=BIRCH,
            project=named("tool"),
            pledged=70,
            accepted=70,
        )
        funded = Funded(
            project=named("tool"), owner=ALBA, funding="funded", accepted=70
        )
        result = RoundResult(
            mode="own",
            currency="GBP",
            steward=ALBA,
            projects=(funded,),
            pledges=(given,),
        )
        settled = Settled(of=named("round"), result=result)
        self.state.closings.settled = {(ALBA, _CLOSING): settled}

    def any(self, *choices: T) -> T:
        """Give one of these."""
        return self.random.choice(choices)

    def day(self) -> datetime.date:
        return TODAY + self.random.randint(-2, 2) * _DAY

    def entity(
        self,
        what: str,
        coop: bytes,
        family: str,
        state: str,
        body: State,
        *,
        ref: str = "",
    ) -> Entity:
        """Write an entity down; its epoch is mostly high enough to join."""
        return Entity(
            id=named(what),
            coop=coop,
            family=family,
            state=state,
            epoch=self.any(*[1] * 9, 2),
            ref=named(ref) if ref else None,
            body=body,
        )


def lead(name: str) -> Callable[[Town], Entity]:
    def make(town: Town) -> Entity:
        lines = (Requirement(line=1, skill="web", ends=town.any(None, town.day())),)
        terms = Terms(
            ends=town.any(None, town.day()),
            requirements=lines,
            value=town.any(None, Money("GBP", 500)),
        )
        taken = Via(named("handover"), ALBA, named("website"))
        body = Lead(
            terms=terms,
            texts={},
            handover=named("handover") if name == "website" else None,
            via=taken if name == "taken" else None,
        )
        state = town.any("open", "won", "passed-on")
        return town.entity(name, LEADS[name], "lead", state, body)

    return make


def project(town: Town) -> Entity:
    body = Project(
        closes=town.any(None, town.day()),
        currency="GBP",
        goal=100,
        maximum=100,
        minimum=1,
        texts={},
    )
    return town.entity("tool", ALBA, "project", "open", body)


def round_(town: Town) -> Entity:
    body = Round(
        closes=town.day(), currency="GBP", mode="own", opens=TODAY, texts={}, vetoes=1
    )
    return town.entity("round", ALBA, "round", town.any("open", "closed"), body)


def handover(town: Town) -> Entity:
    body = Handover(
        fee=Fee(due="award", size=Sum("GBP", 40)),
        lead=named("website"),
        texts={"terms": _TERMS},
        to=CEDAR,
    )
    state = town.any("offered", "offered", "withdrawn")
    return town.entity("handover", ALBA, "handover", state, body, ref="website")


def takeover(town: Town) -> Entity:
    body = Takeover(
        fee=Fee(due="award", size=Sum("GBP", 40)),
        finder=ALBA,
        handover=named("handover"),
        lead=named("website"),
        opened=town.any(None, named("taken"), named("taken")),
        terms=_TERMS,
    )
    state = town.any("accepted", "accepted", "declined")
    made = town.entity("takeover", CEDAR, "takeover", state, body, ref="handover")
    return _called(made, takeovers.takeover_id(CEDAR, named("handover")))


def pledge(name: str) -> Callable[[Town], Entity]:
    pledger, to, owner, unit = PLEDGES[name]

    def make(town: Town) -> Entity:
        state = town.any(*["confirmed"] * 6, "offered", "released", "withdrawn")
        bound = None
        if state in {"confirmed", "released"}:
            bound = Confirmed(
                acceptance=named(f"{name} accepted"),
                epoch=town.any(1, 2),
                event=named(f"{name} confirmed"),
                quantity=town.any(*[60] * 6, 30),
            )
        body = Pledge(
            confirmed=bound,
            ends=town.any(None, town.day()),
            line=1 if unit == "minutes" else None,
            owner=owner,
            quantity=60,
            rate=Rate("GBP", 100, 60),
            reason=None if state == "confirmed" else town.any(None, "illness"),
            to=named(to),
            unit=unit,
        )
        return town.entity(name, pledger, "pledge", state, body, ref=to)

    return make


def acceptance(name: str) -> Callable[[Town], Entity]:
    pledger, to, owner, unit = PLEDGES[name]

    def make(town: Town) -> Entity:
        body = Acceptance(
            line=1 if unit == "minutes" else None,
            pledge=named(name),
            pledger=pledger,
            quantity=town.any(*[60] * 6, 30),
            reason=town.any(None, "covered"),
            to=named(to),
            unit=unit,
        )
        state = town.any(*["given"] * 6, "withdrawn")
        return town.entity(
            f"{name} accepted", owner, "acceptance", state, body, ref=name
        )

    return make


def answer(name: str) -> Callable[[Town], Entity]:
    owner = PLEDGES[name][2]

    def make(town: Town) -> Entity:
        body = Answer(pledge=named(name), reason=town.any(None, "price", "covered"))
        state = town.any("accepted", "declined", "declined", "open")
        made = town.entity(f"{name} answer", owner, "answer", state, body, ref=name)
        return _called(made, acceptances.answer_id(owner, named(name)))

    return make


_AMOUNTS: Final = (None, Money("GBP", 101), Money("EUR", 7), Money("GBP", 2**53 - 1))


def report(name: str, no: int) -> Callable[[Town], Entity]:
    pledger, _, owner, _ = PLEDGES[name]

    def make(town: Town) -> Entity:
        minutes = town.any(30, 60, 60)
        themes = town.any((), (("jobs", 7),), (("health", 13), ("jobs", minutes - 13)))
        body = Report(
            acceptance=named(f"{name} accepted"),
            amount=town.any(*_AMOUNTS),
            ends=town.day(),
            minutes=minutes,
            outcome=town.any(None, "jobs", "trained"),
            pledge=named(name),
            receiver=owner,
            starts=TODAY - 9 * _DAY,
            themes=themes,
            version=named(f"version {town.any(1, 2)}"),
        )
        state = town.any("reported", "corrected", "withdrawn")
        return town.entity(
            f"{name} report {no}", pledger, "report", state, body, ref=name
        )

    return make


def word_on_report(name: str, no: int) -> Callable[[Town], Entity]:
    pledger, _, owner, _ = PLEDGES[name]

    def make(town: Town) -> Entity:
        told = town.there.get(named(f"{name} report {no}"))
        said = told.body if told is not None and isinstance(told.body, Report) else None
        body = ReportAnswer(
            amount=None if said is None else said.amount,
            minutes=60 if said is None else said.minutes,
            provider=pledger,
            report=named(f"{name} report {no}"),
            version=named("version 1") if said is None else said.version,
        )
        state = town.any("accepted", "accepted", "accepted", "disputed")
        what = f"{name} report {no}"
        made = town.entity(
            f"{what} answer", owner, "report-answer", state, body, ref=what
        )
        return _called(made, reports.answer_id(owner, named(what)))

    return make


def invoice(town: Town) -> Entity:
    body = Invoice(
        amount=Money("GBP", town.any(50, 90)),
        due=town.day(),
        payer=BIRCH,
        promise=town.any(None, named("money 1"), named("money 2")),
    )
    state = town.any("issued", "issued", "withdrawn")
    return town.entity("invoice", ALBA, "invoice", state, body)


def word_on_invoice(town: Town) -> Entity:
    body = InvoiceAnswer(
        amount=town.any(Money("GBP", 50), Money("GBP", 90)),
        invoice=named("invoice"),
        payee=ALBA,
    )
    state = town.any("approved", "approved", "disputed")
    made = town.entity("word", BIRCH, "invoice-answer", state, body, ref="invoice")
    return _called(made, invoices.answer_id(BIRCH, named("invoice")))


def payment(name: str, payer: bytes, *promises: str) -> Callable[[Town], Entity]:
    def make(town: Town) -> Entity:
        body = Payment(
            amount=Money(town.any("GBP", "GBP", "EUR"), town.any(30, 60, 130)),
            date=town.day(),
            invoice=town.any(None, named("invoice")),
            payee=ALBA,
            promise=named(town.any(*promises)),
        )
        state = town.any("sent", "sent", "sent", "cancelled")
        return town.entity(name, payer, "payment", state, body)

    return make


def receipt(name: str, payer: bytes) -> Callable[[Town], Entity]:
    def make(town: Town) -> Entity:
        came = Money(town.any("GBP", "GBP", "EUR"), town.any(30, 60, 130))
        body = Receipt(amount=came, payer=payer, payment=named(name))
        state = town.any("received", "received", "disputed")
        made = town.entity(f"{name} came", ALBA, "receipt", state, body, ref=name)
        return _called(made, payments.receipt_id(ALBA, named(name)))

    return make


def netting(town: Town) -> Entity:
    entries = ((BIRCH, ALBA, 20), (ALBA, BIRCH, 20))
    body = Netting(currency="GBP", entries=entries)
    return town.entity("netting", ALBA, "netting", "proposed", body)


def word_on_netting(town: Town) -> Entity:
    body = NettingAnswer(
        amount=Money("GBP", 20), netting=named("netting"), proposer=ALBA
    )
    state = town.any("agreed", "agreed", "declined")
    made = town.entity("set off", BIRCH, "netting-answer", state, body, ref="netting")
    return _called(made, nettings.answer_id(BIRCH, named("netting")))


def _called(entity: Entity, entity_id: bytes) -> Entity:
    """Give an entity the id that follows from what it is a word on."""
    return Entity(
        id=entity_id,
        coop=entity.coop,
        family=entity.family,
        state=entity.state,
        epoch=entity.epoch,
        ref=entity.ref,
        body=entity.body,
    )


_WORK: Final = [name for name, (*_, unit) in PLEDGES.items() if unit == "minutes"]
SLOTS: Final[dict[str, Callable[[Town], Entity]]] = {
    **{name: lead(name) for name in LEADS},
    "tool": project,
    "round": round_,
    "handover": handover,
    "takeover": takeover,
    **{name: pledge(name) for name in PLEDGES},
    **{f"{name} accepted": acceptance(name) for name in PLEDGES},
    **{f"{name} answer": answer(name) for name in PLEDGES},
    **{f"{name} report {no}": report(name, no) for name in _WORK for no in (1, 2)},
    **{
        f"{name} report {no} answer": word_on_report(name, no)
        for name in _WORK
        for no in (1, 2)
    },
    "invoice": invoice,
    "invoice answer": word_on_invoice,
    "payment 1": payment("payment 1", BIRCH, "money 1", "money 2", "work 1"),
    "payment 2": payment("payment 2", CEDAR, "money 4", "money 1", "handover"),
    "receipt 1": receipt("payment 1", BIRCH),
    "receipt 2": receipt("payment 2", CEDAR),
    "netting": netting,
    "netting answer": word_on_netting,
}
