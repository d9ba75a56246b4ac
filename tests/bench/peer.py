"""A node in a process of its own, as `wortley up` runs it, with a window into it.

    python -m tests.bench.peer DATA [--alone]

Reads one `Ask` per line of standard input and writes one `Told` per line of standard
output. Times are of the machine's monotonic clock, which all processes share.
`--alone`: the node serves, but follows no peers by itself.
"""

import asyncio
import datetime
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final, Literal
from unittest import mock

import aiohttp
import msgspec

from node import serve
from node.act import Draft
from node.commands.form import books_of
from node.folding import Progress
from node.node import Node
from node.run import open_node
from node.sync.addresses import AddressPolicy
from node.sync.client import PeerClient
from node.sync.conversation import Conversation
from node.sync.dial import client_session
from node.sync.exchange import Exchange
from protocol import walks
from protocol.ids import CoopId
from protocol.kinds.capacity import CapacityOffered
from protocol.kinds.fields import Rate
from tests.bench import views
from tests.bench.views import View

Doing = Literal[
    "stand", "await", "publish", "watch", "meet", "rebuild", "views", "view", "quit"
]
#: How often a heads digest is looked at while a sync runs, in seconds.
_LOOK_S: Final = 0.02


class Ask(msgspec.Struct, kw_only=True):
    """What to do. heads: what to wait for; url: whom to meet; pause_s: in between.

    view: which one to look at.
    """

    do: Doing
    heads: str = ""
    count: int = 1
    at_once: int = 1
    pause_s: float = 0.0
    url: str = ""
    fresh: bool = True
    view: str = ""


class Told(msgspec.Struct, kw_only=True):
    """What was done, when, and what it cost. times: (start, end) or (seq, when).

    views: what there is to look at; held: for how long nothing else ran, in seconds.
    """

    at: float = 0.0
    cpu: float = 0.0
    heads: str = ""
    root: str = ""
    events: int = 0
    times: list[tuple[float, float]] = msgspec.field(default_factory=list)
    views: list[str] = msgspec.field(default_factory=list)
    held: float = 0.0


class Alone:
    """Stands in for the sync loop of a node that follows nobody."""

    def __init__(self, exchange: Exchange, session: aiohttp.ClientSession) -> None:
        self.kept = (exchange, session)

    async def run(self) -> None:
        await asyncio.Event().wait()


class Window:
    """Answers the questions of the benchmark from inside the node's process."""

    def __init__(self) -> None:
        self._node: Node | None = None
        self._session: aiohttp.ClientSession | None = None
        self._talks: dict[str, Conversation] = {}
        self._views: dict[str, View] = {}
        self.ready = asyncio.Event()
        self.stop = asyncio.Event()

    @property
    def node(self) -> Node:
        if self._node is None:
            raise RuntimeError("the node is not open")
        return self._node

    @asynccontextmanager
    async def open(
        self, data: Path, *, progress: Progress | None = None
    ) -> AsyncIterator[Node]:
        async with open_node(data, progress=progress) as node:
            policy = AddressPolicy(classes=node.config.address_classes())
            async with client_session(policy) as session:
                self._node, self._session = node, session
                yield node

    async def answer(self, ask: Ask) -> Told:
        doing: dict[str, Callable[[Ask], Awaitable[Told]]] = {
            "stand": self._stand,
            "await": self._await,
            "publish": self._publish,
            "watch": self._watch,
            "meet": self._meet,
            "rebuild": self._rebuild,
            "views": self._list_views,
            "view": self._view,
        }
        told = await doing[ask.do](ask)
        told.at = told.at or time.monotonic()
        told.cpu = time.process_time()
        return told

    async def _stand(self, _ask: Ask) -> Told:
        """Say how it stands, once it has its search index, as one that runs has.

        A copy of a node begins without one, and would make it beside what is measured.
        """
        if self.node.register.founded:
            await self.node.index.keep_up(books_of(self.node))
        heads, root = await self.node.ingest.standing()
        events = sum(held.last for held in self.node.log.chains.values())
        return Told(
            heads=heads.hex(), root="" if root is None else root.hex(), events=events
        )

    async def _await(self, ask: Ask) -> Told:
        """Wait until the node holds what was named, folded, with its root."""
        ingest = self.node.ingest
        while True:
            changed = ingest.changed
            if ingest.heads_digest().hex() == ask.heads:
                _, root = await ingest.standing()
                if root is not None:
                    return Told(root=root.hex())
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_S):
                    await changed.wait()

    async def _publish(self, ask: Ask) -> Told:
        """Publish `count` times `at_once` events."""
        times: list[tuple[float, float]] = []
        for _ in range(ask.count):
            drafts = [_offer(no) for no in range(ask.at_once)]
            start = time.monotonic()
            await self.node.act.publish(drafts)
            times.append((start, time.monotonic()))
            if ask.pause_s:
                await asyncio.sleep(ask.pause_s)
        return Told(times=times)

    async def _watch(self, ask: Ask) -> Told:
        """Say when each of the next `count` events of others was folded here."""
        seen = self._folded()
        times: list[tuple[float, float]] = []
        _say(Told())
        while True:
            changed = self.node.ingest.changed
            now = time.monotonic()
            times.extend([(0.0, now)] * (self._folded() - seen))
            seen = self._folded()
            if len(times) >= ask.count:
                return Told(times=times)
            await changed.wait()

    def _folded(self) -> int:
        return sum(walks.count(one.spans) for one in self.node.state.folds.values())

    async def _meet(self, ask: Ask) -> Told:
        """Hold one conversation with the only other node: hello, pull, root.

        `fresh`: as after a restart, without the cursor of the last time.
        """
        talk = self._talks.get(ask.url)
        if talk is None or ask.fresh:
            talk = self._talks[ask.url] = self._new_talk(ask.url)
        start = time.monotonic()
        await talk.agree()
        await talk.pull(wait=0)
        _, root = await self.node.ingest.standing()
        return Told(
            times=[(start, time.monotonic())], root="" if root is None else root.hex()
        )

    def _new_talk(self, url: str) -> Conversation:
        node = self.node
        other = next(coop for coop in node.register.cards if coop != node.coop)
        if self._session is None:
            raise RuntimeError("no session is open")
        client = PeerClient(node, self._session, url)
        return Conversation(Exchange(node), client, CoopId(other))

    async def _rebuild(self, _ask: Ask) -> Told:
        """Rebuild: once until all is folded, once more until the root is known."""
        start = time.monotonic()
        events = await self.node.ingest.rebuild()
        folded = time.monotonic()
        _, root = await self.node.ingest.standing()
        times = [(start, folded), (start, time.monotonic())]
        return Told(times=times, events=events, root="" if root is None else root.hex())

    async def _list_views(self, _ask: Ask) -> Told:
        """Say what there is to look at, once nothing else is left to do."""
        self._views = await views.all_of(views.seen_by_another(self.node))
        return Told(views=list(self._views))

    async def _view(self, ask: Ask) -> Told:
        """Look at a view at most `count` times; never where there is nothing."""
        view = self._views[ask.view]
        if not view.asked:
            return Told()
        seer = views.seen_by_another(self.node)
        times, held = await views.look(seer, view, ask.count)
        return Told(times=times, held=held)


def _offer(no: int) -> Draft:
    starts = datetime.date(2026, 1, 5)
    body = CapacityOffered(
        ends=starts + datetime.timedelta(weeks=26),
        minutes=60 + no % 2000,
        rate=Rate("GBP", 50_000, 450),
        skill="developer",
        starts=starts,
    )
    return Draft("capacity.offered", body)


async def main(data: Path, *, alone: bool) -> None:
    """Run the node of a folder until told to quit."""
    window = Window()

    def ready(_url: str) -> None:
        window.ready.set()

    with mock.patch.object(serve, "open_node", window.open):
        async with asyncio.TaskGroup() as group:
            if alone:
                mock.patch.object(serve, "SyncLoop", Alone).start()
            group.create_task(serve.serve(data, ready, stop=window.stop))
            await window.ready.wait()
            await _talk(window)


async def _talk(window: Window) -> None:
    _say(Told(at=time.monotonic(), cpu=time.process_time()))
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(lines), sys.stdin
    )
    while line := await lines.readline():
        ask = msgspec.json.decode(line, type=Ask)
        if ask.do == "quit":
            break
        _say(await window.answer(ask))
    window.stop.set()


def _say(told: Told) -> None:
    sys.stdout.write(msgspec.json.encode(told).decode() + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), alone="--alone" in sys.argv))
