"""Cuts and acknowledgements, decisions and ballots."""

from typing import Final

import pytest

from tests.protocol.kinds.shapes import bad_bodies, good_bodies, is_read, smallest

SHAPES: Final[dict[str, str]] = {
    "seen.acknowledged": """
        of id
        seen position*60
    """,
    "decision.opened": """
        about id ?
        basis co-op|member
        closes date
        opens date
        quorum percent
        rule consent|majority|two-thirds
    """,
    "decision.amended": """
        decision id
    """,
    "decision.withdrawn": """
        decision id
    """,
    "decision.closed": """
        cut position*80 =[]
        decision id
    """,
    "ballot.cast": """
        decision id
        proposer id
        stance agree|abstain|disagree|block
        version id
    """,
    "ballot.withdrawn": """
        decision id
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


def test_nothing_is_no_acknowledgement() -> None:
    body = smallest(SHAPES["seen.acknowledged"])
    assert not is_read("seen.acknowledged", {**body, "seen": []})
