"""What changed in state.db lately, so that what is computed from it can follow."""

from collections import deque
from collections.abc import Collection
from itertools import islice
from operator import attrgetter
from typing import Final, NamedTuple

from protocol.state import Entity

#: Changes remembered: more than one pack brings. Who is further behind begins anew.
KEPT: Final = 20_000


class Change(NamedTuple):
    """An entity that was written: which, whose, of which family, what it points to."""

    id: bytes
    coop: bytes
    family: str
    ref: bytes | None


_FIELDS: Final = attrgetter(*Change._fields)


class Recent:
    """The last changes, numbered; `position` is the number of the next one."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self.position = 0
        self._kept: deque[tuple[object, ...]] = deque(maxlen=KEPT)

    def note(self, entities: Collection[Entity]) -> None:
        """Remember entities that were written; without a loop, for a fold waits."""
        self._kept.extend(map(_FIELDS, entities))
        self.position += len(entities)

    def forget(self) -> None:
        """Make everybody begin anew: a log's state was dropped to be folded again."""
        self._kept.clear()
        self.position += 1

    def since(self, position: int) -> list[Change] | None:
        """Give the changes from a position on; None where they are not all there."""
        behind = self.position - position
        if behind > len(self._kept):
            return None
        late = islice(self._kept, len(self._kept) - behind, None)
        return [Change._make(one) for one in late]
