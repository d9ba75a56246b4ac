"""`wortley up`: run the node of a data folder until it is stopped."""

import asyncio
import logging

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
        )
    from node.serve import serve  # noqa: PLC0415 - 0.5 s, which --help does not need

    show_log()
    folded = 0
    with Progress(quiet=session.json) as progress:

        def count(events: int) -> None:
            nonlocal folded
            folded += events
            progress.tell(folded, None, "events read")

        def ready(url: str) -> None:
            progress.close()
            if session.json:
                session.print_json({"url": url})
            else:
                session.page.say(f"The node runs at {url} (stop it with Ctrl-C).")
            session.page.out.flush()

        asyncio.run(serve(data, ready, progress=count))


def show_log() -> None:
    """Show what the node's parts report, on standard error."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s"
    )
