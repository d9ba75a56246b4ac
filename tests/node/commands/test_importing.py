"""Importing a file that is none, or has no end."""

import os
from pathlib import Path

import pytest

from node.commands import importing
from node.errors import UserFault
from node.exchange import ocds
from node.exchange.unreadable import Unreadable
from tests.node.commands.nodes import Coop


async def test_no_more_is_read_than_is_looked_at(
    two: list[Coop], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    read = ocds.read_package

    def measure(data: bytes) -> ocds.Package:
        sizes.append(len(data))
        return read(data)

    monkeypatch.setattr(ocds, "read_package", measure)
    large = tmp_path / "large.json"
    large.touch()
    os.truncate(large, 2 * ocds.MAX_BYTES)
    with pytest.raises(Unreadable, match="more than"):
        await two[0].ask("lead.import", path=str(large))
    assert sizes == [ocds.MAX_BYTES + 1]


@pytest.mark.parametrize("what", ["/dev/zero", "folder", "pipe", "missing.json"])
async def test_what_is_no_file_is_not_read(
    two: list[Coop], tmp_path: Path, what: str
) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UserFault, match="cannot be read"):
        await two[0].ask("lead.import", path=str(tmp_path / what))


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "small.json").write_bytes(b"{}")
    assert importing._content(tmp_path / "small.json") == b"{}"
