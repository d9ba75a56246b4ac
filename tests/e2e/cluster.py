"""Real nodes as processes: made, started, asked, stopped, or killed by their pid.

A node is asked over its control socket alone. `node.control.call` would do a command
in the process of the test where no node runs; here nobody but the node under test may
touch its folder.
"""

import contextlib
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

import msgspec

from node import run
from node.clock import SystemEntropy
from node.config import Config
from node.control import SOCKET
from node.control.wire import NDJSON, Line, Problem, decode, encode, error_of
from node.web.problems import MEDIA_TYPE

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

Answer = dict[str, Any]
P = ParamSpec("P")
T = TypeVar("T")

ROOT: Final = Path(__file__).resolve().parent.parent.parent
LONG: Final = os.environ.get("WORTLEY_LONG") == "1"
#: How long to wait for what takes a moment; only a failure takes so long.
PATIENCE_S: Final = 30.0
LOOK_S: Final = 0.05
_STOP_S: Final = 20.0
_ASK_S: Final = 60.0
#: Below those that the kernel gives to outgoing connections, so that a node that was
#: killed finds its port free again.
_PORTS: Final = range(20_000, 32_000)
#: What a node inherits of the environment of the tests.
_INHERITED: Final = ("PATH", "LANG", "TMPDIR", "COVERAGE_PROCESS_START")


class Gone(Exception):
    """The node did not answer, or not to the end: nobody knows what it did."""


def until(what: str, look: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Look again and again until there is something; fail after a while."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := look(*args, **kwargs)):
        assert time.monotonic() < deadline, f"not within {PATIENCE_S:g} s: {what}"
        time.sleep(LOOK_S)
    return found


class _Connection(http.client.HTTPConnection):
    """HTTP over the socket in a node's folder, however long its path is."""

    def __init__(self, folder: Path) -> None:
        super().__init__("localhost", timeout=_ASK_S)
        self._folder = folder

    @override
    def connect(self) -> None:
        fd = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.sock.settimeout(_ASK_S)
            self.sock.connect(f"/proc/self/fd/{fd}/{SOCKET}")
        finally:
            os.close(fd)


@dataclass(slots=True, kw_only=True)
class Coop:
    """A co-op with its node: a folder, a port, and a process once it runs."""

    name: str
    folder: Path
    port: int
    #: The environment of its process.
    env: dict[str, str]
    #: Whether others are told where the node is reached.
    public: bool = True
    #: The port at which others are told it is reached, where that is another one.
    reached_at: int = 0
    id: str = ""
    #: The words that answer for its recovery kit.
    words: list[str] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def told(self) -> str:
        """Where others are told that it is reached."""
        return f"http://127.0.0.1:{self.reached_at or self.port}"

    @property
    def log(self) -> Path:
        """Where its process writes to."""
        return self.folder.with_suffix(".log")

    @property
    def anchor(self) -> Path:
        """The folder of the anchor."""
        chosen = self.env.get("WORTLEY_ANCHOR_DIR")
        state = Path(self.env["XDG_STATE_HOME"])
        return Path(chosen) if chosen else state / "wortley" / self.id

    # --- living ---------------------------------------------------------------------

    def make(self) -> None:
        """Make the node; its kit is not checked yet."""
        settings = Config(
            name=self.name,
            listen=f"127.0.0.1:{self.port}",
            public_url=self.told if self.public else "",
        )
        made = run.create(self.folder, settings, SystemEntropy(), environ=self.env)
        words = made.words.split()
        self.id = made.coop
        self.words = [words[place - 1] for place in made.check.positions]

    def launch(self) -> None:
        """Start the process; it answers a moment later."""
        assert self.process is None, f"{self.name} runs already"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - this very program
                [sys.executable, "-m", "node", "--data", str(self.folder), "up"],
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def start(self) -> "Coop":
        """Start the process and wait until it answers."""
        self.launch()
        until(f"{self.name} answers", self.answers)
        return self

    def answers(self) -> bool:
        """Tell whether the node answers by now; fails where it has ended."""
        assert self.process is not None
        code = self.process.poll()
        assert code is None, f"{self.name} ended with {code}:\n{self.said()}"
        with contextlib.suppress(Gone):
            self.ask("status")
            return True
        return False

    def said(self) -> str:
        """Give the end of what the process wrote."""
        return self.log.read_text("utf-8", "replace")[-4000:]

    def stop(self) -> None:
        """Have the process end by itself, and well; nothing where none runs."""
        process, self.process = self.process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"{self.name} did not stop:\n{self.said()}") from None
        assert code == 0, f"{self.name} ended with {code}:\n{self.said()}"

    def kill(self) -> None:
        """End the process at once, whatever it is doing (SIGKILL)."""
        process, self.process = self.process, None
        assert process is not None
        assert process.poll() is None, f"{self.name} ended by itself:\n{self.said()}"
        process.kill()
        process.wait()

    def cpu_s(self) -> float:
        """Give the seconds that processors have worked for it (proc_pid_stat(5))."""
        assert self.process is not None
        stat = Path(f"/proc/{self.process.pid}/stat").read_text("ascii")
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def peak_rss(self) -> int:
        """Give the most bytes of memory that it held since `forget_peak`."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        (line,) = [one for one in status.splitlines() if one.startswith("VmHWM")]
        return int(line.split()[1]) * 1024

    def forget_peak(self) -> None:
        """Start the peak anew from what it holds now (proc_pid_clear_refs(5))."""
        assert self.process is not None
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5", "ascii")

    # --- asking ---------------------------------------------------------------------

    def ask(self, command: str, /, **args: object) -> Answer:
        """Have a command done by the running node; raises what the command raises.

        `Gone` where the node does not answer to the end.
        """
        with contextlib.closing(_Connection(self.folder)) as connection:
            try:
                connection.request("POST", f"/command/{command}", encode(args))
                return _answer(connection.getresponse())
            except (OSError, http.client.HTTPException, msgspec.DecodeError) as error:
                raise Gone(f"{self.name}: {error!r}") from error

    def status(self) -> Answer:
        return self.ask("status")

    def check_kit(self) -> None:
        """Answer for the recovery kit, which opens publishing."""
        assert self.ask("key.check", words=self.words) == {"checked": True}

    def offer(self, key: str) -> str:
        """Publish the simplest thing there is; give its id."""
        done = self.ask(
            "capacity.offer",
            skill="developer",
            minutes=600,
            starts="2026-01-05",
            ends="2026-06-28",
            key=key,
        )
        return str(done["id"])

    def offers(self) -> list[str]:
        """Give the ids of all offers that count here, of whatever co-op."""
        listed = self.ask("capacity.list", most=10_000)["offers"]
        return [str(row["id"]) for row in listed]


def _answer(response: http.client.HTTPResponse) -> Answer:
    form = response.headers.get_content_type()
    if form == MEDIA_TYPE:
        raise error_of(msgspec.json.decode(response.read(), type=Problem))
    if form != NDJSON:
        return _object(response.read())
    for data in response:
        if data.strip():
            line = msgspec.json.decode(data, type=Line)
            if line.problem is not None:
                raise error_of(line.problem)
            if line.progress is None:
                return _object(bytes(line.result))
    raise Gone("the last line is missing")


def _object(data: bytes) -> Answer:
    value = decode(data)
    assert isinstance(value, dict), value
    return value


# --- several ------------------------------------------------------------------------


class Cluster:
    """A folder for nodes, a home of their own, and the nodes that were made in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.coops: list[Coop] = []
        (folder / "home").mkdir(parents=True)
        given = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        self.env = {
            **given,
            "HOME": str(folder / "home"),
            "XDG_STATE_HOME": str(folder / "state"),
            "PYTHONPATH": str(ROOT),
            "PYTHONSAFEPATH": "1",
        }

    def add(self, name: str, *, public: bool = True, reached_at: int = 0) -> Coop:
        """Make a node; it is in no network and does not run yet."""
        coop = Coop(
            name=name,
            folder=self.folder / name.lower(),
            port=free_port(),
            env=dict(self.env),
            public=public,
            reached_at=reached_at,
        )
        coop.make()
        self.coops.append(coop)
        return coop

    def found(self, name: str, *, reached_at: int = 0) -> Coop:
        """Make the node of a co-op that founds the network, and start it."""
        return found(self.add(name, reached_at=reached_at).start())

    def join(
        self, name: str, inviter: Coop, *, public: bool = True, reached_at: int = 0
    ) -> Coop:
        """Make a node, start it, and let it knock with an invitation."""
        coop = self.add(name, public=public, reached_at=reached_at)
        return join(coop.start(), inviter)

    def network(self, *names: str, public: int | None = None) -> list[Coop]:
        """Give the nodes of a network, running: the first co-op founds it.

        public: so many of them are reached by others, the first ones; else all.
        """
        coops = [
            self.add(name, public=public is None or at < public)
            for at, name in enumerate(names)
        ]
        # Together: a node takes most of a second to start.
        for coop in coops:
            coop.launch()
        for coop in coops:
            until(f"{coop.name} answers", coop.answers)
        founder = found(coops[0])
        for coop in coops[1:]:
            join(coop, founder)
        # Who is not reached hears nothing of the others that are not.
        for coop in coops[public:] if public else ():
            settled(*coops[:public], coop)
        settled(*coops[:public])
        return coops

    def close(self) -> None:
        """End whatever runs still."""
        for coop in self.coops:
            if coop.process is not None and coop.process.poll() is None:
                coop.process.kill()
                coop.process.wait()


def found(coop: Coop) -> Coop:
    """Let a node that runs found the network."""
    coop.check_kit()
    coop.ask("network.create", name="Network of the North")
    return coop


def join(coop: Coop, inviter: Coop) -> Coop:
    """Let a node that runs knock with an invitation."""
    coop.check_kit()
    coop.ask("join", invitation=inviter.ask("invite")["invitation"])
    return coop


def settled(*coops: Coop, patience_s: float = PATIENCE_S) -> str:
    """Wait until these nodes hold the same and say so of each other; give the root."""
    ids = {coop.id for coop in coops}

    def differs() -> str:
        told = [coop.status() for coop in coops]
        roots = {one["root"] for one in told}
        if len(roots) != 1 or None in roots:
            return f"roots {roots}"
        for one in told:
            for peer in one["peers"]:
                known = peer["in_sync"], peer["same_root"]
                if peer["coop"] in ids and known != (True, True):
                    return f"{one['name']} sees {peer}"
        return ""

    deadline = time.monotonic() + patience_s
    while why := differs():
        assert time.monotonic() < deadline, f"not settled: {why}"
        time.sleep(LOOK_S)
    return str(coops[0].status()["root"])


def make_elector(coop: Coop, electors: Sequence[Coop]) -> None:
    """Let a member volunteer, and the electors approve of it."""
    coop.ask("elector.on")
    for one in electors:
        until(f"{one.name} has approved", _has_approved, one, coop)
    for one in (coop, *electors):
        until(f"{one.name} knows the elector", is_elector, coop, one)


def _has_approved(elector: Coop, of: Coop) -> bool:
    if is_elector(of, elector):
        return True
    rows = elector.ask("members")["waiting"]
    if of.id not in {row["coop"] for row in rows}:
        return False
    elector.ask("elector.on", coop=of.id)
    return True


def is_elector(coop: Coop, to: Coop) -> bool:
    """Tell whether a co-op is an elector in the eyes of a node."""
    return bool(member(coop, to).get("elector"))


def member(coop: Coop, to: Coop) -> Answer:
    """Give what a node says of a member or applicant; nothing where it knows none."""
    rows: list[Answer] = to.ask("members")["members"]
    return next((row for row in rows if row["coop"] == coop.id), {})


def state(coop: Coop, to: Coop) -> tuple[str | None, int | None, int | None]:
    """Give (state, approvals, approvals needed) of a co-op in the eyes of a node."""
    row = member(coop, to)
    return row.get("state"), row.get("approvals"), row.get("needed")


def free_port() -> int:
    """Find a port that nothing listens at, and that no other test is likely to take."""
    for port in random.SystemRandom().sample(_PORTS, k=200):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port")


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Give a cluster; its processes end with the block."""
    one = Cluster(folder)
    try:
        yield one
    finally:
        one.close()
