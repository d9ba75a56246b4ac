"""Sealed texts as they are printed: who reads, and why there are no words."""

from typing import Any, Final

import pytest

from tests.node.cli.caller import Node, wortley

ROW: Final[dict[str, Any]] = {
    "id": "evt_aaaaaaaa",
    "short": "evt_aaaaaaaa",
    "name": "Alba",
    "role": "details",
    "about": "evt_rdc65mqd",
    "title": "Booking site",
    "to_names": ["Birch", "Cedar"],
    "custodian_names": ["Dune"],
    "reads": True,
    "here": True,
}


def shown(answer: dict[str, Any], *typed: str) -> str:
    said = wortley(*typed, node=Node(**{"__".join(typed[:2]): answer}))
    assert said.code == 0
    return said.out


def test_a_list_says_what_can_be_read_here() -> None:
    late, foreign = {**ROW, "here": False}, {**ROW, "reads": False}
    said = shown({"texts": [ROW, late, foreign]}, "sealed", "list").splitlines()
    assert said[0].split()[:4] == ["ID", "From", "What", "About"]
    assert [row.split("Cedar")[1].split("Dune")[0].strip() for row in said[1:]] == [
        "yes",
        "not here yet",
        "no",
    ]


def test_an_empty_list_says_how_to_share() -> None:
    assert "`wortley lead share`" in shown({"texts": []}, "sealed", "list")


#: Words and why -> what is said.
PAGES: Final = {
    "Ask for Mae.\nNot on Mondays.": (None, "Ask for Mae.\nNot on Mondays.\n"),
    "others": ("for-others", "only Alba, Birch, Cedar can read it.\n"),
    "late": ("not-here", "once the node meets Alba, Birch, Cedar, Dune.\n"),
    "damaged": ("unreadable", "Ask Alba to share it again.\n"),
}


@pytest.mark.parametrize("words", PAGES)
def test_a_page_has_the_words_or_says_why_not(words: str) -> None:
    why, ends = PAGES[words]
    answer = {**ROW, "words": None if why else words, "why": why}
    said = shown(answer, "sealed", "show", "evt_aaaaaaaa")
    assert said.endswith(ends)
    assert "For      Birch, Cedar\nKept by  Dune\n" in said


def test_a_lead_says_what_is_sealed_about_it() -> None:
    said = shown({"title": "Booking site", "sealed": [ROW]}, "lead", "show", "evt_rdc")
    assert "Sealed for a few\n" in said


def test_what_was_verified_says_what_is_not_to_be_here() -> None:
    said = shown({"ok": True, "sealed_for_others": 2, "root": "ab"}, "verify")
    assert "Sealed for other co-ops, and not kept here: 2 texts.\n" in said


def test_details_come_from_somewhere(capsys: pytest.CaptureFixture[str]) -> None:
    said = wortley("lead", "share", "evt_k3f", "--to", "Birch", node=Node())
    assert said.code == 2
    assert "--details: give them, or a file" in capsys.readouterr().err
