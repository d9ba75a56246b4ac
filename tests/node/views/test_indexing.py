"""The file of the search index: nobody leaves it open, however things end."""

import asyncio
import threading
from pathlib import Path

import pytest

from node.views.indexing import Index


@pytest.mark.parametrize("steps", range(6))
async def test_an_opening_that_is_cut_off_is_closed(tmp_path: Path, steps: int) -> None:
    before = set(threading.enumerate())
    index = Index(tmp_path / "search.db", bytes(16))
    opening = asyncio.ensure_future(index._open())
    for _ in range(steps):
        await asyncio.sleep(0.002)
    opening.cancel()
    await asyncio.gather(opening, return_exceptions=True)
    await index.close()
    # A connection that is still open would have a thread; so have loops of others.
    fresh = set(threading.enumerate()) - before
    for one in fresh:
        if not one.name.startswith("asyncio_"):
            one.join(5)
            assert not one.is_alive()
