import statistics
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.joins import offers, utilisation
from protocol.joins.bookings import TAKING
from protocol.joins.commitments import Commitment, Standing
from protocol.joins.offers import Offers, Stretch, Tier
from protocol.joins.utilisation import Board, Span, Work
from protocol.kinds.fields import Rate
from protocol.rules.capacity import Booking, Capacity
from protocol.rules.profiles import Wish
from protocol.state import Entity, State
from tests.protocol.joins import plain
from tests.protocol.joins.plain import CoopWeek, SkillWeek, Use

COOP, OTHER = b"c" * 32, b"o" * 32
FIRST = date(2027, 1, 4)
WEEK = timedelta(7)
SPAN = Span(FIRST, FIRST + WEEK * 2)


def entity(body: State, family: str, state: str = "open") -> Entity:
    return Entity(
        id=bytes(32), coop=COOP, family=family, state=state, epoch=0, body=body
    )


def capacity(minutes: int, weeks: int = 3, skill: str = "web") -> Capacity:
    return Capacity(
        ends=FIRST + WEEK * weeks - timedelta(1),
        minutes=minutes,
        skill=skill,
        starts=FIRST,
    )


def booking(minutes: int, state: str, probability: int | None = None) -> Entity:
    body = Booking(
        ends=FIRST + timedelta(4),
        minutes=minutes,
        probability=probability,
        starts=FIRST,
    )
    return entity(body, "booking", state)


def wish(wanted: int, starts: date, ends: date) -> Entity:
    body = Wish(ceiling=wanted * 2, ends=ends, floor=0, starts=starts, wanted=wanted)
    return entity(body, "wish", "current")


def work(minutes: int, skill: str = "web") -> Work:
    return Work(
        coop=COOP,
        skill=skill,
        minutes=minutes,
        starts=FIRST,
        ends=FIRST + WEEK * 2 - timedelta(1),
        pledge=b"p" * 32,
    )


def board_of(
    span: Span, entities: Sequence[Entity], promised: Sequence[Work] = ()
) -> Board:
    board = Board(span)
    board.own = utilisation.lay(board.weeks, entities)
    for one in promised:
        board.commit(one)
    return board


def read(board: Board, span: Span) -> Use:
    """Read the rows of a board as weeks."""
    own, skills = board.own, board.skills
    lanes = [board.lane(skill) for skill in skills]
    offered = [board.cut(lane.offered, span, 0) for lane in lanes]
    committed = [board.cut(lane.committed, span, 0) for lane in lanes]
    booked = [board.booked(skill) for skill in skills]
    own_use = [[board.cut(row, span, 0) for row in one] for one in booked]
    confirmed = board.cut(own.confirmed, span, 0)
    expected = board.cut(own.expected, span, 0)
    placeholder = board.cut(own.placeholder, span, 0)
    wishes = board.cut(own.wishes, span, None)
    return {
        week: CoopWeek(
            skills={
                skill: found
                for no, skill in enumerate(skills)
                if (
                    found := SkillWeek(
                        offered=offered[no][at],
                        committed=committed[no][at],
                        confirmed=own_use[no][0][at],
                        expected=own_use[no][1][at],
                        placeholder=own_use[no][2][at],
                    )
                )
                != SkillWeek()
            },
            confirmed=confirmed[at],
            expected=expected[at],
            placeholder=placeholder[at],
            wanted=None if wish is None else wish.wanted,
            floor=None if wish is None else wish.floor,
            ceiling=None if wish is None else wish.ceiling,
        )
        for at, (week, wish) in enumerate(zip(span.weeks(), wishes, strict=True))
    }


def of_coop(span: Span, entities: Sequence[Entity], promised: Sequence[Work]) -> Use:
    return read(board_of(span, entities, promised), span)


def test_weeks_of_a_span() -> None:
    assert SPAN.weeks() == [FIRST, FIRST + WEEK, FIRST + WEEK * 2]
    assert SPAN.holds(FIRST + WEEK)
    assert not SPAN.holds(FIRST - WEEK)
    later = Span(FIRST + WEEK, FIRST + WEEK * 9)
    assert SPAN.within(later) == Span(FIRST + WEEK, FIRST + WEEK * 2)
    assert Span(FIRST, FIRST).within(later).weeks() == []


def test_offers_and_promises_by_skill() -> None:
    use = of_coop(
        SPAN,
        [
            entity(capacity(900), "capacity"),
            entity(capacity(300, weeks=1, skill="design"), "capacity"),
            entity(capacity(5000), "capacity", "withdrawn"),
        ],
        [work(2000), work(100, "design")],
    )
    first, second, third = use.values()
    assert first.skills == {
        "design": SkillWeek(offered=300, committed=50),
        "web": SkillWeek(offered=900, committed=1000),
    }
    assert second.skills["design"] == SkillWeek(offered=0, committed=50)
    assert third.skills == {"web": SkillWeek(offered=900)}
    assert (first.skills["web"].free, first.skills["web"].over) == (0, 100)
    assert (first.skills["design"].free, first.skills["design"].over) == (250, 0)
    assert (first.committed, first.busy, first.gap) == (1050, 1050, None)


def test_offers_for_some_days_of_a_week() -> None:
    def offer(first: int, last: int) -> Entity:
        body = Capacity(
            ends=FIRST + timedelta(last),
            minutes=500,
            skill="web",
            starts=FIRST + timedelta(first),
        )
        return entity(body, "capacity")

    entities = [offer(0, 2), offer(-7, 8), offer(5, 6), wish(9, FIRST, FIRST)]
    board = board_of(SPAN, entities)
    (tier,) = board.own.offers["web"].tiers("GBP")
    # Three days, all five of the week, and a weekend on which nobody works.
    assert tier.price is None
    assert list(tier.steady) == [500, 0, 0]
    assert list(tier.rest) == [300, 200, 0]
    assert list(board.lane("web").offered) == [800, 200, 0]
    assert list(read(board, Span(FIRST, FIRST))) == [FIRST]


def test_own_use_and_the_wish() -> None:
    use = of_coop(
        SPAN,
        [
            booking(600, "confirmed"),
            booking(500, "tentative", 33),
            booking(400, "placeholder"),
            booking(9999, "released"),
            booking(9999, "done"),
            wish(3000, FIRST, FIRST + WEEK * 2),
            wish(2000, FIRST - WEEK, FIRST + WEEK),
            wish(1000, FIRST + WEEK * 2, FIRST + WEEK * 2),
        ],
        [],
    )
    first, second, third = use.values()
    assert first == CoopWeek(
        skills={},
        confirmed=600,
        expected=165,
        placeholder=400,
        wanted=3000,
        floor=0,
        ceiling=6000,
    )
    assert first.gap == 3000 - 600 - 165
    # Of the wishes that hold a week, the one that started last.
    assert (second.wanted, third.wanted) == (3000, 1000)


def test_only_what_lies_in_the_span() -> None:
    far = msgspec.structs.replace(work(700), starts=FIRST - WEEK, ends=FIRST + WEEK * 9)
    early = Booking(
        ends=FIRST - timedelta(1), minutes=60, starts=FIRST - WEEK, probability=None
    )
    use = of_coop(SPAN, [entity(early, "booking", "confirmed")], [far])
    assert list(use) == SPAN.weeks()
    assert all(one.confirmed == 0 for one in use.values())
    assert sum(one.committed for one in use.values()) < 700


def commitment(
    standing: Standing, unit: str = "minutes", pledge: int = 1
) -> Commitment:
    return Commitment(
        pledge=bytes([pledge]) * 32,
        pledger=COOP,
        taker=OTHER,
        to=b"l" * 32,
        line=1,
        unit=unit,
        quantity=600,
        standing=standing,
    )


def test_work_is_what_binds_and_has_a_window() -> None:
    ends = FIRST + WEEK
    windows = {
        bytes([1]) * 32: ("web", FIRST, ends),
        bytes([2]) * 32: ("web", None, ends),
        bytes([3]) * 32: ("web", ends, FIRST),
    }
    found = utilisation.works(
        [
            commitment("committed"),
            commitment("overtaken"),
            commitment("accepted"),
            commitment("released"),
            commitment("committed", "GBP"),
            commitment("committed", pledge=2),
            commitment("committed", pledge=3),
            commitment("committed", pledge=4),
        ],
        windows,
    )
    assert [(one.pledge[0], one.minutes, one.skill) for one in found] == [
        (1, 600, "web"),
        (1, 600, "web"),
    ]


# --- rows against the plain join ----------------------------------------------------

SKILLS = ("web", "design")
LONG = Span(FIRST, FIRST + WEEK * 12)
near = st.dates(FIRST - WEEK * 4, FIRST + WEEK * 16)
#: Few, so that sums meet, and now and then one that no sum of 64 bits holds.
minutes = st.integers(1, 5000) | st.just(2**63)
rates = st.none() | st.builds(
    Rate,
    st.sampled_from(["GBP", "EUR"]),
    st.integers(0, 40),
    st.sampled_from([1, 3, 60, 450]),
)


@st.composite
def windows(draw: st.DrawFn) -> tuple[date, date]:
    starts = draw(near | st.just(date.min))
    ends = draw(near | st.just(date.max))
    return min(starts, ends), max(starts, ends)


@st.composite
def said(draw: st.DrawFn) -> Entity:
    starts, ends = draw(windows())
    match draw(st.sampled_from(["capacity", "capacity", "booking", "wish"])):
        case "capacity":
            body = Capacity(
                ends=ends,
                minutes=draw(minutes),
                rate=draw(rates),
                skill=draw(st.sampled_from(SKILLS)),
                starts=starts,
            )
            return entity(body, "capacity", draw(st.sampled_from(["open", "open"])))
        case "booking":
            state = draw(st.sampled_from([*TAKING, "done"]))
            odds = draw(st.integers(1, 99)) if state == "tentative" else None
            taken = Booking(
                ends=ends,
                minutes=draw(minutes),
                probability=odds,
                skill=draw(st.sampled_from([*SKILLS, "booked", None])),
                starts=starts,
            )
            return entity(taken, "booking", state)
        case _:
            return wish(draw(st.integers(0, 3000)), starts, ends)


@st.composite
def promised(draw: st.DrawFn) -> Work:
    starts = draw(near)
    return Work(
        coop=COOP,
        skill=draw(st.sampled_from([*SKILLS, "other"])),
        minutes=draw(minutes),
        starts=starts,
        ends=starts + timedelta(draw(st.integers(0, 300))),
        pledge=b"p" * 32,
    )


listed = st.lists(said(), max_size=12)
works = st.lists(promised(), max_size=6)


@given(entities=listed, taken=works, asked=st.tuples(near, near))
def test_rows_say_what_the_plain_join_says(
    entities: list[Entity], taken: list[Work], asked: tuple[date, date]
) -> None:
    board = board_of(LONG, entities, taken)
    assert read(board, LONG) == plain.of_coop(LONG, entities, taken)
    # Weeks beyond the board are there, and empty.
    days = sorted(one - timedelta(one.weekday()) for one in asked)
    span = Span(days[0], days[1])
    use = plain.of_coop(span, entities, taken)
    nothing = CoopWeek(skills={})
    assert read(board, span) == {
        week: one if LONG.holds(week) else nothing for week, one in use.items()
    }
    assert [*LONG.within(span).weeks()] == [
        week for week in span.weeks() if LONG.holds(week)
    ]


@given(entities=listed, taken=works)
def test_a_gap_is_filled_by_what_is_free_of_a_skill(
    entities: list[Entity], taken: list[Work]
) -> None:
    board = board_of(LONG, entities, taken)
    use = plain.of_coop(LONG, entities, taken)
    assert board.gaps == [one.gap for one in use.values()]
    for skill in (*SKILLS, "booked", "unheard-of"):
        assert utilisation.fill(board.gaps, board.lane(skill).free) == [
            one.fill(skill) for one in use.values()
        ]


@given(entities=listed)
def test_own_use_of_all_skills_is_that_of_the_co_op(entities: list[Entity]) -> None:
    own = board_of(LONG, entities).own
    sums = [
        [sum(some) for some in zip([0] * len(LONG.weeks()), *rows, strict=True)]
        for rows in zip(*own.booked.values(), strict=True)
    ]
    if own.booked:
        assert sums == [*map(list, (own.confirmed, own.expected, own.placeholder))]
    unnamed = [
        one.state
        for one in entities
        if isinstance(one.body, Booking) and one.body.skill is None
    ]
    assert (None in own.booked) == bool(set(unnamed) & set(TAKING))


FILLS = {
    "no wish": ([None], [600], [None]),
    "free for a part": ([600], [400], [400]),
    "free for more": ([600], [900], [600]),
    "nothing free": ([600], [0], [0]),
    "too much already": ([-300], [900], [0]),
    "content": ([0], [900], [0]),
}


@pytest.mark.parametrize(("gaps", "free", "filled"), FILLS.values(), ids=FILLS)
def test_fill(gaps: list[int | None], free: list[int], filled: list[int]) -> None:
    assert utilisation.fill(gaps, free) == filled


@given(entities=listed, taken=works, window=windows())
def test_a_window_is_the_sum_of_its_weeks(
    entities: list[Entity], taken: list[Work], window: tuple[date, date]
) -> None:
    board = board_of(LONG, entities, taken)
    use = plain.of_coop(LONG, entities, taken)
    starts, ends = window
    asked = board.window(starts, ends)
    touched = {
        week: one
        for week, one in use.items()
        if starts <= week + timedelta(6) and week <= ends
    }
    for skill in (*SKILLS, "unheard-of"):
        assert board.lane(skill).within(asked) == sum(
            one.skills[skill].free * plain.days_in(week, starts, ends) // 5
            for week, one in touched.items()
            if skill in one.skills
        )
    meant = [one for one in touched.values() if one.wanted]
    first, last = asked.touched.start, asked.touched.stop
    wanted = board.wanted
    assert board.wanted is wanted
    assert wanted.wanted[last] - wanted.wanted[first] == sum(
        one.wanted or 0 for one in meant
    )
    assert wanted.gap[last] - wanted.gap[first] == sum(one.gap or 0 for one in meant)
    assert list(board.committed) == [one.committed for one in use.values()]
    some = board.places(Span(starts, ends))
    assert LONG.weeks()[some] == list(touched)


@given(taken=works, more=works)
def test_work_is_taken_back_without_a_trace(
    taken: list[Work], more: list[Work]
) -> None:
    board = board_of(LONG, [], taken)
    before = read(board, LONG)
    along = board.along(more)
    assert read(along, LONG) == plain.of_coop(LONG, [], [*taken, *more])
    assert read(board, LONG) == before
    for one in more:
        along.commit(one, -1)
    assert read(along, LONG) == before
    along.own = utilisation.lay(along.weeks, [wish(60, FIRST, FIRST)])
    assert along.wanted.wanted[-1] == 60


@given(entities=listed, currency=st.sampled_from(["GBP", "EUR", "DKK"]))
def test_tiers_are_all_offers_by_price(entities: list[Entity], currency: str) -> None:
    board = board_of(LONG, entities)
    for skill, one in board.own.offers.items():
        prices = plain.prices(entities, skill, currency)
        assert one.prices.get(currency, []) == prices
        others = {
            entity.body.rate
            for entity in entities
            if isinstance(entity.body, Capacity) and entity.body.skill == skill
        } - set(prices)
        groups: list[list[Rate | None]] = [[price] for price in prices]
        if others:
            groups.append(list(others))
        tiers = one.tiers(currency)
        # Fewer offers than are put together.
        if len(prices) > offers.PRICES:
            assert len(tiers) <= offers.PRICES + bool(others)
            continue
        expected = [
            [
                tuple(
                    map(
                        sum,
                        zip(
                            *(
                                plain.offered_at(week, entities, skill, rate)
                                for rate in group
                            ),
                            strict=True,
                        ),
                    )
                )
                for week in LONG.weeks()
            ]
            for group in groups
        ]
        assert [list(zip(one.steady, one.rest, strict=True)) for one in tiers] == (
            expected
        )
        assert [tier.price for tier in tiers] == [
            *prices,
            *([None] if others else []),
        ]


def test_many_prices_are_put_together_at_the_dearest() -> None:
    weeks = SPAN.numbers
    day = (FIRST, FIRST + timedelta(4), 10)
    by_rate: dict[Rate | None, list[Stretch]] = {
        Rate("GBP", amount, 60): [day] for amount in range(20, 0, -1)
    }
    found = Offers(weeks, by_rate | {None: [day]}).tiers("GBP")
    assert [tier.price and tier.price.amount for tier in found] == [
        3,
        6,
        9,
        12,
        15,
        18,
        20,
        None,
    ]
    assert [tier.steady[0] for tier in found] == [30] * 6 + [20, 10]
    assert Tier(None, *Offers(weeks, {None: [day]}).tiers("GBP")[0][1:]).rest[0] == 0


@given(st.lists(rates.filter(bool)))
def test_the_middle_price_is_the_median(some: list[Rate]) -> None:
    exact = [Fraction(one.amount, one.minutes) for one in some]
    assert offers.middle(some) == (statistics.median(exact) if exact else None)


def test_prices_that_round_alike_are_told_apart() -> None:
    big = 2**53 - 1
    some = [Rate("GBP", big - no, big - no - 1) for no in range(6)]
    exact = sorted(Fraction(one.amount, one.minutes) for one in some)
    assert len({one.amount / one.minutes for one in some}) < len(set(exact))
    assert offers.middle(some) == statistics.median(exact)
    assert sorted(some, key=offers.cost) == some
