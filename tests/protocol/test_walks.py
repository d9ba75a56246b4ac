"""The walk: by case, against a second implementation, and against hostile logs."""

import sys
from collections.abc import Callable, Mapping
from random import Random
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol import limits, walks
from protocol.ids import Incarnation
from protocol.log import Place
from protocol.walks import Adoption, Branch, Span
from tests.protocol import branching, slow_walk, spec_walk
from tests.protocol.branching import LEFT_OUT, LOGS, Log
from tests.protocol.budget import chance, examples

Branches = Mapping[Incarnation, Branch]


@pytest.mark.parametrize("name", LOGS)
def test_walks(name: str) -> None:
    case = LOGS[name]
    assert branching.written(walks.walk(branching.branches(case))) == case.walk


@pytest.mark.parametrize("name", LEFT_OUT)
def test_a_chain_without_its_base_is_left_out(name: str) -> None:
    case = LEFT_OUT[name]
    assert branching.written(walks.walk(branching.branches(case))) == case.walk


@pytest.mark.parametrize("case", [*LOGS.values(), *LEFT_OUT.values()])
def test_the_second_implementation_walks_alike(case: Log) -> None:
    branches = branching.branches(case)
    assert branching.written(spans(slow_walk.walk(branches))) == case.walk


def spans(places: list[slow_walk.Spot]) -> tuple[Span, ...]:
    joined: tuple[Span, ...] = ()
    for name, seq in places:
        joined = walks.joined(joined, (Span(Incarnation(name), seq, seq),))
    return joined


def places(branches: Branches) -> list[slow_walk.Spot]:
    return list(walks.positions(walks.walk(branches)))


# --- against the second implementation ----------------------------------------------


def history(chains: int, dice: Random, *, gaps: bool) -> Branches:
    """Chains that build on each other; with `gaps`, on what is not held as well."""
    letters = dice.sample("abcdef", chains)
    lengths = {name: dice.randint(0 if gaps else 1, 6) for name in letters}
    branches: dict[Incarnation, Branch] = {}
    for index, letter in enumerate(letters):
        base: Place | None = None
        if gaps and dice.random() < 0.1:
            base = branching.place(f"x{dice.randint(1, 3)}")
        elif index and dice.random() < 0.9:
            under = dice.choice(letters[:index])
            most = lengths[under] + 2 if gaps else lengths[under]
            base = branching.place(f"{under}{dice.randint(1, most)}")
        adopted = {
            at: f"{dice.choice(letters)}{dice.randint(1, 7)}"
            for at in sorted(dice.sample(range(1, 7), dice.choice((0, 0, 1, 3))))
        }
        branches[branching.name_of(letter)] = Branch(
            incarnation=branching.name_of(letter),
            base=base,
            length=lengths[letter],
            adoptions=tuple(
                Adoption(at, branching.place(tail)) for at, tail in adopted.items()
            ),
        )
    return branches


def histories(*, gaps: bool) -> st.SearchStrategy[Branches]:
    """Few chains first; what they are like follows from one number."""
    return st.builds(
        lambda chains, number: history(chains, chance(number), gaps=gaps),
        st.integers(1, 6),
        st.integers(0, 2**32 - 1),
    )


@examples(3000)
@given(histories(gaps=False))
def test_walks_like_the_second_implementation(branches: Branches) -> None:
    assert places(branches) == slow_walk.walk(branches) == spec_walk.walk(branches)


@examples(3000)
@given(histories(gaps=True))
def test_walks_like_the_second_implementation_with_gaps(branches: Branches) -> None:
    assert places(branches) == slow_walk.walk(branches) == spec_walk.walk(branches)


@examples(1000)
@given(histories(gaps=False), st.data())
def test_the_order_of_the_mapping_does_not_matter(
    branches: Branches, data: st.DataObject
) -> None:
    names = data.draw(st.permutations(list(branches)))
    assert walks.walk({name: branches[name] for name in names}) == walks.walk(branches)


@examples(1000)
@given(histories(gaps=True))
def test_each_place_counts_once_and_is_held(branches: Branches) -> None:
    counted = places(branches)
    assert len(counted) == len(set(counted))
    for name, seq in counted:
        assert 1 <= seq <= branches[Incarnation(name)].length


@examples(1000)
@given(histories(gaps=False), st.data())
def test_a_head_that_reaches_all_keeps_its_order_as_its_chain_grows(
    branches: Branches, data: st.DataObject
) -> None:
    head = branches[data.draw(st.sampled_from(sorted(branches)))]
    walk = walks.walk_from(head.incarnation, branches)
    longer = {
        **branches,
        head.incarnation: Branch(
            incarnation=head.incarnation,
            base=head.base,
            length=head.length + 2,
            adoptions=tuple(one for one in head.adoptions if one.at <= head.length),
        ),
    }
    grown = walks.walk_from(head.incarnation, longer)
    if walk and walk[-1].incarnation == head.incarnation:
        assert walks.extends(grown, walk)


# --- pieces of a walk ---------------------------------------------------------------


@examples(1000)
@given(histories(gaps=False), st.integers(0, 40))
def test_a_walk_is_its_first_places_and_the_rest(branches: Branches, size: int) -> None:
    walk = walks.walk(branches)
    first = walks.first_of(walk, size)
    assert walks.count(first) == min(size, walks.count(walk))
    assert walks.extends(walk, first)
    rest = walks.beyond(walk, first)
    assert walks.joined(first, rest) == walk
    assert [*walks.positions(first), *walks.positions(rest)] == [*walks.positions(walk)]


@examples(1000)
@given(histories(gaps=False), histories(gaps=False))
def test_extending_is_starting_with(one: Branches, other: Branches) -> None:
    longer, shorter = walks.walk(one), walks.walk(other)
    starts = list(walks.positions(longer))[: walks.count(shorter)] == list(
        walks.positions(shorter)
    )
    assert walks.extends(longer, shorter) is starts


JOINED: dict[str, tuple[str, str, str]] = {
    "nothing-and-nothing": ("", "", ""),
    "nothing-and-something": ("", "a1-2", "a1-2"),
    "something-and-nothing": ("a1-2", "", "a1-2"),
    "one-chain-goes-on": ("a1-2", "a3-4 b1-1", "a1-4 b1-1"),
    "one-chain-with-a-gap": ("a1-2", "a4-4", "a1-2 a4-4"),
    "another-chain": ("a1-2", "b3-4", "a1-2 b3-4"),
}


@pytest.mark.parametrize("name", JOINED)
def test_joining(name: str) -> None:
    left, right, expected = JOINED[name]
    joined = walks.joined(parsed(left), parsed(right))
    assert branching.written(joined) == expected


def parsed(written: str) -> tuple[Span, ...]:
    return tuple(
        Span(branching.name_of(one[0]), *map(int, one[1:].split("-")))
        for one in written.split()
    )


# --- adoptions without end ----------------------------------------------------------


def adoptions(*tails: str) -> list[Adoption]:
    return [
        Adoption(at, branching.place(tail)) for at, tail in enumerate(tails, start=1)
    ]


def test_only_adoptions_that_go_further_count() -> None:
    made = adoptions("a3", "a3", "b1", "a2", "a4", "b2", "b1")
    assert walks.effective(made) == [made[0], made[2], made[4], made[5]]


def test_so_many_adoptions_count_and_no_more() -> None:
    made = adoptions(*(f"a{seq}" for seq in range(1, limits.ADOPTIONS + 9)))
    assert walks.effective(made) == made[: limits.ADOPTIONS]


# --- hostile logs -------------------------------------------------------------------


def name(number: int) -> Incarnation:
    return Incarnation(number.to_bytes(16))


def chain(
    number: int, base: int | None, length: int, adopted: Mapping[int, tuple[int, int]]
) -> Branch:
    return Branch(
        incarnation=name(number),
        base=None if base is None else Place(name(base), 1, bytes(32)),
        length=length,
        adoptions=tuple(
            Adoption(at, Place(name(tail), seq, bytes(32)))
            for at, (tail, seq) in adopted.items()
        ),
    )


def restored_again_and_again(size: int) -> list[Branch]:
    return [chain(at, at - 1 if at else None, 1, {}) for at in range(size)]


def each_adopts_the_one_before(size: int) -> list[Branch]:
    return [
        chain(at, 0 if at else None, 2, {2: (at - 1, 2)} if at else {})
        for at in range(size)
    ]


def one_adopts_all(size: int) -> list[Branch]:
    first = chain(0, None, size, {at: (at, 1) for at in range(2, size)})
    return [first, *(chain(at, 0, 1, {}) for at in range(1, size))]


def one_adopts_itself(size: int) -> list[Branch]:
    return [chain(0, None, size * 50, {at: (0, at) for at in range(1, size * 50)})]


def everybody_adopts_everybody_before(size: int) -> list[Branch]:
    return [
        chain(
            at,
            0 if at else None,
            size + 1,
            {tail + 2: (tail, size + 1) for tail in range(1, at)},
        )
        for at in range(size)
    ]


def clones_of_a_long_history(size: int) -> list[Branch]:
    """Half restored one after the other with a tail each; half cloned from the last."""
    restored, tails = range(0, size, 2), range(1, size, 2)
    made = [chain(at, at - 2 if at else None, 3, {2: (at + 1, 1)}) for at in restored]
    made += [chain(at, None, 1, {}) for at in tails]
    return [*made, *(chain(size + at, size - 2, 3, {}) for at in range(size))]


HOSTILE: dict[str, Callable[[int], list[Branch]]] = {
    "restored-again-and-again": restored_again_and_again,
    "each-adopts-the-one-before": each_adopts_the_one_before,
    "one-adopts-all": one_adopts_all,
    "one-adopts-itself": one_adopts_itself,
    "everybody-adopts-everybody-before": everybody_adopts_everybody_before,
    "clones-of-a-long-history": clones_of_a_long_history,
}


def calls(make: Callable[[int], list[Branch]], size: int) -> int:
    """Count the Python calls that a walk takes: work, whatever the machine."""
    branches = {branch.incarnation: branch for branch in make(size)}
    made = 0

    def count(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal made
        made += event == "call"

    sys.setprofile(count)
    try:
        walks.walk(branches)
    finally:
        sys.setprofile(None)
    return made


def input_size(branches: list[Branch]) -> int:
    return sum(1 + len(branch.adoptions) for branch in branches)


@pytest.mark.parametrize("case", HOSTILE)
def test_work_grows_with_what_there_is_to_walk(case: str) -> None:
    make = HOSTILE[case]
    more = input_size(make(60)) / input_size(make(30))
    assert calls(make, 60) <= 1.2 * more * calls(make, 30)


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_logs_walk_like_the_pseudo_code(case: str) -> None:
    branches = {branch.incarnation: branch for branch in HOSTILE[case](12)}
    assert places(branches) == spec_walk.walk(branches)


def test_nesting_ends() -> None:
    deep = each_adopts_the_one_before(limits.INCARNATIONS)
    walk = walks.walk_from(
        name(limits.INCARNATIONS - 1), {b.incarnation: b for b in deep}
    )
    # The head, its base, and as many adoptions inside each other as are followed.
    assert len(walk) == 2 + 64


def test_tails_beside_each_other_are_no_nesting() -> None:
    # Forty tails in turn, then one in which as many nest as may: nothing is lost.
    nested = [
        chain(at, None, 1, {1: (at + 1, 1)} if at < 63 else {}) for at in range(64)
    ]
    beside = [chain(at, None, 1, {}) for at in range(100, 140)]
    tails = {at: (at + 99, 1) for at in range(1, 41)}
    head = chain(999, None, 41, {**tails, 41: (0, 1)})
    branches = {one.incarnation: one for one in (*nested, *beside, head)}
    walk = walks.walk_from(head.incarnation, branches)
    assert walks.count(walk) == 41 + 40 + 64
    deeper = chain(63, None, 1, {1: (64, 1)})
    more = {**branches, deeper.incarnation: deeper, name(64): chain(64, None, 1, {})}
    assert walks.walk_from(head.incarnation, more) == walk


def test_bases_in_a_circle_end() -> None:
    # No hash allows it; a caller that did not check its bases must not hang.
    circle = [chain(0, 1, 2, {}), chain(1, 0, 2, {}), chain(2, 2, 1, {})]
    assert walks.walk({branch.incarnation: branch for branch in circle}) == ()
