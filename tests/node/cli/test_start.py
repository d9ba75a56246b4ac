"""A node from nothing: init, its kit, up; and the demo."""

import asyncio
import io
import json
import re
import stat
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from node import config, run
from node.cli import founding, start
from node.cli.page import Page
from node.cli.root import run as type_in
from node.cli.session import Session
from tests.node.cli.caller import Said, Terminal

INIT: Final = ("init", "--name", "Alba", "--listen", "127.0.0.1:8750")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WORTLEY_ANCHOR_DIR", str(tmp_path / "anchor"))
    return tmp_path / "data"


def wortley(data: Path, *argv: str, out: io.StringIO | None = None) -> Said:
    written = out or io.StringIO()
    code = type_in(argv, Session(data=data, page=Page(written)))
    return Said(code, written.getvalue())


async def _kit_is_checked(data: Path) -> bool:
    async with run.open_node(data) as node:
        return await node.kit_check() is None


def kit_is_checked(data: Path) -> bool:
    return asyncio.run(_kit_is_checked(data))


def test_init_makes_a_node_and_says_what_comes_next(data: Path) -> None:
    where = ("--data", str(data))
    said = wortley(data, *where, *INIT, "--public-url", "https://alba.example")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == f"The node is made in {data}."
    assert re.fullmatch(r"Co-op  coop_[a-z2-7]{52}", lines[1])
    assert lines[3] == (
        "The recovery kit. Write it on paper now: it is not shown again."
    )
    # Numbered for a file or a printer as for a person, who is asked by number.
    kit = {
        int(number): word
        for number, word in re.findall(r"(\d+) ([a-z]+)", "\n".join(lines[5:11]))
    }
    assert sorted(kit) == list(range(1, 25))
    lines = lines[6:]
    assert lines[6:8] == ["Next:", f"  wortley --data {data} key check WORD WORD WORD"]
    asked = re.fullmatch(
        r"      with the words no. (\d+), (\d+) and (\d+), from the paper", lines[8]
    )
    assert asked is not None
    assert lines[9:] == [
        f"  wortley --data {data} network create --name NAME",
        "      to found a network, or",
        f"  wortley --data {data} join INVITATION",
        "      to join one",
        f"  wortley --data {data} up",
        "      to run the node",
    ]
    settings = config.load(data, {})
    assert (settings.name, settings.listen) == ("Alba", "127.0.0.1:8750")
    assert settings.public_url == "https://alba.example"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    # And those words are the right ones.
    typed = [kit[int(place)] for place in asked.groups()]
    assert not kit_is_checked(data)
    said = wortley(data, "key", "check", *typed)
    assert said.out == "The recovery kit is on paper: this node may publish now.\n"
    assert kit_is_checked(data)


def test_init_as_json_for_scripts(data: Path) -> None:
    made = json.loads(wortley(data, *INIT, "--kit-checked", "--json").out)
    assert made.keys() == {"coop", "words", "positions", "checked"}
    assert len(made["words"].split()) == 24
    assert sorted(made["positions"]) == made["positions"]
    assert made["checked"] is True
    assert kit_is_checked(data)


def test_a_checked_kit_is_not_asked_for_again(data: Path) -> None:
    assert "key check" not in wortley(data, *INIT, "--kit-checked").out


def test_init_never_makes_a_node_twice(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wortley(data, *INIT)
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*.key")}
    assert wortley(data, *INIT).code == 2
    assert "There is a node in" in capsys.readouterr().err
    assert {path: path.stat().st_mtime_ns for path in data.rglob("*.key")} == before


@pytest.mark.parametrize(
    ("option", "value", "field"),
    [
        ("--listen", "nowhere", "listen"),
        ("--public-url", "ftp://x", "public_url"),
        ("--name", " ", "name"),
    ],
)
def test_init_refuses_settings_that_cannot_work(
    data: Path, option: str, value: str, field: str
) -> None:
    settings = {"--name": "Alba", "--listen": "127.0.0.1:8750", option: value}
    typed = [word for pair in settings.items() for word in pair]
    said = wortley(data, "init", *typed, "--json")
    assert said.code == 2
    named = json.loads(said.out)["error"]["fields"]
    assert (named["field"], named["option"]) == (field, option)
    assert not data.exists()


def test_the_kit_before_a_person_is_in_numbered_columns(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    said = wortley(data, *INIT, out=Terminal())
    assert "Write it on paper now: it is not shown again." in said.out
    kit = said.out.partition("\nNext:")[0].partition("again.")[2]
    numbers = re.findall(r"\b(\d{1,2}) [a-z]+", kit)
    assert sorted(map(int, numbers)) == list(range(1, 25))


def test_the_columns_of_the_kit() -> None:
    words = [f"w{number}" for number in range(1, 25)]
    lines = founding.kit_lines(words)
    assert lines[0] == " 1 w1          7 w7         13 w13        19 w19"
    assert lines[-1] == " 6 w6         12 w12        18 w18        24 w24"


# -- up ------------------------------------------------------------------------------


def test_up_without_a_node_says_how_to_begin(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = wortley(data, "up")
    assert (said.code, said.out) == (2, "")
    assert capsys.readouterr().err == (
        f"Error: There is no node in {data} yet.\n"
        "To found a network: wortley init --name NAME --listen HOST:PORT,"
        " then wortley network create --name NETWORK\n"
        "To join one: wortley init --name NAME --listen HOST:PORT,"
        " then wortley join INVITATION\n"
    )
    error = json.loads(wortley(data, "up", "--json").out)["error"]
    assert error["code"] == "not-initialised"
    assert not data.exists()


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """A node.serve that is ready at once and stops by itself."""
    places: list[Path] = []

    async def serve(
        data: Path,
        on_ready: Callable[[str], None],
        *,
        progress: Callable[[int], None] | None = None,
        received: Callable[[int | None], None] | None = None,
    ) -> None:
        places.append(data)
        assert received is not None
        received(1024)
        received(None)
        assert progress is not None
        progress(8192)
        on_ready("http://127.0.0.1:8750")

    module = types.ModuleType("node.serve")
    module.serve = serve  # type: ignore[attr-defined]  # that is what it is for
    monkeypatch.setitem(sys.modules, "node.serve", module)
    return places


def test_up_says_where_it_runs(data: Path, served: list[Path]) -> None:
    wortley(data, *INIT)
    said = wortley(data, "up")
    assert said == Said(
        0, "The node runs at http://127.0.0.1:8750 (stop it with Ctrl-C).\n"
    )
    said = wortley(data, "up", "--json")
    assert json.loads(said.out) == {"url": "http://127.0.0.1:8750"}
    assert served == [data, data]


# -- demo and settings ---------------------------------------------------------------


def test_the_demo_runs_where_it_is_told(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[Path] = []
    monkeypatch.setattr("node.demo.run", ran.append)
    assert wortley(data, "demo").code == 0
    assert wortley(data, "demo", "--dir", "there").code == 0
    assert ran == [data / "demo", Path("there")]


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "data"),
        ({"WORTLEY_DATA": "/srv/x"}, "/srv/x"),
        ({"WORTLEY_DATA": ""}, "data"),
    ],
)
def test_the_usual_data_folder(environ: dict[str, str], expected: str) -> None:
    assert start.usual_data(environ) == Path(expected)


# -- all of it together --------------------------------------------------------------


def test_a_session_with_a_real_node(data: Path) -> None:
    """From nothing to a lead with a pledge, without a running node."""
    wortley(data, *INIT, "--kit-checked")
    assert wortley(data, "network", "create", "--name", "North").code == 0
    assert wortley(data, "profile", "set", "--day", "8", "--skill", "python").code == 0
    opened = wortley(
        data,
        "lead",
        "open",
        "--title",
        "Market",
        "--need",
        "python:3d",
        "--value",
        "£1,200.50",
        "--json",
    )
    lead = json.loads(opened.out)["id"]
    shown = wortley(data, "lead", "show", lead[:12]).out
    assert "Value  1,200.50 GBP\n" in shown
    assert re.search(r"1 +python +yes +24 h", shown)
    assert wortley(data, "pledge", "work", lead, "1d").out.startswith("Pledged (evt_")
    listed = json.loads(wortley(data, "pledge", "list", "--json").out)
    assert [one["minutes"] for one in listed] == [480]
    assert wortley(data, "verify").code == 0
    assert wortley(data, "rebuild").code == 0
