"""Lists that come in pages: a page for a person, all of a list for a program.

On a terminal a list shows its newest rows, or those beside an id, and says what to add
to see more. In a pipe, in a file and with --json nothing is left out unless --most says
so: a script that is given part of a list, and is not told, gets its sums wrong.

However many rows are wanted, a node that runs is asked for few at once: none of its
answers takes long, and whoever else asks meanwhile is answered in between.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple, cast

from node.cli.forms import Row, line

#: Rows on a terminal where nobody says how many.
USUAL: Final = 100
#: Rows that a running node is asked for at once, up to 50 ms of work.
AT_ONCE: Final = 250
#: Where none runs, each question opens the folder: as many as a command takes.
ALONE: Final = 10_000
_OLDEST: Final = "oldest"

Asker = Callable[[Mapping[str, object]], object]


class Part(NamedTuple):
    """Some rows of a list, under the key that they have in the whole answer."""

    answer: Row
    key: str
    rows: list[Row]


def at_once(data: Path) -> int:
    """Say how many rows to ask the node of a data folder for together."""
    from node.control import SOCKET  # noqa: PLC0415 - 0.3 s; who asks needs it anyway

    return AT_ONCE if (data / SOCKET).exists() else ALONE


def parts(have: Asker, args: Mapping[str, object], together: int) -> Iterator[object]:
    """Give a list part by part: `Part`s, or at once what is no list.

    have: asks the node, for at most so many rows `together`. `most` rows are given, or
    all of them. With `most` and without `after` they come from the newest on, so that
    each part stands before the one that was given last.
    """
    left = cast("int | None", args.get("most"))
    forward = is_forward(args)
    place = {"after": args.get("after", _OLDEST)} if forward else {}
    while left is None or left > 0:
        wanted = together if left is None else min(left, together)
        answer = have({**args, **place, "most": wanted})
        part = _part(answer)
        yield answer if part is None else part
        if part is None or len(part.rows) < wanted:
            return
        edge = part.rows[-1 if forward else 0].get("id")
        if not isinstance(edge, str):
            return
        place = {"after" if forward else "before": edge}
        left = None if left is None else left - len(part.rows)


def is_forward(args: Mapping[str, object]) -> bool:
    """Tell whether a list is asked for from its older end on."""
    return "after" in args or args.get("most") is None


def _part(answer: object) -> Part | None:
    """Find the rows that an answer begins with; None where it has none."""
    if not isinstance(answer, dict):
        return None
    key, rows = next(iter(answer.items()), ("", None))
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        return None
    return Part(answer, key, rows)


class Shown(NamedTuple):
    """A list as one answer, and what to say below it where more is left out."""

    answer: object
    hint: str = ""


def whole(have: Asker, args: Mapping[str, object], together: int) -> Shown:
    """Give as much of a list as is asked for; what stands beside it is as at first."""
    found: list[Part] = []
    for part in parts(have, args, together):
        if not isinstance(part, Part):
            return Shown(part)
        found.append(part)
    if not is_forward(args):
        found.reverse()
    first = found[0]
    rows = [row for one in found for row in one.rows]
    return Shown({**first.answer, first.key: rows})


def page(have: Asker, args: Mapping[str, object], together: int) -> Shown:
    """Give what a person sees of a list.

    One row more than is shown is asked for: it tells whether there are more.
    """
    most = cast("int", args.get("most", USUAL))
    asked = {**args, "most": most + 1}
    part = _part(answer := whole(have, asked, together).answer)
    if part is None or len(part.rows) <= most:
        return Shown(answer)
    forward = is_forward(asked)
    shown = part.rows[:most] if forward else part.rows[1:]
    edge = shown[-1 if forward else 0]
    side, option = ("Newer", "after") if forward else ("Older", "before")
    place = line(edge.get("short") or edge.get("id"))
    hint = (
        f"{side} {part.key} are left out. The next {most:,} are shown with"
        f" `--{option} {place}`, more at once with `--most N`."
    )
    return Shown({**part.answer, part.key: shown}, hint)
