"""The exact anchor: the node's own head, kept outside the database and every backup.

A node that was restored, cloned or copied must not go on where its database ends:
peers may hold events that it signed after that point, and it would sign their places
a second time. The database cannot know, for it is what was rolled back. So the head
is written once more, in another folder that no backup holds:

    sign -> commit -> write the anchor -> only then answer and send

and at the start the two are compared (`standing`). Where they disagree the node is
in restored mode: it reads and syncs, and its next event opens a new incarnation.

    crash before the commit         neither has the event: it never was
    crash between commit and anchor the database is ahead: the rest left nobody, send
    crash after the anchor          both agree
    old database restored           the anchor's head is missing in it: restored
    anchor lost, damaged, foreign   nothing is known: restored

For an elector the same holds of what it signs while blocks are decided, so the
highest ballot promised, accepted and proposed stand here too, before the answer.

See protocol/SPEC.md sections 5 (incarnations) and 7 (roster).
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec

from node.errors import (
    AnchorBackwards,
    AnchorDamaged,
    AnchorForeign,
    AnchorNotWritten,
    AnchorUnreadable,
    DiskFailed,
    OurFault,
    WorldFault,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

VERSION: Final = 1
FILE_NAME: Final = "anchor.json"
MAX_BYTES: Final = 4096
"""One page: more than twice the longest anchor, and one block on most disks."""

MACHINE_ID = Path("/etc/machine-id")
MACHINE_TAG: Final = b"wortley/1/machine\0"
ABOUT: Final = (
    "The last place of its log that this node has signed. Never back up, copy, edit"
    " or restore this file: it is how the node tells a restart from a restore."
)

_Id = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
_IdOrNone = Annotated[bytes, msgspec.Meta(max_length=32)]
_Random = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the own log. incarnation: 16 bytes; seq from 0; event: 32 bytes."""

    incarnation: _Random
    seq: _Count
    event: _Id


class Ballot(msgspec.Struct, frozen=True, kw_only=True):
    """A signed step of deciding a block.

    number: of the block; term: of the proposer; block: its id, 32 bytes, or empty
    for a promise, which names none.
    """

    number: _Count
    term: _Count
    block: _IdOrNone = b""


class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """What the node must never forget.

    coop: id of the co-op, 32 bytes. head: None until the first event. install: 16
    random bytes made once by `init`, the same in the database. machine: as of
    `machine_id`. promised, accepted, proposed: the highest ballot of each kind that
    was ever signed, by (number, term). reopen: the node was restored and has not
    published since, so its next event opens a new incarnation.
    """

    coop: _Id
    head: Head | None = None
    install: _Random
    machine: _IdOrNone = b""
    promised: Ballot | None = None
    accepted: Ballot | None = None
    proposed: Ballot | None = None
    reopen: bool = False
    version: int = VERSION


class Normal(msgspec.Struct, frozen=True, kw_only=True):
    """The database holds all that ever left this node; it may go on where it ends."""


Reason = Literal[
    "anchor-missing",
    "anchor-damaged",
    "other-machine",
    "other-install",
    "not-reopened",
    "head-missing",
]

SENTENCES: Final[Mapping[Reason, str]] = {
    "anchor-missing": "The note of the last place that this node signed is missing.",
    "anchor-damaged": "The note of the last place that this node signed is damaged.",
    "other-machine": "This node last ran on another machine.",
    "other-install": "The data folder is not the one that this node last ran with.",
    "not-reopened": "This node was restored and has published nothing since.",
    "head-missing": "The data folder is older than what this node signed last.",
}


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """Something may have left this node that its database does not hold.

    Reading and syncing go on; the first publish opens a new incarnation, and an
    elector abstains until it has heard the others.
    """

    reason: Reason

    @property
    def sentence(self) -> str:
        """Why, in English, for the page and the log."""
        return SENTENCES[self.reason]


def machine_id() -> bytes:
    """Return 32 bytes that name this machine, or none where it has no name.

    The SHA-256 of /etc/machine-id under a tag of ours, as machine-id(5) asks not to
    show the number itself. Empty in a container without the file, and before the
    first boot has written it ("uninitialized").
    """
    try:
        text = MACHINE_ID.read_bytes().strip()
    except OSError:
        return b""
    if not re.fullmatch(rb"[0-9a-f]{32}", text):
        return b""
    return hashlib.sha256(MACHINE_TAG + text).digest()


def standing(
    anchor: Anchor | AnchorDamaged | None,
    *,
    holds: Callable[[Head], bool],
    install: bytes,
    machine: bytes,
) -> Normal | Restored:
    """Tell at the start whether the database may go on where it ends.

    holds: whether the database has exactly this event at exactly this place of the
    own log. install: as the database has it; machine: as of `machine_id`. All
    comparisons are of equality; "about right" would be a fork.
    """
    if anchor is None:
        return Restored(reason="anchor-missing")
    if isinstance(anchor, AnchorDamaged):
        return Restored(reason="anchor-damaged")
    # In this order, as a clone holds the head too, and so does what it was cloned
    # from: only where and with which folder it runs sets the two apart.
    checks: tuple[tuple[Reason, bool], ...] = (
        ("other-machine", anchor.machine == machine),
        ("other-install", anchor.install == install),
        ("not-reopened", not anchor.reopen),
        # Without a head nothing was ever sent, whatever the database holds.
        ("head-missing", anchor.head is None or holds(anchor.head)),
    )
    for reason, passed in checks:
        if not passed:
            return Restored(reason=reason)
    return Normal()


def reopening(
    anchor: Anchor | AnchorDamaged | None,
    *,
    coop: bytes,
    install: bytes,
    machine: bytes,
) -> Anchor:
    """Return the anchor to go on with in restored mode, made from the one found.

    An elector may have to write a ballot before the node publishes again. Were the
    place it runs at renewed by that, the next start would take it for normal and
    sign on in the old incarnation; `reopen` keeps it restored until it has reopened.
    """
    if isinstance(anchor, Anchor):
        return msgspec.structs.replace(
            anchor, install=install, machine=machine, reopen=True
        )
    return Anchor(coop=coop, install=install, machine=machine, reopen=True)


class AnchorFile:
    """The one file; for one thread of one process that holds the folder's lock."""

    def __init__(self, path: Path, *, coop: bytes) -> None:
        self.path = path
        self.coop = coop
        self._last: Anchor | None = None
        self._failed: DiskFailed | None = None

    def read(self) -> Anchor | None:
        """Return what was written last, None when there is no file.

        Raises AnchorDamaged, AnchorUnreadable, AnchorForeign.
        """
        try:
            with self.path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            if error.errno == errno.EIO:
                raise AnchorDamaged(path=self.path, reason="unreadable") from error
            raise AnchorUnreadable(path=self.path, cause=error) from error
        anchor = decode(data, path=self.path)
        if anchor.coop != self.coop:
            raise AnchorForeign(path=self.path)
        self._last = anchor
        return anchor

    def write(self, anchor: Anchor, *, forget_ballots: bool = False) -> None:
        """Replace the file; when this returns, the anchor survives a power cut.

        Two syncs: of the new content, then of the folder, which makes the new name
        last. Raises AnchorNotWritten (the old anchor stands), DiskFailed (fatal, and
        from then on always), AnchorBackwards (fatal). forget_ballots: only once it is
        known that no other elector holds what was signed and lost (SPEC 7.4).
        """
        if self._failed is not None:
            raise self._failed
        last = self._last
        if last is not None and forget_ballots:
            last = msgspec.structs.replace(
                last, promised=None, accepted=None, proposed=None
            )
        _refuse_backwards(last, anchor, coop=self.coop)
        data = encode(anchor)
        try:
            self._replace(data)
        except DiskFailed as error:
            self._failed = error
            raise
        self._last = anchor

    def _replace(self, data: bytes) -> None:
        path = self.path
        new = f"{path.name}.new"
        try:
            folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise self._not_written(error) from error
        try:
            self._write_new(folder, new, data)
            os.rename(new, path.name, src_dir_fd=folder, dst_dir_fd=folder)
            # Until here a crash leaves the old anchor or the new one, both whole;
            # past the next line it is the new one.
            self._sync(os.fsync, folder, "fsync of the folder")
        except OSError as error:
            with contextlib.suppress(OSError):
                os.unlink(new, dir_fd=folder)
            raise self._not_written(error) from error
        finally:
            os.close(folder)

    def _write_new(self, folder: int, name: str, data: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
        fd = os.open(name, flags, 0o600, dir_fd=folder)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(fd, rest) :]
            # Before the rename: a new name on content that is not there yet is how a
            # power cut makes empty files.
            self._sync(os.fdatasync, fd, "fdatasync")
        finally:
            os.close(fd)

    def _sync(self, call: Callable[[int], None], fd: int, doing: str) -> None:
        try:
            call(fd)
        except OSError as error:
            raise DiskFailed(path=self.path, doing=doing, cause=error) from error

    def _not_written(self, error: OSError) -> WorldFault:
        if error.errno == errno.EIO:
            return DiskFailed(path=self.path, doing="writing", cause=error)
        return AnchorNotWritten(path=self.path, cause=error)


def _refuse_backwards(last: Anchor | None, new: Anchor, *, coop: bytes) -> None:
    # The callers keep to this by themselves; here a bug of theirs ends.
    if new.coop != coop:
        raise AnchorBackwards(what="another co-op's anchor")
    if last is None:
        return
    if last.head is not None and not _head_follows(last.head, new.head):
        raise AnchorBackwards(what="the head")
    here, there = (new.machine, new.install), (last.machine, last.install)
    restored = last.reopen or here != there
    if restored and not new.reopen and not _opens(last.head, new.head):
        raise AnchorBackwards(what="the incarnation")
    for what in ("promised", "accepted", "proposed"):
        if not _ballot_follows(getattr(last, what), getattr(new, what)):
            raise AnchorBackwards(what=f"the ballot {what}")


def _head_follows(last: Head, new: Head | None) -> bool:
    if new is None:
        return False
    return new == last or new.seq > last.seq or _opens(last, new)


def _opens(last: Head | None, new: Head | None) -> bool:
    # Another incarnation is a chain of its own: its places start over.
    return new is not None and (last is None or new.incarnation != last.incarnation)


def _ballot_follows(last: Ballot | None, new: Ballot | None) -> bool:
    if last is None or new == last:
        return True
    return new is not None and (new.number, new.term) > (last.number, last.term)


# -- the file: JSON of one form, then a line with its SHA-256 -------------------

_BYTES: Final = frozenset(
    {"block", "coop", "event", "incarnation", "install", "machine"}
)
"""Written in hexadecimal; no other key has one of these names."""

_CHECKSUM_BYTES: Final = 64 + len(b"  -\n")


def encode(anchor: Anchor) -> bytes:
    """Return the bytes of the file: sorted, indented JSON and its checksum line.

    By hand: `head -n -1 anchor.json | sha256sum` prints the last line. Raises
    OurFault for an anchor that `decode` would not return as it is.
    """
    plain = msgspec.to_builtins(anchor, builtin_types=(bytes,))
    text = json.dumps(
        plain | {"about": ABOUT}, default=bytes.hex, indent=2, sort_keys=True
    )
    data = f"{text}\n".encode("ascii")
    data += _checksum(data)
    # What could not be read back would be found out by the next start, too late.
    with contextlib.suppress(AnchorDamaged):
        if decode(data, path=Path(FILE_NAME)) == anchor:
            return data
    raise OurFault(code="anchor-form", detail="A part of the anchor has no form.")


def decode(data: bytes, *, path: Path) -> Anchor:
    """Read the bytes of a file; path is for the error. Raises AnchorDamaged."""
    if not 0 < len(data) <= MAX_BYTES:
        raise AnchorDamaged(path=path, reason="size")
    text, end = data[:-_CHECKSUM_BYTES], data[-_CHECKSUM_BYTES:]
    if end != _checksum(text):
        raise AnchorDamaged(path=path, reason="checksum")
    try:
        plain = json.loads(text, object_hook=_unhex)
        anchor = msgspec.convert(plain, Anchor, builtin_types=(bytes,))
    # A checksum can be right for what is no anchor: somebody edited both.
    except (ValueError, TypeError, RecursionError) as error:
        raise AnchorDamaged(path=path, reason="form") from error
    if anchor.version != VERSION:
        raise AnchorDamaged(path=path, reason="version")
    return anchor


def _unhex(found: dict[str, object]) -> dict[str, object]:
    return {
        key: bytes.fromhex(value) if key in _BYTES and isinstance(value, str) else value
        for key, value in found.items()
    }


def _checksum(text: bytes) -> bytes:
    # The line that sha256sum prints for its standard input.
    return hashlib.sha256(text).hexdigest().encode("ascii") + b"  -\n"
