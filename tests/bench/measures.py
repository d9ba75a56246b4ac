"""What is measured: each takes the two nodes and gives rows for the table."""

import asyncio
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench import driver, rivals
from tests.bench import stages as steps
from tests.bench import views as seeing
from tests.bench.driver import Peer
from tests.bench.nodes import Pair, pair
from tests.bench.peer import Ask, Told
from tests.bench.relay import Relay
from tests.bench.report import Row

#: Fewer events than this are enough to weigh what one takes on the wire.
WIRE_EVENTS: Final = 100_000
#: What is also synced with what others have built, which is slower.
RIVAL_EVENTS: Final = 100_000
_PROPAGATED: Final = 300
_SINGLES: Final = 200
_IDLE_S: Final = 30.0
#: What a page may take on the server, in milliseconds.
_PAGE_MS: Final = 100
#: How long strace may take to let go of a process.
_STRACE_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Setting:
    """What all measurements share."""

    cache: Path
    events: int
    repeat: int
    #: How the views begin that are looked at; all of them where nothing is said.
    views: tuple[str, ...] = ()

    def pair(self) -> Pair:
        """Give the two nodes, the taker's log empty."""
        return pair(self.cache, self.events)

    @contextmanager
    def synced(self) -> Iterator[Pair]:
        """Give a copy of the two nodes with the same events in both."""
        fresh = self.pair()
        both = Pair(fresh.folder.with_name(fresh.folder.name + "-both"), fresh.ports)
        if not both.folder.exists():
            with fresh.copied() as copy:
                _sync(copy)
                shutil.copytree(copy.folder, both.folder)
        with both.copied() as copy:
            yield copy


@dataclass(frozen=True, slots=True)
class Synced:
    """One cold sync: how long, what it cost, what both took at most."""

    seconds: float
    cpu: float
    source_cpu: float
    memory: float
    source_memory: float


def _sync(copy: Pair) -> Synced:
    """Sync the taker from nothing; both roots must agree."""
    with driver.peer(copy.source) as source:
        before = source.ask(Ask(do="stand"))
        source.settle()
        source_cpu = source.cpu
        with driver.peer(copy.taker) as taker:
            done = taker.ask(Ask(do="await", heads=before.heads))
            if done.root != before.root:
                raise RuntimeError("the roots of the two nodes differ")
            synced = Synced(
                seconds=done.at - taker.ready.at,
                cpu=done.cpu - taker.ready.cpu,
                source_cpu=source.cpu - source_cpu,
                memory=taker.memory("VmHWM"),
                source_memory=source.memory("VmHWM"),
            )
            # For those who measure what comes after: see `Peer._stand`.
            taker.ask(Ask(do="stand"))
    return synced


def cold_sync(setting: Setting) -> Iterator[Row]:
    """Sync all events to a node that has none, in two processes over loopback."""
    runs: list[Synced] = []
    sizes: list[int] = []
    for _ in range(setting.repeat):
        with setting.pair().copied() as copy:
            runs.append(_sync(copy))
            size = sum(one.stat().st_size for one in copy.taker.data.glob("*.db"))
            sizes.append(size)
    one = sorted(runs, key=lambda run: run.seconds)[len(runs) // 2]
    each = 1e6 / setting.events
    yield Row.rate("cold sync, events/s", setting.events / one.seconds, 100_000)
    yield Row.note("· seconds", f"{one.seconds:.2f}")
    yield Row.note("· CPU of the taker, µs/event", f"{one.cpu * each:.1f}")
    yield Row.note("· CPU of the source, µs/event", f"{one.source_cpu * each:.1f}")
    yield Row.most("· peak RSS of the taker, MB", one.memory, 200)
    yield Row.most("· peak RSS of the source, MB", one.source_memory, 200)
    yield Row.note(
        "· files of the taker, bytes/event", f"{sizes[0] / setting.events:.0f}"
    )


def rival(setting: Setting) -> Iterator[Row]:
    """Sync as many events with hypercore, in turns with our own."""
    events = min(setting.events, RIVAL_EVENTS)
    try:
        folder = rivals.install(setting.cache)
    except rivals.Absent as absent:
        yield Row.note("cold sync of hypercore", str(absent))
        return
    theirs: list[rivals.Synced] = []
    ours: list[Synced] = []
    for _ in range(setting.repeat):
        theirs.append(rivals.hypercore(folder, events))
        with pair(setting.cache, events).copied() as copy:
            ours.append(_sync(copy))
    took = statistics.median(one.seconds for one in theirs)
    cpu = statistics.median(one.cpu for one in theirs)
    our_cpu = statistics.median(one.cpu for one in ours)
    memory = statistics.median(one.memory for one in theirs)
    each = 1e6 / events
    times = took / statistics.median(one.seconds for one in ours)
    yield Row.note("cold sync of hypercore, events/s", f"{events / took:,.0f}")
    yield Row.note("· CPU of its taker, µs/event", f"{cpu * each:.1f}")
    yield Row.note("· peak RSS of its taker, MB", f"{memory:.0f}")
    yield Row.rate("· ours in turns, times as fast", times, 12)
    yield Row.note("· ours in turns, times less CPU", f"{cpu / our_cpu:.1f}")


def wire(setting: Setting) -> Iterator[Row]:
    """Count the bytes of a cold sync at the socket, with texts and without."""
    events = min(setting.events, WIRE_EVENTS)
    for texts in (False, True):
        with pair(setting.cache, events, texts=texts).copied() as copy:
            size = _weigh(copy) / events
        if texts:
            yield Row.note(
                "on the wire with the mix's texts, bytes/event", f"{size:.1f}"
            )
        else:
            yield Row.most("on the wire without texts, bytes/event", size, 100)


def _weigh(copy: Pair) -> int:
    with _behind_relay(copy) as (source, relay):
        heads = source.ask(Ask(do="stand")).heads
        source.settle()
        with driver.peer(copy.taker) as taker:
            taker.ask(Ask(do="await", heads=heads))
            return relay.total


@contextmanager
def _behind_relay(copy: Pair) -> Iterator[tuple[Peer, Relay]]:
    """Run the source where only a relay reaches it, which listens in its place."""
    behind = copy.source.port + 1 if copy.source.port < 65535 else copy.source.port - 1
    more = {"WORTLEY_LISTEN": f"127.0.0.1:{behind}"}
    with (
        Relay(copy.source.port, behind) as relay,
        driver.peer(copy.source, more=more) as source,
    ):
        yield source, relay


def rebuild(setting: Setting) -> Iterator[Row]:
    """Fold every log anew from its first event."""
    folded: list[float] = []
    rooted: list[float] = []
    cpu: list[float] = []
    memory = 0.0
    for _ in range(setting.repeat):
        with (
            setting.pair().copied() as copy,
            driver.peer(copy.source, alone=True) as one,
        ):
            before = one.ask(Ask(do="stand"))
            done = one.ask(Ask(do="rebuild"))
            if done.root != before.root:
                raise RuntimeError("the rebuilt root differs")
            (start, end), (_, root) = done.times
            folded.append(end - start)
            rooted.append(root - start)
            cpu.append(done.cpu - before.cpu)
            memory = max(memory, one.memory("VmHWM"))
    middle = statistics.median(folded)
    yield Row.rate("rebuild, events/s", setting.events / middle, 150_000)
    with_root = setting.events / statistics.median(rooted)
    yield Row.note("· with the root, events/s", f"{with_root:,.0f}")
    each = statistics.median(cpu) * 1e6 / setting.events
    yield Row.note("· CPU with the root, µs/event", f"{each:.1f}")
    yield Row.most("· peak RSS, MB", memory, 200)


def stages(setting: Setting) -> Iterator[Row]:
    """Say where the time of a rebuild goes."""
    with setting.pair().copied() as copy:
        spent, events = asyncio.run(steps.measure(copy.source))
    for step, seconds in spent.items():
        yield Row.note(f"rebuild: {step}, µs/event", f"{seconds * 1e6 / events:.2f}")
    whole = sum(spent.values()) * 1e6 / events
    yield Row.note("· all steps in one thread, µs/event", f"{whole:.2f}")


def publish(setting: Setting) -> Iterator[Row]:
    """Publish at the member's own node: one event at a time, and many at once."""
    with setting.synced() as copy, driver.peer(copy.source, alone=True) as one:
        one.ask(Ask(do="publish", count=20))
        told = one.ask(Ask(do="publish", count=_SINGLES))
        took = [(end - start) * 1e3 for start, end in told.times]
        yield Row.most("publish one event, p50 ms", statistics.median(took), 10)
        yield Row.note("· p99 ms", f"{_p99(took):.1f}")
        syncs = _count_syncs(one, lambda: one.ask(Ask(do="publish", count=_SINGLES)))
        if syncs is None:
            yield Row.note("· fsyncs each", "not counted (no strace)")
        else:
            yield Row.most("· fsyncs each", syncs / _SINGLES, 3)
        many = one.ask(Ask(do="publish", count=5, at_once=10_000))
        rate = 10_000 / statistics.median(end - start for start, end in many.times)
        yield Row.rate("publish 10,000 at once, events/s", rate, 20_000)


def _count_syncs(one: Peer, work: Callable[[], object]) -> int | None:
    """Count the calls that make the disk write, with strace; None without it."""
    strace = shutil.which("strace")
    if strace is None:
        return None
    calls = "trace=fsync,fdatasync,sync_file_range"
    with tempfile.NamedTemporaryFile("r") as told:
        watcher = subprocess.Popen(  # noqa: S603 - found on the path
            [strace, "-f", "-e", calls, "-o", told.name, "-p", str(one.pid)],
            stderr=subprocess.DEVNULL,
        )
        time.sleep(0.5)
        work()
        watcher.terminate()
        watcher.wait(_STRACE_S)
        written = told.read()
    found = re.findall(r"\b(?:fsync|fdatasync|sync_file_range)\(", written)
    return len(found) or None


def propagate(setting: Setting) -> Iterator[Row]:
    """Publish at one node and wait until a connected one has folded it."""
    with (
        setting.synced() as copy,
        driver.peer(copy.source) as source,
        driver.peer(copy.taker) as taker,
    ):
        heads = source.ask(Ask(do="stand")).heads
        taker.ask(Ask(do="await", heads=heads))
        taker.settle()
        taker.ask(Ask(do="watch", count=_PROPAGATED))
        told = source.ask(Ask(do="publish", count=_PROPAGATED, pause_s=0.02))
        seen = taker.read()
        took = [
            (there - start) * 1e3
            for (start, _), (_, there) in zip(told.times, seen.times, strict=True)
        ]
    yield Row.most(
        "a new event at a connected peer, p50 ms", statistics.median(took), 50
    )
    yield Row.most("· p99 ms", _p99(took), 250)


def difference(setting: Setting) -> Iterator[Row]:
    """Bring ten new events to a node that holds all others."""
    times: dict[bool, list[float]] = {True: [], False: []}
    with (
        setting.synced() as copy,
        driver.peer(copy.source, alone=True) as source,
        driver.peer(copy.taker, alone=True) as taker,
    ):
        url = f"http://127.0.0.1:{copy.source.port}"
        taker.ask(Ask(do="meet", url=url))
        source.settle()
        for fresh in (True, False) * 10:
            source.ask(Ask(do="publish", at_once=10))
            ((start, end),) = taker.ask(Ask(do="meet", url=url, fresh=fresh)).times
            times[fresh].append((end - start) * 1e3)
    sizes = _weigh_difference(setting)
    for fresh, name in ((True, "after a restart"), (False, "with its cursor")):
        middle = statistics.median(times[fresh])
        yield Row.most(f"10 new events, {name}, ms", middle, 20)
        yield Row.most("· kB on the wire", sizes[fresh] / 1e3, 6)


def _weigh_difference(setting: Setting) -> dict[bool, int]:
    sizes: dict[bool, int] = {}
    with setting.synced() as copy:
        url = f"http://127.0.0.1:{copy.source.port}"
        with (
            _behind_relay(copy) as (source, relay),
            driver.peer(copy.taker, alone=True) as taker,
        ):
            taker.ask(Ask(do="meet", url=url))
            source.settle()
            for fresh in (True, False):
                source.ask(Ask(do="publish", at_once=10))
                before = relay.total
                taker.ask(Ask(do="meet", url=url, fresh=fresh))
                sizes[fresh] = relay.total - before
    return sizes


def start(setting: Setting) -> Iterator[Row]:
    """Start the node as its owner does, and leave it alone for a while."""
    took: list[float] = []
    pages: list[float] = []
    with setting.synced() as copy, driver.peer(copy.source, alone=True):
        for _ in range(max(setting.repeat, 3)):
            with driver.node(copy.taker) as one:
                driver.fetch(copy.taker.port, "/healthz")
                took.append(driver.fetch(copy.taker.port, "/") - one.started)
                for _ in range(20):
                    asked = time.monotonic()
                    pages.append(driver.fetch(copy.taker.port, "/") - asked)
        yield Row.most("start to the first page, s", statistics.median(took), 2)
        late = sorted(pages)[int(len(pages) * 0.95)] * 1e3
        yield Row.most("status page, p95 ms", late, _PAGE_MS)
        with driver.node(copy.taker) as one:
            driver.fetch(copy.taker.port, "/healthz")
            time.sleep(5.0)
            cpu, since = one.cpu, time.monotonic()
            time.sleep(_IDLE_S)
            share = (one.cpu - cpu) / (time.monotonic() - since) * 100
            yield Row.most("idle node, RSS MB", one.memory("VmRSS"), 80)
            yield Row.most("idle node, % of a core", share, 1)


def views(setting: Setting) -> Iterator[Row]:
    """Look at everything that can be looked at, as a co-op with a long log does."""
    yield Row.note("views, ms: p50 / p95 / slowest / CPU / loop held / first", "")
    with setting.pair().copied() as copy, driver.peer(copy.source, alone=True) as one:
        for name in one.ask(Ask(do="views")).views:
            if name.startswith(setting.views or ("",)):
                yield _view(one, name)
        yield Row.note("· RSS of the node, MB", f"{one.memory('VmRSS'):.0f}")
        yield Row.note("· peak RSS of the node, MB", f"{one.memory('VmHWM'):.0f}")


def _view(one: Peer, name: str) -> Row:
    """Ask once for what is kept from then on, then again and again."""
    first = one.ask(Ask(do="view", view=name))
    if not first.times:
        return Row.note(name, "nothing of it in the mix")
    told = one.ask(Ask(do="view", view=name, count=seeing.MOST))
    took = sorted(_took(told))
    late = took[int(len(took) * 0.95)]
    cpu = (told.cpu - first.cpu) / len(took) * 1e3
    figures = (statistics.median(took), late, took[-1], cpu, told.held * 1e3)
    found = " / ".join(f"{one:.1f}" for one in (*figures, *_took(first)))
    return Row(name, found, f"p95 ≤ {_PAGE_MS}", met=late <= _PAGE_MS)


def _took(told: Told) -> list[float]:
    return [(end - start) * 1e3 for start, end in told.times]


def _p99(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)]


ALL: Final[dict[str, Callable[[Setting], Iterator[Row]]]] = {
    "cold-sync": cold_sync,
    "rival": rival,
    "wire": wire,
    "rebuild": rebuild,
    "stages": stages,
    "publish": publish,
    "propagate": propagate,
    "difference": difference,
    "start": start,
    "views": views,
}
