"""What is added up over all co-ops is what going through them one by one gives."""

from datetime import date, timedelta
from fractions import Fraction
from typing import cast

from hypothesis import example, given
from hypothesis import strategies as st

from node.views import matching
from node.views.books import Books
from node.views.market import Market
from node.views.matching import _Offer, _Scene
from node.views.spare import Spare
from protocol.joins.offers import Offers
from protocol.joins.utilisation import Board, Own, Span, Work, lay
from protocol.kinds.fields import Rate

FIRST = date(2027, 1, 4)
SPAN = Span(FIRST, FIRST + timedelta(7 * 5))
COOPS = [bytes([no]) * 32 for no in range(5)]
SKILLS = ("web", "law")
days = st.integers(-10, 50).map(lambda no: FIRST + timedelta(no))
windows = st.tuples(days, days).map(sorted)
offered = st.tuples(
    st.sampled_from(COOPS), st.sampled_from(SKILLS), windows, st.integers(1, 9)
)
promised = st.builds(
    lambda coop, skill, window, minutes: Work(
        coop=coop,
        skill=skill,
        minutes=minutes,
        starts=window[0],
        ends=window[1],
        pledge=bytes(32),
    ),
    st.sampled_from(COOPS),
    st.sampled_from(SKILLS),
    windows,
    st.integers(1, 40),
)


def own(weeks: range, offers: dict[str, Offers]) -> Own:
    return lay(weeks, ())._replace(offers=offers)


def filled(
    found: list[tuple[bytes, str, list[date], int]], taken: list[Work]
) -> Market:
    """Make a market of what is offered and promised."""
    market = Market()
    market.span = SPAN
    market.boards = {coop: Board(SPAN) for coop in COOPS[1:]}
    for coop, board in market.boards.items():
        stretches = {
            skill: [
                (window[0], window[1], minutes)
                for who, what, window, minutes in found
                if (who, what) == (coop, skill)
            ]
            for skill in SKILLS
        }
        board.own = own(
            board.weeks,
            {
                skill: Offers(board.weeks, {None: some})
                for skill, some in stretches.items()
                if some
            },
        )
    for work in taken:
        if work.coop in market.boards:
            market.boards[work.coop].commit(work)
    return market


@given(
    found=st.lists(offered, max_size=12),
    taken=st.lists(promised, max_size=5),
    asked=st.lists(windows, min_size=1, max_size=5),
)
def test_sums_by_week_are_those_of_every_co_op(
    found: list[tuple[bytes, str, list[date], int]],
    taken: list[Work],
    asked: list[list[date]],
) -> None:
    market = filled(found, taken)
    for skill in (*SKILLS, "unheard-of"):
        lanes = [market.board(coop).lane(skill) for coop in COOPS]
        spare = Spare(lanes)
        assert bool(spare) == any(any(lane.free) for lane in lanes)
        # Asked twice: what broken weeks come to is remembered.
        for starts, ends in (*asked, *asked):
            window = Board(SPAN).window(starts, ends)
            each = [lane.within(window) for lane in lanes]
            free = spare.within(window)
            assert free.minutes == sum(each)
            assert free.lanes == sum(1 << at for at, some in enumerate(each) if some)


@given(
    asked=st.tuples(st.integers(0, 10**6), st.integers(1, 10**4)),
    paid=st.none() | st.fractions(0, 10**4, max_denominator=10**4),
)
@example(asked=(3, 2), paid=Fraction(1))
@example(asked=(2, 1), paid=Fraction(1))
@example(asked=(201, 200), paid=Fraction(1))
@example(asked=(203, 200), paid=Fraction(1))
def test_the_score_of_a_rate(asked: tuple[int, int], paid: Fraction | None) -> None:
    rate = Rate(amount=asked[0], currency="GBP", minutes=asked[1])
    market = Market()
    market.span = SPAN
    board = Board(SPAN)
    stretch = (SPAN.first, SPAN.last, 60)
    board.own = own(board.weeks, {"web": Offers(board.weeks, {rate: [stretch]})})
    market.boards = {COOPS[0]: board}
    scene = _Scene(
        books=cast("Books", None),
        market=market,
        boards={},
        profiles={},
        places={},
    )
    offer = _Offer(id="", title="", coop=COOPS[0], currency="GBP", paid=paid)
    score = matching._rate(scene, offer, board, "web")
    mine = Fraction(rate.amount, rate.minutes)
    # Where the lead does not say, what is usual counts: here that of its one offer.
    usual = mine if paid is None else paid
    if not usual:
        assert score == 50
        return
    over = mine / usual - 1
    assert score == max(0, min(100, round(100 * (1 - over))))
