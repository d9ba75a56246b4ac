"""A report and its receiver's last word: what was delivered (SPEC 11.31).

| the report is | and the receiver's last word                    | standing  |
|---------------|-------------------------------------------------|-----------|
| withdrawn     | any                                             | withdrawn |
| live          | none that joins                                 | reported  |
| live          | accepts this version, equal minutes and amount  | accepted  |
| live          | disputes this version                           | disputed  |
| live          | is on another version, or on other quantities   | stale     |
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

from protocol.joins.halves import word_of
from protocol.kinds.fields import Money
from protocol.rules.reports import Report, ReportAnswer
from protocol.state import Entity

ReportStanding = Literal["reported", "accepted", "disputed", "stale", "withdrawn"]


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """What one co-op says that it did for another, and what that one makes of it.

    `answer` is the entity of the receiver's word, where there is one that joins.
    """

    report: bytes
    pledge: bytes
    provider: bytes
    receiver: bytes
    minutes: int
    amount: Money | None
    themes: tuple[tuple[str, int], ...]
    outcome: str | None
    standing: ReportStanding
    answer: bytes | None = None


def deliver(report: Entity, related: Iterable[Entity]) -> Delivery:
    """Join a report with the entities of any log whose `ref` it is."""
    body = report.body
    if not isinstance(body, Report):
        raise TypeError(f"a report is joined, not a {report.family}")
    word = word_of(body.receiver, report, related, ReportAnswer)
    if word is not None and word[1].provider != report.coop:
        word = None
    return Delivery(
        report=report.id,
        pledge=body.pledge,
        provider=report.coop,
        receiver=body.receiver,
        minutes=body.minutes,
        amount=body.amount,
        themes=body.themes,
        outcome=body.outcome,
        standing=_standing(report, body, word),
        answer=None if word is None else word[0].id,
    )


def _standing(
    report: Entity, body: Report, word: tuple[Entity, ReportAnswer] | None
) -> ReportStanding:
    if report.state == "withdrawn":
        return "withdrawn"
    if word is None:
        return "reported"
    entity, answer = word
    if answer.version != body.version:
        return "stale"
    if entity.state == "disputed":
        return "disputed"
    equal = (answer.minutes, answer.amount) == (body.minutes, body.amount)
    return "accepted" if equal else "stale"
