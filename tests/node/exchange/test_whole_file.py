"""Files are there whole, or as they were."""

import os
import threading
from pathlib import Path

import pytest

from node.errors import UserFault, WorldFault
from node.exchange import whole_file


def break_off(path: Path, error: BaseException) -> None:
    with whole_file.written(path) as file:
        file.write(b"half")
        raise error


def test_a_file_gets_its_name_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "new"
    path.write_text("old")
    with whole_file.written(path) as file:
        file.write(b"new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [RuntimeError("no"), KeyboardInterrupt()])
def test_what_breaks_off_leaves_the_old_file(
    tmp_path: Path, error: BaseException
) -> None:
    path = tmp_path / "new"
    path.write_text("old")
    with pytest.raises(type(error)):
        break_off(path, error)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_said_and_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "new"
    path.write_text("old")
    full = OSError(28, "No space left on device")
    with pytest.raises(WorldFault) as caught:
        break_off(path, full)
    assert "No space left" in caught.value.detail
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(WorldFault), whole_file.written(tmp_path / "none" / "x"):
        pytest.fail("there is no such folder")


def test_a_pipe_without_a_writer_keeps_nobody_waiting(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(UserFault, match="it is not a file"):
        whole_file.read(path, 10)


def test_a_file_that_grows_meanwhile_is_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"x" * 10)
    assert whole_file.read(path, 10) == b"x" * 10
    real = os.fstat

    def grow(number: int) -> os.stat_result:
        found = real(number)
        writer = threading.Thread(target=path.write_bytes, args=(b"x" * 11,))
        writer.start()
        writer.join()
        return found

    monkeypatch.setattr(os, "fstat", grow)
    with pytest.raises(UserFault) as caught:
        whole_file.read(path, 10)
    assert caught.value.code == "file-too-large"
