"""`wortley report`: work that was done, and whether both sides say so."""

from typing import Final

import click

from node.cli import inputs
from node.cli.form import asks, family
from node.cli.inputs import Effort, Money
from node.cli.options import EFFORT, FROM, MONEY, THEME, TO
from node.cli.session import Ask, ask

_report = family("report", "Work that was done, accepted or disputed.")

_REASON: Final = click.option(
    "--reason", metavar="WORD", help="Why, in one word: hours, twice."
)
_NOTE: Final = click.option("--note", metavar="TEXT", help="Why, in your words.")
_THEMES: Final = click.option(
    "--theme",
    "themes",
    type=THEME,
    multiple=True,
    help="A theme of the charter: wellbeing, or wellbeing=2h of it. May be repeated.",
)
_AMOUNT: Final = click.option(
    "--amount", type=MONEY, help="What it comes to; else by the pledge's rate."
)
_UNPAID: Final = click.option("--unpaid", is_flag=True, help="It comes to no money.")
_OUTCOME: Final = click.option(
    "--outcome", metavar="WORD", help="What came of it, in one word: jobs-created."
)
_SUMMARY: Final = click.option("--summary", metavar="TEXT", help="What was done.")


@asks(
    _report,
    "make",
    "wortley report make evt_k3fw72qa 38h --from 2027-01-04 --to 2027-01-29",
    "wortley report make evt_k3fw72qa 12h --from 2027-W02 --to 2027-W02"
    " --theme wellbeing=4h",
)
@click.argument("pledge")
@click.argument("minutes", metavar="EFFORT", type=EFFORT)
@click.option("--from", "starts", type=FROM, required=True, help="First day.")
@click.option("--to", "ends", type=TO, required=True, help="Last day.")
@_AMOUNT
@_UNPAID
@_THEMES
@_OUTCOME
@_SUMMARY
def make(
    *,
    pledge: str,
    minutes: Effort,
    starts: str,
    ends: str,
    amount: Money | None,
    unpaid: bool,
    themes: tuple[dict[str, object], ...],
    outcome: str | None,
    summary: str | None,
) -> Ask:
    """Report EFFORT done of PLEDGE, one of yours that is confirmed."""
    return ask(
        "report.make",
        pledge=pledge,
        minutes=minutes,
        starts=starts,
        ends=ends,
        amount=inputs.sum_or_none(amount),
        unpaid=unpaid,
        themes=list(themes),
        outcome=outcome,
        summary=summary,
    )


@asks(_report, "correct", "wortley report correct evt_k3fw72qa --effort 36h")
@click.argument("report")
@click.option("--effort", "minutes", type=EFFORT, help="How much it was.")
@click.option("--from", "starts", type=FROM, help="First day.")
@click.option("--to", "ends", type=TO, help="Last day.")
@_AMOUNT
@_UNPAID
@_THEMES
@_OUTCOME
@_SUMMARY
def correct(
    *,
    report: str,
    minutes: Effort | None,
    starts: str | None,
    ends: str | None,
    amount: Money | None,
    unpaid: bool,
    themes: tuple[dict[str, object], ...],
    outcome: str | None,
    summary: str | None,
) -> Ask:
    """Say anew what REPORT, one of yours, is about; what you leave out stays.

    It then waits for the receiver's word again.
    """
    return ask(
        "report.correct",
        report=report,
        minutes=minutes,
        starts=starts,
        ends=ends,
        amount=inputs.sum_or_none(amount),
        unpaid=unpaid,
        themes=list(themes) or None,
        outcome=outcome,
        summary=summary,
    )


@asks(_report, "withdraw", "wortley report withdraw evt_k3fw72qa --reason twice")
@click.argument("report")
@_REASON
@_NOTE
def withdraw(report: str, reason: str | None, note: str | None) -> Ask:
    """Take back REPORT, one of yours that should not have been made."""
    return ask("report.withdraw", report=report, reason=reason, note=note)


@asks(_report, "accept", "wortley report accept evt_k3fw72qa")
@click.argument("report")
def accept(report: str) -> Ask:
    """Agree with REPORT, of work for your co-op, as it stands."""
    return ask("report.accept", report=report)


@asks(_report, "dispute", "wortley report dispute evt_k3fw72qa --reason hours")
@click.argument("report")
@_REASON
@_NOTE
def dispute(report: str, reason: str | None, note: str | None) -> Ask:
    """Say that REPORT, of work for your co-op, is not what was done."""
    return ask("report.dispute", report=report, reason=reason, note=note)


@asks(
    _report,
    "list",
    "wortley report list --standing reported",
    "wortley report list --coop Alba",
)
@click.option("--coop", metavar="CO-OP", help="Of one co-op, on either side.")
@click.option("--pledge", metavar="ID", help="Of one pledge.")
@click.option(
    "--standing",
    multiple=True,
    metavar="STANDING",
    help="reported, accepted, disputed, stale, withdrawn. May be repeated.",
)
def list_reports(
    coop: str | None, pledge: str | None, standing: tuple[str, ...]
) -> Ask:
    """List work reports and how each stands."""
    return ask("report.list", coop=coop, pledge=pledge, standing=list(standing))


@asks(_report, "show", "wortley report show evt_k3fw72qa")
@click.argument("report")
def show(report: str) -> Ask:
    """Show REPORT beside the pledge that it is of."""
    return ask("report.show", report=report)


COMMANDS: Final = (_report,)
