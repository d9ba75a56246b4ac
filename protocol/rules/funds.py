"""Law of funds (SPEC 9.23). Contributions are pledges of money that it accepts.

planned ── open ⇄ closed ── settled          (cancelled until settled)
"""

from typing import Final

import msgspec

from protocol.kinds.funds import FundAdvanced, FundOpened
from protocol.rules.place import At, Rule, Verdict, nothing, opening, rule, words
from protocol.state import Slice, State, find
from protocol.verdicts import Reason

FUND_UNKNOWN: Final = Reason("fund-unknown", "This log holds no fund of that id")
FUND_MOVE: Final = Reason("fund-move", "A fund that is {state} cannot become {to}")
REASONS: Final = (FUND_UNKNOWN, FUND_MOVE)

FUND_MOVES: Final[dict[str, frozenset[str]]] = {
    "planned": frozenset({"open", "cancelled"}),
    "open": frozenset({"closed", "cancelled"}),
    "closed": frozenset({"open", "settled", "cancelled"}),
    "settled": frozenset(),
    "cancelled": frozenset(),
}
#: The states in which contributions are accepted.
TAKING: Final = frozenset({"open"})


class Fund(State, frozen=True, kw_only=True):
    """What is asked for per period, and how much is accepted in all, in minor units."""

    accepted: int = 0
    contribution: int | None = None
    currency: str
    period: str
    texts: dict[str, bytes]


def opened(_slice: Slice, at: At, body: FundOpened) -> Verdict:
    """Open a fund."""
    fund = Fund(
        contribution=body.contribution,
        currency=body.currency,
        period=body.period,
        texts=words(at),
    )
    return (opening(at, "fund", body.state, fund),)


def advanced(slice_: Slice, _at: At, body: FundAdvanced) -> Verdict:
    """Move a fund along its table."""
    found = find(slice_, body.fund, Fund)
    if found is None:
        return FUND_UNKNOWN()
    entity, _ = found
    if body.to not in FUND_MOVES[entity.state]:
        return FUND_MOVE(state=entity.state, to=body.to)
    return (msgspec.structs.replace(entity, state=body.to),)


def with_accepted(fund: Fund, change: int) -> Fund:
    """Add `change` minor units (or take them back)."""
    return msgspec.structs.replace(fund, accepted=fund.accepted + change)


def the_fund(_at: At, body: FundAdvanced) -> tuple[bytes, ...]:
    """Name the entity to load: the fund."""
    return (body.fund,)


RULES: Final[dict[str, Rule]] = {
    "fund.opened": rule(FundOpened, opened, nothing),
    "fund.advanced": rule(FundAdvanced, advanced, the_fund),
}
FAMILIES: Final[dict[str, type[State]]] = {"fund": Fund}
