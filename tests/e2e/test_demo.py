"""The demo: three nodes over real notices, from nothing, and again where it stopped."""

import contextlib
import datetime
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

from node import config
from node.control import call
from node.demo import run
from tests.e2e.cluster import ROOT, Cluster, Coop, settled

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
    demo = Cluster(tmp_path / "again")
    demo.env["XDG_STATE_HOME"] = str(tmp_path / "state")
    try:
        settled(*(coop_of(demo, tmp_path / "demo" / name).start() for name in again))
    finally:
        demo.close()


def coop_of(demo: Cluster, folder: Path) -> Coop:
    """Give a node of the demo to the cluster, which runs it as any other."""
    settings = config.load(folder)
    coop = Coop(
        name=settings.name,
        folder=folder,
        port=settings.port,
        env=dict(demo.env),
        id=str(cast("Row", call(folder, "status", {}))["coop"]),
    )
    demo.coops.append(coop)
    return coop


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_all_of_it(tmp_path: Path, how: signal.Signals) -> None:
    env = {**os.environ, "HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT)}
    folder = tmp_path / "demo"
    command = [sys.executable, "-um", "node", "demo", "--dir", str(folder)]

    def again() -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - as below
            command, env=env, capture_output=True, text=True, timeout=60, check=False
        )

    with (
        subprocess.Popen(  # noqa: S603 - this very program
            command,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
        ) as demo,
        contextlib.ExitStack() as stack,
    ):
        # Without it, what it has started would stay where this fails.
        stack.callback(demo.send_signal, signal.SIGINT)
        assert demo.stdout is not None
        for line in demo.stdout:
            if "accepted a pledge" in line:
                break
        else:
            pytest.fail(f"it ended with {demo.wait()}")
        children = Path(f"/proc/{demo.pid}/task/{demo.pid}/children").read_text("ascii")
        assert len(children.split()) == 3
        second = again()
        assert second.returncode == 2
        assert f"A demo runs in {folder} already (process {demo.pid})." in second.stderr
        assert f"kill {demo.pid}" in second.stderr
        demo.send_signal(how)
        rest = demo.stdout.read()
        assert demo.wait(20) == 0
        assert rest.rstrip().endswith("Stopping the three nodes …")
        assert not [pid for pid in children.split() if Path(f"/proc/{pid}").exists()]
    port = config.load(folder / "birch").port
    with socket.create_server(("127.0.0.1", port)):
        refused = again()
    assert refused.returncode == 2
    assert f"Another program has port {port}" in refused.stderr
    assert "Birch's node" in refused.stderr
    assert "demo --dir DIR" in refused.stderr


def state_of(tmp_path: Path, name: str) -> Row:
    return cast("Row", call(tmp_path / "demo" / name, "status", {}))


def rows(folder: Path, command: str, what: str) -> list[Row]:
    found = cast("Row", call(folder, command, {}))
    return cast("list[Row]", found[what])
