"""Coverage: what stands of a lead's lines, and of a project's goal."""

from typing import Final, get_args

import msgspec
import pytest

from protocol.joins.commitments import Commitment, Standing
from protocol.joins.coverage import Cover, cover_lead, cover_project
from protocol.kinds.leads import Requirement, Terms
from protocol.rules.leads import Lead
from protocol.rules.projects import Project
from protocol.state import Entity, State
from tests.protocol.rules.play import ACORN, BRAMBLE
from tests.protocol.world import seed

TERMS: Final = Terms(
    requirements=(
        Requirement(line=7, minutes=1000, skill="python"),
        Requirement(line=2, skill="research"),
    )
)
LEAD: Final = Lead(terms=TERMS, texts={})
PROJECT: Final = Project(currency="GBP", goal=500, maximum=900, minimum=1, texts={})


def entity(family: str, body: State) -> Entity:
    return Entity(
        id=seed(family), coop=ACORN.id, family=family, state="open", epoch=1, body=body
    )


THE_LEAD: Final = entity("lead", LEAD)
THE_PROJECT: Final = entity("project", PROJECT)


def work(standing: Standing, quantity: int, **fields: object) -> Commitment:
    made = Commitment(
        pledge=seed("pledge"),
        pledger=BRAMBLE.id,
        taker=ACORN.id,
        to=THE_LEAD.id,
        line=7,
        unit="minutes",
        quantity=quantity,
        standing=standing,
    )
    changed: Commitment = msgspec.structs.replace(made, **fields)
    return changed


def money(standing: Standing, quantity: int, **fields: object) -> Commitment:
    return work(
        standing,
        quantity,
        **{"to": THE_PROJECT.id, "line": None, "unit": "GBP"} | fields,
    )


#: Standing -> what it counts under.
COUNTS: Final[dict[Standing, str | None]] = {
    "offered": "offered",
    "accepted": "accepted",
    "committed": "committed",
    "overtaken": "committed",
    "declined": None,
    "unmatched": None,
    "released": None,
    "withdrawn": None,
}


def test_every_standing_counts_or_does_not() -> None:
    assert set(COUNTS) == set(get_args(Standing))


@pytest.mark.parametrize("standing", COUNTS)
def test_what_each_standing_counts_under(standing: Standing) -> None:
    under = COUNTS[standing]
    sums = dict.fromkeys(("offered", "accepted", "committed"), 0)
    if under:
        sums[under] = 30
    sums["overtaken"] = 30 if standing == "overtaken" else 0
    lines = cover_lead(THE_LEAD, LEAD, [work(standing, 30)])
    assert lines[1] == Cover(line=7, unit="minutes", wanted=1000, **sums)
    whole = cover_project(THE_PROJECT, PROJECT, [money(standing, 30)])
    assert whole == Cover(line=None, unit="GBP", wanted=500, **sums)


def test_lines_in_their_order_and_empty_without_pledges() -> None:
    assert cover_lead(THE_LEAD, LEAD, []) == [
        Cover(line=2, unit="minutes", wanted=None),
        Cover(line=7, unit="minutes", wanted=1000),
    ]


def test_pledges_sum_up_by_line() -> None:
    lines = cover_lead(
        THE_LEAD,
        LEAD,
        [
            work("committed", 300),
            work("committed", 200),
            work("accepted", 100),
            work("offered", 50),
            work("committed", 9, line=2),
        ],
    )
    assert [(one.line, one.committed, one.accepted, one.offered) for one in lines] == [
        (2, 9, 0, 0),
        (7, 500, 100, 50),
    ]
    assert [one.missing for one in lines] == [0, 400]


def test_more_than_wanted_leaves_nothing_missing() -> None:
    line = cover_lead(THE_LEAD, LEAD, [work("overtaken", 1200)])[1]
    assert (line.committed, line.missing) == (1200, 0)


def test_what_is_overtaken_is_told_apart_and_counted_once() -> None:
    line = cover_lead(THE_LEAD, LEAD, [work("overtaken", 300), work("committed", 200)])[
        1
    ]
    assert (line.committed, line.overtaken, line.missing) == (500, 300, 500)


#: What belongs to another lead or project, or to none.
STRANGERS: Final[dict[str, dict[str, object]]] = {
    "another-target": {"to": seed("other")},
    "another-taker": {"taker": BRAMBLE.id},
    "another-unit": {"unit": "EUR"},
}


@pytest.mark.parametrize("name", STRANGERS)
def test_what_is_not_counted(name: str) -> None:
    fields = STRANGERS[name]
    nothing = cover_lead(THE_LEAD, LEAD, [])
    assert cover_lead(THE_LEAD, LEAD, [work("committed", 5, **fields)]) == nothing
    whole = cover_project(THE_PROJECT, PROJECT, [money("committed", 5, **fields)])
    assert whole == cover_project(THE_PROJECT, PROJECT, [])


@pytest.mark.parametrize("line", [None, 1, 64])
def test_lines_that_a_lead_does_not_have(line: int | None) -> None:
    nothing = cover_lead(THE_LEAD, LEAD, [])
    assert cover_lead(THE_LEAD, LEAD, [work("committed", 5, line=line)]) == nothing


def test_sums_have_no_end() -> None:
    large = 2**53 - 1
    whole = cover_project(THE_PROJECT, PROJECT, [money("committed", large)] * 3)
    assert whole.committed == 3 * large
