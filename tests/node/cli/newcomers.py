"""Two real nodes behind the command line, with one of everything to go wrong with."""

import asyncio
import io
import json
import shlex
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from node.cli.page import Page
from node.cli.progress import Tell
from node.cli.root import run
from node.cli.session import Session
from node.commands.table import COMMANDS
from node.control import wire
from tests.node.cli.caller import Said
from tests.node.commands import nodes
from tests.node.commands.nodes import Coop, Place

WEEKS: Final = "--from 2027-W01 --to 2027-W13"
#: What is typed -> what the id that comes of it is called in the table; "" for none.
BEGUN: Final[dict[str, str]] = {
    "alba profile set --people 5 --skill python --day 7.5": "",
    "birch profile set --people 3 --skill design": "",
    "alba lead open --title Market --need python:3d --need design:2d": "lead",
    "alba lead open --title Over": "over",
    "alba lead advance {over} withdrawn": "",
    "alba lead open --title Passing": "passing",
    "alba handover offer {passing} Birch --terms 'Of the net.'": "handover",
    "alba lead open --title Kept": "kept",
    "alba handover offer {kept} Birch --terms 'Of the net.'": "taken-back",
    "alba handover withdraw {taken-back}": "",
    "alba project open --title Hosting --goal 5000GBP --minimum 3000GBP": "project",
    "alba project open --title Talk --goal 50GBP --idea": "idea",
    "birch project open --title Garden --goal 500GBP": "garden",
    "alba round open --title Spring --closes 2027-04-30": "round",
    "alba round enter {round} {project}": "",
    "alba round open --title Autumn --closes 2027-09-30": "shut",
    "alba round close {shut} --early": "",
    "alba fund open --title Common": "fund",
    "alba decision open --title Rules --proposal 'We share.'": "decision",
    "alba decision open --title Old --proposal 'We do not.'": "decided",
    "alba decision close {decided} --early": "",
    "alba decision open --title Dropped --proposal 'Perhaps.'": "dropped",
    "alba decision withdraw {dropped}": "",
    f"birch capacity offer --skill design --per-week 9h {WEEKS}": "offer",
    f"birch capacity offer --skill design --per-week 8h {WEEKS}": "gone",
    "birch capacity withdraw {gone}": "",
    f"alba booking set --per-week 5h {WEEKS}": "booking",
    f"alba booking set --per-week 4h {WEEKS}": "done",
    "alba booking move {done} done": "",
    "birch pledge work {lead} 1d --line 2": "pledge",
    "birch pledge work {lead} 2h --line 2": "accepted",
    "alba pledge accept {accepted}": "",
    "birch pledge work {lead} 3h --line 2": "retracted",
    "birch pledge withdraw {retracted}": "",
    "alba invoice issue --to Birch --amount 5GBP": "invoice",
    "alba invoice issue --to Birch --amount 6GBP": "recalled",
    "alba invoice withdraw {recalled}": "",
    "birch payment send --to Alba --amount 3GBP": "payment",
    "birch payment send --to Alba --amount 4GBP": "cancelled",
    "birch payment cancel {cancelled}": "",
    "alba bid open {lead} --party Alba:rest --party Birch:40%": "bid",
}


class Network:
    """Alba and Birch, asked without a socket, in an event loop of their own."""

    def __init__(self, folder: Path) -> None:
        self._loop = asyncio.new_event_loop()
        self._places: AsyncIterator[Place] = nodes.nodes(folder)
        place = self._loop.run_until_complete(anext(self._places))
        self._coops = self._loop.run_until_complete(
            nodes.network(place, "Alba", "Birch")
        )
        self.ids: dict[str, str] = {}

    def begin(self) -> None:
        """Say all that BEGUN has, and carry each word to the other at once."""
        for typed, name in BEGUN.items():
            said = self.type(f"{typed} --json")
            assert said.code == 0, (typed, said.out)
            self._loop.run_until_complete(nodes.share(self._coops))
            if name:
                self.ids[name] = json.loads(said.out)["id"][:16]

    def close(self) -> None:
        """Close both nodes."""
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _end(self) -> None:
        async for _ in self._places:
            raise AssertionError("there is one place")

    def type(self, typed: str) -> Said:
        """Type a command at the node of the co-op that it begins with."""
        who, *argv = shlex.split(self.named(typed))
        out = io.StringIO()
        session = Session(caller=self._call, data=Path(who), page=Page(out))
        return Said(run(argv, session), out.getvalue())

    def named(self, text: str) -> str:
        """Put ids in the place of their names."""
        for name, one in self.ids.items():
            text = text.replace(f"{{{name}}}", one)
        return text

    def holds(self) -> object:
        """Say what both nodes hold: nothing may come to it by a wrong input."""
        return [
            (coop.node.register.roster.number, coop.node.ingest.heads_digest())
            for coop in self._coops
        ]

    def _call(
        self, data: Path, name: str, args: Mapping[str, object], tell: Tell
    ) -> object:
        coop = self._coop(data.name)
        coop.clock.pass_ms(1)
        given = wire.read_args(COMMANDS[name], name, wire.encode(args))
        running = COMMANDS[name].run(coop.node, given, tell)
        return wire.decode(wire.encode(self._loop.run_until_complete(running)))

    def _coop(self, who: str) -> Coop:
        (found,) = (one for one in self._coops if one.name.lower() == who)
        return found


@contextmanager
def network(folder: Path) -> Iterator[Network]:
    """Give a network in which all has begun."""
    made = Network(folder)
    try:
        made.begin()
        yield made
    finally:
        made.close()
