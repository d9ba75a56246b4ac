"""Lists of many rows: a page on a terminal, all of it for a program, in small parts."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from node.cli import paging
from node.cli.page import Page
from node.cli.progress import Tell
from node.cli.root import run
from node.cli.session import Session
from node.control import SOCKET
from node.errors import WorldFault
from node.views.paging import MOST
from tests.node.cli.caller import DATA, Terminal
from tests.node.cli.mapping import MAPPING

LISTS: Final = {
    "lead list": "leads",
    "project list": "projects",
    "pledge list": "pledges",
    "commitments": "commitments",
    "capacity list": "offers",
    "booking list": "bookings",
    "figures collaborations": "collaborations",
    "figures promises": "promises",
    "figures reports": "reports",
}


class Holder:
    """A node that holds so many rows, and gives pages of them as the real one does."""

    def __init__(self, count: int, key: str, *, fails_at: int | None = None) -> None:
        self.ids = [f"evt_{no:06}" for no in range(count)]
        self.key, self.fails_at = key, fails_at
        self.asked: list[Mapping[str, object]] = []

    def __call__(
        self, data: Path, _name: str, args: Mapping[str, object], _tell: Tell
    ) -> object:
        assert data == DATA
        self.asked.append(args)
        if len(self.asked) == self.fails_at:
            raise WorldFault(code="node-gone", detail="It stopped.", way_out="Look.")
        most, after, before = args["most"], args.get("after"), args.get("before")
        assert isinstance(most, int)
        found = [
            one
            for one in self.ids
            if (after in {None, "oldest"} or one > str(after))
            and (before is None or one < str(before))
        ]
        part = found[-most:] if after is None else found[:most]
        return {self.key: [{"id": one, "short": one} for one in part]}


def listed(
    holder: Holder, typed: str, *, out: io.StringIO | None = None
) -> tuple[int, str]:
    written = out or io.StringIO()
    session = Session(caller=holder, data=DATA, page=Page(written))
    code = run(typed.split(), session)
    return code, written.getvalue()


def ids(text: str) -> list[str]:
    return [line.split()[0] for line in text.splitlines() if line.startswith("evt_")]


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "ALONE", paging.AT_ONCE)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")


@pytest.mark.parametrize("typed", LISTS)
def test_a_program_is_given_all_of_a_list(typed: str) -> None:
    count = 2 * paging.AT_ONCE + 7
    for end in ("", " --json"):
        holder = Holder(count, LISTS[typed])
        code, text = listed(holder, typed + end)
        assert code == 0
        found = [one["id"] for one in json.loads(text)] if end else ids(text)
        assert found == holder.ids
        assert "left out" not in text
        assert len(holder.asked) == 3
        assert {one["most"] for one in holder.asked} == {paging.AT_ONCE}


@pytest.mark.parametrize("typed", LISTS)
def test_a_person_is_shown_a_page_and_how_to_see_more(typed: str) -> None:
    holder = Holder(250, LISTS[typed])
    seen: list[str] = []
    more, pages = "", 0
    while True:
        code, text = listed(holder, typed + more, out=Terminal())
        assert code == 0
        seen = ids(text) + seen
        pages += 1
        last = text.rstrip().splitlines()[-1]
        if "left out" not in last:
            break
        assert last.startswith(f"Older {LISTS[typed]} are left out.")
        more = " " + last.split("`")[1]
    assert seen == holder.ids
    assert pages == 3


#: Rows there -> what is typed -> rows shown, and what the last line has.
PAGES: Final = [
    (100, "", range(100), ""),
    (101, "", range(1, 101), "Older leads are left out. The next 100 are shown with"),
    (101, " --most 101", range(101), ""),
    (101, " --most 3", range(98, 101), "`--before evt_000098`, more at once with"),
    (101, " --most 3 --after oldest", range(3), "Newer leads are left out. The next 3"),
    (101, " --most 3 --after evt_000096", range(97, 100), "`--after evt_000099`"),
    (101, " --after evt_000097", range(98, 101), ""),
    (5, " --before evt_000003", range(3), ""),
    (1200, " --most 1100", range(100, 1200), "`--before evt_000100`"),
    (0, "", range(0), ""),
]


@pytest.mark.parametrize(("count", "more", "rows", "hint"), PAGES)
def test_pages(count: int, more: str, rows: range, hint: str) -> None:
    code, text = listed(Holder(count, "leads"), f"lead list{more}", out=Terminal())
    assert code == 0
    assert ids(text) == [f"evt_{no:06}" for no in rows]
    assert ("left out" in text) == bool(hint)
    assert hint in text


@pytest.mark.parametrize("more", [" --json", ""])
@pytest.mark.parametrize(
    ("options", "rows"),
    [
        (" --most 700", range(500, 1200)),
        (" --most 700 --before evt_001000", range(300, 1000)),
        (" --most 700 --after evt_000099", range(100, 800)),
        (" --before evt_000600", range(600)),
        (" --after evt_000599", range(600, 1200)),
        (" --before evt_000900 --after evt_000099", range(100, 900)),
    ],
)
def test_a_program_is_given_what_it_asks_for(
    options: str, rows: range, more: str
) -> None:
    code, text = listed(Holder(1200, "leads"), f"lead list{options}{more}")
    assert code == 0
    found = [one["id"] for one in json.loads(text)] if more else ids(text)
    assert found == [f"evt_{no:06}" for no in rows]


def test_rows_without_ids_are_asked_for_once() -> None:
    rows = [{"title": "x"}] * paging.AT_ONCE
    answers = [{"leads": rows}]
    session = Session(
        caller=lambda *_: answers.pop(), data=DATA, page=Page(out := io.StringIO())
    )
    assert run(["lead", "list", "--json"], session) == 0
    assert json.loads(out.getvalue()) == rows


def test_json_of_nothing_is_an_empty_array() -> None:
    assert listed(Holder(0, "leads"), "lead list --json") == (0, "[]\n")


def test_json_looks_as_if_it_were_made_at_once() -> None:
    holder = Holder(paging.AT_ONCE + 1, "leads")
    _, text = listed(holder, "lead list --json")
    assert text == json.dumps(json.loads(text), indent=2) + "\n"


def test_a_list_that_breaks_off_is_no_json() -> None:
    holder = Holder(2000, "leads", fails_at=3)
    code, text = listed(holder, "lead list --json")
    assert code == WorldFault.exit_code
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)
    code, text = listed(Holder(9, "leads", fails_at=1), "lead list --json")
    assert code == WorldFault.exit_code
    assert json.loads(text)["error"]["code"] == "node-gone"


@pytest.mark.parametrize("most", ["0", "-1", "many"])
def test_no_number_of_rows(most: str, capsys: pytest.CaptureFixture[str]) -> None:
    holder = Holder(3, "leads")
    assert listed(holder, f"lead list --most {most}")[0] == 2
    assert holder.asked == []
    assert "--most" in capsys.readouterr().err


def test_few_rows_are_asked_for_at_once_where_a_node_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    assert paging.at_once(tmp_path) == paging.ALONE == MOST
    (tmp_path / SOCKET).touch()
    assert paging.at_once(tmp_path) == paging.AT_ONCE


def test_every_list_with_pages_is_here() -> None:
    paged = {typed for typed, (_, args) in MAPPING.items() if "before" in args}
    assert {typed.partition(" --")[0] for typed in paged} == set(LISTS)
