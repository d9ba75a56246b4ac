"""What has changed here, counted by whose it is: how far behind somebody's word is."""

from collections.abc import Iterable, Iterator


class News:
    """Numbers of the latest change by each co-op, since the node started."""

    def __init__(self) -> None:
        """Start with nothing changed."""
        self.count = 0
        self._latest: dict[bytes, int] = {}

    def mark(self, coops: Iterable[bytes]) -> None:
        """Note a change in what these co-ops have written, or signed."""
        self.count += 1
        for coop in coops:
            # Out and in again: the latest stands last.
            self._latest.pop(coop, None)
            self._latest[coop] = self.count

    def since(self, count: int) -> Iterator[bytes]:
        """Name the co-ops with changes after a number, the latest first."""
        for coop, number in reversed(self._latest.items()):
            if number <= count:
                return
            yield coop
