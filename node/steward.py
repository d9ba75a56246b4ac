"""What a steward's node does for its decisions and rounds, by itself.

It says which ballots and pledges it has (so that leaving one out of a cut shows), and
puts its closings to the electors again until a block carries one.
"""

import asyncio
import logging
from collections.abc import Iterable
from typing import Final

from node.act import Draft
from node.errors import UserFault, WortleyError
from node.node import Node
from protocol import state
from protocol.errors import ProtocolError
from protocol.joins import closing
from protocol.kinds.closing import CUT, SEEN, Position, SeenAcknowledged
from protocol.log import Place
from protocol.roster.change import Close
from protocol.rules.closing import CLOSABLE, Closing, Seen
from protocol.rules.rounds import Allotment, Round
from protocol.state import Entity

log = logging.getLogger("wortley.steward")

#: At most so often, in seconds: what comes within it is acknowledged together.
_PAUSE_S: Final = 60.0
_NONCE_BYTES: Final = 16
#: The states in which something can still be closed.
_OPEN: Final = ("planned", "open")


async def keep(node: Node) -> None:
    """Acknowledge and sponsor until cancelled."""
    said = Acknowledged(node)
    while True:
        # Taken before the look, so that a change during it is not missed.
        changed = node.ingest.changed
        try:
            if node.register.is_member and node.act.hold is None:
                await said.acknowledge()
                await sponsor(node)
        except (WortleyError, ProtocolError) as error:
            if isinstance(error, WortleyError) and error.fatal:
                raise
            log.warning("not acknowledged or put to the electors: %s", error)
        await changed.wait()
        await asyncio.sleep(_PAUSE_S)


# --- taking part --------------------------------------------------------------------


async def taking_part(node: Node, target: Entity) -> list[Entity]:
    """Give what co-ops have said to a decision or round, this one's as well."""
    return [
        entity
        for entity in await node.state.referring([target.id])
        if entity.family in closing.SAID
    ]


async def cut_of(node: Node, target: Entity) -> tuple[Position, ...]:
    """Name how far this node holds the logs that take part; refuses too many."""
    # No log is folded anew meanwhile, so that each has the place up to which it counts.
    async with node.ingest.lock:
        coops = {one.coop for one in await taking_part(node, target)} - {node.coop}
        if len(coops) <= CUT:
            return tuple([await position(node, coop) for coop in sorted(coops)])
    raise UserFault(
        code="cut-too-long",
        detail=f"{len(coops)} co-ops take part; a cut names at most {CUT} logs.",
        way_out="Put it to fewer co-ops, or decide it in two parts.",
    )


async def position(node: Node, coop: bytes) -> Position:
    """Name the last place of a log that is folded here; under the writer's lock."""
    last = node.state.folds[coop].spans[-1]
    held = node.log.chains[coop, last.incarnation]
    found = await node.log.id_at(held, last.last)
    return Position(coop, last.incarnation, last.last, found)


async def share_of(node: Node, entity: Entity) -> int | None:
    """Give what a round allots to this co-op; None for nothing, or own money."""
    body = entity.body
    name = body.allotment if isinstance(body, Round) else None
    allotment = None if name is None else await node.state.get(name)
    if allotment is None or not isinstance(allotment.body, Allotment):
        return None
    shares = {one.coop: one.amount for one in allotment.body.shares}
    return shares.get(node.coop)


# --- sponsoring ---------------------------------------------------------------------


async def sponsor(node: Node) -> None:
    """Put those of the own closings to the electors that no block carries yet."""
    roster = node.register.roster
    latest: dict[bytes, Entity] = {}
    done: set[bytes] = set()
    for entity in await node.state.entities("closing", coop=node.coop):
        body = entity.body
        if isinstance(body, Closing):
            latest[body.of] = entity
            if (node.coop, entity.id) in roster.closed:
                done.add(body.of)
    for of in sorted(latest.keys() - done):
        place = await _place(node, latest[of])
        if place is not None:
            nonce = node.entropy.token(_NONCE_BYTES)
            await node.register.put(Close(node.coop, place), "close", nonce)


async def _place(node: Node, entity: Entity) -> Place | None:
    body = entity.body
    for held in node.log.of_coop(node.coop):
        if isinstance(body, Closing) and body.seq <= held.last:
            found = await node.log.id_at(held, body.seq)
            if found == entity.id:
                return Place(held.chain.incarnation, body.seq, found)
    return None


# --- acknowledging ------------------------------------------------------------------


class Acknowledged:
    """What this node has said to have; `acknowledge` says what is new."""

    def __init__(self, node: Node) -> None:
        """Remember, for as long as the node runs, what was said."""
        self._node = node
        #: (decision or round, co-op) -> what the co-op had said to it.
        self._said: dict[tuple[bytes, bytes], tuple[bytes, ...]] = {}

    async def acknowledge(self) -> int:
        """Publish one event per decision or round that has something new."""
        drafts: list[Draft] = []
        marks: dict[tuple[bytes, bytes], tuple[bytes, ...]] = {}
        node = self._node
        for family in sorted(CLOSABLE):
            for target in await node.state.entities(
                family, states=_OPEN, coop=node.coop
            ):
                async with node.ingest.lock:
                    seen = await self._new(target, marks)
                drafts.extend(
                    Draft(
                        "seen.acknowledged",
                        SeenAcknowledged(of=target.id, seen=seen[at : at + SEEN]),
                    )
                    for at in range(0, len(seen), SEEN)
                )
        if drafts:
            await node.act.publish(drafts)
        self._said.update(marks)
        return len(drafts)

    async def _new(
        self, target: Entity, marks: dict[tuple[bytes, bytes], tuple[bytes, ...]]
    ) -> tuple[Position, ...]:
        parts: dict[bytes, list[Entity]] = {}
        for one in await taking_part(self._node, target):
            if one.coop != self._node.coop:
                parts.setdefault(one.coop, []).append(one)
        before = await self._before(target)
        found: list[Position] = []
        for coop in sorted(parts):
            mark = _mark(parts[coop])
            if self._said.get((target.id, coop)) == mark:
                continue
            marks[target.id, coop] = mark
            now = await position(self._node, coop)
            if before.get(coop) != now:
                found.append(now)
        return tuple(found)

    async def _before(self, target: Entity) -> dict[bytes, Position]:
        """Give what was acknowledged last of each log, in whatever run."""
        return {
            one.coop: one
            for entity in await self._node.state.referring([target.id])
            if isinstance(entity.body, Seen) and entity.coop == self._node.coop
            for one in entity.body.seen
        }


def _mark(entities: Iterable[Entity]) -> tuple[bytes, ...]:
    return tuple(
        sorted(state.hash_entity(one, state.encode_body(one)) for one in entities)
    )
