"""Entries and vetoes: what others write of a steward's round."""

from typing import Final

import pytest

from protocol.rules import entries
from tests.protocol.rules import test_projects
from tests.protocol.rules.play import (
    ACORN,
    BRAMBLE,
    NOBODY,
    Case,
    Nth,
    Step,
    check,
    play,
)

PROJECT: Final = test_projects.OPENED
IDEA: Final = Step(
    "project.opened", {"goal": ["GBP", 100], "state": "idea"}, ("title",)
)
FIRST: Final = Nth(0)


def entered(void: str | None = None, at: Nth | bytes = FIRST) -> Step:
    body = {"project": at, "round": NOBODY, "steward": BRAMBLE.id}
    return Step("project.entered", body, (), void)


def left(void: str | None = None, *texts: str, at: Nth | bytes = FIRST) -> Step:
    return Step("project.left", {"project": at, "round": NOBODY}, texts, void)


CAST: Final = Step(
    "veto.cast",
    {"project": NOBODY, "round": NOBODY, "steward": BRAMBLE.id},
    ("reason",),
)
UNCAST: Final = Step("veto.withdrawn", {"project": NOBODY, "round": NOBODY})

CASES: Final[dict[str, Case]] = {
    "entered": Case((PROJECT, entered())),
    "entered-twice": Case((PROJECT, entered(), entered())),
    "entered-what-is-unknown": Case((entered("project-unknown", NOBODY),)),
    "entered-an-idea": Case((IDEA, entered("entry-state"))),
    "left": Case((PROJECT, entered(), left(None, "reason"), entered())),
    "left-twice": Case((PROJECT, entered(), left(), left("entry-none"))),
    "left-without-an-entry": Case((PROJECT, left("entry-none"))),
    "vetoed": Case((CAST,)),
    "vetoed-twice": Case((CAST, CAST._replace(texts=()))),
    "veto-taken-back": Case((CAST, UNCAST._replace(texts=("reason",)), CAST)),
    "veto-taken-back-twice": Case((CAST, UNCAST, UNCAST._replace(void="veto-none"))),
    "no-veto-taken-back": Case((UNCAST._replace(void="veto-none"),)),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def test_what_an_entry_keeps() -> None:
    played = play(CASES["left-twice"].steps)
    project = played.writer.ids[0]
    kept = played.folded.changed[entries.entry_id(ACORN.id, NOBODY, project)]
    assert (kept.family, kept.state, kept.ref) == ("entry", "left", NOBODY)
    assert kept.body == entries.Entry(project=project, round=NOBODY, steward=BRAMBLE.id)


def test_what_a_veto_keeps() -> None:
    folded = play(CASES["vetoed"].steps).folded
    kept = folded.changed[entries.veto_id(ACORN.id, NOBODY, NOBODY)]
    assert (kept.family, kept.state, kept.ref) == ("veto", "cast", NOBODY)
    assert isinstance(kept.body, entries.Veto)
    assert list(kept.body.texts) == ["reason"]
