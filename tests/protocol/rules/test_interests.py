"""Interest: one word per lead, replaced as a whole."""

from typing import Final

import pytest

from protocol.rules.interests import interest_id
from tests.protocol.rules.play import (
    ACORN,
    BRAMBLE,
    NOBODY,
    Body,
    Case,
    Step,
    check,
    plain,
)
from tests.protocol.world import text


def said(stance: str, void: str | None = None, *texts: str, **more: str) -> Step:
    body: Body = {"lead": NOBODY, "owner": BRAMBLE.id, "stance": stance, **more}
    return Step("interest.set", body, texts, void)


CASES: Final[dict[str, Case]] = {
    **{one: Case((said(one),)) for one in ("watching", "interested", "declined")},
    "changed": Case(
        (said("interested", None, "note"), said("declined", reason="no-capacity"))
    ),
    "with-a-title": Case((said("interested", "text-role", "title"),)),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def test_what_an_interest_keeps() -> None:
    played = check(Case((said("declined", None, "note", reason="price"),)))
    kept = played.folded.changed[interest_id(ACORN.id, NOBODY)]
    assert (kept.family, kept.state, kept.ref) == ("interest", "declined", NOBODY)
    assert plain(kept.body) == {
        "lead": NOBODY,
        "owner": BRAMBLE.id,
        "reason": "price",
        "texts": {"note": text(ACORN, "note", "the note of event 1").commitment},
    }


def test_the_last_word_replaces_the_first_as_a_whole() -> None:
    played = check(CASES["changed"])
    kept = played.folded.changed[interest_id(ACORN.id, NOBODY)]
    assert kept.state == "declined"
    assert plain(kept.body) == {
        "lead": NOBODY,
        "owner": BRAMBLE.id,
        "reason": "no-capacity",
    }
