"""The calendar as it is printed: a table for each field that has something in it."""

from typing import Final

import msgspec
import pytest

from node.cli.views import time
from node.views.calendar import Cell, CoopCell
from tests.node.cli.caller import Node, wortley

Row = dict[str, object]
NONE: Final = {"offered": 0, "committed": 0, "free": 0, "over": 0, "confirmed": 0}


def skill(name: str, **fields: object) -> Row:
    cell = {"week": "2027-W01", **NONE, "expected": 0, "gap": None, **fields}
    return {"skill": name, "weeks": [cell]}


def coop(name: str, **fields: object) -> Row:
    return {"name": name, "weeks": skill("", **fields)["weeks"]}


def shown(skills: list[Row], coops: list[Row]) -> str:
    answer = {"mondays": ["2027-01-04"], "skills": skills, "coops": coops}
    said = wortley("calendar", "show", node=Node(calendar__show=answer))
    assert said.code == 0
    return said.out


def test_every_field_by_skill_and_by_co_op() -> None:
    said = shown(
        [
            skill("law", expected=150),
            skill("web", offered=600, free=600, confirmed=60, gap=120),
        ],
        [
            coop("Alba", gap=0),
            coop("Birch", offered=600, free=600, confirmed=60, expected=150),
        ],
    )
    assert said == (
        "Hours a week from Monday 2027-01-04 on.\n"
        "\nFree, by skill:\nSkill  W01\nweb     10\n"
        "\nFree, by co-op:\nCo-op  W01\nBirch   10\n"
        "\nOwn use, confirmed, by skill:\nSkill  W01\nweb      1\n"
        "\nOwn use, confirmed, by co-op:\nCo-op  W01\nBirch    1\n"
        "\nTentative, by its odds, by skill:\nSkill  W01\nlaw      3\n"
        "\nTentative, by its odds, by co-op:\nCo-op  W01\nBirch    3\n"
        "\nMissing to the wish (negative: too much):\nCo-op  W01\nAlba     ·\n"
        "\nWhat free time of a skill could fill of that:\nSkill  W01\nweb      2\n"
    )


def test_own_use_alone_is_no_offer() -> None:
    said = shown([skill("law", confirmed=60)], [coop("Alba", confirmed=60)])
    assert "Nobody offers time in these weeks" in said
    assert "Free" not in said
    assert "Own use, confirmed, by skill" in said


@pytest.mark.parametrize("heat", time.HEATS)
def test_tables_read_what_there_is(heat: time.Heat) -> None:
    cell: type[msgspec.Struct] = Cell if heat.rows == "skills" else CoopCell
    there = {one.name for one in msgspec.structs.fields(cell)}
    assert {heat.field, *heat.worth} <= there
