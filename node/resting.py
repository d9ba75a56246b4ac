"""What a node that has nothing to do gives back: memory that it used while it worked.

SQLite keeps the pages that it has read, up to the size of each connection's cache, and
the C library what Python has freed in small pieces. Both serve the next look within a
burst of work; a node rests nearly all day, on machines that do other things too.
What falls out is still in the system's cache of files.
"""

import asyncio
import ctypes
import time
from collections.abc import Callable
from typing import Final, cast

from node.node import Node

#: How long a node is watched before it counts as resting, in seconds.
_WATCHED_S: Final = 10.0
#: At most this share of a core, and nothing is going on that pages would be kept for.
_IDLE: Final = 0.02


async def keep(node: Node) -> None:
    """Give memory back each time that work has ended, until cancelled."""
    give_back = allocator()
    worked = True
    before = time.process_time()
    while True:
        await asyncio.sleep(_WATCHED_S)
        now = time.process_time()
        idle = now - before < _IDLE * _WATCHED_S
        if idle and worked:
            await release(node)
            give_back()
        # What it took to give back is no work that pages were read for.
        worked, before = not idle, time.process_time()


async def release(node: Node) -> None:
    """Let the open stores forget the pages that they keep."""
    for store in (node.log, node.state, node.own, node.index):
        await store.release()


def allocator() -> Callable[[], object]:
    """Find how the C library gives back what is free; does nothing where it cannot."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        # A system without glibc: musl gives back by itself, others keep it.
        return lambda: None
    trim.argtypes = (ctypes.c_size_t,)
    return cast("Callable[[], object]", lambda: trim(0))
