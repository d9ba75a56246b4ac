"""Chains, signed heads and runs: what a log is made of (SPEC 6).

A log is made of incarnations, each a hash chain from an opening. A signature on one
event proves all below it, so a run of up to 1024 events carries one signature.

    opening -> event 1 -> event 2 -> ... -> event n        seq counts from 1
                                            ^ signed head
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated

import msgspec
from msgspec import Meta

from protocol import keys, limits
from protocol.errors import Malformed
from protocol.event import EVENT_TAG
from protocol.ids import CoopId, EventId, Incarnation, NetworkId, digest, number


class Place(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    gc=False,
    forbid_unknown_fields=True,
    order=True,
):
    """One position of a log: the incarnation, its seq, and the id that stands there."""

    incarnation: Annotated[bytes, Meta(min_length=16, max_length=16)]
    seq: Annotated[int, Meta(ge=1, le=limits.INTEGER)]
    id: Annotated[bytes, Meta(min_length=32, max_length=32)]


class Chain(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What fixes an incarnation before its first event: whose, which, based where."""

    network: NetworkId
    coop: CoopId
    generation: int
    incarnation: Incarnation
    base: Place | None = None

    def opening(self) -> EventId:
        """Give what the first event names as the event before it."""
        base = self.base
        after = b"" if base is None else base.incarnation + number(base.seq) + base.id
        return EventId(digest("open", self._owner(), after))

    def head_message(self, seq: int, event: EventId) -> bytes:
        """Give what a head signature signs: the chain, the seq, the id."""
        return self._owner() + number(seq) + event

    def _owner(self) -> bytes:
        return self.network + self.coop + number(self.generation) + self.incarnation


class Run(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Consecutive events of one chain; the signature stands on the last of them."""

    chain: Chain
    first: int
    events: tuple[bytes, ...]
    signature: bytes

    @property
    def last(self) -> int:
        """Seq of the event that carries the signature."""
        return self.first + len(self.events) - 1


def ids_after(previous: EventId, events: Sequence[bytes]) -> list[EventId]:
    """Hash a run of events on from the id before it: `identify` for each."""
    ids: list[EventId] = []
    for data in events:
        previous = EventId(sha256(EVENT_TAG + previous + data).digest())
        ids.append(previous)
    return ids


def verify(run: Run, previous: EventId, log_key: bytes) -> list[EventId]:
    """Prove a run authentic and name its events (SPEC 6.3).

    `previous` is the id at `run.first - 1` as the receiver holds it (the opening
    where first is 1). Raises `Malformed` for a run outside the caps and
    `Malformed("signature-invalid")` where the signature does not stand; that proves
    nothing against anybody, since whoever relayed the run may have garbled it.
    """
    check_size(run)
    ids = ids_after(previous, run.events)
    message = run.chain.head_message(run.last, ids[-1])
    if not keys.verify(log_key, "head", message, run.signature):
        raise Malformed("signature-invalid", "no signature stands on this run")
    return ids


def check_size(run: Run) -> None:
    """Refuse a run outside the caps of SPEC 6.4 before anything is hashed."""
    if not 1 <= len(run.events) <= limits.RUN_EVENTS:
        raise Malformed("run-length", f"{len(run.events)} events in a run")
    if run.first < 1 or run.last > limits.INTEGER:
        raise Malformed("run-place", f"a run cannot start at {run.first}")
    if max(map(len, run.events)) > limits.EVENT_BYTES:
        raise Malformed("too-large", "an event over 8 KiB")
    if sum(map(len, run.events)) > limits.RUN_BYTES:
        raise Malformed("too-large", "a run over 1 MiB")
