"""Pages of what a figure is made of, of which no more is known than numbers of rows."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, NamedTuple, TypeVar

from node.store import figure_reader
from node.store.figure_reader import Edge, Placed
from node.store.waiting_reader import Kinds
from node.views.books import Books
from node.views.paging import OLDEST, Page
from protocol.state import Entity

T = TypeVar("T")

#: So many are put in order one by one, 50 ms; of more, the list is passed through.
_FEW: Final = 35_000
#: Places that are looked at together, at least and at most.
_LEAST: Final = 500
_TOGETHER: Final = 4000


class Members(NamedTuple):
    """The rows that a figure is made of: how many, whether one is, and which."""

    size: int
    holds: Callable[[int], bool]
    numbers: Callable[[], Sequence[int]]


async def pick(
    books: Books,
    kinds: Kinds,
    members: Members,
    keep: Callable[[list[Entity]], Awaitable[list[T]]],
    page: Page,
    *,
    naming: bytes | None = None,
) -> list[T]:
    """Give a page of what `keep` lets stand of some rows, newest last.

    kinds: what the rows are of; naming: bytes that stand in their bodies.
    """
    edge = await _edge(books, page)
    few = members.numbers() if members.size <= _FEW else None
    picked: list[T] = []
    at_once = max(_LEAST, page.most)
    while edge is not None and len(picked) < page.most:
        if few is not None:
            places = await books.state.places_of(few, at_once, edge, naming)
            fits = places
        else:
            places = await books.state.places_in(kinds, at_once, edge, naming)
            fits = [one for one in places if members.holds(one.no)]
        # Nearly all that fit are kept: no more are read than a page still wants.
        while fits and len(picked) < page.most:
            part, fits = _split(fits, page.most - len(picked))
            found = await books.state.many([one.id for one in part])
            picked += await keep([found[one.id] for one in part if one.id in found])
        edge = _beyond(places, edge) if len(places) == at_once else None
        # What seldom fits is looked for in larger steps.
        at_once = min(2 * at_once, max(_TOGETHER, page.most))
    return picked[::-1] if page.after is None else picked


def _split(fits: list[Placed], at: int) -> tuple[list[Placed], list[Placed]]:
    return fits[:at], fits[at:]


def _beyond(places: Sequence[Placed], edge: Edge) -> Edge:
    return Edge(places[-1].made, places[-1].id, edge.older)


async def _edge(books: Books, page: Page) -> Edge | None:
    """Say where a page begins; None where what it begins beside is not here."""
    if page.after == OLDEST:
        return figure_reader.OLDEST
    beside = page.before if page.after is None else page.after
    if beside is None:
        return figure_reader.NEWEST
    lived = (await books.state.times([beside])).get(beside)
    older = page.after is None
    return None if lived is None else Edge(lived.first, beside, older)
