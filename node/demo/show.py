"""Run the demo until Ctrl-C."""

import contextlib
import datetime
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Final

import click

from node.clock import SystemClock
from node.demo import nodes
from node.demo.nodes import DemoNode
from node.demo.story import PROFILES, Story
from node.errors import UserFault
from node.folder import FolderBusy, Lock, lock

Handler = Callable[[int, FrameType | None], object] | signal.Handlers

#: A first burst, so that there is something to see; then a walking pace, in seconds.
_BURST: Final = 24
_PACE_S: Final = 4.0
#: At that pace two steps of three are scenes, so that the last comes within 5 minutes.
_TURNS: Final = 3


#: What to look at, and how; in the words of the command line.
_HINTS: Final = (
    ("what waits for Alba", "today"),
    ("who works for whom", "commitments"),
    ("tenders, and what is covered", "lead list"),
    ("bids, and who has agreed", "bid list"),
    ("what is decided together", "decision list"),
    ("the board of funding rounds", "round list"),
    ("who owes whom", "ledger show"),
    ("how the node stands", "status"),
    ("all that was signed", "log export /tmp/network.wortley"),
)


def run(
    folder: Path,
    say: Callable[[str], None] = click.echo,
    *,
    today: datetime.date | None = None,
    steps: int | None = None,
    pace_s: float = _PACE_S,
) -> None:
    """Make or go on with the demo below `folder`; for ever, or for so many steps.

    pace_s: seconds between two steps, once there is something to see.

    Ctrl-C, SIGTERM and SIGHUP (a terminal that is closed) stop its nodes. Raises
    `UserFault` where a demo runs there, or a port of its nodes is taken.
    """
    today = today or _today()
    made = [DemoNode(name, folder / name.lower()) for name in PROFILES]
    with _alone(folder), _stopped_by(signal.SIGTERM, signal.SIGHUP):
        try:
            nodes.prepare(made, say)
            nodes.found_network(made)
            nodes.make_electors(made)
            _say_where(made, folder, say)
            story = Story(made, folder, say)
            coming = story.open(today)
            _go_on(story, coming, steps, pace_s)
        except KeyboardInterrupt:
            # The terminal may be gone.
            with contextlib.suppress(OSError):
                say("Stopping the three nodes …")
        finally:
            # A second Ctrl-C would leave those behind that are still to be stopped.
            with _deaf_to(signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                for node in made:
                    node.stop()


def _alone(folder: Path) -> Lock:
    """Take the folder of the demo; its nodes have locks of their own."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return lock(folder)
    except FolderBusy as busy:
        which = "" if busy.pid is None else f" (process {busy.pid})"
        raise UserFault(
            code="demo-running",
            detail=f"A demo runs in {folder} already{which}.",
            way_out="Stop it with Ctrl-C where it was started"
            + ("" if busy.pid is None else f", or with: kill {busy.pid}")
            + ". For a second one: wortley demo --dir DIR",
            folder=str(folder),
            pid=busy.pid,
        ) from busy


@contextlib.contextmanager
def _stopped_by(*signals: signal.Signals) -> Iterator[None]:
    """Let these signals do what Ctrl-C does."""
    with _handling(signals, signal.default_int_handler):
        yield


@contextlib.contextmanager
def _deaf_to(*signals: signal.Signals) -> Iterator[None]:
    with _handling(signals, signal.SIG_IGN):
        yield


@contextlib.contextmanager
def _handling(signals: Sequence[signal.Signals], handler: Handler) -> Iterator[None]:
    before = {one: signal.signal(one, handler) for one in signals}
    try:
        yield
    finally:
        for one, usual in before.items():
            signal.signal(one, usual)


def _today() -> datetime.date:
    seconds = SystemClock().now_ms() / 1000
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date()


def _go_on(
    story: Story, coming: Iterator[dict[str, object]], steps: int | None, pace_s: float
) -> None:
    done = 0
    while steps is None or done < steps:
        acts = done >= _BURST and done % _TURNS != 0
        if not (acts and story.act()):
            story.step(coming)
        done += 1
        if done > _BURST:
            time.sleep(pace_s)


def _say_where(made: list[DemoNode], folder: Path, say: Callable[[str], None]) -> None:
    say("")
    say("Three nodes are up. Look at them in a browser on this machine:")
    for node in made:
        say(f"  {node.name:<6} {node.settings.public_url}/")
    first = folder / made[0].name.lower()
    say("")
    say("Try, in another terminal (`wortley` is `./run` in a clone):")
    for what, command in _HINTS:
        say(f"  wortley --data {first} {command:<16}  {what}")
    say("Ctrl-C stops all three; the same command goes on where it stopped.")
    say("")
