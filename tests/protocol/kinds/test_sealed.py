"""Words for a few co-ops: who may read, and who may hold what they read."""

from typing import Final

import pytest

from protocol.kinds import pledges, sealed
from tests.protocol.kinds.shapes import bad_bodies, good_bodies, is_read, smallest

SHAPES: Final[dict[str, str]] = {
    "sealed.shared": """
        about id
        custodians id*3 =[]
        role details|rate
        to id*16
    """,
}
AUTHOR, BIRCH, CEDAR, DUNE = (bytes([one]) * 32 for one in range(4))


@pytest.mark.parametrize("kind", SHAPES)
def test_bodies_of_the_shape_are_read(kind: str) -> None:
    bodies = list(good_bodies(SHAPES[kind]))
    assert [body for body in bodies if not is_read(kind, body)] == []


@pytest.mark.parametrize("kind", SHAPES)
def test_bodies_of_another_shape_are_not(kind: str) -> None:
    bodies = list(bad_bodies(SHAPES[kind]))
    assert [what for what, body in bodies if is_read(kind, body)] == []


def test_words_for_nobody_are_not_shared() -> None:
    assert not is_read("sealed.shared", {**smallest(SHAPES["sealed.shared"]), "to": []})


def test_the_author_and_whom_the_body_names_may_hold_it() -> None:
    body = sealed.SealedShared(
        about=bytes(32), custodians=(DUNE,), role="rate", to=(BIRCH, CEDAR)
    )
    assert sealed.holders(AUTHOR, body) == {AUTHOR, BIRCH, CEDAR, DUNE}


@pytest.mark.parametrize(
    "body", [None, pledges.PledgeWithdrawn(pledge=bytes(32))], ids=["none", "another"]
)
def test_what_names_nobody_is_the_authors_alone(
    body: pledges.PledgeWithdrawn | None,
) -> None:
    assert sealed.holders(AUTHOR, body) == {AUTHOR}
