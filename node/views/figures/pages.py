"""Pages of what a figure is made of, of which no more is known than numbers of rows."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import Final, NamedTuple, TypeVar

from node.store import figure_reader
from node.store.figure_reader import Edge, Placed
from node.store.waiting_reader import Kinds
from node.views.books import Books
from node.views.paging import OLDEST, Page
from protocol.state import Entity

T = TypeVar("T")

#: So many are put in order one by one, 15 ms; of more, the list is passed through.
_FEW: Final = 8000
#: Rows that are passed together, at least and at most: 10 ms.
_LEAST: Final = 1000
_TOGETHER: Final = 16_000


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
    picked: list[T] = []
    if edge is None:
        return picked
    asked = _Asked(kinds, members, page.most, naming)
    async with aclosing(_places(books, asked, edge)) as parts:
        async for fits in parts:
            # Nearly all that fit are kept: no more are read than a page still wants.
            while fits and len(picked) < page.most:
                part, fits = _split(fits, page.most - len(picked))  # noqa: PLW2901
                found = await books.state.many([one.id for one in part])
                picked += await keep([found[one.id] for one in part if one.id in found])
            if len(picked) >= page.most:
                break
    return picked[::-1] if page.after is None else picked


class _Asked(NamedTuple):
    kinds: Kinds
    members: Members
    most: int
    naming: bytes | None


async def _places(
    books: Books, asked: _Asked, edge: Edge
) -> AsyncGenerator[list[Placed], None]:
    """Give the places of what is asked for, in their order, from an edge on."""
    few = asked.members.size <= _FEW
    numbers = asked.members.numbers() if few else ()
    at_once = asked.most if few else _LEAST
    made: int | None = edge.made
    while made is not None:
        if few:
            places = await books.state.places_of(numbers, at_once, edge, asked.naming)
            yield places
            if len(places) < at_once:
                return
            edge = Edge(places[-1].made, places[-1].id, edge.older)
        else:
            block, made = await books.state.block(
                asked.kinds, at_once, made, older=edge.older
            )
            fits = [one for one in block if asked.members.holds(one)]
            if fits:
                yield await books.state.places_of(fits, len(fits), edge, asked.naming)
        # What seldom fits is looked for in larger steps.
        at_once = min(2 * at_once, max(_TOGETHER, at_once))


def _split(fits: list[Placed], at: int) -> tuple[list[Placed], list[Placed]]:
    return fits[:at], fits[at:]


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
