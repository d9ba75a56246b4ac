"""Who could cover it if the window moved, against every move there is."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from node.consortium.moving import FURTHEST_WEEKS, moves
from node.consortium.problem import Need, Problem, Supply, Wish

MONDAY = date(2027, 1, 4)
COOPS = (b"a" * 32, b"b" * 32, b"c" * 32)
WEEKS = [MONDAY + timedelta(7 * no) for no in range(-30, 34)]
by_week = st.dictionaries(st.sampled_from(WEEKS), st.integers(0, 90), max_size=8)
supplies = st.builds(
    lambda coop, skill, free: Supply(coop=coop, skill=skill, free=free, steady=free),
    st.sampled_from(COOPS),
    st.sampled_from(["web", "law"]),
    by_week,
)
wishes = st.dictionaries(
    st.sampled_from(COOPS),
    st.builds(lambda most: Wish(wanted=0, busy=0, ceiling=most), by_week),
)


def could(left: Problem, need: Need, weeks: int) -> dict[bytes, int]:
    """Say what each co-op could do at most, were the need some weeks later."""
    found = {}
    for coop in COOPS:
        most = 0
        for week in WEEKS:
            at = week - timedelta(7 * weeks)
            days = sum(
                need.starts <= at + timedelta(no) <= need.ends for no in range(5)
            )
            free = sum(
                one.free.get(week, 0) * days // 5
                for one in left.supplies
                if (one.coop, one.skill) == (coop, need.skill)
            )
            ceiling = left.wishes[coop].ceiling if coop in left.wishes else {}
            most += min(free, ceiling.get(week, free))
        found[coop] = most
    return found


@given(
    listed=st.lists(supplies, max_size=5),
    wished=wishes,
    minutes=st.integers(1, 200),
    first=st.integers(0, 6),
    length=st.integers(0, 16),
)
def test_the_shortest_move_that_covers_most(
    listed: list[Supply],
    wished: dict[bytes, Wish],
    minutes: int,
    first: int,
    length: int,
) -> None:
    starts = MONDAY + timedelta(first)
    ends = starts + timedelta(length)
    need = Need(line=1, skill="web", minutes=minutes, starts=starts, ends=ends)
    left = Problem(needs=[need], supplies=listed, wishes=wished)
    every = [sign * far for far in range(1, FURTHEST_WEEKS + 1) for sign in (1, -1)]
    covered = {no: min(minutes, sum(could(left, need, no).values())) for no in every}
    found = moves(left, [need])
    if not any(covered.values()):
        assert found == []
        return
    (move,) = found
    # Of those that cover as much, the shortest; of two as short, the later.
    assert move.weeks == max(every, key=lambda no: covered[no])
    assert move.covered == covered[move.weeks] == sum(move.minutes.values())
    most = could(left, need, move.weeks)
    assert all(0 < some <= most[coop] for coop, some in move.minutes.items())
