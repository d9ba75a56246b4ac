"""Proof that a log was signed twice in one place, and what still counts of it then."""

from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import equivocation, keys, limits, log
from protocol.equivocation import Proof, Side
from protocol.ids import NetworkId
from protocol.log import Branch, Place, Run
from tests.protocol import slow_walk, walks
from tests.protocol.budget import examples
from tests.protocol.refusal import refused
from tests.protocol.test_log_walk import Branches, histories
from tests.protocol.walks import LEFT_OUT, LOGS, Log
from tests.protocol.world import Writer, network

REGISTER, (ACORN, BRAMBLE) = network("acorn", "bramble")


def written(*people: int) -> Writer:
    """The first incarnation of a log with a profile for each number."""
    made = Writer.opened(REGISTER, ACORN)
    for number in people:
        made.write("profile.set", {"day": 450, "people": number})
    return made


#: Alike up to seq 2; from 3 on each goes its own way.
ONE: Final = written(1, 2, 3, 4, 5)
OTHER: Final = written(1, 2, 30, 40)


def side(made: Writer, seq: int, first: int = 1, last: int | None = None) -> Side:
    """The side that a signed run of a log gives for a place."""
    run: Run = made.run(first, last)
    return equivocation.side_of(run, tuple(made.ids[first - 1 : run.last]), seq)


def proof(seq: int = 3) -> Proof:
    return equivocation.make(ONE.chain, seq, side(ONE, seq), side(OTHER, seq))


def verify(one: Proof, key: bytes = ACORN.public) -> None:
    equivocation.verify(one, REGISTER.network, key)


# --- the proof ----------------------------------------------------------------------


def test_a_side_is_the_id_and_what_leads_to_the_signature() -> None:
    made = side(ONE, 3)
    assert made == Side(ONE.ids[2], tuple(ONE.events[3:]), ONE.run().signature)
    assert side(ONE, 5) == Side(ONE.ids[4], (), ONE.run().signature)
    assert side(ONE, 3, first=3, last=4).after == (ONE.events[3],)


def test_two_sides_of_one_place_prove_it() -> None:
    made = proof()
    verify(made)
    assert (made.coop, made.seq) == (ACORN.id, 3)
    assert made.low.id < made.high.id
    assert {made.low.id, made.high.id} == {ONE.ids[2], OTHER.ids[2]}
    assert made == equivocation.make(ONE.chain, 3, side(OTHER, 3), side(ONE, 3))
    assert made.place() == (ONE.chain.incarnation, 3)


@pytest.mark.parametrize("seq", [3, 4])
@pytest.mark.parametrize("last", [4, 5])
def test_every_signed_place_behind_the_fork_proves_it(seq: int, last: int) -> None:
    verify(
        equivocation.make(ONE.chain, seq, side(ONE, seq, last=last), side(OTHER, seq))
    )


def test_a_proof_through_its_bytes() -> None:
    data = msgspec.msgpack.encode(proof())
    verify(msgspec.msgpack.decode(data, type=Proof))


def replaced(**fields: object) -> Proof:
    made: Proof = msgspec.structs.replace(proof(), **fields)
    return made


def of_side(which: str, **fields: object) -> Proof:
    changed = msgspec.structs.replace(getattr(proof(), which), **fields)
    return replaced(**{which: changed})


TOO_LONG: Final = (bytes(limits.EVENT_BYTES + 1),)
TOO_MANY: Final = (bytes(limits.EVENT_BYTES),) * 129
#: Name -> (proof, code).
REFUSED: Final[dict[str, tuple[Proof, str]]] = {
    "one-side-twice": (replaced(high=proof().low), "proof"),
    "sides-swapped": (replaced(low=proof().high, high=proof().low), "proof"),
    "low-side-over-an-event": (of_side("low", after=TOO_LONG), "too-large"),
    "high-side-over-a-run": (of_side("high", after=TOO_MANY), "too-large"),
    "low-side-unsigned": (of_side("low", signature=bytes(64)), "signature-invalid"),
    "high-side-unsigned": (of_side("high", signature=bytes(64)), "signature-invalid"),
    "an-event-less": (
        of_side("low", after=proof().low.after[:-1]),
        "signature-invalid",
    ),
    "an-event-more": (
        of_side("high", after=(*proof().high.after, b"x")),
        "signature-invalid",
    ),
    "an-event-changed": (
        of_side("high", after=(b"x", *proof().high.after[1:])),
        "signature-invalid",
    ),
    "another-place": (replaced(seq=4), "signature-invalid"),
    "another-generation": (replaced(generation=1), "signature-invalid"),
    "another-incarnation": (replaced(incarnation=bytes(16)), "signature-invalid"),
    "another-coop": (replaced(coop=BRAMBLE.id), "signature-invalid"),
    "last-place": (replaced(seq=limits.INTEGER), "signature-invalid"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_proves_nothing(name: str) -> None:
    made, code = REFUSED[name]
    with refused(code):
        verify(made)


def filled(last: int) -> Proof:
    """A proof whose sides have as many bytes as a run may have, but for `last`."""
    sides = []
    for people in (1, 2):
        made = written(people)
        sizes = [limits.EVENT_BYTES] * 127 + [last]
        for size in sizes:
            made.append(bytes([people]) * size)
        sides.append(side(made, 1))
    return equivocation.make(ONE.chain, 1, *sides)


def test_a_side_may_be_as_large_as_a_run() -> None:
    verify(filled(limits.EVENT_BYTES))
    with refused("too-large"):
        verify(msgspec.structs.replace(filled(0), low=_more(filled(0).low)))


def _more(one: Side) -> Side:
    return Side(one.id, (*one.after, bytes(limits.EVENT_BYTES), b"x"), one.signature)


@pytest.mark.parametrize("count", [limits.RUN_EVENTS - 1, limits.RUN_EVENTS])
def test_a_side_has_no_more_events_than_a_run(count: int) -> None:
    data = msgspec.msgpack.encode(of_side("low", after=(b"x",) * count))
    if count < limits.RUN_EVENTS:
        msgspec.msgpack.decode(data, type=Proof)
        return
    with pytest.raises(msgspec.ValidationError):
        msgspec.msgpack.decode(data, type=Proof)


def test_a_proof_accuses_one_key_in_one_network() -> None:
    with refused("signature-invalid"):
        verify(proof(), BRAMBLE.public)
    with refused("signature-invalid"):
        equivocation.verify(proof(), NetworkId(bytes(32)), ACORN.public)


def test_one_history_proves_nothing() -> None:
    # Whatever two runs of it are put together, an honest log has one id for a place.
    for seq in range(1, 6):
        for first in range(1, seq + 1):
            for last in range(seq, 6):
                again = side(ONE, seq, first, last)
                with refused("proof"):
                    verify(equivocation.make(ONE.chain, seq, side(ONE, seq), again))


def test_places_of_one_history_prove_nothing() -> None:
    for seq in (3, 4):
        two = equivocation.make(ONE.chain, seq, side(ONE, 3), side(ONE, 4))
        with refused("signature-invalid"):
            verify(two)


def test_incarnations_of_one_history_prove_nothing() -> None:
    second = ONE.reopened(2, "second")
    mixed = equivocation.make(ONE.chain, 1, side(ONE, 1), side(second, 1))
    with refused("signature-invalid"):
        verify(mixed)


def test_a_signature_of_another_purpose_proves_nothing() -> None:
    message = ONE.chain.head_message(4, OTHER.ids[3])
    wrong = keys.sign(ACORN.key, "approval", message)
    made = side(OTHER, 3)
    high = Side(made.id, made.after, wrong)
    with refused("signature-invalid"):
        verify(equivocation.make(ONE.chain, 3, side(ONE, 3), high))


def test_an_incarnation_opened_twice_is_proved_by_its_first_place() -> None:
    second = ONE.reopened(2, "second")
    elsewhere = ONE.reopened(4, "second")
    assert second.chain.incarnation == elsewhere.chain.incarnation
    verify(equivocation.make(second.chain, 1, side(second, 1), side(elsewhere, 1)))


# --- what still counts --------------------------------------------------------------

#: Name -> (log, place signed twice, what still counts).
SUSPENDED: Final[dict[str, tuple[Log, str, str]]] = {
    "in-the-middle": (Log({"a": (None, 10, {})}, ""), "a6", "a1-5"),
    "at-the-first-place": (Log({"a": (None, 10, {})}, ""), "a1", ""),
    "beyond-what-is-held": (Log({"a": (None, 4, {})}, ""), "a9", "a1-4"),
    "next-to-what-is-held": (Log({"a": (None, 4, {})}, ""), "a5", "a1-4"),
    "in-a-chain-that-is-not-held": (Log({"a": (None, 4, {})}, ""), "x3", "a1-4"),
    "before-a-restore": (
        Log({"a": (None, 10, {}), "b": ("a5", 6, {3: "a10"})}, ""),
        "a3",
        "a1-2",
    ),
    "after-a-restore": (
        Log({"a": (None, 10, {}), "b": ("a5", 6, {3: "a10"})}, ""),
        "b5",
        "a1-5 b1-3 a6-10 b4-4",
    ),
    "at-the-adoption": (
        Log({"a": (None, 10, {}), "b": ("a5", 6, {3: "a10"})}, ""),
        "b3",
        "a1-5 b1-2",
    ),
    "at-the-opening-of-a-restore": (
        Log({"a": (None, 10, {}), "b": ("a5", 6, {3: "a10"})}, ""),
        "b1",
        "a1-5",
    ),
    "in-the-lost-tail": (
        Log({"a": (None, 10, {}), "b": ("a5", 6, {3: "a10"})}, ""),
        "a8",
        "a1-7",
    ),
}


@pytest.mark.parametrize("name", SUSPENDED)
def test_what_still_counts(name: str) -> None:
    case, place, expected = SUSPENDED[name]
    twice = walks.place(place)
    walk = equivocation.suspended_walk(
        walks.branches(case), twice.incarnation, twice.seq
    )
    assert walks.written(walk) == expected


def suspended(branches: Branches, place: Place) -> list[slow_walk.Spot]:
    walk = equivocation.suspended_walk(branches, place.incarnation, place.seq)
    return list(log.positions(walk))


@examples(1000)
@given(histories(gaps=False), st.sampled_from("abcdef"), st.integers(1, 7))
def test_nothing_at_or_beyond_the_place_counts(
    branches: Branches, letter: str, seq: int
) -> None:
    place = walks.place(f"{letter}{seq}")
    name = walks.name_of(letter)
    counted = suspended(branches, place)
    if name not in branches:
        assert counted == slow_walk.walk(branches)
        return
    cut: Branch = msgspec.structs.replace(
        branches[name], length=min(branches[name].length, seq - 1)
    )
    if cut.length:
        assert counted == slow_walk.walk_to({**branches, name: cut}, cut)
    assert all(each != name or at < seq for each, at in counted)
    # Whatever else is held of the place, and beyond it, changes nothing.
    longer = msgspec.structs.replace(branches[name], length=branches[name].length + 3)
    if branches[name].length >= seq - 1:
        assert suspended({**branches, name: longer}, place) == counted


@pytest.mark.parametrize("case", [*LOGS.values(), *LEFT_OUT.values()])
def test_a_log_suspended_beyond_its_end_counts_a_head(case: Log) -> None:
    for letter in case.chains:
        branches = walks.branches(case)
        place = Place(walks.name_of(letter), 99, bytes(32))
        assert suspended(branches, place) == list(
            log.positions(log.walk_from(walks.name_of(letter), branches))
        )
