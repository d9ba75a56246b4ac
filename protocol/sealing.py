"""Envelopes: words that a few co-ops can open, and nobody else (SPEC 16).

    envelope = [commitment to the content key, [a wrap of it for each reader], content]

A wrap is HPKE (RFC 9180: DHKEM X25519, HKDF-SHA256, ChaCha20-Poly1305) in base mode;
the content is ChaCha20-Poly1305 over padded words. Pure: wrapping draws randomness and
so is node/sealing.py's; here is what an envelope must be, and how it is opened.
"""

from collections.abc import Sequence
from typing import Annotated, Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from msgspec import Meta

from protocol import canonical, limits
from protocol.canonical import ENCODER
from protocol.errors import Malformed
from protocol.ids import digest, tag
from protocol.kinds.sealed import READERS, SealedShared

Private = X25519PrivateKey

#: ChaCha20-Poly1305 throughout: constant in time without help of the processor.
SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)

KEY_BYTES: Final = 32
_TAG_BYTES: Final = 16
#: An encapsulated key (RFC 9180, 7.1), then the content key under its AEAD.
WRAP_BYTES: Final = 32 + KEY_BYTES + _TAG_BYTES
#: Sizes of padded words. Doubling tells a reader of sizes one of nine lengths; the
#: last leaves 4 KiB of a text for the wraps of all readers.
STEPS: Final = (256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 61440)
_LENGTH_BYTES: Final = 4
#: The longest words that can be sealed.
WORDS_BYTES: Final = STEPS[-1] - _LENGTH_BYTES
#: A content key seals one content, so its one nonce may be nothing.
_NONCE: Final = bytes(12)

Wrap = Annotated[bytes, Meta(min_length=WRAP_BYTES, max_length=WRAP_BYTES)]


class Envelope(
    msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True
):
    """What a text of role `sealed` is: the author's own wrap first, then by reader."""

    commitment: Annotated[bytes, Meta(min_length=32, max_length=32)]
    wraps: Annotated[tuple[Wrap, ...], Meta(min_length=2, max_length=1 + READERS)]
    content: Annotated[bytes, Meta(max_length=STEPS[-1] + _TAG_BYTES)]


_ENVELOPE: Final = msgspec.msgpack.Decoder(Envelope)


class Purpose(msgspec.Struct, frozen=True, array_like=True):
    """What an envelope is bound to: moved to anything else, no reader can open it."""

    network: bytes
    author: bytes
    about: bytes
    role: str
    to: tuple[bytes, ...]

    @property
    def readers(self) -> tuple[bytes, ...]:
        """Give whose wraps there are, in their order."""
        return (self.author, *self.to)

    def info(self, reader: bytes) -> bytes:
        """Give HPKE's `info` of a reader's wrap."""
        return tag("seal") + ENCODER.encode(self) + reader


def purpose_of(network: bytes, author: bytes, body: SealedShared) -> Purpose:
    """Say what the envelope of an event must be bound to."""
    return Purpose(network, author, body.about, body.role, body.to)


def _key_commitment(key: bytes) -> bytes:
    return digest("seal-key", key)


def _content(key: bytes) -> ChaCha20Poly1305:
    """Give the cipher; its key is not the one whose hash stands in the open."""
    return ChaCha20Poly1305(digest("seal-content", key))


def _bound(purpose: Purpose, commitment: bytes, wraps: Sequence[bytes]) -> bytes:
    """Give what is authenticated with the content: all the rest of the envelope."""
    head = (purpose, commitment, tuple(wraps))
    return tag("seal-text") + ENCODER.encode(head)


def pad(words: bytes) -> bytes:
    """Pad words to the next step: their length, they, zeros."""
    size = _LENGTH_BYTES + len(words)
    if size > STEPS[-1]:
        raise Malformed("too-large", f"{len(words)} bytes cannot be sealed in one text")
    step = next(one for one in STEPS if size <= one)
    return (len(words).to_bytes(_LENGTH_BYTES) + words).ljust(step, b"\0")


def unpad(padded: bytes) -> bytes:
    """Take padding off; raises `Malformed("padding")` where it is not `pad`'s."""
    length = int.from_bytes(padded[:_LENGTH_BYTES])
    words = padded[_LENGTH_BYTES : _LENGTH_BYTES + length]
    if length > WORDS_BYTES or pad(words) != padded:
        raise Malformed("padding", "the words are not padded as they must be")
    return words


def close(purpose: Purpose, key: bytes, wraps: Sequence[bytes], words: bytes) -> bytes:
    """Write the envelope of words; `wraps` hold `key` for each of the readers.

    key: 32 random bytes that sealed nothing before and will seal nothing again.
    """
    commitment = _key_commitment(key)
    bound = _bound(purpose, commitment, wraps)
    content = _content(key).encrypt(_NONCE, pad(words), bound)
    return ENCODER.encode(Envelope(commitment, tuple(wraps), content))


def read(data: bytes, readers: int) -> Envelope:
    """Read the form of an envelope for so many readers; raises `Malformed`."""
    envelope = canonical.read(_ENVELOPE, data, most=limits.TEXT_BYTES)
    if len(envelope.wraps) != readers:
        raise Malformed("form", f"{len(envelope.wraps)} wraps for {readers} readers")
    if len(envelope.content) - _TAG_BYTES not in STEPS:
        raise Malformed("form", "the content has none of the padded sizes")
    return envelope


def open_(purpose: Purpose, data: bytes, reader: bytes, key: Private) -> bytes:
    """Open an envelope as one of its readers; give the words.

    Raises `Malformed`: the form, `not-a-reader`, `seal` (the wrap does not open with
    this key, or a byte was changed), `seal-key` (another content key than committed).
    """
    readers = purpose.readers
    envelope = read(data, len(readers))
    if reader not in readers:
        raise Malformed("not-a-reader", "it is not sealed for this co-op")
    wrap = envelope.wraps[readers.index(reader)]
    try:
        content_key = SUITE.decrypt(wrap, key, info=purpose.info(reader))
    except InvalidTag as error:
        raise Malformed("seal", "it does not open with this key") from error
    # Without it an author could make one content that opens differently for each.
    if _key_commitment(content_key) != envelope.commitment:
        raise Malformed("seal-key", "its key is not the one it is committed to")
    bound = _bound(purpose, envelope.commitment, envelope.wraps)
    try:
        padded = _content(content_key).decrypt(_NONCE, envelope.content, bound)
    except InvalidTag as error:
        raise Malformed("seal", "its content was changed") from error
    return unpad(padded)
