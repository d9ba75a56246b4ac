"""Profiles and wishes: the later one replaces the earlier."""

from typing import Final

import pytest

from protocol.rules import profiles
from tests.protocol.rules.play import ACORN, Body, Case, Step, but, check, plain, play
from tests.protocol.world import text

PROFILE: Final[Body] = {"day": 450, "people": 7}
FULL: Final[Body] = {
    "day": 420,
    "languages": ["cy", "eng"],
    "people": 12,
    "skills": ["python", "user-research"],
}
WISH: Final[Body] = {
    "ceiling": 4000,
    "ends": "2026-12-31",
    "floor": 1000,
    "starts": "2026-01-01",
    "wanted": 2400,
}

CASES: Final[dict[str, Case]] = {
    "profile": Case((Step("profile.set", PROFILE, ("name",)),)),
    "profile-in-full": Case(
        (Step("profile.set", FULL, ("name", "description", "web", "place")),)
    ),
    "profile-replaced": Case(
        (
            Step("profile.set", FULL, ("name", "web")),
            Step("profile.set", PROFILE, ("name",)),
        )
    ),
    "profile-without-a-name": Case(
        (
            Step("profile.set", PROFILE, (), "text-missing"),
            Step("profile.set", PROFILE, ("web",), "text-missing"),
        )
    ),
    "profile-with-a-note": Case(
        (Step("profile.set", PROFILE, ("name", "note"), "text-role"),)
    ),
    "profile-with-two-names": Case(
        (Step("profile.set", PROFILE, ("name", "name"), "text-twice"),)
    ),
    "wish": Case((Step("wish.set", WISH),)),
    "wish-replaced": Case(
        (Step("wish.set", WISH), Step("wish.set", but(WISH, wanted=3000)))
    ),
    "wishes-of-two-starts": Case(
        (
            Step("wish.set", WISH),
            Step("wish.set", but(WISH, starts="2026-02-01")),
        )
    ),
    "wish-of-one-day": Case((Step("wish.set", but(WISH, ends="2026-01-01")),)),
    "wish-for-all-or-nothing": Case(
        (
            Step("wish.set", but(WISH, floor=0)),
            Step("wish.set", but(WISH, floor=5, wanted=5, ceiling=5)),
        )
    ),
    "wish-backwards": Case(
        (Step("wish.set", but(WISH, ends="2025-12-31"), (), "window-backwards"),)
    ),
    "wish-as-long-as-allowed": Case((Step("wish.set", but(WISH, ends="2036-01-09")),)),
    "wish-too-long": Case(
        (Step("wish.set", but(WISH, ends="2036-01-10"), (), "window-long"),)
    ),
    "wish-of-a-floor-above": Case(
        (Step("wish.set", but(WISH, floor=2401), (), "wish-order"),)
    ),
    "wish-of-a-ceiling-below": Case(
        (Step("wish.set", but(WISH, ceiling=2399), (), "wish-order"),)
    ),
    "wish-with-a-text": Case((Step("wish.set", WISH, ("note",), "text-role"),)),
}


@pytest.mark.parametrize("name", CASES)
def test_cases(name: str) -> None:
    check(CASES[name])


def test_what_a_profile_keeps() -> None:
    played = check(CASES["profile-replaced"])
    kept = played.folded.changed[profiles.profile_id(ACORN.id)]
    name = text(ACORN, "name", "the name of event 2")
    assert (kept.family, kept.state, kept.epoch, kept.ref) == (
        "profile",
        "current",
        1,
        None,
    )
    assert plain(kept.body) == {**PROFILE, "texts": {"name": name.commitment}}


def test_texts_are_kept_sorted_by_role() -> None:
    played = play([Step("profile.set", FULL, ("web", "place", "name", "description"))])
    kept = played.folded.changed[profiles.profile_id(ACORN.id)].body
    assert isinstance(kept, profiles.Profile)
    assert list(kept.texts) == ["description", "name", "place", "web"]
    assert plain(kept) == {**FULL, "texts": kept.texts}


def test_what_a_wish_keeps() -> None:
    played = check(CASES["wish-replaced"])
    wishes = [one for one in played.folded.changed.values() if one.family == "wish"]
    assert [plain(one.body) for one in wishes] == [but(WISH, wanted=3000)]
    assert (wishes[0].state, wishes[0].ref) == ("current", None)


def test_wishes_of_two_starts_stand_beside_each_other() -> None:
    played = check(CASES["wishes-of-two-starts"])
    families = [one.family for one in played.folded.changed.values()]
    assert families.count("wish") == 2
