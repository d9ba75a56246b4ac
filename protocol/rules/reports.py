"""Law of work reports and the receiver's word on them (SPEC 9.31).

    report         reported ── corrected ⟲        (withdrawn from either)
    report-answer  (one per report)  accepted · disputed

A report stands on an own pledge that was confirmed; more minutes than were confirmed
are allowed, and shown. That the receiver's word is on today's version is the join's to
say.
"""

from typing import Final

import msgspec

from protocol.ids import CoopId, entity_id
from protocol.kinds.fields import Date, Money
from protocol.kinds.reports import (
    ReportAccepted,
    ReportCorrected,
    ReportDisputed,
    ReportMade,
    ReportWithdrawn,
    Themes,
)
from protocol.rules.dates import check_window
from protocol.rules.place import At, Rule, Verdict, nothing, opening, rule, words
from protocol.rules.pledges import PLEDGE_TAKER, PLEDGE_UNKNOWN, Pledge
from protocol.rules.sums import check_sum
from protocol.state import Entity, Slice, State, find
from protocol.verdicts import Reason, Void

PLEDGE_UNCONFIRMED: Final = Reason(
    "pledge-unconfirmed", "No work is reported of a pledge that was not confirmed"
)
PLEDGE_MONEY: Final = Reason(
    "pledge-money", "A pledge of {unit} is paid, not worked off"
)
PLEDGE_ACCEPTANCE: Final = Reason(
    "pledge-acceptance", "The pledge was confirmed on another acceptance"
)
REPORT_UNKNOWN: Final = Reason("report-unknown", "This log holds no report of that id")
REPORT_GONE: Final = Reason("report-gone", "The report is withdrawn already")
THEME_TWICE: Final = Reason("theme-twice", "The theme {theme} is named twice")
THEME_SUMS: Final = Reason(
    "theme-sums", "Its themes come to {sum} minutes, more than the {minutes} reported"
)
REASONS: Final = (
    PLEDGE_UNCONFIRMED,
    PLEDGE_MONEY,
    PLEDGE_ACCEPTANCE,
    REPORT_UNKNOWN,
    REPORT_GONE,
    THEME_TWICE,
    THEME_SUMS,
)

REPORT_MOVES: Final[dict[str, frozenset[str]]] = {
    "reported": frozenset({"corrected", "withdrawn"}),
    "corrected": frozenset({"corrected", "withdrawn"}),
    "withdrawn": frozenset(),
}
#: The states in which a report counts, and may change.
LIVE: Final = frozenset(state for state, to in REPORT_MOVES.items() if to)


class Report(State, frozen=True, kw_only=True):
    """Work done of a pledge; `version` is the event that gave it these terms.

    `invoice` is the own invoice that asks for it, so that no work is asked for twice.
    """

    acceptance: bytes
    amount: Money | None = None
    ends: Date
    invoice: bytes | None = None
    minutes: int
    outcome: str | None = None
    pledge: bytes
    receiver: bytes
    starts: Date
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)
    themes: Themes = ()
    version: bytes


class ReportAnswer(State, frozen=True, kw_only=True):
    """The last word of this log on a report; minutes and amount where it accepts."""

    amount: Money | None = None
    minutes: int | None = None
    provider: bytes
    reason: str | None = None
    report: bytes
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)
    version: bytes


def answer_id(coop: bytes, report: bytes) -> bytes:
    """Name the one word of a co-op on a report."""
    return entity_id(CoopId(coop), "report-answer", report)


def made(slice_: Slice, at: At, body: ReportMade) -> Verdict:
    """Report work of an own pledge."""
    wrong = _check_terms(body) or _check_pledge(slice_, body)
    if wrong:
        return wrong
    report = Report(
        acceptance=body.acceptance,
        amount=body.amount,
        ends=body.ends,
        minutes=body.minutes,
        outcome=body.outcome,
        pledge=body.pledge,
        receiver=body.receiver,
        starts=body.starts,
        texts=words(at),
        themes=body.themes,
        version=at.id,
    )
    return (opening(at, "report", "reported", report, ref=body.pledge),)


def corrected(slice_: Slice, at: At, body: ReportCorrected) -> Verdict:
    """Say anew what was done: a new version, of the epoch of its event."""
    if wrong := _check_terms(body):
        return wrong
    found = _live(slice_, body.report)
    if isinstance(found, Void):
        return found
    entity, report = found
    after = msgspec.structs.replace(
        report,
        amount=body.amount,
        ends=body.ends,
        minutes=body.minutes,
        outcome=body.outcome,
        starts=body.starts,
        texts={**report.texts, **words(at)},
        themes=body.themes,
        version=at.id,
    )
    return (
        msgspec.structs.replace(entity, state="corrected", epoch=at.epoch, body=after),
    )


def withdrawn(slice_: Slice, _at: At, body: ReportWithdrawn) -> Verdict:
    """Take a report back; an invoice that asks for it stands until it is withdrawn."""
    found = _live(slice_, body.report)
    if isinstance(found, Void):
        return found
    return (msgspec.structs.replace(found[0], state="withdrawn"),)


def accepted(_slice: Slice, at: At, body: ReportAccepted) -> Verdict:
    """Agree with a version of somebody's report."""
    if wrong := check_sum(body.amount):
        return wrong
    answer = ReportAnswer(
        amount=body.amount,
        minutes=body.minutes,
        provider=body.provider,
        report=body.report,
        version=body.version,
    )
    return (_answer(at, "accepted", answer),)


def disputed(_slice: Slice, at: At, body: ReportDisputed) -> Verdict:
    """Say that a version is not what was done."""
    answer = ReportAnswer(
        provider=body.provider,
        reason=body.reason,
        report=body.report,
        texts=words(at),
        version=body.version,
    )
    return (_answer(at, "disputed", answer),)


def _answer(at: At, state: str, body: ReportAnswer) -> Entity:
    named = msgspec.structs.replace(at, id=answer_id(at.coop, body.report))
    return opening(named, "report-answer", state, body, ref=body.report)


def _check_terms(body: ReportMade | ReportCorrected) -> Void | None:
    wrong = check_window(body.starts, body.ends) or check_sum(body.amount)
    if wrong:
        return wrong
    seen: set[str] = set()
    for theme, _ in body.themes:
        if theme in seen:
            return THEME_TWICE(theme=theme)
        seen.add(theme)
    total = sum(minutes for _, minutes in body.themes)
    if total > body.minutes:
        return THEME_SUMS(sum=total, minutes=body.minutes)
    return None


def _check_pledge(slice_: Slice, body: ReportMade) -> Void | None:
    found = find(slice_, body.pledge, Pledge)
    if found is None:
        return PLEDGE_UNKNOWN()
    _, pledge = found
    if pledge.unit != "minutes":
        return PLEDGE_MONEY(unit=pledge.unit)
    # One that was released later may have been worked on before.
    if pledge.confirmed is None:
        return PLEDGE_UNCONFIRMED()
    if body.receiver != pledge.owner:
        return PLEDGE_TAKER()
    if body.acceptance != pledge.confirmed.acceptance:
        return PLEDGE_ACCEPTANCE()
    return None


def _live(slice_: Slice, report: bytes) -> tuple[Entity, Report] | Void:
    found = find(slice_, report, Report)
    if found is None:
        return REPORT_UNKNOWN()
    return found if found[0].state in LIVE else REPORT_GONE()


def the_pledge(_at: At, body: ReportMade) -> tuple[bytes, ...]:
    """Name the entity to load: the pledge."""
    return (body.pledge,)


def the_report(_at: At, body: ReportCorrected | ReportWithdrawn) -> tuple[bytes, ...]:
    """Name the entity to load: the report."""
    return (body.report,)


RULES: Final[dict[str, Rule]] = {
    "report.made": rule(ReportMade, made, the_pledge),
    "report.corrected": rule(ReportCorrected, corrected, the_report),
    "report.withdrawn": rule(ReportWithdrawn, withdrawn, the_report),
    "report.accepted": rule(ReportAccepted, accepted, nothing),
    "report.disputed": rule(ReportDisputed, disputed, nothing),
}
FAMILIES: Final[dict[str, type[State]]] = {
    "report": Report,
    "report-answer": ReportAnswer,
}
