"""Webhooks at work: one task for each, from the feed to the other side.

An attempt that fails is made again after a while that grows to a day; what did not get
through in some four days is given up. A webhook through which nothing got for five
days, or that says 410, is disabled, and `wortley status` says so.
"""

import asyncio
import dataclasses
from contextlib import suppress
from typing import Final

import aiohttp
import msgspec

from node.errors import UserFault, WortleyError
from node.journal import log_failure
from node.node import Node
from node.store.webhook_tables import Delivery, Webhook
from node.views import feed, names
from node.views.books import Books
from node.webhooks import sending
from node.webhooks.sending import Outcome

#: Waits between attempts in seconds, as Standard Webhooks recommends them.
WAITS_S: Final = (
    5,
    5 * 60,
    30 * 60,
    2 * 3600,
    5 * 3600,
    10 * 3600,
    14 * 3600,
    20 * 3600,
    24 * 3600,
)
#: Nothing gets through for so long: somebody has to look.
FAILING_MS: Final = 5 * 24 * 3600 * 1000
#: Deliveries of one webhook that wait; the feed holds the rest.
QUEUE: Final = 100
#: Events looked through at once.
_AT_ONCE: Final = 500
#: How often to look for webhooks and attempts that are due, in seconds.
_LOOK_S: Final = 5.0
#: After a mistake of our own, in seconds.
_PAUSE_S: Final = 30.0
#: What a receiver is sent where events are missing: it reads the lists anew.
GAP: Final = "webhook.gap"


class Missed(msgspec.Struct, frozen=True):
    """What the message of a gap says."""

    says: str = "Events are missing before this: read the lists anew."


class WebhookLoop:
    """Keeps every webhook told."""

    def __init__(
        self,
        node: Node,
        client: aiohttp.ClientSession,
        *,
        waits_s: tuple[float, ...] = WAITS_S,
        look_s: float = _LOOK_S,
    ) -> None:
        """Send through `client`; waits_s: between attempts."""
        self._node = node
        self._client = client
        self._waits_s = waits_s
        self._look_s = look_s
        self._running: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Start and stop what follows the feed for each webhook, until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                changed = self._node.ingest.changed
                wanted = {one.id for one in await self._enabled()}
                for key in self._running.keys() - wanted:
                    self._running.pop(key).cancel()
                for key in wanted - self._running.keys():
                    self._running[key] = group.create_task(self._follow(key))
                await self._wait(changed)

    async def _enabled(self) -> list[Webhook]:
        hooks = await self._node.own.webhooks.all()
        return [one for one in hooks if one.disabled_ms is None]

    async def _wait(self, changed: asyncio.Event) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._look_s):
                await changed.wait()

    async def _follow(self, key: str) -> None:
        while True:
            changed = self._node.ingest.changed
            try:
                for hook in await self._enabled():
                    if hook.id == key:
                        await self.work(hook)
            except WortleyError as error:
                if error.fatal:
                    raise
                log_failure(f"webhook {key}", error)
                await asyncio.sleep(_PAUSE_S)
            except Exception as error:  # noqa: BLE001 - one webhook never ends the node
                log_failure(f"webhook {key}", error)
                await asyncio.sleep(_PAUSE_S)
            await self._wait(changed)

    async def work(self, hook: Webhook) -> None:
        """Take what is new for a webhook, and send what is due."""
        await self._fill(hook)
        now = self._node.clock.now_ms()
        for one in await self._node.own.webhooks.waiting(hook.id, QUEUE):
            if one.due_ms > now:
                return
            if not await self._send(hook, one):
                return

    # --- from the feed --------------------------------------------------------------

    async def _fill(self, hook: Webhook) -> None:
        node = self._node
        if not node.register.founded or node.ingest.is_behind:
            return
        books = Books(
            coop=node.coop, log=node.log, state=node.state, register=node.register
        )
        if hook.cursor == feed.now(books):
            return
        called = await names.load(books)
        wanted = feed.of_kinds(hook.kinds)
        room = QUEUE - await node.own.webhooks.count_waiting(hook.id)
        cursor = hook.cursor
        while room > 0:
            try:
                part = await feed.read(
                    books, called, cursor, min(room, _AT_ONCE), wanted
                )
            except UserFault:
                await self._skip(hook, feed.now(books))
                return
            now = node.clock.now_ms()
            events = [
                (row.id, row.kind, sending.write(row.kind, row, now))
                for row, _ in part.changes
            ]
            if part.cursor != cursor:
                await node.own.webhooks.put(hook.id, part.cursor, events, now)
            cursor = part.cursor
            room -= len(events)
            if not part.more:
                return

    async def _skip(self, hook: Webhook, cursor: str) -> None:
        """Go on from now where the feed no longer has the place that was reached."""
        now = self._node.clock.now_ms()
        body = sending.write(GAP, Missed(), now)
        gap = (f"gap-{now}", GAP, body)
        await self._node.own.webhooks.put(hook.id, cursor, [gap], now)

    # --- to the other side ----------------------------------------------------------

    async def _send(self, hook: Webhook, one: Delivery) -> bool:
        """Make an attempt and note how it went; False where that was the last now."""
        message = message_id(hook, one.event)
        outcome = await sending.send(
            self._client, hook, message, one.payload, self._node.clock
        )
        now = self._node.clock.now_ms()
        await self._node.own.webhooks.note(self._after(one, outcome, now))
        if outcome.ok:
            if hook.failing_ms is not None:
                await self._node.own.webhooks.set_failing(hook.id, None)
            return True
        since = now if hook.failing_ms is None else hook.failing_ms
        if outcome.is_gone or now - since >= FAILING_MS:
            await self._node.own.webhooks.set_disabled(hook.id, now)
        elif hook.failing_ms is None:
            await self._node.own.webhooks.set_failing(hook.id, now)
        return False

    def _after(self, one: Delivery, outcome: Outcome, now_ms: int) -> Delivery:
        attempts = one.attempts + 1
        common = dataclasses.replace(
            one,
            attempts=attempts,
            tried_ms=now_ms,
            status=outcome.status,
            said=outcome.said,
        )
        if outcome.ok:
            return dataclasses.replace(common, state="delivered")
        if attempts > len(self._waits_s):
            return dataclasses.replace(common, state="given up")
        wait_ms = int(self._waits_s[attempts - 1] * 1000)
        return dataclasses.replace(common, due_ms=now_ms + wait_ms)


def message_id(hook: Webhook, event: str) -> str:
    """Name a message: the same for each attempt, so that receivers take it once."""
    return f"msg_{hook.id}_{event.removeprefix('evt_')}"
