"""What this elector has signed of the blocks to come, and whether it may sign more.

A proposal or an accept obeys the publish path: database, anchor, and only then sent.
The anchor has the highest of each kind; whatever it has and the database has not was
lost with a database, and may be in other hands (ADR 11).
"""

from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from node.errors import AnchorNotWritten
from node.pool import Pool
from node.signer import Signer
from node.store.log_db import LogDb
from protocol import canonical
from protocol.ids import BlockId
from protocol.roster import chain, deciding, gossip
from protocol.roster.chain import Entry
from protocol.roster.deciding import Accept, Proposal
from protocol.roster.gossip import AcceptObject, GossipObject, ProposalObject

_ACCEPTED: Final = "accepted"
_DOUBT: Final = "doubt"
_ACCEPT: Final = msgspec.msgpack.Decoder(Accept)


class Ballots:
    """Signs proposals and accepts, each once."""

    def __init__(self, log_db: LogDb, signer: Signer, seen: Callable[[], None]) -> None:
        """Keep them in `log_db`, and their numbers in the anchor of `signer`.

        `seen` is called when one more may be sent.
        """
        self._seen = seen
        self._log = log_db
        self._signer = signer
        #: Whether a person has said that nobody else holds what was lost.
        self._confirmed = False

    # --- whether ----------------------------------------------------------------

    def may_sign(self, pool: Pool) -> bool:
        """Tell whether this elector may sign a proposal or accept.

        Without an anchor that can be trusted it may have signed for the next number
        what it no longer knows, and whoever holds that may bring it at any time: so it
        signs nothing for that number (ADR 11). Nor does it where the anchor knows of a
        ballot that was lost. A person may say that nobody else holds what was lost.
        """
        if self._confirmed:
            return True
        doubted = int(self._log.meta.get(_DOUBT) or b"0")
        return pool.roster.number >= doubted and not self._has_lost_one(pool)

    def _has_lost_one(self, pool: Pool) -> bool:
        """Tell whether the anchor knows of a ballot, still open, that is not here.

        The database is not the one that it was signed with; it comes back with a peer,
        or its number is decided without it.
        """
        proposal = pool.proposal()
        proposed = None if proposal is None else chain.block_id(proposal.block)
        accept = self._accept_in(pool)
        accepted = None if accept is None else accept.block
        return any(
            ballot is not None
            and ballot.number > pool.roster.number
            and ballot.block != here
            for ballot, here in (
                (self._signer.proposed, proposed),
                (self._signer.accepted, accepted),
            )
        )

    def _accept_in(self, pool: Pool) -> Accept | None:
        own = self._signer.coop
        return next((one for one in pool.accepts() if one.coop == own), None)

    async def doubt(self, number: int) -> None:
        """Note that something may have been signed for a number that is lost here.

        In the database, for a publish ends restored mode and this it must not end.
        """
        await self._log.set_meta(**{_DOUBT: str(number).encode("ascii")})

    def confirm(self) -> None:
        """Let this elector sign again after a restore: a person has looked."""
        self._confirmed = True

    async def take_word(self) -> None:
        """Act on a person's word that nobody else holds what was lost."""
        if self._confirmed:
            await self._signer.forget_ballots()
            await self._log.set_meta(**{_DOUBT: b"0"})
            self._confirmed = False

    # --- signing ----------------------------------------------------------------

    async def propose(self, pool: Pool, entries: list[Entry]) -> None:
        """Sign the next block and let it be seen."""
        proposal = self._signer.propose(pool.roster, entries)
        await self._sign_once(
            pool, ProposalObject(proposal), self._noting_proposed(pool, proposal)
        )

    async def accept(self, pool: Pool, proposal: Proposal) -> None:
        """Accept a proposal and let it be seen; does nothing where that was done."""
        if self._accept_in(pool) is not None:
            return
        stored = self._log.meta.get(_ACCEPTED)
        before = None if stored is None else _ACCEPT.decode(stored)
        given = self._signer.accept(pool.roster, proposal, before)
        await self._log.set_meta(**{_ACCEPTED: canonical.ENCODER.encode(given)})
        await self._sign_once(pool, AcceptObject(given), self._noting_accepted(given))

    async def _sign_once(
        self, pool: Pool, one: GossipObject, note: Callable[[], Awaitable[None]]
    ) -> None:
        """Database, then anchor, and only then the pool that peers can read.

        What the anchor could not take goes from the database again: the next start
        would show it to peers.
        """
        data = gossip.write(one)
        row = (gossip.object_id(data), gossip.kind_of(one), data)
        await self._log.roster.change_objects([row], [])
        try:
            await note()
        except AnchorNotWritten:
            await self._log.roster.change_objects([], [row[0]])
            raise
        pool.keep(one, data)
        self._seen()

    def _noting_proposed(
        self, pool: Pool, proposal: Proposal
    ) -> Callable[[], Awaitable[None]]:
        number, block = pool.roster.number + 1, chain.block_id(proposal.block)
        return lambda: self._signer.note_proposed(number, block)

    def _noting_accepted(self, given: Accept) -> Callable[[], Awaitable[None]]:
        return lambda: self._signer.note_accepted(given.number, BlockId(given.block))

    async def follow(self, pool: Pool) -> None:
        """Bring the anchor to what the database has, before anything is sent.

        A crash between the two leaves the database ahead.
        """
        proposal, accept = pool.proposal(), self._accept_in(pool)
        proposed, accepted = self._signer.proposed, self._signer.accepted
        following = pool.roster.number + 1
        own = proposal is not None and proposal.coop == self._signer.coop
        if proposal and own and (proposed is None or proposed.number < following):
            await self._noting_proposed(pool, proposal)()
        if accept and (accepted is None or accepted.number < accept.number):
            await self._noting_accepted(accept)()


def certified(pool: Pool) -> tuple[bytes, bytes] | None:
    """Give the next block and its certificate, once a majority has accepted it."""
    proposal = pool.proposal()
    if proposal is None:
        return None
    block = chain.block_id(proposal.block)
    found = deciding.certify(pool.roster, pool.accepts(), block)
    return None if found is None else (proposal.block, found)
