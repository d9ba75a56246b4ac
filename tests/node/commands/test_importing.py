"""Importing a file that is none, or has no end."""

import os
from pathlib import Path

import pytest

from node.errors import UserFault
from tests.node.commands.nodes import Coop


@pytest.mark.parametrize("what", ["/dev/zero", "folder", "pipe", "missing.json"])
async def test_what_is_no_file_is_not_read(
    two: list[Coop], tmp_path: Path, what: str
) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UserFault, match="cannot be read"):
        await two[0].ask("lead.import", path=str(tmp_path / what))
