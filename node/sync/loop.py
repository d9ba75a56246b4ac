"""The sync at work: one puller and one pusher per peer that has an address.

The puller holds a long-poll open and takes what comes. The pusher brings news to a
peer that is not itself asking here: that is how a node behind no open port takes
part fully.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import aiohttp

from node.errors import WortleyError
from node.journal import log_failure, printable
from node.sync.client import PeerClient, PeerProblem
from node.sync.conversation import Conversation
from node.sync.dial import CONNECTIONS
from node.sync.exchange import Exchange
from node.sync.telling import When
from node.views import names
from node.views.books import Books
from node.views.short import brief
from protocol.errors import ProtocolError
from protocol.ids import CoopId

log = logging.getLogger("wortley.sync")

#: Waits after failures: doubling from the first to the last, in seconds.
_FIRST_WAIT_S: Final = 0.5
_LAST_WAIT_S: Final = 30.0
_POLL_S: Final = 25
#: Peers on which a long-poll waits at once: each holds a connection (dial.CONNECTIONS),
#: and half of them stay for everything else. The others are asked in turns.
_LONG_POLLS: Final = CONNECTIONS // 2
#: How long after the last time one of the others is asked, in seconds.
_TURN_S: Final = 10.0
#: A hello at least so often, so that lamps show what is, in seconds.
_HELLO_EVERY_S: Final = 20.0
#: How often to look whether a peer still asks here by itself, in seconds.
_LOOK_EVERY_S: Final = 5.0
#: News within so short a time go out together, in seconds.
_GATHER_S: Final = 0.01
#: A difference that lasts so long without news is looked into, in seconds.
_STILL_S: Final = 5.0
#: How long who starts waits for a peer to ask by itself before it brings something, and
#: for its turn to catch up, in seconds: many peers at once would all send the same.
_START_S: Final = 5.0
#: A long-poll that is answered sooner and brings no events is followed by a pause,
#: doubling from the first to the last, in seconds: a peer that never holds an answer
#: back costs next to nothing, and one with much to tell of its roster not much time.
_SOON_S: Final = 0.1
_FIRST_PAUSE_S: Final = 0.02
_LAST_PAUSE_S: Final = 2.0

_TROUBLE = (aiohttp.ClientError, OSError, TimeoutError, PeerProblem, ProtocolError)


class SyncLoop:
    """Keeps a conversation going with every member that has an address."""

    def __init__(self, exchange: Exchange, session: aiohttp.ClientSession) -> None:
        """Talk for `exchange`'s node through `session`."""
        self._exchange = exchange
        self._node = exchange.node
        self._session = session
        self._running: dict[tuple[bytes, str], asyncio.Task[None]] = {}
        self._long_polls = 0
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Follow the cards: start and stop conversations until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                # Taken before the look, so that a change during it is not missed.
                changed = self._node.ingest.changed
                wanted = self._wanted()
                for key in self._running.keys() - wanted:
                    self._running.pop(key).cancel()
                for coop, url in wanted - self._running.keys():
                    task = group.create_task(self._follow(CoopId(coop), url))
                    self._running[coop, url] = task
                await changed.wait()

    def _wanted(self) -> set[tuple[bytes, str]]:
        register = self._node.register
        # A hello carries our card, so nobody is spoken to before that is there.
        if self._node.coop not in register.cards:
            return set()
        return {
            (coop, card.addresses[0])
            for coop, card in register.cards.items()
            if coop != self._node.coop and card.addresses
        }

    async def _follow(self, coop: CoopId, url: str) -> None:
        client = PeerClient(self._node, self._session, url)
        talk = Conversation(self._exchange, client, coop)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._persist(coop, lambda: self._pull_on(talk)))
            group.create_task(self._persist(coop, lambda: self._push_on(talk)))

    async def _persist(self, coop: CoopId, work: Callable[[], Awaitable[None]]) -> None:
        """Do work again and again; after failures in a row, wait longer each time."""
        wait, clock = _FIRST_WAIT_S, self._node.clock
        while True:
            began = clock.monotonic()
            try:
                await work()
            except _TROUBLE as error:
                if clock.monotonic() - began > _LAST_WAIT_S:
                    wait = _FIRST_WAIT_S
                await self._failed(coop, describe(error), logging.INFO)
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LAST_WAIT_S)
            except WortleyError as error:
                if error.fatal:
                    raise
                await self._failed(coop, error.detail, logging.WARNING)
                await asyncio.sleep(_LAST_WAIT_S)
            except Exception as error:  # noqa: BLE001 - one peer never ends the node
                self._exchange.peers.failed(coop, "this node made a mistake with it")
                log_failure(f"peer {await self._called(coop)}", error)
                await asyncio.sleep(_LAST_WAIT_S)

    async def _failed(self, coop: CoopId, why: str, level: int) -> None:
        """Note why; in the journal once, not for each of the two and every time."""
        if self._exchange.peers.failed(coop, why):
            log.log(level, "peer %s: %s", await self._called(coop), printable(why))

    async def _called(self, coop: CoopId) -> str:
        """Name a peer for the journal: its name is a claim, so the id stands beside."""
        node = self._node
        books = Books(
            coop=node.coop, log=node.log, state=node.state, register=node.register
        )
        name, short = await names.of_one(books, coop), brief("coop", coop)
        return f"{printable(name)} ({short})" if name else short

    async def _pull_on(self, talk: Conversation) -> None:
        await talk.agree()
        await self._catch_up(talk)
        pause, clock = 0.0, self._node.clock
        while True:
            began = clock.monotonic()
            if self._long_polls >= _LONG_POLLS:
                await asyncio.sleep(_TURN_S)
                await talk.pull(wait=0)
                continue
            news = await self._long_poll(talk)
            if news or clock.monotonic() - began > _SOON_S:
                # What is said in one breath is fetched in one go.
                pause = _GATHER_S
            else:
                pause = min(max(2 * pause, _FIRST_PAUSE_S), _LAST_PAUSE_S)
            await asyncio.sleep(pause)

    async def _catch_up(self, talk: Conversation) -> None:
        """Fetch what is lacking, from one peer at a time unless that takes long."""
        has_turn = False
        with suppress(TimeoutError):
            async with asyncio.timeout(_START_S):
                has_turn = await self._turn.acquire()
        try:
            await talk.pull(wait=0)
        finally:
            if has_turn:
                self._turn.release()

    async def _long_poll(self, talk: Conversation) -> bool:
        self._long_polls += 1
        try:
            return await talk.pull(wait=_POLL_S)
        finally:
            self._long_polls -= 1

    async def _look_closer(self, talk: Conversation, changed: asyncio.Event) -> None:
        """Compare heads with a peer that stays different though nothing moves."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_STILL_S + self._exchange.telling.longest_s()):
                await changed.wait()
                return
        if self._exchange.peers.in_sync(talk.coop) is False:
            await talk.inspect()

    async def _push_on(self, talk: Conversation) -> None:
        telling = self._exchange.telling
        if telling.is_reached(self._node.coop):
            await asyncio.sleep(_START_S)
        when: When = "due"
        while True:
            changed = self._node.ingest.changed
            if talk.needs_push():
                await talk.bring(news=when == "now")
                when = await telling.wait(talk.peer, _HELLO_EVERY_S)
                await asyncio.sleep(_GATHER_S)
                continue
            when = "due"
            if self._exchange.peers.in_sync(talk.coop) is False:
                await self._look_closer(talk, changed)
            # A peer that asks here may stop asking at any time, and then waits for us.
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY_S):
                    await changed.wait()
            await asyncio.sleep(_GATHER_S)


def describe(error: BaseException) -> str:
    """Say in words why a peer could not be reached or understood."""
    if isinstance(error, PeerProblem):
        return f"it answered {error}"
    if isinstance(error, ProtocolError):
        return f"what it sent was refused: {error}"
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "it cannot be reached"
    return str(error)[:200] or type(error).__name__
