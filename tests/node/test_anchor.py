import errno
import hashlib
import json
import os
import stat
from collections.abc import Callable
from itertools import product
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from node import anchor as anchors
from node.anchor import Anchor, AnchorFile, Ballot, Head, Normal, Restored
from node.errors import (
    AnchorBackwards,
    AnchorDamaged,
    AnchorForeign,
    AnchorNotWritten,
    AnchorUnreadable,
    OurFault,
    WortleyError,
)

COOP, INSTALL, MACHINE = b"c" * 32, b"i" * 16, b"m" * 32


def head(seq: int, incarnation: bytes = b"a" * 16, event: bytes = b"e" * 32) -> Head:
    return Head(incarnation=incarnation, seq=seq, event=event)


def ballot(number: int, term: int, block: bytes = b"b" * 32) -> Ballot:
    return Ballot(number=number, term=term, block=block)


EMPTY = Anchor(coop=COOP, install=INSTALL, machine=MACHINE)
FULL = msgspec.structs.replace(
    EMPTY,
    head=head(7),
    promised=ballot(3, 1, b""),
    accepted=ballot(3, 0),
    proposed=ballot(2, 0),
)
replace = msgspec.structs.replace


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / anchors.FILE_NAME


@pytest.fixture
def file(path: Path) -> AnchorFile:
    return AnchorFile(path, coop=COOP)


def again(file: AnchorFile) -> AnchorFile:
    """Return the file as the next start of the node sees it."""
    return AnchorFile(file.path, coop=file.coop)


# -- what is written is read ---------------------------------------------------


@pytest.mark.parametrize("anchor", [EMPTY, FULL, replace(FULL, reopen=True)])
def test_what_is_written_is_read(file: AnchorFile, anchor: Anchor) -> None:
    assert file.read() is None
    file.write(anchor)
    assert again(file).read() == anchor
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert [path.name for path in file.path.parent.iterdir()] == ["anchor.json"]


def ids(*sizes: int) -> st.SearchStrategy[bytes]:
    return st.sampled_from(sizes).flatmap(lambda n: st.binary(min_size=n, max_size=n))


COUNTS = st.integers(0, 2**63 - 1)
BALLOTS = st.none() | st.builds(Ballot, number=COUNTS, term=COUNTS, block=ids(0, 32))
ANCHORS = st.builds(
    Anchor,
    coop=ids(32),
    head=st.none() | st.builds(Head, incarnation=ids(16), seq=COUNTS, event=ids(32)),
    install=ids(16),
    machine=ids(0, 32),
    promised=BALLOTS,
    accepted=BALLOTS,
    proposed=BALLOTS,
    reopen=st.booleans(),
)


@given(ANCHORS)
def test_every_anchor_has_one_form_that_fits(anchor: Anchor) -> None:
    data = anchors.encode(anchor)
    assert anchors.decode(data, path=Path("a")) == anchor
    assert len(data) <= anchors.MAX_BYTES // 2
    assert data.isascii()


def test_people_can_read_and_check_it() -> None:
    lines = anchors.encode(FULL).splitlines(keepends=True)
    text = b"".join(lines[:-1])
    # What `head -n -1 anchor.json | sha256sum` prints.
    assert lines[-1] == f"{hashlib.sha256(text).hexdigest()}  -\n".encode()
    found = json.loads(text)
    assert list(found) == sorted(found)
    assert found["about"].startswith("The last place")
    assert found["coop"] == COOP.hex()
    assert found["head"] == {"event": "65" * 32, "incarnation": "61" * 16, "seq": 7}
    assert found["accepted"] == {"block": "62" * 32, "number": 3, "term": 0}


@pytest.mark.parametrize(
    "wrong",
    [
        replace(EMPTY, install=b"short"),
        replace(EMPTY, version=2),
        replace(FULL, head=head(-1)),
        replace(FULL, head=head(1, incarnation=b"")),
        replace(FULL, promised=ballot(1, 1, b"b" * 33)),
    ],
)
def test_what_could_not_be_read_is_not_written(file: AnchorFile, wrong: Anchor) -> None:
    file.write(EMPTY)
    with pytest.raises(OurFault):
        file.write(wrong)
    assert again(file).read() == EMPTY


# -- damage --------------------------------------------------------------------


def sealed(text: bytes) -> bytes:
    """Return a file whose checksum is right, whatever it says."""
    return text + hashlib.sha256(text).hexdigest().encode() + b"  -\n"


def edited(old: bytes, new: bytes) -> bytes:
    text = anchors.encode(FULL)[:-68]
    assert old in text
    return sealed(text.replace(old, new))


DAMAGE = [
    ("empty", b"", "size"),
    ("zeros", bytes(4096), "checksum"),
    ("torn", anchors.encode(FULL)[:400], "checksum"),
    ("no end", anchors.encode(FULL)[:-1], "checksum"),
    ("no checksum", anchors.encode(FULL)[:-68], "checksum"),
    ("twice", anchors.encode(FULL) * 2, "checksum"),
    ("huge", b" " * 1_000_000, "size"),
    ("text", b"hello\n", "checksum"),
    ("one digit", anchors.encode(FULL).replace(b": 7", b": 6"), "checksum"),
    ("nothing sealed", sealed(b""), "form"),
    ("a list", sealed(b"[]"), "form"),
    ("an empty map", sealed(b"{}"), "form"),
    ("deep", sealed(b"[" * 2000), "form"),
    ("long number", edited(b": 7", b": " + b"7" * 2000), "form"),
    ("huge number", edited(b": 7", b": 1e400"), "form"),
    ("half a place", edited(b": 7", b": 7.5"), "form"),
    ("below zero", edited(b": 7", b": -7"), "form"),
    ("text for a number", edited(b": 7", b': "7"'), "form"),
    ("no hex", edited(b"65" * 32, b"xy" * 32), "form"),
    ("short id", edited(b"65" * 32, b"65" * 31), "form"),
    ("number for an id", edited(b'"' + b"65" * 32 + b'"', b"65"), "form"),
    ("not utf-8", edited(b"The last", b"\xff\xfe"), "form"),
    ("newer", edited(b'"version": 1', b'"version": 2'), "version"),
]


@pytest.mark.parametrize(
    ("data", "reason"), [case[1:] for case in DAMAGE], ids=[case[0] for case in DAMAGE]
)
def test_damage_is_told_and_means_restored(
    file: AnchorFile, data: bytes, reason: str
) -> None:
    file.path.write_bytes(data)
    with pytest.raises(AnchorDamaged, match="restored mode") as caught:
        file.read()
    assert caught.value.reason == reason
    assert not caught.value.fatal
    assert standing(caught.value) == Restored(reason="anchor-damaged")
    # The way out works: the next anchor replaces the damaged one.
    file.write(FULL)
    assert again(file).read() == FULL


def test_no_flipped_bit_goes_unnoticed() -> None:
    data = anchors.encode(FULL)
    for place, bit in product(range(len(data)), range(8)):
        flipped = bytearray(data)
        flipped[place] ^= 1 << bit
        with pytest.raises(AnchorDamaged):
            anchors.decode(bytes(flipped), path=Path("a"))


@pytest.mark.parametrize(
    ("number", "expected"),
    [(errno.EIO, AnchorDamaged), (errno.EACCES, AnchorUnreadable)],
)
def test_what_cannot_be_read_is_not_taken_for_missing(
    file: AnchorFile,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    expected: type[WortleyError],
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(expected) as caught:
        file.read()
    assert caught.value.way_out


def test_a_folder_in_its_place_is_told(file: AnchorFile) -> None:
    file.path.mkdir()
    with pytest.raises(AnchorUnreadable):
        file.read()
    with pytest.raises(AnchorNotWritten):
        file.write(EMPTY)


def test_the_anchor_of_another_coop_is_not_taken(file: AnchorFile) -> None:
    file.write(FULL)
    other = AnchorFile(file.path, coop=b"d" * 32)
    with pytest.raises(AnchorForeign, match="WORTLEY_ANCHOR_DIR"):
        other.read()
    with pytest.raises(AnchorBackwards):
        other.write(FULL)


# -- standing ------------------------------------------------------------------


def holds_all(_: Head) -> bool:
    return True


def standing(
    anchor: Anchor | AnchorDamaged | None,
    holds: Callable[[Head], bool] = holds_all,
    install: bytes = INSTALL,
    machine: bytes = MACHINE,
) -> Normal | Restored:
    return anchors.standing(anchor, holds=holds, install=install, machine=machine)


NAMELESS = replace(FULL, machine=b"")


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (standing(FULL), None),
        (standing(FULL, lambda it: it == head(7)), None),
        (standing(EMPTY), None),
        (standing(EMPTY, lambda _: False), None),
        (standing(NAMELESS, machine=b""), None),
        (standing(None), "anchor-missing"),
        (standing(FULL, lambda it: it.seq < 7), "head-missing"),
        (standing(FULL, lambda it: it.event != b"e" * 32), "head-missing"),
        (standing(FULL, lambda it: it.incarnation != b"a" * 16), "head-missing"),
        (standing(FULL, install=b"j" * 16), "other-install"),
        (standing(FULL, install=b""), "other-install"),
        (standing(FULL, machine=b"n" * 32), "other-machine"),
        (standing(FULL, machine=b""), "other-machine"),
        (standing(NAMELESS), "other-machine"),
        (standing(EMPTY, machine=b"n" * 32), "other-machine"),
        (standing(replace(FULL, reopen=True)), "not-reopened"),
        (standing(replace(EMPTY, reopen=True)), "not-reopened"),
    ],
)
def test_standing(found: Normal | Restored, reason: str | None) -> None:
    if reason is None:
        assert found == Normal()
    else:
        assert isinstance(found, Restored)
        assert found.reason == reason
        assert found.sentence.endswith(".")


RESTORED = [
    None,
    AnchorDamaged(path=Path("a"), reason="size"),
    EMPTY,
    FULL,
    replace(FULL, machine=b"n" * 32),
]


@pytest.mark.parametrize("found", RESTORED)
def test_a_ballot_does_not_make_a_restored_node_normal(
    file: AnchorFile, found: Anchor | AnchorDamaged | None
) -> None:
    if isinstance(found, Anchor):
        file.write(found)
    going_on = anchors.reopening(found, coop=COOP, install=INSTALL, machine=MACHINE)
    file.write(replace(going_on, promised=ballot(9, 9)))
    after = again(file).read()
    assert after is not None
    assert standing(after) == Restored(reason="not-reopened")
    if isinstance(found, Anchor):
        assert after.accepted == found.accepted
    # Only a new incarnation ends it.
    file.write(replace(after, head=head(0, incarnation=b"z" * 16), reopen=False))
    assert standing(again(file).read()) == Normal()


@pytest.mark.parametrize(
    ("text", "known"),
    [
        (b"0123456789abcdef0123456789abcdef\n", True),
        (b"0123456789abcdef0123456789abcdef", True),
        (b"uninitialized\n", False),
        (b"", False),
        (b"0123456789ABCDEF0123456789ABCDEF\n", False),
        (b"\xff" * 32, False),
        (None, False),
    ],
)
def test_machine_id(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    text: bytes | None,
    known: bool,
) -> None:
    path = tmp_path / "machine-id"
    monkeypatch.setattr(anchors, "MACHINE_ID", path)
    if text is not None:
        path.write_bytes(text)
    found = anchors.machine_id()
    if known and text is not None:
        assert found == hashlib.sha256(b"wortley/1/machine\0" + text.strip()).digest()
    else:
        assert found == b""


# -- never backwards -----------------------------------------------------------

FORWARD = [
    FULL,
    replace(FULL, head=head(8)),
    replace(FULL, head=head(1031)),
    replace(FULL, head=head(0, incarnation=b"z" * 16)),
    replace(FULL, promised=ballot(3, 2, b"")),
    replace(FULL, promised=ballot(4, 0), accepted=ballot(4, 0)),
    replace(FULL, machine=b"n" * 32, reopen=True),
    replace(FULL, machine=b"n" * 32, head=head(0, incarnation=b"z" * 16)),
]
BACKWARD = [
    replace(FULL, coop=b"d" * 32),
    replace(FULL, head=None),
    replace(FULL, head=head(6)),
    replace(FULL, head=head(7, event=b"f" * 32)),
    replace(FULL, promised=None),
    replace(FULL, promised=ballot(3, 0)),
    replace(FULL, promised=ballot(2, 9)),
    replace(FULL, accepted=ballot(3, 0, b"d" * 32)),
    replace(FULL, proposed=ballot(2, 0, b"d" * 32)),
    replace(FULL, machine=b"n" * 32),
    replace(FULL, install=b"j" * 16, head=head(8)),
]


def holding(file: AnchorFile, anchor: Anchor, *, restarted: bool) -> AnchorFile:
    """Return the file with the anchor in it, by the same process or the next one."""
    file.write(anchor)
    later = again(file)
    assert later.read() == anchor
    return later if restarted else file


@pytest.mark.parametrize("restarted", [True, False])
@pytest.mark.parametrize("new", FORWARD)
def test_going_on(file: AnchorFile, new: Anchor, *, restarted: bool) -> None:
    holding(file, FULL, restarted=restarted).write(new)
    assert again(file).read() == new


@pytest.mark.parametrize("restarted", [True, False])
@pytest.mark.parametrize("new", BACKWARD)
def test_no_step_back(file: AnchorFile, new: Anchor, *, restarted: bool) -> None:
    later = holding(file, FULL, restarted=restarted)
    with pytest.raises(AnchorBackwards) as caught:
        later.write(new)
    assert caught.value.fatal
    assert again(file).read() == FULL


def test_a_restored_node_opens_a_new_incarnation(file: AnchorFile) -> None:
    file.write(replace(FULL, reopen=True))
    for wrong in (FULL, replace(FULL, head=head(8))):
        with pytest.raises(AnchorBackwards, match="incarnation"):
            file.write(wrong)
