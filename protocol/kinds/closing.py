"""Closing by a cut: positions of other logs, as a steward names them (SPEC 8.20).

A position is 92 to 100 bytes. So 80 of them leave room for the rest of a closing event
in its 8 KiB, and 60 for that of an acknowledgement that a later release may add to.
"""

from typing import Annotated, Final

from msgspec import Meta, Struct

from protocol.kinds.fields import Body, Id, IncarnationName, Quantity

#: Logs of one cut, and positions of one acknowledgement.
CUT: Final = 80
SEEN: Final = 60


class Position(
    Struct,
    frozen=True,
    array_like=True,
    gc=False,
    forbid_unknown_fields=True,
):
    """A place of another co-op's log: whose, which incarnation, seq, the id there."""

    coop: Id
    incarnation: IncarnationName
    seq: Quantity
    id: Id


Cut = Annotated[tuple[Position, ...], Meta(max_length=CUT)]


class SeenAcknowledged(Body, frozen=True, kw_only=True):
    """The steward has what these logs say to a decision or round, up to there."""

    of: Id
    seen: Annotated[tuple[Position, ...], Meta(min_length=1, max_length=SEEN)]


KINDS: Final[dict[str, type[Struct]]] = {"seen.acknowledged": SeenAcknowledged}
