"""What changed in state.db lately, so that what is computed from it can follow."""

from collections import deque
from collections.abc import Iterable
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


class Recent:
    """The last changes, numbered; `position` is the number of the next one."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self.position = 0
        self._kept: deque[Change] = deque(maxlen=KEPT)

    def note(self, entities: Iterable[Entity]) -> None:
        """Remember entities that were written."""
        for one in entities:
            self._kept.append(Change(one.id, one.coop, one.family, one.ref))
            self.position += 1

    def forget(self) -> None:
        """Make everybody begin anew: a log's state was dropped to be folded again."""
        self._kept.clear()
        self.position += 1

    def since(self, position: int) -> list[Change] | None:
        """Give the changes from a position on; None where they are not all there."""
        behind = self.position - position
        if behind > len(self._kept):
            return None
        return list(self._kept)[len(self._kept) - behind :]
