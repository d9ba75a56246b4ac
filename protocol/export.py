r"""The signed export: a whole network in one file that anybody can verify (SPEC 13).

    file  = "wortley-export/1\n" + record + record + ...
    record = length of the frame (4 bytes, big-endian) + SHA-256 of the frame + frame

Uncompressed, so that a reader needs nothing but msgpack, SHA-256 and Ed25519. In
this order: the genesis, the blocks, the proofs by co-op and incarnation, the runs of
every chain (chains by co-op and incarnation, runs by seq), the texts, the end.
"""

import hashlib
from collections.abc import Iterator
from typing import Annotated, Final, Protocol

import msgspec
from msgspec import Meta

from protocol import canonical, limits
from protocol.equivocation import Proof
from protocol.errors import Malformed
from protocol.ids import NetworkId, digest
from protocol.kinds.fields import Id, IncarnationName
from protocol.log import Place
from protocol.roster.identity import Nonce, Signature

MAGIC: Final = b"wortley-export/1\n"
_HEAD_BYTES: Final = 4 + 32


class GenesisRecord(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    tag="genesis",
    forbid_unknown_fields=True,
):
    """What founded the network."""

    genesis: bytes


class BlockRecord(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    tag="block",
    forbid_unknown_fields=True,
):
    """A block of the roster with its certificate."""

    block: bytes
    certificate: bytes


class RunRecord(
    msgspec.Struct, frozen=True, array_like=True, tag="run", forbid_unknown_fields=True
):
    """Events of one chain under the signature of the last."""

    coop: Id
    generation: Annotated[int, Meta(ge=0, le=limits.INTEGER)]
    incarnation: IncarnationName
    base: Place | None
    first: Annotated[int, Meta(ge=1, le=limits.INTEGER)]
    signature: Signature
    events: Annotated[
        tuple[bytes, ...], Meta(min_length=1, max_length=limits.RUN_EVENTS)
    ]


class ProofRecord(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    tag="proof",
    forbid_unknown_fields=True,
):
    """A proof that a log was signed twice in one place (SPEC 6.7)."""

    proof: Proof


class TextRecord(
    msgspec.Struct, frozen=True, array_like=True, tag="text", forbid_unknown_fields=True
):
    """A readable text with the salt that its commitment needs."""

    coop: Id
    salt: Nonce
    words: Annotated[bytes, Meta(max_length=limits.TEXT_BYTES)]


class EndRecord(
    msgspec.Struct, frozen=True, array_like=True, tag="end", forbid_unknown_fields=True
):
    """How many records stand before it, and the root its writer computed."""

    records: Annotated[int, Meta(ge=1, le=limits.INTEGER)]
    root: Id


Record = GenesisRecord | BlockRecord | ProofRecord | RunRecord | TextRecord | EndRecord

_RECORD: Final[msgspec.msgpack.Decoder[Record]] = msgspec.msgpack.Decoder(Record)


def network_of(genesis: bytes) -> NetworkId:
    """Name the network that a genesis founds."""
    return NetworkId(digest("network", genesis))


def write_record(record: Record) -> bytes:
    """Write one record with its length and checksum."""
    frame = canonical.ENCODER.encode(record)
    return len(frame).to_bytes(4) + hashlib.sha256(frame).digest() + frame


class Source(Protocol):
    """Anything with a blocking `read` of at most so many bytes, a file say."""

    def read(self, size: int, /) -> bytes:
        """Give up to `size` bytes, fewer only at the end."""
        ...


def read_records(source: Source) -> Iterator[Record]:
    """Read an export record by record.

    Raises `Malformed` naming the record and its byte offset at the first byte that
    is not as it was written, and where the file does not end with its end record.
    """
    if source.read(len(MAGIC)) != MAGIC:
        raise Malformed("export", "not a Wortley export of version 1 (byte 0)")
    offset, count = len(MAGIC), 0
    while head := source.read(_HEAD_BYTES):
        frame = _read_frame(source, head, count, offset)
        record = canonical.read(_RECORD, frame, most=limits.FRAME_BYTES)
        yield record
        if isinstance(record, EndRecord):
            _check_end(source, record, count)
            return
        offset += len(head) + len(frame)
        count += 1
    raise Malformed("export", f"cut short after record {count} (byte {offset})")


def _read_frame(source: Source, head: bytes, count: int, offset: int) -> bytes:
    where = f"record {count} (byte {offset})"
    length = int.from_bytes(head[:4])
    if len(head) < _HEAD_BYTES or not 0 < length <= limits.FRAME_BYTES:
        raise Malformed("export", f"{where} has no proper head")
    frame = source.read(length)
    if hashlib.sha256(frame).digest() != head[4:]:
        raise Malformed("export", f"{where} is not as it was written")
    return frame


def _check_end(source: Source, record: EndRecord, count: int) -> None:
    if record.records != count:
        raise Malformed("export", f"{count} records, {record.records} were written")
    if source.read(1):
        raise Malformed("export", "bytes after the end record")
