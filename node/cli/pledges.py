"""`wortley pledge`, `acceptance`, `commitments`: promises between co-ops."""

from typing import Final

import click

from node.cli.form import asks, family
from node.cli.inputs import Effort, Money, Pledged, Rate
from node.cli.options import EFFORT, FROM, MONEY, QUANTITY, RATE, TO, paged
from node.cli.session import Ask, ask

_top = click.Group()
_pledge = family("pledge", "Offers of work and money, and the answers to them.")
_acceptance = family("acceptance", "What your co-op has accepted.")

_REASON: Final = click.option(
    "--reason", metavar="WORD", help="Why, in one word: no-capacity, price."
)
_NOTE: Final = click.option("--note", metavar="TEXT", help="Why, in your words.")


@asks(
    _pledge,
    "work",
    "wortley pledge work evt_k3fw72qa 12d --skill python",
    "wortley pledge work evt_k3fw72qa 40h --line 2 --rate 600GBP/day",
)
@click.argument("lead")
@click.argument("minutes", metavar="EFFORT", type=EFFORT)
@click.option("--line", type=int, metavar="N", help="Which requirement line.")
@click.option("--skill", metavar="SKILL", help="Which skill; else that of the line.")
@click.option("--from", "starts", type=FROM, help="First day.")
@click.option("--to", "ends", type=TO, help="Last day.")
@click.option("--rate", type=RATE, help="Your price: 600GBP/day, £75/h.")
@click.option("--note", metavar="TEXT", help="Anything else.")
def work(
    *,
    lead: str,
    minutes: Effort,
    line: int | None,
    skill: str | None,
    starts: str | None,
    ends: str | None,
    rate: Rate | None,
    note: str | None,
) -> Ask:
    """Offer EFFORT of work, in all, to a requirement line of LEAD.

    --line may be left out where the lead has one line, or one of that skill.
    """
    return ask(
        "pledge.work",
        lead=lead,
        line=line,
        minutes=minutes,
        skill=skill,
        starts=starts,
        ends=ends,
        rate=rate,
        note=note,
    )


@asks(_pledge, "money", "wortley pledge money evt_k3fw72qa 500GBP")
@click.argument("project")
@click.argument("amount", type=MONEY)
def money(project: str, amount: Money) -> Ask:
    """Offer AMOUNT of money to PROJECT, in the project's currency."""
    pledged = Pledged(field="AMOUNT", money=amount, project=project)
    return ask("pledge.money", project=project, amount=pledged)


@asks(
    _pledge,
    "accept",
    "wortley pledge accept evt_k3fw72qa",
    "wortley pledge accept evt_k3fw72qa --quantity 40h",
)
@click.argument("pledge")
@click.option(
    "--quantity",
    type=QUANTITY,
    help="How much of it: 40h of work, or 250.00 of its currency; else all.",
)
def accept(pledge: str, quantity: Effort | str | None) -> Ask:
    """Accept PLEDGE, made to a lead or project of yours.

    It binds once the pledger has confirmed it.
    """
    return ask("pledge.accept", pledge=pledge, quantity=quantity)


@asks(_pledge, "decline", "wortley pledge decline evt_k3fw72qa --reason covered")
@click.argument("pledge")
@_REASON
@_NOTE
def decline(pledge: str, reason: str | None, note: str | None) -> Ask:
    """Decline PLEDGE, made to a lead or project of yours."""
    return ask("pledge.decline", pledge=pledge, reason=reason, note=note)


@asks(_pledge, "confirm", "wortley pledge confirm evt_k3fw72qa")
@click.argument("pledge")
def confirm(pledge: str) -> Ask:
    """Confirm PLEDGE, one of yours that was accepted: your co-op is bound by it."""
    return ask("pledge.confirm", pledge=pledge)


@asks(_pledge, "withdraw", "wortley pledge withdraw evt_k3fw72qa --reason no-capacity")
@click.argument("pledge")
@_REASON
@_NOTE
def withdraw(pledge: str, reason: str | None, note: str | None) -> Ask:
    """Withdraw PLEDGE, one of yours that is not confirmed."""
    return ask("pledge.withdraw", pledge=pledge, reason=reason, note=note)


@asks(_pledge, "release", "wortley pledge release evt_k3fw72qa --reason illness")
@click.argument("pledge")
@_REASON
@_NOTE
def release(pledge: str, reason: str | None, note: str | None) -> Ask:
    """Say that PLEDGE, confirmed by you, will not be kept or is needed no more."""
    return ask("pledge.release", pledge=pledge, reason=reason, note=note)


@asks(
    _pledge,
    "list",
    "wortley pledge list --mine",
    "wortley pledge list --to evt_k3fw72qa --standing offered",
)
@click.option("--mine", is_flag=True, help="Those that your co-op made.")
@click.option("--to", metavar="ID", help="To a lead, a project or a co-op.")
@click.option(
    "--standing",
    multiple=True,
    metavar="STANDING",
    help="offered, accepted, committed, declined, withdrawn, … May be repeated.",
)
@paged
def list_pledges(
    to: str | None, standing: tuple[str, ...], *, mine: bool, **page: object
) -> Ask:
    """List pledges and how each stands."""
    return ask("pledge.list", mine=mine, to=to, standing=list(standing), **page)


@asks(_acceptance, "withdraw", "wortley acceptance withdraw evt_k3fw72qa")
@click.argument("acceptance", metavar="ID")
@_REASON
@_NOTE
def withdraw_acceptance(acceptance: str, reason: str | None, note: str | None) -> Ask:
    """Take an acceptance back, named by its ID or by that of the pledge."""
    return ask("acceptance.withdraw", acceptance=acceptance, reason=reason, note=note)


@asks(_top, "commitments", "wortley commitments", "wortley commitments Alba")
@click.argument("coop", metavar="[CO-OP]", required=False)
@paged
def commitments(coop: str | None, **page: object) -> Ask:
    """List what co-ops have bound themselves to, kept or not."""
    return ask("commitments", coop=coop, **page)


COMMANDS: Final = (_pledge, _acceptance, commitments)
