"""`wortley calendar` and `wortley consortium`: who has time, and who together."""

from typing import Final

import click

from node.cli.form import asks, family
from node.cli.options import FROM
from node.cli.session import Ask, ask

_calendar = family("calendar", "Everybody's time, week by week.")
_consortium = family("consortium", "Who could do a lead together.")


@asks(
    _calendar,
    "show",
    "wortley calendar show",
    "wortley calendar show --skill python --from 2027-01-04 --weeks 26",
    "wortley calendar show --coop Alba --won evt_k3fw72qa",
)
@click.option("--from", "starts", type=FROM, help="A day of the first week; today.")
@click.option("--weeks", type=int, default=13, show_default=True, help="How many.")
@click.option("--coop", metavar="CO-OP", help="Of one co-op, by name or id.")
@click.option("--skill", metavar="SKILL", help="Of one skill.")
@click.option("--won", metavar="LEAD", help="As it would be if this lead were won.")
def show(
    *,
    starts: str | None,
    weeks: int,
    coop: str | None,
    skill: str | None,
    won: str | None,
) -> Ask:
    """Show what is offered, promised and free, and how busy everybody wishes to be."""
    return ask(
        "calendar.show", starts=starts, weeks=weeks, coop=coop, skill=skill, won=won
    )


@asks(
    _consortium,
    "find",
    "wortley consortium find evt_k3fw72qa",
    "wortley consortium find evt_k3fw72qa --aim fairest --at-most 4 --with Alba",
)
@click.argument("lead")
@click.option(
    "--aim",
    type=click.Choice(["fewest", "fairest", "cheapest"]),
    default="fewest",
    show_default=True,
    help="Fewest parties, those first who wish for work most, or lowest cost.",
)
@click.option("--at-most", type=int, metavar="N", help="At most so many parties.")
@click.option(
    "--with", "include", multiple=True, metavar="CO-OP", help="A party; repeatable."
)
@click.option(
    "--without", "exclude", multiple=True, metavar="CO-OP", help="No party; repeatable."
)
@click.option(
    "--seconds", type=int, default=2, show_default=True, help="How long to search."
)
def find(
    *,
    lead: str,
    aim: str,
    at_most: int | None,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    seconds: int,
) -> Ask:
    """Find co-ops that can do LEAD together, in time and skill.

    Where not all of it can be covered, it says what is missing, and who could do it if
    the window of a line moved.
    """
    return ask(
        "consortium.find",
        lead=lead,
        aim=aim,
        at_most=at_most,
        include=list(include),
        exclude=list(exclude),
        seconds=seconds,
    )


COMMANDS: Final = (_calendar, _consortium)
