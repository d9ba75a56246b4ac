"""Law of the steward's half of a funding round (SPEC 9.24).

planned ── open ── closed ── settled          (closed again until the roster carries it)
   └────────┴── cancelled

What a round comes to is computed from its cut (protocol/joins/rounds.py).
"""

from typing import Final

import msgspec

from protocol.kinds.fields import Date
from protocol.kinds.rounds import (
    AllotmentGranted,
    Mode,
    RoundAdvanced,
    RoundClosed,
    RoundOpened,
    Share,
)
from protocol.rules.closing import check_cut, closing
from protocol.rules.dates import check_window
from protocol.rules.funds import FUND_UNKNOWN, Fund
from protocol.rules.place import At, Rule, Verdict, opening, rule, words
from protocol.state import Entity, Slice, State, find
from protocol.verdicts import Reason, Void

ROUND_UNKNOWN: Final = Reason("round-unknown", "This log holds no round of that id")
ROUND_MOVE: Final = Reason("round-move", "A round that is {state} cannot become {to}")
ROUND_BUDGET: Final = Reason(
    "round-budget", "A round of the mode {mode} has a budget, or own money without one"
)
ROUND_CURRENCY: Final = Reason(
    "round-currency", "The fund holds {expected}, and the round is in {currency}"
)
ROUND_OVER: Final = Reason("round-over", "A round that is {state} is not allotted")
ALLOTMENT_MODE: Final = Reason(
    "allotment-mode", "In this round all give their own money; nothing is allotted"
)
ALLOTMENT_TWICE: Final = Reason("allotment-twice", "The round is allotted already")
ALLOTMENT_ORDER: Final = Reason(
    "allotment-order", "Its shares go by co-op, one of each; no. {place} does not"
)
ALLOTMENT_EXCESS: Final = Reason(
    "allotment-excess", "It allots {allotted} of a budget of {budget}"
)
REASONS: Final = (
    ROUND_UNKNOWN,
    ROUND_MOVE,
    ROUND_BUDGET,
    ROUND_CURRENCY,
    ROUND_OVER,
    ALLOTMENT_MODE,
    ALLOTMENT_TWICE,
    ALLOTMENT_ORDER,
    ALLOTMENT_EXCESS,
)

ROUND_MOVES: Final[dict[str, frozenset[str]]] = {
    "planned": frozenset({"open", "cancelled"}),
    "open": frozenset({"closed", "cancelled"}),
    "closed": frozenset({"closed", "settled"}),
    "settled": frozenset(),
    "cancelled": frozenset(),
}
#: The states in which pledges, entries and allotments make sense.
LIVE: Final = frozenset({"planned", "open"})


class Round(State, frozen=True, kw_only=True):
    """How a round is funded and what blocks a project; `allotment` is its event."""

    allotment: bytes | None = None
    budget: int | None = None
    closes: Date
    currency: str
    fund: bytes | None = None
    mode: Mode
    opens: Date
    self_funding: bool = False
    texts: dict[str, bytes]
    vetoes: int
    whole: bool = True


class Allotment(State, frozen=True, kw_only=True):
    """Who may give how much away in a round."""

    round: bytes
    shares: tuple[Share, ...]


def opened(slice_: Slice, at: At, body: RoundOpened) -> Verdict:
    """Open a round, from a fund of the steward's own if one is named."""
    if wrong := check_window(body.opens, body.closes) or _check_money(slice_, body):
        return wrong
    made = Round(
        budget=body.budget,
        closes=body.closes,
        currency=body.currency,
        fund=body.fund,
        mode=body.mode,
        opens=body.opens,
        self_funding=body.self_funding,
        texts=words(at),
        vetoes=body.vetoes,
        whole=body.whole,
    )
    return (opening(at, "round", body.state, made, ref=body.fund),)


def _check_money(slice_: Slice, body: RoundOpened) -> Void | None:
    if (body.budget is None) != (body.mode == "own"):
        return ROUND_BUDGET(mode=body.mode)
    if body.fund is None:
        return None
    found = find(slice_, body.fund, Fund)
    if found is None:
        return FUND_UNKNOWN()
    expected = found[1].currency
    if expected != body.currency:
        return ROUND_CURRENCY(expected=expected, currency=body.currency)
    return None


def advanced(slice_: Slice, _at: At, body: RoundAdvanced) -> Verdict:
    """Move a round along its table."""
    found = _movable(slice_, body.round, body.to)
    if isinstance(found, Void):
        return found
    return (msgspec.structs.replace(found[0], state=body.to),)


def closed(slice_: Slice, at: At, body: RoundClosed) -> Verdict:
    """Name what is to count."""
    found = _movable(slice_, body.round, "closed")
    if isinstance(found, Void):
        return found
    if wrong := check_cut(at, body.cut):
        return wrong
    entity = msgspec.structs.replace(found[0], state="closed")
    return (entity, closing(at, body.round, body.cut))


def _movable(slice_: Slice, name: bytes, to: str) -> tuple[Entity, Round] | Void:
    found = find(slice_, name, Round)
    if found is None:
        return ROUND_UNKNOWN()
    if to not in ROUND_MOVES[found[0].state]:
        return ROUND_MOVE(state=found[0].state, to=to)
    return found


def granted(slice_: Slice, at: At, body: AllotmentGranted) -> Verdict:
    """Allot the budget, once."""
    found = find(slice_, body.round, Round)
    if found is None:
        return ROUND_UNKNOWN()
    entity, the_round = found
    if entity.state not in LIVE:
        return ROUND_OVER(state=entity.state)
    if wrong := _check_shares(the_round, body.shares):
        return wrong
    after = msgspec.structs.replace(the_round, allotment=at.id)
    allotment = Allotment(round=body.round, shares=body.shares)
    return (
        msgspec.structs.replace(entity, body=after),
        opening(at, "allotment", "granted", allotment, ref=body.round),
    )


def _check_shares(the_round: Round, shares: tuple[Share, ...]) -> Void | None:
    if the_round.budget is None:
        return ALLOTMENT_MODE()
    if the_round.allotment is not None:
        return ALLOTMENT_TWICE()
    for place in range(1, len(shares)):
        if shares[place - 1].coop >= shares[place].coop:
            return ALLOTMENT_ORDER(place=place + 1)
    allotted = sum(share.amount for share in shares)
    if allotted > the_round.budget:
        return ALLOTMENT_EXCESS(
            allotted=allotted, budget=the_round.budget, unit=the_round.currency
        )
    return None


def the_fund(_at: At, body: RoundOpened) -> tuple[bytes, ...]:
    """Name the entity to load: the fund, if one is named."""
    return () if body.fund is None else (body.fund,)


def the_round(
    _at: At, body: RoundAdvanced | RoundClosed | AllotmentGranted
) -> tuple[bytes, ...]:
    """Name the entity to load: the round."""
    return (body.round,)


RULES: Final[dict[str, Rule]] = {
    "round.opened": rule(RoundOpened, opened, the_fund),
    "round.advanced": rule(RoundAdvanced, advanced, the_round),
    "round.closed": rule(RoundClosed, closed, the_round),
    "allotment.granted": rule(AllotmentGranted, granted, the_round),
}
FAMILIES: Final[dict[str, type[State]]] = {"round": Round, "allotment": Allotment}
