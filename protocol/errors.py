"""What can be wrong with bytes from outside, by what the receiver may do about it."""

from typing import ClassVar


class ProtocolError(Exception):
    """Base of all: `code` is stable and machine-readable, `detail` is for people."""

    retry: ClassVar[bool] = False

    def __init__(self, code: str, detail: str) -> None:
        """Keep both halves; `str()` gives them together."""
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class Malformed(ProtocolError):
    """Theirs: these bytes can never be taken, whoever sends them again."""


class Unconnected(ProtocolError):
    """Ours, for now: what these bytes build on is not held here; ask for it first."""

    retry: ClassVar[bool] = True


class Conflict(ProtocolError):
    """Theirs and signed: contradicts what the same signer signed before."""
