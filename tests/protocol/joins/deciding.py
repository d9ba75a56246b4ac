"""Entities of many logs for joins of decisions and rounds, made by hand."""

from collections.abc import Mapping
from typing import Final

from protocol.ids import CoopId
from protocol.roster.chain import Member
from protocol.roster.change import Charter
from protocol.state import Entity, State
from tests.protocol.world import seed

STEWARD: Final = CoopId(seed("steward"))
COOPS: Final = tuple(sorted(CoopId(seed("co-op", at)) for at in range(4)))
CHARTER: Final = Charter(name="Network of the North")


def members(*people: int) -> Mapping[CoopId, Member]:
    """The steward of 1, and co-ops of so many people."""
    counts = {STEWARD: 1, **dict(zip(COOPS, people, strict=False))}
    return {
        one: Member(coop=one, inception=b"", log_key=b"", since=0, people=count)
        for one, count in counts.items()
    }


def entity(
    family: str,
    state: str,
    body: State,
    *,
    coop: bytes = STEWARD,
    name: str = "",
    epoch: int = 5,
) -> Entity:
    return Entity(
        id=seed(family, name, coop.hex()),
        coop=coop,
        family=family,
        state=state,
        epoch=epoch,
        body=body,
    )
