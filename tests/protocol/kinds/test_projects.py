"""Projects to fund."""

from typing import Final

import pytest

from tests.protocol.kinds.shapes import bad_bodies, good_bodies, is_read

SHAPES: Final[dict[str, str]] = {
    "project.opened": """
        closes date ?
        goal money
        maximum quantity ?
        minimum quantity ?
        state idea|open
        themes slug*20 =[]
    """,
    "project.advanced": """
        project id
        to idea|open|funded|partly-funded|not-funded|delivering|done|cancelled
    """,
    "project.milestones": """
        milestones milestone*20
        project id
    """,
    "milestone.reached": """
        no line
        project id
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
