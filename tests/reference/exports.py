"""Networks to export with the project's own code, and what that code says of them."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

import msgspec

from protocol import equivocation, export, fold, keys, state, walks
from protocol.canonical import Value
from protocol.equivocation import Proof
from protocol.event import TextRef, identify
from protocol.export import (
    BlockRecord,
    EndRecord,
    GenesisRecord,
    ProofRecord,
    Record,
    RunRecord,
    TextRecord,
)
from protocol.ids import EventId, Incarnation
from protocol.log import Place, Run
from protocol.roster.change import Charter, OfCoop
from protocol.state import Entity
from protocol.walks import Branch
from tests.protocol import world
from tests.protocol.memory import Held
from tests.protocol.world import Coop, Register, Writer
from tests.reference.logs import Verdicts

Body = dict[str, Value]


def dice(name: str) -> random.Random:
    """Give dice that fall as the name says."""
    return random.Random(name)  # noqa: S311 - the same network again, no secrets


@dataclass
class Judged:
    """What the project makes of a network."""

    root: bytes
    verdicts: dict[bytes, Verdicts]
    entities: dict[bytes, Entity]


@dataclass
class Network:
    """A roster, logs of several incarnations each, texts, proofs."""

    register: Register
    writers: list[Writer] = field(default_factory=list)
    texts: list[TextRecord] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)
    #: Events in a run.
    cut: int = 40

    def open(self, owner: Coop, label: str = "first") -> Writer:
        self.writers.append(Writer.opened(self.register, owner, label))
        return self.writers[-1]

    def reopen(self, writer: Writer, seq: int, label: str) -> Writer:
        self.writers.append(writer.reopened(seq, label))
        return self.writers[-1]

    def words(self, owner: Coop, role: str, words: str) -> TextRef:
        """Commit to words, and hold them."""
        salt = world.seed("salt", owner.name, role, words)[:16]
        record = TextRecord(owner.id, salt, words.encode())
        if record not in self.texts:
            self.texts.append(record)
        return world.text(owner, role, words)

    def logs(self) -> dict[bytes, list[Writer]]:
        found: dict[bytes, list[Writer]] = {}
        for one in sorted(self.writers, key=lambda each: each.chain.incarnation):
            if one.events:
                found.setdefault(one.owner.id, []).append(one)
        return {coop: found[coop] for coop in sorted(found)}

    def runs(self) -> Iterable[Run]:
        for writers in self.logs().values():
            for one in writers:
                for first in range(1, len(one.events) + 1, self.cut):
                    last = min(first + self.cut - 1, len(one.events))
                    yield one.run(first, last)

    def judged(self) -> Judged:
        """Fold every log by the project's walk and rules."""
        verdicts: dict[bytes, Verdicts] = {}
        entities: dict[bytes, Entity] = {}
        for coop, writers in self.logs().items():
            places = list(walks.positions(self._walk(writers)))
            names = {one.chain.incarnation: one for one in writers}
            placed = [
                (name, seq, names[name].ids[seq - 1], names[name].events[seq - 1])
                for name, seq in places
            ]
            folded = fold.fold_all(coop, placed, self.register.roster.epochs())
            voids = {event: void.code for event, void in folded.voids}
            verdicts[coop] = {
                (name, seq): voids.get(event)
                for name, seq, event, _ in placed[: folded.taken]
            }
            entities |= folded.changed
        return Judged(state.root_of(entities.values()), verdicts, entities)

    def _walk(self, writers: Sequence[Writer]) -> tuple[walks.Span, ...]:
        cuts = {
            Incarnation(proof.incarnation): proof.seq
            for proof in self.proofs
            if proof.coop == writers[0].owner.id
        }
        return equivocation.walk(branches_of(writers, cuts), cuts)

    def records(self, root: bytes | None = None) -> list[Record]:
        found: list[Record] = [GenesisRecord(self.register.genesis)]
        found += [BlockRecord(*pair) for pair in self.register.blocks]
        proofs = sorted(self.proofs, key=lambda one: (one.coop, one.incarnation))
        found += [ProofRecord(one) for one in proofs]
        found += [run_record(run) for run in self.runs()]
        found += self.texts
        ends = root if root is not None else self.judged().root
        return [*found, EndRecord(len(found), ends)]

    def export(self) -> bytes:
        return write(self.records())


def run_record(run: Run) -> RunRecord:
    chain = run.chain
    head = chain.coop, chain.generation, chain.incarnation, chain.base
    return RunRecord(*head, run.first, run.signature, run.events)


def write(records: Iterable[Record]) -> bytes:
    return export.MAGIC + b"".join(map(export.write_record, records))


def branches_of(
    writers: Sequence[Writer], cuts: Mapping[Incarnation, int]
) -> dict[Incarnation, Branch]:
    """See the chains of a log as a node sees them (SPEC 6.6, 6.7)."""
    chains = {one.chain.incarnation: one for one in writers}

    def end(held: Writer) -> int:
        size = len(held.ids)
        return min(size, cuts.get(held.chain.incarnation, size + 1) - 1)

    def stands(place: Place) -> bool | None:
        held = chains.get(Incarnation(place.incarnation))
        if held is None or place.seq > end(held):
            return None
        return held.ids[place.seq - 1] == place.id

    found: dict[Incarnation, Branch] = {}
    for name, one in chains.items():
        base = one.chain.base
        readings = [
            fold.read(one.owner.id, seq, event, data)
            for seq, (event, data) in enumerate(
                zip(one.ids, one.events, strict=True), start=1
            )
        ]
        found[name] = Branch(
            incarnation=name,
            base=base,
            length=end(one) if base is None or stands(base) else 0,
            adoptions=tuple(
                adoption
                for adoption in Held(one.chain, [], readings).adoptions()
                if stands(adoption.tail) is not False
            ),
        )
    return found


def prove(writer: Writer, seq: int, other: Sequence[bytes]) -> Proof:
    """Prove that the writer signed other events, too, from a place on."""
    before = writer.ids[seq - 2] if seq > 1 else writer.chain.opening()
    run = writer.run(seq)
    rival = EventId(reduce(identify, other, before))
    last = seq + len(other) - 1
    message = writer.chain.head_message(last, rival)
    signature = keys.sign(writer.owner.key, "head", message)
    first = identify(before, other[0])
    return equivocation.make(
        writer.chain,
        seq,
        equivocation.side_of(run, tuple(writer.ids[seq - 1 :]), seq),
        equivocation.Side(first, tuple(other[1:]), signature),
    )


# -- networks ------------------------------------------------------------------------


def small() -> Network:
    """Two co-ops and little of everything, in some two thousand bytes."""
    register, (acorn, birch) = world.network("Acorn", "Birch")
    network = Network(register, cut=2)
    first = network.open(acorn)
    profile: Body = {"day": 450, "people": 7}
    first.write("profile.set", profile, network.words(acorn, "name", "Acorn"))
    first.write("profile.set", profile)
    first.write("log.reopened", {"why": "moved"})
    other = network.open(birch)
    wish: Body = {
        "ceiling": 9,
        "ends": "2026-12-31",
        "floor": 0,
        "starts": "2026-01-01",
        "wanted": 5,
    }
    other.write("wish.set", wish)
    network.reopen(other, 1, "second")
    return network


def elected() -> tuple[Register, list[Coop]]:
    """Five members, of whom three are electors, after changes of every kind."""
    register, coops = world.network("Acorn", "Birch", "Cedar", "Damson", "Elder")
    register.elect(coops[1], coops[2])
    register.headcount(coops[3], 12)
    secretary = register.change("secretary", OfCoop(coops[1].id))
    register.decide(register.entry(secretary))
    leaving = register.change("elector.off", OfCoop(coops[2].id))
    register.decide(register.entry(leaving, [coops[2]]))
    register.elect(coops[4])
    renamed = register.change("charter", Charter(name="Réseau Élan"))
    register.decide(register.entry(renamed))
    return register, coops


def tangled(rng: random.Random, label: str) -> Network:
    """One log of several incarnations, based and adopted every which way.

    Some bases and tails are not held, or held with another id; some chains end early.
    """
    register, (owner, _) = world.network("Acorn", "Birch")
    network = Network(register, cut=rng.choice((1, 3, 1000)))
    network.open(owner, label)
    for step in range(rng.randrange(4, 40)):
        writer = rng.choice(network.writers)
        what = rng.random()
        if what < 0.12 and writer.events:
            network.reopen(writer, rng.randrange(1, len(writer.ids) + 1), f"{step}")
            if rng.random() < 0.2:
                _rebase(network.writers[-1], rng)
        elif what < 0.13:
            network.open(owner, f"{label}/{step}")
        elif what < 0.35:
            writer.adopt(_tail(network, rng))
        else:
            wanted = rng.randrange(1, 20)
            body: Body = {"ceiling": 9, "ends": "2026-12-31", "floor": 0}
            body |= {"starts": "2026-01-01", "wanted": wanted}
            writer.write("wish.set", dict(sorted(body.items())))
    _forget(network, rng)
    return network


def _tail(network: Network, rng: random.Random) -> Place:
    other = rng.choice([one for one in network.writers if one.ids] or network.writers)
    if not other.ids or rng.random() < 0.1:
        return Place(other.chain.incarnation, rng.randrange(1, 9), rng.randbytes(32))
    if rng.random() < 0.6:
        return other.place()
    return other.place(rng.randrange(1, len(other.ids) + 1))


def _rebase(writer: Writer, rng: random.Random) -> None:
    """Give a new incarnation a base that is wrong."""
    base = writer.chain.base
    assert base is not None
    wrong = rng.choice(
        (
            Place(base.incarnation, base.seq, rng.randbytes(32)),
            Place(base.incarnation, base.seq + 50, base.id),
            Place(rng.randbytes(16), base.seq, base.id),
            Place(writer.chain.incarnation, 1, base.id),
        )
    )
    writer.chain = msgspec.structs.replace(writer.chain, base=wrong)
    writer.events, writer.ids = [], []
    writer.write("log.reopened", {"why": "restored"})


def _forget(network: Network, rng: random.Random) -> None:
    """Hold some chains not to their end, and some not at all."""
    for writer in network.writers:
        if rng.random() < 0.15:
            keep = rng.randrange(len(writer.events) + 1)
            del writer.events[keep:], writer.ids[keep:]
    if rng.random() < 0.25:
        most = rng.choice((1, 1, 2, 3, len(network.writers)))
        for writer in rng.sample(network.writers, min(most, len(network.writers))):
            if writer.events:
                _fork(network, writer, rng)


def _fork(network: Network, writer: Writer, rng: random.Random) -> None:
    seq = rng.randrange(1 if rng.random() < 0.1 else 2, len(writer.events) + 2)
    if seq > len(writer.events):
        return
    network.proofs.append(prove(writer, seq, [b"\xc0"] * rng.randrange(1, 4)))
    if rng.random() < 0.3:
        del writer.events[seq - 1 :], writer.ids[seq - 1 :]
