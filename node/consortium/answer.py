"""What the solver answers."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from protocol.joins.weeks import Date

Aim = Literal["fewest", "fairest", "cheapest"]


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What one party does for one line: minutes in all and by week, what they cost.

    `cost` is in minor units; None where the party names no rate for some of it.
    """

    coop: bytes
    line: int
    minutes: int
    weeks: Mapping[Date, int]
    cost: int | None


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """The shortest move of a line's window that covers more of what is missing.

    `weeks` is negative for earlier; `minutes` says how much each co-op could do then,
    `covered` how much of what is missing that is in all.
    """

    line: int
    weeks: int
    minutes: Mapping[bytes, int]
    covered: int


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """An answer.

    `missing` holds the minutes per line that are not covered: of lines that must be,
    no choice covers more of them in all. `value` is what the aim counts (parties, what
    served wishes are worth, minor units), `bound` the best value that may be left to
    find; `proven` tells that nothing better is.
    """

    aim: Aim
    parties: tuple[bytes, ...]
    shares: tuple[Share, ...]
    missing: Mapping[int, int]
    moves: tuple[Move, ...]
    value: float
    bound: float
    proven: bool
