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
from node.demo import acting, run, scenes
from node.demo.nodes import DemoNode
from node.errors import UserFault
from tests.e2e.cluster import ROOT, Cluster, Coop, settled

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

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
    leads = rows(alba, "lead.list", "leads", most=1000)
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


def test_what_the_three_do_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bid won, an agreement, a decision, a round, work paid: and what is left."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    said: list[str] = []
    told = [f"{one.who} {one.says}" for one in scenes.of(TODAY)]
    # Stopped in the middle, it goes on with the scene that is next.
    for steps in (50, 30 + 2 * len(told)):
        run(tmp_path / "demo", said.append, today=TODAY, steps=steps, pace_s=0.2)
    assert [one for one in said if one in set(told)] == told
    alba = tmp_path / "demo" / "alba"
    for command in ("today", "ledger show", "round list"):
        assert any(f"--data {alba} {command}" in one for one in said)
    (bid,) = rows(alba, "bid.list", "bids")
    assert (bid["state"], bid["sound"], bid["parties"]) == (
        "won",
        True,
        ["Alba", "Birch", "Cedar"],
    )
    (agreement,) = rows(alba, "agreement.list", "agreements")
    assert agreement["standing"] == "effective"
    decided, asked = rows(alba, "decision.list", "decisions")
    assert (decided["standing"], decided["outcome"]) == ("final", "passed")
    assert asked["standing"] == "open"
    closed, runs = rows(alba, "round.list", "rounds")
    assert (closed["standing"], runs["standing"]) == ("final", "open")
    assert cast("Row", closed["accepted"])["amount"] == "700.00"
    reports = rows(alba, "report.list", "reports")
    assert {one["standing"] for one in reports} == {"accepted", "reported"}
    (invoice,) = rows(alba, "invoice.list", "invoices")
    assert invoice["standing"] == "approved"
    assert invoice["settled"] == invoice["amount"]
    waits = {one["family"] for one in rows(alba, "today", "waiting")}
    assert {"decision", "round", "report"} <= waits


def test_a_scene_waits_for_what_it_is_about(tmp_path: Path) -> None:
    class Deaf(DemoNode):
        @override
        def ask(self, command: str, /, **args: object) -> Row:
            asked.append((command, args))
            if deaf:
                raise UserFault(code="unknown", detail="", way_out="")
            return {"id": f"evt_{len(asked)}"}

    asked: list[tuple[str, Row]] = []
    deaf = False
    nodes = [Deaf(name, tmp_path) for name in ("Alba", "Birch", "Cedar")]
    said: list[str] = []
    one = acting.Acting(nodes, tmp_path, said.append, TODAY)
    assert one.step()
    deaf = True
    assert not one.step()
    deaf = False
    # Another one goes on there, and names what the first scene made.
    again = acting.Acting(nodes, tmp_path, said.append, TODAY)
    assert again.step()
    assert asked[-2:][0] == ("explain", {"id": "evt_1"})
    assert asked[-1][1]["lead"] == "evt_1"
    assert len(said) == 2
    # What it cannot read it begins anew; the same keys do nothing twice.
    (tmp_path / "scenes.json").write_text("[]")
    acting.Acting(nodes, tmp_path, said.append, TODAY).step()
    assert asked[-1] == asked[0]


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


def rows(folder: Path, command: str, what: str, **args: object) -> list[Row]:
    found = cast("Row", call(folder, command, args))
    return cast("list[Row]", found[what])
