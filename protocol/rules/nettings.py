"""Law of netting: what is proposed is balanced, and a yes stays (SPEC 9.35).

    netting         proposed
    netting-answer  (one per netting)  declined ── agreed

A yes cannot be taken back: the logs of the others have no common order with this one,
so nobody could tell whether it still stood when the last of them agreed.
"""

from collections import Counter
from itertools import pairwise
from typing import Final

import msgspec

from protocol.ids import CoopId, entity_id
from protocol.kinds.fields import Money
from protocol.kinds.nettings import (
    Entries,
    NettingAgreed,
    NettingDeclined,
    NettingProposed,
)
from protocol.rules.place import At, Rule, Verdict, nothing, opening, rule, words
from protocol.rules.sums import PARTY_SELF, check_sum
from protocol.state import Entity, Slice, State, find
from protocol.verdicts import Reason, Void

NETTING_EMPTY: Final = Reason("netting-empty", "A netting without entries nets nothing")
NETTING_ORDER: Final = Reason(
    "netting-order",
    "Entries name each debtor and creditor once, in the order of their ids",
)
NETTING_UNBALANCED: Final = Reason(
    "netting-unbalanced", "A co-op would be let off another sum than it gives up"
)
NETTING_BOUND: Final = Reason("netting-bound", "This co-op has agreed to it for good")
REASONS: Final = (NETTING_EMPTY, NETTING_ORDER, NETTING_UNBALANCED, NETTING_BOUND)


ANSWER_MOVES: Final[dict[str, frozenset[str]]] = {
    "declined": frozenset({"agreed", "declined"}),
    "agreed": frozenset(),
}


class Netting(State, frozen=True, kw_only=True):
    """What would be set off: rows of debtor, creditor and minor units, one currency."""

    currency: str
    entries: Entries
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)


class NettingAnswer(State, frozen=True, kw_only=True):
    """The word of this log on a netting; the amount where it agrees."""

    amount: Money | None = None
    netting: bytes
    proposer: bytes
    reason: str | None = None
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)


def answer_id(coop: bytes, netting: bytes) -> bytes:
    """Name the one word of a co-op on a netting."""
    return entity_id(CoopId(coop), "netting-answer", netting)


def proposed(_slice: Slice, at: At, body: NettingProposed) -> Verdict:
    """Propose what is balanced for everybody."""
    if wrong := check_entries(body.entries):
        return wrong
    netting = Netting(currency=body.currency, entries=body.entries, texts=words(at))
    return (opening(at, "netting", "proposed", netting),)


def agreed(slice_: Slice, at: At, body: NettingAgreed) -> Verdict:
    """Agree for good."""
    if wrong := check_sum(body.amount) or _check_open(slice_, at, body.netting):
        return wrong
    answer = NettingAnswer(
        amount=body.amount, netting=body.netting, proposer=body.proposer
    )
    return (_answer(at, "agreed", answer),)


def declined(slice_: Slice, at: At, body: NettingDeclined) -> Verdict:
    """Say no, as long as this log has not said yes."""
    if wrong := _check_open(slice_, at, body.netting):
        return wrong
    answer = NettingAnswer(
        netting=body.netting,
        proposer=body.proposer,
        reason=body.reason,
        texts=words(at),
    )
    return (_answer(at, "declined", answer),)


def _answer(at: At, state: str, body: NettingAnswer) -> Entity:
    named = msgspec.structs.replace(at, id=answer_id(at.coop, body.netting))
    return opening(named, "netting-answer", state, body, ref=body.netting)


def check_entries(entries: Entries) -> Void | None:
    """Refuse entries out of order, or by which somebody would gain."""
    if not entries:
        return NETTING_EMPTY()
    if any(debtor == creditor for debtor, creditor, _ in entries):
        return PARTY_SELF()
    if any(one[:2] >= after[:2] for one, after in pairwise(entries)):
        return NETTING_ORDER()
    sums = Counter[bytes]()
    for debtor, creditor, amount in entries:
        sums[debtor] += amount
        sums[creditor] -= amount
    return NETTING_UNBALANCED() if any(sums.values()) else None


def _check_open(slice_: Slice, at: At, netting: bytes) -> Void | None:
    found = find(slice_, answer_id(at.coop, netting), NettingAnswer)
    bound = found is not None and not ANSWER_MOVES[found[0].state]
    return NETTING_BOUND() if bound else None


def own_answer(at: At, body: NettingAgreed | NettingDeclined) -> tuple[bytes, ...]:
    """Name the entity to load: the own word so far."""
    return (answer_id(at.coop, body.netting),)


RULES: Final[dict[str, Rule]] = {
    "netting.proposed": rule(NettingProposed, proposed, nothing),
    "netting.agreed": rule(NettingAgreed, agreed, own_answer),
    "netting.declined": rule(NettingDeclined, declined, own_answer),
}
FAMILIES: Final[dict[str, type[State]]] = {
    "netting": Netting,
    "netting-answer": NettingAnswer,
}
