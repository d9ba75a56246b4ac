"""What an event names by its id, in words, so that nobody has to look the id up."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from node.views import titles
from node.views.books import Books
from node.views.names import Names
from node.views.short import brief
from protocol.fold import Reading
from protocol.ids import ID_BYTES
from protocol.state import Entity

#: Things named of one event. A closing names as many logs as there are members.
_MOST: Final = 12
#: Families whose one line says no more than what the family is called.
_PLAIN: Final = frozenset(
    {
        *("answer", "interest", "takeover", "review", "signature", "mediation"),
        *("report-answer", "invoice-answer", "receipt", "netting-answer"),
    }
)


async def sentences(
    books: Books, names: Names, readings: Iterable[Reading], besides: Iterable[bytes]
) -> list[str]:
    """Say of each thing that events name what it is and whose, as far as it is here.

    besides: the ids of what is explained already.
    """
    found = dict.fromkeys(
        one for each in readings if each.body is not None for one in _ids(each.body)
    )
    for one in besides:
        found.pop(one, None)
    held = await books.state.many(list(found)[:_MOST])
    listed = [held[one] for one in found if one in held]
    titled = await titles.of(books, listed)
    return [
        f"{brief('evt', one.id)} is the {called(one, titled[one.id])} of"
        f" {names.of(one.coop)}."
        for one in listed
    ]


def called(entity: Entity, title: str) -> str:
    """Write what an entity is: its family, and its title or line where it has one."""
    family = titles.CALLED.get(entity.family, entity.family)
    if titles.role_of(entity.body) is not None:
        return f'{family} "{title}"'
    return (
        family if entity.family in _PLAIN or title == family else f"{family} ({title})"
    )


def _ids(value: object) -> Iterator[bytes]:
    """Walk through a body: whatever is as long as an id may be one."""
    match value:
        case bytes() if len(value) == ID_BYTES:
            yield value
        case msgspec.Struct():
            for name in value.__struct_fields__:
                yield from _ids(getattr(value, name))
        case tuple():
            for one in value:
                yield from _ids(one)
        case _:
            return
