from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.node.commands import nodes, scene
from tests.node.commands.nodes import Coop, Place
from tests.node.commands.scene import Scene
from tests.node.commands.shop import Shop


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async for one in nodes.nodes(tmp_path):
        yield one


@pytest.fixture
async def two(place: Place) -> list[Coop]:
    return await nodes.network(place, "Alba", "Birch")


@pytest.fixture
async def three(place: Place) -> list[Coop]:
    return await nodes.network(place, "Alba", "Birch", "Cedar")


@pytest.fixture(name="scene")
async def a_scene(three: list[Coop]) -> Scene:
    return await scene.set_up(three)


@pytest.fixture
def shop(scene: Scene) -> Shop:
    return Shop(scene)
