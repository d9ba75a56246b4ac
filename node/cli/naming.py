"""What an argument of the node is called where it is typed: an option, or LEAD.

The node names what it refuses by its command's arguments (`ends`), as the API has
them. Who typed a command knows options (`--to`). Which belongs to which is taken from
the subcommand itself: a parameter feeds the argument of its own name (without the
underscore that Python may have wanted behind it), unless its subcommand says otherwise
(`feeds`).
"""

import re
import shlex
import sys
from collections.abc import Mapping
from typing import Final, NamedTuple

import click

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

#: A place like `requirements[2].minutes`: the argument, and which of several is meant.
_PLACE: Final = re.compile(r"([^.\[]+)(?:\[([0-9]+)\])?")
_CODE: Final = re.compile(r"`wortley [^`]*`")
_WORD: Final = re.compile(r"`([a-z_]+)`")

#: Parameter -> the arguments that it feeds, where that is not the one of its name.
Feeds = Mapping[str, tuple[str, ...]]


class Place(NamedTuple):
    """A parameter, which of its values is meant (from 0), and how many were typed."""

    param: click.Parameter
    argument: str
    at: int = 0
    typed: int = 1

    @override
    def __str__(self) -> str:
        """Write it as people know it: --to, LEAD, --need (no. 2)."""
        no = f" (no. {self.at + 1})" if self.typed > 1 else ""
        return f"{called(self.param)}{no}"


def called(param: click.Parameter) -> str:
    """Name a parameter as it is typed: --per-week, or EFFORT."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return param.human_readable_name.strip("[].")


def fed_by(param: click.Parameter, feeds: Feeds) -> tuple[str, ...]:
    """Name the arguments that a parameter feeds, its own first."""
    name = param.name or ""
    return feeds.get(name, (name.removesuffix("_"),))


def find(ctx: click.Context, feeds: Feeds, field: str) -> Place | None:
    """Find what was typed for a field: `ends`, `requirements[1].minutes`, or --to."""
    found = _PLACE.match(field)
    if found is None:
        return None
    argument, index = found[1], int(found[2] or 0)
    places: list[Place] = []
    for param in ctx.command.params:
        fed = fed_by(param, feeds)
        if called(param) == field:
            return Place(param, fed[0])
        if argument in fed:
            places.append(Place(param, argument, 0, _typed(ctx, param)))
    if not found[2]:
        given = [one for one in places if one.typed]
        first = next(iter(given or places), None)
        return None if first is None else first._replace(typed=1)
    # Several options feed one list, one after the other: --need, then --want.
    for place in places:
        if index < place.typed:
            return place._replace(at=index)
        index -= place.typed
    return places[0]._replace(typed=1) if places else None


def _typed(ctx: click.Context, param: click.Parameter) -> int:
    value = ctx.params.get(param.name or "")
    return len(value) if isinstance(value, tuple) else int(value is not None)


def fill(ctx: click.Context, feeds: Feeds, text: str) -> str:
    """Put what was typed into the commands, and options for the arguments, in a text.

    `wortley round show ROUND` can be typed once ROUND is the one that was meant; for
    `minimum`, who is to leave it out knows --minimum.
    """
    typed = {
        called(param): ctx.params.get(param.name or "")
        for param in ctx.command.params
        if isinstance(param, click.Argument)
    }

    def filled(command: re.Match[str]) -> str:
        words = command[0].strip("`").split(" ")
        return f"`{' '.join(_value(typed, one) for one in words)}`"

    def renamed(word: re.Match[str]) -> str:
        places = (one for one in ctx.command.params if word[1] in fed_by(one, feeds))
        return next((called(one) for one in places), word[0])

    return _WORD.sub(renamed, _CODE.sub(filled, text))


def _value(typed: Mapping[str, object], word: str) -> str:
    value = typed.get(word)
    return shlex.quote(value) if isinstance(value, str) and value else word
