"""Files that come and go whole: read within a size, written beside their name."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from node.errors import UserFault, WorldFault

_WAY_OUT: Final = "Name a file that is there, or the folder where it lies."
#: Why a name cannot be written to that is not the disk's fault but the name's.
_NAMED_WRONG: Final = frozenset(
    {
        errno.ENOENT,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.EACCES,
        errno.EPERM,
        errno.EROFS,
        errno.ELOOP,
        errno.ENAMETOOLONG,
        errno.EINVAL,
    }
)


def read(path: Path, most: int, *, way_out: str = _WAY_OUT) -> bytes:
    """Read a file of at most `most` bytes; it is measured before it is read.

    Raises `UserFault`: file-unreadable (it is not there, a pipe, a folder),
    file-too-large. What grows while it is read is too large as well.
    """
    with opened(path, way_out=way_out) as file:
        if os.fstat(file.fileno()).st_size > most:
            raise _too_large(path, most)
        data = file.read(most + 1)
    if len(data) > most:
        raise _too_large(path, most)
    return data


@contextmanager
def opened(path: Path, *, way_out: str = _WAY_OUT) -> Iterator[IO[bytes]]:
    """Open a file to read; raises `UserFault` "file-unreadable", while it is read, too.

    What is no file is refused: a folder, and a pipe that would keep the node waiting.
    """
    try:
        # Without O_NONBLOCK, opening a pipe that nobody writes to would wait forever.
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        # A path with a NUL in it is a ValueError.
        raise _unreadable(path, _why(error), way_out) from error
    try:
        with open(number, "rb") as file:  # noqa: PTH123 - by its number
            if not stat.S_ISREG(os.fstat(number).st_mode):
                raise _unreadable(path, "it is not a file", way_out)
            yield file
    except OSError as error:
        raise _unreadable(path, _why(error), way_out) from error


def _why(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)


def _unreadable(path: Path, why: str, way_out: str) -> UserFault:
    return UserFault(
        code="file-unreadable",
        detail=f"path: {path} cannot be read: {why}.",
        way_out=way_out,
        field="path",
        expected="a file that can be read",
    )


def _too_large(path: Path, most: int) -> UserFault:
    return UserFault(
        code="file-too-large",
        detail=f"path: {path} has more than {most:,} bytes.",
        way_out="Split it, or import a smaller part of it.",
        field="path",
        expected=f"a file of at most {most:,} bytes",
        most=most,
    )


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """Write a file beside its name, and give it the name once it is on the disk.

    A file of that name stays as it was until the new one is whole. Raises `UserFault`
    "path-unwritable" where the name is no good, `WorldFault` where the disk fails.
    """
    part = path.with_name(f"{path.name}.part") if path.name else path
    file = _create(path, part)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise _not_written(path, error) from error
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _create(path: Path, part: Path) -> IO[bytes]:
    try:
        # Renaming would put a file in the place of a device or a pipe.
        if os.path.lexists(path) and not (path.is_symlink() or path.is_file()):
            raise _unwritable(path, "it is there, and not a file")
        return part.open("wb")
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno not in _NAMED_WRONG:
            raise _not_written(path, error) from error
        raise _unwritable(path, _why(error)) from error


def _unwritable(path: Path, why: str) -> UserFault:
    return UserFault(
        code="path-unwritable",
        detail=f"path: {path} cannot be written: {why}.",
        way_out="Name a file in a folder that is there and that you may write to.",
        field="path",
        expected="a file in a folder that is there",
    )


def _not_written(path: Path, error: OSError) -> WorldFault:
    return WorldFault(
        code="export-not-written",
        detail=f"{path} cannot be written: {error.strerror}.",
        way_out="Make room on its disk, or name a file on another one.",
        field="path",
    )


@contextmanager
def new(path: str, *, force: bool) -> Iterator[IO[bytes]]:
    """Write a file, `written`, over one that is there only with `force`."""
    if not force:
        refuse_existing(path)
    with written(Path(path)) as file:
        yield file


def refuse_existing(path: str) -> None:
    """Refuse to write over what is there."""
    if not os.path.lexists(path):
        return
    raise UserFault(
        code="file-exists",
        detail=f"path: there is a file {path} already.",
        way_out="Name another one, or add --force to replace it.",
        field="path",
        expected="a file that is not there yet",
    )
