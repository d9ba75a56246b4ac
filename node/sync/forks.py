"""Finding the place where a chain was signed twice, and proving it (SPEC 6.7).

Two nodes hold different branches of one chain. The place is found by asking the peer
for ids by seq, sixteenths of what is left at a time; then both branches are at hand.
Below a place that is proved already the search goes on: what lies there still counts.
"""

from typing import Final

import msgspec

from node.node import Node
from node.sync import packs
from node.sync.client import PeerClient
from node.sync.exchange import Exchange
from node.sync.packs import Key
from protocol import equivocation, limits, log
from protocol.equivocation import Side
from protocol.ids import EventId
from protocol.log import Run
from protocol.roster import gossip
from protocol.roster.gossip import ProofObject
from protocol.sync import Ids, Probe, Pull
from protocol.wire import Head

_IDS: Final = msgspec.msgpack.Decoder(Ids)
_PULL_BYTES: Final = limits.PACK_BYTES
#: Places asked for at once.
_PROBES: Final = 16
#: Refusals of a run that a fork may be the reason of: it stands on another branch, or
#: its chain was opened on another base.
SIGNS: Final = frozenset({"signature-invalid", "opening-differs"})


async def differs(node: Node, head: Head) -> bool:
    """Tell whether a peer's head names another id than stands in its place here."""
    held = node.log.chains.get((head.coop, head.incarnation))
    if held is None or not 0 < head.seq <= node.register.suspension.end(held):
        return False
    return (await node.log.id_at(held, head.seq))[:8] != head.id


async def find(exchange: Exchange, client: PeerClient, key: Key) -> bool:
    """Find the lowest place that differs from the peer's, and prove who signed both.

    False where there is none: then a run was merely garbled.
    """
    node = exchange.node
    if key not in node.log.chains:
        return False
    place = await _lowest(node, client, key)
    if place is None:
        return False
    theirs = await _their_side(exchange, client, key, place)
    ours = await _our_side(node, key, place)
    if theirs is None or ours is None or theirs.id == ours.id:
        return False
    proof = equivocation.make(node.log.chains[key].chain, place, ours, theirs)
    await node.register.take_objects([gossip.write(ProofObject(proof))])
    # By whomever it was proved: what matters is that nothing counts from there on.
    return node.register.suspension.end(node.log.chains[key]) < place


async def _lowest(node: Node, client: PeerClient, key: Key) -> int | None:
    """Find the lowest place with two ids, None where the peer holds no other id."""
    held = node.log.chains[key]
    end = node.register.suspension.end(held)
    same, other = 0, end + 1
    while other - same > 1:
        step = max(1, (other - same) // _PROBES)
        seqs = [*range(same + step, other, step)] or [other - 1]
        reply = await client.ask("/sync/v1/ids", Probe(*key, tuple(seqs)), _IDS)
        shared = [
            seq
            for seq, theirs in zip(seqs, reply.ids, strict=False)
            if theirs == await node.log.id_at(held, seq)
        ]
        apart = [
            seq
            for seq, theirs in zip(seqs, reply.ids, strict=False)
            if theirs and seq not in shared
        ]
        if not apart and not shared:
            break
        same = max(shared, default=same)
        other = min(apart, default=other)
    return other if other <= end and other - same == 1 else None


async def _their_side(
    exchange: Exchange, client: PeerClient, key: Key, place: int
) -> Side | None:
    """Fetch the peer's run from the place on, and prove it on what both share."""
    heads = tuple(
        msgspec.structs.replace(head, seq=place - 1)
        if (head.coop, head.incarnation) == key
        else head
        for head in exchange.packer.heads()
        # Seq 0 says that the log is closed; to lack all of a chain is to name none.
        if (head.coop, head.incarnation) != key or place > 1
    )
    data = await client.send(
        "/sync/v1/pull", packs.encode(Pull(heads=heads)), most=_PULL_BYTES
    )
    for run in packs.unpack(data, exchange.node.register).runs:
        if (run.chain.coop, run.chain.incarnation) == key and run.first == place:
            return await _side(exchange.node, key, run, place)
    return None


async def _our_side(node: Node, key: Key, place: int) -> Side | None:
    found = await node.log.read_run(node.log.chains[key], place)
    return None if found is None else await _side(node, key, found[0], place)


async def _side(node: Node, key: Key, run: Run, place: int) -> Side:
    # The first place stands on the opening, and the peer's may be another one.
    before = (
        run.chain.opening()
        if place == 1
        else EventId(await node.log.id_at(node.log.chains[key], place - 1))
    )
    log_key = node.register.log_key(key[0]) or b""
    ids = log.verify(run, before, log_key)
    return equivocation.side_of(run, tuple(ids), place)
