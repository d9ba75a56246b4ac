"""The same objects give the same root: in any order, split and repeated anyhow.

A world in which everything happens that may: logs that wait for blocks, that were
restored and adopt their tails, that two clones write, that are forked and proved so;
events that are void, unreadable, or wait for ever. A node in memory takes it as it
comes, folding as far as it can each time.
"""

from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Final, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import equivocation, keys, limits, state, walks
from protocol.equivocation import Proof, Side
from protocol.event import Epoch
from protocol.ids import EventId, Incarnation
from protocol.log import Run
from protocol.rules.logs import Counted, log_id
from tests.protocol.budget import chance, examples
from tests.protocol.memory import Peer
from tests.protocol.world import (
    Coop,
    Register,
    Writer,
    coop,
    encode_event,
    network,
    pack,
    seed,
)

NAMES: Final = ("acorn", "bramble", "clover", "daisy", "elder", "fern")
ACORN, BRAMBLE, CLOVER, DAISY, ELDER, FERN = map(coop, NAMES)
#: Incarnations that a log may have here.
MANY: Final = 4


@pytest.fixture(autouse=True, scope="module")
def _few_incarnations_are_many() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "INCARNATIONS", MANY)
        yield


@pytest.fixture(autouse=True, scope="module")
def _signatures_are_checked_once() -> Iterator[None]:
    """A signature stands or it does not; thousands of nodes here ask the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "verify", cache(keys.verify))
        yield


class World(NamedTuple):
    register: Register
    writers: list[Writer]
    proofs: list[Proof]


def profile(writer: Writer, people: int) -> None:
    writer.write(
        "profile.set", {"day": 450, "people": people}, writer.words("name", "A co-op")
    )


def lead(writer: Writer) -> bytes:
    return writer.write(
        "lead.opened",
        {"requirements": [{"line": 1, "minutes": 900, "skill": "python"}]},
        writer.words("title", f"Lead {len(writer.ids)}"),
    )


def pledged(writer: Writer, to: bytes, owner: Coop, minutes: int) -> bytes:
    return writer.write(
        "pledge.work.offered",
        {"line": 1, "minutes": minutes, "owner": owner.id, "skill": "python", "to": to},
    )


def taken(
    writer: Writer, to: bytes, pledge: bytes, pledger: Coop, minutes: int
) -> bytes:
    return writer.write(
        "acceptance.given",
        {
            "line": 1,
            "pledge": pledge,
            "pledger": pledger.id,
            "quantity": minutes,
            "to": to,
            "unit": "minutes",
        },
    )


def confirmed(
    writer: Writer, pledge: bytes, acceptance: bytes, taker: Coop, minutes: int
) -> bytes:
    return writer.write(
        "pledge.confirmed",
        {
            "acceptance": acceptance,
            "pledge": pledge,
            "quantity": minutes,
            "taker": taker.id,
        },
    )


@cache
def world() -> World:
    register, _ = network(*NAMES)
    acorn = Writer.opened(register, ACORN)
    acorn.epoch = register.epoch(0)
    profile(acorn, 3)
    first_lead = lead(acorn)

    # Bramble is restored twice, each time from an older copy, and adopts what it lost.
    bramble = Writer.opened(register, BRAMBLE)
    bramble.epoch = register.epoch(1)
    profile(bramble, 5)
    pledge = pledged(bramble, first_lead, ACORN, 600)
    acceptance = taken(acorn, first_lead, pledge, BRAMBLE, 600)
    profile(bramble, 6)
    confirmed(bramble, pledge, acceptance, ACORN, 600)
    second = bramble.reopened(3, "second")
    second.adopt(bramble.place())
    profile(second, 7)
    third = bramble.reopened(2, "third")
    profile(third, 8)
    third.adopt(second.place())
    third.write("pledge.released", {"pledge": pledge})
    third.write("pledge.released", {"pledge": pledge})

    # Acorn goes on under a later block, with rubbish in between.
    acorn.append(b"\xc1 no event at all")
    acorn.epoch = register.epoch(3)
    acorn.write("not.known", {"whatever": [1, 2, 3]})
    second_lead = lead(acorn)
    acorn.write("lead.advanced", {"lead": second_lead, "to": "won"})
    acorn.write("lead.advanced", {"lead": second_lead, "to": "open"})
    acorn.epoch = register.epoch(2)
    profile(acorn, 4)

    # Two clones of Clover are at work at once; one of them waits for ever.
    clover = Writer.opened(register, CLOVER)
    profile(clover, 9)
    lead(clover)
    clone = clover.reopened(2, "clone")
    profile(clover, 10)
    profile(clone, 11)
    clone.epoch = Epoch(99, b"tomorrow")
    profile(clone, 12)

    hostile, proofs = _hostile(register, first_lead)
    writers = [acorn, bramble, second, third, clover, clone, *hostile]
    return World(register, writers, proofs)


def _hostile(register: Register, first_lead: bytes) -> tuple[list[Writer], list[Proof]]:
    # Daisy signed two events for the fourth place of a chain, and for the third of one
    # that goes on from its second, in which a place was adopted that came to nothing.
    daisy, other = (Writer.opened(register, DAISY) for _ in range(2))
    for each, people in ((daisy, 20), (other, 30)):
        profile(each, 1)
        pledged(each, first_lead, ACORN, 100)
        profile(each, 2)
        profile(each, people)
        profile(each, people + 1)
    profile(other, 32)
    branch = daisy.reopened(5, "branch")
    profile(branch, 22)
    tangle, tangled = (daisy.reopened(2, "tangle") for _ in range(2))
    for each, people in ((tangle, 23), (tangled, 24)):
        each.adopt(daisy.place(5))
        profile(each, people)
        profile(each, 25)

    # Elder opened one incarnation on two bases.
    elder = Writer.opened(register, ELDER)
    profile(elder, 40)
    profile(elder, 41)
    twice = [elder.reopened(seq, "twice") for seq in (1, 2)]
    profile(twice[1], 42)

    # Fern opened more incarnations than a log may have.
    fern = [Writer.opened(register, FERN, f"{at}") for at in range(MANY + 2)]
    for at, each in enumerate(fern):
        profile(each, at)

    writers = [daisy, other, branch, tangle, tangled, elder, *twice, *fern]
    proofs = [
        *(proved(daisy, other, seq) for seq in (4, 5)),
        *(proved(tangle, tangled, seq) for seq in (3, 4)),
        proved(twice[0], twice[1], 1),
        proved(fern[0], fern[0], 2),
    ]
    return writers, proofs


def proved(one: Writer, other: Writer, seq: int) -> Proof:
    """What two writers of one chain prove; one writer alone contradicts itself."""
    sides = [
        equivocation.side_of(each.run(), tuple(each.ids), seq)
        for each in {one.tip: one, other.tip: other}.values()
        if len(each.ids) >= seq
    ]
    for number in range(2 - len(sides)):
        made = EventId(seed("made up", number))
        message = one.chain.head_message(seq, made)
        sides.append(Side(made, (), keys.sign(one.owner.key, "head", message)))
    return equivocation.make(one.chain, seq, *sides)


Delivery = tuple[bytes, bytes] | bytes | Proof


@cache
def signed(tip: bytes, first: int, last: int) -> Run:
    """A run of the chain that ends in this id."""
    writer = next(one for one in world().writers if one.tip == tip)
    return writer.run(first, last)


def runs(writer: Writer, dice: Random) -> list[Run]:
    """A chain cut into signed runs, some of which overlap."""
    size = len(writer.events)
    ends = sorted({size, *(dice.randint(1, size) for _ in range(dice.randint(0, 3)))})
    made, start = [], 1
    for end in ends:
        first = dice.randint(1, start) if dice.random() < 0.2 else start
        made.append(signed(writer.tip, first, end))
        start = end + 1
    return made


def deliveries(dice: Random) -> list[Delivery]:
    """Everything in the world, in packs of any size, shuffled, some of it twice."""
    register, writers, proofs = world()
    loose = [run for writer in writers for run in runs(writer, dice)]
    dice.shuffle(loose)
    made: list[Delivery] = [*register.blocks, *proofs]
    while loose:
        size = dice.choice((1, 1, 2, 5, 20))
        made.append(pack(loose[:size]))
        del loose[:size]
    made += dice.sample(made, dice.randint(0, len(made) // 2))
    dice.shuffle(made)
    return made


def take(peer: Peer, delivery: Delivery) -> None:
    """Deliver; what does not connect yet waits in the node."""
    match delivery:
        case Proof():
            peer.take_proof(delivery)
        case bytes():
            peer.take_pack(delivery)
        case (block, certificate):
            peer.take_block(block, certificate)


def arrived(order: list[Delivery]) -> Peer:
    peer = Peer(world().register.genesis)
    for one in order:
        take(peer, one)
    return peer


@cache
def expected() -> tuple[str, str]:
    """Heads and root of a node that took all in the order in which it came about."""
    register, writers, proofs = world()
    order: list[Delivery] = [*register.blocks]
    order += [pack([writer.run()]) for writer in writers]
    return standing(arrived([*order, *proofs]))


def standing(peer: Peer) -> tuple[str, str]:
    """What two nodes compare: whoever has the same heads has the same root."""
    return peer.heads().hex(), peer.root().hex()


def test_the_world_is_as_it_should_be() -> None:
    register, writers, proofs = world()
    order: list[Delivery] = [*register.blocks]
    order += [pack([writer.run()]) for writer in writers]
    peer = arrived([*order, *proofs])
    folded = {one.coop: one.body for one in peer.entities() if one.family == "log"}
    assert folded == {
        ACORN.id: Counted(events=9, void=4),
        # 2 of the first, 3 of the third, 3 of the second with what it adopted ...
        BRAMBLE.id: Counted(events=12, void=1),
        CLOVER.id: Counted(events=2),
        # ... and what both of Daisy's chains share; nothing of Elder and Fern.
        DAISY.id: Counted(events=2),
    }
    assert peer.refused == {DAISY.id, ELDER.id}
    assert peer.is_closed(ELDER.id)
    assert peer.is_closed(FERN.id)
    assert peer.folds[ACORN.id].entities.keys() > {log_id(ACORN.id)}


@examples(2000)
@given(st.integers(0, 2**64 - 1))
def test_any_order_of_arrival_gives_the_same_heads_and_root(number: int) -> None:
    dice = chance(number)
    peer = arrived(deliveries(dice))
    assert standing(peer) == expected()
    assert peer.refused <= {DAISY.id, ELDER.id}


@examples(300)
@given(st.integers(0, 2**64 - 1))
def test_nodes_with_the_same_heads_have_the_same_root(number: int) -> None:
    # Before everything is there, too: each holds what happened to come first.
    dice = chance(number)
    order = deliveries(dice)
    seen: dict[tuple[str, int], str] = {}
    for _ in range(3):
        peer = Peer(world().register.genesis)
        dice.shuffle(order)
        for delivery in order:
            take(peer, delivery)
            heads, root = standing(peer)
            assert seen.setdefault((heads, peer.roster.number), root) == root


@examples(300)
@given(st.integers(0, 2**64 - 1))
def test_one_more_proof_never_makes_more_count(number: int) -> None:
    dice = chance(number)
    _, writers, proofs = world()
    peer = arrived([*world().register.blocks, *(pack([one.run()]) for one in writers)])
    counted: dict[bytes, list[tuple[Incarnation, int]]] = {}
    for proof in dice.sample(proofs, len(proofs)):
        peer.take_proof(proof)
        left = [*walks.positions(peer.walk(proof.coop))]
        before = counted.get(proof.coop, left)
        assert before[: len(left)] == left
        counted[proof.coop] = left


@examples(80)
@given(st.integers(0, 2**64 - 1))
def test_at_every_step_the_root_is_the_root_from_scratch(number: int) -> None:
    peer = Peer(world().register.genesis)
    for delivery in deliveries(chance(number)):
        take(peer, delivery)
        assert peer.root() == peer.from_scratch()


@examples(60)
@given(st.integers(0, 2**64 - 1))
def test_what_is_authentic_stays_so(number: int) -> None:
    peer = Peer(world().register.genesis)
    known: dict[tuple[bytes, bytes], list[bytes]] = {}
    for delivery in deliveries(chance(number)):
        take(peer, delivery)
        for key, held in peer.chains.items():
            before = known.get(key, [])
            assert held.ids[: len(before)] == before
            known[key] = [*held.ids]


@examples(60)
@given(st.integers(0, 2**64 - 1))
def test_two_nodes_that_take_from_each_other_agree(number: int) -> None:
    dice = chance(number)
    order = deliveries(dice)
    half = len(order) // 2
    one, other = Peer(world().register.genesis), Peer(world().register.genesis)
    for delivery in order[:half]:
        take(one, delivery)
    for delivery in order[half:]:
        take(other, delivery)
    for peer, rest in ((one, order[half:]), (other, order[:half])):
        for delivery in [*rest, *order]:
            take(peer, delivery)
    assert standing(one) == standing(other) == expected()


@pytest.mark.parametrize("years", [-10, 10])
def test_clocks_that_are_wrong_by_years_change_nothing(years: int) -> None:
    # Times are part of ids, so the logs are others; what they come to is the same.
    register, _ = network("acorn", "bramble")
    states = []
    for offset in (0, years * 365 * 24 * 3600 * 1000):
        writer = Writer.opened(register, ACORN)
        for people in (1, 2, 3):
            _profile_at(writer, people, 1_704_067_200_000 + offset)
        peer = Peer(register.genesis)
        for block in register.blocks:
            peer.take_block(*block)
        peer.take_pack(pack([writer.run()]))
        states.append(sorted(state.encode_body(one) for one in peer.entities()))
    assert states[0] == states[1]


def _profile_at(writer: Writer, people: int, time_ms: int) -> None:
    words = [writer.words("name", "Acorn")]
    body = {"day": 450, "people": people}
    writer.append(encode_event(writer.epoch, time_ms, "profile.set", {**body}, words))


SEEDS: Final = [seed("order", at) for at in range(3)]


@pytest.mark.parametrize("at", range(3))
def test_orders_follow_from_their_numbers(at: int) -> None:
    number = int.from_bytes(SEEDS[at])
    assert deliveries(chance(number)) == deliveries(chance(number))
