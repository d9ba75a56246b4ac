"""Closing by a cut: what counts is what it names, whatever comes before, after, beside.

The logs are real and signed, the nodes are `world.Peer`s; gathering is done here once
more, slowly, as SPEC 11.20 says it.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import equivocation, fold, walks
from protocol.canonical import ENCODER, Value
from protocol.event import Epoch
from protocol.ids import CoopId, Incarnation
from protocol.joins import closing
from protocol.joins.closing import Settled
from protocol.joins.decisions import DecisionResult
from protocol.joins.rounds import RoundResult
from protocol.kinds.closing import Position
from protocol.kinds.decisions import DecisionClosed, DecisionOpened
from protocol.kinds.rounds import RoundClosed
from protocol.log import Place
from protocol.roster.chain import Closed, Roster
from protocol.roster.change import Charter, Close
from protocol.rules.closing import Seen
from protocol.state import Entity
from protocol.walks import Span
from tests.protocol import world
from tests.protocol.budget import examples
from tests.protocol.memory import Peer
from tests.protocol.rules import test_decisions, test_rounds
from tests.protocol.rules.play import but
from tests.protocol.world import Coop, Register, Writer, pack

_NAMES: Final = ("acorn", "bramble", "clover", "daisy")


class World:
    """A network of four: the first asks for a decision, and all may vote."""

    def __init__(self) -> None:
        self.register, self.coops = world.network(*_NAMES)
        self.steward, *self.others = self.coops
        self.writers = [Writer.opened(self.register, one) for one in self.coops]
        self.own = self.writers[0]
        self.decision = self.own.write(
            "decision.opened", DECISION, self.own.words("title", "Join?")
        )
        self.version: bytes = self.decision

    def vote(self, writer: Writer, stance: str) -> None:
        body: Value = {
            "decision": self.decision,
            "proposer": self.steward.id,
            "stance": stance,
            "version": self.version,
        }
        writer.write("ballot.cast", body)

    def amend(self) -> None:
        words = self.own.words("proposal", f"Version {len(self.own.ids)}")
        self.version = self.own.write(
            "decision.amended", {"decision": self.decision}, words
        )

    def cut(self, *seqs: int) -> list[Value]:
        """Positions of the others, at these seqs; 0 leaves one out."""
        rows = [
            (writer.owner.id, writer.place(seq))
            for writer, seq in zip(self.writers[1:], seqs, strict=True)
            if seq
        ]
        return [
            [coop, place.incarnation, place.seq, place.id]
            for coop, place in sorted(rows, key=lambda row: row[0])
        ]

    def close(self, *seqs: int) -> Place:
        body: dict[str, Value] = {"decision": self.decision}
        if any(seqs):
            body = {"cut": self.cut(*seqs), "decision": self.decision}
        self.own.write("decision.closed", body)
        return self.own.place()

    def acknowledge(self, *seqs: int) -> None:
        seen = self.cut(*seqs)
        self.own.write("seen.acknowledged", {"of": self.decision, "seen": seen})

    def carry(self, place: Place) -> None:
        """Let the roster have it."""
        carry(self.register, self.steward, place)


DECISION: Final[Value] = {
    "basis": "co-op",
    "closes": "2026-03-31",
    "opens": "2026-03-01",
    "quorum": 50,
    "rule": "majority",
}
STANCES: Final = ("agree", "abstain", "disagree", "block")


def carry(register: Register, steward: Coop, place: Place) -> None:
    data = register.change("close", Close(steward.id, place), nonce=place.id.hex())
    register.decide(register.entry(data, [steward]))


# --- gathering, slowly --------------------------------------------------------------


def walk(peer: Peer, coop: bytes, place: Place) -> tuple[Span, ...] | None:
    held = peer.chains.get((coop, place.incarnation))
    if held is None or len(held.ids) < place.seq:
        return None
    if held.ids[place.seq - 1] != place.id:
        return None
    return walks.walk_to(place, peer.branches(coop, cut=False))


def settle(
    peer: Peer, key: tuple[bytes, bytes], before: Iterable[Settled] = ()
) -> tuple[bool, Settled | None]:
    """Tell whether a closing can be computed here, and what it comes to."""
    coop, event = key
    closed = peer.roster.closed[CoopId(coop), event]
    epochs = closing.epochs_of(peer.roster, closed)
    assert epochs is not None
    own = walk(peer, coop, closed.place)
    if own is None:
        return False, None
    reading = peer.chains[coop, closed.place.incarnation].readings[closed.place.seq - 1]
    walks: dict[bytes, Sequence[Span]] = {coop: own}
    for one in closing.cut_of(reading.body) or ():
        found = walk(peer, one.coop, closing.place_of(one))
        if found is None:
            return False, None
        walks[one.coop] = found
    entities: dict[bytes, Entity] = {}
    for name, spans in walks.items():
        entities |= at_places(peer, name, spans, epochs)
    return True, closing.settle(event, entities, walks, closed, before)


def at_places(
    peer: Peer, coop: bytes, spans: Sequence[Span], epochs: Mapping[int, bytes]
) -> dict[bytes, Entity]:
    readings = [
        (name, peer.chains[coop, name].readings[seq - 1])
        for name, seq in walks.positions(spans)
    ]
    folded = fold.apply(readings, {}, coop=coop, epochs=epochs, floors={})
    return folded.changed


def peer_of(one: World, packs: Iterable[bytes]) -> Peer:
    peer = Peer(one.register.genesis)
    for block in one.register.blocks:
        peer.take_block(*block)
    for data in packs:
        peer.take_pack(data)
    return peer


def packs(one: World) -> list[bytes]:
    return [pack([writer.run()]) for writer in one.writers if writer.ids]


def decided(found: Settled | None) -> DecisionResult:
    assert found is not None
    assert isinstance(found.result, DecisionResult)
    return found.result


# --- what a closing comes to --------------------------------------------------------


def test_only_what_the_cut_names_counts() -> None:
    one = World()
    for writer, stance in zip(one.writers, STANCES, strict=True):
        one.vote(writer, stance)
    one.vote(one.writers[1], "agree")
    place = one.close(1, 1, 0)
    one.vote(one.own, "block")
    one.carry(place)
    peer = peer_of(one, packs(one))
    there, found = settle(peer, (one.steward.id, place.id))
    assert there
    votes = {vote.coop: vote.stance for vote in decided(found).votes}
    first, second, _ = (coop.id for coop in one.others)
    assert votes == {one.steward.id: "agree", first: "abstain", second: "disagree"}
    assert found is not None
    assert (found.of, found.contested) == (one.decision, ())


def test_a_closing_waits_for_what_it_names() -> None:
    one = World()
    for writer in one.writers[1:]:
        one.vote(writer, "agree")
        one.vote(writer, "block")
    place = one.close(2, 2, 2)
    one.carry(place)
    key = (one.steward.id, place.id)
    first, second, third = (writer.run(1, 1) for writer in one.writers[1:])
    peer = peer_of(one, [pack([one.own.run()]), pack([first, second, third])])
    assert settle(peer, key) == (False, None)
    peer = peer_of(one, packs(one)[1:])
    assert settle(peer, key) == (False, None)
    assert settle(peer_of(one, packs(one)), key)[0]


def test_a_void_closing_changes_nothing() -> None:
    one = World()
    one.own.write("decision.closed", {"decision": bytes(32)})
    place = one.own.place()
    one.carry(place)
    assert settle(peer_of(one, packs(one)), (one.steward.id, place.id)) == (True, None)


def test_an_event_that_closes_nothing_changes_nothing() -> None:
    one = World()
    place = one.own.place()
    one.carry(place)
    assert settle(peer_of(one, packs(one)), (one.steward.id, place.id)) == (True, None)


def test_what_was_acknowledged_and_left_out_is_contested() -> None:
    one = World()
    for writer in one.writers[1:]:
        one.vote(writer, "disagree")
        one.vote(writer, "agree")
    one.acknowledge(1, 2, 2)
    one.acknowledge(2, 0, 0)
    place = one.close(1, 2, 0)
    one.acknowledge(0, 2, 0)
    one.carry(place)
    _, found = settle(peer_of(one, packs(one)), (one.steward.id, place.id))
    first, _, third = (coop.id for coop in one.others)
    assert found is not None
    assert found.contested == tuple(sorted((first, third)))


def test_nobody_else_contests() -> None:
    one = World()
    one.vote(one.writers[1], "agree")
    mine = one.cut(1, 0, 0)
    stranger = one.writers[2]
    opened = stranger.write(
        "decision.opened", DECISION, stranger.words("title", "Mine")
    )
    stranger.write("seen.acknowledged", {"of": opened, "seen": mine})
    place = one.close(0, 2, 0)
    one.carry(place)
    _, found = settle(peer_of(one, packs(one)), (one.steward.id, place.id))
    assert found is not None
    assert found.contested == ()


FIRST, THEN = (Incarnation(bytes([no]) * 16) for no in (1, 2))
OURS, THEIRS = world.seed("steward"), world.seed("another co-op")
OF: Final = world.seed("decision")
#: What was acknowledged of which thing, by whom -> whether the walk leaves it out, that
#: has places 1 to 3 of one incarnation and 3 to 5 of another.
ACKNOWLEDGED: Final = {
    "its-first-place": (OF, OURS, FIRST, 1, False),
    "its-last-place": (OF, OURS, FIRST, 3, False),
    "beyond-it": (OF, OURS, FIRST, 4, True),
    "before-what-was-adopted": (OF, OURS, THEN, 2, True),
    "the-first-that-was-adopted": (OF, OURS, THEN, 3, False),
    "the-last-that-was-adopted": (OF, OURS, THEN, 5, False),
    "of-no-part-of-it": (OF, OURS, Incarnation(bytes(16)), 1, True),
    "of-another-decision": (world.seed("other"), OURS, FIRST, 4, False),
    "by-another-co-op": (OF, THEIRS, FIRST, 4, False),
}


@pytest.mark.parametrize("name", ACKNOWLEDGED)
def test_what_of_an_acknowledgement_is_left_out(name: str) -> None:
    of, by, incarnation, seq, out = ACKNOWLEDGED[name]
    place = Position(THEIRS, incarnation, seq, world.seed("event"))
    seen = Entity(
        id=world.seed("seen"),
        coop=by,
        family="seen",
        state="acknowledged",
        epoch=1,
        body=Seen(of=of, seen=(place,)),
    )
    walks = {THEIRS: (Span(FIRST, 1, 3), Span(THEN, 3, 5))}
    assert closing.left_out(OF, OURS, [seen], walks) == (THEIRS,) * out
    assert closing.left_out(OF, OURS, [seen], {}) == (THEIRS,) * (
        (of, by) == (OF, OURS)
    )


def test_headcounts_are_those_before_the_block() -> None:
    one = World()
    one.register.headcount(one.others[0], 5)
    one.own.epoch = one.register.epoch()
    body: Value = {**DECISION, "basis": "member"}  # type: ignore[dict-item]
    one.decision = one.own.write(
        "decision.opened", body, one.own.words("title", "By heads")
    )
    one.version = one.decision
    one.writers[1].epoch = one.own.epoch
    one.vote(one.writers[1], "agree")
    place = one.close(1, 0, 0)
    one.carry(place)
    one.register.headcount(one.others[0], 9)
    found = decided(settle(peer_of(one, packs(one)), (one.steward.id, place.id))[1])
    assert (found.weight("agree"), found.total) == (5, 8)


def test_events_under_the_closing_block_or_later_ones_do_not_count() -> None:
    # What names a block that was not there yet cannot have been in the cut in truth.
    one = World()
    early = one.register.roster.number
    one.vote(one.writers[1], "agree")
    one.writers[1].epoch = Epoch(early + 1, b"tomorrow")
    one.vote(one.writers[1], "block")
    place = one.close(2, 0, 0)
    one.carry(place)
    found = decided(settle(peer_of(one, packs(one)), (one.steward.id, place.id))[1])
    assert [vote.stance for vote in found.votes] == ["agree"]


# --- the first one counts -----------------------------------------------------------


def roster_with(*closings: tuple[bytes, bytes, int]) -> Roster:
    register, _ = world.network("acorn")
    closed = {
        (CoopId(coop), event): Closed(
            number=number,
            place=Place(bytes(16), 1, event),
            members={},
            charter=Charter(name="N"),
        )
        for coop, event, number in closings
    }
    changed: Roster = msgspec.structs.replace(register.roster, closed=closed)
    return changed


LOW, HIGH, LATER = (bytes([number]) * 32 for number in (1, 2, 0))
MINE, ANOTHER = b"\x0a" * 32, b"\x0b" * 32


def of_something() -> Entity:
    one = World()
    (peer,) = [peer_of(one, packs(one))]
    (found,) = [item for item in peer.entities() if item.family == "decision"]
    return found


def outcome(of: bytes, why: str) -> Settled:
    result = DecisionResult(
        outcome="lapsed",
        why="quorum",
        version=why.encode().ljust(32, b"\0"),
        total=1,
        votes=(),
    )
    return Settled(of=of, result=result)


def test_the_first_closing_in_the_roster_counts() -> None:
    target = of_something()
    roster = roster_with(
        (target.coop, HIGH, 3), (target.coop, LOW, 3), (target.coop, LATER, 9)
    )
    first, second = outcome(target.id, "first"), outcome(target.id, "second")
    other = outcome(ANOTHER, "other")

    def stands(settled: Mapping[bytes, Settled | None]) -> Settled | None:
        by_key = {(target.coop, event): one for event, one in settled.items()}
        return closing.standing(target, roster, by_key)

    assert stands({LOW: first, HIGH: second, LATER: second}) is first
    assert stands({LOW: other, HIGH: second, LATER: first}) is second
    by_key = {(target.coop, event): second for event in (LOW, HIGH, LATER)}
    assert closing.final(target, roster, by_key) == (3, second)
    assert stands({LOW: None, HIGH: other, LATER: first}) is first
    # One that is not computed yet might be the one.
    assert stands({HIGH: second, LATER: first}) is None
    assert stands({LOW: other, LATER: first}) is None
    assert stands({LOW: other, HIGH: None, LATER: other}) is None
    assert stands({}) is None
    assert closing.standing(target, roster_with((MINE, LOW, 1)), {}) is None


# --- small things -------------------------------------------------------------------


def test_which_events_have_a_cut() -> None:
    assert closing.cut_of(DecisionClosed(decision=bytes(32))) == ()
    assert closing.cut_of(RoundClosed(round=bytes(32))) == ()
    assert closing.cut_of(None) is None
    opened = msgspec.convert(dict(test_decisions.DECISION), DecisionOpened)
    assert closing.cut_of(opened) is None


def test_a_program_without_the_rules_of_a_block_computes_nothing() -> None:
    register, (acorn,) = world.network("acorn")
    data = register.change("charter", Charter(name="Later", rules=1))
    register.decide(register.entry(data))
    register.headcount(acorn, 2)
    carry(register, acorn, Place(bytes(16), 1, bytes(32)))
    (closed,) = register.roster.closed.values()
    assert closing.epochs_of(register.roster, closed) is None
    early = msgspec.structs.replace(closed, number=1)
    assert closing.epochs_of(register.roster, early) == {
        0: register.roster.blocks[0][:8]
    }


def test_only_decisions_and_rounds_are_closed() -> None:
    register, (acorn,) = world.network("acorn")
    writer = Writer.opened(register, acorn)
    fund: Value = {"currency": "GBP", "period": "none", "state": "open"}
    writer.write("fund.opened", fund, writer.words("title", "Fund"))
    folded = fold.fold_all(acorn.id, writer.placed(), register.roster.epochs())
    (one,) = [item for item in folded.changed.values() if item.family == "fund"]
    with pytest.raises(TypeError, match="a fund is not closed"):
        closing.compute(
            one,
            [],
            members=register.roster.members,
            charter=Charter(name="N"),
            before=(),
        )


def test_a_round_is_closed_like_a_decision() -> None:
    register, (acorn, bramble) = world.network("acorn", "bramble")
    own, other = (Writer.opened(register, one) for one in (acorn, bramble))
    opened: Value = dict(but(test_rounds.ROUND, vetoes=1))  # type: ignore[arg-type]
    name = own.write("round.opened", opened, own.words("title", "Round"))
    project = other.write(
        "project.opened",
        {"goal": ["GBP", 100], "state": "open"},
        other.words("title", "Tool"),
    )
    entered: Value = {"project": project, "round": name, "steward": acorn.id}
    other.write("project.entered", entered)
    pledged: Value = {
        "amount": ["GBP", 70],
        "owner": bramble.id,
        "round": name,
        "to": project,
    }
    own.write("pledge.money.offered", pledged)
    place = other.place()
    cut: Value = [[bramble.id, place.incarnation, place.seq, place.id]]
    own.write("round.closed", {"cut": cut, "round": name})
    carry(register, acorn, own.place())
    one = World.__new__(World)
    one.register = register
    peer = peer_of(one, [pack([own.run()]), pack([other.run()])])
    _, found = settle(peer, (acorn.id, own.place().id))
    assert found is not None
    assert isinstance(found.result, RoundResult)
    (funded,) = found.result.projects
    assert (funded.funding, funded.accepted) == ("funded", 70)
    stored = ENCODER.encode(found)
    assert msgspec.msgpack.decode(stored, type=Settled) == found


# --- one after the other ------------------------------------------------------------


def test_two_rounds_that_a_project_was_in_at_once() -> None:
    """Two stewards, one project of at most 100 that is pledged 70 in each."""
    register, (acorn, bramble, clover) = world.network("acorn", "bramble", "clover")
    logs = [Writer.opened(register, one) for one in (acorn, bramble, clover)]
    owner = logs[1]
    project = owner.write(
        "project.opened",
        {"goal": ["GBP", 100], "state": "open"},
        owner.words("title", "Tool"),
    )
    stewards = [(acorn, logs[0]), (clover, logs[2])]
    rounds = [
        log.write(
            "round.opened",
            dict(but(test_rounds.ROUND, vetoes=1)),  # type: ignore[arg-type]
            log.words("title", "Round"),
        )
        for _, log in stewards
    ]
    for (steward, log), name in zip(stewards, rounds, strict=True):
        entered: Value = {"project": project, "round": name, "steward": steward.id}
        owner.write("project.entered", entered)
        pledged: Value = {
            "amount": ["GBP", 70],
            "owner": bramble.id,
            "round": name,
            "to": project,
        }
        log.write("pledge.money.offered", pledged)
    at = owner.place()
    cut: Value = [[bramble.id, at.incarnation, at.seq, at.id]]
    for (steward, log), name in zip(stewards, rounds, strict=True):
        log.write("round.closed", {"cut": cut, "round": name})
        carry(register, steward, log.place())
    # The first one closed again: what it has given counts once.
    logs[0].write("round.closed", {"cut": cut, "round": rounds[0]})
    carry(register, acorn, logs[0].place())
    one = World.__new__(World)
    one.register = register
    peer = peer_of(one, [pack([log.run()]) for log in logs])
    settled: dict[tuple[bytes, bytes], Settled | None] = {}
    assert len(closing.order(peer.roster)) == 3
    amounts = []
    for key in closing.order(peer.roster):
        before = closing.earlier(peer.roster, settled, key)
        assert before is not None
        there, found = settle(peer, key, before)
        assert there
        assert found is not None
        assert isinstance(found.result, RoundResult)
        (funded,) = found.result.projects
        amounts.append(funded.accepted)
        settled[key] = found
    assert amounts == [70, 30, 70]
    known = closing.earlier(peer.roster, settled)
    assert known is not None
    assert [one.of for one in known] == rounds
    # While the first one waits for its logs, so does what comes after it.
    first, second, _ = closing.order(peer.roster)
    without = {key: one for key, one in settled.items() if key != first}
    assert closing.earlier(peer.roster, without, second) is None
    assert closing.earlier(peer.roster, without, first) == []
    # One that is void has given nothing.
    assert closing.earlier(peer.roster, without | {first: None}, second) == []


# --- walks to a place ---------------------------------------------------------------


def branch(name: bytes, length: int, base: Place | None = None) -> walks.Branch:
    return walks.Branch(incarnation=Incarnation(name), base=base, length=length)


def test_a_walk_to_a_place_ends_there() -> None:
    first, second = b"\x01" * 16, b"\x02" * 16
    base = Place(first, 3, bytes(32))
    branches = {
        Incarnation(one.incarnation): one
        for one in (branch(first, 9), branch(second, 4, base))
    }
    there = Place(second, 2, bytes(32))
    assert walks.walk_to(there, branches) == (
        Span(Incarnation(first), 1, 3),
        Span(Incarnation(second), 1, 2),
    )
    assert walks.walk_to(Place(first, 9, bytes(32)), branches) == (
        Span(Incarnation(first), 1, 9),
    )
    assert walks.walk_to(Place(first, 10, bytes(32)), branches) is None
    assert walks.walk_to(Place(b"\x03" * 16, 1, bytes(32)), branches) is None
    alone = {Incarnation(second): branches[Incarnation(second)]}
    assert walks.walk_to(there, alone) is None


# --- whatever happens later ---------------------------------------------------------


@examples(60)
@given(st.randoms(use_true_random=False))
def test_the_result_of_a_closed_cut_never_changes(rng: random.Random) -> None:
    one = World()
    for _ in range(rng.randrange(12)):
        writer = rng.choice(one.writers)
        if rng.random() < 0.15:
            one.amend()
        elif rng.random() < 0.1:
            writer.write("ballot.withdrawn", {"decision": one.decision})
        else:
            one.vote(writer, rng.choice(STANCES))
    lengths = [len(writer.ids) for writer in one.writers[1:]]
    seqs = [rng.randrange(length + 1) for length in lengths]
    if rng.random() < 0.5 and any(lengths):
        one.acknowledge(*lengths)
    place = one.close(*seqs)
    key = (one.steward.id, place.id)
    carry(one.register, one.steward, place)
    there, first = settle(peer_of(one, packs(one)), key)
    assert there
    assert first is not None
    expected = ENCODER.encode(first)

    # Later: more votes, the steward closing again otherwise, and a second signer.
    forked = _fork(one, rng)
    for _ in range(rng.randrange(6)):
        one.vote(rng.choice(one.writers), rng.choice(STANCES))
    again = one.close(*(len(writer.ids) for writer in one.writers[1:]))
    carry(one.register, one.steward, again)
    one.register.headcount(one.steward, 50)
    runs = [
        writer.run(at, at)
        for writer in one.writers
        for at in range(1, len(writer.ids) + 1)
    ]
    rng.shuffle(runs)
    peer = peer_of(one, [pack([run]) for run in runs])
    for proof in forked:
        peer.take_proof(proof)
    assert ENCODER.encode(settle(peer, key)[1]) == expected
    target = next(item for item in _entities(peer) if item.id == one.decision)
    later = (one.steward.id, again.id)
    settled: dict[tuple[bytes, bytes], Settled | None] = {
        item: settle(peer, item)[1] for item in (key, later)
    }
    found = closing.standing(target, peer.roster, settled)
    assert ENCODER.encode(found) == expected


def _entities(peer: Peer) -> list[Entity]:
    """All decisions, of suspended logs, too."""
    found: list[Entity] = []
    for coop, name in peer.chains:
        readings = [(name, one) for one in peer.chains[coop, name].readings]
        epochs = peer.roster.epochs()
        folded = fold.apply(readings, {}, coop=coop, epochs=epochs, floors={})
        found += folded.changed.values()
    return found


def _fork(one: World, rng: random.Random) -> list[equivocation.Proof]:
    """Some co-ops sign one of their places twice, below the cut or beyond it."""
    proofs = []
    for writer in one.writers:
        if not writer.ids or rng.random() < 0.5:
            continue
        seq = rng.randrange(1, len(writer.ids) + 1)
        twin = Writer(writer.owner, writer.chain, writer.epoch)
        for data in writer.events[: seq - 1]:
            twin.append(data)
        twin.write("ballot.withdrawn", {"decision": bytes(32)})
        run, other = writer.run(seq, seq), twin.run(seq, seq)
        sides = [
            equivocation.side_of(run, (writer.ids[seq - 1],), seq),
            equivocation.side_of(other, (twin.ids[seq - 1],), seq),
        ]
        proofs.append(equivocation.make(writer.chain, seq, *sides))
    return proofs


@examples(60)
@given(st.randoms(use_true_random=False))
def test_what_if_is_what_it_comes_to_if_it_is_closed_now(rng: random.Random) -> None:
    one = World()
    for _ in range(rng.randrange(12)):
        one.vote(rng.choice(one.writers), rng.choice(STANCES))
    if rng.random() < 0.3:
        one.amend()
    before = peer_of(one, packs(one))
    target = next(item for item in before.entities() if item.id == one.decision)
    imagined = closing.compute(
        target,
        before.entities(),
        members=before.roster.members,
        charter=before.roster.charter,
        before=(),
    )
    place = one.close(*(len(writer.ids) for writer in one.writers[1:]))
    one.carry(place)
    there, found = settle(peer_of(one, packs(one)), (one.steward.id, place.id))
    assert there
    assert found is not None
    assert found.result == imagined
