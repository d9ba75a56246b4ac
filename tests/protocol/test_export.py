"""The signed export: read back record by record, up to the first wrong byte."""

import hashlib
import io
from typing import Final

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import canonical, export, limits
from protocol.equivocation import Proof, Side
from protocol.errors import Malformed
from protocol.export import (
    BlockRecord,
    EndRecord,
    GenesisRecord,
    ProofRecord,
    Record,
    RunRecord,
    TextRecord,
)
from protocol.ids import digest
from tests.protocol.budget import examples
from tests.protocol.hostile import mutations
from tests.protocol.refusal import refused
from tests.protocol.world import Writer, network, seed

REGISTER, (ACORN, BRAMBLE) = network("acorn", "bramble")


def run_record(log: Writer) -> RunRecord:
    run = log.run()
    return RunRecord(
        coop=run.chain.coop,
        generation=run.chain.generation,
        incarnation=run.chain.incarnation,
        base=run.chain.base,
        first=run.first,
        signature=run.signature,
        events=run.events,
    )


def records() -> list[Record]:
    log = Writer.opened(REGISTER, ACORN)
    log.write("profile.set", {"day": 450, "people": 7}, log.words("name", "Acorn"))
    side = Side(bytes(32), (b"event",), bytes(64))
    proof = Proof(
        coop=BRAMBLE.id,
        generation=0,
        incarnation=bytes(16),
        seq=1,
        low=side,
        high=Side(b"\x01" * 32, (), bytes(64)),
    )
    made: list[Record] = [
        GenesisRecord(REGISTER.genesis),
        *(BlockRecord(*block) for block in REGISTER.blocks),
        ProofRecord(proof),
        run_record(log),
        run_record(log.reopened(1, "second")),
        TextRecord(ACORN.id, bytes(16), b"Acorn"),
    ]
    return [*made, EndRecord(len(made), seed("root"))]


RECORDS: Final = records()
FILE: Final = export.MAGIC + b"".join(map(export.write_record, RECORDS))


def read(data: bytes) -> list[Record]:
    return list(export.read_records(io.BytesIO(data)))


def test_an_export_there_and_back() -> None:
    assert read(FILE) == RECORDS


def test_an_export_read_from_a_source_that_gives_little_at_the_end() -> None:
    assert len(read(FILE)) == len(RECORDS)
    with refused("export"):
        read(FILE[:-1])


def test_a_record_is_its_length_its_hash_and_its_frame() -> None:
    frame = canonical.encode(["end", 3, seed("root")])
    expected = len(frame).to_bytes(4) + hashlib.sha256(frame).digest() + frame
    assert export.write_record(EndRecord(3, seed("root"))) == expected


def test_a_network_is_named_by_its_genesis() -> None:
    named = export.network_of(REGISTER.genesis)
    assert named == digest("network", REGISTER.genesis) == REGISTER.network


def file(*frames: object) -> bytes:
    """An export of whatever values, with right lengths and checksums."""
    parts = [export.MAGIC]
    for value in frames:
        frame: bytes = msgpack.packb(value)
        parts += [len(frame).to_bytes(4), hashlib.sha256(frame).digest(), frame]
    return b"".join(parts)


END: Final = ["end", 1, bytes(32)]
GENESIS: Final = ["genesis", b"genesis"]
#: Name -> (file, code).
REFUSED: Final[dict[str, tuple[bytes, str]]] = {
    "nothing": (b"", "export"),
    "another-file": (b"PK\x03\x04" + FILE, "export"),
    "another-version": (FILE.replace(b"/1\n", b"/2\n", 1), "export"),
    "another-line-end": (FILE.replace(b"/1\n", b"/1\r\n", 1), "export"),
    "first-line-alone": (export.MAGIC, "export"),
    "no-end": (file(GENESIS), "export"),
    "end-alone": (file(["end", 0, bytes(32)]), "form"),
    "wrong-count": (file(GENESIS, ["end", 2, bytes(32)]), "export"),
    "bytes-after-the-end": (file(GENESIS, END) + b"\0", "export"),
    "a-record-after-the-end": (file(GENESIS, END, GENESIS), "export"),
    "head-cut-short": (file(GENESIS) + b"\0\0", "export"),
    "length-zero": (file(GENESIS) + bytes(36), "export"),
    "length-beyond": (
        file(GENESIS) + (limits.FRAME_BYTES + 1).to_bytes(4) + bytes(32),
        "export",
    ),
    "frame-cut-short": (file(GENESIS)[:-1], "export"),
    "checksum-wrong": (
        file(GENESIS, END).replace(b"genesis\xc4", b"genesiz\xc4"),
        "export",
    ),
    "unknown-record": (file(["card", b""], END), "form"),
    "not-canonical": (
        file(GENESIS)[:-1].replace(b"\x92\xa7", b"\x92\xd9\x07") + b"s",
        "export",
    ),
    "run-without-events": (
        file(["run", bytes(32), 0, bytes(16), None, 1, bytes(64), []], END),
        "form",
    ),
    "text-too-large": (
        file(["text", bytes(32), bytes(16), bytes(limits.TEXT_BYTES + 1)], END),
        "form",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_exports_that_are_refused(name: str) -> None:
    data, code = REFUSED[name]
    with refused(code):
        read(data)


def test_a_frame_that_is_not_canonical() -> None:
    frame = b"\x92\xd9\x07genesis\xc4\x01x"
    head = len(frame).to_bytes(4) + hashlib.sha256(frame).digest()
    with refused("not-canonical"):
        read(export.MAGIC + head + frame)


def test_a_refusal_names_the_record_and_its_place() -> None:
    at = len(export.MAGIC) + len(export.write_record(RECORDS[0]))
    damaged = bytearray(FILE)
    damaged[at + 40] ^= 1
    with pytest.raises(Malformed, match=rf"record 1 \(byte {at}\)"):
        read(bytes(damaged))


def test_what_stands_before_the_damage_is_read() -> None:
    damaged = bytearray(FILE)
    damaged[-1] ^= 1
    found: list[Record] = []
    reader = export.read_records(io.BytesIO(bytes(damaged)))
    with refused("export"):
        found.extend(reader)
    assert found == RECORDS[:-1]


@pytest.mark.parametrize("end", range(0, len(FILE), 31))
def test_an_export_cut_short(end: int) -> None:
    with refused("export"):
        read(FILE[:end])


@examples(300)
@given(st.just(FILE).flatmap(mutations))
def test_an_export_after_accidents(data: bytes) -> None:
    try:
        found = read(data)
    except Malformed:
        return
    assert export.MAGIC + b"".join(map(export.write_record, found)) == data
