"""The demo: three nodes over real notices, from nothing, and again where it stopped."""

import datetime
from pathlib import Path
from typing import cast

import pytest

from node.control import call
from node.demo import run

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

Row = dict[str, object]
TODAY = datetime.date(2026, 11, 24)


def test_a_living_network_that_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    said: list[str] = []
    run(tmp_path / "demo", said.append, today=TODAY, steps=24)
    text = "\n".join(said)
    assert "Open Government Licence" in text
    assert "weeks so that deadlines lie ahead" in text
    first = {name: state_of(tmp_path, name) for name in ("alba", "birch", "cedar")}
    run(tmp_path / "demo", said.append, today=TODAY, steps=6)
    again = {name: state_of(tmp_path, name) for name in ("alba", "birch", "cedar")}
    assert len({one["events"] for one in again.values()}) >= 1
    assert all(
        cast("int", again[name]["events"]) > cast("int", first[name]["events"])
        for name in first
    )
    alba = tmp_path / "demo" / "alba"
    leads = rows(alba, "lead.list", "leads")
    assert len(leads) > 100
    assert any(row["state"] == "lost" for row in leads)
    assert any(str(row["deadline"] or "") > TODAY.isoformat() for row in leads)
    assert rows(alba, "capacity.list", "offers")
    standings = {row["standing"] for row in rows(alba, "pledge.list", "pledges")}
    assert "committed" in standings
    members = rows(alba, "members", "members")
    assert [row["elector"] for row in members] == [True, True, True]


def state_of(tmp_path: Path, name: str) -> Row:
    return cast("Row", call(tmp_path / "demo" / name, "status", {}))


def rows(folder: Path, command: str, what: str) -> list[Row]:
    found = cast("Row", call(folder, command, {}))
    return cast("list[Row]", found[what])
