"""What very many things come to, in a few bytes a thing: sets of numbers, and classes.

A thing is the number of its row in state.db.
"""

from array import array
from bisect import bisect_left
from collections.abc import Collection, Hashable, Iterator
from itertools import compress, count
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)

#: Numbers of rows and of classes: 32 bits.
_NUMBER: Final = "I"


class NumberSet:
    """A set of numbers, sorted, 4 bytes each."""

    def __init__(self) -> None:
        """Begin with none."""
        self._sorted = array(_NUMBER)

    def __len__(self) -> int:
        """Count them."""
        return len(self._sorted)

    def __iter__(self) -> Iterator[int]:
        """Give them from the smallest on."""
        return iter(self._sorted)

    def __contains__(self, no: int) -> bool:
        """Tell whether a number is in it."""
        at = bisect_left(self._sorted, no)
        return at < len(self._sorted) and self._sorted[at] == no

    def put(self, no: int, *, inside: bool) -> None:
        """Let a number be in it, or not."""
        at = bisect_left(self._sorted, no)
        is_in = at < len(self._sorted) and self._sorted[at] == no
        if inside and not is_in:
            self._sorted.insert(at, no)
        elif is_in and not inside:
            del self._sorted[at]


class Tally(Generic[K]):
    """Of which class each thing is, if of any, and how many things are of each class.

    Things are many and classes few, so a thing is kept as the number of its class.
    """

    def __init__(self) -> None:
        """Begin with no things."""
        #: By number of a thing; 0 is no class.
        self._of = array(_NUMBER)
        self._numbers: dict[K, int] = {}
        self._classes: list[K | None] = [None]
        self._counts = array(_NUMBER, [0])
        #: Numbers of classes that have nothing left.
        self._free: list[int] = []

    def put(self, no: int, named: K | None) -> None:
        """Let a thing be of this class and no other; of none, where it is None."""
        if no >= len(self._of):
            if named is None:
                return
            # More room than is wanted now: rows come one after the other.
            more = no + no // 16 + 1 - len(self._of)
            self._of.frombytes(bytes(self._of.itemsize * more))
        before = self._of[no]
        after = 0 if named is None else self._number(named)
        if after:
            self._counts[after] += 1
        self._of[no] = after
        if before:
            self._take_from(before)

    def _number(self, named: K) -> int:
        number = self._numbers.get(named)
        if number is None:
            if self._free:
                number = self._free.pop()
                self._classes[number] = named
            else:
                number = len(self._classes)
                self._classes.append(named)
                self._counts.append(0)
            self._numbers[named] = number
        return number

    def _take_from(self, number: int) -> None:
        self._counts[number] -= 1
        named = self._classes[number]
        if not self._counts[number] and named is not None:
            del self._numbers[named]
            self._classes[number] = None
            self._free.append(number)

    def of(self, no: int) -> K | None:
        """Give the class of a thing."""
        return self._classes[self._of[no]] if no < len(self._of) else None

    def counts(self) -> Iterator[tuple[K, int]]:
        """Give each class with how many things are of it."""
        for named, number in self._numbers.items():
            yield named, self._counts[number]

    def members(self, classes: Collection[K]) -> list[int]:
        """Give the things of some classes, by number."""
        wanted = {self._numbers[one] for one in classes if one in self._numbers}
        # A hundred thousand things among a million rows, so not in a loop of Python's.
        return list(compress(count(), map(wanted.__contains__, self._of)))
