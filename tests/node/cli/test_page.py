"""Answers before a person: fitted, coloured where that is wanted, and narrow."""

import re

import pytest

from node.cli import layout
from node.cli.layout import Shape
from node.cli.page import Page
from tests.node.cli import results
from tests.node.cli.caller import Node, Terminal, wortley

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
LEADS = {"leads": [results.LEAD_ROW], "drafts": []}


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")


def look(answer: object, *typed: str, name: str) -> str:
    out = Terminal()
    said = wortley(*typed, node=Node(**{name: answer}), out=out)
    assert said.code == 0
    return said.out


def test_colours_and_no_markup() -> None:
    answer = {"leads": [{**results.LEAD_ROW, "title": "[red]not[/red] :smile:"}]}
    shown = look(answer, "lead", "list", name="lead__list")
    assert "\x1b[36mevt_rdc65mqd" in shown
    assert "\x1b[32mopen" in shown
    plain = ESCAPES.sub("", shown)
    assert "[red]not" in plain
    assert ":smile:" in plain


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_without_colours(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert "\x1b" not in look(LEADS, "lead", "list", name="lead__list")


def test_escape_sequences_of_others_reach_no_terminal() -> None:
    words = "\x1b]0;owned\x07\x9b2J\rgone"
    answer = {**results.LEAD_PAGE, "title": words, "description": words}
    shown = look(answer, "lead", "show", "evt_a", name="lead__show")
    assert not set("\x07\x9b\r") & set(shown)
    assert ESCAPES.sub("", shown).count("\x1b") == 0


@pytest.mark.parametrize("width", [40, 60, 80, 100, 160])
def test_nothing_is_wider_than_the_terminal(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    for shown in (
        look(LEADS, "lead", "list", name="lead__list"),
        look(results.LEAD_PAGE, "lead", "show", "evt_a", name="lead__show"),
        look(results.STATUS, "status", name="status"),
        look(results.EXPLAINED, "explain", "evt_a", name="explain"),
    ):
        lines = ESCAPES.sub("", shown).splitlines()
        assert max(map(len, lines)) <= width


def test_a_narrow_terminal_loses_no_column(monkeypatch: pytest.MonkeyPatch) -> None:
    wide, narrow = ("160", "80")
    monkeypatch.setenv("COLUMNS", wide)
    shown = ESCAPES.sub("", look(LEADS, "lead", "list", name="lead__list"))
    assert re.search(r"Wanted +Offered +Missing +Skills\n", shown)
    monkeypatch.setenv("COLUMNS", narrow)
    shown = ESCAPES.sub("", look(LEADS, "lead", "list", name="lead__list"))
    titles, *rest = shown.splitlines()
    assert re.fullmatch(r"ID +State +Title +Co-op +Deadline +Missing", titles.strip())
    below = " ".join(line.strip() for line in rest if line.startswith("    "))
    assert below.endswith(
        "Value: 42,000.00 GBP, Wanted: 304 h, Offered: 96 h, Skills: python, design"
    )
    offers = {"offers": [results.PLEDGE_ROW]}
    said = " ".join(
        ESCAPES.sub("", look(offers, "capacity", "list", name="capacity__list")).split()
    )
    assert "600.00 GBP per" in said


def test_a_very_narrow_one_gets_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = {"leads": [results.LEAD_ROW, results.LEAD_ROW]}
    monkeypatch.setenv("COLUMNS", "40")
    shown = ESCAPES.sub("", look(answer, "lead", "list", name="lead__list"))
    assert shown.splitlines()[0].split() == ["ID", "State", "Title"]
    assert "Deadline: 2026-12-11, Value: 42,000.00 GBP" in " ".join(shown.split())
    monkeypatch.setenv("COLUMNS", "16")
    shown = ESCAPES.sub("", look(answer, "lead", "list", name="lead__list"))
    named = [line.split()[0] for line in shown.splitlines() if line[:1].isalpha()]
    assert named[:3] == ["ID", "State", "Title"]
    assert shown.count("State") == 2


def test_the_kit_is_no_paragraph() -> None:
    out = Terminal()
    Page(out).copyable("x" * 200)
    assert out.getvalue() == "x" * 200 + "\n"


# -- layout ----------------------------------------------------------------------------

SHAPE = Shape(
    ["ID", "Title", "Hours", "Note"],
    [["evt_a", "a title of some words", "1 h", "n"], ["evt_b", "日本", "12 h", ""]],
    right=frozenset({2}),
    spare=frozenset({0, 3}),
)


def test_columns_are_aligned_by_what_is_seen() -> None:
    assert layout.aligned(SHAPE) == [
        "ID     Title                  Hours  Note",
        "evt_a  a title of some words    1 h  n",
        "evt_b  日本                    12 h",
    ]


def test_one_long_cell_does_not_push_all_others_aside() -> None:
    long = "x" * (layout.MOST_PADDED + 30)
    rows = [["evt_a", long, "1 h"], ["evt_b", "short", "2 h"]]
    titles, first, second = layout.aligned(Shape(["ID", "Title", "Hours"], rows))
    assert first == f"evt_a  {long}  1 h"
    assert second == f"evt_b  {'short'.ljust(layout.MOST_PADDED)}  2 h"
    assert titles.index("Hours") == second.index("2 h")


def test_spare_columns_go_below_from_the_last() -> None:
    assert SHAPE.least() == [5, 18, 5, 4]
    fits = layout.fitted(SHAPE, 38)
    assert fits is not None
    assert (fits.shape, fits.below) == (SHAPE, ["", ""])
    assert fits.widths == [5, 18, 5, 4]
    fits = layout.fitted(SHAPE, 37)
    assert fits is not None
    assert fits.shape.titles == ["ID", "Title", "Hours"]
    assert fits.shape.right == {2}
    assert fits.shape.spare == {0}
    assert fits.below == ["Note: n", ""]
    fits = layout.fitted(SHAPE, 26)
    assert fits is not None
    assert fits.shape.titles == ["Title", "Hours"]
    assert fits.shape.right == {1}
    assert fits.below == ["ID: evt_a, Note: n", "ID: evt_b"]
    assert layout.fitted(SHAPE, 10) is None


def test_others_go_below_before_each_row_becomes_a_block() -> None:
    shape = SHAPE._replace(spare=frozenset())
    fits = layout.fitted(shape, 26)
    assert fits is not None
    assert fits.shape.titles == ["ID", "Title"]
    assert fits.below == ["Hours: 1 h, Note: n", "Hours: 12 h"]
    assert layout.fitted(shape, 24) is None


def test_room_that_is_left_goes_to_who_needs_it() -> None:
    fits = layout.fitted(SHAPE, 40)
    assert fits is not None
    assert fits.widths == [5, 20, 5, 4]
    fits = layout.fitted(SHAPE, 200)
    assert fits is not None
    assert fits.widths == SHAPE.widths()


@pytest.mark.parametrize(
    ("cell", "lines"),
    {
        "": [""],
        "a title": ["a title"],
        "a title of words": ["a title", "of words"],
        "incomprehensible": ["incompre", "hensible"],
        "so incomprehensible": ["so", "incompre", "hensible"],
        "日本語日本語": ["日本語日", "本語"],
    }.items(),
)
def test_cells_are_broken_between_words(cell: str, lines: list[str]) -> None:
    assert layout.wrapped(cell, 8) == lines


def test_weeks_that_do_not_fit_are_another_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    weeks = [
        {"week": f"2027-W{at:02}", "offered": 2400, "free": 2400} for at in range(1, 14)
    ]
    row = {"skill": "web-operations-engineer", "weeks": weeks}
    answer = {"coops": [row], "skills": [row], "mondays": ["2027-01-04"]}
    for width, tables in ((120, 1), (80, 2), (50, 3)):
        monkeypatch.setenv("COLUMNS", str(width))
        shown = look(answer, "calendar", "show", name="calendar__show")
        by_skill, _, _ = ESCAPES.sub("", shown).partition("Free, by co-op")
        headings = [one for one in by_skill.splitlines() if one.startswith("Skill ")]
        assert len(headings) == tables
        assert " ".join(headings).split().count("W13") == 1
        assert max(map(len, by_skill.splitlines())) <= width
