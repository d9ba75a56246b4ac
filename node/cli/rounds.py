"""`wortley fund`, `round`: money that is given away together."""

from typing import Final

import click

from node.cli import inputs
from node.cli.form import asks, family
from node.cli.inputs import Money
from node.cli.options import ALLOTTED, FROM, MONEY, TO
from node.cli.session import Ask, ask

_fund = family("fund", "Common funds, and contributions to them.")
_round = family("round", "Rounds in which projects are funded together.")

_NOTE: Final = click.option("--note", metavar="TEXT", help="Why, in your words.")
_REASON: Final = click.option("--reason", metavar="TEXT", help="Why, in your words.")
_STATES: Final = click.option(
    "--state", "states", multiple=True, metavar="STATE", help="May be repeated."
)
_COOP: Final = click.option("--coop", metavar="CO-OP", help="Of one co-op.")


@asks(
    _fund,
    "open",
    'wortley fund open --title "Common fund"',
    'wortley fund open --title "Common fund" --contribution 50GBP --period month',
)
@click.option("--title", required=True, help="What it is, in one line.")
@click.option("--purpose", metavar="TEXT", help="What it is for.")
@click.option("--currency", metavar="CODE", help="GBP, EUR, …; else the charter's.")
@click.option("--contribution", type=MONEY, help="What each co-op is asked for.")
@click.option("--period", default="none", help="none, month, quarter or year.")
@click.option("--planned", is_flag=True, help="It takes nothing yet.")
def open_fund(
    *,
    title: str,
    purpose: str | None,
    currency: str | None,
    contribution: Money | None,
    period: str,
    planned: bool,
) -> Ask:
    """Open a fund that your co-op holds."""
    code = inputs.one_currency("--contribution", contribution, currency)
    return ask(
        "fund.open",
        title=title,
        purpose=purpose,
        currency=code,
        contribution=None if contribution is None else contribution.amount,
        period=period,
        planned=planned,
    )


@asks(
    _fund,
    "contribute",
    "wortley fund contribute evt_k3fw72qa 50GBP",
    feeds={"amount": ("amount", "currency")},
)
@click.argument("fund")
@click.argument("amount", type=MONEY)
@_NOTE
def contribute(fund: str, amount: Money, note: str | None) -> Ask:
    """Pledge AMOUNT to FUND; its steward accepts it like any other pledge."""
    return ask(
        "fund.contribute",
        fund=fund,
        amount=amount.amount,
        currency=amount.currency,
        note=note,
    )


@asks(_fund, "advance", "wortley fund advance evt_k3fw72qa closed")
@click.argument("fund")
@click.argument("to", metavar="STATE")
@_NOTE
def advance_fund(fund: str, to: str, note: str | None) -> Ask:
    """Move FUND, one of your own, on: open, closed, settled or cancelled."""
    return ask("fund.advance", fund=fund, to=to, note=note)


@asks(_fund, "list", "wortley fund list")
@_STATES
@_COOP
def list_funds(states: tuple[str, ...], coop: str | None) -> Ask:
    """List funds."""
    return ask("fund.list", states=list(states), coop=coop)


@asks(_fund, "show", "wortley fund show evt_k3fw72qa")
@click.argument("fund")
def show_fund(fund: str) -> Ask:
    """Show FUND and the contributions to it."""
    return ask("fund.show", fund=fund)


# --- rounds -------------------------------------------------------------------------


@asks(
    _round,
    "open",
    'wortley round open --title "Spring round" --closes 2027-04-30',
    'wortley round open --title "Spring round" --closes 2027-04-30 --mode equal'
    " --budget 5000GBP",
)
@click.option("--title", required=True, help="What it is, in one line.")
@click.option("--closes", type=TO, required=True, help="Last day.")
@click.option("--description", metavar="TEXT", help="What it is about.")
@click.option(
    "--mode",
    default="own",
    help="Whose money: own, or a budget allotted equal, per-member or steward.",
)
@click.option("--budget", type=MONEY, help="What is allotted in all.")
@click.option("--currency", metavar="CODE", help="GBP, EUR, …; else the charter's.")
@click.option("--fund", metavar="FUND", help="A fund of yours that it is paid from.")
@click.option("--opens", type=FROM, help="First day; else today.")
@click.option("--vetoes", type=int, metavar="N", help="So many block a project.")
@click.option("--partly", is_flag=True, help="Fund projects below their minimum, too.")
@click.option("--self-funding", is_flag=True, help="Co-ops may fund their own.")
@click.option("--planned", is_flag=True, help="Nothing counts in it yet.")
def open_round(
    *,
    title: str,
    closes: str,
    description: str | None,
    mode: str,
    budget: Money | None,
    currency: str | None,
    fund: str | None,
    opens: str | None,
    vetoes: int | None,
    partly: bool,
    self_funding: bool,
    planned: bool,
) -> Ask:
    """Open a round: projects enter it, co-ops pledge, and your co-op closes it."""
    code = inputs.one_currency("--budget", budget, currency)
    return ask(
        "round.open",
        title=title,
        closes=closes,
        description=description,
        mode=mode,
        budget=None if budget is None else budget.amount,
        currency=code,
        fund=fund,
        opens=opens,
        vetoes=vetoes,
        partly=partly,
        self_funding=self_funding,
        planned=planned,
    )


@asks(_round, "advance", "wortley round advance evt_k3fw72qa open")
@click.argument("round_", metavar="ROUND")
@click.argument("to", metavar="STATE")
@_NOTE
def advance_round(round_: str, to: str, note: str | None) -> Ask:
    """Move ROUND, one of your own, on: open, settled or cancelled."""
    return ask("round.advance", round=round_, to=to, note=note)


@asks(
    _round,
    "allot",
    "wortley round allot evt_k3fw72qa",
    "wortley round allot evt_k3fw72qa --share Alba=500 --share Birch=300",
)
@click.argument("round_", metavar="ROUND")
@click.option(
    "--share",
    "shares",
    type=ALLOTTED,
    multiple=True,
    metavar="CO-OP=AMOUNT",
    help="In a round of the mode steward. May be repeated.",
)
def allot(round_: str, shares: tuple[dict[str, object], ...]) -> Ask:
    """Allot the budget of ROUND, one of your own, once."""
    return ask("round.allot", round=round_, shares=list(shares))


@asks(_round, "enter", "wortley round enter evt_k3fw72qa evt_m5hx94sc")
@click.argument("round_", metavar="ROUND")
@click.argument("project")
def enter(round_: str, project: str) -> Ask:
    """Enter PROJECT, one of your own that is open, in ROUND."""
    return ask("round.enter", round=round_, project=project)


@asks(_round, "leave", "wortley round leave evt_k3fw72qa evt_m5hx94sc")
@click.argument("round_", metavar="ROUND")
@click.argument("project")
@_REASON
def leave(round_: str, project: str, reason: str | None) -> Ask:
    """Take PROJECT, one of your own, out of ROUND."""
    return ask("round.leave", round=round_, project=project, reason=reason)


@asks(
    _round,
    "pledge",
    "wortley round pledge evt_k3fw72qa evt_m5hx94sc 250GBP",
    feeds={"amount": ("amount", "currency")},
)
@click.argument("round_", metavar="ROUND")
@click.argument("project")
@click.argument("amount", type=MONEY)
@_NOTE
def pledge(round_: str, project: str, amount: Money, note: str | None) -> Ask:
    """Pledge AMOUNT to PROJECT in ROUND; the round's result says what is taken."""
    return ask(
        "round.pledge",
        round=round_,
        project=project,
        amount=amount.amount,
        currency=amount.currency,
        note=note,
    )


@asks(
    _round,
    "veto",
    'wortley round veto evt_k3fw72qa evt_m5hx94sc --reason "It harms a member."',
    "wortley round veto evt_k3fw72qa evt_m5hx94sc --withdraw",
)
@click.argument("round_", metavar="ROUND")
@click.argument("project")
@click.option("--withdraw", is_flag=True, help="Take your veto back.")
@_REASON
def veto(round_: str, project: str, reason: str | None, *, withdraw: bool) -> Ask:
    """Say that PROJECT should get nothing in ROUND."""
    return ask(
        "round.veto", round=round_, project=project, withdraw=withdraw, reason=reason
    )


@asks(_round, "close", "wortley round close evt_k3fw72qa")
@click.argument("round_", metavar="ROUND")
@click.option("--early", is_flag=True, help="Before the day that was named.")
@_NOTE
def close(round_: str, note: str | None, *, early: bool) -> Ask:
    """Close ROUND, one of your own, with all that is here.

    The result is final once the register has the closing; nothing changes it then.
    """
    return ask("round.close", round=round_, early=early, note=note)


@asks(_round, "list", "wortley round list")
@_STATES
@_COOP
def list_rounds(states: tuple[str, ...], coop: str | None) -> Ask:
    """List rounds and how they stand."""
    return ask("round.list", states=list(states), coop=coop)


@asks(_round, "show", "wortley round show evt_k3fw72qa")
@click.argument("round_", metavar="ROUND")
def show_round(round_: str) -> Ask:
    """Show who takes part in ROUND and what each project gets, with reasons."""
    return ask("round.show", round=round_)


@asks(
    _round,
    "what-if",
    "wortley round what-if evt_k3fw72qa",
    "wortley round what-if evt_k3fw72qa --project evt_m5hx94sc --amount 250",
)
@click.argument("round_", metavar="ROUND")
@click.option("--project", metavar="PROJECT", help="If you pledged to this one,")
@click.option("--amount", type=MONEY, help="so much.")
def what_if(round_: str, project: str | None, amount: Money | None) -> Ask:
    """Show what ROUND would come to if it were closed now."""
    return ask(
        "round.what-if",
        round=round_,
        project=project,
        amount=None if amount is None else amount.amount,
    )


COMMANDS: Final = (_fund, _round)
