"""Commands about logs: show one, explain anything, verify all, rebuild the state."""

from typing import Final

import msgspec

from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import Asking, Nothing, coop_or_all, reading
from node.node import Node
from node.views import explain as explaining
from node.views import logs
from node.views.explain import Explained
from node.views.logs import LogRow
from node.views.verify import Verified, Verifier
from protocol import ids as forms

#: Events shown at once; more is what an export is for.
_MOST: Final = 1000


class Show(Asking, frozen=True, kw_only=True):
    """Whose log (this co-op's where none is named), and how many of its events."""

    coop: str | None = None
    last: int = 20


class Explain(Asking, frozen=True, kw_only=True):
    """The beginning of any id of an event or entity; `coop_` ids stand for profiles."""

    id: str


class Log(msgspec.Struct, frozen=True, kw_only=True):
    """The newest events of a log in the order in which they count."""

    coop: str
    name: str
    events: int
    rows: list[LogRow]


class Rebuilt(msgspec.Struct, frozen=True, kw_only=True):
    """How many events were folded, and the root that they give."""

    events: int
    root: str | None


async def show(node: Node, args: Show, _tell: Tell) -> Log:
    """Show the newest events of a log."""
    if not 1 <= args.last <= _MOST:
        raise fields.fault("last", args.last, f"a number from 1 to {_MOST}", "20")
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop) or node.coop
    placed = [
        one async for batch in logs.newest(books, coop, args.last) for one in batch
    ]
    return Log(
        coop=forms.text("coop", coop),
        name=names.of(coop),
        events=logs.length(books, coop),
        rows=await logs.rows(books, names, placed),
    )


async def explain(node: Node, args: Explain, _tell: Tell) -> Explained:
    """Explain what an id names."""
    books, names = await reading(node)
    return await explaining.explain(books, names, args.id)


async def verify(node: Node, _args: Nothing, tell: Tell) -> Verified:
    """Compute everything again and name what differs."""
    books, names = await reading(node)
    return await Verifier(books, names, node.ingest.lock, tell).verify()


async def rebuild(node: Node, _args: Nothing, tell: Tell) -> Rebuilt:
    """Forget the state and fold every log from its first event."""
    total = sum(held.last for held in node.log.chains.values())
    folded = 0

    def count(events: int) -> None:
        nonlocal folded
        folded += events
        tell(folded, total, "events folded")

    events = await node.ingest.rebuild(count)
    await node.closings.settle()
    _, root = await node.ingest.standing()
    return Rebuilt(events=events, root=None if root is None else root.hex())


COMMANDS: Final[dict[str, Command]] = {
    "log.show": command(Show, show),
    "explain": command(Explain, explain),
    "verify": command(Nothing, verify, long=True),
    "rebuild": command(Nothing, rebuild, long=True),
}
