"""The two nodes of a benchmark: one that holds a network's logs, one that lacks them.

Made through the one door, like any other; kept in a cache folder between runs, and
copied for each measurement.
"""

import asyncio
import hashlib
import json
import shutil
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from node import run
from node.clock import SystemEntropy
from node.commands.form import books_of
from node.config import Config
from node.node import Node
from protocol import limits
from protocol.log import Run
from protocol.roster import gossip, identity
from protocol.roster.change import Charter
from protocol.roster.gossip import CardObject
from protocol.wire import Text
from tests.bench import world

_HERE: Final = Path(__file__).parent
#: Runs that are taken in at once while the source is written: about ten packs.
_AT_ONCE: Final = 64
_BLOCKS: Final = 1000


@dataclass(frozen=True, slots=True)
class Home:
    """The folders of one node, and where it listens."""

    folder: Path
    port: int

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    @property
    def environ(self) -> dict[str, str]:
        """What the node's process needs in its environment to find its anchor."""
        return {"XDG_STATE_HOME": str(self.folder / "state")}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two members of one network. The source listens where its card says."""

    folder: Path
    ports: tuple[int, int]

    @property
    def source(self) -> Home:
        """The node that holds everything."""
        return Home(self.folder / "source", self.ports[0])

    @property
    def taker(self) -> Home:
        """The node that syncs with it; it has no address, so it always asks."""
        return Home(self.folder / "taker", self.ports[1])

    @contextmanager
    def copied(self) -> Iterator["Pair"]:
        """Give a copy that a measurement may change."""
        with TemporaryDirectory(dir=self.folder.parent) as place:
            copy = Path(place) / "pair"
            shutil.copytree(self.folder, copy)
            yield Pair(copy, self.ports)


def pair(cache: Path, events: int, *, texts: bool = True) -> Pair:
    """Give the pair with `events` events at the source, from the cache if it is there.

    The cache is told apart by what writes the events, not by all the code: after a
    change of a format, empty it.
    """
    name = f"{events}-{'texts' if texts else 'bare'}-{_fingerprint()}"
    folder = cache / name
    made = folder.with_suffix(".json")
    if not made.exists():
        shutil.rmtree(folder, ignore_errors=True)
        ports = (_free_port(), _free_port())
        _build(Pair(folder, ports), events, texts=texts)
        made.write_text(json.dumps(ports))
    first, second = json.loads(made.read_text())
    return Pair(folder, (first, second))


def _fingerprint() -> str:
    digest = hashlib.sha256(str(limits.RULES_VERSION).encode())
    for name in ("mix.toml", "bodies.py", "world.py", "nodes.py"):
        digest.update((_HERE / name).read_bytes())
    return digest.hexdigest()[:8]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _build(pair_: Pair, events: int, *, texts: bool) -> None:
    source, taker = pair_.source, pair_.taker
    words = [
        _create(source, "Source", f"http://127.0.0.1:{source.port}"),
        _create(taker, "Taker", ""),
    ]
    asyncio.run(_fill(source, taker, words, events, texts=texts))


def _create(home: Home, name: str, url: str) -> tuple[str, str, str]:
    settings = Config(name=name, listen=f"127.0.0.1:{home.port}", public_url=url)
    home.folder.mkdir(parents=True)
    made = run.create(home.data, settings, SystemEntropy(), environ=home.environ)
    words = made.words.split()
    first, second, third = (words[place - 1] for place in made.check.positions)
    return first, second, third


async def _fill(
    source: Home,
    taker: Home,
    words: Sequence[tuple[str, str, str]],
    events: int,
    *,
    texts: bool,
) -> None:
    names = [f"co-op {no}" for no in range(world.MIX["coops"])]
    async with (
        run.open_node(source.data, environ=source.environ) as host,
        run.open_node(taker.data, environ=taker.environ) as guest,
    ):
        await host.answer_kit(words[0])
        await host.found_network(Charter(name="Benchmark"))
        await _admit(host, names)
        await _let_in(host, guest, words[1])
        roster = host.register.roster
        written = world.make_world(
            roster.network, roster.tip, roster.number, names, "1", texts=texts
        )
        await _write(host, world.runs(written, events))


async def _admit(host: Node, names: Sequence[str]) -> None:
    network = host.register.roster.network
    for name in names:
        key = world.private_key(name)
        inception = world.inception_of(key, name)
        application = identity.apply_to(network, inception, name, key)
        await host.register.admit(application, host.entropy.token(16))


async def _let_in(host: Node, guest: Node, words: tuple[str, str, str]) -> None:
    """Make the taker a member, and let both hold all that it has said so far."""
    network = host.register.roster.network
    application = guest.signer.application(network, guest.config.name)
    await host.register.admit(application, host.entropy.token(16))
    genesis, *blocks = await host.log.roster.blocks(0, _BLOCKS)
    await guest.register.found(genesis[0])
    await guest.register.take_blocks(blocks)
    await guest.answer_kit(words)
    for one, other in ((host, guest), (guest, host)):
        cards = [
            gossip.write(CardObject(card)) for card in one.register.pool.signed_cards()
        ]
        await other.register.take_objects(cards)
    for held in guest.log.of_coop(guest.coop):
        found = await guest.log.read_run(held, 1)
        if found is not None:
            await host.ingest.take([found[0]])


async def _write(host: Node, runs: Iterator[tuple[Run, list[Text]]]) -> None:
    taken: list[Run] = []
    texts: list[Text] = []
    for one, words in runs:
        taken.append(one)
        texts.extend(words)
        if len(taken) == _AT_ONCE:
            await _take(host, taken, texts, more=True)
            taken, texts = [], []
    await _take(host, taken, texts, more=False)
    await host.ingest.standing()
    # One that runs has its search index; a copy without one would make it meanwhile.
    await host.index.keep_up(books_of(host))


async def _take(
    host: Node, runs: Sequence[Run], texts: Sequence[Text], *, more: bool
) -> None:
    taken = await host.ingest.take(runs, texts, more=more)
    if taken.refused:
        raise RuntimeError(f"the source refuses its events: {taken.refused[0][1]}")
