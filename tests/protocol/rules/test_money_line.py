"""Money is accepted for a project, which has no requirement lines."""

from protocol.kinds.fields import Money
from protocol.kinds.pledges import AcceptanceGiven, AcceptanceWithdrawn
from protocol.kinds.projects import ProjectOpened
from protocol.rules import acceptances, projects
from protocol.rules.place import At, opening
from protocol.verdicts import Void

COOP, PROJECT, PLEDGE = b"c" * 32, b"p" * 32, b"o" * 32


def test_a_line_with_money_is_void() -> None:
    opened = projects.opened(
        {},
        At(COOP, PROJECT, 0, 1, ()),
        ProjectOpened(goal=Money("GBP", 1000), state="open"),
    )
    assert isinstance(opened, tuple)
    taken = AcceptanceGiven(
        line=1, pledge=PLEDGE, pledger=COOP, quantity=5, to=PROJECT, unit="GBP"
    )
    verdict = acceptances.given({PROJECT: opened[0]}, At(COOP, PLEDGE, 0, 2, ()), taken)
    assert verdict == Void("line-unknown", {"line": 1})


def test_taking_back_needs_no_target() -> None:
    held = acceptances.Acceptance(
        pledge=PLEDGE, pledger=COOP, quantity=5, to=PROJECT, unit="GBP"
    )
    at = At(COOP, PLEDGE, 0, 1, ())
    given = opening(at, "acceptance", "given", held, ref=PLEDGE)
    body = AcceptanceWithdrawn(acceptance=PLEDGE, to=PROJECT)
    verdict = acceptances.withdrawn({PLEDGE: given}, at, body)
    assert isinstance(verdict, tuple)
    assert [entity.family for entity in verdict] == ["acceptance", "answer"]
