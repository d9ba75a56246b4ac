"""Ed25519 with pinned criteria, and digests of keys to come (SPEC 4).

A signature verifies alike on every node only if all use the same criteria. Ours:
A canonical and not of small order (checked here), S < L, R canonical and the
cofactorless equation (what OpenSSL does: it recomputes R and compares bytes). The
published edge cases run against the installed library in the tests.
"""

from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from protocol.errors import Malformed
from protocol.ids import digest, tag

Private = Ed25519PrivateKey

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64

_P: Final = 2**255 - 19
_ORDER8_Y: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
#: y of the eight points whose order divides the cofactor (RFC 7748, section 7;
#: "Taming the many EdDSAs", table 1).
_SMALL_ORDER_Y: Final = frozenset({0, 1, _P - 1, _ORDER8_Y, _P - _ORDER8_Y})
#: Public key objects kept: a network's members and their nodes, several times over.
_KEPT_KEYS: Final = 4096


def check_key(public: bytes) -> None:
    """Refuse a public key by the pinned criteria; raises `Malformed("key-refused")`."""
    if len(public) != KEY_BYTES:
        raise Malformed("key-refused", f"{len(public)} bytes, expected {KEY_BYTES}")
    y = int.from_bytes(public, "little") & (2**255 - 1)
    if y >= _P:
        raise Malformed("key-refused", "not the canonical encoding of a point")
    if y in _SMALL_ORDER_Y:
        raise Malformed("key-refused", "a point of small order signs everything")


@lru_cache(maxsize=_KEPT_KEYS)
def _loaded(public: bytes) -> Ed25519PublicKey:
    check_key(public)
    return Ed25519PublicKey.from_public_bytes(public)


def verify(public: bytes, purpose: str, message: bytes, signature: bytes) -> bool:
    """Tell whether `signature` stands over the tagged message under `public`.

    `purpose` names the tag (SPEC 3.1), so that no signature serves twice. Raises
    `Malformed("key-refused")` for a key outside the pinned criteria.
    """
    key = _loaded(public)
    try:
        key.verify(signature, tag(purpose) + message)
    except InvalidSignature:
        return False
    return True


def sign(private: Ed25519PrivateKey, purpose: str, message: bytes) -> bytes:
    """Sign the tagged message: 64 bytes, deterministic (RFC 8032)."""
    return private.sign(tag(purpose) + message)


def public_bytes(private: Ed25519PrivateKey) -> bytes:
    """Give the 32 bytes of the public half."""
    return private.public_key().public_bytes_raw()


def next_key_digest(public: bytes) -> bytes:
    """Commit to a key that stays offline until it is needed (pre-rotation, KERI)."""
    return digest("next-key", public)
