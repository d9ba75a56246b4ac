"""A clock that stands until it is moved, and bytes that can be told in advance."""

import hashlib


class FixedClock:
    """node.clock.Clock: both readings move by `pass_ms` alone."""

    def __init__(self, now_ms: int = 1_700_000_000_000) -> None:
        self._now_ms = now_ms
        self._passed_ms = 0

    def now_ms(self) -> int:
        return self._now_ms

    def monotonic(self) -> float:
        return self._passed_ms / 1000

    def pass_ms(self, ms: int) -> None:
        self._now_ms += ms
        self._passed_ms += ms

    def jump_ms(self, ms: int) -> None:
        """Set the wall clock alone, as an administrator or a bad battery does."""
        self._now_ms += ms


class SeededEntropy:
    """node.clock.Entropy: the same seed gives the same tokens, each one different."""

    def __init__(self, seed: str = "seed") -> None:
        self._seed = seed
        self._drawn = 0

    def token(self, n: int) -> bytes:
        self._drawn += 1
        return hashlib.shake_256(f"{self._seed}:{self._drawn}".encode()).digest(n)
