"""The one error of reading a foreign file."""

from __future__ import annotations

from node.errors import UserFault


class Unreadable(UserFault):
    """The file as a whole cannot be read; nothing of it was taken.

    reason: one sentence. path: the place in the file, "" for all of it.
    """

    def __init__(self, *, reason: str, path: str = "") -> None:
        where = f" (at {path})" if path else ""
        super().__init__(
            code="file-unreadable",
            detail=f"{reason}{where}",
            way_out="Name a file of OCDS releases, or fetch it again if it is one.",
            field="path",
            expected="a file of OCDS releases",
            reason=reason,
            path=path,
        )
        self.reason = reason
        self.path = path
