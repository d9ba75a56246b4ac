"""Entities of two co-ops that trade, to be joined: Acorn works, Bramble pays."""

import datetime
from typing import Final

import msgspec

from protocol.kinds.fields import Money
from protocol.rules import invoices, nettings, payments, reports
from protocol.rules.invoices import Invoice, InvoiceAnswer
from protocol.rules.mediations import Mediation, mediation_id
from protocol.rules.nettings import Netting, NettingAnswer
from protocol.rules.payments import Payment, Receipt
from protocol.rules.reports import Report, ReportAnswer
from protocol.state import Entity, State
from tests.protocol.rules.play import ACORN, BRAMBLE
from tests.protocol.world import seed

DAY: Final = datetime.date(2026, 5, 4)
CLOVER: Final = seed("clover")
VERSION: Final = seed("version")


def entity(
    family: str,
    state: str,
    body: State,
    coop: bytes,
    *,
    id: bytes = b"",  # noqa: A002 - as it is called
    epoch: int = 2,
    ref: bytes | None = None,
) -> Entity:
    return Entity(
        id=id or seed(family),
        coop=coop,
        family=family,
        state=state,
        epoch=epoch,
        body=body,
        ref=ref,
    )


def report(state: str = "reported", **fields: object) -> Entity:
    body = Report(
        acceptance=seed("acceptance"),
        amount=Money("GBP", 45000),
        ends=DAY,
        minutes=600,
        pledge=seed("pledge"),
        receiver=BRAMBLE.id,
        starts=DAY,
        themes=(("wellbeing", 60),),
        version=VERSION,
    )
    body = msgspec.structs.replace(body, **fields)
    return entity("report", state, body, ACORN.id, ref=body.pledge)


def on_report(
    state: str = "accepted",
    *,
    coop: bytes = BRAMBLE.id,
    epoch: int = 2,
    **fields: object,
) -> Entity:
    body = ReportAnswer(
        amount=Money("GBP", 45000),
        minutes=600,
        provider=ACORN.id,
        report=seed("report"),
        version=VERSION,
    )
    body = msgspec.structs.replace(body, **fields)
    name = reports.answer_id(coop, body.report)
    return entity(
        "report-answer", state, body, coop, id=name, epoch=epoch, ref=body.report
    )


def invoice(state: str = "issued", **fields: object) -> Entity:
    body = Invoice(amount=Money("GBP", 500), due=DAY, payer=BRAMBLE.id)
    body = msgspec.structs.replace(body, **fields)
    return entity("invoice", state, body, ACORN.id)


def on_invoice(
    state: str = "approved",
    *,
    coop: bytes = BRAMBLE.id,
    epoch: int = 2,
    **fields: object,
) -> Entity:
    body = InvoiceAnswer(
        amount=Money("GBP", 500), invoice=seed("invoice"), payee=ACORN.id
    )
    body = msgspec.structs.replace(body, **fields)
    name = invoices.answer_id(coop, body.invoice)
    return entity(
        "invoice-answer", state, body, coop, id=name, epoch=epoch, ref=body.invoice
    )


def payment(state: str = "sent", **fields: object) -> Entity:
    body = Payment(amount=Money("GBP", 500), date=DAY, payee=ACORN.id)
    body = msgspec.structs.replace(body, **fields)
    return entity("payment", state, body, BRAMBLE.id)


def receipt(
    state: str = "received",
    *,
    coop: bytes = ACORN.id,
    epoch: int = 2,
    **fields: object,
) -> Entity:
    body = Receipt(
        amount=Money("GBP", 500) if state == "received" else None,
        payer=BRAMBLE.id,
        payment=seed("payment"),
    )
    body = msgspec.structs.replace(body, **fields)
    name = payments.receipt_id(coop, body.payment)
    return entity("receipt", state, body, coop, id=name, epoch=epoch, ref=body.payment)


def netting(proposer: bytes = ACORN.id, **fields: object) -> Entity:
    """A circle: Acorn owes Bramble, Bramble owes Clover, Clover owes Acorn."""
    entries = [
        (ACORN.id, BRAMBLE.id, 500),
        (BRAMBLE.id, CLOVER, 500),
        (CLOVER, ACORN.id, 500),
    ]
    body = Netting(currency="GBP", entries=tuple(sorted(entries)))
    body = msgspec.structs.replace(body, **fields)
    return entity("netting", "proposed", body, proposer)


def on_netting(
    coop: bytes, state: str = "agreed", *, epoch: int = 2, **fields: object
) -> Entity:
    body = NettingAnswer(
        amount=Money("GBP", 500) if state == "agreed" else None,
        netting=seed("netting"),
        proposer=ACORN.id,
    )
    body = msgspec.structs.replace(body, **fields)
    name = nettings.answer_id(coop, body.netting)
    return entity(
        "netting-answer", state, body, coop, id=name, epoch=epoch, ref=body.netting
    )


def half(
    coop: bytes,
    state: str = "agreed",
    *,
    mediator: bytes = CLOVER,
    parties: tuple[bytes, ...] = tuple(sorted((ACORN.id, BRAMBLE.id))),
    about: bytes = b"\x07" * 32,
) -> Entity:
    body = Mediation(about=about, mediator=mediator, parties=parties)
    name = mediation_id(coop, about)
    return entity("mediation", state, body, coop, id=name, ref=about)
