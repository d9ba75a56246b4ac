"""What the node is asked for `pledge`, `acceptance`, `commitments`."""

from typing import Final

from tests.node.cli.mapping.table import WHOLE, Table

MAPPING: Final[Table] = {
    "pledge list --most 5 --before evt_k3f --after oldest": (
        "pledge.list",
        {
            "mine": False,
            "standing": [],
            "most": 5,
            "before": "evt_k3f",
            "after": "oldest",
        },
    ),
    "pledge work evt_k3f 40h": ("pledge.work", {"lead": "evt_k3f", "minutes": 2400}),
    "pledge work evt_k3f 12d --line 2 --skill python --from 2027-01-04 --to 2027-03-26"
    " --rate '75 GBP/h' --note Gladly": (
        "pledge.work",
        {
            "lead": "evt_k3f",
            "minutes": 5760,
            "line": 2,
            "skill": "python",
            "starts": "2027-01-04",
            "ends": "2027-03-26",
            "rate": {"amount": "75", "currency": "GBP", "minutes": 60},
            "note": "Gladly",
        },
    ),
    "pledge money evt_k3f 500": (
        "pledge.money",
        {"project": "evt_k3f", "amount": "500"},
    ),
    "pledge money evt_k3f 500.50EUR": (
        "pledge.money",
        {"project": "evt_k3f", "amount": "500.50"},
    ),
    "pledge accept evt_k3f": ("pledge.accept", {"pledge": "evt_k3f"}),
    "pledge accept evt_k3f --quantity 40h": (
        "pledge.accept",
        {"pledge": "evt_k3f", "quantity": 2400},
    ),
    "pledge accept evt_k3f --quantity 250": (
        "pledge.accept",
        {"pledge": "evt_k3f", "quantity": "250.0"},
    ),
    "pledge decline evt_k3f --reason covered --note Sorry": (
        "pledge.decline",
        {"pledge": "evt_k3f", "reason": "covered", "note": "Sorry"},
    ),
    "pledge confirm evt_k3f": ("pledge.confirm", {"pledge": "evt_k3f"}),
    "pledge withdraw evt_k3f": ("pledge.withdraw", {"pledge": "evt_k3f"}),
    "pledge release evt_k3f --reason illness": (
        "pledge.release",
        {"pledge": "evt_k3f", "reason": "illness"},
    ),
    "pledge list": ("pledge.list", {"mine": False, "standing": [], **WHOLE}),
    "pledge list --mine --to evt_k3f --standing offered --standing accepted": (
        "pledge.list",
        {"mine": True, "to": "evt_k3f", "standing": ["offered", "accepted"], **WHOLE},
    ),
    "acceptance withdraw evt_k3f --reason changed": (
        "acceptance.withdraw",
        {"acceptance": "evt_k3f", "reason": "changed"},
    ),
    "commitments --most 5 --before evt_k3f --after oldest": (
        "commitments",
        {"most": 5, "before": "evt_k3f", "after": "oldest"},
    ),
    "commitments": ("commitments", WHOLE),
    "commitments Alba": ("commitments", {"coop": "Alba", **WHOLE}),
}
