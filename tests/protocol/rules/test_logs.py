"""Events about the log itself, and the counter of all others."""

from typing import Final

import pytest

from protocol.rules import logs
from tests.protocol.rules.play import ACORN, NOBODY, Body, Case, Nth, Step, but, check
from tests.protocol.rules.test_profiles import PROFILE

ADOPTED: Final[Body] = {"id": NOBODY, "incarnation": bytes(16), "seq": 3}

CASES: Final[dict[str, Case]] = {
    "reopened": Case((Step("log.reopened", {"why": "restored"}),)),
    "moved": Case((Step("log.reopened", {"why": "moved"}),)),
    "reopened-late": Case(
        (
            Step("log.reopened", {"why": "restored"}),
            Step("log.reopened", {"why": "restored"}, (), "reopened-late"),
        )
    ),
    "reopened-with-a-text": Case(
        (Step("log.reopened", {"why": "moved"}, ("note",), "text-role"),)
    ),
    "tail-adopted": Case((Step("tail.adopted", ADOPTED),)),
    "own-place-adopted": Case(
        (
            Step("profile.set", PROFILE, ("name",)),
            Step("tail.adopted", but(ADOPTED, id=Nth(0))),
        )
    ),
    "unknown-kind": Case(
        (
            Step("nothing.known", {}, (), "unknown-kind"),
            Step("profile.set.again", {}, (), "unknown-kind"),
        )
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


@pytest.mark.parametrize("name", CASES)
def test_the_counter_counts_events_and_voids(name: str) -> None:
    played = check(CASES[name])
    counter = played.folded.changed[logs.log_id(ACORN.id)]
    voids = sum(code is not None for code in played.codes)
    assert counter.body == logs.Counted(events=len(played.codes), void=voids)
    assert (counter.family, counter.state, counter.epoch) == ("log", "counted", 0)


def test_events_about_the_log_change_nothing_else() -> None:
    played = check(CASES["tail-adopted"])
    assert list(played.folded.changed) == [logs.log_id(ACORN.id)]
