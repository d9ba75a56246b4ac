import errno
import fcntl
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import pytest

from node import folder as folders
from node.errors import DiskFailed, OurFault
from node.folder import FolderBusy, Unusable
from tests.node.faults import break_call

ROOT = Path(__file__).parents[2]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folders.create(folder)
    return folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# -- create and check ----------------------------------------------------------


def test_a_new_folder_is_ours_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b" / "data"
    folders.create(folder)
    assert mode(folder) == mode(folder.parent) == 0o700
    folders.create(folder)
    folders.check(folder)


def test_an_empty_folder_is_closed_to_others(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    folders.create(tmp_path)
    assert mode(tmp_path) == 0o700


def test_a_folder_in_use_for_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "diary").touch()
    tmp_path.chmod(0o755)
    with pytest.raises(Unusable, match="chmod 700") as caught:
        folders.create(tmp_path)
    assert caught.value.code == "folder-open-to-others"
    assert mode(tmp_path) == 0o755
    tmp_path.chmod(0o700)
    folders.create(tmp_path)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unusable, match="choose another") as caught:
        folders.create(tmp_path / "file" / "data")
    assert caught.value.code == "folder-not-made"


def test_a_folder_whose_name_may_not_last_is_fatal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_call(monkeypatch, "fsync", errno.EIO)
    with pytest.raises(DiskFailed):
        folders.create(tmp_path / "data")


def test_a_missing_folder_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="wortley init") as caught:
        folders.lock(tmp_path / "data")
    assert caught.value.code == "folder-missing"
    assert caught.value.exit_code == 2


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    with pytest.raises(Unusable, match="not a folder"):
        folders.check(tmp_path / "data")


@pytest.mark.parametrize("call", [folders.create, folders.check, folders.lock])
def test_a_folder_of_another_user_is_refused(
    data: Path, monkeypatch: pytest.MonkeyPatch, call: Callable[[Path], object]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    with pytest.raises(Unusable, match=f"chown -R 54321 {data}") as caught:
        call(data)
    assert caught.value.code == "folder-foreign"
    assert "but this is user 54321" in caught.value.detail


# -- network file systems ------------------------------------------------------

MOUNTS = r"""
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
22 27 0:21 / /proc rw,relatime - proc proc rw
30 27 0:40 / /srv rw,relatime shared:1 - nfs4 nas:/srv rw,vers=4.2
31 30 0:41 / /srv/local rw - xfs /dev/vdb rw
32 27 0:42 / /mnt/our\040files rw shared:2 master:3 - cifs //nas/files rw
33 27 0:43 / /mnt/back\134slash rw - smb3 //nas/files rw
34 27 0:44 / /twice rw - nfs nas:/twice rw
35 27 0:45 / /twice rw - btrfs /dev/vdc rw
36 27 0:46 / /over rw - btrfs /dev/vdc rw
37 27 0:47 / /over rw - nfs nas:/over rw
38 27 0:48 / /home/me rw - fuse.sshfs me@host: rw
39 27 0:49 / /host rw - 9p host rw
nonsense
40 27 0:50 / /half
41 27 0:51 / /none rw -
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "ext4"),
        ("/var/lib/wortley", "ext4"),
        ("/srv", "nfs4"),
        ("/srv/wortley", "nfs4"),
        ("/srv/local/wortley", "xfs"),
        ("/srv/locals", "nfs4"),
        ("/srvother", "ext4"),
        ("/mnt/our files/wortley", "cifs"),
        ("/mnt/back\\slash", "smb3"),
        ("/twice/x", "btrfs"),
        ("/over/x", "nfs"),
        ("/home/me/wortley", "fuse.sshfs"),
        ("/host/wortley", "9p"),
        ("/half", "ext4"),
        ("/none", "ext4"),
    ],
)
def test_the_deepest_and_last_mount_counts(path: str, kind: str) -> None:
    assert folders.file_system(MOUNTS, PurePosixPath(path)) == kind


@pytest.mark.parametrize("mountinfo", ["", "\n\n", "a b c", " - - - "])
def test_an_unknown_mount_is_unknown(mountinfo: str) -> None:
    assert folders.file_system(mountinfo, PurePosixPath("/srv")) is None


@pytest.mark.parametrize(
    ("kind", "refused"),
    [
        ("nfs", True),
        ("nfs4", True),
        ("cifs", True),
        ("smb3", True),
        ("smbfs", True),
        ("ext4", False),
        ("tmpfs", False),
        ("overlay", False),
        ("9p", False),
        ("fuse.sshfs", False),
    ],
)
def test_network_file_systems_are_refused(
    tmp_path: Path,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    *,
    refused: bool,
) -> None:
    mountinfo = tmp_path / "mountinfo"
    point = str(tmp_path.resolve()).replace(" ", "\\040")
    mountinfo.write_text(f"1 0 0:1 / {point} rw - {kind} nas:/ rw\n")
    monkeypatch.setattr(folders, "MOUNTINFO", mountinfo)
    if refused:
        with pytest.raises(Unusable, match=f"network file system .{kind}") as caught:
            folders.lock(data)
        assert "local disk" in caught.value.way_out
    else:
        folders.lock(data).release()


def test_a_system_without_mountinfo_is_let_through(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "MOUNTINFO", data / "missing")
    folders.check(data)


# -- the anchor's folder -------------------------------------------------------

COOP = "coop_abc234"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "home/.local/state/wortley/coop_abc234"),
        ({"XDG_STATE_HOME": "{}/state"}, "state/wortley/coop_abc234"),
        ({"XDG_STATE_HOME": "state"}, "home/.local/state/wortley/coop_abc234"),
        ({"XDG_STATE_HOME": ""}, "home/.local/state/wortley/coop_abc234"),
        ({"WORTLEY_ANCHOR_DIR": "{}/anchor"}, "anchor"),
        ({"WORTLEY_ANCHOR_DIR": "{}/x/../anchor"}, "anchor"),
        ({"WORTLEY_ANCHOR_DIR": "{}/data2"}, "data2"),
        ({"WORTLEY_ANCHOR_DIR": "{}"}, "."),
        ({"WORTLEY_ANCHOR_DIR": "{}/a", "XDG_STATE_HOME": "{}/state"}, "a"),
        ({"WORTLEY_ANCHOR_DIR": "", "XDG_STATE_HOME": "{}/s"}, "s/wortley/coop_abc234"),
    ],
)
def test_where_the_anchor_lies(
    tmp_path: Path, environ: dict[str, str], expected: str
) -> None:
    assert anchor_folder(tmp_path, environ) == (tmp_path / expected).resolve()


def anchor_folder(base: Path, environ: dict[str, str], coop: str = COOP) -> Path:
    return folders.anchor_folder(
        environ={name: value.format(base) for name, value in environ.items()},
        home=base / "home",
        coop=coop,
        data=base / "data",
    )


@pytest.mark.parametrize(
    ("environ", "code"),
    [
        ({"WORTLEY_ANCHOR_DIR": "{}/data"}, "anchor-inside"),
        ({"WORTLEY_ANCHOR_DIR": "{}/data/state"}, "anchor-inside"),
        ({"WORTLEY_ANCHOR_DIR": "{}/x/../data/state"}, "anchor-inside"),
        ({"WORTLEY_ANCHOR_DIR": "{}/link/state"}, "anchor-inside"),
        ({"XDG_STATE_HOME": "{}/data"}, "anchor-inside"),
        ({"WORTLEY_ANCHOR_DIR": "state"}, "anchor-relative"),
    ],
)
def test_a_misplaced_anchor_is_refused(
    tmp_path: Path, data: Path, environ: dict[str, str], code: str
) -> None:
    (tmp_path / "link").symlink_to(data)
    with pytest.raises(Unusable) as caught:
        anchor_folder(tmp_path, environ)
    assert caught.value.code == code
    assert caught.value.way_out


def test_a_second_name_of_the_data_folder_is_noticed(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path = data.parent
    # As a bind mount makes one; mounting takes rights that a test should not have.
    (tmp_path / "bind").mkdir()
    real = Path.samefile
    monkeypatch.setattr(
        Path, "samefile", lambda one, two: one.name == "bind" or real(one, two)
    )
    with pytest.raises(Unusable, match="inside the data folder"):
        anchor_folder(tmp_path, {"WORTLEY_ANCHOR_DIR": f"{tmp_path}/bind/state"})


@pytest.mark.parametrize("coop", ["", "..", "a/b", "COOP", "coop abc"])
def test_what_is_no_coop_id_makes_no_folder(tmp_path: Path, coop: str) -> None:
    with pytest.raises(OurFault):
        anchor_folder(tmp_path, {}, coop)


# -- the lock ------------------------------------------------------------------


def test_the_lock_is_exclusive_until_it_is_released(data: Path) -> None:
    with folders.lock(data) as lock:
        assert mode(data / "lock") == 0o600
        with pytest.raises(FolderBusy, match=f"process {os.getpid()}") as caught:
            folders.lock(data)
        assert caught.value.pid == os.getpid()
        assert caught.value.exit_code == 2
    lock.release()
    folders.lock(data).release()


@pytest.mark.parametrize("text", ["", "nobody", "-1", "1.5"])
def test_a_lock_without_a_number_is_busy_all_the_same(data: Path, text: str) -> None:
    with folders.lock(data):
        (data / "lock").write_text(text)
        with pytest.raises(FolderBusy) as caught:
            folders.lock(data)
    assert caught.value.pid is None
    assert "another process" in caught.value.detail


def test_a_lock_file_that_was_replaced_meanwhile_is_not_taken(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, replaced = fcntl.flock, list[int]()

    def replace(fd: int, how: int) -> None:
        real(fd, how)
        if not replaced:
            replaced.append(fd)
            (data / "lock").unlink()

    monkeypatch.setattr(fcntl, "flock", replace)
    with folders.lock(data):
        monkeypatch.undo()
        with pytest.raises(FolderBusy):
            folders.lock(data)


def test_a_link_in_the_place_of_the_lock_is_refused(data: Path) -> None:
    (data / "lock").symlink_to("elsewhere")
    with pytest.raises(Unusable, match="writable") as caught:
        folders.lock(data)
    assert caught.value.code == "folder-not-lockable"


def test_a_disk_that_cannot_lock_is_told(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(Unusable, match="able to lock"):
        folders.lock(data)


def test_a_full_disk_keeps_nobody_from_starting(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_call(monkeypatch, "pwrite", errno.ENOSPC)
    folders.lock(data).release()


HOLD = """
import sys
from pathlib import Path
from node import folder
sys.stdin.readline()
try:
    lock = folder.lock(Path(sys.argv[1]))
except folder.FolderBusy as error:
    print("busy", error.pid, flush=True)
else:
    print("mine", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def rivals(data: Path, count: int) -> Iterator[list[subprocess.Popen[str]]]:
    """Start processes that try for the lock at a line of input, end at the next."""
    started = [
        subprocess.Popen(  # noqa: S603 - our own program, in our own words
            [sys.executable, "-c", HOLD, str(data)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(count)
    ]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.communicate()


def answer(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def test_of_many_processes_one_gets_the_lock_and_death_frees_it(data: Path) -> None:
    with rivals(data, 4) as processes:
        for process in processes:
            go(process)
        answers = {process.pid: answer(process) for process in processes}
        winners = [pid for pid, said in answers.items() if said == "mine"]
        assert len(winners) == 1
        # Between its lock and its number a winner is not known by name yet.
        losers = [said for said in answers.values() if said != "mine"]
        assert set(losers) <= {f"busy {winners[0]}", "busy None"}
        with pytest.raises(FolderBusy) as caught:
            folders.lock(data)
        assert caught.value.pid == winners[0]
        os.kill(winners[0], signal.SIGKILL)
        for process in processes:
            process.wait(timeout=5)
        folders.lock(data).release()
