"""Commands about work reports: what was done of a pledge, and if that is agreed."""

from collections.abc import Sequence
from typing import Final, cast

import msgspec

from node.act import Draft
from node.commands import fields
from node.commands.answering import addressed, in_state, sum_of
from node.commands.command import Command, Tell, command
from node.commands.fields import Sum
from node.commands.form import (
    Asking,
    Writing,
    books_of,
    coop_or_all,
    own,
    reading,
    writing,
)
from node.errors import UserFault
from node.node import Node
from node.views import ids, trade
from node.views.trade import REPORT_STANDINGS, ReportPage, ReportRow
from protocol import limits, rules
from protocol.kinds.fields import Money
from protocol.kinds.reports import (
    ReportAccepted,
    ReportCorrected,
    ReportDisputed,
    ReportMade,
    ReportWithdrawn,
)
from protocol.rules.pledges import Pledge
from protocol.rules.reports import LIVE, THEME_SUMS, Report
from protocol.state import Entity, State


class Theme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A theme of the charter; without `minutes`, all of the report's."""

    theme: str
    minutes: int | None = None


class MakeReport(Writing, frozen=True, kw_only=True):
    """Work done of a pledge of one's own that is confirmed.

    `amount` is what it comes to: by the pledge's rate where it is not given, nothing
    with `unpaid`.
    """

    pledge: str
    minutes: int
    starts: str
    ends: str
    amount: Sum | None = None
    unpaid: bool = False
    themes: tuple[Theme, ...] = ()
    outcome: str | None = None
    summary: str | None = None


class CorrectReport(Writing, frozen=True, kw_only=True):
    """A report of one's own, and what of it is otherwise; the rest stays."""

    report: str
    minutes: int | None = None
    starts: str | None = None
    ends: str | None = None
    amount: Sum | None = None
    unpaid: bool = False
    themes: tuple[Theme, ...] | None = None
    outcome: str | None = None
    summary: str | None = None


class OneReport(Asking, frozen=True, kw_only=True):
    """A report by its id."""

    report: str


class AcceptReport(Writing, frozen=True, kw_only=True):
    """A report of work for this co-op, as it stands."""

    report: str


class EndReport(Writing, frozen=True, kw_only=True):
    """A report, and what is wrong with it."""

    report: str
    reason: str | None = None
    note: str | None = None


class ListReports(Asking, frozen=True, kw_only=True):
    """Which reports: of a co-op on either side, of a pledge, of some standings."""

    coop: str | None = None
    pledge: str | None = None
    standing: tuple[str, ...] = ()


class Reports(msgspec.Struct, frozen=True, kw_only=True):
    """Reports, sorted by their ids."""

    reports: list[ReportRow]


# --- the provider's half ------------------------------------------------------------


async def make(node: Node, args: MakeReport) -> Sequence[Draft]:
    """Report work."""
    entity = await own(books_of(node), args.pledge, "pledge", "pledge")
    pledge = cast("Pledge", entity.body)
    confirmed = pledge.confirmed
    if confirmed is None or pledge.unit != "minutes":
        raise _not_worked(entity, pledge)
    _check_minutes(args.minutes)
    body = ReportMade(
        acceptance=confirmed.acceptance,
        amount=_amount(node, args.amount, args.minutes, pledge, unpaid=args.unpaid),
        ends=fields.day("ends", args.ends),
        minutes=args.minutes,
        outcome=fields.slug_or_none("outcome", args.outcome),
        pledge=entity.id,
        receiver=pledge.owner,
        starts=fields.day("starts", args.starts),
        themes=_themes(node, args.themes, args.minutes),
    )
    fields.check_window(body.starts, body.ends)
    words = fields.said(fields.words(summary=args.summary))
    return [fields.draft("report.made", body, words)]


def _not_worked(entity: Entity, pledge: Pledge) -> UserFault:
    money_ = pledge.unit != "minutes"
    return UserFault(
        code="pledge-money" if money_ else "pledge-unconfirmed",
        detail="pledge: it is of money, which is paid, not worked off."
        if money_
        else f"pledge: it is {entity.state}, and was not confirmed.",
        way_out="`wortley payment send` says that money was sent."
        if money_
        else "`wortley pledge confirm PLEDGE` binds your co-op to it first.",
        field="pledge",
        expected="a pledge of work of your own that is confirmed",
        example="evt_k3fw72qa",
    )


def _check_minutes(minutes: int) -> None:
    # First of all: amounts and themes are measured against them.
    if not 1 <= minutes <= limits.INTEGER:
        raise fields.fault("minutes", minutes)


def _amount(
    node: Node, given: Sum | None, minutes: int, pledge: Pledge, *, unpaid: bool
) -> Money | None:
    """Read what the work comes to, or work it out by the pledge's rate."""
    rate = pledge.rate
    if unpaid:
        if given is not None:
            raise fields.needless("amount", "where it is unpaid")
        return None
    if given is not None:
        return sum_of(node, given)
    if rate is None:
        return None
    # Whole minor units: what is less than one is nobody's.
    worked = rate.amount * minutes // rate.minutes
    return Money(rate.currency, worked) if worked else None


def _themes(
    node: Node, given: Sequence[Theme], minutes: int
) -> tuple[tuple[str, int], ...]:
    known = node.register.roster.charter.themes
    found: dict[str, int] = {}
    for one in given:
        theme = fields.choice("themes", one.theme, known)
        if theme in found:
            raise fields.fault("themes", theme, "each theme once", known[0])
        found[theme] = minutes if one.minutes is None else one.minutes
    total = sum(found.values())
    if total > minutes:
        void = THEME_SUMS(sum=total, minutes=minutes)
        raise UserFault(
            code=void.code,
            detail=f"themes: {rules.say(void)}.",
            way_out="Say how much of the time served each of them: wellbeing=2h.",
            field="themes",
            expected=f"themes of {minutes} minutes in all at most",
            example=f"{next(iter(found))}={minutes}m",
        )
    return tuple(found.items())


async def correct(node: Node, args: CorrectReport) -> Sequence[Draft]:
    """Say anew what was done."""
    entity = await _own_live(node, args.report)
    was = cast("Report", entity.body)
    minutes = was.minutes if args.minutes is None else args.minutes
    _check_minutes(minutes)
    body = ReportCorrected(
        amount=await _corrected_amount(node, args, was, minutes),
        ends=was.ends if args.ends is None else fields.day("ends", args.ends),
        minutes=minutes,
        outcome=was.outcome
        if args.outcome is None
        else fields.slug_or_none("outcome", args.outcome),
        report=entity.id,
        starts=was.starts if args.starts is None else fields.day("starts", args.starts),
        themes=was.themes
        if args.themes is None
        else _themes(node, args.themes, minutes),
    )
    fields.check_window(body.starts, body.ends)
    words = fields.words(summary=args.summary)
    return [fields.draft("report.corrected", body, words)]


async def _corrected_amount(
    node: Node, args: CorrectReport, was: Report, minutes: int
) -> Money | None:
    """Keep the amount, or have it follow the minutes where a rate made it."""
    if args.unpaid and args.amount is not None:
        raise fields.needless("amount", "where it is unpaid")
    if args.unpaid or (args.amount is None and was.amount is None):
        return None
    if args.amount is not None:
        return sum_of(node, args.amount)
    pledge = await books_of(node).state.get(was.pledge)
    if pledge is not None and isinstance(pledge.body, Pledge):
        by_rate = _amount(node, None, was.minutes, pledge.body, unpaid=False)
        if by_rate == was.amount:
            return _amount(node, None, minutes, pledge.body, unpaid=False)
    return was.amount


async def withdraw(node: Node, args: EndReport) -> Sequence[Draft]:
    """Take a report back."""
    entity = await _own_live(node, args.report)
    body = ReportWithdrawn(
        reason=fields.slug_or_none("reason", args.reason), report=entity.id
    )
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("report.withdrawn", body, words)]


async def _own_live(node: Node, written: str) -> Entity:
    entity = await own(books_of(node), written, "report", "report")
    in_state(entity, LIVE, "Report the work anew: `wortley report make`.")
    return entity


# --- the receiver's half ------------------------------------------------------------


def _receiver(body: State) -> bytes | None:
    return body.receiver if isinstance(body, Report) else None


async def accept(node: Node, args: AcceptReport) -> Sequence[Draft]:
    """Agree with a report as it stands."""
    entity = await _to_answer(node, args.report)
    report = cast("Report", entity.body)
    body = ReportAccepted(
        amount=report.amount,
        minutes=report.minutes,
        provider=entity.coop,
        report=entity.id,
        version=report.version,
    )
    return [fields.draft("report.accepted", body)]


async def dispute(node: Node, args: EndReport) -> Sequence[Draft]:
    """Say that a report is not what was done."""
    entity = await _to_answer(node, args.report)
    body = ReportDisputed(
        provider=entity.coop,
        reason=fields.slug_or_none("reason", args.reason),
        report=entity.id,
        version=cast("Report", entity.body).version,
    )
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("report.disputed", body, words)]


async def _to_answer(node: Node, written: str) -> Entity:
    entity = await addressed(node, written, "report", _receiver)
    in_state(entity, LIVE, "There is nothing left to answer.")
    return entity


# --- looking ------------------------------------------------------------------------


async def list_reports(node: Node, args: ListReports, _tell: Tell) -> Reports:
    """List reports with how they stand."""
    standing = fields.choices("standing", args.standing, REPORT_STANDINGS)
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    pledge = None
    if args.pledge is not None:
        pledge = (await ids.find(books, args.pledge, ("pledge",), "pledge")).id
    shelf = await trade.load(books)
    listed = [
        one
        for one in shelf.trade.deliveries
        if trade.concerning(coop, standing, one) and pledge in {None, one.pledge}
    ]
    return Reports(reports=await trade.report_rows(books, names, shelf, listed))


async def show_report(node: Node, args: OneReport, _tell: Tell) -> ReportPage:
    """Show one report beside its pledge."""
    books, names = await reading(node)
    entity = await ids.find(books, args.report, ("report",), "report")
    return await trade.report_page(books, names, entity)


COMMANDS: Final[dict[str, Command]] = {
    "report.make": writing(MakeReport, make),
    "report.correct": writing(CorrectReport, correct),
    "report.withdraw": writing(EndReport, withdraw),
    "report.accept": writing(AcceptReport, accept),
    "report.dispute": writing(EndReport, dispute),
    "report.list": command(ListReports, list_reports),
    "report.show": command(OneReport, show_report),
}
