"""Webhooks and what was sent to them: tables of node.db."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import aiosqlite

from node.store.sqlite import Turn, transaction

State = Literal["waiting", "delivered", "given up"]
#: Finished deliveries that the log of one webhook keeps.
LOGGED: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """Where to tell what; `cursor` is how far the feed was read for it. Times in ms.

    `kinds`: of events, all where there is none. `failing_ms`: since when nothing got
    through. `disabled_ms`: since when nothing is sent any more.
    """

    id: str
    url: str
    kinds: tuple[str, ...]
    secret: bytes
    made_ms: int
    cursor: str
    failing_ms: int | None = None
    disabled_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event for one webhook, and how it went so far.

    `status` is what the other side answered with, `said` what went wrong in words.
    """

    n: int
    webhook: str
    event: str
    kind: str
    payload: bytes
    state: State
    attempts: int
    due_ms: int
    tried_ms: int | None
    status: int | None
    said: str


class WebhookTables:
    """Reads and writes webhooks and deliveries."""

    def __init__(self, db: aiosqlite.Connection, turn: Turn) -> None:
        """Use the one connection of node.db."""
        self._db = db
        self._turn = turn

    async def add(self, hook: Webhook) -> None:
        """Keep a new webhook."""
        async with transaction(self._db, self._turn):
            await self._db.execute(
                "INSERT INTO webhooks VALUES (?, ?, ?, ?, ?, ?, NULL, NULL)",
                (
                    hook.id,
                    hook.url,
                    " ".join(hook.kinds),
                    hook.secret,
                    hook.made_ms,
                    hook.cursor,
                ),
            )

    async def all(self) -> list[Webhook]:
        """Give all webhooks, the oldest first."""
        rows = await self._db.execute_fetchall(
            "SELECT * FROM webhooks ORDER BY made_ms, id"
        )
        return [_webhook(tuple(row)) for row in rows]

    async def remove(self, hook: str) -> None:
        """Forget a webhook and all that was sent to it."""
        async with transaction(self._db, self._turn):
            await self._db.execute("DELETE FROM deliveries WHERE webhook = ?", (hook,))
            await self._db.execute("DELETE FROM webhooks WHERE id = ?", (hook,))

    async def set_failing(self, hook: str, since_ms: int | None) -> None:
        """Note since when nothing gets through; None once something did."""
        async with transaction(self._db, self._turn):
            await self._db.execute(
                "UPDATE webhooks SET failing_ms = ? WHERE id = ?", (since_ms, hook)
            )

    async def set_disabled(self, hook: str, since_ms: int | None) -> None:
        """Stop sending to a webhook, or go on."""
        async with transaction(self._db, self._turn):
            await self._db.execute(
                "UPDATE webhooks SET disabled_ms = ?, failing_ms = NULL WHERE id = ?",
                (since_ms, hook),
            )

    # --- deliveries -----------------------------------------------------------------

    async def put(
        self,
        hook: str,
        cursor: str,
        events: Sequence[tuple[str, str, bytes]],
        now_ms: int,
    ) -> None:
        """Take (event, kind, payload) to send, and how far the feed is read with it.

        One transaction: no event is lost or taken twice by a crash. Nothing is taken
        for a webhook that was removed in between.
        """
        async with transaction(self._db, self._turn):
            await self._db.executemany(
                "INSERT INTO deliveries (webhook, event, kind, payload, state,"
                " attempts, due_ms, said)"
                " SELECT id, ?, ?, ?, 'waiting', 0, ?, '' FROM webhooks WHERE id = ?",
                [(event, kind, data, now_ms, hook) for event, kind, data in events],
            )
            await self._db.execute(
                "UPDATE webhooks SET cursor = ? WHERE id = ?", (cursor, hook)
            )

    async def waiting(self, hook: str, most: int) -> list[Delivery]:
        """Give what is to be sent, the first due first."""
        rows = await self._db.execute_fetchall(
            "SELECT * FROM deliveries WHERE webhook = ? AND state = 'waiting'"
            " ORDER BY due_ms, n LIMIT ?",
            (hook, most),
        )
        return [_delivery(tuple(row)) for row in rows]

    async def count_waiting(self, hook: str) -> int:
        """Count what is to be sent."""
        rows = await self._db.execute_fetchall(
            "SELECT count(*) FROM deliveries WHERE webhook = ? AND state = 'waiting'",
            (hook,),
        )
        ((count,),) = rows
        return int(count)

    async def note(self, done: Delivery) -> None:
        """Write down how an attempt went; old finished ones are forgotten."""
        async with transaction(self._db, self._turn):
            await self._db.execute(
                "UPDATE deliveries SET state = ?, attempts = ?, due_ms = ?,"
                " tried_ms = ?, status = ?, said = ? WHERE n = ?",
                (
                    done.state,
                    done.attempts,
                    done.due_ms,
                    done.tried_ms,
                    done.status,
                    done.said,
                    done.n,
                ),
            )
            await self._db.execute(
                "DELETE FROM deliveries WHERE webhook = ? AND state <> 'waiting'"
                " AND n <= (SELECT n FROM deliveries WHERE webhook = ?"
                " AND state <> 'waiting' ORDER BY n DESC LIMIT 1 OFFSET ?)",
                (done.webhook, done.webhook, LOGGED),
            )

    async def log(self, hook: str) -> list[Delivery]:
        """Give all that is kept of what was sent, or waits, the newest last."""
        rows = await self._db.execute_fetchall(
            "SELECT * FROM deliveries WHERE webhook = ? ORDER BY n", (hook,)
        )
        return [_delivery(tuple(row)) for row in rows]

    async def again(self, hook: str, n: int | None, now_ms: int) -> int:
        """Send one delivery again, or all that were given up; count them."""
        which = "n = ?" if n is not None else "state = 'given up'"
        args = (now_ms, hook, *(() if n is None else (n,)))
        async with transaction(self._db, self._turn):
            cursor = await self._db.execute(
                "UPDATE deliveries SET state = 'waiting', attempts = 0, due_ms = ?"
                f" WHERE webhook = ? AND {which}",
                args,
            )
        return cursor.rowcount


def _webhook(row: tuple[str, str, str, bytes, int, str, int, int]) -> Webhook:
    hook, url, kinds, secret, made, cursor, failing, disabled = row
    return Webhook(
        id=hook,
        url=url,
        kinds=tuple(kinds.split()),
        secret=bytes(secret),
        made_ms=made,
        cursor=cursor,
        failing_ms=failing,
        disabled_ms=disabled,
    )


def _delivery(
    row: tuple[int, str, str, str, bytes, State, int, int, int | None, int | None, str],
) -> Delivery:
    n, hook, event, kind, payload, state, attempts, due, tried, status, said = row
    return Delivery(
        n=n,
        webhook=hook,
        event=event,
        kind=kind,
        payload=bytes(payload),
        state=state,
        attempts=attempts,
        due_ms=due,
        tried_ms=tried,
        status=status,
        said=said,
    )
