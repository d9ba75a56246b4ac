"""Pledges whose confirmation names an acceptance that is not there, or another one.

Whether a pledge stands so is nowhere written: it is in what two logs say of each other.
There are few, if any, and to find them each confirmed pledge has to be joined. So they
are found once, and what has changed since is joined anew.
"""

import asyncio
from collections.abc import Iterable
from typing import Final

from node.store.state_reader import OLDEST
from node.views import pledges
from node.views.books import Books
from protocol.state import Entity

#: States of a pledge in its own log in which it can stand so (SPEC 11.1).
_STATES: Final = ("confirmed", "released")
#: Pledges that are joined together, in 20 ms, before others have their turn.
_TOGETHER: Final = 500


class Unmatched:
    """The ids of all such pledges, kept up with the logs."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._position: int | None = None
        self._ids: set[bytes] = set()
        self._lock = asyncio.Lock()

    async def known(self, books: Books) -> set[bytes] | None:
        """Give their ids as of now; None where they are still to be looked for."""
        if self._position is None:
            return None
        await self.follow(books)
        return self._ids

    async def follow(self, books: Books) -> None:
        """Look at all pledges the first time, then at those that have changed."""
        async with self._lock:
            # Taken first: what changes while we read is read again next time.
            position, changes = books.state.recent.position, None
            if self._position is not None:
                changes = books.state.recent.since(self._position)
            if changes is None:
                self._position = None
                self._ids = await _all(books)
            elif changes:
                stale = {one.id for one in changes if one.family == "pledge"}
                halves = (one.ref for one in changes if one.family == "acceptance")
                stale.update(ref for ref in halves if ref)
                found = await books.state.many(stale)
                self._ids = (self._ids - stale) | await _among(books, found.values())
            self._position = position


async def _all(books: Books) -> set[bytes]:
    found: set[bytes] = set()
    after = OLDEST
    while True:
        some = await books.state.entities(
            "pledge", states=_STATES, most=_TOGETHER, after=after
        )
        found |= await _among(books, some)
        if len(some) < _TOGETHER:
            return found
        after = some[-1].id


async def _among(books: Books, some: Iterable[Entity]) -> set[bytes]:
    confirmed = [one for one in some if one.state in _STATES]
    return {
        one.pledge.id
        for one in await pledges.joined(books, confirmed)
        if one.commitment.standing == "unmatched"
    }
