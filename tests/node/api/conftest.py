from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.node.api.site import Site, serving
from tests.node.commands import nodes
from tests.node.commands.nodes import Coop, Place


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    async for one in nodes.nodes(tmp_path):
        yield one


@pytest.fixture
async def alba(place: Place) -> Coop:
    (one,) = await nodes.network(place, "Alba")
    return one


@pytest.fixture
async def site(alba: Coop) -> AsyncIterator[Site]:
    async with serving(alba) as one:
        yield one
