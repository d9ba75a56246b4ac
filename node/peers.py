"""What this node knows of each peer: when it was heard, what it holds."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from protocol.wire import Cursor, Head

#: Standings remembered: a peer reports what we both held a moment ago, too.
_REMEMBERED: Final = 64


@dataclass(slots=True)
class Peer:
    """One member co-op's node, seen from here.

    `same_root` is the outcome of the last time both held the same; False means a bug
    in the software, and both sides keep what they have.
    """

    coop: bytes
    last_contact_ms: int | None = None
    error: str = ""
    heads_digest: bytes | None = None
    tip: bytes | None = None
    root: bytes | None = None
    same_root: bool | None = None
    held: dict[tuple[bytes, bytes], int] | None = None
    #: How many of its long-polls wait here now, and until when one counts as near.
    polling: int = 0
    polled_until: float = 0.0
    #: Up to which change it was told of, and whether of the root, too; and when it is
    #: to be told of what others wrote since, by the monotonic clock.
    told: int = -1
    told_root: bool = False
    due: float | None = None
    #: Where a pull that goes on from what it was told last starts.
    cursor: Cursor | None = None
    #: Tip and gossip digest that it was told last.
    beside: tuple[bytes, bytes] | None = None
    #: Where the round through its sealed texts that are missing here stands.
    wanted: bytes = b""


class Peers:
    """All peers, and the standings of this node that their reports compare with."""

    def __init__(self) -> None:
        """Start with nobody heard."""
        self._peers: dict[bytes, Peer] = {}
        self._standings: OrderedDict[tuple[bytes, bytes], bytes] = OrderedDict()
        self.current: tuple[bytes, bytes] | None = None

    def of(self, coop: bytes) -> Peer:
        """Give the notes on one peer."""
        return self._peers.setdefault(coop, Peer(coop))

    def get(self, coop: bytes) -> Peer | None:
        """Give the notes on one peer, if it was ever spoken of."""
        return self._peers.get(coop)

    def stand(self, heads: bytes, tip: bytes, root: bytes | None) -> None:
        """Note what this node holds now."""
        self.current = (heads, tip)
        if root is not None:
            self._standings[heads, tip] = root
            self._standings.move_to_end((heads, tip))
            while len(self._standings) > _REMEMBERED:
                self._standings.popitem(last=False)
            # A report can come while the own root is still being computed.
            for peer in self._peers.values():
                self._compare(peer)

    def report(
        self, coop: bytes, heads: bytes, tip: bytes, root: bytes | None, now_ms: int
    ) -> Peer:
        """Take a peer's word on what it holds and compare the roots."""
        peer = self.of(coop)
        peer.last_contact_ms = now_ms
        peer.error = ""
        peer.heads_digest, peer.tip, peer.root = heads, tip, root
        self._compare(peer)
        return peer

    def _compare(self, peer: Peer) -> None:
        if peer.heads_digest is None or peer.tip is None or peer.root is None:
            return
        ours = self._standings.get((peer.heads_digest, peer.tip))
        if ours is not None:
            peer.same_root = ours == peer.root

    def in_sync(self, coop: bytes) -> bool | None:
        """Tell whether a peer holds what this node holds now; None if never heard."""
        peer = self._peers.get(coop)
        if peer is None or peer.heads_digest is None:
            return None
        return self.current == (peer.heads_digest, peer.tip)

    def failed(self, coop: bytes, why: str) -> bool:
        """Note why a peer could not be reached; False where that is noted already.

        A peer is asked and told at once, and again and again: one failure of it comes
        back many times before it is heard again.
        """
        peer = self.of(coop)
        known, peer.error = peer.error, why
        return known != why

    def took(self, coop: bytes, heads: tuple[Head, ...]) -> None:
        """Note what a peer says it holds, chain by chain."""
        self.of(coop).held = {(one.coop, one.incarnation): one.seq for one in heads}
