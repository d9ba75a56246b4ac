"""Commands that carry the signed log out and in."""

import io
from pathlib import Path
from typing import IO, Final

import msgspec

from node.commands.command import Command, Tell, command
from node.commands.form import Asking
from node.errors import UserFault
from node.exchange import signed_log, whole_file
from node.node import Node


class File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A path on the node's machine."""

    path: str


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """Where the export is, how many events are in it, and the root they give."""

    path: str
    events: int
    root: str


class TakenIn(msgspec.Struct, frozen=True, kw_only=True):
    """How many events of a file were new here."""

    path: str
    events: int


class TakenFrom(msgspec.Struct, frozen=True, kw_only=True):
    """How many events of what was sent were new here."""

    events: int


class NewFile(File, frozen=True, kw_only=True):
    """A path to write to. force: a file that is there is replaced."""

    force: bool = False


async def export(node: Node, args: NewFile, tell: Tell) -> Exported:
    """Write the export."""
    if not args.force:
        whole_file.refuse_existing(args.path)
    root = await _root(node)
    events = await signed_log.write(
        Path(args.path),
        log_db=node.log,
        register=node.register,
        root=root,
        progress=lambda done, total: tell(done, total, "events"),
    )
    return Exported(path=args.path, events=events, root=root.hex())


async def write(node: Node, _args: Asking, file: IO[bytes]) -> int:
    """Write the export into an open file; give how many events are in it."""
    return await signed_log.write_into(
        file,
        log_db=node.log,
        register=node.register,
        root=await _root(node),
        progress=lambda _done, _total: None,
    )


async def _root(node: Node) -> bytes:
    _, root = await node.ingest.standing()
    if root is None:
        raise UserFault(
            code="busy",
            detail="The node is taking in logs at the moment.",
            way_out="Try again when `wortley status` shows a root.",
        )
    return root


async def take_in(node: Node, args: File, tell: Tell) -> TakenIn:
    """Read an export."""
    events = await signed_log.read(
        Path(args.path),
        ingest=node.ingest,
        register=node.register,
        progress=lambda done, _: tell(done, None, "events"),
    )
    return TakenIn(path=args.path, events=events)


async def take(node: Node, _args: Asking, data: bytes, _tell: Tell) -> TakenFrom:
    """Take in what an export holds."""
    events = await signed_log.read_from(
        io.BytesIO(data),
        called="The export",
        ingest=node.ingest,
        register=node.register,
        progress=lambda _done, _total: None,
    )
    return TakenFrom(events=events)


COMMANDS: Final[dict[str, Command]] = {
    "log.export": command(NewFile, export, long=True),
    "log.import": command(File, take_in, long=True),
}
