"""`wortley sealed`: words that only a few co-ops can read."""

from collections.abc import Callable
from typing import Final, TextIO, TypeVar, cast

import click

from node.cli.form import asks, family
from node.cli.inputs import Rate, wrong
from node.cli.options import RATE
from node.cli.session import Ask, ask
from node.errors import UserFault

_sealed = family("sealed", "Words that only a few co-ops can read.")

F = TypeVar("F", bound=Callable[..., Ask])
_DETAILS_EXAMPLE: Final = "Ask for Mae, 07700 900123"
#: One more than a sealed text holds; the node says how much that is.
_MOST_CHARS: Final = 64 * 1024 + 1
#: Who reads and who keeps, wherever something is sealed.
_READERS: Final = (
    click.option(
        "--to",
        "to",
        required=True,
        multiple=True,
        metavar="CO-OP",
        help="Who may read it, by name or id. May be repeated.",
    ),
    click.option(
        "--custodian",
        "custodians",
        multiple=True,
        metavar="CO-OP",
        help="Who keeps it for them, unable to open it. May be repeated; without one,"
        " the node chooses where it cannot meet them.",
    ),
)


def reading(function: F) -> F:
    """Give a subcommand the options that say for whom it seals."""
    for option in reversed(_READERS):
        function = option(function)
    return function


_DETAILS: Final = (
    click.option("--details", metavar="TEXT", help="What only they are to read."),
    click.option(
        "--from",
        "source",
        type=click.File("r", encoding="utf-8"),
        metavar="FILE",
        help="Take the details from FILE; - is standard input.",
    ),
)


#: The argument that a file feeds as well.
DETAILS_FEED: Final = {"source": ("details",)}


def detailing(function: F) -> F:
    """Give a subcommand the options that say what it seals, and for whom."""
    for option in reversed(_DETAILS):
        function = option(function)
    return reading(function)


def details(given: dict[str, object]) -> str:
    """Take what was typed, or read what stands in a file."""
    source = cast("TextIO | None", given["source"])
    words = cast("str | None", given["details"])
    if (words is None) == (source is None):
        raise UserFault(
            code="input-wrong",
            detail="--details: give them, or a file that has them (--from), not both.",
            way_out=f"For example: {_DETAILS_EXAMPLE}",
            field="--details",
            expected="the details, or --from FILE",
            example=_DETAILS_EXAMPLE,
        )
    try:
        return words or "" if source is None else source.read(_MOST_CHARS)
    except (OSError, ValueError):
        name = "" if source is None else str(source.name)
        wrong("--from", name, "a file that can be read as UTF-8", "details.txt")


def readers(given: dict[str, object]) -> dict[str, object]:
    """Give these options as commands take them."""
    to, custodians = given["to"], given["custodians"]
    named = {"to": list(to) if isinstance(to, tuple) else []}
    if isinstance(custodians, tuple) and custodians:
        return {**named, "custodians": list(custodians)}
    return {**named}


@asks(
    _sealed,
    "rate",
    "wortley sealed rate evt_k3fw72qa 560GBP/day --to Birch",
    'wortley sealed rate evt_k3fw72qa 70GBP/h --to Birch --note "Travel is extra"',
)
@click.argument("about", metavar="ID")
@click.argument("rate", type=RATE)
@reading
@click.option("--note", metavar="TEXT", help="Anything else.")
def share_rate(about: str, rate: Rate, note: str | None, **given: object) -> Ask:
    """Tell a few co-ops your price for ID, an offer, pledge or bid of your own."""
    return ask("rate.share", about=about, rate=rate, note=note, **readers(given))


@asks(
    _sealed,
    "list",
    "wortley sealed list",
    "wortley sealed list --about evt_k3fw72qa",
)
@click.option(
    "--about", metavar="ID", help="About one lead, bid, offer, pledge, project."
)
@click.option("--coop", metavar="CO-OP", help="Of one co-op, by name or id.")
def list_sealed(about: str | None, coop: str | None) -> Ask:
    """List what is sealed, and who reads it; also what is for others."""
    return ask("sealed.list", about=about, coop=coop)


@asks(_sealed, "show", "wortley sealed show evt_k3fw72qa")
@click.argument("text", metavar="ID")
def show(text: str) -> Ask:
    """Show the words of ID, if they are sealed for your co-op."""
    return ask("sealed.show", text=text)


COMMANDS: Final = (_sealed,)
