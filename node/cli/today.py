"""`wortley today`: what waits, and what happened."""

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


COMMANDS: Final = (today,)
