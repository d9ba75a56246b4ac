"""The log key and the anchor: the only place that signs for the co-op.

It opens what is sealed for it, too, so that nothing else has a private key at hand.

Every signature that must never be given twice for one place (heads, proposals,
accepts) is noted in the anchor before anybody can see it.
"""

import asyncio
from typing import Final, Literal

import msgspec

from node.anchor import (
    Anchor,
    AnchorFile,
    Ballot,
    Head,
    Normal,
    Restored,
    reopening,
    standing,
)
from node.errors import AnchorDamaged, AnchorNotWritten
from node.keystore import Keys
from node.store.log_db import LogDb
from protocol import keys, sealing
from protocol.ids import BlockId, ChangeId, CoopId, EventId, NetworkId
from protocol.log import Chain, Place
from protocol.roster import change, deciding, identity
from protocol.roster.chain import Entry, Roster
from protocol.roster.change import Approval
from protocol.roster.deciding import Accept, Proposal
from protocol.roster.identity import Application, Card, SignedCard
from protocol.sealing import Purpose

#: Reasons for restored mode in which the anchor itself is whole, and of this node.
_ANCHORED: Final = frozenset({"head-missing", "not-reopened"})


class Signer:
    """Signs for one co-op; knows from the anchor what it signed last."""

    def __init__(
        self,
        *,
        coop: CoopId,
        inception: bytes,
        private: Keys,
        anchor: AnchorFile,
        install: bytes,
        machine: bytes,
    ) -> None:
        """Read the anchor; `standing` compares it with the database."""
        self.coop = coop
        self.inception = inception
        self.node_key = private.node
        self.sealing_key = private.sealing.public_key().public_bytes_raw()
        self._sealing = private.sealing
        self._log_key = private.log
        self._file = anchor
        self._install = install
        self._machine = machine
        self._found: Anchor | AnchorDamaged | None = None
        self._anchor = self._read()
        self.reason: Restored | None = None
        self._turn = asyncio.Lock()
        #: Why the anchor could not be written the last time, None where it was.
        self.failure: AnchorNotWritten | None = None

    def _read(self) -> Anchor:
        try:
            self._found = self._file.read()
        except AnchorDamaged as error:
            self._found = error
        if isinstance(self._found, Anchor):
            return self._found
        return Anchor(coop=self.coop, install=self._install, machine=self._machine)

    # --- what was signed last ---------------------------------------------------

    async def compare(self, log_db: LogDb) -> None:
        """Compare the anchor with the database: normal, or restored with a reason."""
        head = self._anchor.head
        holds = head is not None and await _holds(log_db, self.coop, head)
        found = standing(
            self._found,
            holds=lambda _: holds,
            install=self._install,
            machine=self._machine,
        )
        if isinstance(found, Normal):
            self.reason = None
            return
        self.reason = found
        self._anchor = reopening(
            self._found, coop=self.coop, install=self._install, machine=self._machine
        )

    @property
    def restored(self) -> bool:
        """Tell whether something may have left this node that it no longer holds."""
        return self.reason is not None

    @property
    def forgetful(self) -> bool:
        """Tell whether ballots may have been signed that no anchor here knows of."""
        return self.reason is not None and self.reason.reason not in _ANCHORED

    @property
    def head(self) -> Head | None:
        """The head as the anchor has it."""
        return self._anchor.head

    @property
    def proposed(self) -> Ballot | None:
        """The last block this node proposed, as the anchor has it."""
        return self._anchor.proposed

    @property
    def accepted(self) -> Ballot | None:
        """The last block this node accepted, as the anchor has it."""
        return self._anchor.accepted

    async def mark_restored(self) -> None:
        """Note that events of this log came from elsewhere: a copy of it lives."""
        if self.reason is None:
            # The anchor first: those events may only be kept where the next start knows
            # that they are not this node's.
            await self._note(reopen=True)
            self.reason = Restored(reason="head-missing")

    async def note_head(self, place: Place) -> None:
        """Write the new head into the anchor; ends restored mode."""
        head = Head(incarnation=place.incarnation, seq=place.seq, event=place.id)
        await self._note(
            head=head, install=self._install, machine=self._machine, reopen=False
        )
        self.reason = None

    async def note_proposed(self, number: int, block: BlockId) -> None:
        """Write a proposal's number into the anchor."""
        await self._note_ballot("proposed", number, block)

    async def note_accepted(self, number: int, block: BlockId) -> None:
        """Write an accept's number into the anchor."""
        await self._note_ballot("accepted", number, block)

    async def forget_ballots(self) -> None:
        """Let go of ballots that were lost with a database and that nobody else holds.

        Without it, a number proposed and lost would stay taken for good.
        """
        async with self._turn:
            after = msgspec.structs.replace(self._anchor, accepted=None, proposed=None)
            await self._write(after, forget_ballots=True)

    async def _note_ballot(
        self, what: Literal["proposed", "accepted"], number: int, block: BlockId
    ) -> None:
        ballot = Ballot(number=number, term=deciding.TERM, block=block)
        await self._note(**{what: ballot})

    async def _note(self, **parts: Head | Ballot | bytes | bool) -> None:
        """Change parts of the anchor, one change at a time.

        Heads and ballots are signed by different tasks; each has to build on what the
        other has written.
        """
        async with self._turn:
            await self._write(msgspec.structs.replace(self._anchor, **parts))

    async def _write(self, after: Anchor, *, forget_ballots: bool = False) -> None:
        try:
            await asyncio.to_thread(
                self._file.write, after, forget_ballots=forget_ballots
            )
        except AnchorNotWritten as error:
            self.failure = error
            raise
        self._anchor, self.failure = after, None

    # --- signing ----------------------------------------------------------------

    def sign_head(self, chain: Chain, seq: int, event: EventId) -> bytes:
        """Sign the head of a run of this co-op's own log."""
        return keys.sign(self._log_key, "head", chain.head_message(seq, event))

    def approve(self, network: NetworkId, wanted: ChangeId) -> Approval:
        """Approve a change, or consent to it."""
        return change.approve(network, wanted, self.coop, self._log_key)

    def propose(self, roster: Roster, entries: list[Entry]) -> Proposal:
        """Write and sign the next block."""
        return deciding.propose(roster, entries, self.coop, self._log_key)

    def accept(
        self, roster: Roster, proposal: Proposal, before: Accept | None
    ) -> Accept:
        """Accept a proposal, unless another one was accepted for its number."""
        accepted = self._anchor.accepted
        # The anchor knows of accepts that a restored database has forgotten.
        if accepted is not None and (before is None or before.number < accepted.number):
            before = Accept(
                accepted.number, accepted.term, accepted.block, self.coop, bytes(64)
            )
        return deciding.accept(roster, proposal, before, self.coop, self._log_key)

    def card(self, card: Card, network: NetworkId) -> SignedCard:
        """Sign a card."""
        return identity.sign_card(card, network, self._log_key)

    def unseal(self, purpose: Purpose, envelope: bytes) -> bytes:
        """Open what was sealed for this co-op; raises `Malformed`."""
        return sealing.open_(purpose, envelope, self.coop, self._sealing)

    def application(self, network: NetworkId, name: str) -> Application:
        """Sign an application to a network."""
        return identity.apply_to(network, self.inception, name, self._log_key)


async def _holds(log_db: LogDb, coop: CoopId, head: Head) -> bool:
    held = log_db.chains.get((coop, head.incarnation))
    if held is None or held.last < head.seq:
        return False
    return await log_db.id_at(held, head.seq) == head.event
