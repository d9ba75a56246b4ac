"""Law of the pledger's half: offers, confirmations, releases (SPEC 9.9).

    offered ─┬─ confirmed ── released
             └─ withdrawn
    spending   (one per allotment)  counted

A pledge binds at `confirmed`; whether the acceptance it names exists and matches is
the join's to say, since it stands in the taker's log. A pledge to a round is settled by
the round's result instead. What is given away from an allotment is limited here.
"""

from typing import Final

import msgspec

from protocol.ids import CoopId, entity_id
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
PLEDGE_ROUND: Final = Reason(
    "pledge-round", "A pledge to a round is settled by its result, not confirmed"
)
ALLOTMENT_LONE: Final = Reason(
    "allotment-lone", "A round, an allotment and what it allots are named together"
)
ALLOTMENT_DIFFERS: Final = Reason(
    "allotment-differs", "It says that {allotted} is allotted, {before} was said before"
)
ALLOTMENT_OTHER: Final = Reason(
    "allotment-other", "The pledge was made from another allotment, or from none"
)
OVER_ALLOTMENT: Final = Reason(
    "over-allotment", "{pledged} of {allotted} is pledged, so {quantity} is too much"
)
REASONS: Final = (
    PLEDGE_UNKNOWN,
    PLEDGE_MOVE,
    PLEDGE_TAKER,
    PLEDGE_EXCESS,
    PLEDGE_NOTHING,
    PLEDGE_ROUND,
    ALLOTMENT_LONE,
    ALLOTMENT_DIFFERS,
    ALLOTMENT_OTHER,
    OVER_ALLOTMENT,
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
    allotted: int | None = None
    confirmed: Confirmed | None = None
    ends: Date | None = None
    line: int | None = None
    owner: bytes
    quantity: int
    rate: Rate | None = None
    reason: str | None = None
    round: bytes | None = None
    skill: str | None = None
    starts: Date | None = None
    texts: dict[str, bytes] = msgspec.field(default_factory=dict)
    to: bytes
    unit: str


class Spending(State, frozen=True, kw_only=True):
    """How much of an allotment is pledged by offers that stand."""

    allotment: bytes
    allotted: int
    pledged: int = 0


def spending_id(coop: bytes, allotment: bytes) -> bytes:
    """Name what a co-op has pledged from an allotment."""
    return entity_id(CoopId(coop), "spending", allotment)


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


def offered_money(slice_: Slice, at: At, body: MoneyPledged) -> Verdict:
    """Offer money: one's own, or some of what a round allots."""
    if body.amount.amount == 0:
        return PLEDGE_NOTHING()
    spent = _spend(slice_, at, body)
    if isinstance(spent, Void):
        return spent
    pledge = Pledge(
        allotment=body.allotment,
        allotted=body.allotted,
        owner=body.owner,
        quantity=body.amount.amount,
        round=body.round,
        texts=words(at),
        to=body.to,
        unit=body.amount.currency,
    )
    # A round finds its pledges whatever they are made to; so none is overlooked.
    ref = body.to if body.round is None else body.round
    return (opening(at, "pledge", "offered", pledge, ref=ref), *spent)


def _spend(slice_: Slice, at: At, body: MoneyPledged) -> tuple[Entity, ...] | Void:
    if body.allotment is None and body.allotted is None:
        return ()
    if body.allotment is None or body.allotted is None or body.round is None:
        return ALLOTMENT_LONE()
    named = spending_id(at.coop, body.allotment)
    found = find(slice_, named, Spending)
    pledged = 0
    if found is not None:
        before = found[1]
        if before.allotted != body.allotted:
            return ALLOTMENT_DIFFERS(allotted=body.allotted, before=before.allotted)
        pledged = before.pledged
    quantity = body.amount.amount
    if pledged + quantity > body.allotted:
        return OVER_ALLOTMENT(
            pledged=pledged, allotted=body.allotted, quantity=quantity
        )
    after = Spending(
        allotment=body.allotment, allotted=body.allotted, pledged=pledged + quantity
    )
    entity = Entity(
        id=named,
        coop=at.coop,
        family="spending",
        state="counted",
        epoch=at.epoch if found is None else found[0].epoch,
        body=after,
        ref=body.allotment,
    )
    return (entity,)


def confirmed(slice_: Slice, at: At, body: PledgeConfirmed) -> Verdict:
    """Bind the pledger, once, for at most what was offered."""
    found = _movable(slice_, body.pledge, "confirmed")
    if isinstance(found, Void):
        return found
    entity, pledge = found
    if pledge.round is not None:
        return PLEDGE_ROUND()
    if body.taker != pledge.owner:
        return PLEDGE_TAKER()
    if body.quantity > pledge.quantity:
        return PLEDGE_EXCESS(
            quantity=body.quantity, offered=pledge.quantity, unit=pledge.unit
        )
    bound = Confirmed(
        acceptance=body.acceptance,
        epoch=at.epoch,
        event=at.id,
        quantity=body.quantity,
    )
    after = msgspec.structs.replace(pledge, confirmed=bound)
    return (msgspec.structs.replace(entity, state="confirmed", body=after),)


def withdrawn(slice_: Slice, at: At, body: PledgeWithdrawn) -> Verdict:
    """Take an offer back that is not confirmed; its part of an allotment is free."""
    found = _movable(slice_, body.pledge, "withdrawn")
    if isinstance(found, Void):
        return found
    entity, pledge = found
    if body.allotment != pledge.allotment:
        return ALLOTMENT_OTHER()
    freed = _free(slice_, at, pledge)
    after = msgspec.structs.replace(pledge, reason=body.reason)
    return (msgspec.structs.replace(entity, state="withdrawn", body=after), *freed)


def _free(slice_: Slice, at: At, pledge: Pledge) -> tuple[Entity, ...]:
    if pledge.allotment is None:
        return ()
    found = find(slice_, spending_id(at.coop, pledge.allotment), Spending)
    if found is None:
        # No pledge from an allotment stands without it.
        raise LookupError("a pledge from an allotment that nothing was spent of")
    entity, spending = found
    less = msgspec.structs.replace(spending, pledged=spending.pledged - pledge.quantity)
    return (msgspec.structs.replace(entity, body=less),)


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


def the_pledge(_at: At, body: PledgeConfirmed | PledgeReleased) -> tuple[bytes, ...]:
    """Name the entity to load: the pledge."""
    return (body.pledge,)


def spent_entities(at: At, body: MoneyPledged) -> tuple[bytes, ...]:
    """Name the entity to load: what is spent of the allotment, if one is named."""
    return () if body.allotment is None else (spending_id(at.coop, body.allotment),)


def freed_entities(at: At, body: PledgeWithdrawn) -> tuple[bytes, ...]:
    """Name the entities to load: the pledge, and what is spent of its allotment."""
    if body.allotment is None:
        return (body.pledge,)
    return (body.pledge, spending_id(at.coop, body.allotment))


RULES: Final[dict[str, Rule]] = {
    "pledge.work.offered": rule(WorkPledged, offered_work, nothing),
    "pledge.money.offered": rule(MoneyPledged, offered_money, spent_entities),
    "pledge.confirmed": rule(PledgeConfirmed, confirmed, the_pledge),
    "pledge.withdrawn": rule(PledgeWithdrawn, withdrawn, freed_entities),
    "pledge.released": rule(PledgeReleased, released, the_pledge),
}
FAMILIES: Final[dict[str, type[State]]] = {"pledge": Pledge, "spending": Spending}
