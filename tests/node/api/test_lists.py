"""Pages of lists that grow and shrink while somebody pages."""

from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.api import lists
from node.api.lists import Page
from node.commands.form import Paged
from node.errors import UserFault
from protocol import ids as forms

ASKED: Final = b"lead.list"


def rows(*names: int) -> list[lists.Row]:
    return [{"id": f"evt_{name}", "state": "open"} for name in names]


def ids(part: list[list[lists.Row]]) -> list[object]:
    return [row["id"] for one in part for row in one]


@given(
    st.lists(st.integers(0, 40), max_size=30, unique=True),
    st.integers(1, 7),
    st.data(),
)
def test_what_stays_is_seen_once(
    start: list[int], limit: int, data: st.DataObject
) -> None:
    """Rows come at the end and go anywhere, between any two pages."""
    held, fresh = list(start), 100
    stayed = set(start)
    seen: list[object] = []
    cursor = ""
    while True:
        part, after = lists.cut([rows(*held)], Page(limit, cursor), ASKED)
        seen += ids(part)
        if after is None:
            break
        cursor = after
        gone = data.draw(st.sets(st.sampled_from(held), max_size=3)) if held else set()
        held = [one for one in held if one not in gone]
        stayed -= gone
        more = data.draw(st.integers(0, 1))
        held += range(fresh, fresh + more)
        fresh += more
        if not set(held) & set(start) and set(held).isdisjoint(range(100, fresh)):
            return
        named = [one for one in seen[-lists.NAMED :] if one in ids([rows(*held)])]
        if not named:
            with pytest.raises(UserFault, match="none of the rows"):
                lists.cut([rows(*held)], Page(limit, cursor), ASKED)
            return
    assert len(seen) == len(set(seen))
    assert {f"evt_{one}" for one in stayed} <= set(seen)


@given(st.lists(st.integers(0, 3), max_size=12), st.integers(1, 5))
def test_rows_that_are_alike_come_all(values: list[int], limit: int) -> None:
    alike: list[lists.Row] = [{"value": value} for value in values]
    seen: list[object] = []
    cursor: str | None = ""
    while cursor is not None:
        (part,), cursor = lists.cut([alike], Page(limit, cursor), ASKED)
        seen += [row["value"] for row in part]
    assert seen == values


def test_lists_follow_each_other() -> None:
    both: list[list[lists.Row]] = [list(rows(1, 2, 3)), list(rows(1, 4))]
    first, after = lists.cut(both, Page(2), ASKED)
    assert [len(one) for one in first] == [2, 0]
    assert after is not None
    second, after = lists.cut(both, Page(2, after), ASKED)
    assert [ids([one]) for one in second] == [["evt_3"], ["evt_1"]]
    assert after is not None
    third, after = lists.cut(both, Page(2, after), ASKED)
    assert [ids([one]) for one in third] == [[], ["evt_4"]]
    assert after is None


@given(
    st.integers(0, 9),
    st.integers(0, 5),
    st.integers(1, 7),
    st.sampled_from(["", "now"]),
)
def test_a_long_list_and_what_follows_it(
    many: int, beside: int, limit: int, before: str
) -> None:
    """All rows come once: those of the long list in its order, then the others."""
    every: list[lists.Row] = [
        {"id": forms.text("evt", bytes([no]) * 32)} for no in range(many)
    ]
    rest: list[lists.Row] = rows(*range(beside))
    args, back = Paged(before=before or None), bool(before)
    seen: list[lists.Row] = []
    others: list[lists.Row] = []
    cursor: str | None = ""
    while cursor is not None:
        asked = lists.narrowed(args, Page(limit, cursor), ASKED)
        found = _answered(every, asked)
        shown, cursor = lists.part([found, rest], Page(limit, cursor), ASKED, back=back)
        assert sum(map(len, shown)) <= limit
        assert cursor is None or any(shown)
        seen = [*shown[0], *seen] if back else [*seen, *shown[0]]
        others += shown[1]
    assert (seen, others) == (every, rest)


def _answered(every: list[lists.Row], asked: Paged) -> list[lists.Row]:
    names = [row["id"] for row in every]
    if asked.before is not None:
        end = len(names) if asked.before == "now" else names.index(asked.before)
        return every[max(0, end - asked.most) : end]
    start = 0 if asked.after == "oldest" else names.index(asked.after) + 1
    return every[start : start + asked.most]


def a_cursor() -> str:
    _, after = lists.cut([rows(*range(20))], Page(10), ASKED)
    assert after is not None
    return after


def test_cursors_are_short() -> None:
    assert len(a_cursor()) <= lists.CURSOR_CHARS


@pytest.mark.parametrize(
    "cursor",
    ["x", "!!!!", "é", "A" * 8, "A" * 76, "A" * 77, "A" * 5000, "../../etc/passwd"],
)
def test_what_is_no_cursor(cursor: str) -> None:
    with pytest.raises(UserFault) as caught:
        lists.cut([rows(*range(20))], Page(10, cursor), ASKED)
    assert caught.value.code == "cursor-wrong"


def test_a_cursor_of_another_question_is_refused() -> None:
    with pytest.raises(UserFault) as caught:
        lists.cut([rows(*range(20))], Page(10, a_cursor()), b"project.list")
    assert caught.value.code == "cursor-wrong"


def test_a_cursor_whose_rows_are_gone_says_so() -> None:
    with pytest.raises(UserFault) as caught:
        lists.cut([rows(*range(10, 30))], Page(10, a_cursor()), ASKED)
    assert caught.value.code == "cursor-gone"


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "", "x", "1.5", "²", "9" * 30])
def test_limits_that_are_none(limit: str) -> None:
    with pytest.raises(UserFault) as caught:
        lists.read_page({"limit": limit})
    assert caught.value.fields["field"] == "limit"


class One(msgspec.Struct):
    id: str


class Listed(msgspec.Struct):
    rows: tuple[One, ...]
    more: list[One]
    weights: dict[str, int]


class OwnPages(msgspec.Struct):
    rows: list[One]
    next: str


class Single(msgspec.Struct):
    id: str
    rows: list[One]


class Words(msgspec.Struct):
    weeks: list[str]
    rows: list[One]


def test_which_results_are_paged() -> None:
    assert lists.fields_of(Listed) == ["rows", "more"]
    assert lists.fields_of(OwnPages) == []
    assert lists.fields_of(Single) == []
    assert lists.fields_of(Words) == []
