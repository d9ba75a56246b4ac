"""What the node is asked for `decision`, `vote`."""

from typing import Final

from tests.node.cli.mapping.table import Table

MAPPING: Final[Table] = {
    "decision open --title Join": ("decision.open", {"title": "Join"}),
    "decision open --title Join --proposal 'We join' --link https://a.example"
    " --about evt_k3f --rule majority --basis member --quorum 60 --opens 2027-03-01"
    " --closes 2027-03-31": (
        "decision.open",
        {
            "title": "Join",
            "proposal": "We join",
            "link": "https://a.example",
            "about": "evt_k3f",
            "rule": "majority",
            "basis": "member",
            "quorum": 60,
            "opens": "2027-03-01",
            "closes": "2027-03-31",
        },
    ),
    "decision amend evt_k3f --proposal Later --title Join --link https://a.example": (
        "decision.amend",
        {
            "decision": "evt_k3f",
            "proposal": "Later",
            "title": "Join",
            "link": "https://a.example",
        },
    ),
    "decision withdraw evt_k3f --note Why": (
        "decision.withdraw",
        {"decision": "evt_k3f", "note": "Why"},
    ),
    "decision list": ("decision.list", {"states": []}),
    "decision list --state open --coop Alba": (
        "decision.list",
        {"states": ["open"], "coop": "Alba"},
    ),
    "decision show evt_k3f": ("decision.show", {"decision": "evt_k3f"}),
    "decision close evt_k3f": (
        "decision.close",
        {"decision": "evt_k3f", "early": False},
    ),
    "decision close evt_k3f --early --note All": (
        "decision.close",
        {"decision": "evt_k3f", "early": True, "note": "All"},
    ),
    "vote cast evt_k3f agree --reason Good": (
        "vote.cast",
        {"decision": "evt_k3f", "stance": "agree", "reason": "Good"},
    ),
    "vote withdraw evt_k3f --reason Unsure": (
        "vote.withdraw",
        {"decision": "evt_k3f", "reason": "Unsure"},
    ),
}
