"""`wortley explain`, `log`, `verify`, `rebuild`: the record, and whether it holds."""

from typing import Final

import click

from node.cli.form import asks, family
from node.cli.options import NEW_FILE, OLD_FILE
from node.cli.session import Ask, ask

_top = click.Group()
_log = family("log", "The signed logs: look into them, carry them out and in.")


@asks(_top, "explain", "wortley explain evt_k3fw72qa")
@click.argument("id_", metavar="ID")
def explain(id_: str) -> Ask:
    """Explain what an ID names.

    What it is, who said it, what came of it and why.
    """
    return ask("explain", id=id_)


@asks(_log, "show", "wortley log show", "wortley log show Alba --last 50")
@click.argument("coop", metavar="[CO-OP]", required=False)
@click.option(
    "--last",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    metavar="N",
    help="How many events.",
)
def show(coop: str | None, last: int) -> Ask:
    """Show the newest events in the log of CO-OP, or in your own."""
    return ask("log.show", coop=coop, last=last)


@asks(_log, "export", "wortley log export wortley-2026-11.log")
@click.argument("path", metavar="FILE", type=NEW_FILE)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def export(path: str, *, force: bool) -> Ask:
    """Write all logs, signed as they are, to FILE."""
    return ask("log.export", path=path, force=force)


@asks(_log, "import", "wortley log import wortley-2026-11.log")
@click.argument("path", metavar="FILE", type=OLD_FILE)
def import_file(path: str) -> Ask:
    """Take in the logs of FILE; what is not signed as it must be is refused."""
    return ask("log.import", path=path)


@asks(_top, "verify", "wortley verify")
def verify() -> Ask:
    """Check that nothing is damaged.

    Checks every signature, hash and text again, and the state against the logs.
    Exits with 3 if something is not as it must be.
    """
    return ask("verify")


@asks(_top, "rebuild", "wortley rebuild")
def rebuild() -> Ask:
    """Make the state anew from the logs; nothing is lost by it."""
    return ask("rebuild")


COMMANDS: Final = (explain, _log, verify, rebuild)
