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

from protocol import equivocation, keys, state
from protocol.equivocation import Proof
from protocol.event import Epoch
from protocol.log import Run
from protocol.rules.logs import Counted, log_id
from tests.protocol.budget import chance, examples
from tests.protocol.world import (
    Coop,
    Peer,
    Register,
    Writer,
    coop,
    encode_event,
    network,
    pack,
    seed,
)

ACORN, BRAMBLE, CLOVER, DAISY = map(coop, ("acorn", "bramble", "clover", "daisy"))


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
    register, _ = network("acorn", "bramble", "clover", "daisy")
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

    # Daisy signed two events for her fourth place.
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

    writers = [acorn, bramble, second, third, clover, clone, daisy, other, branch]
    sides = [
        equivocation.side_of(each.run(), tuple(each.ids), 4) for each in (daisy, other)
    ]
    later = [
        equivocation.side_of(each.run(), tuple(each.ids), 5) for each in (daisy, other)
    ]
    proofs = [
        equivocation.make(daisy.chain, 4, *sides),
        equivocation.make(daisy.chain, 5, *later),
    ]
    return World(register, writers, proofs)


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


def take(peer: Peer, delivery: Delivery) -> bool:
    """Deliver; a proof against somebody unknown is for later."""
    match delivery:
        case Proof():
            if delivery.coop not in peer.roster.members:
                return False
            peer.take_proof(delivery)
        case bytes():
            peer.take_pack(delivery)
        case (block, certificate):
            peer.take_block(block, certificate)
    return True


def arrived(order: list[Delivery]) -> Peer:
    peer = Peer(world().register.genesis)
    again = [one for one in order if not take(peer, one)]
    for one in again:
        assert take(peer, one)
    return peer


@cache
def expected() -> str:
    """The root of a node that took everything in the order in which it came about."""
    register, writers, proofs = world()
    order: list[Delivery] = [*register.blocks]
    order += [pack([writer.run()]) for writer in writers]
    return arrived([*order, *proofs]).root().hex()


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
        DAISY.id: Counted(events=3),
    }
    assert peer.refused == {DAISY.id}
    assert peer.folds[ACORN.id].entities.keys() > {log_id(ACORN.id)}


@examples(2000)
@given(st.integers(0, 2**64 - 1))
def test_any_order_of_arrival_gives_the_same_root(number: int) -> None:
    dice = chance(number)
    peer = arrived(deliveries(dice))
    assert peer.root().hex() == expected()
    assert peer.refused <= {DAISY.id}


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
    assert one.root() == other.root()
    assert one.root().hex() == expected()


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
