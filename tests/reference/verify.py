"""Verify an export of a Wortley network with nothing of Wortley's own code.

    python verify.py EXPORT [--json]

A second implementation of protocol/SPEC.md, written from that text alone; numbers in
docstrings are its sections. It needs Python, `cryptography`, `msgpack`, and the files
beside it. It trusts nothing in the file: it checks every checksum (13), verifies the
roster from the genesis on (7), every chain (6) and every text (5.2), folds every log
(9) and compares the state root (10) with the one at the end.

It leaves with 0 when all holds, with 1 after naming the first thing that is wrong, and
with 2 when it was not asked properly or cannot read the file.
"""

import json
import sys
from base64 import b32encode
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

if not __package__:  # run as a program: its folder, wherever that lies, is the package
    _package = ModuleType("tests.reference")
    _package.__path__ = [str(Path(__file__).resolve().parent)]
    sys.modules[_package.__name__] = _package

from tests.reference.forms import (
    BLOCK_BYTES,
    CHANGE_BYTES,
    EVENT_BYTES,
    FRAME_BYTES,
    ID,
    QUANTITY,
    RUN_BYTES,
    TEXT_BYTES,
    Check,
    Entity,
    Wrong,
    array,
    digest,
    encode,
    ensure,
    maybe,
    raw,
    read,
    row,
    signed,
    u64,
    up_to,
    whole,
)
from tests.reference.logs import (
    BASE,
    PROOF,
    Chain,
    Chains,
    Cuts,
    Named,
    Verdicts,
    closed,
    equivocates,
    fold,
)
from tests.reference.roster import Roster

FIRST_LINE = b"wortley-export/1\n"

# -- the file (13) ---------------------------------------------------------------------

RUN_ITEMS: Mapping[str, Check] = {
    "co-op": ID,
    "generation": whole(0, 0),
    "incarnation": raw(16),
    "base": maybe(BASE),
    "first": QUANTITY,
    "signature": raw(64),
    "events": array(up_to(EVENT_BYTES), 1024, 1),
}
RECORDS: Mapping[str, Check] = {  # in the order in which they come
    "genesis": row(up_to(BLOCK_BYTES)),
    "block": row(up_to(BLOCK_BYTES), up_to(CHANGE_BYTES)),
    "proof": row(PROOF),
    "run": row(*RUN_ITEMS.values()),
    "text": row(ID, raw(16), up_to(TEXT_BYTES)),
    "end": row(QUANTITY, ID),
}
ORDER = list(RECORDS)
Frame = list[Any]


def frames(file: BinaryIO) -> Iterator[tuple[int, int, Frame]]:
    """Read the records: number from 1, byte offset, frame."""
    first = file.read(len(FIRST_LINE))
    ensure(first == FIRST_LINE, "export", "the first line is not that of an export")
    offset, number, name = len(FIRST_LINE), 0, ""
    while name != "end":
        number += 1
        try:
            frame, size = next_frame(file)
            name = frame[0]
        except Wrong as wrong:
            raise placed(wrong, number, offset) from None
        yield number, offset, frame
        offset += size
    if file.read(1):
        raise placed(Wrong("export", "bytes after the end"), number + 1, offset)


def next_frame(file: BinaryIO) -> tuple[Frame, int]:
    head = file.read(36)
    ensure(head, "export", "the file ends without an end record")
    ensure(len(head) == 36, "export", "the file is cut short")
    size = int.from_bytes(head[:4], "big")
    ensure(1 <= size <= FRAME_BYTES, "export", f"a length of {size} bytes")
    data = file.read(size)
    ensure(len(data) == size, "export", "the file is cut short, or a length is wrong")
    ensure(sha256(data).digest() == head[4:], "export", "the checksum does not hold")
    frame = read(data, lambda value: type(value) is list, FRAME_BYTES, "record")
    known = frame and type(frame[0]) is str and frame[0] in RECORDS
    ensure(known, "form", "a record of no known name")
    ensure(RECORDS[frame[0]](frame[1:]), "form", f"{frame[0]} has not its form")
    return frame, 36 + size


def placed(wrong: Wrong, number: int, offset: int) -> Wrong:
    """Say of what is wrong in which record it is."""
    wrong.record, wrong.offset = number, offset
    return wrong


class Network:
    """What has been read and verified so far. `take` one record after the other."""

    roster: Roster

    def __init__(self) -> None:
        self.records = self.rank = 0
        self.chain_before = (b"", b"")  # co-op and incarnation
        self.chains: dict[bytes, dict[bytes, Chain]] = {}
        self.proof_before = (b"", b"")  # co-op and incarnation
        self.cuts: dict[bytes, dict[bytes, int]] = {}
        self.wanted: set[tuple[bytes, int]] = set()  # commitments and sizes of texts
        self.held: set[bytes] = set()  # commitments of texts
        self.hashes: dict[bytes, bytes] = {}
        self.verdicts: dict[bytes, Verdicts] = {}
        self.events = 0
        self.root = b""

    def take(self, frame: Frame) -> None:
        """Verify one record, in its order."""
        name, items = frame[0], frame[1:]
        rank = ORDER.index(name)
        repeats = rank == self.rank and name not in {"genesis", "end"}
        ensure(self.records > 0 or name == "genesis", "export", "no genesis at first")
        after = repeats or rank > self.rank or self.records == 0
        ensure(after, "export", f"{name} after {ORDER[self.rank]}")
        self.rank = rank
        handlers: Mapping[str, Callable[[Frame], None]] = {
            "genesis": self.genesis,
            "block": self.block,
            "run": self.run,
            "proof": self.proof,
            "text": self.text,
            "end": self.end,
        }
        handlers[name](items)
        self.records += 1

    def genesis(self, frame: Frame) -> None:
        self.roster = Roster(frame[0])

    def block(self, frame: Frame) -> None:
        self.roster.add(frame[0], frame[1])

    def run(self, frame: Frame) -> None:
        """Verify a run (6.3, 6.4)."""
        coop, generation, name, base, first, signature, events = frame
        last = first + len(events) - 1
        try:
            ensure(coop in self.roster.keys, "coop-unknown", "a run of no member")
            total = sum(map(len, events))
            ensure(total <= RUN_BYTES, "too-large", f"a run of {total} bytes")
            chain = self.chain(coop, name, base, first)
            for data in events:
                event = chain.add(data)
                if event is not None:
                    self.wanted |= {(word, size) for _, word, size in event.texts}
            head = [self.roster.network, coop, u64(generation), name, u64(last)]
            key = self.roster.keys[coop]
            good = signed("head", key, signature, *head, chain.ids[-1])
            detail = f"the head of incarnation {name.hex()}"
            ensure(good, "signature-invalid", detail)
        except Wrong as wrong:
            wrong.coop, wrong.seq = coop, last
            raise
        self.events += len(events)

    def chain(self, coop: bytes, name: bytes, base: Named | None, first: int) -> Chain:
        """Find the chain that a run goes on, or open it (6.1)."""
        place = (coop, name)
        ensure(place >= self.chain_before, "export", "runs out of order")
        self.chain_before = place
        chains = self.chains.setdefault(coop, {})
        if name not in chains:
            chains[name] = Chain(self.roster.network, coop, name, base)
        chain = chains[name]
        ensure(chain.base == base, "opening-differs", "another base than before")
        ensure(first <= len(chain.ids), "run-gap", f"{len(chain.ids)} is next")
        ensure(first == len(chain.ids), "export", f"{len(chain.ids)} is next")
        return chain

    def proof(self, frame: Frame) -> None:
        """Verify that a co-op signed two events for one place (6.7)."""
        coop, _, name, seq = frame[0][:4]
        try:
            ensure(coop in self.roster.keys, "coop-unknown", "a proof against nobody")
            in_order = (coop, name) > self.proof_before
            ensure(in_order, "export", "proofs out of order")
            holds = equivocates(self.roster.network, self.roster.keys[coop], frame[0])
            ensure(holds, "proof", "it does not show two events for one place")
        except Wrong as wrong:
            wrong.coop, wrong.seq = coop, seq
            raise
        self.proof_before = (coop, name)
        self.cuts.setdefault(coop, {})[name] = seq

    def text(self, frame: Frame) -> None:
        """Verify a text against the commitment of an event (5.2)."""
        coop, salt, words = frame
        commitment = digest("text", coop, salt, words)
        named = (commitment, len(words)) in self.wanted
        ensure(named, "text", "no event commits to this text", coop)
        ensure(commitment not in self.held, "export", "a text twice", coop)
        self.held.add(commitment)

    def end(self, frame: Frame) -> None:
        """Compare what was read with what the end record says."""
        count, root = frame
        found = self.records
        ensure(count == found, "export", f"it counts {count} records, {found} are here")
        self.fold()
        self.root = state_root(self.hashes)
        detail = f"the root is {self.root.hex()}, the end record has {root.hex()}"
        ensure(self.root == root, "root", detail)

    def fold(self) -> None:
        """Fold all logs, each alone (1, 9)."""
        for coop, cuts in self.cuts.items():
            self.there(coop, self.chains.get(coop, {}), cuts)
        for coop, chains in self.chains.items():
            of_log = self.cuts.get(coop, {})
            entities, verdicts = fold(coop, chains, self.roster.epochs(), of_log)
            self.verdicts[coop] = verdicts
            for entity in entities.values():
                self.hashes[entity.id] = state_hash(coop, entity)

    def suspended(self) -> set[bytes]:
        full = {coop for coop in self.chains if closed(self.chains[coop], {})}
        return full | self.cuts.keys()

    def there(self, coop: bytes, chains: Chains, cuts: Cuts) -> None:
        """Refuse a proof against a chain that is not here to be cut (6.7)."""
        for name, seq in cuts.items():
            held = len(chains[name].events) if name in chains else 0
            there = held >= seq - 1 or closed(chains, cuts)
            ensure(there, "proof", f"its chain {name.hex()} is not here", coop)

    def report(self) -> dict[str, Any]:
        verdicts = [code for log in self.verdicts.values() for code in log.values()]
        return {
            "network": self.roster.charter["name"],
            "blocks": len(self.roster.blocks),
            "members": len(self.roster.keys),
            "events": self.events,
            "counted": len(verdicts),
            "void": sum(1 for code in verdicts if code is not None),
            "texts": len(self.held),
            "suspended": len(self.suspended()),
            "root": self.root.hex(),
        }


def verify(file: BinaryIO) -> Network:
    """Read a whole export; `Wrong` names the first thing that does not hold."""
    network = Network()
    for number, offset, frame in frames(file):
        try:
            network.take(frame)
        except Wrong as wrong:
            raise placed(wrong, number, offset) from None
    return network


# -- the state root (10) --------------------------------------------------------------


def state_hash(coop: bytes, entity: Entity) -> bytes:
    head = encode([coop, entity.family, entity.state, entity.epoch])
    return digest("state", entity.id, head, encode(entity.body))


def state_root(hashes: Mapping[bytes, bytes]) -> bytes:
    """Hash the state hashes of all entities, under their ids (10)."""
    buckets: list[list[bytes]] = [[] for _ in range(4096)]
    for entity_id in sorted(hashes):
        bucket = int.from_bytes(entity_id[:2], "big") >> 4
        buckets[bucket] += [entity_id, hashes[entity_id]]
    return digest("root", *(digest("bucket", *rows) for rows in buckets))


# -- the program -----------------------------------------------------------------------


def coop_name(coop: bytes) -> str:
    """Write an id as people read it (3.2)."""
    return "coop_" + b32encode(coop).decode("ascii").rstrip("=").lower()


def said(wrong: Wrong) -> dict[str, Any]:
    return {
        "code": wrong.code,
        "detail": wrong.detail,
        "record": wrong.record,
        "offset": wrong.offset,
        "co-op": coop_name(wrong.coop) if wrong.coop else None,
        "seq": wrong.seq,
    }


def sentence(found: dict[str, Any]) -> str:
    where = [f"byte {found['offset']}"]
    where += [f"{item} {found[item]}" for item in ("record", "seq") if found[item]]
    where += [found["co-op"]] if found["co-op"] else []
    return f"WRONG at {', '.join(where)}: {found['code']}: {found['detail']}"


def plain(text: str) -> str:
    """Keep control characters of the file, and what has no place there, off screen."""
    shown = text if text.isprintable() else ascii(text)[1:-1]
    charset = sys.stdout.encoding or "ascii"
    return shown.encode(charset, "backslashreplace").decode(charset)


def show(found: dict[str, Any], *, as_json: bool, good: bool) -> None:
    if as_json:
        lines = [json.dumps({"ok": good} | found)]
    elif good:
        lines = [plain(f"{name:8} {item}") for name, item in found.items()]
    else:
        lines = [plain(sentence(found))]
    sys.stdout.write("\n".join(lines) + "\n")


def main(arguments: list[str]) -> int:
    as_json = "--json" in arguments
    paths = [item for item in arguments if item != "--json"]
    if len(paths) != 1 or paths[0].startswith("-"):
        sys.stderr.write("usage: python verify.py EXPORT [--json]\n")
        return 2
    try:
        with Path(paths[0]).open("rb") as file:
            network = verify(file)
    except OSError as error:
        sys.stderr.write(f"{paths[0]}: {error.strerror}\n")
        return 2
    except Wrong as wrong:
        show(said(wrong), as_json=as_json, good=False)
        return 1
    show(network.report(), as_json=as_json, good=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
