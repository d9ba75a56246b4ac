"""Cited places: what a closing names and its log will not bring (SPEC 11.20, 12.2).

    cited place (seq, id) ─▶ a stretch that ends there ─▶ the id before it ─▶ the next

Of a log that was signed twice nothing new is taken, and nothing beyond is sent. What a
closing names there is fetched from its end backwards: each stretch hashes to an id that
is known already, so whoever gives it, it is that or nothing.
"""

from typing import Annotated, Final

import msgspec
from msgspec import Meta

from protocol import keys, limits
from protocol.errors import Malformed
from protocol.ids import EventId
from protocol.kinds.fields import Id, IncarnationName
from protocol.log import Chain, Place, ids_after

_SIGNATURE: Final = 64


class Cite(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Ask for what ends at a place; `signed`: with the signature that proves its id."""

    coop: Id
    incarnation: IncarnationName
    seq: Annotated[int, Meta(ge=1, le=limits.INTEGER)]
    id: Id
    signed: bool

    @property
    def place(self) -> Place:
        """Give the place, without whose it is."""
        return Place(self.incarnation, self.seq, self.id)


class Stretch(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Events that end at a place, the id before them, and what proves the place.

    `base` is said where they start at the first place, `after` and `signature` where a
    signature is asked for: it stands on the last event of `after`, or on the place.
    """

    base: Place | None
    before: Id
    events: Annotated[
        tuple[bytes, ...], Meta(min_length=1, max_length=limits.RUN_EVENTS)
    ]
    after: Annotated[tuple[bytes, ...], Meta(max_length=limits.RUN_EVENTS - 1)] = ()
    signature: Annotated[bytes, Meta(max_length=_SIGNATURE)] = b""

    def first(self, seq: int) -> int:
        """Give the seq of the first event, where the last has `seq`."""
        return seq - len(self.events) + 1


def verify(
    stretch: Stretch, place: Place, chain: Chain, log_key: bytes | None
) -> list[EventId]:
    """Prove that a stretch ends at a place, and name its events; raises `Malformed`.

    chain: of the place's incarnation; its base is not looked at. log_key: where the
    place has to be signed as well; None where a place above it is known to be.
    """
    for events in (stretch.events, stretch.after):
        if max(map(len, events), default=0) > limits.EVENT_BYTES or (
            sum(map(len, events)) > limits.RUN_BYTES
        ):
            raise Malformed("too-large", "a stretch over the caps of a run")
    first = stretch.first(place.seq)
    if first < 1:
        raise Malformed("stretch-place", "more events than there are places")
    ids = ids_after(EventId(stretch.before), stretch.events)
    if ids[-1] != place.id:
        raise Malformed("stretch-differs", "these events do not lead to the place")
    opened = msgspec.structs.replace(chain, base=stretch.base)
    if (first == 1 and stretch.before != opened.opening()) or (
        first > 1 and stretch.base is not None
    ):
        raise Malformed("opening-differs", "the stretch does not start where it says")
    if log_key is not None:
        last = ids_after(ids[-1], stretch.after)[-1] if stretch.after else ids[-1]
        message = chain.head_message(place.seq + len(stretch.after), last)
        if not keys.verify(log_key, "head", message, stretch.signature):
            raise Malformed("signature-invalid", "no signature stands on this stretch")
    return ids
