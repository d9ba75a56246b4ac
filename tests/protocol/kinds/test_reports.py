"""Work reports and the word on them."""

from typing import Final

import pytest

from tests.protocol.kinds.shapes import bad_bodies, good_bodies, is_read

SHAPES: Final[dict[str, str]] = {
    "report.made": """
        acceptance id
        amount money ?
        ends date
        minutes quantity
        outcome slug ?
        pledge id
        receiver id
        starts date
        themes theme*5 =[]
    """,
    "report.corrected": """
        amount money ?
        ends date
        minutes quantity
        outcome slug ?
        report id
        starts date
        themes theme*5 =[]
    """,
    "report.withdrawn": """
        reason slug ?
        report id
    """,
    "report.accepted": """
        amount money ?
        minutes quantity
        provider id
        report id
        version id
    """,
    "report.disputed": """
        provider id
        reason slug ?
        report id
        version id
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
