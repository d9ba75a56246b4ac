"""A world to test in: co-ops, a founded network, signed logs.

Everything follows from names: the same calls give the same bytes, on every machine
and in every year. Bodies are plain values, so that what is written here does not
depend on the types that read it.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from protocol import canonical, keys, wire
from protocol.canonical import Value
from protocol.event import Epoch, TextRef, commit_text, identify
from protocol.ids import (
    BlockId,
    ChangeId,
    CoopId,
    EventId,
    Incarnation,
    NetworkId,
    digest,
)
from protocol.log import Chain, Place, Run
from protocol.roster import chain as blocks
from protocol.roster import change as changes
from protocol.roster import deciding
from protocol.roster.chain import Entry, Roster
from protocol.roster.change import (
    Admit,
    Approval,
    ChangeBody,
    Charter,
    Headcount,
    OfCoop,
)
from protocol.roster.identity import Inception, coop_id

#: When the first event of every log claims to be written: 1 January 2024, 00:00 UTC.
START_MS: Final = 1_704_067_200_000
MINUTE_MS: Final = 60_000


def seed(*names: str | int) -> bytes:
    """32 bytes that look random and follow from names alone."""
    return hashlib.sha256("/".join(map(str, names)).encode()).digest()


def private(*names: str | int) -> keys.Private:
    """Give the Ed25519 key of a name."""
    return keys.Private.from_private_bytes(seed("key", *names))


@dataclass(frozen=True)
class Coop:
    """A co-op with its keys, which the test holds on its behalf."""

    name: str
    key: keys.Private = field(compare=False)
    inception: bytes
    id: CoopId

    @property
    def public(self) -> bytes:
        return keys.public_bytes(self.key)


def coop(name: str) -> Coop:
    """Found the co-op of a name."""
    key = private(name, "log")
    following = keys.next_key_digest(keys.public_bytes(private(name, "next")))
    inception = canonical.ENCODER.encode(
        Inception(keys.public_bytes(key), following, seed(name, "inception")[:16])
    )
    return Coop(name, key, inception, coop_id(inception))


def text(owner: Coop, role: str, words: str) -> TextRef:
    """Commit to words as an event does."""
    data = words.encode()
    salt = seed("salt", owner.name, role, words)[:16]
    return TextRef(role, commit_text(owner.id, salt, data), len(data))


# --- the roster -------------------------------------------------------------------


@dataclass
class Register:
    """A network's roster as it grows; all electors approve and accept at once."""

    founder: Coop
    genesis: bytes
    roster: Roster
    coops: dict[CoopId, Coop]
    #: (block, certificate), from number 1 on.
    blocks: list[tuple[bytes, bytes]] = field(default_factory=list)

    @classmethod
    def found(cls, founder: Coop, name: str = "Network of the North") -> "Register":
        genesis = blocks.write_genesis(
            founder.inception, seed(name, "genesis")[:16], Charter(name=name)
        )
        return cls(founder, genesis, blocks.found(genesis), {founder.id: founder})

    @property
    def network(self) -> NetworkId:
        return self.roster.network

    def epoch(self, number: int | None = None) -> Epoch:
        """Give the epoch of a block, of the last one by default."""
        at = self.roster.number if number is None else number
        return Epoch(at, self.roster.blocks[at][:8])

    def electors(self) -> list[Coop]:
        return [self.coops[one] for one in sorted(self.roster.electors)]

    def change(
        self,
        kind: str,
        body: ChangeBody,
        *,
        base: BlockId | None = None,
        nonce: str = "",
    ) -> bytes:
        """Write a change on top of the last block, or of another one."""
        salt = seed("change", kind, len(self.blocks), nonce)[:16]
        return changes.write(kind, body, base or self.roster.tip, salt)

    def approvals(self, data: bytes, signers: Iterable[Coop]) -> dict[bytes, Approval]:
        change = ChangeId(digest("change", self.network, data))
        return {
            one.id: changes.approve(self.network, change, one.id, one.key)
            for one in signers
        }

    def entry(self, data: bytes, signers: Iterable[Coop] | None = None) -> Entry:
        """Approve a change, by all electors where nobody else is named."""
        given = self.approvals(data, self.electors() if signers is None else signers)
        return Entry(data, tuple(given[one] for one in sorted(given)))

    def block(self, *entries: Entry) -> bytes:
        """Write the next block, as a proposer would."""
        return self.propose(*entries).block

    def propose(self, *entries: Entry) -> deciding.Proposal:
        secretary = self.coops[self.roster.secretary]
        return deciding.propose(self.roster, list(entries), secretary.id, secretary.key)

    def certify(self, proposal: deciding.Proposal) -> bytes:
        """Let all electors accept a proposal."""
        accepts = [
            deciding.accept(self.roster, proposal, None, one.id, one.key)
            for one in self.electors()
        ]
        block = blocks.block_id(proposal.block)
        certificate = deciding.certify(self.roster, accepts, block)
        assert certificate is not None
        return certificate

    def decide(self, *entries: Entry) -> None:
        """Take the next block."""
        proposal = self.propose(*entries)
        certificate = self.certify(proposal)
        self.roster = blocks.extend(self.roster, proposal.block, certificate)
        self.blocks.append((proposal.block, certificate))

    def admit(self, *joining: Coop) -> None:
        self.coops.update({one.id: one for one in joining})
        self.decide(
            *(self.entry(self.change("admit", Admit(one.inception))) for one in joining)
        )

    def elect(self, *taking: Coop) -> None:
        """Make electors, one a block: each approves together with those before."""
        for one in taking:
            data = self.change("elector.on", OfCoop(one.id))
            self.decide(self.entry(data, [*self.electors(), one]))

    def headcount(self, one: Coop, people: int) -> None:
        data = self.change("headcount", Headcount(one.id, people), nonce=str(people))
        self.decide(self.entry(data))


def network(*names: str) -> tuple[Register, list[Coop]]:
    """Found a network by the first name and admit the others, one block each."""
    coops = [coop(name) for name in names]
    register = Register.found(coops[0])
    for one in coops[1:]:
        register.admit(one)
    return register, coops


# --- logs -------------------------------------------------------------------------


def encode_event(
    epoch: Epoch, time_ms: int, kind: str, body: Value, texts: Sequence[TextRef] = ()
) -> bytes:
    """Write an event from plain values, by the codec of record."""
    refs: list[Value] = [[ref.role, ref.commitment, ref.size] for ref in texts]
    head: Value = [epoch.number, epoch.block]
    return canonical.encode([head, time_ms, kind, body, refs])


@dataclass
class Writer:
    """One incarnation of a co-op's log, written event by event."""

    owner: Coop
    chain: Chain
    epoch: Epoch
    events: list[bytes] = field(default_factory=list)
    ids: list[EventId] = field(default_factory=list)

    @classmethod
    def opened(cls, register: Register, owner: Coop, label: str = "first") -> "Writer":
        chain = Chain(
            network=register.network,
            coop=owner.id,
            generation=0,
            incarnation=Incarnation(seed(owner.name, "incarnation", label)[:16]),
        )
        return cls(owner, chain, register.epoch())

    @property
    def tip(self) -> EventId:
        return self.ids[-1] if self.ids else self.chain.opening()

    def append(self, data: bytes) -> EventId:
        """Append these exact bytes, whatever they are."""
        self.ids.append(identify(self.tip, data))
        self.events.append(data)
        return self.ids[-1]

    def write(self, kind: str, body: Value, *texts: TextRef) -> EventId:
        """Append an event under the epoch of the moment."""
        time_ms = START_MS + MINUTE_MS * len(self.events)
        return self.append(encode_event(self.epoch, time_ms, kind, body, texts))

    def words(self, role: str, words: str) -> TextRef:
        return text(self.owner, role, words)

    def run(self, first: int = 1, last: int | None = None) -> Run:
        """Sign the events from `first` to `last`, to the end by default."""
        end = len(self.events) if last is None else last
        message = self.chain.head_message(end, self.ids[end - 1])
        return Run(
            chain=self.chain,
            first=first,
            events=tuple(self.events[first - 1 : end]),
            signature=keys.sign(self.owner.key, "head", message),
        )

    def place(self, seq: int | None = None) -> Place:
        """Name a place of this incarnation, its head by default."""
        at = len(self.ids) if seq is None else seq
        return Place(self.chain.incarnation, at, self.ids[at - 1])

    def reopened(self, seq: int, label: str) -> "Writer":
        """Go on from `seq` in a new incarnation, as after a restore."""
        after = Chain(
            network=self.chain.network,
            coop=self.owner.id,
            generation=self.chain.generation,
            incarnation=Incarnation(seed(self.owner.name, "incarnation", label)[:16]),
            base=self.place(seq),
        )
        writer = Writer(self.owner, after, self.epoch)
        writer.write("log.reopened", {"why": "restored"})
        return writer

    def adopt(self, tail: Place) -> EventId:
        return self.write(
            "tail.adopted",
            {"id": tail.id, "incarnation": tail.incarnation, "seq": tail.seq},
        )

    def placed(self) -> list[tuple[bytes, int, bytes, bytes]]:
        """Spell the whole incarnation out, as `fold_all` takes it."""
        name = self.chain.incarnation
        pairs = zip(self.ids, self.events, strict=True)
        return [(name, at, one, data) for at, (one, data) in enumerate(pairs, start=1)]


def pack(runs: Iterable[Run]) -> bytes:
    """Write runs as a pack."""
    return wire.write_pack([wire.run_frame(run) for run in runs])
