"""Envelopes a second time (16): HPKE of RFC 9180 from its parts, and what is in it.

Given the ephemeral keys, sealing gives the same bytes each time: so vectors are made.
"""

import hmac
from collections.abc import Sequence
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from tests.reference.forms import (
    TEXT_BYTES,
    Wrong,
    array,
    digest,
    encode,
    ensure,
    raw,
    read,
    row,
    tag,
    up_to,
)

STEPS = [256 * 2**power for power in range(8)] + [61_440]
ENVELOPE = row(raw(32), array(raw(80), 17, 2), up_to(61_456))

KEM_SUITE = b"KEM" + (0x0020).to_bytes(2, "big")
HPKE_SUITE = b"HPKE" + b"".join(
    one.to_bytes(2, "big") for one in (0x0020, 0x0001, 0x0003)
)


class Purpose(NamedTuple):
    """What an envelope is bound to (16.2)."""

    network: bytes
    author: bytes
    about: bytes
    role: str
    to: Sequence[bytes]

    def readers(self) -> list[bytes]:
        return [self.author, *self.to]

    def plain(self) -> list[object]:
        return [self.network, self.author, self.about, self.role, list(self.to)]

    def info(self, reader: bytes) -> bytes:
        return tag("seal") + encode(self.plain()) + reader


# -- HPKE, base mode, one message (RFC 9180, sections 4, 5.1, 6.1) --------------------


def _extract(salt: bytes, suite: bytes, label: bytes, secret: bytes) -> bytes:
    message = b"HPKE-v1" + suite + label + secret
    return hmac.digest(salt or bytes(32), message, "sha256")


def _expand(key: bytes, suite: bytes, label: bytes, info: bytes, length: int) -> bytes:
    message = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(key, message + b"\1", "sha256")[:length]  # one block is enough


def _shared(exchanged: bytes, ephemeral: bytes, public: bytes) -> bytes:
    secret = _extract(b"", KEM_SUITE, b"eae_prk", exchanged)
    return _expand(secret, KEM_SUITE, b"shared_secret", ephemeral + public, 32)


def _schedule(shared: bytes, info: bytes) -> tuple[ChaCha20Poly1305, bytes]:
    context = b"\0" + _extract(b"", HPKE_SUITE, b"psk_id_hash", b"")
    context += _extract(b"", HPKE_SUITE, b"info_hash", info)
    secret = _extract(shared, HPKE_SUITE, b"secret", b"")
    key = _expand(secret, HPKE_SUITE, b"key", context, 32)
    return ChaCha20Poly1305(key), _expand(
        secret, HPKE_SUITE, b"base_nonce", context, 12
    )


def _public(key: X25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def wrap(
    words: bytes, public: bytes, info: bytes, ephemeral: bytes, aad: bytes = b""
) -> bytes:
    """Seal one message with a given ephemeral key: its public half, ciphertext."""
    key = X25519PrivateKey.from_private_bytes(ephemeral)
    exchanged = key.exchange(X25519PublicKey.from_public_bytes(public))
    cipher, nonce = _schedule(_shared(exchanged, _public(key), public), info)
    return _public(key) + cipher.encrypt(nonce, words, aad)


def unwrap(wrapped: bytes, private: bytes, info: bytes) -> bytes:
    """Open one message."""
    key = X25519PrivateKey.from_private_bytes(private)
    exchanged = key.exchange(X25519PublicKey.from_public_bytes(wrapped[:32]))
    cipher, nonce = _schedule(_shared(exchanged, wrapped[:32], _public(key)), info)
    return cipher.decrypt(nonce, wrapped[32:], b"")


# -- envelopes (16.2, 16.3) ------------------------------------------------------------


def seal(
    purpose: Purpose,
    words: bytes,
    key: bytes,
    publics: Sequence[bytes],
    ephemerals: Sequence[bytes],
) -> bytes:
    """Write an envelope; keys of the readers, author first, an ephemeral for each."""
    wraps = [
        wrap(key, public, purpose.info(reader), ephemeral)
        for reader, public, ephemeral in zip(
            purpose.readers(), publics, ephemerals, strict=True
        )
    ]
    commitment = digest("seal-key", key)
    body = len(words).to_bytes(4, "big") + words
    padded = body.ljust(min(step for step in STEPS if step >= len(body)), b"\0")
    content = _content(key).encrypt(
        bytes(12), padded, _bound(purpose, commitment, wraps)
    )
    return encode([commitment, wraps, content])


def _content(key: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(digest("seal-content", key))


def _bound(purpose: Purpose, commitment: bytes, wraps: Sequence[bytes]) -> bytes:
    return tag("seal-text") + encode([purpose.plain(), commitment, list(wraps)])


def unseal(purpose: Purpose, envelope: bytes, reader: bytes, private: bytes) -> bytes:
    """Open an envelope; `Wrong` where it is none, or not this reader's."""
    commitment, wraps, content = read(envelope, ENVELOPE, TEXT_BYTES, "envelope")
    readers = purpose.readers()
    ensure(len(wraps) == len(readers), "form", "a wrap for each reader")
    ensure(len(content) - 16 in STEPS, "form", "a size that is none")
    ensure(reader in readers, "not-a-reader", "sealed for others")
    info = purpose.info(reader)
    try:
        key = unwrap(wraps[readers.index(reader)], private, info)
        ensure(digest("seal-key", key) == commitment, "seal-key", "another key")
        bound = _bound(purpose, commitment, wraps)
        padded = _content(key).decrypt(bytes(12), content, bound)
    except (InvalidTag, ValueError):
        raise Wrong("seal", "it does not open") from None
    size = int.from_bytes(padded[:4], "big")
    words, rest = padded[4 : 4 + size], padded[4 + size :]
    fits = len(padded) == min((one for one in STEPS if one >= 4 + size), default=0)
    ensure(fits and not any(rest), "padding", "not padded as it must be")
    return words
