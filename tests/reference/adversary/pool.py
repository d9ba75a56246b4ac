"""What a log's events may name, and the values that many of them hold."""

import datetime
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.protocol.world import Coop, seed

Body = dict[str, Any]


@dataclass
class Pool:
    """What a log's events may name: ids by family, terms by lead."""

    rng: random.Random
    coops: list[Coop]
    ids: dict[str, list[bytes]] = field(default_factory=dict)
    told: dict[bytes, Body] = field(default_factory=dict)
    #: Kinds that this log is mostly about; all of them where there are none.
    focus: list[str] = field(default_factory=list)

    def one(self, family: str) -> bytes:
        """Name an entity, mostly one of the family, mostly a late one."""
        if self.rng.random() < 0.05:
            family = self.rng.choice(sorted(self.ids) or [family])
        known = self.ids.get(family, [])
        if not known or self.rng.random() < 0.03:
            return self.rng.randbytes(32)
        return self.rng.choice(known[-4:] if self.rng.random() < 0.8 else known)

    def coop(self) -> bytes:
        return self.rng.choice(self.coops).id

    def pledge(self) -> bytes:
        """A pledge of another log, or of this one; few, so that answers meet."""
        return seed("pledge", self.rng.randrange(12))


#: Kind -> how often it is written, who makes its body, the family of what it makes.
Makers = dict[str, tuple[int, Callable[[Pool], Body], str]]


def date(rng: random.Random, start: int = 0) -> str:
    day = datetime.date(2026, 1, 1) + datetime.timedelta(start + rng.randrange(400))
    return day.isoformat()


def window(rng: random.Random) -> Body:
    if rng.random() < 0.04:
        after = rng.choice((3659, 3660, 3661, 0, -1))
        starts = datetime.date(2026, 1, 1)
        ends = starts + datetime.timedelta(after)
        return {"starts": starts.isoformat(), "ends": ends.isoformat()}
    return {"starts": date(rng), "ends": date(rng, 380)}


def some(rng: random.Random, body: Body, share: float = 0.5) -> Body:
    return {name: item for name, item in body.items() if rng.random() < share}


def slugs(rng: random.Random, most: int) -> list[str]:
    return rng.choices(("design", "web-2", "a", "b-c-d"), k=rng.randrange(1, most))


def money(rng: random.Random) -> list[object]:
    return [rng.choice(("GBP", "EUR")), rng.choice((0, 1, 50, 500, 10**6))]


def rate(rng: random.Random) -> list[object]:
    return [*money(rng), 450]
