"""The pieces of which nodes of the graph are made: measures, days, words."""

import datetime
from collections.abc import Mapping
from typing import Final

from node import money
from node.exchange import urns
from node.exchange.valueflows.terms import OM
from protocol.kinds.fields import Rate

Node = dict[str, object]

#: Words of a vocabulary: their nodes, and which are in the file already.
_UNITS: Final[Mapping[str, Node]] = {
    "minute": {
        "label": "minute",
        "symbol": "min",
        "omUnitIdentifier": f"{OM}minute-Time",
    },
    "minute-per-week": {"label": "minute per week", "symbol": "min/week"},
    "one": {"label": "one", "symbol": "1", "omUnitIdentifier": f"{OM}one"},
}
UNITS: Final[tuple[Node, ...]] = tuple(
    {"@id": urns.word("unit", name), "@type": "Unit", **said}
    for name, said in _UNITS.items()
)


class Words:
    """Skills, currencies and the like that were named; each gets one node."""

    def __init__(self) -> None:
        """Begin without any."""
        self._named: dict[str, str] = {}

    def skill(self, name: str | None) -> str | None:
        """Name a skill."""
        return None if name is None else self._name("skill", name)

    def currency(self, code: str) -> str:
        """Name a currency."""
        return self._name("currency", code)

    def thing(self, name: str) -> str:
        """Name what is neither time nor money, such as a lead."""
        return self._name("thing", name)

    def _name(self, kind: str, name: str) -> str:
        urn = urns.word(kind, name)
        self._named[urn] = name
        return urn

    def nodes(self) -> list[Node]:
        """Give the nodes of all that were named."""
        return [
            {"@id": urn, "@type": "ResourceSpecification", "name": name}
            for urn, name in self._named.items()
        ]


def measure(number: int | str, unit: str) -> Node:
    """Give a number of units, exactly: it is written as a text."""
    return {
        "@type": "Measure",
        "hasNumericalValue": str(number),
        "hasUnit": urns.word("unit", unit),
    }


def minutes(number: int | None) -> Node | None:
    """Give an effort."""
    return None if number is None else measure(number, "minute")


def weekly(number: int) -> Node:
    """Give an effort for each week."""
    return measure(number, "minute-per-week")


def sum_of(minor: int, code: str, words: Words) -> Node:
    """Give what says an amount of money in a flow: so many of a currency.

    Only what corrects another flow is below nothing.
    """
    written = money.write(abs(minor), code).amount
    return {
        "resourceConformsTo": words.currency(code),
        "resourceQuantity": measure(f"-{written}" if minor < 0 else written, "one"),
    }


def price(rate: Rate, words: Words) -> Node:
    """Give the amount that a rate asks for its minutes."""
    return sum_of(rate.amount, rate.currency, words)


def first(day: datetime.date | None) -> str | None:
    """Give the first moment of a day, in UTC as days have no zone here."""
    return None if day is None else f"{day.isoformat()}T00:00:00Z"


def last(day: datetime.date | None) -> str | None:
    """Give the last second of a day."""
    return None if day is None else f"{day.isoformat()}T23:59:59Z"


def stamp(when: datetime.datetime) -> str:
    """Give a moment in UTC."""
    return when.replace(tzinfo=None).isoformat() + "Z"


def node(**said: object) -> Node:
    """Make a node of what is said; what is None or empty is left out.

    `id_` and `type_` are its name and its class.
    """
    named = {"@id": said.pop("id_"), "@type": said.pop("type_")}
    return named | {key: one for key, one in said.items() if one not in (None, "", [])}
