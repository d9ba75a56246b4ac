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

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final, NamedTuple, TypedDict, TypeVar

from typing_extensions import Unpack

from node.store import state_reader
from node.store.entity_rows import Kind
from node.store.state_reader import OLDEST
from node.views.books import Books
from protocol.state import Entity

__all__ = [
    "ALL",
    "MOST",
    "OLDEST",
    "USUAL",
    "Page",
    "Wanted",
    "beside",
    "cut",
    "pick",
    "pick_among",
]

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
ALL: Final = Page(state_reader.ALL)


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


async def pick_among(
    books: Books,
    ids: Iterable[bytes],
    keep: Callable[[list[Entity]], Awaitable[list[T]]],
    page: Page,
) -> list[T]:
    """Give a page of what `keep` lets stand of some entities, in the list's order."""
    picked: list[T] = []
    left, back = await beside(books, ids, page), page.after is None
    step = min(page.most, _TOGETHER)
    while left and len(picked) < page.most:
        some, left = (
            (left[-step:], left[:-step]) if back else (left[:step], left[step:])
        )
        held = await books.state.many(some)
        kept = await keep([held[one] for one in some if one in held])
        picked = cut(kept + picked if back else picked + kept, page)
        step = min(2 * step, _TOGETHER)
    return picked


async def beside(books: Books, found: Iterable[bytes], page: Page) -> list[bytes]:
    """Sort ids that are all of a list, and leave out what a page is not beside."""
    edges = [one for one in (page.before, page.after) if one is not None]
    listed = list(found)
    lived = await books.state.times([*listed, *edges])

    def place(one: bytes) -> tuple[int, bytes]:
        return lived[one].first if one in lived else 0, one

    return sorted(
        (
            one
            for one in listed
            if (page.before is None or place(one) < place(page.before))
            and (page.after is None or place(one) > place(page.after))
        ),
        key=place,
    )


def cut(rows: Sequence[T], page: Page) -> list[T]:
    """Take as many rows as a page has, from the edge that it is beside."""
    if page.after is None:
        return list(rows[max(0, len(rows) - page.most) :])
    return list(rows[: page.most])
