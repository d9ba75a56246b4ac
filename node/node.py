"""An open node: its parts, and what they do together."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from node.act import Act, Draft
from node.clock import Clock, Entropy
from node.closing import Closings
from node.config import Config
from node.consortium.asking import Solver
from node.errors import UserFault
from node.ingest import Ingest
from node.keystore import KitCheck
from node.peers import Peers
from node.register import Register
from node.signer import Signer
from node.store.log_db import LogDb
from node.store.node_db import Heard, NodeDb
from node.store.state_db import StateDb
from node.views.figures.kept import Figures
from node.views.indexing import Index
from node.views.market import Market
from node.views.unmatched import Unmatched
from node.views.waiting.kept import Kept
from protocol import keys
from protocol.ids import CoopId
from protocol.kinds.profiles import ProfileSet
from protocol.roster import chain
from protocol.roster.change import Charter
from protocol.roster.identity import Card
from protocol.rules.profiles import profile_id

_KIT: Final = msgspec.json.Decoder(KitCheck)


@dataclass(slots=True, kw_only=True)
class Node:
    """An open node. Everything that acts or looks goes through its parts."""

    data: Path
    config: Config
    coop: CoopId
    log: LogDb
    state: StateDb
    own: NodeDb
    signer: Signer
    register: Register
    ingest: Ingest
    closings: Closings
    act: Act
    clock: Clock
    entropy: Entropy
    index: Index
    peers: Peers = field(default_factory=Peers)
    #: Whether it is reached over the network, or opened by a short command alone.
    served: bool = False
    market: Market = field(default_factory=Market)
    figures: Figures = field(default_factory=Figures)
    kept: Kept = field(default_factory=Kept)
    solver: Solver = field(default_factory=Solver)
    unmatched: Unmatched = field(default_factory=Unmatched)

    @property
    def instance(self) -> bytes:
        """Name this store: a cursor into another one means nothing here."""
        return self.log.meta["instance"]

    async def kit_check(self) -> KitCheck | None:
        """Give the question about the recovery kit, None once it was answered."""
        stored = await self.own.setting("kit")
        return None if stored is None else _KIT.decode(stored)

    async def answer_kit(self, words: tuple[str, str, str]) -> bool:
        """Take the three words; True opens publishing for good."""
        check = await self.kit_check()
        if check is None:
            return True
        if not await asyncio.to_thread(check.matches, *words):
            return False
        await self.own.unset("kit")
        self.act.hold = None
        await self.after_membership()
        return True

    async def found_network(self, charter: Charter) -> None:
        """Found a network with this co-op as its first member."""
        if self.register.founded:
            await self.register.found(b"")
        genesis = chain.write_genesis(
            self.signer.inception, self.entropy.token(16), charter
        )
        await self.register.found(genesis)
        await self.after_membership()

    async def after_membership(self) -> None:
        """Say what a new member says first: its card, and its profile with the name."""
        if not self.register.is_member:
            return
        await self._publish_card()
        if (
            self.act.hold is None
            and await self.state.get(profile_id(self.coop)) is None
        ):
            profile = ProfileSet(day=450, people=1)
            draft = Draft("profile.set", profile, {"name": self.config.name})
            await self.act.publish([draft], idempotency="first-profile")

    async def _publish_card(self) -> None:
        known = self.register.cards.get(self.coop)
        node_key = keys.public_bytes(self.signer.node_key)
        said = (self.config.addresses, node_key, self.signer.sealing_key)
        if known is not None and said == (
            known.addresses,
            known.node_key,
            known.sealing_key,
        ):
            return
        card = Card(
            coop=self.coop,
            counter=max(self.clock.now_ms(), 0 if known is None else known.counter + 1),
            node_key=node_key,
            sealing_key=self.signer.sealing_key,
            addresses=self.config.addresses,
        )
        await self.register.publish_card(card)

    async def note_names(self, heard: Mapping[bytes, Heard]) -> None:
        """Remember what members are called; hearsay never replaces their own word."""
        known = self.register.heard
        fresh = {
            coop: one
            for coop, one in heard.items()
            if coop in self.register.roster.members
            and known.get(coop) != one
            and (one.own or coop not in known or not known[coop].own)
        }
        if fresh:
            await self.own.put_names(fresh)
            known.update(fresh)

    async def on_block(self) -> None:
        """Fold what waited for a block; keep the names of whom it admits."""
        applied = self.register.applied.items()
        await self.note_names({coop: Heard(name, own=True) for coop, name in applied})
        await self.ingest.catch_up()
        await self.closings.settle()
        # Electors make a block of what all are told of; others wait for its secretary.
        self.ingest.tell((self.register.roster.secretary,))

    async def on_growth(self) -> None:
        """Look again at closings, which may have waited for what has come."""
        if self.register.founded:
            await self.closings.settle()
            await self.register.decide()


async def kit_fault(node: Node) -> UserFault:
    """Say that the recovery kit has to be checked first, and how."""
    check = await node.kit_check()
    first, second, third = (0, 0, 0) if check is None else check.positions
    return UserFault(
        code="kit-unchecked",
        detail="Nothing is founded, joined or published before the recovery kit is"
        " known to be on paper.",
        way_out=f"Type its words no. {first}, {second} and {third}:"
        " `wortley key check WORD WORD WORD`.",
        positions=[first, second, third],
    )
