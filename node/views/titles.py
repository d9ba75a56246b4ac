"""One line for any entity, so that nobody has to read an id to know what is meant."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar, cast

import msgspec

from node import money, shares
from node.views import efforts, texts
from node.views.books import Books
from protocol.kinds.fields import Money, Sum
from protocol.kinds.handovers import Fee
from protocol.kinds.sealed import SEALED
from protocol.rules.acceptances import Acceptance, Answer
from protocol.rules.agreements import Agreement
from protocol.rules.bids import Bid
from protocol.rules.capacity import Booking, Capacity
from protocol.rules.decisions import Ballot, Decision
from protocol.rules.funds import Fund
from protocol.rules.handovers import Handover
from protocol.rules.interests import Interest
from protocol.rules.invoices import Invoice, InvoiceAnswer
from protocol.rules.leads import Lead
from protocol.rules.mediations import Mediation
from protocol.rules.nettings import Netting, NettingAnswer
from protocol.rules.payments import Payment, Receipt
from protocol.rules.pledges import Pledge
from protocol.rules.profiles import Profile, Wish
from protocol.rules.projects import Project
from protocol.rules.reports import Report, ReportAnswer
from protocol.rules.reviews import Review
from protocol.rules.rounds import Round
from protocol.rules.sealed import Sealed
from protocol.rules.signatures import Signature
from protocol.rules.takeovers import Takeover
from protocol.state import Entity, State

#: What a family is called in a sentence.
CALLED: Final = {
    "profile": "profile",
    "wish": "busyness wish",
    "capacity": "capacity offer",
    "booking": "booking",
    "lead": "lead",
    "project": "project",
    "pledge": "pledge",
    "acceptance": "acceptance",
    "answer": "answer",
    "log": "log",
    "interest": "interest in a lead",
    "handover": "hand-over",
    "takeover": "answer to a hand-over",
    "bid": "bid",
    "review": "estimate review",
    "agreement": "agreement",
    "signature": "signature",
    "report": "work report",
    "report-answer": "answer to a report",
    "invoice": "invoice",
    "invoice-answer": "answer to an invoice",
    "payment": "payment",
    "receipt": "receipt",
    "mediation": "mediation",
    "netting": "netting",
    "netting-answer": "answer to a netting",
    "decision": "decision",
    "ballot": "ballot",
    "closing": "closing",
    "seen": "acknowledgement",
    "fund": "fund",
    "round": "round",
    "allotment": "allotment",
    "entry": "entry",
    "veto": "veto",
    "spending": "spending",
    "sealed": "sealed text",
}
NO_TITLE: Final = "(its title has not arrived yet)"
#: In place of a title, where the thing itself has not arrived.
NOT_HERE: Final = "(not here)"

S = TypeVar("S", bound=State)


def quantity(number: int, unit: str) -> str:
    """Write minutes as hours, or minor units with their currency: 1,234.50 GBP."""
    if unit == "minutes":
        return efforts.write(number)
    amount = money.write(number, unit)
    whole, point, decimals = amount.amount.partition(".")
    return f"{int(whole):,}{point}{decimals} {amount.currency}"


def _pledge(body: Pledge) -> str:
    skill = f" of {body.skill}" if body.skill else ""
    return f"{quantity(body.quantity, body.unit)}{skill}"


def _taken(body: Acceptance) -> str:
    return f"{quantity(body.quantity, body.unit)} accepted"


def _report(body: Report) -> str:
    amount = f", {_sum(body.amount)}" if body.amount else ""
    return (
        f"{quantity(body.minutes, 'minutes')} of work, {body.starts} to"
        f" {body.ends}{amount}"
    )


def _sum(value: Money) -> str:
    return quantity(value.amount, value.currency)


def _netting(body: Netting) -> str:
    total = quantity(sum(amount for *_, amount in body.entries), body.currency)
    return f"{total} to set off in {len(body.entries)} entries"


def _weekly(body: Capacity | Booking) -> str:
    skill = f" of {body.skill}" if body.skill else ""
    return (
        f"{quantity(body.minutes, 'minutes')} a week{skill}, {body.starts} to"
        f" {body.ends}"
    )


def _wish(body: Wish) -> str:
    return f"{quantity(body.wanted, 'minutes')} a week, {body.starts} to {body.ends}"


def fee(found: Fee | None) -> str:
    """Write a finder's fee: 10 % of the value, due at the award."""
    if found is None:
        return "no fee"
    size = found.size
    what = (
        quantity(size.amount, size.currency)
        if isinstance(size, Sum)
        else f"{shares.write(size)} % of its value"
    )
    return f"{what}, due {_DUE[found.due]}"


_DUE: Final = {
    "award": "at the award",
    "each-payment": "with each payment",
    "end": "at the end",
}


def _handover(body: Handover) -> str:
    return f"hand-over of a lead for {fee(body.fee)}"


def _bid(body: Bid) -> str:
    parties = len({one.coop for one in body.terms.parties})
    return "bid of one co-op" if parties == 1 else f"bid of {parties} co-ops"


def _review(body: Review) -> str:
    lot = f" of lot {body.lot}" if body.lot else ""
    return f"what a party says of its estimate{lot}"


def _sealed(body: Sealed) -> str:
    readers = "one co-op" if len(body.to) == 1 else f"{len(body.to)} co-ops"
    return f"{body.role} sealed for {readers}"


def _say(kind: type[S], write: Callable[[S], str]) -> Callable[[State], str]:
    def say(body: State) -> str:
        return write(body) if isinstance(body, kind) else ""

    return say


_LINES: Final[dict[str, Callable[[State], str]]] = {
    "pledge": _say(Pledge, _pledge),
    "acceptance": _say(Acceptance, _taken),
    "capacity": _say(Capacity, _weekly),
    "booking": _say(Booking, _weekly),
    "wish": _say(Wish, _wish),
    "sealed": _say(Sealed, _sealed),
    "answer": _say(Answer, lambda _: "the last word on a pledge"),
    "interest": _say(Interest, lambda _: "what a co-op thinks of a lead"),
    "handover": _say(Handover, _handover),
    "takeover": _say(Takeover, lambda _: "the last word on a hand-over"),
    "bid": _say(Bid, _bid),
    "review": _say(Review, _review),
    "signature": _say(Signature, lambda _: "the word of a party on an agreement"),
    "report": _say(Report, _report),
    "report-answer": _say(ReportAnswer, lambda _: "the last word on a report"),
    "invoice": _say(
        Invoice, lambda one: f"{_sum(one.amount)} asked for, due {one.due}"
    ),
    "invoice-answer": _say(InvoiceAnswer, lambda _: "the last word on an invoice"),
    "payment": _say(Payment, lambda one: f"{_sum(one.amount)} sent on {one.date}"),
    "receipt": _say(Receipt, lambda _: "the last word on a payment"),
    "mediation": _say(
        Mediation, lambda one: f"half of a mediation of {len(one.parties)} parties"
    ),
    "netting": _say(Netting, _netting),
    "netting-answer": _say(NettingAnswer, lambda _: "the word on a netting"),
    "ballot": _say(Ballot, lambda body: f"a vote: {body.stance}"),
}


def role_of(body: State) -> str | None:
    """Name the text that titles an entity, where one does."""
    if isinstance(body, Lead | Project | Agreement | Decision | Fund | Round):
        return "title"
    return "name" if isinstance(body, Profile) else None


def texts_of(body: State) -> Mapping[str, bytes]:
    """Give the commitments of an entity's texts by role."""
    return cast("Mapping[str, bytes]", getattr(body, "texts", {}))


async def notes(books: Books, bodies: Sequence[msgspec.Struct | None]) -> list[str]:
    """Read the notes of entities; an empty one where there is none, or none here."""
    commitments = [getattr(body, "texts", {}).get("note", b"") for body in bodies]
    words = await texts.read(books, [one for one in commitments if one])
    return [texts.prose(words.get(one, "")) for one in commitments]


def words_of(body: State) -> dict[str, bytes]:
    """Give the commitments of those texts that are words: not of sealed ones."""
    return {role: one for role, one in texts_of(body).items() if role != SEALED}


async def of(books: Books, entities: Iterable[Entity]) -> dict[bytes, str]:
    """Give one line for each entity, by id."""
    listed = list(entities)
    titled: dict[bytes, bytes] = {}
    for entity in listed:
        role = role_of(entity.body)
        commitment = texts_of(entity.body).get(role) if role else None
        if commitment is not None:
            titled[entity.id] = commitment
    words = await texts.read(books, titled.values())
    return {
        entity.id: _title(entity, words.get(titled.get(entity.id, b"")))
        for entity in listed
    }


def _title(entity: Entity, words: str | None) -> str:
    if role_of(entity.body) is not None:
        return NO_TITLE if words is None else texts.shortened(words)
    say = _LINES.get(entity.family)
    return CALLED.get(entity.family, entity.family) if say is None else say(entity.body)
