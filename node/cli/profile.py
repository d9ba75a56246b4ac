"""`wortley profile` and `wortley wish`: what a co-op says of itself."""

from typing import Final

import click

from node.cli.form import asks, family
from node.cli.inputs import Effort
from node.cli.options import EFFORT, FROM, HOURS, TO
from node.cli.session import Ask, ask
from node.errors import UserFault

_profile = family("profile", "What your co-op says of itself.")
_wish = family("wish", "How busy your co-op wishes to be.")


@asks(
    _profile,
    "set",
    "wortley profile set --people 7 --skill python --skill design --language en",
)
@click.option("--people", type=int, metavar="N", help="How many people work here.")
@click.option(
    "--skill", "skills", multiple=True, metavar="SKILL", help="May be repeated."
)
@click.option(
    "--language",
    "languages",
    multiple=True,
    metavar="CODE",
    help="A language you work in: en, fr, cy. May be repeated.",
)
@click.option("--day", type=HOURS, help="The length of your working day: 7.5")
@click.option("--name", help="What your co-op is called.")
@click.option("--description", metavar="TEXT", help="What you do.")
@click.option("--web", metavar="URL", help="Your web site.")
@click.option("--place", help="Where you are.")
def set_profile(
    *,
    people: int | None,
    skills: tuple[str, ...],
    languages: tuple[str, ...],
    day: int | None,
    name: str | None,
    description: str | None,
    web: str | None,
    place: str | None,
) -> Ask:
    """Set the profile of your co-op.

    What is not given stays as it is. Skills and languages are given as a whole. An
    empty text (--web "") takes that text away.
    """
    given = ask(
        "profile.set",
        people=people,
        skills=list(skills) or None,
        languages=list(languages) or None,
        day=day,
        name=name,
        description=description,
        web=web,
        place=place,
    )
    if not given.args:
        raise UserFault(
            code="nothing-to-change",
            detail="Nothing is given that should change.",
            way_out="Name at least one: --people, --skill, --day …",
            field="--people",
            expected="at least one option",
            example="7",
        )
    return given


@asks(_profile, "show", "wortley profile show", "wortley profile show Alba")
@click.argument("coop", metavar="[CO-OP]", required=False)
def show(coop: str | None) -> Ask:
    """Show the profile of CO-OP, or your own."""
    return ask("profile.show", coop=coop)


@asks(
    _wish,
    "set",
    "wortley wish set --wanted 60h --floor 40h --from 2027-W01 --to 2027-W13",
)
@click.option("--wanted", type=EFFORT, required=True, help="Work per week: 60h.")
@click.option("--floor", type=EFFORT, help="The least that you need; else nothing.")
@click.option("--ceiling", type=EFFORT, help="The most; else half more than wanted.")
@click.option("--from", "starts", type=FROM, required=True, help="First day.")
@click.option("--to", "ends", type=TO, required=True, help="Last day.")
def set_wish(
    *,
    wanted: Effort,
    floor: Effort | None,
    ceiling: Effort | None,
    starts: str,
    ends: str,
) -> Ask:
    """Say how busy your co-op wishes to be in a period.

    A wish with the same first day replaces the one before.
    """
    return ask(
        "wish.set",
        wanted=wanted,
        floor=floor,
        ceiling=ceiling,
        starts=starts,
        ends=ends,
    )


@asks(_wish, "list", "wortley wish list")
@click.argument("coop", metavar="[CO-OP]", required=False)
def list_wishes(coop: str | None) -> Ask:
    """List the wishes of all co-ops, or of CO-OP."""
    return ask("wish.list", coop=coop)


COMMANDS: Final = (_profile, _wish)
