"""Canonical bytes, and bytes that are not quite canonical."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Raw:
    """Bytes to write as they are."""

    data: bytes


@dataclass(frozen=True)
class Pairs:
    """A map with its pairs in this order, keys twice and all."""

    pairs: tuple[tuple[object, object], ...]


@dataclass(frozen=True)
class Encoder:
    """Encodes values; now and then, by `sloppy`, longer than it need be."""

    rng: random.Random
    sloppy: float = 0.0

    def encode(self, value: object) -> bytes:
        if isinstance(value, Raw):
            return value.data
        if isinstance(value, dict):
            value = Pairs(tuple(sorted(value.items())))
        if isinstance(value, Pairs):
            items = [part for pair in value.pairs for part in pair]
            return self._all(items, self._head(len(value.pairs), 15, 0x80, _MAPS))
        if isinstance(value, list | tuple):
            return self._all(value, self._head(len(value), 15, 0x90, _ARRAYS))
        return self._flat(value)

    def _all(self, items: Iterable[object], head: bytes) -> bytes:
        return head + b"".join(map(self.encode, items))

    def _flat(self, value: object) -> bytes:
        if isinstance(value, str):
            data = value.encode("utf-8", "surrogatepass")
            return self._head(len(data), 31, 0xA0, _STRINGS) + data
        if isinstance(value, bytes):
            return self._head(len(value), -1, 0, _BINS) + value
        if value is None or isinstance(value, bool):
            return {None: b"\xc0", False: b"\xc2", True: b"\xc3"}[value]
        assert isinstance(value, int)
        return self._one_of(list(_integer(value)))

    def _head(
        self, size: int, short: int, first: int, longer: tuple[int, ...]
    ) -> bytes:
        forms = [bytes([first + size])] if size <= short else []
        width = 4 // 2 ** (len(longer) - 1)
        for byte in longer:
            if size < 256**width:
                forms.append(bytes([byte]) + size.to_bytes(width, "big"))
            width *= 2
        return self._one_of(forms)

    def _one_of(self, forms: list[bytes]) -> bytes:
        longer = self.sloppy and self.rng.random() < self.sloppy
        return self.rng.choice(forms) if longer else forms[0]


_MAPS = (0xDE, 0xDF)


_ARRAYS = (0xDC, 0xDD)


_STRINGS = (0xD9, 0xDA, 0xDB)


_BINS = (0xC4, 0xC5, 0xC6)


def _integer(value: int) -> Iterator[bytes]:
    """Give all forms of an integer, the canonical one first."""
    if -32 <= value < 128:
        yield value.to_bytes(1, "big", signed=value < 0)
    for power in range(4):
        if 0 <= value < 256 ** (2**power):
            yield bytes([0xCC + power]) + value.to_bytes(2**power, "big")
    for power in range(4):
        half = 256 ** (2**power) // 2
        if -half <= value < half:
            yield bytes([0xD0 + power]) + value.to_bytes(2**power, "big", signed=True)
