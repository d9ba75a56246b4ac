"""Asking a peer for places that closings name and no log will bring (SPEC 11.20, 12.2).

From the named place backwards: each answer ends at an id that is known, so what comes
is the right thing, or the peer is at fault. What was brought is kept at once, so that
another peer goes on where one has stopped.
"""

import asyncio
from typing import Final

import msgspec

from node.node import Node
from node.sides import Gap
from node.sync.client import PeerClient
from protocol import limits
from protocol.citing import Cite, Stretch
from protocol.log import Place

_STRETCH: Final = msgspec.msgpack.Decoder(Stretch | None)
#: Two runs, of events and of what leads to the signature, and their heads.
STRETCH_BYTES: Final = 2 * limits.RUN_BYTES + 64 * 1024
#: Places asked for in one turn, and stretches of each: then it is the log's turn again.
_PLACES: Final = 16
_STRETCHES: Final = 64
#: What a peer did not have, it has hardly a moment later, in seconds.
_PAUSE_S: Final = 10.0


class Round:
    """Where the round through the places that are asked of one peer stands."""

    def __init__(self) -> None:
        """Start with the first."""
        self._next = 0
        self._not_before = 0.0

    async def fetch(self, node: Node, client: PeerClient) -> bool:
        """Ask for some of what is missing; True where some of it came.

        Round and round: what nobody gives must not stand in the way of the rest.
        """
        now = asyncio.get_running_loop().time()
        gaps = await node.register.gaps() if now >= self._not_before else ()
        if not gaps:
            return False
        start = self._next % len(gaps)
        turn = [*gaps[start:], *gaps[:start]][:_PLACES]
        self._next = start + len(turn)
        came = False
        for coop, place in turn:
            came = await _fetch(node, client, coop, place) or came
        if came:
            await node.on_growth()
        else:
            self._not_before = now + _PAUSE_S
        return came


async def _fetch(node: Node, client: PeerClient, coop: bytes, place: Place) -> bool:
    """Fetch what leads to a place; True where some of it came."""
    sides, came = node.closings.sides, False
    for _ in range(_STRETCHES):
        gap = await sides.find(coop, place)
        if not isinstance(gap, Gap):
            break
        at = gap.place
        asked = Cite(coop, at.incarnation, at.seq, at.id, gap.signed)
        found = await client.ask("/sync/v1/cited", asked, _STRETCH, most=STRETCH_BYTES)
        if found is None or not await sides.take(
            coop, gap, found, node.register.roster
        ):
            break
        came = True
    return came
