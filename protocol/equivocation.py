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

from protocol import keys, limits, walks
from protocol.errors import Malformed
from protocol.ids import CoopId, EventId, Incarnation, NetworkId
from protocol.kinds.fields import Id, IncarnationName
from protocol.log import Chain, Run, ids_after
from protocol.walks import Branch, Span

_SIGNATURE: Final = 64


class Side(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One id for the place, the events up to the signature, and the signature."""

    id: Id
    after: Annotated[tuple[bytes, ...], Meta(max_length=limits.RUN_EVENTS - 1)]
    signature: Annotated[bytes, Meta(min_length=_SIGNATURE, max_length=_SIGNATURE)]


class Proof(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Two sides of one place, the lower id first.

    Without the base of the chain: a head signature does not say it. Two bases of one
    incarnation are two ids for its first place.
    """

    coop: Id
    generation: Annotated[int, Meta(ge=0, le=limits.INTEGER)]
    incarnation: IncarnationName
    seq: Annotated[int, Meta(ge=1, le=limits.INTEGER)]
    low: Side
    high: Side


def side_of(run: Run, ids: tuple[bytes, ...], seq: int) -> Side:
    """Give the side of a proved run: `ids` are those of its events."""
    at = seq - run.first
    return Side(ids[at], run.events[at + 1 :], run.signature)


def make(chain: Chain, seq: int, one: Side, other: Side) -> Proof:
    """Put two sides together."""
    low, high = sorted((one, other), key=lambda side: side.id)
    return Proof(chain.coop, chain.generation, chain.incarnation, seq, low, high)


def verify(proof: Proof, network: NetworkId, log_key: bytes) -> None:
    """Check that both sides are signed; raises `Malformed`."""
    if proof.low.id >= proof.high.id:
        raise Malformed("proof", "the sides are different ids, the lower one first")
    chain = Chain(
        network=network,
        coop=CoopId(proof.coop),
        generation=proof.generation,
        incarnation=Incarnation(proof.incarnation),
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


def kept(proofs: Mapping[bytes, Proof]) -> dict[bytes, Proof]:
    """Give those that a node keeps of the proofs against one log, by object id.

    The lowest of each incarnation; one alone where it is of a first place, for then
    nothing of the log counts; and never more than show that it is closed.
    """
    firsts = [(one.incarnation, name) for name, one in proofs.items() if one.seq == 1]
    if firsts:
        _, first = min(firsts)
        return {first: proofs[first]}
    lowest: dict[bytes, tuple[int, bytes]] = {}
    for name, one in proofs.items():
        place = (one.seq, name)
        lowest[one.incarnation] = min(place, lowest.get(one.incarnation, place))
    names = sorted(lowest)[: limits.PROOFS + 1]
    return {lowest[one][1]: proofs[lowest[one][1]] for one in names}


def is_closed(cuts: Mapping[Incarnation, int], incarnations: int) -> bool:
    """Tell whether nothing of a log counts any more, for good (SPEC 6.7).

    `cuts` gives the place signed twice of each incarnation that a proof names,
    `incarnations` how many of the log are held.
    """
    return (
        1 in cuts.values()
        or len(cuts) > limits.PROOFS
        or incarnations > limits.INCARNATIONS
    )


def walk(
    branches: Mapping[Incarnation, Branch], cuts: Mapping[Incarnation, int]
) -> tuple[Span, ...]:
    """Give what counts of a log: all of it, or what proofs have left (SPEC 6.7).

    What the walks from all proven incarnations share, each cut before the place that
    was signed twice; so after the first, no proof makes more count. The bases and
    adoptions of `branches` are as one sees them who holds nothing beyond the cuts.
    """
    if is_closed(cuts, len(branches)):
        return ()
    if not cuts:
        return walks.walk(branches)
    left = dict(branches)
    for name in cuts.keys() & branches.keys():
        length = min(branches[name].length, cuts[name] - 1)
        left[name] = msgspec.structs.replace(branches[name], length=length)
    return walks.shared(
        [walks.walk_from(name, left) if name in left else () for name in cuts]
    )
