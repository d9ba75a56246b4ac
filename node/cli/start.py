"""`wortley init`, `key`, `up`, `status`, `demo`: a node, from nothing to running."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click

from node.cli import up
from node.cli.form import acts, asks, family
from node.cli.founding import found, show_founded
from node.cli.session import DATA, Ask, Session, ask

_top = click.Group()
_key = family("key", "The keys of your node, and the recovery kit.")


def usual_data(environ: Mapping[str, str]) -> Path:
    """Say where the node's data is if no --data is given."""
    return Path(environ.get("WORTLEY_DATA") or DATA)


@acts(
    _top,
    "init",
    "wortley init --name Alba --listen 127.0.0.1:8750",
    "wortley init --name Alba --listen 0.0.0.0:8750 --public-url https://alba.example",
)
@click.option("--name", required=True, help="What your co-op is called.")
@click.option(
    "--listen", required=True, metavar="HOST:PORT", help="Where the node listens."
)
@click.option("--public-url", default="", metavar="URL", help="Where peers reach it.")
@click.option(
    "--kit-checked", is_flag=True, help="For scripts: the kit's words are kept safe."
)
def init(
    session: Session, name: str, listen: str, public_url: str, *, kit_checked: bool
) -> None:
    """Make a node: its folder, its keys, its settings.

    Prints the recovery kit, 24 words that bring the co-op's log back when all else is
    lost. They are shown once and kept nowhere: write them on paper.
    """
    founded = found(
        session.data,
        name=name,
        listen=listen,
        public_url=public_url,
        kit_checked=kit_checked,
    )
    if session.json:
        session.print_json(founded)
    else:
        show_founded(session.page, session.data, founded)


@asks(_key, "check", "wortley key check abandon ability able")
@click.argument("words", metavar="WORD WORD WORD", nargs=-1, required=True)
def check(words: tuple[str, ...]) -> Ask:
    """Show that the recovery kit is on paper, with the three words asked for.

    `wortley status` says which. Nothing is published before.
    """
    return ask("key.check", words=[one.strip().lower() for one in words])


@acts(_top, "up", "wortley up")
def start(session: Session) -> None:
    """Run the node until it is stopped (Ctrl-C, SIGTERM).

    Serves its pages, syncs with the other co-ops' nodes, answers this command.
    """
    up.run(session)


@asks(_top, "status", "wortley status")
def status() -> Ask:
    """Say how the node stands and what waits for you."""
    return ask("status")


@acts(_top, "demo", "wortley demo")
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where its nodes have their data, if not in demo/ of the data folder.",
)
def demo(session: Session, folder: Path | None) -> None:
    """Run a network of three co-ops on this machine, to look around in."""
    # Here, for it draws in all that a node can do; --help needs none of it.
    from node.demo import run  # noqa: PLC0415

    run(folder or session.data / "demo")


COMMANDS: Final = (init, _key, start, status, demo)
