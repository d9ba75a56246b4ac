"""What the node is asked for `fund`, `round`."""

from typing import Final

from tests.node.cli.mapping.table import Table

MAPPING: Final[Table] = {
    "fund open --title Common": (
        "fund.open",
        {"title": "Common", "period": "none", "planned": False},
    ),
    "fund open --title Common --purpose All --contribution 50EUR --period month"
    " --planned": (
        "fund.open",
        {
            "title": "Common",
            "purpose": "All",
            "currency": "EUR",
            "contribution": "50",
            "period": "month",
            "planned": True,
        },
    ),
    "fund open --title Common --currency GBP": (
        "fund.open",
        {"title": "Common", "currency": "GBP", "period": "none", "planned": False},
    ),
    "fund contribute evt_k3f 50GBP --note March": (
        "fund.contribute",
        {"fund": "evt_k3f", "amount": "50", "currency": "GBP", "note": "March"},
    ),
    "fund advance evt_k3f closed --note Full": (
        "fund.advance",
        {"fund": "evt_k3f", "to": "closed", "note": "Full"},
    ),
    "fund list": ("fund.list", {"states": []}),
    "fund list --state open --coop Alba": (
        "fund.list",
        {"states": ["open"], "coop": "Alba"},
    ),
    "fund show evt_k3f": ("fund.show", {"fund": "evt_k3f"}),
    "round open --title Spring --closes 2027-04-30": (
        "round.open",
        {
            "title": "Spring",
            "closes": "2027-04-30",
            "mode": "own",
            "partly": False,
            "self_funding": False,
            "planned": False,
        },
    ),
    "round open --title Spring --closes 2027-04-30 --description All --mode equal"
    " --budget 5000EUR --fund evt_k3f --opens 2027-04-01 --vetoes 3 --partly"
    " --self-funding --planned": (
        "round.open",
        {
            "title": "Spring",
            "closes": "2027-04-30",
            "description": "All",
            "mode": "equal",
            "budget": "5000",
            "currency": "EUR",
            "fund": "evt_k3f",
            "opens": "2027-04-01",
            "vetoes": 3,
            "partly": True,
            "self_funding": True,
            "planned": True,
        },
    ),
    "round open --title Spring --closes 2027-04-30 --currency GBP": (
        "round.open",
        {
            "title": "Spring",
            "closes": "2027-04-30",
            "mode": "own",
            "currency": "GBP",
            "partly": False,
            "self_funding": False,
            "planned": False,
        },
    ),
    "round advance evt_k3f open --note Now": (
        "round.advance",
        {"round": "evt_k3f", "to": "open", "note": "Now"},
    ),
    "round allot evt_k3f": ("round.allot", {"round": "evt_k3f", "shares": []}),
    "round allot evt_k3f --share Alba=500 --share 'Birch & Co=300.50'": (
        "round.allot",
        {
            "round": "evt_k3f",
            "shares": [
                {"coop": "Alba", "amount": "500"},
                {"coop": "Birch & Co", "amount": "300.50"},
            ],
        },
    ),
    "round enter evt_k3f evt_m5h": (
        "round.enter",
        {"round": "evt_k3f", "project": "evt_m5h"},
    ),
    "round leave evt_k3f evt_m5h --reason Later": (
        "round.leave",
        {"round": "evt_k3f", "project": "evt_m5h", "reason": "Later"},
    ),
    "round pledge evt_k3f evt_m5h 250GBP --note Good": (
        "round.pledge",
        {
            "round": "evt_k3f",
            "project": "evt_m5h",
            "amount": "250",
            "currency": "GBP",
            "note": "Good",
        },
    ),
    "round veto evt_k3f evt_m5h --reason Harm": (
        "round.veto",
        {
            "round": "evt_k3f",
            "project": "evt_m5h",
            "withdraw": False,
            "reason": "Harm",
        },
    ),
    "round veto evt_k3f evt_m5h --withdraw": (
        "round.veto",
        {"round": "evt_k3f", "project": "evt_m5h", "withdraw": True},
    ),
    "round close evt_k3f --early --note All": (
        "round.close",
        {"round": "evt_k3f", "early": True, "note": "All"},
    ),
    "round list": ("round.list", {"states": []}),
    "round list --state open --coop Alba": (
        "round.list",
        {"states": ["open"], "coop": "Alba"},
    ),
    "round show evt_k3f": ("round.show", {"round": "evt_k3f"}),
    "round what-if evt_k3f": ("round.what-if", {"round": "evt_k3f"}),
    "round what-if evt_k3f --project evt_m5h --amount 250": (
        "round.what-if",
        {"round": "evt_k3f", "project": "evt_m5h", "amount": "250"},
    ),
}
