"""The section of joins.json for SPEC 11.6."""

from datetime import timedelta
from typing import Final

from protocol.joins import utilisation
from protocol.joins.utilisation import Board
from protocol.rules.capacity import Booking, Capacity
from protocol.state import Entity
from tests.protocol.joins.test_utilisation import (
    FIRST,
    SPAN,
    WEEK,
    booking,
    capacity,
    entity,
    wish,
    work,
)
from tests.vectors.making.winning import entity as written
from tests.vectors.making.written import File, Json


def _booked(minutes: int, state: str, skill: str, odds: int | None = None) -> Entity:
    body = Booking(
        ends=FIRST + WEEK + timedelta(1),
        minutes=minutes,
        probability=odds,
        skill=skill,
        starts=FIRST + timedelta(3),
    )
    return entity(body, "booking", state)


def _part(first: int, last: int) -> Entity:
    body = Capacity(
        ends=FIRST + timedelta(last),
        minutes=501,
        skill="web",
        starts=FIRST + timedelta(first),
    )
    return entity(body, "capacity")


#: Name -> what a co-op says, and what it has promised.
CASES: Final = {
    "offers and promises by skill": (
        [
            entity(capacity(900), "capacity"),
            entity(capacity(300, weeks=1, skill="design"), "capacity"),
            entity(capacity(5000), "capacity", "withdrawn"),
        ],
        [work(2000), work(101, "design")],
    ),
    "offers for some days of a week": ([_part(0, 2), _part(-7, 8), _part(5, 6)], []),
    "own use by skill, and without one": (
        [
            _booked(600, "confirmed", "web"),
            _booked(503, "tentative", "web", 33),
            _booked(400, "placeholder", "law"),
            _booked(9999, "done", "web"),
            booking(77, "confirmed"),
            booking(100, "tentative", 99),
        ],
        [],
    ),
    "a gap that free time fills in part, whole and not at all": (
        [
            entity(capacity(500), "capacity"),
            entity(capacity(9000, skill="design"), "capacity"),
            booking(200, "confirmed"),
            wish(1000, FIRST, FIRST + WEEK),
            wish(10, FIRST + WEEK, FIRST + WEEK),
        ],
        [work(150)],
    ),
}


def _weeks(board: Board) -> Json:
    own = board.own
    wanted = [None if one is None else one.wanted for one in own.wishes]
    return {
        "skills": {skill: _skill(board, skill) for skill in board.skills},
        "confirmed": list(own.confirmed),
        "expected": list(own.expected),
        "placeholder": list(own.placeholder),
        "wanted": wanted,
        "gap": board.gaps,
    }


def _skill(board: Board, skill: str) -> Json:
    lane, booked = board.lane(skill), board.booked(skill)
    return {
        "offered": list(lane.offered),
        "committed": list(lane.committed),
        "free": list(lane.free),
        "confirmed": list(booked.confirmed),
        "expected": list(booked.expected),
        "placeholder": list(booked.placeholder),
        "fill": utilisation.fill(board.gaps, lane.free),
    }


def sections() -> File:
    made: list[Json] = []
    for name, (entities, promised) in CASES.items():
        board = Board(SPAN, utilisation.lay(SPAN.numbers, entities))
        for one in promised:
            board.commit(one)
        made.append(
            {
                "name": name,
                "weeks": [str(week) for week in SPAN.weeks()],
                "entities": [written(one) for one in entities],
                "work": [
                    {
                        "skill": one.skill,
                        "minutes": one.minutes,
                        "starts": str(one.starts),
                        "ends": str(one.ends),
                    }
                    for one in promised
                ],
                "use": _weeks(board),
            }
        )
    return {"utilisation": made}
