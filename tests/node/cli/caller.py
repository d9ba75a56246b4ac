"""A stand-in for the node behind the command line, and a way to type commands."""

import io
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from node.cli.page import Page
from node.cli.progress import Tell
from node.cli.root import run
from node.cli.session import Session

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

DATA: Final = Path("somewhere")


class Terminal(io.StringIO):
    """Text that a person looks at."""

    @override
    def isatty(self) -> bool:
        return True


class Node:
    """Notes what it was asked, and answers what it was told to answer."""

    def __init__(self, **answers: object) -> None:
        self.answers = {name.replace("__", "."): one for name, one in answers.items()}
        self.asked: list[tuple[str, dict[str, object]]] = []
        self.anywhere = False

    def __call__(
        self,
        data: Path,
        name: str,
        args: Mapping[str, object],
        tell: Tell,
    ) -> object:
        assert self.anywhere or data == DATA
        self.asked.append((name, dict(args)))
        answer = self.answers.get(name, {})
        if isinstance(answer, BaseException):
            raise answer
        tell(1, 1, "things")
        return answer


class Said(NamedTuple):
    code: int
    out: str


def wortley(
    *argv: str, node: Node | None = None, out: io.StringIO | None = None
) -> Said:
    """Type a command; what goes to standard error is capsys's to read."""
    written = out or io.StringIO()
    session = Session(caller=node or Node(), data=DATA, page=Page(written))
    code = run(argv, session)
    return Said(code, written.getvalue())
