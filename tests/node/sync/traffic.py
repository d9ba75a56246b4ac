"""Networks of nodes whose sync loops run, without sockets; every message is counted.

Run as a program, it says what one event costs a network:

    python -m tests.node.sync.traffic [--nodes 12] [--public 12]
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from unittest import mock

from node.sync import loop
from node.sync.exchange import Exchange
from node.sync.loop import SyncLoop
from tests.node.commands import nodes
from tests.node.commands.nodes import Coop, network
from tests.node.fixed import FixedClock
from tests.node.sync.direct import Line

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

NAMES: Final = (
    *("Alba", "Birch", "Cedar", "Dune", "Elm", "Fern"),
    *("Grove", "Hazel", "Iris", "Juniper", "Kelp", "Linden"),
)
_LOOK_S: Final = 0.01
_PATIENCE_S: Final = 30.0


@dataclass(slots=True)
class Tally:
    """What was said: messages by path, bytes there and back."""

    messages: Counter[str] = field(default_factory=Counter)
    up: int = 0
    down: int = 0

    @property
    def all(self) -> int:
        return self.messages.total()

    @property
    def bytes(self) -> int:
        return self.up + self.down


class RunningClock(FixedClock):
    """Time passes by itself: the loops measure how long an answer was held back."""

    @override
    def monotonic(self) -> float:
        return time.monotonic()


class Counted(Line):
    """A line that counts what goes over it."""

    def __init__(self, me: Exchange, theirs: Exchange, tally: Tally) -> None:
        super().__init__(me.node, theirs)
        self._tally = tally

    @override
    async def send(
        self, path: str, body: bytes, *, most: int, signed: bool = True
    ) -> bytes:
        self._tally.messages[path.rpartition("/")[2]] += 1
        self._tally.up += len(body)
        answer = await super().send(path, body, most=most, signed=signed)
        self._tally.down += len(answer)
        return answer


class Net:
    """Nodes that talk, and what they have said so far."""

    def __init__(self, coops: Sequence[Coop]) -> None:
        self.coops = list(coops)
        self.tally = Tally()
        self.exchanges = [Exchange(coop.node) for coop in coops]
        self._lines = {
            (mine.node.coop, theirs.node.config.public_url): Counted(
                mine, theirs, self.tally
            )
            for mine in self.exchanges
            for theirs in self.exchanges
            if mine is not theirs
        }

    def client(self, node: object, _session: object, url: str) -> object:
        return self._lines[node.coop, url].client()  # type: ignore[attr-defined]

    @asynccontextmanager
    async def talking(self) -> AsyncIterator[None]:
        with mock.patch.object(loop, "PeerClient", self.client):
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(SyncLoop(one, None).run())  # type: ignore[arg-type]
                    for one in self.exchanges
                ]
                try:
                    yield
                finally:
                    for task in tasks:
                        task.cancel()

    async def alike(self, *coops: Coop) -> None:
        """Wait until these, or all, hold the same."""
        deadline = time.monotonic() + _PATIENCE_S
        while len({await _stand(one) for one in coops or self.coops}) > 1:
            assert time.monotonic() < deadline, "they stay apart"
            await asyncio.sleep(_LOOK_S)

    async def quiet(self, for_s: float = 4.0) -> None:
        """Wait until nobody has said anything for a while."""
        last, since = -1, 0.0
        while last != self.tally.all or time.monotonic() - since < for_s:
            if last != self.tally.all:
                last, since = self.tally.all, time.monotonic()
            await asyncio.sleep(_LOOK_S)

    @contextmanager
    def counting(self) -> Iterator[Tally]:
        """Count what is said meanwhile."""
        before = Tally(self.tally.messages.copy(), self.tally.up, self.tally.down)
        now = Tally()
        yield now
        now.messages = self.tally.messages - before.messages
        now.up, now.down = self.tally.up - before.up, self.tally.down - before.down


async def _stand(coop: Coop) -> tuple[object, ...]:
    register = coop.node.register
    heads = coop.node.ingest.heads_digest()
    return heads, register.roster.tip, register.pool.digest()


@asynccontextmanager
async def net(folder: Path, count: int, public: int) -> AsyncIterator[Net]:
    """Give a network whose nodes hold the same and talk."""
    async for place in nodes.nodes(folder, RunningClock()):
        coops = await network(place, *NAMES[:count], public=public)
        one = Net(coops)
        async with one.talking():
            await one.alike()
            yield one


async def main() -> None:
    """Say what an event costs: alone, and when many come in a row."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--nodes", type=int, default=12)
    parser.add_argument("--public", type=int, default=12)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        async with net(Path(folder), given.nodes, given.public) as one:
            await one.quiet()
            _say("to come together", one.tally, given.nodes, 0.0, 0.0)
            for case in CASES:
                await _measure(one, case)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is done in the network: how often, how long apart."""

    what: str
    times: int
    pause_s: float = 0.0
    command: str = "profile.set"


CASES: Final = (
    Case(what="an event alone", times=1),
    Case(what="events in turn", times=24),
    Case(what="events 0.1 s apart", times=24, pause_s=0.1),
    Case(what="an object that waits", times=1, command="elector.on"),
)


async def _measure(one: Net, case: Case) -> None:
    cpu, began = time.process_time(), time.monotonic()
    with one.counting() as tally:
        for no in range(case.times):
            coop = one.coops[(no + 1) % len(one.coops)]
            args = {"people": no + 2} if case.command == "profile.set" else {}
            await coop.ask(case.command, **args)
            await asyncio.sleep(case.pause_s)
        await one.alike()
        took = time.monotonic() - began
        await one.quiet()
    _say(case.what, tally, case.times * len(one.coops), time.process_time() - cpu, took)


def _say(what: str, tally: Tally, per: int, cpu: float, took: float) -> None:
    sys.stdout.write(
        f"{what}: {tally.all / per:.1f} messages and {tally.bytes / per:,.0f} bytes"
        f" per event and node, {1000 * cpu / per:.1f} ms of CPU;"
        f" alike after {took:.2f} s; {dict(tally.messages)}\n"
    )


if __name__ == "__main__":
    asyncio.run(main())
