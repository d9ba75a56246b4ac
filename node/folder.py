"""The two folders of a node: what lies where, and that one process has them.

The data folder holds all but the anchor (node/anchor.py), which lies in a folder of
its own.

Two processes on one log would sign one place twice, so the lock comes before
anything is read. It is a flock on a file that stays: the kernel lets go of it when
the process dies, however it dies, and nothing stale is left to clean up.

Both folders are locked, each by a call of its own. A copied data folder has its own
lock; what it shares with the first is the anchor, and only the lock on that one keeps
the two from running side by side.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import pwd
import re
import shlex
import stat
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Self

from node.errors import DiskFailed, OurFault, UserFault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

LOCK = "lock"
KEYS = "keys"
LOG_DB = "log.db"
STATE_DB = "state.db"
NODE_DB = "node.db"
SEARCH_DB = "search.db"
"""Names inside the data folder."""

FOLDER_MODE = 0o700
FILE_MODE = 0o600

MOUNTINFO = Path("/proc/self/mountinfo")

NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs"})
"""Refused: there a lock may be granted twice and a sync may not reach a disk, and
SQLite's WAL does not work at all (sqlite.org/wal.html). FUSE and 9p are let through:
they carry local disks of containers and virtual machines too."""

PID_BYTES = 20
"""More digits than any process id has."""


class Unusable(UserFault):
    """The folder cannot hold a node as it is. fields: folder (str)."""


class FolderBusy(UserFault):
    """Another process holds the lock of the folder.

    pid: its process id, None when it cannot be told; in its own numbering when it
    runs in another container.
    """

    def __init__(self, *, folder: Path, pid: int | None) -> None:
        holder = "another process" if pid is None else f"process {pid}"
        super().__init__(
            code="folder-busy",
            detail=f"The folder {folder} is in use by {holder}.",
            way_out=(
                "One node per folder: stop the other one first, or use the one that"
                " runs."
            ),
            folder=str(folder),
            pid=pid,
        )
        self.pid = pid


class Lock:
    """A held lock; made by `lock`. It ends with the process or with `release`.

    A child made by fork shares it, so a folder stays locked until the last such
    child is gone: a worker that outlives its node may still be writing.
    """

    def __init__(self, *, folder: Path, fd: int) -> None:
        self.folder = folder
        self._fd: int | None = fd

    def release(self) -> None:
        """Let go; calling it twice does no harm. The file stays where it is."""
        if self._fd is not None:
            # Removing the file here would let a waiting process lock an inode that
            # has no name any more while a third one locks a new file.
            os.close(self._fd)
            self._fd = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def anchor_folder(
    *, environ: Mapping[str, str], home: Path, coop: str, data: Path
) -> Path:
    """Return the folder for the anchor, absolute; it need not exist yet.

    coop: text form of the co-op's id. `$WORTLEY_ANCHOR_DIR` is taken as it is, so
    each node needs its own; otherwise it is one folder per co-op below
    `$XDG_STATE_HOME/wortley` or `~/.local/state/wortley` (XDG Base Directory
    Specification 0.8, which says to ignore a relative path). Raises Unusable.
    """
    if not re.fullmatch("[a-z0-9_]+", coop):
        raise OurFault(code="anchor-folder", detail=f"{coop!r} names no co-op.")
    chosen = environ.get("WORTLEY_ANCHOR_DIR", "")
    state = environ.get("XDG_STATE_HOME", "")
    if chosen:
        folder = Path(chosen)
        if not folder.is_absolute():
            # It would move with the working directory, and each move is a restore.
            raise _unusable(
                folder,
                "anchor-relative",
                f"WORTLEY_ANCHOR_DIR is a relative path: {chosen}.",
                "Write it in full, from the root.",
            )
    elif state and Path(state).is_absolute():
        folder = Path(state, "wortley", coop)
    else:
        folder = Path(home, ".local", "state", "wortley", coop)
    folder = folder.resolve()
    if _is_inside(folder, data.resolve()):
        raise _unusable(
            folder,
            "anchor-inside",
            f"The anchor's folder {folder} is inside the data folder {data}: restored"
            " together, neither could tell that anything was restored.",
            "Set WORTLEY_ANCHOR_DIR to a folder elsewhere on this machine, one that"
            " no backup holds.",
        )
    return folder


def create(folder: Path) -> None:
    """Make the folder (0700) with its parents, or accept one that is fit for it.

    An existing folder is accepted when it is ours, on a local disk, and either
    closed to others or empty, which is then closed: an empty mounted volume is fine,
    closing somebody's home is not. Raises Unusable, DiskFailed.
    """
    try:
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        for path in reversed(missing):
            path.mkdir(mode=FOLDER_MODE, exist_ok=True)
            sync_folder(path.parent)
    except OSError as error:
        raise _unusable(
            folder,
            "folder-not-made",
            f"The folder {folder} cannot be made: {error.strerror}.",
            "Make it as the user that runs the node, or choose another one.",
        ) from error
    check(folder)
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        _close_to_others(folder)


def check(folder: Path) -> None:
    """Refuse a folder that is missing, foreign or on a network file system.

    Raises Unusable with the way out.
    """
    try:
        status = folder.stat()
    except OSError as error:
        raise _unusable(
            folder,
            "folder-missing",
            f"There is no usable folder {folder}: {error.strerror}.",
            "Start a new node with: wortley init. Or mount the volume it is on.",
        ) from error
    if not stat.S_ISDIR(status.st_mode):
        raise _unusable(
            folder,
            "folder-is-a-file",
            f"{folder} is not a folder.",
            "Name the folder that holds the node, not a file in it.",
        )
    if status.st_uid != os.geteuid():
        owner, we = _user(status.st_uid), os.geteuid()
        raise _unusable(
            folder,
            "folder-foreign",
            f"The folder {folder} belongs to {owner}, but this is {_user(we)}.",
            f"Run the node as {owner}, or hand the folder over:"
            f" chown -R {we} {shlex.quote(str(folder))}",
            owner=owner,
        )
    _refuse_network(folder)


def lock(folder: Path) -> Lock:
    """Take the folder for this process until it dies or releases the lock.

    Raises Unusable, or FolderBusy at once: it never waits, as whoever holds the lock
    may do so for months.
    """
    check(folder)
    path = folder / LOCK
    while True:
        fd = _open_lock(folder, path)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            pid = _read_pid(fd)
            os.close(fd)
            if error.errno not in {errno.EWOULDBLOCK, errno.EACCES}:
                raise _not_lockable(folder, error) from error
            raise FolderBusy(folder=folder, pid=pid) from error
        if _is_at(fd, path):
            _write_pid(fd)
            return Lock(folder=folder, fd=fd)
        # Somebody replaced the file between open and flock: what we hold guards
        # nothing, so take the one that is there now.
        os.close(fd)


def file_system(mountinfo: str, path: PurePosixPath) -> str | None:
    """Return the type of the file system that holds an absolute, resolved path.

    mountinfo: text as of /proc/self/mountinfo (proc_pid_mountinfo(5)); None when it
    has no such mount. The deepest mount point counts, and of two equal ones the
    later, which covers the earlier.
    """
    best: tuple[int, str] | None = None
    for line in mountinfo.splitlines():
        left, _, right = line.partition(" - ")
        fields, kind = left.split(" "), right.split(" ")[0]
        if len(fields) < 6 or not kind:
            continue
        point = PurePosixPath(_unescape(fields[4]))
        depth = len(point.parts)
        if path.is_relative_to(point) and (best is None or depth >= best[0]):
            best = (depth, kind)
    return None if best is None else best[1]


def _is_inside(folder: Path, data: Path) -> bool:
    if folder.is_relative_to(data):
        return True
    for parent in (folder, *folder.parents):
        # A bind mount gives one folder two names that no path shows to be one.
        with contextlib.suppress(OSError):
            if parent.samefile(data):
                return True
    return False


def _unescape(field: str) -> str:
    r"""Undo the kernel's octal escapes (\040 for a space) of a mount point."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), field)


def _refuse_network(folder: Path) -> None:
    try:
        mountinfo = MOUNTINFO.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        # No /proc (a jail, another system): nothing is known against the folder.
        return
    kind = file_system(mountinfo, PurePosixPath(folder.resolve()))
    if kind in NETWORK_FILE_SYSTEMS:
        raise _unusable(
            folder,
            "folder-on-network",
            f"The folder {folder} is on a network file system ({kind}), where locks"
            " and syncs cannot be relied on.",
            "Choose a folder on a local disk; backups may go to the network.",
            kind=kind,
        )


def _close_to_others(folder: Path) -> None:
    if any(folder.iterdir()):
        raise _unusable(
            folder,
            "folder-open-to-others",
            f"The folder {folder} is not empty, and other users can enter it.",
            f"Choose another one, or run: chmod 700 {shlex.quote(str(folder))}",
        )
    folder.chmod(FOLDER_MODE)


def sync_folder(folder: Path) -> None:
    """Make names in the folder last: new, renamed, removed.

    Raises DiskFailed; OSError when the folder may not be read.
    """
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    except OSError as error:
        raise DiskFailed(path=folder, doing="fsync", cause=error) from error
    finally:
        os.close(fd)


def _open_lock(folder: Path, path: Path) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        return os.open(path, flags, FILE_MODE)
    except OSError as error:
        raise _not_lockable(folder, error) from error


def _not_lockable(folder: Path, error: OSError) -> Unusable:
    return _unusable(
        folder,
        "folder-not-lockable",
        f"The lock in {folder} cannot be taken: {error.strerror}.",
        "The folder must be writable for the user that runs the node, and its disk"
        " must be able to lock files.",
    )


def _is_at(fd: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False


def _read_pid(fd: int) -> int | None:
    text = os.pread(fd, PID_BYTES, 0).strip()
    return int(text) if text.isdigit() else None


def _write_pid(fd: int) -> None:
    # The number is a courtesy to whoever is refused; the flock is the lock. A disk
    # that is full must not keep a node from reading, so a failure is let pass.
    try:
        os.ftruncate(fd, 0)
        os.pwrite(fd, b"%d\n" % os.getpid(), 0)
    except OSError:
        return


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _unusable(
    folder: Path, code: str, detail: str, way_out: str, **fields: object
) -> Unusable:
    return Unusable(
        code=code, detail=detail, way_out=way_out, folder=str(folder), **fields
    )
