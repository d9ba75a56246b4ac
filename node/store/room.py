"""How much of each log is stored here, and how much of it may be."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from node.config import LOG_MIB
from protocol import limits

MIB: Final = 1024 * 1024
#: What an event takes beside its bytes: its row, its id, its place in the indexes.
EVENT_ROW: Final = 128


@dataclass(slots=True)
class Room:
    """Sizes of logs by co-op, in bytes: events, their rows, the texts they name.

    A text counts from the event on that names it, so that it is taken when it comes.
    The own log has no limit: nobody but this co-op fills it.
    """

    most: int = LOG_MIB * MIB
    own: bytes = b""
    sizes: dict[bytes, int] = field(default_factory=dict)
    #: Chains of which something was refused since the node was started.
    refused: set[tuple[bytes, bytes]] = field(default_factory=set)

    def left(self, coops: Iterable[bytes]) -> dict[bytes, int]:
        """Say how many bytes more are taken of these logs; the own one is left out."""
        return {
            coop: self.most - self.sizes.get(coop, 0)
            for coop in coops
            if coop != self.own
        }

    def add(self, sizes: dict[bytes, int]) -> None:
        """Count what was committed."""
        for coop, size in sizes.items():
            self.sizes[coop] = self.sizes.get(coop, 0) + size

    def refuse(self, key: tuple[bytes, bytes]) -> bool:
        """Note a chain of which no more is taken; True if that is news of its log."""
        news = all(coop != key[0] for coop, _ in self.refused)
        if len(self.refused) < limits.INCARNATIONS:
            self.refused.add(key)
        return news
