"""Run the demo until Ctrl-C."""

import datetime
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import click

from node.clock import SystemClock
from node.demo import nodes
from node.demo.nodes import DemoNode
from node.demo.story import PROFILES, Story

#: A first burst, so that there is something to see; then a walking pace, in seconds.
_BURST: Final = 24
_PACE_S: Final = 4.0


def run(
    folder: Path,
    say: Callable[[str], None] = click.echo,
    *,
    today: datetime.date | None = None,
    steps: int | None = None,
) -> None:
    """Make or go on with the demo below `folder`; for ever, or for so many steps."""
    today = today or _today()
    made = [DemoNode(name, folder / name.lower()) for name in PROFILES]
    ports = iter(nodes.free_ports(len(made)))
    for node in made:
        say(f"Preparing {node.name} …")
        node.make(next(ports))
    try:
        nodes.found_network(made)
        nodes.make_electors(made)
        _say_where(made, folder, say)
        story = Story(made, folder, say)
        coming = story.open(today)
        _go_on(story, coming, steps)
    except KeyboardInterrupt:
        say("Stopping the three nodes …")
    finally:
        for node in made:
            node.stop()


def _today() -> datetime.date:
    seconds = SystemClock().now_ms() / 1000
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date()


def _go_on(
    story: Story, coming: Iterator[dict[str, object]], steps: int | None
) -> None:
    done = 0
    while steps is None or done < steps:
        story.step(coming)
        done += 1
        if done > _BURST:
            time.sleep(_PACE_S)


def _say_where(made: list[DemoNode], folder: Path, say: Callable[[str], None]) -> None:
    say("")
    say("Three nodes are up. Look at them in a browser on this machine:")
    for node in made:
        say(f"  {node.name:<6} {node.settings.public_url}/")
    first = folder / made[0].name.lower()
    say("")
    say("Try, in another terminal (`wortley` is `./run` in a clone):")
    say(f"  wortley --data {first} status")
    say(f"  wortley --data {first} lead list")
    say(f"  wortley --data {first} commitments")
    say(f"  wortley --data {first} log export /tmp/network.wortley")
    say("Ctrl-C stops all three; the same command goes on where it stopped.")
    say("")
