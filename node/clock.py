"""The only clock and the only source of randomness: two of the five seams.

Everything else takes times and random bytes as arguments, so that the simulator can
stop, skew and replay them. Nothing here may influence a verdict (protocol/SPEC.md:
no clock decides anything); times are shown, measured and used for deadlines.
"""

from __future__ import annotations

import secrets
import time
from typing import Protocol

NS_PER_MS = 1_000_000


class Clock(Protocol):
    """Two readings: what the wall says, and how long something took."""

    def now_ms(self) -> int:
        """Return unix time in milliseconds; it may jump in either direction."""
        ...

    def monotonic(self) -> float:
        """Return seconds since an unknown start; never goes back, for deadlines."""
        ...


class Entropy(Protocol):
    """Unpredictable bytes for keys, salts, incarnations and tokens."""

    def token(self, n: int) -> bytes:
        """Return n unpredictable bytes, fit for keys."""
        ...


class SystemClock:
    """The clock of the operating system."""

    def now_ms(self) -> int:
        """See Clock."""
        # Whole numbers only: scaling a float can land on the millisecond beside it.
        return time.time_ns() // NS_PER_MS

    def monotonic(self) -> float:
        """See Clock."""
        return time.monotonic()


class SystemEntropy:
    """The random generator of the operating system (getrandom)."""

    def token(self, n: int) -> bytes:
        """See Entropy."""
        return secrets.token_bytes(n)
