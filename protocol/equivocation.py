"""Equivocation: one place of a log, signed twice with different ids (SPEC 6.7).

    proof = [chain, seq, two sides]       side = [id at seq, events after, signature]

A head signature on the place itself, or on an event up to 1023 later in the same
chain, signs its id. Two such sides with different ids accuse nobody but the key
that signed both; no honest node makes the second one.
"""

from collections.abc import Mapping
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from protocol import keys, limits
from protocol.errors import Malformed
from protocol.ids import CoopId, EventId, Incarnation, NetworkId
from protocol.kinds.fields import Id, IncarnationName
from protocol.log import Branch, Chain, Place, Run, Span, ids_after, walk, walk_from

_SIGNATURE: Final = 64


class Side(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One id for the place, the events up to the signature, and the signature."""

    id: Id
    after: Annotated[tuple[bytes, ...], Meta(max_length=limits.RUN_EVENTS - 1)]
    signature: Annotated[bytes, Meta(min_length=_SIGNATURE, max_length=_SIGNATURE)]


class Proof(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Two sides of one place, the lower id first."""

    coop: Id
    generation: Annotated[int, Meta(ge=0, le=limits.INTEGER)]
    incarnation: IncarnationName
    base: Place | None
    seq: Annotated[int, Meta(ge=1, le=limits.INTEGER)]
    low: Side
    high: Side

    def place(self) -> tuple[bytes, int]:
        """Order proofs of one log: of two, the lower one stands."""
        return self.incarnation, self.seq


def side_of(run: Run, ids: tuple[bytes, ...], seq: int) -> Side:
    """Give the side of a proved run: `ids` are those of its events."""
    at = seq - run.first
    return Side(ids[at], run.events[at + 1 :], run.signature)


def make(chain: Chain, seq: int, one: Side, other: Side) -> Proof:
    """Put two sides together."""
    low, high = sorted((one, other), key=lambda side: side.id)
    return Proof(
        chain.coop, chain.generation, chain.incarnation, chain.base, seq, low, high
    )


def verify(proof: Proof, network: NetworkId, log_key: bytes) -> None:
    """Check that both sides are signed; raises `Malformed`."""
    if proof.low.id >= proof.high.id:
        raise Malformed("proof", "the sides are different ids, the lower one first")
    chain = Chain(
        network=network,
        coop=CoopId(proof.coop),
        generation=proof.generation,
        incarnation=Incarnation(proof.incarnation),
        base=proof.base,
    )
    for side in (proof.low, proof.high):
        size = sum(map(len, side.after))
        if size > limits.RUN_BYTES or any(
            len(data) > limits.EVENT_BYTES for data in side.after
        ):
            raise Malformed("too-large", "a side over the caps of a run")
        ids = ids_after(EventId(side.id), side.after)
        head = ids[-1] if ids else EventId(side.id)
        message = chain.head_message(proof.seq + len(side.after), head)
        if not keys.verify(log_key, "head", message, side.signature):
            raise Malformed("signature-invalid", "a side of the proof is not signed")


def suspended_walk(
    branches: Mapping[Incarnation, Branch], incarnation: bytes, seq: int
) -> tuple[Span, ...]:
    """Give what still counts of a log that a proof has suspended.

    The walk up to the place before the one that was signed twice, in its incarnation;
    what was opened beside or after it counts no more.
    """
    name = Incarnation(incarnation)
    branch = branches.get(name)
    if branch is None:
        # The proof came before the chain: it names what is to be left out.
        return walk(branches)
    cut = msgspec.structs.replace(branch, length=min(branch.length, seq - 1))
    return walk_from(name, {**branches, name: cut})
