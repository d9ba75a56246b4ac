"""Decisions and ballots: each in the log of its own co-op."""

from typing import Final

import pytest

from protocol.rules import decisions
from tests.protocol.rules.play import (
    ACORN,
    BRAMBLE,
    NOBODY,
    Body,
    Case,
    Nth,
    Step,
    but,
    check,
    plain,
    play,
    table,
)
from tests.protocol.world import text

DECISION_TABLE: Final = table(
    """
    open: open closed withdrawn
    closed: closed
    withdrawn:
    """
)
DECISION: Final[Body] = {
    "basis": "co-op",
    "closes": "2026-03-31",
    "opens": "2026-03-01",
    "quorum": 50,
    "rule": "consent",
}
OPENED: Final = Step("decision.opened", DECISION, ("title",))
AMENDED: Final = Step("decision.amended", {"decision": Nth(0)}, ("proposal",))
WITHDRAWN: Final = Step("decision.withdrawn", {"decision": Nth(0)}, ("note",))
CLOSED: Final = Step("decision.closed", {"decision": Nth(0)})
BALLOT: Final[Body] = {
    "decision": NOBODY,
    "proposer": BRAMBLE.id,
    "stance": "agree",
    "version": NOBODY,
}
CAST: Final = Step("ballot.cast", BALLOT, ("reason",))
UNCAST: Final = Step("ballot.withdrawn", {"decision": NOBODY}, ("reason",))


def void(step: Step, code: str) -> Step:
    return step._replace(void=code)


CASES: Final[dict[str, Case]] = {
    "opened": Case((OPENED,), {0: "open"}),
    "opened-in-full": Case(
        (
            Step(
                "decision.opened",
                but(DECISION, about=NOBODY, basis="member", rule="two-thirds"),
                ("title", "proposal", "link"),
            ),
        ),
        {0: "open"},
    ),
    "opened-without-a-title": Case((void(OPENED._replace(texts=()), "text-missing"),)),
    "opened-backwards": Case(
        (
            Step(
                "decision.opened",
                but(DECISION, closes="2026-02-28"),
                ("title",),
                "window-backwards",
            ),
        )
    ),
    "amended": Case((OPENED, AMENDED, AMENDED), {0: "open"}),
    "amended-without-a-proposal": Case(
        (OPENED, void(AMENDED._replace(texts=("title",)), "text-missing"))
    ),
    "amended-what-is-unknown": Case(
        (
            Step(
                "decision.amended",
                {"decision": NOBODY},
                ("proposal",),
                "decision-unknown",
            ),
        )
    ),
    "withdrawn": Case((OPENED, WITHDRAWN), {0: "withdrawn"}),
    "closed": Case((OPENED, CLOSED), {0: "closed"}),
    "closed-what-is-unknown": Case(
        (Step("decision.closed", {"decision": NOBODY}, (), "decision-unknown"),)
    ),
    "over-once-closed": Case(
        (
            OPENED,
            CLOSED,
            void(AMENDED, "decision-move"),
            void(WITHDRAWN, "decision-move"),
        ),
        {0: "closed"},
    ),
    "over-once-withdrawn": Case(
        (
            OPENED,
            WITHDRAWN,
            *(void(one, "decision-move") for one in (AMENDED, WITHDRAWN, CLOSED)),
        ),
        {0: "withdrawn"},
    ),
    "cast": Case((CAST,)),
    "cast-again": Case((CAST, Step("ballot.cast", but(BALLOT, stance="block")))),
    "cast-with-a-note": Case((void(CAST._replace(texts=("note",)), "text-role"),)),
    "withdrawn-ballot": Case((CAST, UNCAST, CAST)),
    "withdrawn-ballot-twice": Case((CAST, UNCAST, void(UNCAST, "ballot-none"))),
    "withdrawn-ballot-that-is-none": Case((void(UNCAST, "ballot-none"),)),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def test_the_table_of_decisions() -> None:
    assert decisions.DECISION_MOVES == DECISION_TABLE


def test_what_a_decision_keeps() -> None:
    played = check(CASES["opened-in-full"])
    kept = played.entity(0)
    texts = {
        role: text(ACORN, role, f"the {role} of event 1").commitment
        for role in ("link", "proposal", "title")
    }
    assert (kept.family, kept.epoch, kept.ref) == ("decision", 1, NOBODY)
    assert plain(kept.body) == {
        "about": NOBODY,
        "basis": "member",
        "closes": "2026-03-31",
        "opens": "2026-03-01",
        "quorum": 50,
        "rule": "two-thirds",
        "texts": texts,
        "version": played.writer.ids[0],
    }


def test_an_amendment_is_another_version_with_its_own_words() -> None:
    played = check(CASES["amended"])
    kept = played.entity(0).body
    assert isinstance(kept, decisions.Decision)
    assert kept.version == played.writer.ids[2]
    assert list(kept.texts) == ["proposal", "title"]
    new = text(ACORN, "proposal", "the proposal of event 3").commitment
    assert kept.texts["proposal"] == new


def test_there_is_one_ballot_per_decision() -> None:
    folded = play(CASES["cast-again"].steps).folded
    ballot = folded.changed[decisions.ballot_id(ACORN.id, NOBODY)]
    assert (ballot.state, ballot.ref) == ("cast", NOBODY)
    assert isinstance(ballot.body, decisions.Ballot)
    assert (ballot.body.stance, ballot.body.texts) == ("block", {})
    taken_back = play(CASES["withdrawn-ballot-twice"].steps).folded
    assert taken_back.changed[ballot.id].state == "withdrawn"
