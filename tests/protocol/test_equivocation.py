"""Proof that a log was signed twice in one place, and what still counts of it then."""

from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import equivocation, keys, limits, walks
from protocol.equivocation import Proof, Side
from protocol.ids import Incarnation, NetworkId
from protocol.log import Run
from tests.protocol import branching, slow_walk, spec_walk
from tests.protocol.branching import Log
from tests.protocol.budget import examples
from tests.protocol.refusal import refused
from tests.protocol.test_walks import Branches, histories
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


# --- which proofs are kept ----------------------------------------------------------


def claim(letter: str, seq: int) -> Proof:
    """A proof of this place; whether it holds is another question."""
    return replaced(incarnation=branching.name_of(letter), seq=seq)


#: Name -> (proofs by object id, ids of those that are kept).
KEPT: Final[dict[str, tuple[dict[bytes, Proof], str]]] = {
    "none": ({}, ""),
    "one": ({b"1": claim("a", 5)}, "1"),
    "the-lowest-of-an-incarnation": (
        {b"1": claim("a", 5), b"2": claim("a", 4), b"3": claim("a", 6)},
        "2",
    ),
    "one-of-each-incarnation": ({b"1": claim("b", 5), b"2": claim("a", 9)}, "12"),
    "of-one-place-the-lowest-object": (
        {b"2": claim("a", 5), b"1": claim("a", 5), b"3": claim("a", 5)},
        "1",
    ),
    "of-a-first-place-alone": (
        {b"1": claim("a", 5), b"2": claim("b", 1), b"3": claim("c", 2)},
        "2",
    ),
    "of-first-places-the-lowest-incarnation": (
        {b"1": claim("b", 1), b"3": claim("a", 1), b"2": claim("a", 1)},
        "2",
    ),
    "as-many-as-count": (
        {name.encode(): claim(name, 3) for name in "abcdefgh"},
        "abcdefgh",
    ),
    "and-one-that-closes": (
        {name.encode(): claim(name, 3) for name in "mihgfedcbaxyz"},
        "abcdefghi",
    ),
}


@pytest.mark.parametrize("name", KEPT)
def test_which_proofs_are_kept(name: str) -> None:
    proofs, expected = KEPT[name]
    assert b"".join(sorted(equivocation.kept(proofs))).decode() == expected
    assert all(equivocation.kept(proofs)[one] == proofs[one] for one in kept_of(proofs))


def kept_of(proofs: dict[bytes, Proof]) -> list[bytes]:
    return sorted(equivocation.kept(proofs))


@examples(500)
@given(
    st.lists(st.tuples(st.sampled_from("abcdefghijkl"), st.integers(1, 9)), max_size=14)
)
def test_the_same_proofs_are_kept_in_any_order(places: list[tuple[str, int]]) -> None:
    proofs = {
        f"{at:02}".encode(): claim(*place) for at, place in enumerate(sorted(places))
    }
    at_once = kept_of(proofs)
    for order in (list(proofs), list(reversed(proofs)), [*[*proofs][1::2], *proofs]):
        held: dict[bytes, Proof] = {}
        for one in order:
            held = equivocation.kept({**held, one: proofs[one]})
        assert sorted(held) == at_once


# --- what still counts --------------------------------------------------------------

RESTORED: Final = Log({"a": (None, 10, {}), "b": ("a5", 6, {3: "a10"})}, "")
CLONES: Final = Log({"a": (None, 9, {}), "b": ("a3", 6, {}), "c": ("a5", 4, {})}, "")
#: Name -> (log, places signed twice, what still counts).
SUSPENDED: Final[dict[str, tuple[Log, str, str]]] = {
    "by-nothing": (Log({"a": (None, 10, {})}, ""), "", "a1-10"),
    "in-the-middle": (Log({"a": (None, 10, {})}, ""), "a6", "a1-5"),
    "at-the-second-place": (Log({"a": (None, 10, {})}, ""), "a2", "a1-1"),
    "at-the-first-place": (Log({"a": (None, 10, {})}, ""), "a1", ""),
    "next-to-what-is-held": (Log({"a": (None, 4, {})}, ""), "a5", "a1-4"),
    "before-a-restore": (RESTORED, "a3", "a1-2"),
    "after-a-restore": (RESTORED, "b5", "a1-5 b1-3 a6-10 b4-4"),
    "at-the-adoption": (RESTORED, "b3", "a1-5 b1-2"),
    # Of the other opening nobody knows the base: it need not be this one.
    "at-the-opening-of-a-restore": (RESTORED, "b1", ""),
    "in-the-lost-tail": (RESTORED, "a8", "a1-7"),
    "in-the-lost-tail-and-after-it": (RESTORED, "a8 b5", "a1-5"),
    "in-the-lost-tail-and-before-it": (RESTORED, "a8 b3", "a1-5"),
    "before-the-restore-and-after-it": (RESTORED, "a3 b5", ""),
    "before-the-restore-and-at-its-opening": (RESTORED, "a3 b1", ""),
    "in-one-clone": (CLONES, "b4", "a1-3 b1-3"),
    "in-two-clones": (CLONES, "b4 c2", "a1-3"),
    "in-three-clones": (CLONES, "a8 b4 c2", "a1-3"),
    "in-a-clone-beside": (Log({**CLONES.chains, "d": (None, 3, {})}, ""), "a8 d3", ""),
    "over-and-over": (
        Log(
            {"z": (None, 9, {}), **{one: ("z5", 3, {}) for one in "abcdefgh"}},
            "",
        ),
        "a2 b2 c2 d2 e2 f2 g2 h2",
        "z1-5",
    ),
    "over-and-over-once-more": (
        Log({"z": (None, 9, {}), **{one: ("z5", 3, {}) for one in "abcdefgh"}}, ""),
        "a2 b2 c2 d2 e2 f2 g2 h2 z9",
        "",
    ),
}


def cuts_of(places: str) -> dict[Incarnation, int]:
    made = [branching.place(one) for one in places.split()]
    return {Incarnation(one.incarnation): one.seq for one in made}


@pytest.mark.parametrize("name", SUSPENDED)
def test_what_still_counts(name: str) -> None:
    case, places, expected = SUSPENDED[name]
    walk = equivocation.walk(branching.branches(case), cuts_of(places))
    assert branching.written(walk) == expected


@pytest.mark.parametrize("more", [0, 1])
def test_a_log_with_too_many_incarnations_is_closed(
    more: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "INCARNATIONS", len(CLONES.chains) - more)
    walk = equivocation.walk(branching.branches(CLONES), cuts_of("c2"))
    assert branching.written(walk) == ("" if more else "a1-5 c1-1")


def suspended(branches: Branches, cuts: dict[Incarnation, int]) -> list[slow_walk.Spot]:
    return list(walks.positions(equivocation.walk(branches, cuts)))


CUTS: Final = st.dictionaries(
    st.sampled_from("abcdefx").map(branching.name_of), st.integers(2, 8), max_size=4
)


@examples(1000)
@given(histories(gaps=False), CUTS)
def test_what_counts_is_what_the_spec_says(
    branches: Branches, cuts: dict[Incarnation, int]
) -> None:
    counted = suspended(branches, cuts)
    if not cuts:
        assert counted == spec_walk.walk(branches)
        return
    assert counted == spec_walk.suspended(branches, cuts)
    assert all(seq < cuts.get(Incarnation(name), 9) for name, seq in counted)


@examples(1000)
@given(histories(gaps=False), CUTS, CUTS)
def test_more_proofs_never_make_more_count(
    branches: Branches, cuts: dict[Incarnation, int], more: dict[Incarnation, int]
) -> None:
    lower = {
        name: min(each.get(name, 9) for each in (cuts, more)) for name in cuts | more
    }
    before, after = suspended(branches, cuts), suspended(branches, lower)
    if cuts:
        assert before[: len(after)] == after


@examples(500)
@given(histories(gaps=False), CUTS)
def test_what_is_held_beyond_the_cuts_changes_nothing(
    branches: Branches, cuts: dict[Incarnation, int]
) -> None:
    cut = {
        name: msgspec.structs.replace(
            branch, length=min(branch.length, cuts.get(name, 9) - 1)
        )
        for name, branch in branches.items()
    }
    if cuts:
        assert suspended(cut, cuts) == suspended(branches, cuts)
