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


#: What a name is -> why nothing is written there.
NAMES = {
    "none/x": "No such file or directory",
    "file/x": "Not a directory",
    "folder": "it is there, and not a file",
    "pipe": "it is there, and not a file",
    "x" * 300: "File name too long",
    "a\0b": "embedded null",
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("force", [False, True])
def test_a_name_that_is_no_good_is_the_callers_to_mend(
    tmp_path: Path,
    name: str,
    force: bool,  # noqa: FBT001 - a case of two
) -> None:
    (tmp_path / "file").write_text("old")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    before = sorted(tmp_path.rglob("*"))
    path = str(tmp_path / name)
    with pytest.raises(UserFault) as caught, whole_file.new(path, force=force):
        pytest.fail("it cannot be written")
    fields = caught.value.fields
    assert (fields["field"], caught.value.detail[:6]) == ("path", "path: ")
    if caught.value.code == "path-unwritable":
        assert NAMES[name] in caught.value.detail
    else:
        assert (caught.value.code, force) == ("file-exists", False)
    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "file").read_text() == "old"


def test_a_link_gives_way_to_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    with whole_file.new(str(tmp_path / "link"), force=True) as file:
        file.write(b"new")
    assert (tmp_path / "file").read_text() == "old"
    assert (tmp_path / "link").read_text() == "new"


def test_a_disk_that_fails_at_once_is_no_fault_of_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(WorldFault), whole_file.written(tmp_path / "x"):
        pytest.fail("there is no room")


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
