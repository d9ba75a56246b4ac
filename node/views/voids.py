"""Why an event is void, with hours and amounts in the sentence.

A rule counts minutes and pence, and gives its numbers without a unit. That stands in
the body of the event, so a reader gets what the same event says elsewhere.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from node.views.titles import quantity
from protocol.kinds.pledges import AcceptanceGiven, MoneyPledged
from protocol.kinds.projects import ProjectOpened
from protocol.rules import acceptances, leads, pledges, projects, reports
from protocol.rules import say as say_plainly
from protocol.verdicts import Void

#: Code -> which of its numbers are an effort or a sum.
_NUMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    acceptances.OVER_MAXIMUM.code: ("accepted", "maximum", "quantity"),
    leads.LINE_TAKEN.code: ("accepted",),
    pledges.OVER_ALLOTMENT.code: ("pledged", "allotted", "quantity"),
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
}


def say(void: Void, body: msgspec.Struct | None) -> str:
    """Give the sentence of a verdict on an event with this body; it ends without a dot.

    body: None where it cannot be read; then, the numbers stay as the rule gave them.
    """
    numbers = _NUMBERS.get(void.code)
    if numbers is None or body is None:
        return say_plainly(void)
    unit = _unit(body)
    written = {
        name: quantity(value, unit)
        if name in numbers and isinstance(value, int)
        else value
        for name, value in void.args.items()
    }
    sentence = _SENTENCES.get(void.code)
    if sentence is None:
        return say_plainly(Void(void.code, written))
    return sentence.format_map(written)


def _unit(body: msgspec.Struct) -> str:
    match body:
        case AcceptanceGiven(unit=unit):
            return unit
        case MoneyPledged(amount=money) | ProjectOpened(goal=money):
            return money.currency
        case _:
            return "minutes"
