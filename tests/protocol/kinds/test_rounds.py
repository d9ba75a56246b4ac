"""Funds and funding rounds."""

from typing import Final

import pytest

from tests.protocol.kinds.shapes import bad_bodies, good_bodies, is_read, smallest

SHAPES: Final[dict[str, str]] = {
    "fund.opened": """
        contribution quantity ?
        currency currency
        period none|month|quarter|year
        state planned|open
    """,
    "fund.advanced": """
        fund id
        to planned|open|closed|settled|cancelled
    """,
    "round.opened": """
        budget quantity ?
        closes date
        currency currency
        fund id ?
        mode own|equal|per-member|steward
        opens date
        self_funding bool =false
        state planned|open
        vetoes vetoes
        whole bool =true
    """,
    "round.advanced": """
        round id
        to open|settled|cancelled
    """,
    "round.closed": """
        cut position*80 =[]
        round id
    """,
    "allotment.granted": """
        round id
        shares allotted-share*80
    """,
    "project.entered": """
        project id
        round id
        steward id
    """,
    "project.left": """
        project id
        round id
    """,
    "veto.cast": """
        project id
        round id
        steward id
    """,
    "veto.withdrawn": """
        project id
        round id
    """,
}


@pytest.mark.parametrize("kind", SHAPES)
def test_bodies_of_the_shape_are_read(kind: str) -> None:
    bodies = list(good_bodies(SHAPES[kind]))
    assert [body for body in bodies if not is_read(kind, body)] == []


@pytest.mark.parametrize("kind", SHAPES)
def test_bodies_of_another_shape_are_not(kind: str) -> None:
    bodies = list(bad_bodies(SHAPES[kind]))
    assert [what for what, body in bodies if is_read(kind, body)] == []


def test_no_shares_are_no_allotment() -> None:
    body = smallest(SHAPES["allotment.granted"])
    assert not is_read("allotment.granted", {**body, "shares": []})
