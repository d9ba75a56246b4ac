"""Which logs are suspended or closed, and how far their chains still count (SPEC 6.7).

A proof cuts its chain before the place that was signed twice. Whoever reads, serves or
digests a chain asks here for its end, so that what lies beyond is nowhere.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from node.store.batch import Held
from node.store.log_db import LogDb
from protocol import equivocation
from protocol.equivocation import Proof
from protocol.ids import Incarnation

#: A row of the heads digest: co-op, incarnation, seq, id.
Row = tuple[bytes, bytes, int, bytes]
#: What stands for the incarnation of a closed log; its seq is 0, as no other's is.
NO_INCARNATION: Final = bytes(16)
_NO_ID: Final = bytes(32)


class Cut(NamedTuple):
    """A place signed twice, and the id before it, up to where all hold the same."""

    seq: int
    before: bytes


class Suspension:
    """The cuts of the moment, by co-op and incarnation."""

    def __init__(self, log_db: LogDb) -> None:
        """Look at the chains that `log_db` holds."""
        self._log = log_db
        self._cuts: dict[bytes, dict[Incarnation, Cut]] = {}

    # --- what is asked ----------------------------------------------------------------

    def is_suspended(self, coop: bytes) -> bool:
        """Tell whether a log counts only in part any more, or not at all."""
        return coop in self._cuts or self.is_closed(coop)

    def is_closed(self, coop: bytes) -> bool:
        """Tell whether nothing of a log counts any more."""
        return equivocation.is_closed(self.places(coop), self._log.count_of(coop))

    def closed(self) -> frozenset[bytes]:
        """Name the co-ops whose logs are closed."""
        return frozenset(
            coop
            for coop in self._cuts.keys() | self._log.overfull
            if self.is_closed(coop)
        )

    def suspended(self) -> frozenset[bytes]:
        """Name the co-ops whose logs are suspended, wholly or in part."""
        return frozenset(self._cuts.keys() | self._log.overfull)

    def cuts(self, coop: bytes) -> Mapping[Incarnation, Cut]:
        """Give the cuts of one log, by incarnation."""
        return self._cuts.get(coop, {})

    def places(self, coop: bytes) -> dict[Incarnation, int]:
        """Give the places of one log that were signed twice, by incarnation."""
        return {name: cut.seq for name, cut in sorted(self.cuts(coop).items())}

    def cut_keys(self) -> frozenset[tuple[bytes, bytes]]:
        """Name the chains, by (co-op, incarnation), that a proof has cut."""
        return frozenset(
            (coop, name) for coop, cuts in self._cuts.items() for name in cuts
        )

    def end(self, held: Held) -> int:
        """Say up to which seq a chain counts, and is passed on."""
        cuts = self.cuts(held.chain.coop)
        if not cuts:
            return held.last
        if any(cut.seq == 1 for cut in cuts.values()):
            return 0
        cut = cuts.get(held.chain.incarnation)
        return held.last if cut is None else min(held.last, cut.seq - 1)

    def end_id(self, held: Held) -> bytes:
        """Give the id at the end of a chain of a log that is not closed."""
        cut = self.cuts(held.chain.coop).get(held.chain.incarnation)
        return held.last_id if cut is None else cut.before

    def rows(self) -> Iterator[Row]:
        """Give the rows of the heads digest (SPEC 12.1)."""
        closed = self.closed()
        for coop in closed:
            yield coop, NO_INCARNATION, 0, _NO_ID
        for (coop, name), held in self._log.chains.items():
            if coop not in closed:
                cut = self.cuts(coop).get(held.chain.incarnation)
                place = (held.last, held.last_id) if cut is None else cut
                yield coop, name, *place

    def ends(self) -> Iterator[Row]:
        """Give what is passed on of each chain: the heads as peers are told them."""
        closed = self.closed()
        for coop in closed:
            yield coop, NO_INCARNATION, 0, _NO_ID
        for (coop, name), held in self._log.chains.items():
            if coop not in closed:
                yield coop, name, self.end(held), self.end_id(held)

    # --- what is told -----------------------------------------------------------------

    def holds(self, proof: Proof) -> bool:
        """Tell whether a proof may be taken: names can be made up without end.

        Its chain has to be there to be cut, unless nothing counts any more anyway.
        """
        if proof.seq == 1 or self.is_closed(proof.coop):
            return True
        held = self._log.chains.get((proof.coop, proof.incarnation))
        return held is not None and held.last >= proof.seq - 1

    async def look(self, proof: Proof) -> Cut:
        """Read what a proof's cut needs, before the proof is taken."""
        held = self._log.chains.get((proof.coop, proof.incarnation))
        if proof.seq == 1 or held is None or held.last < proof.seq - 1:
            return Cut(proof.seq, _NO_ID)
        return Cut(proof.seq, await self._log.id_at(held, proof.seq - 1))

    def note(self, proof: Proof, cut: Cut) -> None:
        """Cut the chain of a proof that was taken; a closed log stays as it is."""
        if not self.is_closed(proof.coop):
            self._cuts.setdefault(proof.coop, {})[Incarnation(proof.incarnation)] = cut
