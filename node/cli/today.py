"""`wortley today`, `wortley search`: what waits, and where something is."""

from typing import Final

import click

from node.cli.form import asks
from node.cli.session import Ask, ask

_top = click.Group()


@asks(_top, "today", "wortley today")
@click.option(
    "--most", type=int, default=100, show_default=True, metavar="N", help="Rows."
)
def today(most: int) -> Ask:
    """Show what waits for this co-op, the most urgent first.

    Each with one sentence, why, since when, and the command that does it.
    """
    return ask("today", most=most)


@asks(
    _top,
    "search",
    "wortley search website",
    'wortley search "market hall" book --family lead',
)
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--family",
    "families",
    multiple=True,
    metavar="FAMILY",
    help="lead, project, pledge, profile, … May be repeated.",
)
@click.option(
    "--most", type=int, default=20, show_default=True, metavar="N", help="Rows."
)
def search(words: tuple[str, ...], families: tuple[str, ...], most: int) -> Ask:
    """Find what has all WORDS: titles, names, descriptions, notes.

    The beginning of a word is enough. Words that the shell keeps together by quotes are
    looked for as they stand.
    """
    written = " ".join(f'"{one}"' if " " in one.strip() else one for one in words)
    return ask("search", words=written, families=list(families), most=most)


COMMANDS: Final = (today, search)
