"""What a rule is: what it knows besides the body, and what it may answer."""

from collections.abc import Callable
from typing import TypeVar, cast

import msgspec

from protocol.event import TextRef
from protocol.state import Entity, Slice, State
from protocol.verdicts import Void


class At(msgspec.Struct, frozen=True, gc=False):
    """Where an event stands: its log, its id, its epoch's block, seq, texts."""

    coop: bytes
    id: bytes
    epoch: int
    seq: int
    texts: tuple[TextRef, ...]


#: The entities as they are after the event, or why it changes none.
Verdict = tuple[Entity, ...] | Void

B = TypeVar("B", bound=msgspec.Struct)
Apply = Callable[[Slice, At, msgspec.Struct], Verdict]
Reads = Callable[[At, msgspec.Struct], tuple[bytes, ...]]


class Rule(msgspec.Struct, frozen=True):
    """How one kind is read, what it does, and which entities it has to look at."""

    decoder: msgspec.msgpack.Decoder[msgspec.Struct]
    apply: Apply
    reads: Reads


def rule(
    body: type[B],
    apply: Callable[[Slice, At, B], Verdict],
    reads: Callable[[At, B], tuple[bytes, ...]],
) -> Rule:
    """Tie a body type to its functions; the decoder hands them nothing else."""
    return Rule(
        msgspec.msgpack.Decoder(body), cast("Apply", apply), cast("Reads", reads)
    )


def words(at: At) -> dict[str, bytes]:
    """Map the role of each text to its commitment, sorted as bytes are."""
    if not at.texts:
        return {}
    return {ref.role: ref.commitment for ref in sorted(at.texts, key=_role)}


def _role(ref: TextRef) -> str:
    return ref.role


def opening(
    at: At, family: str, state: str, body: State, *, ref: bytes | None = None
) -> Entity:
    """Make the entity that an event creates and names with its own id."""
    return Entity(
        id=at.id,
        coop=at.coop,
        family=family,
        state=state,
        epoch=at.epoch,
        body=body,
        ref=ref,
    )


def nothing(_at: At, _body: object) -> tuple[bytes, ...]:
    """Name the entities to load for an event that looks nothing up: none."""
    return ()
