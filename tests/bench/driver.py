"""Starting the processes that are measured, and what the kernel says of them."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final
from urllib.request import urlopen

import msgspec
from typing_extensions import override

from node.sync import nonces
from tests.bench.nodes import Home
from tests.bench.peer import Ask, Told

_ROOT: Final = Path(__file__).parents[2]
_STOP_S: Final = 30.0
#: No answer takes longer, even where three million events come at a thirtieth of the
#: target because the machine has much else to do.
_ANSWER_S: Final = 900.0
#: From then on a node takes the nonces of others, counted in whole seconds.
_SETTLED_S: Final = nonces.AHEAD_S + 2.0
#: No page takes longer, however busy its node.
_PAGE_S: Final = 30.0
_TICKS: Final = os.sysconf("SC_CLK_TCK")


class Process:
    """A process and its figures."""

    def __init__(
        self, home: Home, args: Sequence[str], more: Mapping[str, str]
    ) -> None:
        environ = {**os.environ, **home.environ, **more}
        self.started = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - our own modules
            [sys.executable, "-m", *args],
            cwd=_ROOT,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def cpu(self) -> float:
        """Seconds of CPU that it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("utf-8").rpartition(")")[2]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / _TICKS

    def memory(self, name: str) -> float:
        """Resident MB, now ("VmRSS") or at most so far ("VmHWM")."""
        for line in Path(f"/proc/{self.pid}/status").read_text("utf-8").splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1024
        raise RuntimeError(f"the kernel does not say {name}")

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._end()

    def _end(self) -> int:
        """Wait until it has ended, and no longer than a node may take."""
        try:
            return self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("no pipes")
        return self._process.stdin, self._process.stdout


class Peer(Process):
    """A node with a window (`tests.bench.peer`)."""

    def __init__(self, home: Home, *, alone: bool, more: Mapping[str, str]) -> None:
        args = ["tests.bench.peer", str(home.data), *(["--alone"] if alone else [])]
        super().__init__(home, args, more)
        self.ready = self.read()

    def ask(self, ask: Ask) -> Told:
        """Have something done, and wait for it."""
        stdin, _ = self._pipes()
        stdin.write(msgspec.json.encode(ask) + b"\n")
        stdin.flush()
        return self.read()

    def read(self) -> Told:
        """Wait for the next answer; a node that gives none in time is ended."""
        _, stdout = self._pipes()
        watchdog = threading.Timer(_ANSWER_S, self._process.kill)
        watchdog.start()
        try:
            line = stdout.readline()
        finally:
            watchdog.cancel()
        if not line:
            raise RuntimeError(f"no answer: the node ended with {self._end()}")
        return msgspec.json.decode(line, type=Told)

    def settle(self) -> None:
        """Wait until it has run for a while, as a peer mostly has.

        In its first seconds it takes each request only with a nonce that it granted,
        which is once more the way there and back.
        """
        time.sleep(max(0.0, self.ready.at + _SETTLED_S - time.monotonic()))

    @override
    def stop(self) -> None:
        """Let it close its files."""
        stdin, _ = self._pipes()
        # One that has ended is past being told; how it ended was said where it showed.
        with suppress(BrokenPipeError):
            stdin.write(msgspec.json.encode(Ask(do="quit")) + b"\n")
            stdin.flush()
        self._end()


@contextmanager
def peer(
    home: Home, *, alone: bool = False, more: Mapping[str, str] | None = None
) -> Iterator[Peer]:
    """Run a node with a window for as long as the block takes."""
    one = Peer(home, alone=alone, more=more or {})
    try:
        yield one
    finally:
        one.stop()


@contextmanager
def node(home: Home) -> Iterator[Process]:
    """Run a node as its owner does, for as long as the block takes."""
    one = Process(home, ["node", "--data", str(home.data), "up"], {})
    try:
        yield one
    finally:
        one.stop()


def fetch(port: int, path: str, *, patience_s: float = 60.0) -> float:
    """Get a page, trying again until there is one; say when it was there."""
    url = f"http://127.0.0.1:{port}{path}"
    until = time.monotonic() + patience_s
    while True:
        try:
            with urlopen(url, timeout=_PAGE_S) as answer:
                answer.read()
            return time.monotonic()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.005)
