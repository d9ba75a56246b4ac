"""The other half of an event: one co-op's last word on it, if it joins (SPEC 11.30).

A word joins where it is of the co-op that the event names, names the event and its
author in turn, and is not of a lower epoch than it (SPEC 7.5).
"""

from collections.abc import Iterable
from typing import TypeVar

from protocol.state import Entity, State

S = TypeVar("S", bound=State)


def word_of(
    coop: bytes, on: Entity, related: Iterable[Entity], kind: type[S]
) -> tuple[Entity, S] | None:
    """Find the word of a co-op on an entity; a log holds one at most of each kind."""
    for entity in related:
        body = entity.body
        if (
            entity.coop == coop
            and entity.ref == on.id
            and entity.epoch >= on.epoch
            and isinstance(body, kind)
        ):
            return entity, body
    return None
