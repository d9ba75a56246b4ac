from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.node.commands import nodes
from tests.node.commands.nodes import Coop, Place


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async for one in nodes.nodes(tmp_path):
        yield one


@pytest.fixture
async def two(place: Place) -> list[Coop]:
    return await nodes.network(place, "Alba", "Birch")
