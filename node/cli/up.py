"""`wortley up`: run the node of a data folder until it is stopped."""

import asyncio
import logging
from typing import Self

from node import config
from node.cli.progress import Progress
from node.cli.session import Session
from node.errors import UserFault


def run(session: Session) -> None:
    """Run the node; raises `UserFault` "not-initialised" where there is none."""
    data = session.data
    if not (data / config.FILE).exists():
        raise UserFault(
            code="not-initialised",
            detail=f"There is no node in {data} yet.",
            way_out="To found a network: wortley init --name NAME --listen HOST:PORT,"
            " then wortley network create --name NETWORK\n"
            "To join one: wortley init --name NAME --listen HOST:PORT,"
            " then wortley join INVITATION",
            folder=str(data),
        )
    from node.serve import serve  # noqa: PLC0415 - 0.5 s, which --help does not need

    show_log()
    folded = 0
    opening = Progress(quiet=session.json)
    syncing = Syncing(quiet=session.json)

    def count(events: int) -> None:
        nonlocal folded
        folded += events
        opening.tell(folded, None, "events read")

    def ready(url: str) -> None:
        opening.close()
        if session.json:
            session.print_json({"url": url})
        else:
            session.page.say(f"The node runs at {url} (stop it with Ctrl-C).")
        session.page.out.flush()

    with opening, syncing:
        running = serve(data, ready, progress=count, received=syncing.received)
        asyncio.run(running)


class Syncing:
    """Shows a first sync, or the catching up after a pause, while it lasts."""

    def __init__(self, *, quiet: bool) -> None:
        """Show nothing if `quiet`."""
        self._quiet = quiet
        self._shown: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._close()

    def received(self, events: int | None) -> None:
        """Take how many events have come so far; None once that was all."""
        if events is None:
            self._close()
            return
        if self._shown is None:
            self._shown = Progress(quiet=self._quiet)
        self._shown.tell(events, None, "events received")

    def _close(self) -> None:
        if self._shown is not None:
            self._shown.close()
        self._shown = None


def show_log() -> None:
    """Show what the node's parts report, on standard error."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s"
    )
