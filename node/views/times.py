"""When things were said first and last: read out of the log, in one pass over it.

The state knows no times, for they are claims. What is shown to calendars and readers of
feeds needs one that stays the same on every node, and that is the event's own.
"""

import datetime
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Final, NamedTuple

from node.views import logs
from node.views.books import Books
from node.views.logs import Placed
from protocol.errors import Malformed
from protocol.event import parse

#: An id in the bytes of an event: 32 bytes of type bin 8, wherever they begin.
_ID: Final = re.compile(rb"(?=\xc4\x20(.{32}))", re.DOTALL)
_START: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_LAST_MS: Final = 253_402_300_799_000
"""The last second of the year 9999: calendars end there."""


class Times(NamedTuple):
    """When something was said, and when last something was said of it; claims."""

    created: datetime.datetime
    changed: datetime.datetime


UNKNOWN: Final = Times(_START, _START)


def moment(time_ms: int) -> datetime.datetime:
    """Write a claimed time as one that calendars have, to the second."""
    within = min(max(time_ms, 0), _LAST_MS)
    return _START + datetime.timedelta(seconds=within // 1000)


async def of_families(books: Books, families: Iterable[str]) -> dict[bytes, Times]:
    """Find the times of all entities of some families, by id.

    Only the owner's log says anything of an entity, and only what is in force counts.
    Kept is an id and two times of each.
    """
    wanted: dict[bytes, set[bytes]] = {}
    for family in families:
        async for entities in books.state.walk(family):
            for entity in entities:
                wanted.setdefault(entity.coop, set()).add(entity.id)
    return await _of(books, wanted)


async def _of(books: Books, wanted: Mapping[bytes, set[bytes]]) -> dict[bytes, Times]:
    found: dict[bytes, Times] = {}
    for coop, ids in wanted.items():
        voids = await books.state.voids_of(coop)
        async for batch in _folded(books, coop):
            for one in batch:
                touched = ids.intersection([one.id, *_ID.findall(one.data)])
                if touched and one.id not in voids:
                    _note(found, touched, one)
    return found


async def _folded(books: Books, coop: bytes) -> AsyncIterator[list[Placed]]:
    chains = {held.chain.incarnation: held for held in books.log.of_coop(coop)}
    done = books.state.folds.get(coop)
    for span in () if done is None else done.spans:
        held = chains.get(span.incarnation)
        if held is not None:
            async for batch in logs.forward(books, held, span.first, span.last):
                yield batch


def _note(found: dict[bytes, Times], touched: Iterable[bytes], one: Placed) -> None:
    try:
        time = moment(parse(one.data).time_ms)
    except Malformed:
        return
    for entity in touched:
        before = found.get(entity)
        if before is None:
            found[entity] = Times(time, time)
        else:
            # A clock that was set back does not undo what was said before.
            found[entity] = before._replace(changed=max(before.changed, time))
