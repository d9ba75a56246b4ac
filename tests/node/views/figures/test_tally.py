"""Sets of numbers and classes, against what Python has for them."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from node.views.figures.tally import NumberSet, Tally

NUMBERS = st.integers(0, 40)
CLASSES = st.sampled_from([None, "kept", "open", "broken"])


@given(st.lists(st.tuples(NUMBERS, st.booleans())))
def test_a_number_set_is_a_set(steps: list[tuple[int, bool]]) -> None:
    ours, plain = NumberSet(), set[int]()
    for no, inside in steps:
        ours.put(no, inside=inside)
        plain = plain | {no} if inside else plain - {no}
        assert list(ours) == sorted(plain)
        assert (len(ours), no in ours) == (len(plain), no in plain)


@given(st.lists(st.tuples(NUMBERS, CLASSES)))
def test_a_tally_counts_what_a_dictionary_does(
    steps: list[tuple[int, str | None]],
) -> None:
    ours, plain = Tally[str](), dict[int, str]()
    for no, named in steps:
        ours.put(no, named)
        plain.pop(no, None)
        if named is not None:
            plain[no] = named
        assert dict(ours.counts()) == Counter(plain.values())
        assert ours.of(no) == named
        for wanted in ({"kept"}, {"open", "broken"}):
            listed = sorted(one for one in plain if plain[one] in wanted)
            assert ours.members(wanted) == listed


def test_a_class_that_nothing_is_of_gives_its_place_away() -> None:
    tally = Tally[int]()
    for named in range(1000):
        tally.put(7, named)
    assert dict(tally.counts()) == {999: 1}
    assert len(tally._classes) == 3
