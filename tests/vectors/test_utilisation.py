"""joins.json, SPEC 11.6: the rows and the plain join both do as the vectors say."""

import datetime
import json
from typing import Any

import pytest

from protocol.joins import utilisation
from protocol.joins.bookings import Booked
from protocol.joins.utilisation import Board, Span, Work
from tests.protocol.joins import plain
from tests.vectors.generate import FOLDER
from tests.vectors.test_winning import entity

CASES = {
    case["name"]: case
    for case in json.loads((FOLDER / "joins.json").read_bytes())["utilisation"]
}
DAY = datetime.date.fromisoformat


def promised(case: dict[str, Any]) -> list[Work]:
    return [
        Work(
            coop=bytes(32),
            skill=one["skill"],
            minutes=one["minutes"],
            starts=DAY(one["starts"]),
            ends=DAY(one["ends"]),
            pledge=bytes(32),
        )
        for one in case["work"]
    ]


@pytest.mark.parametrize("name", CASES)
def test_time_by_week(name: str) -> None:
    case = CASES[name]
    use = case["use"]
    span = Span(DAY(case["weeks"][0]), DAY(case["weeks"][-1]))
    entities = [entity(one) for one in case["entities"]]
    board = Board(span, utilisation.lay(span.numbers, entities))
    for one in promised(case):
        board.commit(one)
    assert board.skills == sorted(use["skills"])
    assert board.gaps == use["gap"]
    weeks = plain.of_coop(span, entities, promised(case)).values()
    for field in ("confirmed", "expected", "placeholder", "gap", "wanted"):
        assert [getattr(one, field) for one in weeks] == use[field]
    for skill, rows in use["skills"].items():
        lane, booked = board.lane(skill), board.booked(skill)
        assert [list(row) for row in (lane.offered, lane.committed, *booked)] == [
            rows[field] for field in ("offered", "committed", *Booked._fields)
        ]
        assert utilisation.fill(board.gaps, lane.free) == rows["fill"]
        assert [one.fill(skill) for one in weeks] == rows["fill"]
