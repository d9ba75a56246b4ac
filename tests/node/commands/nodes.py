"""Real nodes of one network in temporary folders, without sockets between them.

What peers would carry is carried by `share`: blocks, the objects beside them, runs
with their texts. A command is asked as the socket asks it: JSON in, JSON out.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from node import run
from node.commands.table import COMMANDS
from node.config import Config
from node.errors import UserFault
from node.node import Node
from protocol import fold, ids
from protocol.log import Run
from protocol.wire import Text
from tests.node.fixed import FixedClock, SeededEntropy

Answer = dict[str, Any]
#: Command, arguments, code of the refusal, the field that it names.
Refusal = tuple[str, dict[str, object], str, str | None]


def tell_nobody(_done: int, _all: int | None, _what: str) -> None:
    """Take progress that nobody wants to see."""


@dataclass(slots=True, kw_only=True)
class Coop:
    """A co-op with its node, open."""

    name: str
    node: Node
    words: list[str]
    clock: FixedClock

    @property
    def id(self) -> str:
        return ids.text("coop", self.node.coop)

    async def ask(self, command_name: str, /, **args: object) -> Answer:
        """Have a command done as the command line has it done, a moment later."""
        self.clock.pass_ms(1)
        command = COMMANDS[command_name]
        given = msgspec.json.decode(msgspec.json.encode(args), type=command.args)
        result = await command.run(self.node, given, tell_nobody)
        answer: Answer = msgspec.json.decode(msgspec.json.encode(result))
        return answer

    async def check_kit(self) -> None:
        check = await self.node.kit_check()
        assert check is not None
        words = [self.words[place - 1] for place in check.positions]
        assert await self.ask("key.check", words=words) == {"checked": True}


class Place:
    """Where nodes are made: a folder each, and one home for their anchors."""

    def __init__(
        self, folder: Path, stack: AsyncExitStack, clock: FixedClock | None = None
    ) -> None:
        self._folder = folder
        self._stack = stack
        self._opened = 0
        #: One for all nodes, so that what is said later is later everywhere.
        self._clock = clock or FixedClock()
        self.environ = {"XDG_STATE_HOME": str(folder / "home")}

    async def make(self, name: str, *, public: bool = True) -> Coop:
        """Make the node of a co-op and open it; its kit is not checked yet.

        public: whether its card says where it is reached.
        """
        data = self._folder / name
        config = Config(
            name=name,
            listen="127.0.0.1:8750",
            public_url=f"https://{name.lower()}.example" if public else "",
        )
        founded = await asyncio.to_thread(
            run.create, data, config, SeededEntropy(name), environ=self.environ
        )
        node, clock = await self.open(name)
        return Coop(name=name, node=node, words=founded.words.split(), clock=clock)

    async def open(self, name: str) -> tuple[Node, FixedClock]:
        clock = self._clock
        self._opened += 1
        opened = run.open_node(
            self._folder / name,
            clock=clock,
            entropy=SeededEntropy(f"{name}/{self._opened}"),
            environ=self.environ,
        )
        return await self._stack.enter_async_context(opened), clock


async def nodes(folder: Path, clock: FixedClock | None = None) -> AsyncIterator[Place]:
    """Give a place for nodes; they are closed after the test."""
    async with AsyncExitStack() as stack:
        yield Place(folder, stack, clock)


async def network(place: Place, *names: str, public: int | None = None) -> list[Coop]:
    """Found a network with the first co-op and admit the others; kits are checked.

    public: so many of them are reached by others, the first ones; else all.
    """
    coops = [
        await place.make(name, public=public is None or at < public)
        for at, name in enumerate(names)
    ]
    founder = coops[0]
    await founder.check_kit()
    await founder.ask("network.create", name="Network of the North")
    for coop in coops[1:]:
        await apply(coop, founder)
        await share(coops)
        await coop.check_kit()
    await share(coops)
    return coops


async def apply(coop: Coop, sponsor: Coop) -> None:
    """Knock at a member's node without sockets; it sponsors the admission."""
    register = sponsor.node.register
    if not coop.node.register.founded:
        ((genesis, _),) = await sponsor.node.log.roster.blocks(0, 1)
        await coop.node.register.found(genesis)
    application = coop.node.signer.application(register.roster.network, coop.name)
    await register.admit(application, sponsor.node.entropy.token(16))


async def share(coops: list[Coop]) -> None:
    """Carry everything between all nodes until nothing is new."""
    founded = [coop for coop in coops if coop.node.register.founded]
    before = None
    while before != (now := [_holds(coop) for coop in founded]):
        before = now
        for giver in founded:
            for taker in founded:
                if giver is not taker:
                    await _carry(giver.node, taker.node)


def _holds(coop: Coop) -> tuple[object, ...]:
    node = coop.node
    objects = sorted(node.register.pool.ids())
    return node.register.roster.number, objects, node.ingest.heads_digest()


async def _carry(giver: Node, taker: Node) -> None:
    blocks = await giver.log.roster.blocks(taker.register.roster.number + 1, 100)
    await taker.register.take_blocks(blocks)
    await taker.register.take_objects(
        giver.register.pool.bytes_of(giver.register.pool.ids())
    )
    await taker.after_membership()
    runs = await runs_of(giver, taker)
    await taker.ingest.take(runs, await texts_of(giver, runs))


async def runs_of(giver: Node, taker: Node) -> list[Run]:
    """Read the runs that the taker lacks."""
    found: list[Run] = []
    for key, held in giver.log.chains.items():
        theirs = taker.log.chains.get(key)
        first = 1 if theirs is None else theirs.last + 1
        while (step := await giver.log.read_run(held, first)) is not None:
            found.append(step[0])
            first = step[0].last + 1
    return found


async def texts_of(giver: Node, runs: list[Run]) -> list[Text]:
    """Read the texts that belong to these runs."""
    commitments = [
        ref.commitment
        for run in runs
        for data in run.events
        for ref in fold.read(run.chain.coop, 1, bytes(32), data).at.texts
    ]
    return list((await giver.log.texts.of(commitments)).values())


async def refused(coop: Coop, command: str, /, **args: object) -> UserFault:
    """Have a command refused; the log and the register are as they were."""
    before = _holds(coop) if coop.node.register.founded else None
    with pytest.raises(UserFault) as caught:
        await coop.ask(command, **args)
    if before is not None:
        assert _holds(coop) == before
    fault = caught.value
    assert fault.code
    assert fault.detail.endswith((".", "?", "!"))
    return fault


async def check_refusals(coop: Coop, table: list[Refusal]) -> None:
    """Go through a table of refusals: command, arguments, code, field."""
    for command, args, code, field in table:
        fault = await refused(coop, command, **args)
        found = (fault.code, fault.fields.get("field"))
        assert found == (code, field), f"{command} {args}: {fault}"
        if field is not None:
            assert fault.detail.startswith(str(field).partition("[")[0]), fault.detail
            expected = str(fault.fields["expected"])
            assert expected, fault
            assert fault.fields["example"] or expected.startswith("nothing"), fault
