"""Funding rounds: what is funded together, from whose money (SPEC 8.24, 8.25).

The steward opens, allots and closes; owners enter their projects; givers pledge
(protocol/kinds/pledges.py) and may veto.
"""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from protocol.kinds.closing import CUT, Cut
from protocol.kinds.fields import Body, Currency, Date, Id, Quantity

Mode = Literal["own", "equal", "per-member", "steward"]


class Share(
    Struct,
    frozen=True,
    array_like=True,
    gc=False,
    forbid_unknown_fields=True,
):
    """What a co-op may give away, in minor units of the round's currency."""

    coop: Id
    amount: Quantity


class RoundOpened(Body, frozen=True, kw_only=True):
    """A round. Whose money: each co-op's own, or a budget that is allotted to all.

    `whole` projects get nothing below their minimum. So many `vetoes` block a project.
    Texts: title, description.
    """

    budget: Quantity | None = None
    closes: Date
    currency: Currency
    fund: Id | None = None
    mode: Mode
    opens: Date
    self_funding: bool = False
    state: Literal["planned", "open"]
    vetoes: Annotated[int, Meta(ge=1, le=1000)]
    whole: bool = True


class RoundAdvanced(Body, frozen=True, kw_only=True):
    """A round goes on to another state of its table, other than closed. Text: note."""

    round: Id
    to: Literal["open", "settled", "cancelled"]


class RoundClosed(Body, frozen=True, kw_only=True):
    """What counts: of this log all before this event, of others up to the cut."""

    cut: Cut = ()
    round: Id


class AllotmentGranted(Body, frozen=True, kw_only=True):
    """Who may give how much of the budget away; as many as a cut can name."""

    round: Id
    shares: Annotated[tuple[Share, ...], Meta(min_length=1, max_length=CUT)]


class ProjectEntered(Body, frozen=True, kw_only=True):
    """An own project takes part in a round."""

    project: Id
    round: Id
    steward: Id


class ProjectLeft(Body, frozen=True, kw_only=True):
    """It takes part no more. Text: reason."""

    project: Id
    round: Id


class VetoCast(Body, frozen=True, kw_only=True):
    """A project that should get nothing from a round. Text: reason."""

    project: Id
    round: Id
    steward: Id


class VetoWithdrawn(Body, frozen=True, kw_only=True):
    """The veto is taken back. Text: reason."""

    project: Id
    round: Id


KINDS: Final[dict[str, type[Struct]]] = {
    "round.opened": RoundOpened,
    "round.advanced": RoundAdvanced,
    "round.closed": RoundClosed,
    "allotment.granted": AllotmentGranted,
    "project.entered": ProjectEntered,
    "project.left": ProjectLeft,
    "veto.cast": VetoCast,
    "veto.withdrawn": VetoWithdrawn,
}
TEXTS: Final[dict[str, dict[str, bool]]] = {
    "round.opened": {"title": True, "description": False},
    "round.advanced": {"note": False},
    "round.closed": {"note": False},
    "project.left": {"reason": False},
    "veto.cast": {"reason": False},
    "veto.withdrawn": {"reason": False},
}
