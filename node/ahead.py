"""Bringing up to date what is kept for looks, before anybody looks.

What waits, everybody's time and the counts of the status page are kept from one look to
the next, and follow the logs: after news, the first look would pay for all that is new,
and the first one after a start for everything. So they follow as soon as there is news,
while nobody waits for it. Who looks in between loses nothing: it does its part itself.

Everybody's time takes more memory than all else that a node holds, and is only followed
once somebody has looked: a node that nobody asks stays small.

Without news this costs nothing. While logs grow, it looks so seldom that it takes a
small part of a core, and not at all before what has come is folded.
"""

import asyncio
from typing import Final

from node.errors import WortleyError
from node.journal import log_failure
from node.node import Node
from node.views import ledger, names, today
from node.views.books import Books
from node.views.waiting import kept

#: After a start, the first pages go first: all boards of a million events take 8 s.
_FIRST_S: Final = 3.0
#: What comes within it is followed together.
_CALM_S: Final = 0.1
#: While logs grow, it takes this part of a core at most.
_PART: Final = 1 / 20


async def keep(node: Node) -> None:
    """Follow the logs until cancelled."""
    clock = node.clock
    await asyncio.sleep(_FIRST_S)
    # Taken before the look, so that news during it are not missed.
    changed = node.ingest.changed
    await _try(node)
    while True:
        await changed.wait()
        await asyncio.sleep(_CALM_S)
        changed, begun = node.ingest.changed, clock.monotonic()
        await _try(node)
        await asyncio.sleep((clock.monotonic() - begun) / _PART)


async def _try(node: Node) -> None:
    """Follow; where that fails, who looks is told why, and the next news try again.

    Nothing that stands in somebody's log may stop the node by being looked at.
    """
    try:
        await follow(node)
    except Exception as error:
        if isinstance(error, WortleyError) and error.fatal:
            raise
        log_failure("bringing up to date", error)


async def follow(node: Node) -> None:
    """Do now what the next looks would have to do."""
    if not node.register.founded or node.ingest.is_behind:
        return
    books = Books(
        coop=node.coop, log=node.log, state=node.state, register=node.register
    )
    day = ledger.day_of(node.clock.now_ms())
    # What the status page and `status` show, where people look first.
    await node.state.totals()
    called = await names.load(books)
    drafts = await node.own.drafts(published=True)
    desk = await kept.lay(books, called, day, None, drafts, kept=node.kept)
    await today.find(desk)
    if node.market.is_laid:
        await node.market.follow(books, day)
    await node.unmatched.follow(books)
