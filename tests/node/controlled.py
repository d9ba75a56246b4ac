"""A node that serves a few commands of its own in a thread, and ways to ask it."""

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from node import run
from node.commands.command import Command, Tell, command
from node.config import Config
from node.control import SOCKET, asking, call, serve, wire
from node.errors import OurFault, UserFault, WorldFault
from node.node import Node
from protocol.errors import Malformed
from tests.node.fixed import SeededEntropy

SOON_S: Final = 10.0


class Args(msgspec.Struct, forbid_unknown_fields=True):
    """What the commands of this table take."""

    count: int = 1
    words: str = ""


class Answer(msgspec.Struct):
    """What they give."""

    count: int
    words: str
    pid: int


async def echo(_node: Node, args: Args, tell: Tell) -> Answer:
    for done in range(args.count):
        tell(done + 1, args.count, "things")
        await asyncio.sleep(0)
    return Answer(args.count, args.words, os.getpid())


async def slow(_node: Node, args: Args, tell: Tell) -> Answer:
    for done in range(args.count):
        tell(done, None, "things")
        await asyncio.sleep(0.03)
    return Answer(args.count, args.words, os.getpid())


def failing(error: Exception) -> Command:
    async def fail(_node: Node, _args: Args, _tell: Tell) -> Answer:
        raise error

    return command(Args, fail)


ERRORS: Final[dict[str, Exception]] = {
    "fault.user": UserFault(
        code="too-much", detail="That is too much.", way_out="Take less.", line=3
    ),
    "fault.world": WorldFault(code="full", detail="The disk is full."),
    "fault.ours": OurFault(code="oops", detail="A promise was broken.", path=Path("x")),
    "fault.theirs": Malformed("id-form", "expected evt_ and 52 characters"),
    "fault.unknown": KeyError("lost"),
}
TABLE: Final[dict[str, Command]] = {
    "echo": command(Args, echo),
    "slow": command(Args, slow, long=True),
    "long.fault": msgspec.structs.replace(failing(ERRORS["fault.user"]), long=True),
    **{name: failing(error) for name, error in ERRORS.items()},
}


def found(place: Path) -> Path:
    run.create(place, Config(name="Alba", listen="127.0.0.1:0"), SeededEntropy())
    return place


@contextmanager
def running(data: Path, table: wire.Table = TABLE) -> Iterator[list[BaseException]]:
    """A node that serves its commands in a thread; gives what ended it early."""
    ready, ended = threading.Event(), list[BaseException]()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def be_a_node() -> None:
        async with run.open_node(data) as node, serve(node, table, data / SOCKET):
            ready.set()
            await stop.wait()

    def main() -> None:
        try:
            loop.run_until_complete(be_a_node())
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            ended.append(error)
        finally:
            ready.set()
            loop.close()

    thread = threading.Thread(target=main)
    thread.start()
    assert ready.wait(SOON_S)
    try:
        yield ended
    finally:
        if not loop.is_closed():
            loop.call_soon_threadsafe(stop.set)
        thread.join(SOON_S)
        assert not thread.is_alive()


@contextmanager
def nobody() -> Iterator[list[BaseException]]:
    yield []


def ask(
    data: Path,
    name: str,
    args: dict[str, object],
    tell: Tell = asking.tell_nobody,
    *,
    patience_s: float = 0.0,
) -> object:
    return call(data, name, args, tell, commands=TABLE, patience_s=patience_s)
