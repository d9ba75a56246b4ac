"""The anchor under a failing disk, a power cut and a kill at every step."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from node import anchor as anchors
from node.anchor import Anchor, AnchorFile, Head
from node.errors import AnchorDamaged, AnchorNotWritten, DiskFailed, WortleyError
from tests.node.faults import before_call, break_call

COOP = b"c" * 32
ROOT = Path(__file__).parents[2]


def at(seq: int) -> Anchor:
    head = Head(incarnation=b"a" * 16, seq=seq, event=b"e" * 32)
    return Anchor(coop=COOP, install=b"i" * 16, head=head)


OLD, NEW = at(7), at(8)


@pytest.fixture
def file(tmp_path: Path) -> AnchorFile:
    return AnchorFile(tmp_path / anchors.FILE_NAME, coop=COOP)


def again(file: AnchorFile) -> AnchorFile:
    """Return the file as the next start of the node sees it."""
    return AnchorFile(file.path, coop=file.coop)


# -- a disk that fails ---------------------------------------------------------


class Fault(NamedTuple):
    call: str
    nth: int
    number: int
    expected: type[WortleyError]


FAULTS = [
    Fault("open", 0, errno.ENOENT, AnchorNotWritten),
    Fault("open", 0, errno.EIO, DiskFailed),
    Fault("open", 1, errno.ENOSPC, AnchorNotWritten),
    Fault("open", 1, errno.EROFS, AnchorNotWritten),
    Fault("write", 0, errno.ENOSPC, AnchorNotWritten),
    Fault("write", 0, errno.EDQUOT, AnchorNotWritten),
    Fault("write", 0, errno.EIO, DiskFailed),
    Fault("fdatasync", 0, errno.EIO, DiskFailed),
    Fault("fdatasync", 0, errno.ENOSPC, DiskFailed),
    Fault("rename", 0, errno.EACCES, AnchorNotWritten),
    Fault("rename", 0, errno.EIO, DiskFailed),
    Fault("fsync", 0, errno.EIO, DiskFailed),
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_failing_disk_never_gives_a_false_answer(
    file: AnchorFile, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    file.write(OLD)
    with monkeypatch.context() as patch:
        break_call(patch, fault.call, fault.number, nth=fault.nth)
        with pytest.raises(fault.expected) as caught:
            file.write(NEW)
    assert caught.value.way_out
    # Before the rename the old one stands; after it the new one does, whole.
    assert again(file).read() == (NEW if fault.call == "fsync" else OLD)
    if caught.value.fatal:
        # A sync that failed is not tried again, not even for another anchor.
        with pytest.raises(DiskFailed) as second:
            file.write(at(9))
        assert second.value is caught.value
    else:
        assert [path.name for path in file.path.parent.iterdir()] == ["anchor.json"]
        file.write(NEW)
        assert again(file).read() == NEW


def test_a_write_that_stops_half_way_is_gone_on_with(
    file: AnchorFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real(fd, data[:100]))
    file.write(OLD)
    assert again(file).read() == OLD


# -- a power cut at any step ---------------------------------------------------


def recorded(file: AnchorFile, anchor: Anchor) -> list[str]:
    """Return the calls that one write makes, in order."""
    calls: list[str] = []

    def note(name: str) -> Callable[[int], None]:
        return lambda _: calls.append(name)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("write", "fdatasync", "rename", "fsync"):
            before_call(patch, name, note(name))
        file.write(anchor)
    return calls


def images(calls: list[str], old: bytes, new: bytes) -> Iterator[bytes]:
    """Give what a disk may hold under the anchor's name after the last of the calls.

    Content that was not synced may be there in part or not at all, and so may a name
    whose folder was not synced; and either may be there although it was not.
    """
    contents = {b"", new[:100], new[: len(new) // 2], bytes(len(new)), new}
    if "fdatasync" in calls:
        contents = {new}
    if "rename" not in calls:
        contents = set()
    elif "fsync" not in calls:
        contents = {*contents, old}
    yield from contents or {old}


def survives(calls: list[str]) -> bool:
    old, new = anchors.encode(OLD), anchors.encode(NEW)
    for done in range(len(calls) + 1):
        for image in images(calls[:done], old, new):
            try:
                found = anchors.decode(image, path=Path("a"))
            except AnchorDamaged:
                return False
            if found not in ([NEW] if done == len(calls) else [OLD, NEW]):
                return False
    return True


def test_a_power_cut_leaves_the_old_anchor_or_the_new(file: AnchorFile) -> None:
    file.write(OLD)
    calls = recorded(file, NEW)
    assert calls == ["write", "fdatasync", "rename", "fsync"]
    assert survives(calls)


@pytest.mark.parametrize("left_out", ["fdatasync", "fsync", "rename"])
def test_the_model_of_a_power_cut_notices_a_step_left_out(left_out: str) -> None:
    calls = ["write", "fdatasync", "rename", "fsync"]
    assert not survives([call for call in calls if call != left_out])


KILLED = """
import os, signal, sys
from pathlib import Path
import msgspec
from node.anchor import AnchorFile, Anchor, Head

path, step = Path(sys.argv[1]), 0
coop, replace = b"c" * 32, msgspec.structs.replace
names = ("open", "write", "fdatasync", "close", "rename", "fsync")
real = {name: getattr(os, name) for name in names}

def stop_at(last):
    seen = 0
    def wrap(call):
        def counted(*args, **kwargs):
            nonlocal seen
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)
            seen += 1
            return call(*args, **kwargs)
        return counted
    for name in names:
        setattr(os, name, wrap(real[name]))

anchor = Anchor(coop=coop, install=b"i" * 16)
AnchorFile(path, coop=coop).write(anchor)
while True:
    old = AnchorFile(path, coop=coop).read()
    step_head = Head(incarnation=b"a" * 16, seq=step, event=b"e" * 32)
    new = replace(anchor, head=step_head)
    child = os.fork()
    if child == 0:
        stop_at(step)
        AnchorFile(path, coop=coop).write(new)
        os._exit(0)
    killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
    found = AnchorFile(path, coop=coop).read()
    print(step, "killed" if killed else "done", found == old, found == new)
    if not killed:
        break
    step += 1
"""


def test_kill_between_any_two_calls_leaves_a_whole_anchor(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own program, in our own words
        [sys.executable, "-c", KILLED, str(tmp_path / anchors.FILE_NAME)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [line.split() for line in done.stdout.splitlines()]
    # open folder and file, write, fdatasync, close, rename | fsync, close folder.
    assert [row[1] for row in rows] == ["killed"] * 8 + ["done"]
    assert [row[2:] for row in rows] == [["True", "False"]] * 6 + [
        ["False", "True"]
    ] * 3
