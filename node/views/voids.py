"""Why an event is void, with hours and amounts in the sentence.

A rule counts minutes and pence, and basis points of a share. Their unit stands in the
body of the event, so a reader gets what the same event says elsewhere; where it stands
in what the event names, the rule gives it beside its numbers.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from node import shares
from node.views.titles import quantity
from protocol.kinds.bids import BidChanged, BidOpened
from protocol.kinds.pledges import AcceptanceGiven, MoneyPledged
from protocol.kinds.projects import ProjectOpened
from protocol.rules import (
    acceptances,
    bids,
    leads,
    pledges,
    projects,
    reports,
    rounds,
)
from protocol.rules import say as say_plainly
from protocol.verdicts import Argument, Void

#: The unit of shares.
_SHARE: Final = "basis points"
#: Code -> which of its numbers are an effort or a sum.
_NUMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    acceptances.OVER_MAXIMUM.code: ("accepted", "maximum", "quantity"),
    leads.LINE_TAKEN.code: ("accepted",),
    pledges.OVER_ALLOTMENT.code: ("pledged", "allotted", "quantity"),
    pledges.ALLOTMENT_DIFFERS.code: ("allotted", "before"),
    pledges.PLEDGE_EXCESS.code: ("quantity", "offered"),
    rounds.ALLOTMENT_EXCESS.code: ("allotted", "budget"),
    bids.BID_SUMS.code: ("sum", "whole"),
    projects.PROJECT_SUMS.code: ("minimum", "goal", "maximum"),
    reports.THEME_SUMS.code: ("sum", "minutes"),
}
#: The sentences that name the unit themselves, without it.
_SENTENCES: Final[Mapping[str, str]] = {
    leads.LINE_TAKEN.code: (
        "Line {line} has {accepted} accepted and cannot shrink below that"
    ),
    reports.THEME_SUMS.code: (
        "Its themes come to {sum}, more than the {minutes} reported"
    ),
    bids.BID_SUMS.code: "Shares, fees and fund make {sum} together, not {whole}",
}


def say(void: Void, body: msgspec.Struct | None) -> str:
    """Give the sentence of a verdict on an event with this body; it ends without a dot.

    body: None where it cannot be read; then, the numbers stay as the rule gave them.
    """
    numbers = _NUMBERS.get(void.code)
    if numbers is None or body is None:
        return say_plainly(void)
    unit = void.args.get("unit", _unit(body))
    written = {
        name: _written(value, unit)
        if name in numbers and isinstance(value, int)
        else value
        for name, value in void.args.items()
    }
    sentence = _SENTENCES.get(void.code)
    if sentence is None:
        return say_plainly(Void(void.code, written))
    return sentence.format_map(written)


def _written(value: int, unit: Argument) -> str:
    return f"{shares.write(value)} %" if unit == _SHARE else quantity(value, str(unit))


def _unit(body: msgspec.Struct) -> str:
    match body:
        case BidOpened() | BidChanged():
            return _SHARE
        case AcceptanceGiven(unit=unit):
            return unit
        case MoneyPledged(amount=money) | ProjectOpened(goal=money):
            return money.currency
        case _:
            return "minutes"
