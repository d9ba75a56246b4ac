"""Pages of lists that grow with the network: told once, for all who list or page.

Such a list is in the order in which things claim to be made, and by id where that is
the same; all nodes list alike. A `Page` is a part of it: so many rows, beside one that
is named by its id.

    Page(most)                the newest
    Page(most, before=ID)     the newest that are older than ID
    Page(most, after=ID)      the oldest that are newer than ID
    Page(most, after=OLDEST)  the oldest

Whichever is asked for, its rows stand newest last. When a thing claims to be made
never changes, so a page begins where the one beside it ended, whatever came in or
moved on meanwhile: what was there all the time is seen once.

Commands take a page as `most`, `before` and `after`, the API as `limit` and `cursor`
(node/api/lists.py); who wants all of a list asks for page after page
(node/cli/paging.py). The store reads no more than the page, and `pick` no more than it
takes to find so many rows that fit.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, NamedTuple, TypedDict, TypeVar

from typing_extensions import Unpack

from node.store.entity_rows import Kind
from node.store.state_reader import OLDEST
from node.views.books import Books
from protocol.state import Entity

__all__ = ["ALL", "MOST", "OLDEST", "USUAL", "Page", "Wanted", "cut", "pick"]

#: Rows of a list where nobody says how many: more than anybody reads, 20 ms to make.
USUAL: Final = 100
#: Rows that may be asked for at once, a second of work.
MOST: Final = 10_000
#: Entities that are looked at together at most where only some of them are wanted.
_TOGETHER: Final = 2000

T = TypeVar("T")


class Page(NamedTuple):
    """So many rows: the newest, or those beside an entity."""

    most: int
    before: bytes | None = None
    after: bytes | None = None


#: All that there is: for who goes through what concerns one co-op, and lists nothing.
ALL: Final = Page(10**9)


class Wanted(TypedDict, total=False):
    """What narrows a family down, as `StateReader.entities` takes it."""

    states: Sequence[str]
    coop: bytes | None
    naming: bytes | None
    party: bytes | None
    having: Sequence[Kind]


async def pick(
    books: Books,
    family: str,
    keep: Callable[[list[Entity]], Awaitable[list[T]]],
    page: Page,
    **wanted: Unpack[Wanted],
) -> list[T]:
    """Give a page of what `keep` lets stand of a family, in the order of the list."""
    picked: list[T] = []
    left, (most, before, after) = page.most, page
    while left > 0:
        at_once = min(most, _TOGETHER)
        found = await books.state.entities(
            family, most=at_once, before=before, after=after, **wanted
        )
        kept = await keep(found) if found else []
        if after is None:
            picked = kept[-left:] + picked
        else:
            picked += kept[:left]
        if len(found) < at_once:
            break
        # What seldom fits is looked for in larger steps.
        left, most = page.most - len(picked), 2 * at_once
        before, after = (found[0].id, None) if after is None else (before, found[-1].id)
    return picked


def cut(found: Sequence[T], page: Page, name: Callable[[T], bytes]) -> list[T]:
    """Cut a page out of a list that is here as a whole, by the names of its rows."""
    places = {name(one): place for place, one in enumerate(found)}
    start, end = 0, len(found)
    if page.before is not None:
        end = places.get(page.before, end)
    if page.after is None:
        return list(found[max(0, end - page.most) : end])
    if page.after != OLDEST:
        start = places[page.after] + 1 if page.after in places else end
    return list(found[start : min(end, start + page.most)])
