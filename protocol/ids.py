"""Tagged hashes, typed ids and their text forms (SPEC 3).

An id is 32 bytes. In text it carries its type: `coop_`, `net_`, `evt_`, `blk_`,
`chg_` and 52 characters of RFC 4648 base32 in lower case without padding.
"""

import base64
import functools
import hashlib
from typing import Final, NewType

from protocol.errors import Malformed

NetworkId = NewType("NetworkId", bytes)
CoopId = NewType("CoopId", bytes)
EventId = NewType("EventId", bytes)
EntityId = NewType("EntityId", bytes)
BlockId = NewType("BlockId", bytes)
ChangeId = NewType("ChangeId", bytes)
Incarnation = NewType("Incarnation", bytes)

ID_BYTES: Final = 32
INCARNATION_BYTES: Final = 16
PREFIXES: Final = ("coop", "net", "evt", "blk", "chg")
_TEXT_CHARS: Final = 52


@functools.cache
def tag(name: str) -> bytes:
    """Give the domain separator of one use of a hash or signature (SPEC 3.1)."""
    return b"wortley/1/" + name.encode("ascii") + b"\0"


_ENTITY_TAG: Final = tag("entity")


def digest(name: str, *parts: bytes) -> bytes:
    """SHA-256 over the tag of `name` and the parts, 32 bytes."""
    return hashlib.sha256(tag(name) + b"".join(parts)).digest()


def number(value: int) -> bytes:
    """Eight bytes, big-endian: how integers enter hashes and signatures."""
    return value.to_bytes(8)


def entity_id(coop: CoopId, family: str, key: bytes) -> EntityId:
    """Name an entity of which a co-op has one per key (its profile, say), SPEC 3.3."""
    name = _ENTITY_TAG + coop + family.encode("ascii") + b"\0" + key
    return EntityId(hashlib.sha256(name).digest())


def text(prefix: str, value: bytes) -> str:
    """Write an id for people: `evt_` and 52 base32 characters."""
    return f"{prefix}_{base64.b32encode(value).decode('ascii').rstrip('=').lower()}"


def parse(prefix: str, written: str) -> bytes:
    """Read an id of the given type back.

    Raises `Malformed("id-form")` unless it is exactly what `text` would write.
    """
    head, _, tail = written.partition("_")
    if head != prefix or len(tail) != _TEXT_CHARS:
        raise Malformed("id-form", f"expected {prefix}_ and {_TEXT_CHARS} characters")
    try:
        value = base64.b32decode(tail.upper() + "====")
    except ValueError as error:
        raise Malformed("id-form", "a character outside a-z and 2-7") from error
    if text(prefix, value) != written:
        raise Malformed("id-form", "not the one way to write this id")
    return value
