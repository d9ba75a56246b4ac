"""Whom a node tells what, and when: its own at once, what others wrote later.

    own, or between two who are not reached ─▶ at once
    all else                                ─▶ named a while later, if at all

Whoever is reached, or reaches the author, has it from the author already. If every
node told every other what it has just heard, an event would cost a message for each
pair of nodes. So it is only named, after a while that differs by chance, and whoever
lacks it then asks (the lazy push of Plumtree, and IHAVE of gossipsub).
"""

import asyncio
from contextlib import suppress
from typing import Final, Literal

from node.node import Node
from node.peers import Peer

#: What others wrote is named after a time between these, in seconds; the longest one
#: grows with the number of peers, so that a node says so about each 0.15 s, however
#: many it has, while somebody of them all says so soon.
SOONEST_S: Final = 0.2
PER_PEER_S: Final = 0.3
LATEST_S: Final = 15.0

#: Now, for somebody waits for it; due, for nobody said so by now; later; or never.
When = Literal["now", "due", "later", "never"]


class Telling:
    """Decides for one node; what each peer was told stands in its notes."""

    def __init__(self, node: Node) -> None:
        """Tell what is new at `node`."""
        self._node = node

    @property
    def count(self) -> int:
        """Count the changes so far."""
        return self._node.ingest.news.count

    # --- whose ------------------------------------------------------------------------

    def is_eager(self, author: bytes, peer: bytes) -> bool:
        """Tell whether a peer is told at once of what an author wrote."""
        if author == self._node.coop:
            return True
        return author != peer and not (self.is_reached(author) or self.is_reached(peer))

    def is_reached(self, coop: bytes) -> bool:
        """Tell whether a co-op's card says where its node is reached."""
        card = self._node.register.cards.get(coop)
        return card is not None and bool(card.addresses)

    # --- when -------------------------------------------------------------------------

    def told(self, peer: Peer, count: int, *, wholly: bool) -> None:
        """Note that a peer was told of all changes up to a number.

        wholly: and of the root that goes with them.
        """
        peer.told, peer.told_root, peer.due = count, wholly, None

    def forget(self, peer: Peer) -> None:
        """Note that a peer did not get what it was told."""
        peer.told = -1

    def when(self, peer: Peer) -> When:
        """Say when a peer is to be told of what it was not told yet."""
        news = self._node.ingest.news
        if peer.told < 0:
            return "now"
        if any(self.is_eager(author, peer.coop) for author in news.since(peer.told)):
            return "now"
        if news.count == peer.told and peer.told_root:
            return "never"
        now = asyncio.get_running_loop().time()
        if peer.due is None:
            peer.due = now + self._a_while()
        return "due" if now >= peer.due else "later"

    def longest_s(self) -> float:
        """Say how long it takes at most until a peer is told."""
        peers = len(self._node.register.cards)
        return min(SOONEST_S + PER_PEER_S * peers, LATEST_S)

    def _a_while(self) -> float:
        chance = int.from_bytes(self._node.entropy.token(2)) / 0x10000
        return SOONEST_S + chance * (self.longest_s() - SOONEST_S)

    async def wait(self, peer: Peer, seconds: float) -> When:
        """Wait until a peer is to be told something ("now", "due"), or so long."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while True:
            # Taken before the look, so that a change during it is not missed.
            changed = self._node.ingest.changed
            when = self.when(peer)
            if when in ("now", "due") or loop.time() >= until:
                return when
            with suppress(TimeoutError):
                due = until if peer.due is None else min(until, peer.due)
                async with asyncio.timeout_at(due):
                    await changed.wait()
