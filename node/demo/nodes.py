"""The three nodes of the demo as processes: made once, started, stopped."""

import contextlib
import itertools
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from node import config, control, folder, run
from node.clock import SystemEntropy
from node.config import Config
from node.errors import OurFault, UserFault

_FIRST_PORT: Final = 8750
_START_S: Final = 30.0
_STOP_S: Final = 10.0
_CODE: Final = Path(__file__).parent.parent.parent


@dataclass(slots=True)
class DemoNode:
    """One node: its folder, and its process once it runs."""

    name: str
    folder: Path
    process: subprocess.Popen[bytes] | None = None
    settings: Config = field(init=False)

    def check(self) -> None:
        """Refuse to start where this node runs, or another program has its port."""
        try:
            folder.lock(self.folder).release()
        except folder.FolderBusy as busy:
            stop = (
                "" if busy.pid is None else f" A node is stopped with: kill {busy.pid}"
            )
            raise UserFault(
                code="demo-node-running",
                detail=f"{self.name}'s node runs already, left over from a demo that"
                f" was killed, or in use by a command. {busy.detail}",
                way_out=f"A command ends by itself.{stop}",
                pid=busy.pid,
            ) from busy
        if not is_free(self.settings.port):
            raise UserFault(
                code="port-taken",
                detail=f"Another program has port {self.settings.port}, on which"
                f" {self.name}'s node listens.",
                way_out="Stop that program"
                f" (`ss -ltnp 'sport = :{self.settings.port}'` names it), or start a"
                " new demo on other ports: wortley demo --dir DIR",
                port=self.settings.port,
            )

    def make(self, port: int) -> None:
        """Create the node where there is none; the demo answers for its kit."""
        if not (self.folder / config.FILE).exists():
            url = f"http://127.0.0.1:{port}"
            settings = Config(
                name=self.name, listen=f"127.0.0.1:{port}", public_url=url
            )
            made = run.create(self.folder, settings, SystemEntropy())
            words = made.words.split()
            first, second, third = (words[at - 1] for at in made.check.positions)
            self.ask("key.check", words=[first, second, third])
        self.settings = config.load(self.folder)

    def ask(self, command: str, /, **args: object) -> dict[str, object]:
        """Have a command done by this node."""
        return cast("dict[str, object]", control.call(self.folder, command, args))

    def start(self) -> None:
        """Start the node and wait until it answers."""
        log = (self.folder / "node.log").open("ab")
        env = {**os.environ, "PYTHONPATH": str(_CODE)}
        with log:
            self.process = subprocess.Popen(  # noqa: S603 - this very program
                [sys.executable, "-m", "node", "--data", str(self.folder), "up"],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=env,
                # Ctrl-C is for the demo; it stops the nodes itself, in order.
                start_new_session=True,
            )
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + _START_S
        while time.monotonic() < until:
            if self.process is not None and self.process.poll() is not None:
                break
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.settings.port), 1).close()
                return
            time.sleep(0.05)
        raise OurFault(
            code="demo-node",
            detail=f"The node {self.name} did not start.",
            way_out=f"Its log says why: {self.folder / 'node.log'}",
        )

    def stop(self) -> None:
        """Tell the node to stop, and see that it has."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def is_free(port: int) -> bool:
    """Tell whether a node could listen on a port now, as its server would."""
    with socket.socket() as probe:
        # Without it, what a node of a moment ago leaves behind looks taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Find ports that are free now, from the usual one on."""
    ports = range(_FIRST_PORT, _FIRST_PORT + 1000)
    return list(itertools.islice(filter(is_free, ports), count))


def prepare(nodes: list[DemoNode], say: Callable[[str], object]) -> None:
    """Make the nodes that are not there; see that all of them can start."""
    ports = iter(free_ports(len(nodes)))
    for node in nodes:
        say(f"Preparing {node.name} …")
        node.make(next(ports))
    for node in nodes:
        node.check()


def found_network(nodes: list[DemoNode]) -> None:
    """Let the first node found a network and the others join it by invitation.

    All three become electors, as a small network should: a block then needs two of
    their three nodes.
    """
    first, *others = nodes
    if first.ask("status")["network"] is None:
        first.ask("network.create", name="Wortley demo network")
    first.start()
    for node in others:
        if node.ask("status")["network"] is None:
            invitation = first.ask("invite")["invitation"]
            node.ask("join", invitation=invitation)
        node.start()


def make_electors(nodes: list[DemoNode]) -> None:
    """Let the others volunteer as electors, and those who are one approve."""
    for node in nodes[1:]:
        until = time.monotonic() + _START_S
        while not _is_elector(node) and time.monotonic() < until:
            coop = str(node.ask("status")["coop"])
            for one in (node, *(other for other in nodes if other is not node)):
                # Whoever is no elector yet, or has approved already, says so.
                with contextlib.suppress(UserFault):
                    one.ask("elector.on", coop=coop)
                time.sleep(0.3)


def _is_elector(node: DemoNode) -> bool:
    rows = cast("list[dict[str, object]]", node.ask("members")["members"])
    return any(row["name"] == node.name and row["elector"] for row in rows)
