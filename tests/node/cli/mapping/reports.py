"""What the node is asked for `report`."""

from typing import Final

from tests.node.cli.mapping.table import Table

MAPPING: Final[Table] = {
    "report make evt_k3f 38h --from 2027-01-04 --to 2027-W04 --unpaid": (
        "report.make",
        {
            "pledge": "evt_k3f",
            "minutes": 2280,
            "starts": "2027-01-04",
            "ends": "2027-01-31",
            "unpaid": True,
            "themes": [],
        },
    ),
    "report make evt_k3f 1d --from 2027-01-04 --to 2027-01-04 --amount £500"
    " --theme wellbeing=2h --theme design --outcome jobs --summary Done": (
        "report.make",
        {
            "pledge": "evt_k3f",
            "minutes": 480,
            "starts": "2027-01-04",
            "ends": "2027-01-04",
            "amount": {"amount": "500", "currency": "GBP"},
            "unpaid": False,
            "themes": [{"theme": "wellbeing", "minutes": 120}, {"theme": "design"}],
            "outcome": "jobs",
            "summary": "Done",
        },
    ),
    "report correct evt_k3f --effort 36h --unpaid": (
        "report.correct",
        {"report": "evt_k3f", "minutes": 2160, "unpaid": True},
    ),
    "report correct evt_k3f --from 2027-01-04 --to 2027-01-05 --amount 5 --theme a"
    " --outcome jobs --summary Less": (
        "report.correct",
        {
            "report": "evt_k3f",
            "starts": "2027-01-04",
            "ends": "2027-01-05",
            "amount": {"amount": "5"},
            "unpaid": False,
            "themes": [{"theme": "a"}],
            "outcome": "jobs",
            "summary": "Less",
        },
    ),
    "report withdraw evt_k3f --reason twice --note Sorry": (
        "report.withdraw",
        {"report": "evt_k3f", "reason": "twice", "note": "Sorry"},
    ),
    "report accept evt_k3f": ("report.accept", {"report": "evt_k3f"}),
    "report dispute evt_k3f --reason hours --note No": (
        "report.dispute",
        {"report": "evt_k3f", "reason": "hours", "note": "No"},
    ),
    "report list": ("report.list", {"standing": []}),
    "report list --coop Alba --pledge evt_k3f --standing accepted": (
        "report.list",
        {"coop": "Alba", "pledge": "evt_k3f", "standing": ["accepted"]},
    ),
    "report show evt_k3f": ("report.show", {"report": "evt_k3f"}),
}
