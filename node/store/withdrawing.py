"""Taking back what was committed and not seen: own events that no anchor has noted."""

from collections.abc import Mapping

import aiosqlite

from node.store.batch import Batch, Held


async def withdraw(
    db: aiosqlite.Connection, batch: Batch, before: Mapping[int, Held], relayed: int
) -> None:
    """Delete what a batch of own events has added; inside the caller's transaction.

    `before` has the chains as they were, by number, `relayed` the last arrival there
    was. Texts go with the batch, for their salts are new.
    """
    for no in batch.chains:
        await _cut(db, no, before.get(no))
    await db.execute("DELETE FROM arrivals WHERE n > ?", (relayed,))
    await db.executemany(
        "DELETE FROM texts WHERE commitment = ?",
        [(text.commitment,) for text in batch.texts],
    )
    await db.executemany(
        "UPDATE sizes SET bytes = bytes - ? WHERE coop = ?",
        [(size, coop) for coop, size in batch.sizes.items()],
    )
    if batch.idempotency is not None:
        await db.execute("DELETE FROM idempotency WHERE key = ?", batch.idempotency[:1])


async def _cut(db: aiosqlite.Connection, no: int, held: Held | None) -> None:
    last = 0 if held is None else held.last
    for table, place in (("tail", "seq"), ("segments", "first"), ("adoptions", "at")):
        await db.execute(
            f"DELETE FROM {table} WHERE chain = ? AND {place} > ?",
            (no, last),
        )
    if held is None:
        await db.execute("DELETE FROM heads WHERE chain = ?", (no,))
        await db.execute("DELETE FROM chains WHERE no = ?", (no,))
        return
    await db.execute(
        "UPDATE heads SET last = ?, last_id = ?, sealed = ? WHERE chain = ?",
        (held.last, held.last_id, held.sealed, no),
    )
