"""Files that come and go whole: read within a size, written beside their name."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from node.errors import UserFault, WorldFault

_WAY_OUT: Final = "Name a file that is there, or the folder where it lies."


def read(path: Path, most: int, *, way_out: str = _WAY_OUT) -> bytes:
    """Read a file of at most `most` bytes; it is measured before it is read.

    Raises `UserFault`: file-unreadable (it is not there, a pipe, a folder),
    file-too-large. What grows while it is read is too large as well.
    """
    try:
        # Without O_NONBLOCK, opening a pipe that nobody writes to would wait forever.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:  # noqa: PTH123 - by its number
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise _unreadable(path, "it is not a file", way_out)
            if found.st_size > most:
                raise _too_large(path, most)
            data = file.read(most + 1)
    except OSError as error:
        raise _unreadable(path, error.strerror or "unknown", way_out) from error
    if len(data) > most:
        raise _too_large(path, most)
    return data


def _unreadable(path: Path, why: str, way_out: str) -> UserFault:
    return UserFault(
        code="file-unreadable",
        detail=f"{path} cannot be read: {why}.",
        way_out=way_out,
        field="path",
    )


def _too_large(path: Path, most: int) -> UserFault:
    return UserFault(
        code="file-too-large",
        detail=f"{path} has more than {most:,} bytes.",
        way_out="Split it, or import a smaller part of it.",
        field="path",
        most=most,
    )


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """Write a file beside its name, and give it the name once it is on the disk.

    A file of that name stays as it was until the new one is whole. Raises `WorldFault`
    where it cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise WorldFault(
            code="export-not-written",
            detail=f"{path} cannot be written: {error.strerror}.",
            way_out="Name a file in a folder that is there and has room.",
        ) from error
    except BaseException:
        part.unlink(missing_ok=True)
        raise


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
        detail=f"There is a file {path} already.",
        way_out="Name another one, or add --force to replace it.",
        field="path",
    )
