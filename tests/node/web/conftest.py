from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.node.commands import nodes, scene
from tests.node.commands.shop import Shop


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async for place in nodes.nodes(tmp_path):
        three = await nodes.network(place, "Alba", "Birch", "Cedar")
        yield Shop(await scene.set_up(three))
