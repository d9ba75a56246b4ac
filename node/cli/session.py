"""One run of the command: what holds for all of it, and how an `Ask` is answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, Protocol

import click
import msgspec

from node.cli import paging, views
from node.cli.forms import escaped
from node.cli.page import Page
from node.cli.progress import Progress, Tell
from node.errors import WorldFault

#: Where a node is looked for if nobody says: beside the project, as ./run does.
DATA: Final = Path("data")


class Caller(Protocol):
    """Has a command done; `node.control.call`, or a stand-in for tests."""

    def __call__(
        self, data: Path, name: str, args: Mapping[str, object], tell: Tell, /
    ) -> object:
        """Give the result of a command as JSON data."""
        ...


class Ask(NamedTuple):
    """A command of the node and its arguments; paged: what gives a list in pages."""

    name: str
    args: dict[str, object]
    paged: bool = False


def ask(name: str, /, **args: object) -> Ask:
    """Make an `Ask`; what was not given (None) is left out."""
    given = {key: value for key, value in args.items() if value is not None}
    return Ask(name, given)


def listed(wish: Ask, result: object) -> object:
    """Give the list that an answer is about; the whole answer where it is more.

    An answer that begins with a list of rows is one, as in the API; what stands beside
    it is for the tables that people see.
    """
    if not isinstance(result, dict) or "next" in result:
        return result
    if wish.args.get("drafts"):
        return result.get("drafts", result)
    first = next(iter(result.values()), None)
    rows = isinstance(first, list) and all(isinstance(one, dict) for one in first)
    return first if rows else result


def call_node(data: Path, name: str, args: Mapping[str, object], tell: Tell) -> object:
    """Ask the node that runs, or else do it in this process."""
    from node.control import call  # noqa: PLC0415 - 0.3 s, which --help does not need

    return call(data, name, args, tell)


@dataclass(slots=True, kw_only=True)
class Session:
    """What holds for one run.

    code: what it exits with if nothing is raised. typed: the subcommand that is run,
    and its parameters as far as they are read.
    """

    caller: Caller = call_node
    data: Path = DATA
    json: bool = False
    code: int = 0
    typed: click.Context | None = None
    page: Page = field(default_factory=Page)

    def answer(self, wish: Ask) -> None:
        """Have a command done and show what came of it."""
        args = self._settled(wish.args)
        if wish.paged:
            self._list(wish, args)
            return
        with Progress(quiet=self.json) as progress:
            result = self.caller(self.data, wish.name, args, progress.tell)
        if self.json:
            self.print_json(listed(wish, result))
        else:
            views.show(self.page, wish.name, args, result)
        if wish.name == "verify" and isinstance(result, dict) and not result.get("ok"):
            self.code = WorldFault.exit_code

    def _list(self, wish: Ask, args: Mapping[str, object]) -> None:
        """Show a page of a list to a person; print all of it for a program."""
        tell: Tell = _untold
        together = paging.at_once(self.data)

        def have(asked: Mapping[str, object]) -> object:
            return self.caller(self.data, wish.name, asked, tell)

        if self.json and args.get("drafts"):
            # Of the leads beside them, none are printed.
            self.print_json(listed(wish, have({**args, "most": 1})))
        elif self.json and args.get("most") is None:
            self._stream(wish, paging.parts(have, args, together))
        elif self.json:
            self.print_json(listed(wish, paging.whole(have, args, together).answer))
        else:
            with Progress(quiet=False) as progress:
                tell = progress.tell
                read = paging.page if self.page.is_terminal else paging.whole
                shown, hint = read(have, args, together)
            views.show(self.page, wish.name, args, shown)
            if hint:
                self.page.say()
                self.page.say(hint)

    def _stream(self, wish: Ask, parts: Iterable[object]) -> None:
        """Print one array, its rows as they come, however many they are.

        Where the node fails in between, it stays open: no program takes it for whole.
        """
        out, begun = self.page.out, False
        for part in parts:
            if not isinstance(part, paging.Part):
                self.print_json(listed(wish, part))
                return
            if part.rows:
                print(",\n" if begun else "[\n", end="", file=out)
                rows = _plain(part.rows).removeprefix("[\n").removesuffix("\n]")
                print(rows, end="", file=out)
                begun = True
        print("\n]" if begun else "[]", file=out)

    def print_json(self, value: object) -> None:
        """Write an object for machines; nothing in it acts upon a terminal."""
        print(_plain(value), file=self.page.out)

    def _settled(self, args: Mapping[str, object]) -> dict[str, object]:
        known: dict[str, object] = {}

        def ask_once(name: str, given: Mapping[str, object]) -> object:
            if name not in known:
                known[name] = self.caller(self.data, name, given, _untold)
            return known[name]

        def settle(value: object) -> object:
            match value:
                case dict():
                    return {key: settle(one) for key, one in value.items()}
                case list() | tuple():
                    return [settle(one) for one in value]
                case _ if hasattr(value, "settle"):
                    return value.settle(ask_once)
                case _:
                    return value

        return {key: settle(value) for key, value in args.items()}


def _plain(value: object) -> str:
    plain = msgspec.json.format(msgspec.json.encode(value), indent=2)
    return escaped(plain.decode())


def _untold(_done: int, _all: int | None, _what: str) -> None:
    """Take the progress of a question on the side."""
