"""Events about the log itself: incarnations after a restore (SPEC 6.5)."""

from typing import Final, Literal

from msgspec import Struct

from protocol.kinds.fields import Body, Id, IncarnationName, Quantity


class LogReopened(Body, frozen=True, kw_only=True):
    """First of an incarnation that follows another; its opening names the base."""

    why: Literal["restored", "moved"]


class TailAdopted(Body, frozen=True, kw_only=True):
    """The lost end of an earlier incarnation counts from this place on."""

    id: Id
    incarnation: IncarnationName
    seq: Quantity


KINDS: Final[dict[str, type[Struct]]] = {
    "log.reopened": LogReopened,
    "tail.adopted": TailAdopted,
}
