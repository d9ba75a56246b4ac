"""`wortley project`: what co-ops fund together."""

from typing import Final

import click

from node.cli import inputs
from node.cli.form import asks, family
from node.cli.inputs import Money
from node.cli.options import MONEY, STEP, TO, paged
from node.cli.session import Ask, ask

_project = family("project", "Projects that co-ops fund together.")
_milestone = family("milestone", "The steps of a project.")
_project.add_command(_milestone)


@asks(
    _project,
    "open",
    'wortley project open --title "Shared hosting" --goal 5000GBP --minimum 3000GBP'
    " --closes 2027-04-30",
    feeds={one: (one, "currency") for one in ("goal", "minimum", "maximum")},
)
@click.option("--title", required=True, help="What it is, in one line.")
@click.option("--goal", type=MONEY, required=True, help="What is asked for: 5000GBP.")
@click.option("--description", metavar="TEXT", help="What it is about.")
@click.option("--link", metavar="URL", help="Where more is to be read.")
@click.option("--minimum", type=MONEY, help="The least with which it goes ahead.")
@click.option("--maximum", type=MONEY, help="The most that is taken; else the goal.")
@click.option("--closes", type=TO, help="Last day for pledges.")
@click.option("--idea", is_flag=True, help="Put it up for talk; no pledges yet.")
@click.option(
    "--theme",
    "themes",
    multiple=True,
    metavar="THEME",
    help="A theme of the charter (`wortley network show`). May be repeated.",
)
def open_project(
    *,
    title: str,
    goal: Money,
    description: str | None,
    link: str | None,
    minimum: Money | None,
    maximum: Money | None,
    closes: str | None,
    themes: tuple[str, ...],
    idea: bool,
) -> Ask:
    """Put a project up for funding."""
    currency = _one_currency(
        {"--goal": goal, "--minimum": minimum, "--maximum": maximum}
    )
    return ask(
        "project.open",
        title=title,
        goal=goal.amount,
        description=description,
        link=link,
        currency=currency,
        minimum=None if minimum is None else minimum.amount,
        maximum=None if maximum is None else maximum.amount,
        closes=closes,
        idea=idea,
        themes=list(themes),
    )


def _one_currency(sums: dict[str, Money | None]) -> str | None:
    """Find the currency that is named; refuse two of them."""
    found: str | None = None
    for field, money in sums.items():
        code = None if money is None else money.currency
        if money is not None and code is not None and found not in (None, code):
            written = f"{money.amount} {code}"
            expected = f"in the same currency, {found}"
            inputs.wrong(field, written, expected, f"{money.amount} {found}")
        found = found or code
    return found


@asks(_project, "list", "wortley project list")
@click.option(
    "--state", "states", multiple=True, metavar="STATE", help="May be repeated."
)
@click.option("--coop", metavar="CO-OP", help="Of one co-op, by name or id.")
@paged
def list_projects(states: tuple[str, ...], coop: str | None, **page: object) -> Ask:
    """List projects and how far their goals are reached."""
    return ask("project.list", states=list(states), coop=coop, **page)


@asks(_project, "show", "wortley project show evt_k3fw72qa")
@click.argument("project")
def show(project: str) -> Ask:
    """Show all there is to say of PROJECT."""
    return ask("project.show", project=project)


@asks(_project, "advance", "wortley project advance evt_k3fw72qa funded")
@click.argument("project")
@click.argument("to", metavar="STATE")
@click.option("--note", metavar="TEXT", help="Why, in your words.")
def advance(project: str, to: str, note: str | None) -> Ask:
    r"""Move PROJECT, one of your own, on to STATE.

    \b
    idea, open, funded, partly-funded, not-funded, delivering, done
    cancelled
    """
    return ask("project.advance", project=project, to=to, note=note)


@asks(
    _milestone,
    "set",
    "wortley project milestone set evt_k3fw72qa --step 40:2027-03-01 --step 60",
)
@click.argument("project")
@click.option(
    "--step",
    "steps",
    type=STEP,
    multiple=True,
    required=True,
    metavar="PERCENT[:DATE]",
    help="Its share of the money, and when it is due. May be repeated.",
)
@click.option("--description", metavar="TEXT", help="What they are about.")
def set_milestones(
    project: str, steps: tuple[dict[str, object], ...], description: str | None
) -> Ask:
    """Set the milestones of PROJECT, one of your own, anew."""
    return ask(
        "project.milestone.set",
        project=project,
        steps=list(steps),
        description=description,
    )


@asks(_milestone, "reach", "wortley project milestone reach evt_k3fw72qa 1")
@click.argument("project")
@click.argument("no", type=int)
@click.option("--note", metavar="TEXT", help="More about it.")
def reach(project: str, no: int, note: str | None) -> Ask:
    """Say that milestone NO of PROJECT, one of your own, is reached."""
    return ask("project.milestone.reach", project=project, no=no, note=note)


COMMANDS: Final = (_project,)
