"""Law of the pledger's half: offers, confirmations, releases (SPEC 9.9).

    offered ─┬─ confirmed ── released
             └─ withdrawn

A pledge binds at `confirmed`; whether the acceptance it names exists and matches is
the join's to say, since it stands in the taker's log.
"""

from typing import Final

import msgspec

from protocol.kinds.fields import Date, Rate
from protocol.kinds.pledges import (
    MoneyPledged,
    PledgeConfirmed,
    PledgeReleased,
    PledgeWithdrawn,
    WorkPledged,
)
from protocol.rules.dates import check_window
from protocol.rules.place import At, Rule, Verdict, nothing, opening, rule, words
from protocol.state import Entity, Slice, State, find
from protocol.verdicts import Reason, Void

PLEDGE_UNKNOWN: Final = Reason("pledge-unknown", "This log holds no pledge of that id")
PLEDGE_MOVE: Final = Reason(
    "pledge-move", "A pledge that is {state} cannot become {to}"
)
PLEDGE_TAKER: Final = Reason(
    "pledge-taker", "The pledge was offered to another co-op than the one named"
)
PLEDGE_EXCESS: Final = Reason(
    "pledge-excess", "It confirms {quantity}, more than the {offered} offered"
)
PLEDGE_NOTHING: Final = Reason("pledge-nothing", "A pledge of no money is no pledge")
REASONS: Final = (
    PLEDGE_UNKNOWN,
    PLEDGE_MOVE,
    PLEDGE_TAKER,
    PLEDGE_EXCESS,
    PLEDGE_NOTHING,
)

PLEDGE_MOVES: Final[dict[str, frozenset[str]]] = {
    "offered": frozenset({"confirmed", "withdrawn"}),
    "confirmed": frozenset({"released"}),
    "withdrawn": frozenset(),
    "released": frozenset(),
}


class Confirmed(State, frozen=True, kw_only=True):
    """What the pledger bound itself to: by which event, to which acceptance."""

    acceptance: bytes
    epoch: int
    event: bytes
    quantity: int


class Pledge(State, frozen=True, kw_only=True):
    """An offer of work ("minutes") or money (a currency) to a lead or project.

    `reason` is why it was withdrawn or released.
    """

    allotment: bytes | None = None
    confirmed: Confirmed | None = None
    ends: Date | None = None
    line: int | None = None
    owner: bytes
    quantity: int
    rate: Rate | None = None
    reason: str | None = None
    skill: str | None = None
    starts: Date | None = None
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)
    to: bytes
    unit: str


def offered_work(_slice: Slice, at: At, body: WorkPledged) -> Verdict:
    """Offer work; who may take it is the owner named."""
    if wrong := check_window(body.starts, body.ends):
        return wrong
    pledge = Pledge(
        ends=body.ends,
        line=body.line,
        owner=body.owner,
        quantity=body.minutes,
        rate=body.rate,
        skill=body.skill,
        starts=body.starts,
        texts=words(at),
        to=body.to,
        unit="minutes",
    )
    return (opening(at, "pledge", "offered", pledge, ref=body.to),)


def offered_money(_slice: Slice, at: At, body: MoneyPledged) -> Verdict:
    """Offer money."""
    if body.amount.amount == 0:
        return PLEDGE_NOTHING()
    pledge = Pledge(
        allotment=body.allotment,
        owner=body.owner,
        quantity=body.amount.amount,
        texts=words(at),
        to=body.to,
        unit=body.amount.currency,
    )
    return (opening(at, "pledge", "offered", pledge, ref=body.to),)


def confirmed(slice_: Slice, at: At, body: PledgeConfirmed) -> Verdict:
    """Bind the pledger, once, for at most what was offered."""
    found = _movable(slice_, body.pledge, "confirmed")
    if isinstance(found, Void):
        return found
    entity, pledge = found
    if body.taker != pledge.owner:
        return PLEDGE_TAKER()
    if body.quantity > pledge.quantity:
        return PLEDGE_EXCESS(quantity=body.quantity, offered=pledge.quantity)
    bound = Confirmed(
        acceptance=body.acceptance,
        epoch=at.epoch,
        event=at.id,
        quantity=body.quantity,
    )
    after = msgspec.structs.replace(pledge, confirmed=bound)
    return (msgspec.structs.replace(entity, state="confirmed", body=after),)


def withdrawn(slice_: Slice, _at: At, body: PledgeWithdrawn) -> Verdict:
    """Take an offer back that is not confirmed."""
    found = _movable(slice_, body.pledge, "withdrawn")
    if isinstance(found, Void):
        return found
    entity, pledge = found
    after = msgspec.structs.replace(pledge, reason=body.reason)
    return (msgspec.structs.replace(entity, state="withdrawn", body=after),)


def released(slice_: Slice, _at: At, body: PledgeReleased) -> Verdict:
    """Let a confirmed pledge go; it shows as released, never as if it had not been."""
    found = _movable(slice_, body.pledge, "released")
    if isinstance(found, Void):
        return found
    entity, pledge = found
    after = msgspec.structs.replace(pledge, reason=body.reason)
    return (msgspec.structs.replace(entity, state="released", body=after),)


def _movable(slice_: Slice, pledge: bytes, to: str) -> tuple[Entity, Pledge] | Void:
    found = find(slice_, pledge, Pledge)
    if found is None:
        return PLEDGE_UNKNOWN()
    if to not in PLEDGE_MOVES[found[0].state]:
        return PLEDGE_MOVE(state=found[0].state, to=to)
    return found


def the_pledge(
    _at: At, body: PledgeConfirmed | PledgeWithdrawn | PledgeReleased
) -> tuple[bytes, ...]:
    """Name the entity to load: the pledge."""
    return (body.pledge,)


RULES: Final[dict[str, Rule]] = {
    "pledge.work.offered": rule(WorkPledged, offered_work, nothing),
    "pledge.money.offered": rule(MoneyPledged, offered_money, nothing),
    "pledge.confirmed": rule(PledgeConfirmed, confirmed, the_pledge),
    "pledge.withdrawn": rule(PledgeWithdrawn, withdrawn, the_pledge),
    "pledge.released": rule(PledgeReleased, released, the_pledge),
}
FAMILIES: Final[dict[str, type[State]]] = {"pledge": Pledge}
