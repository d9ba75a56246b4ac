from datetime import date, timedelta

import msgspec

from protocol.joins import utilisation
from protocol.joins.commitments import Commitment, Standing
from protocol.joins.utilisation import (
    Board,
    CoopWeek,
    Offered,
    SkillWeek,
    Span,
    Work,
)
from protocol.rules.capacity import Booking, Capacity
from protocol.rules.profiles import Wish
from protocol.state import Entity, State

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


def test_weeks_of_a_span() -> None:
    assert SPAN.weeks() == [FIRST, FIRST + WEEK, FIRST + WEEK * 2]
    assert SPAN.holds(FIRST + WEEK)
    assert not SPAN.holds(FIRST - WEEK)


def test_offers_and_promises_by_skill() -> None:
    use = utilisation.of_coop(
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

    board = Board(SPAN)
    board.lay([offer(0, 2), offer(-7, 8), offer(5, 6), wish(9, FIRST, FIRST)])
    by_week = board.offered["web", None]
    # Three days, all five of the week, and a weekend on which nobody works.
    assert by_week[FIRST] == Offered(steady=500, rest=300)
    assert by_week[FIRST + WEEK] == Offered(rest=200)
    use = board.use(SPAN, [])
    assert [one.skills["web"].offered for one in (use[FIRST], use[FIRST + WEEK])] == [
        800,
        200,
    ]
    assert list(board.use(Span(FIRST, FIRST), [])) == [FIRST]


def test_own_use_and_the_wish() -> None:
    use = utilisation.of_coop(
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
    use = utilisation.of_coop(SPAN, [entity(early, "booking", "confirmed")], [far])
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
