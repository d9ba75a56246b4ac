"""The reference reads what the project writes, and finds what is wrong with it."""

import ast
import contextlib
import dataclasses
import io
import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest

from protocol import keys
from protocol.export import BlockRecord, EndRecord, Record, RunRecord, TextRecord
from protocol.log import Run
from protocol.roster.identity import coop_id
from tests.bench import world as bench
from tests.protocol import world
from tests.protocol.world import Coop
from tests.reference import adversary, exports, verify
from tests.reference.exports import Network
from tests.reference.forms import Wrong

FOLDER = Path(__file__).parent
Found = dict[str, Any]


def check(path: Path, *more: str) -> tuple[int, str]:
    """Run the program in this process: how it leaves, and what it says."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = verify.main([str(path), *more])
    return code, out.getvalue()


def refused(data: bytes, path: Path | None = None) -> Found:
    """Have an export refused, here or by the program at a path; give what is said."""
    if path is None:
        with pytest.raises(Wrong) as caught:
            verify.verify(io.BytesIO(data))
        return verify.said(caught.value)
    path.write_bytes(data)
    code, said = check(path, "--json")
    found: Found = json.loads(said)
    assert (code, found["ok"]) == (1, False), said
    assert found["detail"]
    found.pop("ok")
    assert found == refused(data)
    code, said = check(path)
    assert code == 1
    assert said.startswith(f"WRONG at byte {found['offset']}")
    assert found["code"] in said
    return found


def offsets(data: bytes) -> list[int]:
    """Where each record of an export starts; and where the last ends."""
    found = [data.index(b"\n") + 1]
    while found[-1] < len(data):
        at = found[-1]
        found.append(at + 36 + int.from_bytes(data[at : at + 4], "big"))
    return found


def record_at(data: bytes, at: int) -> tuple[int | None, int]:
    """Say which record a byte is in: its number and its offset."""
    starts = [start for start in offsets(data) if start <= at]
    return (len(starts), starts[-1]) if starts else (None, 0)


# -- what is right -----------------------------------------------------------------


def full() -> Network:
    """Five co-ops, three electors; restores, adoptions, a proof, texts, void events."""
    register, coops = exports.elected()
    network = Network(register, cut=9)
    rng = exports.dice("full")
    for one in coops[:4]:
        pool = adversary.Pool(rng, coops)
        writer = network.open(one)
        adversary.write_log(writer, register, pool, 50)
        lost = network.reopen(writer, 40, "restored")
        adversary.write_log(lost, register, pool, 12)
        again = network.reopen(lost, 9, "restored again")
        again.adopt(lost.place())
        adversary.write_log(again, register, pool, 12)
        again.adopt(writer.place())
        adversary.write_log(again, register, pool, 12)
    network.proofs.append(exports.prove(network.writers[-1], 20, [b"\x90", b"\x91"]))
    writer = network.open(coops[4])
    profile: exports.Body = {"day": 450, "people": 7}
    for words in ("Elder", "Ältere \x1b[31m", "", "x" * 300):
        writer.write("profile.set", profile, network.words(coops[4], "name", words))
    return network


@pytest.fixture(scope="module")
def network() -> Network:
    return full()


@pytest.fixture(scope="module")
def data(network: Network) -> bytes:
    return network.export()


@pytest.fixture(scope="module")
def small() -> bytes:
    return exports.small().export()


def test_a_network_of_many_kinds_of_events_has_the_root_that_the_project_gives(
    network: Network, data: bytes
) -> None:
    judged = network.judged()
    found = verify.verify(io.BytesIO(data))
    assert found.root == judged.root
    assert list(found.verdicts) == list(judged.verdicts)
    for coop, verdicts in judged.verdicts.items():
        assert list(found.verdicts[coop].items()) == list(verdicts.items())
    codes = {code for log in judged.verdicts.values() for code in log.values()}
    assert len(codes) > 20
    report = found.report()
    assert report["network"] == "Réseau Élan"
    assert report["members"] == 5
    assert len(network.register.roster.electors) == 3
    assert report["texts"] == 4
    assert report["suspended"] == 1
    assert (
        report["counted"]
        < report["events"]
        == sum(len(one.events) for one in network.writers)
    )


def test_a_network_as_co_ops_write_it_has_the_root_that_the_project_gives() -> None:
    names = [f"co-op {at}" for at in range(8)]
    coops = []
    for name in names:
        key = bench.private_key(name)
        inception = bench.inception_of(key, name)
        coops.append(Coop(name, key, inception, coop_id(inception)))
    register = world.Register.found(coops[0])
    register.admit(*coops[1:])
    tip = register.roster.tip
    made = bench.make_world(register.network, tip, 1, names, "reference")
    network = Network(register)
    writers = {one.id: network.open(one) for one in coops}
    for run, texts in bench.runs(made, 4_000, size=100):
        writer = writers[run.chain.coop]
        writer.chain = run.chain
        for event in run.events:
            writer.append(event)
        network.texts += [TextRecord(one.coop, one.salt, one.words) for one in texts]
    found = verify.verify(io.BytesIO(network.export()))
    assert found.root == network.judged().root
    assert found.report()["void"] < 2_000


def test_runs_may_be_merged_or_cut_at_any_signed_place(network: Network) -> None:
    root = network.judged().root
    for cut in (1, 1000):
        other = dataclasses.replace(network, cut=cut)
        assert verify.verify(io.BytesIO(other.export())).root == root


def test_it_runs_on_its_own_wherever_its_folder_lies(
    tmp_path: Path, data: bytes, network: Network
) -> None:
    folder = shutil.copytree(
        FOLDER, tmp_path / "somewhere", ignore=shutil.ignore_patterns("__pycache__")
    )
    own = ("verify.py", "forms.py", "logs.py", "roster.py", "folds", "__init__.py")
    for path in folder.iterdir():
        if path.name not in own:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    path = tmp_path / "export"
    path.write_bytes(data)

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-I", str(folder / "verify.py"), *map(str, arguments)]
        return subprocess.run(  # noqa: S603 - this very program
            line, cwd=tmp_path, capture_output=True, text=True, check=False
        )

    good = run(path)
    assert (good.returncode, good.stderr) == (0, "")
    assert network.judged().root.hex() in good.stdout
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    bad = run(path)
    assert (bad.returncode, bad.stderr) == (1, "")
    assert bad.stdout.startswith(f"WRONG at byte {offsets(data)[-2]}, record ")
    assert run().returncode == 2


def test_it_imports_nothing_of_ours() -> None:
    ours = {f"tests.reference{end}" for end in ("", ".forms", ".logs", ".roster")}
    allowed = sys.stdlib_module_names | {"cryptography", "msgpack"}
    files = [FOLDER / f"{name}.py" for name in ("verify", "forms", "logs", "roster")]
    for path in [*files, *(FOLDER / "folds").iterdir()]:
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [one.name for one in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                fits = name in ours or name.startswith("tests.reference.folds")
                assert fits or name.partition(".")[0] in allowed, (path, name)


def test_what_is_shown_has_no_control_characters(tmp_path: Path) -> None:
    (founder,) = [world.coop("Acorn")]
    network = Network(world.Register.found(founder, "A\x1b[2J\nB é"))
    network.open(founder).write("x", {})
    path = tmp_path / "export"
    path.write_bytes(network.export())
    code, said = check(path)
    assert code == 0
    assert "A\\x1b[2J\\nB" in said
    assert all(line.isprintable() for line in said.splitlines())
    assert json.loads(check(path, "--json")[1])["network"] == "A\x1b[2J\nB é"


def test_it_says_how_it_is_used(tmp_path: Path) -> None:
    for arguments in ([], ["--json"], ["one", "two"], ["--help"]):
        with contextlib.redirect_stderr(io.StringIO()) as err:
            assert verify.main(arguments) == 2
        assert err.getvalue().startswith("usage: ")
    assert check(tmp_path / "nothing")[0] == 2
    assert check(tmp_path)[0] == 2


# -- one byte ----------------------------------------------------------------------


def flipped(data: bytes, at: int, rng: random.Random) -> bytes:
    return data[:at] + bytes([data[at] ^ rng.randrange(1, 256)]) + data[at + 1 :]


def test_one_flipped_byte_anywhere_is_named(tmp_path: Path, small: bytes) -> None:
    rng = exports.dice("flips")
    path = tmp_path / "export"
    for at in range(len(small)):
        program = path if at % 20 == 0 else None
        found = refused(flipped(small, at, rng), program)
        assert (found["record"], found["offset"]) == record_at(small, at), (at, found)


def test_one_flipped_byte_of_many_is_named(data: bytes) -> None:
    rng = exports.dice("more flips")
    for at in rng.sample(range(len(data)), 300):
        found = refused(flipped(data, at, rng))
        assert (found["record"], found["offset"]) == record_at(data, at), (at, found)


def mended(data: bytes, number: int, frame: bytes) -> bytes:
    """Put another frame in a record's place, with its checksum."""
    starts = offsets(data)
    head = len(frame).to_bytes(4, "big") + sha256(frame).digest()
    return data[: starts[number - 1]] + head + frame + data[starts[number] :]


def frames(data: bytes) -> list[bytes]:
    starts = offsets(data)
    return [data[start + 36 : end] for start, end in pairwise(starts)]


def check_mended_flip(data: bytes, number: int, frame: bytes) -> str:
    found = refused(mended(data, number, frame))
    assert found["record"] >= number, found
    name = str(msgspec.msgpack.decode(frames(data)[number - 1])[0])
    if name != "genesis":
        # What a genesis says is first contradicted by what builds on it.
        assert found["record"] == number, found
    if name == "run" and found["code"] == "signature-invalid":
        assert found["co-op"].startswith("coop_")
        assert found["seq"] > 0
    return f"{name} {found['code']}"


def test_one_flipped_byte_under_a_mended_checksum_is_found(small: bytes) -> None:
    rng = exports.dice("mended")
    said = set()
    for number, frame in enumerate(frames(small), start=1):
        for at in range(len(frame)):
            said.add(check_mended_flip(small, number, flipped(frame, at, rng)))
    assert said >= {
        "genesis network-foreign",
        "block not-elector",
        "block signature-invalid",
        "run coop-unknown",
        "run signature-invalid",
        "text text",
        "end root",
        "end export",
    }


def test_one_flipped_byte_of_many_under_a_mended_checksum_is_found(data: bytes) -> None:
    rng = exports.dice("more mended")
    all_frames = list(enumerate(frames(data), start=1))
    for number, frame in rng.choices(all_frames, k=100):
        changed = flipped(frame, rng.randrange(len(frame)), rng)
        if not is_only_a_base(frame, changed):
            check_mended_flip(data, number, changed)


def is_only_a_base(frame: bytes, changed: bytes) -> bool:
    """Whether a flip met the base that a proof repeats: nothing is signed over it."""
    name, before, *_ = msgspec.msgpack.decode(frame)
    if name != "proof":
        return False
    try:
        _, after = msgspec.msgpack.decode(changed)
        after[3] = before[3]
    except (msgspec.DecodeError, TypeError, ValueError):
        return False
    return bool(after == before)


# -- records -----------------------------------------------------------------------


def test_a_file_cut_short_anywhere_is_refused(small: bytes) -> None:
    for end in range(len(small)):
        found = refused(small[:end])
        assert (found["record"], found["offset"]) == record_at(small, end)
        assert found["code"] == "export"
    more = refused(small + b"\0")
    assert (more["record"], more["offset"]) == (len(frames(small)) + 1, len(small))


def counted(records: list[Record]) -> bytes:
    """Write records; the last says how many stand before it."""
    last = records[-1]
    if isinstance(last, EndRecord):
        records[-1] = EndRecord(len(records) - 1, last.root)
    return exports.write(records)


def test_records_that_are_left_out_twice_or_out_of_order_are_refused() -> None:
    network = exports.small()
    words = network.words(network.writers[1].owner, "note", "Two texts")
    network.writers[1].write("x.y", {}, words)
    records = network.records()
    verify.verify(io.BytesIO(counted(records[:])))
    for at in range(len(records)):
        if not isinstance(records[at], TextRecord):
            refused(counted(records[:at] + records[at + 1 :]))
        twice = counted(records[: at + 1] + records[at:])
        assert refused(twice)["record"] == at + 2
        refused(exports.write(records[: at + 1] + records[at:]))
        for other in range(at):
            mixed = records[:]
            mixed[at], mixed[other] = records[other], records[at]
            if {type(records[at]), type(records[other])} != {TextRecord}:
                assert refused(counted(mixed))["record"] >= other + 1


def test_texts_may_be_left_out_and_stand_in_any_order(network: Network) -> None:
    root = network.judged().root
    none = dataclasses.replace(network, texts=[])
    turned = dataclasses.replace(network, texts=network.texts[::-1])
    for other in (none, turned):
        assert verify.verify(io.BytesIO(other.export())).root == root


# -- what a liar writes --------------------------------------------------------------

Lie = Callable[[Network], bytes]


def other_root(network: Network) -> bytes:
    return exports.write(network.records(root=bytes(32)))


def other_signer(network: Network) -> bytes:
    network.writers[0].owner = dataclasses.replace(
        network.writers[0].owner, key=world.private("nobody")
    )
    return network.export()


def signed_as(**change: object) -> Lie:
    """Sign a run by the right key, but as something that it is not."""

    def lie(network: Network) -> bytes:
        records = network.records()
        at = [isinstance(one, RunRecord) for one in records].index(True)
        run = records[at]
        assert isinstance(run, RunRecord)
        records[at] = msgspec.structs.replace(run, **change)
        return exports.write(records)

    return lie


def no_member(network: Network) -> bytes:
    network.open(world.coop("Nobody")).write("x", {})
    return network.export()


def gap(network: Network) -> bytes:
    records = network.records()
    second = [isinstance(one, RunRecord) and one.first == 3 for one in records]
    del records[second.index(True) - 1]
    return counted(records)


def oversize(network: Network) -> bytes:
    network.writers[0].append(b"\xc6" + (8_188).to_bytes(4, "big") + bytes(8_188))
    return network.export()


def too_many_bytes(network: Network) -> bytes:
    network.cut = 1000
    for _ in range(129):
        network.writers[0].append(bytes(8_150))
    return network.export()


def too_many_events(network: Network) -> bytes:
    network.cut = 1025
    for _ in range(1025):
        network.writers[0].append(b"")
    return network.export()


def other_text(network: Network) -> bytes:
    network.texts[0] = msgspec.structs.replace(network.texts[0], words=b"Oak")
    return network.export()


def other_size(network: Network) -> bytes:
    """Commit to a text rightly, but to another size."""
    writer = network.writers[0]
    words = network.words(writer.owner, "name", "Bud")
    longer = msgspec.structs.replace(words, size=4)
    writer.write("profile.set", {"day": 450, "people": 7}, longer)
    return network.export()


def text_of_another(network: Network) -> bytes:
    coop = network.writers[1].owner.id
    network.texts[0] = msgspec.structs.replace(network.texts[0], coop=coop)
    return network.export()


def two_bases(network: Network) -> bytes:
    records = network.records()
    at = next(
        place
        for place, one in enumerate(records)
        if isinstance(one, RunRecord) and one.first == 3
    )
    run = records[at]
    assert isinstance(run, RunRecord)
    base = network.writers[1].place(1)
    records[at] = msgspec.structs.replace(run, base=base)
    return exports.write(records)


def uncertified(network: Network) -> bytes:
    records = network.records()
    at = [isinstance(one, BlockRecord) for one in records].index(True)
    block = records[at]
    assert isinstance(block, BlockRecord)
    empty = msgspec.msgpack.encode([0, [], []])
    records[at] = BlockRecord(block.block, empty)
    return exports.write(records)


def proof_of_nothing(network: Network) -> bytes:
    proof = exports.prove(network.writers[0], 2, [b"\x90"])
    network.proofs.append(
        msgspec.structs.replace(proof, low=proof.high, high=proof.low)
    )
    return network.export()


def forged_proof(network: Network) -> bytes:
    proof = exports.prove(network.writers[0], 2, [b"\x90"])
    low = msgspec.structs.replace(proof.low, id=bytes(32))
    network.proofs.append(msgspec.structs.replace(proof, low=low))
    return network.export()


def proof_of_a_chain_that_is_not_here(network: Network) -> bytes:
    writer = network.writers[0]
    network.proofs.append(exports.prove(writer, len(writer.ids), [b"\x90"]))
    del writer.events[-2:], writer.ids[-2:]
    return network.export()


def proofs_out_of_order(network: Network) -> bytes:
    proof = exports.prove(network.writers[0], 2, [b"\x90"])
    network.proofs += [proof, proof]
    return network.export()


def proof_against_nobody(network: Network) -> bytes:
    writer = world.Writer.opened(network.register, world.coop("Nobody"))
    writer.write("x", {})
    network.proofs.append(exports.prove(writer, 1, [b"\x90"]))
    return network.export()


LIES: list[tuple[Lie, str]] = [
    (other_root, "end root"),
    (other_signer, "run signature-invalid"),
    (signed_as(first=2), "run run-gap"),
    (signed_as(first=2**53 - 1), "run run-gap"),
    (signed_as(generation=1), "run form"),
    (signed_as(incarnation=bytes(16)), "run signature-invalid"),
    (signed_as(events=(b"\x90",)), "run signature-invalid"),
    (signed_as(signature=bytes(64)), "run signature-invalid"),
    (no_member, "run coop-unknown"),
    (gap, "run run-gap"),
    (oversize, "run form"),
    (too_many_bytes, "run too-large"),
    (too_many_events, "run form"),
    (two_bases, "run opening-differs"),
    (other_text, "text text"),
    (other_size, "text text"),
    (text_of_another, "text text"),
    (uncertified, "block certificate"),
    (proof_of_nothing, "proof proof"),
    (forged_proof, "proof proof"),
    (proof_against_nobody, "proof coop-unknown"),
    (proof_of_a_chain_that_is_not_here, "end proof"),
    (proofs_out_of_order, "proof export"),
]


@pytest.mark.parametrize(
    ("lie", "expected"), LIES, ids=[f"{at} {said}" for at, (_, said) in enumerate(LIES)]
)
def test_a_lie_is_named(lie: Lie, expected: str, tmp_path: Path) -> None:
    data = lie(exports.small())
    found = refused(data, tmp_path / "export")
    frame = frames(data)[found["record"] - 1]
    assert f"{msgspec.msgpack.decode(frame)[0]} {found['code']}" == expected
    assert found["offset"] == offsets(data)[found["record"] - 1]


def test_a_signature_of_another_form_is_refused() -> None:
    """S + L signs as much as S, if nobody looks (4.1, no. 2)."""
    network = exports.small()
    (run, *_) = network.runs()
    assert isinstance(run, Run)
    s = int.from_bytes(run.signature[32:], "little")
    order = 2**252 + 27742317777372353535851937790883648493
    other = run.signature[:32] + (s + order).to_bytes(32, "little")
    with pytest.raises(Wrong, match="signature-invalid"):
        verify.verify(io.BytesIO(signed_as(signature=other)(network)))
    assert len(other) == keys.SIGNATURE_BYTES


# -- the specification's own examples ------------------------------------------------

SPEC = (FOLDER.parent.parent / "protocol" / "SPEC.md").read_text("utf-8")
SPEC_COOP = "7fb6d99635025bd383954de928640aec0ec0d80e928da7c617cfab4b20554b39"
SPEC_NETWORK = "c6bb7a8fe576d853f469e87eaa058a08b05b873cd5b284e3fdf68101cd8b6e77"


def spec_bytes(before: str, after: str) -> bytes:
    found = re.search(before + r"([0-9a-f\s]+?)" + after, SPEC)
    assert found is not None
    return bytes.fromhex("".join(found.group(1).split()))


def spec_head() -> list[list[object]]:
    block = spec_bytes(r"    block +(?=95)", r"    block id")
    certificate = spec_bytes(r"    certificate ", r"\n\n")
    genesis = spec_bytes(r"    genesis +(?=93)", r"    network id")
    return [["genesis", genesis], ["block", block, certificate]]


def written(frames: list[list[object]]) -> bytes:
    data = verify.FIRST_LINE
    for frame in frames:
        body = msgspec.msgpack.encode(frame)
        data += len(body).to_bytes(4, "big") + sha256(body).digest() + body
    return data


def test_the_roster_of_the_specification_verifies() -> None:
    empty = spec_bytes("    empty root +", r"\n")
    data = written([*spec_head(), ["end", 2, empty]])
    found = verify.verify(io.BytesIO(data))
    assert found.roster.network.hex() == SPEC_NETWORK
    assert bytes.fromhex(SPEC_COOP) in found.roster.keys
    assert found.report()["members"] == 2


def test_the_log_of_the_specification_has_its_root() -> None:
    commitment = spec_bytes("    commitment +", "\n")
    epoch = [0, bytes.fromhex(SPEC_NETWORK)[:8]]
    texts = [["name", commitment, 5]]
    profile = {"day": 450, "people": 7, "skills": ["python"]}
    wish = {"ceiling": 4000, "ends": "2026-12-31", "floor": 1000}
    wish |= {"starts": "2026-01-01", "wanted": 2400}
    events = [
        [epoch, 1_700_000_000_000, "profile.set", profile, texts],
        [epoch, 1_700_000_000_001, "wish.set", wish, []],
    ]
    coop = bytes.fromhex(SPEC_COOP)
    signature = spec_bytes(r"    head +(?=[0-9a-f]{128})", "\n")
    datas = [msgspec.msgpack.encode(event) for event in events]
    run: list[object] = ["run", coop, 0, b"\5" * 16, None, 1, signature, datas]
    text: list[object] = ["text", coop, b"\6" * 16, b"Acorn"]
    root = spec_bytes(r"    root +", "\n")
    data = written([*spec_head(), run, text, ["end", 4, root]])
    assert verify.verify(io.BytesIO(data)).root == root


def test_a_log_with_too_many_incarnations_counts_nothing() -> None:
    network = exports.small()
    owner = network.writers[0].owner
    held = sum(one.owner == owner for one in network.writers)
    for more in range(1000 - held):
        network.open(owner, f"one more {more}").write("x", {})
    assert verify.verify(io.BytesIO(network.export())).report()["suspended"] == 0
    network.open(owner, "too many").write("x", {})
    found = verify.verify(io.BytesIO(network.export()))
    assert found.report()["suspended"] == 1
    assert found.verdicts[owner.id] == {}
    assert found.root == network.judged().root
