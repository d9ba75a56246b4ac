"""Leads and their requirement lines."""

from typing import Final

import pytest

from tests.protocol.kinds.shapes import TERMS, bad_bodies, good_bodies, is_read

SHAPES: Final[dict[str, str]] = {
    "lead.opened": f"{TERMS}via via ?",
    "lead.changed": """
        lead id
        terms terms
    """,
    "lead.advanced": """
        lead id
        reason slug ?
        to open|bidding|submitted|won|delivering|closed|lost|withdrawn|passed-on
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
