"""What was found to wait, kept for as long as what it was found in stays the same.

To find it takes a tenth of a second with a million events, and every page asks for it.
Most of the time nothing has happened in between.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from node.errors import WortleyError
from node.store.node_db import Draft
from node.store.waiting_reader import Dated
from node.views.books import Books
from node.views.names import Names
from node.views.waiting.desk import Desk, Found
from protocol.ids import CoopId

#: In which states what names a co-op may wait for its word.
_ASKING: Final[Mapping[str, Sequence[str]]] = {
    "handover": ("offered",),
    "bid": ("assembling", "agreed", "submitted"),
    "agreement": ("drafted",),
    "report": ("reported", "corrected"),
    "invoice": ("issued",),
    "payment": ("sent",),
    "netting": ("proposed",),
    "mediation": ("agreed",),
}
#: Families of which nothing waits, and that say nothing on what does; each event moves
#: the counter of its "log".
_UNREAD: Final = frozenset({"booking", "wish", "log"})


#: Families of which a co-op's own alone waits, or says something on what does.
_OWN: Final = frozenset({"capacity"})


class _Seen(NamedTuple):
    """What else than entities decides what waits: whose, when, who belongs, results."""

    coop: CoopId
    day: datetime.date
    tip: bytes
    closings: int


class Heap(NamedTuple):
    """What was read to find what waits, and by matter what was found so far."""

    asked: Mapping[str, Sequence[Dated]]
    bound: Sequence[Dated]
    found: dict[str, Sequence[Found[Any]]]


class Kept:
    """The last heap, of one co-op: as much as waits for it and as it has confirmed."""

    def __init__(self) -> None:
        """Have nothing yet."""
        self._seen: _Seen | None = None
        self._position = 0
        self._heap: Heap | None = None

    async def follow(self, books: Books, day: datetime.date) -> Heap:
        """Give the heap, a new one where anything that it depends on has changed."""
        # Taken first: what changes while we read is read again next time.
        position, seen = books.state.recent.position, _seen(books, day)
        heap = self._heap
        if heap is None or seen != self._seen or self._is_stale(books):
            heap = await _read(books)
        self._seen, self._position, self._heap = seen, position, heap
        return heap

    def _is_stale(self, books: Books) -> bool:
        changes = books.state.recent.since(self._position)
        return changes is None or any(
            one.family not in _UNREAD
            and (one.family not in _OWN or one.coop == books.coop)
            for one in changes
        )


def _seen(books: Books, day: datetime.date) -> _Seen:
    settled = books.state.closings.settled
    return _Seen(books.coop, day, books.roster.tip, len(settled))


async def _read(books: Books) -> Heap:
    asked: dict[str, list[Dated]] = {family: [] for family in _ASKING}
    for one in await books.state.naming(_ASKING, books.coop):
        asked[one.entity.family].append(one)
    bound = await books.state.own("pledge", ("confirmed",), books.coop)
    return Heap(asked, bound, {})


async def lay(
    books: Books,
    names: Names,
    day: datetime.date,
    hold: WortleyError | None,
    drafts: Sequence[Draft],
    *,
    kept: Kept,
) -> Desk:
    """Lay out what is looked at; what is kept of the last look is not read again."""
    heap = await kept.follow(books, day)
    return Desk(
        books=books,
        names=names,
        day=day,
        hold=hold,
        drafts=drafts,
        asked=heap.asked,
        bound=heap.bound,
        found=heap.found,
    )
