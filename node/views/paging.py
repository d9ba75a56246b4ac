"""Lists from the newest on, as far as they are asked for and no further."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

from node.views.books import Books
from protocol.state import Entity

#: Rows of a list where nobody says how many.
USUAL: Final = 10_000
#: Entities that are looked at together where only some of them are wanted.
_TOGETHER: Final = 500

T = TypeVar("T")


async def newest(
    books: Books,
    family: str,
    keep: Callable[[list[Entity]], Awaitable[list[T]]],
    *,
    states: Sequence[str] = (),
    coop: bytes | None = None,
    most: int = USUAL,
    before: bytes | None = None,
) -> list[T]:
    """Give the newest `most` of a family that `keep` lets stand, newest last.

    before: an entity; only what is older is looked at.
    """
    pages: list[list[T]] = []
    left = most
    while left > 0:
        page = await books.state.entities(
            family, states=states, coop=coop, most=_TOGETHER, before=before
        )
        if not page:
            break
        pages.append((await keep(page))[-left:])
        left -= len(pages[-1])
        before = page[0].id
    return [one for page in reversed(pages) for one in page]
