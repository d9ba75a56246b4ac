"""What the node is asked for `project`."""

from typing import Final

from tests.node.cli.mapping.table import WHOLE, Table

MAPPING: Final[Table] = {
    "project list --most 5 --before evt_k3f --after oldest": (
        "project.list",
        {"states": [], "most": 5, "before": "evt_k3f", "after": "oldest"},
    ),
    "project open --title Hosting --goal 5000": (
        "project.open",
        {"title": "Hosting", "goal": "5000", "idea": False, "themes": []},
    ),
    "project open --title Hosting --goal 5000GBP --minimum £3,000.50 --maximum 6000"
    " --closes 2027-W17 --idea --theme wellbeing --description D"
    " --link https://a.example": (
        "project.open",
        {
            "title": "Hosting",
            "goal": "5000",
            "currency": "GBP",
            "minimum": "3000.50",
            "maximum": "6000",
            "closes": "2027-05-02",
            "idea": True,
            "themes": ["wellbeing"],
            "description": "D",
            "link": "https://a.example",
        },
    ),
    "project list": ("project.list", {"states": [], **WHOLE}),
    "project list --state open --coop Alba": (
        "project.list",
        {"states": ["open"], "coop": "Alba", **WHOLE},
    ),
    "project show evt_k3f": ("project.show", {"project": "evt_k3f"}),
    "project advance evt_k3f funded --note Done": (
        "project.advance",
        {"project": "evt_k3f", "to": "funded", "note": "Done"},
    ),
    "project milestone set evt_k3f --step 40:2027-03-01 --step 60 --description Both": (
        "project.milestone.set",
        {
            "project": "evt_k3f",
            "steps": [{"percent": 40, "due": "2027-03-01"}, {"percent": 60}],
            "description": "Both",
        },
    ),
    "project milestone reach evt_k3f 2 --note Early": (
        "project.milestone.reach",
        {"project": "evt_k3f", "no": 2, "note": "Early"},
    ),
}
