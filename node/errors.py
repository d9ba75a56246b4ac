"""What can go wrong around a node, sorted by whose fault it is.

The type says who has to act and whether the process may go on; the fields say the
rest. `detail` is one sentence about what happened, `way_out` one about what helps
(a command, where there is one); a page, the CLI and the log show both. `code` is
stable and meant for machines. Anything else goes into `fields`, so that a caller
never has to take a sentence apart.

A refused wish of a member is no error but a value with a reason (see the rules).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class WortleyError(Exception):
    """The root of the tree; raise one of the three kinds below it.

    code: kebab-case, stable between releases. detail, way_out: English sentences.
    fields: named details, free of secrets unless the class says otherwise.
    partly: some of what was asked is done all the same, and stays.
    fatal: the process must stop and start again from what is on the disk.
    """

    fatal: ClassVar[bool] = False
    exit_code: ClassVar[int] = 1
    partly: bool = False

    def __init__(
        self, *, code: str, detail: str, way_out: str = "", **fields: object
    ) -> None:
        super().__init__(f"{detail} {way_out}".rstrip())
        self.code = code
        self.detail = detail
        self.way_out = way_out
        self.fields: Mapping[str, object] = fields


class UserFault(WortleyError):
    """The operator or member can put it right: a setting, a permission, a typo."""

    exit_code: ClassVar[int] = 2


class WorldFault(WortleyError):
    """The disk, the network or another machine failed; nobody here did wrong."""

    exit_code: ClassVar[int] = 3


class OurFault(WortleyError):
    """A bug of this program: a promise between two of its parts was broken."""

    exit_code: ClassVar[int] = 4


class DiskFailed(WorldFault):
    """A sync or a write failed in a way that leaves unknown what is on the disk.

    Fatal and never retried: after a failed fsync the kernel drops the dirty pages
    and reports the next one as a success ("fsyncgate", PostgreSQL 2018). Only what
    is read back after a restart can be trusted.
    fields: path (str), doing (the call that failed), errno (int or None).
    """

    fatal: ClassVar[bool] = True

    def __init__(self, *, path: Path, doing: str, cause: OSError) -> None:
        super().__init__(
            code="disk-failed",
            detail=f"The disk failed during {doing} of {path}: {cause.strerror}.",
            way_out=(
                "Look at the disk (dmesg, smartctl), then start the node again: it"
                " goes on from what the disk really holds."
            ),
            path=str(path),
            doing=doing,
            errno=cause.errno,
        )


# -- the anchor: here and not beside it, as start-up, doctor and the pages sort them


class AnchorDamaged(WorldFault):
    """The file is there but does not say what was written: restored mode.

    reason: "unreadable", "size", "checksum", "form" or "version". Not fatal:
    `anchor.standing` takes it in the place of an anchor.
    """

    def __init__(self, *, path: Path, reason: str) -> None:
        super().__init__(
            code="anchor-damaged",
            detail=f"The anchor {path} cannot be trusted ({reason}).",
            way_out=(
                "Do not repair it: the node goes on in restored mode, and its next"
                " entry opens a new incarnation of its log and a new anchor."
            ),
            path=str(path),
            reason=reason,
        )
        self.reason = reason


class AnchorUnreadable(UserFault):
    """The anchor is there, but this user may not read it."""

    def __init__(self, *, path: Path, cause: OSError) -> None:
        super().__init__(
            code="anchor-unreadable",
            detail=f"The anchor {path} cannot be read: {cause.strerror}.",
            way_out="Give the file back to the user that runs the node.",
            path=str(path),
            errno=cause.errno,
        )


class AnchorForeign(UserFault):
    """The anchor of another co-op lies where this node wants its own."""

    def __init__(self, *, path: Path) -> None:
        super().__init__(
            code="anchor-foreign",
            detail=f"{path} is the anchor of another co-op.",
            way_out="Give each node a WORTLEY_ANCHOR_DIR of its own.",
            path=str(path),
        )


class AnchorNotWritten(WorldFault):
    """The new anchor was not written and the old one stands (disk full, say).

    Nothing may be sent that relies on it; writing may be tried again, as no sync has
    failed.
    """

    def __init__(self, *, path: Path, cause: OSError) -> None:
        super().__init__(
            code="anchor-not-written",
            detail=f"The anchor {path} cannot be written: {cause.strerror}.",
            way_out="Make room on its disk, or its folder writable, and try again.",
            path=str(path),
            errno=cause.errno,
        )


class AnchorBackwards(OurFault):
    """The program was about to sign a place or a ballot twice. fields: what (str)."""

    fatal: ClassVar[bool] = True

    def __init__(self, *, what: str) -> None:
        super().__init__(
            code="anchor-backwards",
            detail=f"The program tried to take back {what} that was signed before.",
            way_out="Start the node again and report this as a bug.",
            what=what,
        )
