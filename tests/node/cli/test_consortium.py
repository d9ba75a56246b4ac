"""A consortium as it is printed: what is proved, and on what that rests."""

import pytest

from tests.node.cli.caller import Node, wortley

RATE = {"amount": "60.00", "currency": "GBP", "minutes": 60}
TEAM = {
    "title": "Website",
    "aim": "cheapest",
    "wanted": 600,
    "covered": 600,
    "whole": True,
    "parties": [{"name": "Birch", "minutes": 600, "cost": None}],
    "shares": [{"name": "Birch", "line": 1, "skill": "web", "minutes": 600}],
    "missing": [],
    "proven": True,
    "cost": {"amount": "120.00", "currency": "GBP"},
    "cost_at_least": True,
    "without_rate": ["Birch"],
    "assumed": ["Birch", "Cedar"],
    "assumed_rate": RATE,
}
#: What is different -> what is said, and what is not.
SAID: dict[str, tuple[dict[str, object], str, str]] = {
    "least": ({}, "In all, at least", "can ask"),
    "left-out": ({}, "Without a rate, and not in the sum: Birch.", "Nobody named"),
    "assumed": ({}, "Birch, Cedar counted as much as the dearest", "Nobody named"),
    "at-the-dearest": ({}, "60.00 GBP/h, and may ask less or more", "\nProved"),
    "so-far": ({}, "So far proved: nothing costs less.", "\nProved"),
    "no-rates": ({"assumed_rate": None}, "Nobody named a rate in", "counted as"),
    "all-known": (
        {"cost_at_least": False, "without_rate": [], "assumed": []},
        "\nProved: nothing costs less.",
        "at least",
    ),
    "another-aim": ({"aim": "fewest"}, "\nProved: nothing with fewer", "dearest"),
}


@pytest.mark.parametrize("name", SAID)
def test_what_is_said_of_rates(name: str) -> None:
    changed, said, unsaid = SAID[name]
    node = Node(consortium__find={**TEAM, **changed})
    out = wortley("consortium", "find", "evt_a", "--aim", "cheapest", node=node).out
    assert said in out
    assert unsaid not in out
