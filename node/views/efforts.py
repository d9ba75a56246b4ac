"""Efforts as people read them; events, JSON and commands have minutes."""

from typing import Final

HOUR: Final = 60


def write(minutes: int) -> str:
    """Write minutes: 20 h, 1 h 30 min, 45 min."""
    whole, rest = divmod(minutes, HOUR)
    parts = [f"{whole:,} h"] if whole or not rest else []
    return " ".join([*parts, f"{rest} min"] if rest else parts)
