"""Plays a story: Markdown whose blocks are typed by its co-ops, and what they see.

    ```console
    alba$ LEAD=$(wortley lead open --title "Website" --need web:20d)
    birch$ wortley lead list
    … open  Website  Alba …
    cedar$ ! wortley lead advance $LEAD won
    Error: LEAD: the lead "Website" is Alba's …
    ```

Who types stands before the `$`. `NAME=$(…)` keeps the id of what was made; `!` says
that the command is refused. The lines below are what is seen, each of them somewhere in
the output, in this order; `…` stands for anything. What has been written reaches all
co-ops before the next line, but those that are away: `birch is away`, `birch is back`.
`the day is 2027-03-31` turns all clocks to that day; they start at 2023-11-14.
"""

import asyncio
import datetime
import io
import json
import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from node import steward
from node.cli.page import Page
from node.cli.progress import Tell
from node.cli.root import run
from node.cli.session import Session
from tests.node.commands.nodes import Coop, share

_BLOCK: Final = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_TYPED: Final = re.compile(r"(?P<who>[a-z]+)\$ (?P<what>.*)", re.DOTALL)
_KEPT: Final = re.compile(r"(?P<name>[A-Z][A-Z0-9_]*)=\$\((?P<what>.*)\)", re.DOTALL)
_MOVED: Final = re.compile(r"(?P<who>[a-z]+) is (?P<where>away|back)")
_TURNED: Final = re.compile(r"the day is (?P<day>[0-9-]+)")
_USED: Final = re.compile(r"\$([A-Z][A-Z0-9_]*)")


class Typed(NamedTuple):
    """A command and what is seen after it."""

    line: int
    who: str
    words: list[str]
    keeps: str | None
    refused: bool
    seen: list[str]


class Moved(NamedTuple):
    """A co-op goes away or comes back."""

    line: int
    who: str
    away: bool


class Turned(NamedTuple):
    """Time has passed, up to the morning of a day."""

    line: int
    day: datetime.date


Step = Typed | Moved | Turned


def steps(text: str) -> Iterator[Step]:
    """Read the steps of a story in order; raises ValueError for what is none."""
    for block in _BLOCK.finditer(text):
        first = text.count("\n", 0, block.start(1)) + 1
        yield from _steps(first, block[1].splitlines())


def _steps(first: int, lines: list[str]) -> Iterator[Step]:
    at = 0
    while at < len(lines):
        start, line = at, lines[at]
        while line.endswith("\\"):
            at += 1
            line = f"{line[:-1]}{lines[at]}"
        at += 1
        if not line.strip():
            continue
        if moved := _MOVED.fullmatch(line):
            yield Moved(first + start, moved["who"], moved["where"] == "away")
            continue
        if turned := _TURNED.fullmatch(line):
            yield Turned(first + start, datetime.date.fromisoformat(turned["day"]))
            continue
        typed = _TYPED.fullmatch(line)
        if typed is None:
            raise ValueError(f"line {first + start}: nobody types {line!r}")
        seen: list[str] = []
        while at < len(lines) and lines[at].strip() and not _begins(lines[at]):
            seen.append(lines[at])
            at += 1
        yield _typed(first + start, typed["who"], typed["what"], seen)


def _begins(line: str) -> bool:
    return any(form.fullmatch(line) for form in (_TYPED, _MOVED, _TURNED))


def _typed(line: int, who: str, what: str, seen: list[str]) -> Typed:
    kept = _KEPT.fullmatch(what)
    command = what if kept is None else kept["what"]
    refused = command.startswith("! ")
    words = shlex.split(command.removeprefix("! "))
    if words[0] != "wortley":
        raise ValueError(f"line {line}: a story types wortley, not {words[0]}")
    return Typed(line, who, words[1:], kept and kept["name"], refused, seen)


class Cast:
    """The co-ops of a story, by what they are called in its lines."""

    def __init__(self, coops: list[Coop]) -> None:
        self.coops = {coop.name.lower(): coop for coop in coops}
        self.away: set[str] = set()
        self.kept: dict[str, str] = {}
        self.seen = {
            who: steward.Acknowledged(coop.node) for who, coop in self.coops.items()
        }

    async def play(self, name: str, text: str) -> None:
        for step in steps(text):
            match step:
                case Moved():
                    (self.away.add if step.away else self.away.discard)(step.who)
                case Turned():
                    self._turn(step.day)
                case Typed():
                    await self._type(step, f"{name}:{step.line}")
            await self._pass()

    def _turn(self, day: datetime.date) -> None:
        morning = datetime.datetime.combine(day, datetime.time(9), datetime.UTC)
        # All co-ops go by one clock.
        clock = next(iter(self.coops.values())).clock
        passed = int(morning.timestamp() * 1000) - clock.now_ms()
        assert passed > 0, f"{day} is over"
        clock.pass_ms(passed)

    async def _pass(self) -> None:
        """Let the nodes that are here do what they do by themselves."""
        here = {who: one for who, one in self.coops.items() if who not in self.away}
        await share([*here.values()])
        for who, coop in here.items():
            await self.seen[who].acknowledge()
            await steward.sponsor(coop.node)
        await share([*here.values()])

    async def _type(self, step: Typed, where: str) -> None:
        words = [
            _USED.sub(lambda found: self.kept[found[1]], word) for word in step.words
        ]
        if step.keeps:
            words.append("--json")
        code, out = await asyncio.to_thread(
            wortley, self.coops[step.who], words, asyncio.get_running_loop()
        )
        shown = f"{where}: {step.who}$ {shlex.join(words)}\n{out}"
        assert (code != 0) == step.refused, shown
        if step.keeps:
            self.kept[step.keeps] = str(json.loads(out)["id"])
        check_seen(out, step.seen, shown)

    async def roots(self) -> set[bytes | None]:
        """Give the roots of all that are here."""
        found = set()
        for who, coop in self.coops.items():
            if who not in self.away:
                found.add((await coop.node.ingest.standing())[1])
        return found


def check_seen(out: str, seen: list[str], shown: str) -> None:
    """Look for each line in turn; spaces count as one, `…` as anything."""
    text, at = _plain(out), 0
    for line in seen:
        parts = (re.escape(_plain(part)) for part in line.split("…"))
        found = re.compile(".*?".join(parts)).search(text, at)
        assert found, f"not seen: {line}\n{shown}"
        at = found.end()


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def wortley(
    coop: Coop, words: list[str], loop: asyncio.AbstractEventLoop
) -> tuple[int, str]:
    """Type a command at a co-op's node; give its code, and all that it writes."""

    def ask(
        _data: object, name: str, args: Mapping[str, object], _tell: Tell
    ) -> object:
        wish = asyncio.run_coroutine_threadsafe(coop.ask(name, **args), loop)
        return wish.result()

    out = io.StringIO()
    session = Session(caller=ask, page=Page(out))
    before, sys.stderr = sys.stderr, out
    try:
        code = run(words, session)
    finally:
        sys.stderr = before
    return code, out.getvalue()
