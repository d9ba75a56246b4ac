"""Reasons: why an event is void or a wish is refused, each with its one sentence.

A verdict carries a code and named arguments; the sentence is the message id that
page, command line and API show and translate (SPEC 9.1).
"""

from typing import Final

import msgspec

Argument = str | int


class Void(msgspec.Struct, frozen=True, gc=False):
    """Stored and relayed, without effect; also the answer to a wish refused."""

    code: str
    args: dict[str, Argument] = msgspec.field(default_factory=dict)


class Reason(msgspec.Struct, frozen=True):
    """One way in which something does not count; calling it fills the blanks in."""

    code: str
    sentence: str

    def __call__(self, **args: Argument) -> Void:
        """Make the verdict with this reason."""
        return Void(self.code, args)

    def say(self, void: Void) -> str:
        """Give the sentence with the arguments of a verdict in it."""
        return self.sentence.format_map(void.args)


UNDECODABLE: Final = Reason(
    "undecodable", "Its bytes are not what the protocol allows there: {detail}"
)
UNKNOWN_KIND: Final = Reason(
    "unknown-kind", "No rule of version {version} knows the kind {kind}"
)
EPOCH_FOREIGN: Final = Reason(
    "epoch-foreign", "It names a block {number} that is not the network's"
)
EPOCH_BACK: Final = Reason(
    "epoch-back",
    "It goes back to block {number} after the log had reached block {floor}",
)
TEXT_ROLE: Final = Reason("text-role", "A {kind} has no text of the role {role}")
TEXT_TWICE: Final = Reason("text-twice", "It has two texts of the role {role}")
TEXT_MISSING: Final = Reason("text-missing", "A {kind} needs a text: its {role}")

REASONS: Final = (
    UNDECODABLE,
    UNKNOWN_KIND,
    EPOCH_FOREIGN,
    EPOCH_BACK,
    TEXT_ROLE,
    TEXT_TWICE,
    TEXT_MISSING,
)
