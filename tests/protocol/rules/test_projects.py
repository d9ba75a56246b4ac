"""Projects: their table and their sums."""

from typing import Final

import pytest

from protocol import limits
from protocol.rules import projects
from tests.protocol.rules.play import (
    ACORN,
    NOBODY,
    Body,
    Case,
    Nth,
    Step,
    but,
    check,
    grid,
    plain,
    table,
)
from tests.protocol.world import text

PROJECT_TABLE: Final = table(
    """
    idea: open cancelled
    open: idea funded partly-funded not-funded cancelled
    funded: delivering cancelled
    partly-funded: delivering cancelled
    not-funded: open cancelled
    delivering: done cancelled
    done:
    cancelled:
    """
)
TAKING: Final = frozenset({"open", "funded", "partly-funded", "delivering"})

PROJECT: Final[Body] = {"goal": ["GBP", 100000], "state": "open"}
FULL: Final[Body] = {
    "closes": "2026-03-31",
    "goal": ["EUR", 100000],
    "maximum": 150000,
    "minimum": 60000,
    "state": "idea",
    "themes": ["climate-change", "wellbeing"],
}
OPENED: Final = Step("project.opened", PROJECT, ("title",))
FIRST: Final = Nth(0)


def opened(body: Body, void: str | None = None) -> Step:
    return Step("project.opened", body, ("title",), void)


def advanced(at: Nth | bytes, to: str, void: str | None = None, *texts: str) -> Step:
    return Step("project.advanced", {"project": at, "to": to}, texts, void)


def milestones(
    *steps: tuple[int, int], void: str | None = None, at: Nth | bytes = FIRST
) -> Step:
    rows = [{"no": no, "share": share} for no, share in steps]
    body: Body = {"milestones": rows, "project": at}
    return Step("project.milestones", body, ("milestones",), void)


def reached(no: int, void: str | None = None, at: Nth | bytes = FIRST) -> Step:
    return Step("milestone.reached", {"no": no, "project": at}, (), void)


CASES: Final[dict[str, Case]] = {
    "milestones": Case((OPENED, milestones((1, 4000), (2, 6000)))),
    "milestones-of-what-is-unknown": Case(
        (milestones((1, 1), void="project-unknown", at=NOBODY),)
    ),
    "milestones-twice": Case(
        (OPENED, milestones((1, 4000), (1, 1), void="milestone-twice"))
    ),
    "milestones-of-more-than-all": Case(
        (OPENED, milestones((1, 4000), (2, 6001), void="milestone-shares"))
    ),
    "milestones-of-what-is-over": Case(
        (OPENED, advanced(Nth(0), "cancelled"), milestones((1, 1), void="project-over"))
    ),
    "reached": Case((OPENED, milestones((1, 1), (7, 1)), reached(7), reached(1))),
    "reached-twice": Case(
        (OPENED, milestones((1, 1)), reached(1), reached(1, "milestone-reached"))
    ),
    "reached-what-is-none": Case((OPENED, reached(1, "milestone-unknown"))),
    "reached-of-what-is-unknown": Case((reached(1, "project-unknown", NOBODY),)),
    "reached-stays-as-it-is": Case(
        (
            OPENED,
            milestones((1, 1), (2, 2)),
            reached(1),
            milestones((1, 2), (2, 2), void="milestone-reached"),
            milestones((2, 2), void="milestone-reached"),
            milestones((1, 1), (3, 3)),
        )
    ),
    "opened": Case((OPENED,), {0: "open"}),
    "opened-as-an-idea": Case((opened(but(PROJECT, state="idea")),), {0: "idea"}),
    "opened-in-full": Case((opened(FULL),), {0: "idea"}),
    "opened-with-all-texts": Case(
        (Step("project.opened", PROJECT, ("link", "title", "description")),),
        {0: "open"},
    ),
    "opened-without-a-title": Case(
        (Step("project.opened", PROJECT, (), "text-missing"),)
    ),
    "opened-with-a-note": Case(
        (Step("project.opened", PROJECT, ("title", "note"), "text-role"),)
    ),
    "opened-for-nothing": Case(
        (opened(but(PROJECT, goal=["GBP", 0]), "project-sums"),)
    ),
    "opened-with-a-minimum-above-the-goal": Case(
        (opened(but(PROJECT, minimum=100001), "project-sums"),)
    ),
    "opened-with-a-maximum-below-the-goal": Case(
        (opened(but(PROJECT, maximum=99999), "project-sums"),)
    ),
    "opened-all-or-nothing": Case(
        (opened(but(PROJECT, minimum=100000, maximum=100000)),), {0: "open"}
    ),
    "opened-without-bounds": Case(
        (opened(but(PROJECT, minimum=1, maximum=limits.INTEGER)),), {0: "open"}
    ),
    "advanced-what-is-unknown": Case((advanced(NOBODY, "done", "project-unknown"),)),
    "advanced-what-is-void": Case(
        (
            opened(but(PROJECT, goal=["GBP", 0]), "project-sums"),
            advanced(Nth(0), "funded", "project-unknown"),
        )
    ),
    "advanced-with-a-note": Case(
        (OPENED, advanced(Nth(0), "funded", None, "note")), {0: "funded"}
    ),
    "advanced-with-a-link": Case(
        (OPENED, advanced(Nth(0), "funded", "text-role", "link")), {0: "open"}
    ),
    **{
        f"project-{name}": case
        for name, case in grid(
            PROJECT_TABLE,
            PROJECT_TABLE,
            {"open": OPENED, "idea": opened(but(PROJECT, state="idea"))},
            ("project.advanced", "project", "project-move"),
        ).items()
    },
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def test_the_table_of_projects() -> None:
    assert projects.PROJECT_MOVES == PROJECT_TABLE
    assert projects.TAKING == TAKING


def test_what_a_project_keeps() -> None:
    kept = check(CASES["opened-in-full"]).entity(0)
    title = text(ACORN, "title", "the title of event 1").commitment
    assert (kept.family, kept.epoch, kept.ref) == ("project", 1, None)
    assert plain(kept.body) == {
        "closes": "2026-03-31",
        "currency": "EUR",
        "goal": 100000,
        "maximum": 150000,
        "minimum": 60000,
        "texts": {"title": title},
        "themes": ["climate-change", "wellbeing"],
    }


def test_without_bounds_any_sum_helps_and_the_goal_is_the_most() -> None:
    kept = check(CASES["opened"]).entity(0)
    assert isinstance(kept.body, projects.Project)
    assert (kept.body.minimum, kept.body.maximum) == (1, 100000)


def test_what_milestones_leave() -> None:
    kept = check(CASES["reached-stays-as-it-is"]).entity(0).body
    assert isinstance(kept, projects.Project)
    assert [(one.no, one.share) for one in kept.milestones] == [(1, 1), (3, 3)]
    assert kept.reached == (1,)
    assert list(kept.texts) == ["milestones", "title"]
    both = check(CASES["reached"]).entity(0).body
    assert isinstance(both, projects.Project)
    assert both.reached == (1, 7)
