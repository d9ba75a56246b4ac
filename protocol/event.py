r"""One event: build it, read it, name it (SPEC 5).

    event = [epoch, time_ms, kind, body, texts]     epoch = [block number, 8 bytes]
    id    = SHA-256("wortley/1/event\0" + id of the event before + bytes)

What the chain says already (network, co-op, place) is not repeated inside.
"""

import hashlib
from typing import Annotated, Final

import msgspec

from protocol import canonical, limits
from protocol.errors import Malformed
from protocol.ids import EventId, tag

EPOCH_BYTES: Final = 8
EVENT_TAG: Final = tag("event")

#: Any short string: whether it names a kind is the table's to say, and a pattern here
#: would cost more than the rest of the envelope.
Kind = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class Epoch(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    gc=False,
    forbid_unknown_fields=True,
):
    """The roster block an event was written under: its number, 8 bytes of its id."""

    number: Annotated[int, msgspec.Meta(ge=0, le=limits.INTEGER)]
    block: Annotated[
        bytes, msgspec.Meta(min_length=EPOCH_BYTES, max_length=EPOCH_BYTES)
    ]


class TextRef(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    gc=False,
    forbid_unknown_fields=True,
):
    """A text that travels beside the event: role, commitment, size in bytes."""

    role: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    commitment: Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
    size: Annotated[int, msgspec.Meta(ge=0, le=limits.TEXT_BYTES)]


class Envelope(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """An event as its bytes say it; the body stays raw until its kind is known."""

    epoch: Epoch
    time_ms: Annotated[int, msgspec.Meta(ge=-limits.INTEGER, le=limits.INTEGER)]
    kind: Kind
    body: msgspec.Raw
    texts: Annotated[
        tuple[TextRef, ...], msgspec.Meta(max_length=limits.TEXTS_PER_EVENT)
    ]


ENVELOPE: Final = msgspec.msgpack.Decoder(Envelope)


def build(
    *,
    epoch: Epoch,
    time_ms: int,
    kind: str,
    body: msgspec.Struct,
    texts: tuple[TextRef, ...] = (),
) -> bytes:
    """Write an event canonically. Raises `Malformed("too-large")` past 8 KiB."""
    data = canonical.ENCODER.encode((epoch, time_ms, kind, body, texts))
    if len(data) > limits.EVENT_BYTES:
        raise Malformed("too-large", f"{len(data)} bytes in one event")
    return data


def identify(previous: bytes, data: bytes) -> EventId:
    """Give the id of the event with these exact bytes after `previous`."""
    return EventId(hashlib.sha256(EVENT_TAG + previous + data).digest())


def parse(data: bytes) -> Envelope:
    """Read the envelope; the body stays raw, canonical form is not yet checked.

    Raises `Malformed("event-form")` where SPEC 5.1 is not met.
    """
    try:
        return ENVELOPE.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed("event-form", str(error)) from error


def commit_text(coop: bytes, salt: bytes, words: bytes) -> bytes:
    """Commit to a text: SHA-256 over its author, 16 bytes of salt and its bytes."""
    return hashlib.sha256(tag("text") + coop + salt + words).digest()
