"""Pledges, acceptances and confirmations."""

from typing import Final

import pytest

from tests.protocol.kinds.shapes import bad_bodies, good_bodies, is_read

SHAPES: Final[dict[str, str]] = {
    "pledge.work.offered": """
        ends date ?
        line line
        minutes quantity
        owner id
        rate rate ?
        skill slug
        starts date ?
        to id
    """,
    "pledge.money.offered": """
        allotment id ?
        allotted quantity ?
        amount money
        owner id
        round id ?
        to id
    """,
    "pledge.confirmed": """
        acceptance id
        pledge id
        quantity quantity
        taker id
    """,
    "pledge.withdrawn": """
        allotment id ?
        pledge id
        reason slug ?
    """,
    "pledge.released": """
        pledge id
        reason slug ?
    """,
    "acceptance.given": """
        line line ?
        pledge id
        pledger id
        quantity quantity
        to id
        unit unit
    """,
    "acceptance.withdrawn": """
        acceptance id
        reason slug ?
        to id
    """,
    "pledge.declined": """
        pledge id
        pledger id
        reason slug ?
        to id
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
