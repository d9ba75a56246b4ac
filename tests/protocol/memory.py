"""A node in memory: what it holds, and what that comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from protocol import equivocation, fold, limits, log, state, sync, walks, wire
from protocol.equivocation import Proof
from protocol.errors import Malformed, Unconnected
from protocol.fold import Reading
from protocol.ids import CoopId, EventId, Incarnation
from protocol.kinds.logs import TailAdopted
from protocol.log import Chain, Place, Run
from protocol.roster import chain as blocks
from protocol.roster import gossip
from protocol.roster.gossip import ProofObject
from protocol.rules.logs import log_id
from protocol.state import Entity
from protocol.walks import Adoption, Branch, Span


@dataclass
class Held:
    """What a node holds of one chain: authentic events, their ids and readings."""

    chain: Chain
    ids: list[EventId] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)

    @property
    def last(self) -> EventId:
        return self.ids[-1] if self.ids else self.chain.opening()

    def adoptions(self) -> tuple[Adoption, ...]:
        found = [
            Adoption(reading.at.seq, Place(body.incarnation, body.seq, body.id))
            for reading in self.readings
            if isinstance(body := reading.body, TailAdopted) and reading.void is None
        ]
        return tuple(found[: limits.ADOPTIONS])


@dataclass
class Folding:
    """How far a log is folded: its walk so far, the floors, its entities."""

    spans: tuple[Span, ...] = ()
    taken: int = 0
    floors: dict[bytes, int] = field(default_factory=dict)
    entities: dict[bytes, Entity] = field(default_factory=dict)
    voids: dict[bytes, str] = field(default_factory=dict)


class Peer:
    """A node without disk, sockets or clock: takes packs and blocks in any order.

    What does not connect yet waits and is tried again whenever something arrives.
    Folding goes on from where it stands, and starts anew where the walk changed; a
    fold sees no more entities than its events say they read.
    """

    def __init__(self, genesis: bytes) -> None:
        self.roster = blocks.found(genesis)
        self.chains: dict[tuple[bytes, bytes], Held] = {}
        self.folds: dict[bytes, Folding] = {}
        self.early_blocks: dict[int, tuple[bytes, bytes]] = {}
        self.early_runs: list[Run] = []
        #: The proofs kept against each log; whose runs did not verify.
        self.proofs: dict[bytes, dict[bytes, Proof]] = {}
        self.early_proofs: list[Proof] = []
        self.refused: set[bytes] = set()

    def take_block(self, block: bytes, certificate: bytes) -> None:
        """Take a block when it is its turn; keep a later one until then."""
        number = blocks.parse_block(block).number
        self.early_blocks[number] = (block, certificate)
        while following := self.early_blocks.pop(self.roster.number + 1, None):
            self.roster = blocks.extend(self.roster, *following)
        self._retry()
        for one in sorted({owner for owner, _ in self.chains}):
            self._fold(one)

    def take_pack(self, data: bytes) -> None:
        for frame in wire.read_pack(data):
            if isinstance(frame, wire.RunFrame):
                self.take_run(wire.read_run(frame, self.roster.network))

    def take_run(self, run: Run) -> None:
        self.early_runs.append(run)
        self._retry()

    def take_proof(self, proof: Proof) -> None:
        """Take a proof once its co-op is a member and its chain is there to be cut."""
        self.early_proofs.append(proof)
        self._retry()

    def _keep(self, proof: Proof) -> bool:
        member = self.roster.members.get(CoopId(proof.coop))
        if member is None:
            return False
        held = self.chains.get((proof.coop, proof.incarnation))
        there = held is not None and len(held.ids) >= proof.seq - 1
        if not there and proof.seq > 1 and not self.is_closed(proof.coop):
            return False
        equivocation.verify(proof, self.roster.network, member.log_key)
        name = gossip.object_id(gossip.write(ProofObject(proof)))
        known = self.proofs.get(proof.coop, {})
        self.proofs[proof.coop] = equivocation.kept({**known, name: proof})
        return True

    def cuts(self, owner: bytes) -> dict[Incarnation, int]:
        return {
            Incarnation(proof.incarnation): proof.seq
            for proof in self.proofs.get(owner, {}).values()
        }

    def is_closed(self, owner: bytes) -> bool:
        held = sum(whose == owner for whose, _ in self.chains)
        return equivocation.is_closed(self.cuts(owner), held)

    def end(self, held: Held) -> int:
        """Say up to where a chain is as it is everywhere."""
        cut = self.cuts(held.chain.coop).get(held.chain.incarnation)
        return len(held.ids) if cut is None else min(len(held.ids), cut - 1)

    def heads(self) -> bytes:
        """Digest what is held (SPEC 12.1)."""
        owners = {*self.proofs, *(owner for owner, _ in self.chains)}
        closed = {owner for owner in owners if self.is_closed(owner)}
        rows = [(owner, bytes(16), 0, bytes(32)) for owner in closed]
        for (owner, name), held in self.chains.items():
            cut = self.cuts(owner).get(held.chain.incarnation)
            at = len(held.ids) if cut is None else cut - 1
            seq = at if cut is None else cut
            if owner not in closed:
                rows.append((owner, name, seq, held.ids[at - 1]))
        return sync.heads_digest(rows)

    def _retry(self) -> None:
        touched: set[bytes] = set()
        again = True
        while again:
            again, waiting = False, self.early_runs
            self.early_runs = []
            proofs = self.early_proofs
            self.early_proofs = [one for one in proofs if not self._keep(one)]
            if len(self.early_proofs) < len(proofs):
                again = True
                touched |= {one.coop for one in proofs}
            for run in waiting:
                try:
                    grown = self._hold(run)
                except Unconnected:
                    self.early_runs.append(run)
                    continue
                except Malformed:
                    # The other side of a fork, on top of the side that came first.
                    self.refused.add(run.chain.coop)
                    continue
                again |= grown
                touched.add(run.chain.coop)
        for one in sorted(touched):
            self._fold(one)

    def _hold(self, run: Run) -> bool:
        """Keep what a run adds to its chain; tell whether that is anything."""
        member = self.roster.members.get(run.chain.coop)
        if member is None:
            raise Unconnected("coop-unknown", "no member of that id yet")
        key = (run.chain.coop, run.chain.incarnation)
        held = self.chains.get(key)
        if self.is_closed(key[0]) or run.chain.incarnation in self.cuts(key[0]):
            return False
        held = held or Held(run.chain)
        if held.chain != run.chain:
            raise Malformed("opening-differs", "the chain was opened otherwise")
        have = len(held.ids)
        if run.last <= have:
            return False
        if run.first > have + 1:
            raise Unconnected("run-gap", f"place {have + 1} comes first")
        fresh = Run(
            chain=run.chain,
            first=have + 1,
            events=run.events[have + 1 - run.first :],
            signature=run.signature,
        )
        ids = log.verify(fresh, held.last, member.log_key)
        for at, (one, data) in enumerate(
            zip(ids, fresh.events, strict=True), start=fresh.first
        ):
            held.readings.append(fold.read(run.chain.coop, at, one, data))
            held.ids.append(one)
        self.chains[key] = held
        return True

    def branches(self, owner: bytes, *, cut: bool = True) -> dict[Incarnation, Branch]:
        """Give the chains of a log as its walk takes them; not `cut`: all of them."""
        end = self.end if cut else _whole
        chains = {
            held.chain.incarnation: held
            for (whose, _), held in self.chains.items()
            if whose == owner
        }

        def stands(place: Place) -> bool | None:
            target = chains.get(Incarnation(place.incarnation))
            if target is None or place.seq > end(target):
                return None
            return target.ids[place.seq - 1] == place.id

        return {
            name: Branch(
                incarnation=name,
                base=held.chain.base,
                length=(
                    end(held)
                    if held.chain.base is None or stands(held.chain.base)
                    else 0
                ),
                adoptions=tuple(
                    one for one in held.adoptions() if stands(one.tail) is not False
                ),
            )
            for name, held in chains.items()
        }

    def walk(self, owner: bytes) -> tuple[Span, ...]:
        """Give what counts of a log: all of it, or what proofs have left."""
        return equivocation.walk(self.branches(owner), self.cuts(owner))

    def _fold(self, owner: bytes) -> None:
        walk = self.walk(owner)
        known = self.folds.get(owner, Folding())
        if not walks.extends(walk, known.spans):
            known = Folding()
        places = list(walks.positions(walk))[known.taken :]
        readings = [
            (name, self.chains[owner, name].readings[seq - 1]) for name, seq in places
        ]
        looked_at = {log_id(owner)}
        for _, reading in readings:
            looked_at.update(reading.reads())
        folded = fold.apply(
            readings,
            {one: known.entities[one] for one in looked_at if one in known.entities},
            coop=owner,
            epochs=self.roster.epochs(),
            floors=known.floors,
        )
        taken = known.taken + folded.taken
        self.folds[owner] = Folding(
            spans=walks.first_of(walk, taken),
            taken=taken,
            floors=folded.floors,
            entities={**known.entities, **folded.changed},
            voids={**known.voids, **{one: void.code for one, void in folded.voids}},
        )

    def entities(self) -> list[Entity]:
        return [one for each in self.folds.values() for one in each.entities.values()]

    def root(self) -> bytes:
        return state.root_of(self.entities())

    def from_scratch(self) -> bytes:
        """Compute the root again without anything that was kept from before."""
        return state.root_of(
            entity
            for owner in {owner for owner, _ in self.chains}
            for entity in self._refolded(owner).values()
        )

    def _refolded(self, owner: bytes) -> Mapping[bytes, Entity]:
        places = walks.positions(self.walk(owner))
        readings = [
            (name, self.chains[owner, name].readings[seq - 1]) for name, seq in places
        ]
        epochs = self.roster.epochs()
        return fold.apply(readings, {}, coop=owner, epochs=epochs, floors={}).changed


def _whole(held: Held) -> int:
    return len(held.ids)
