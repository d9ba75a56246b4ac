"""What the node is asked for `capacity`, `booking`."""

from typing import Final

from tests.node.cli.mapping.table import WHOLE, Table

MAPPING: Final[Table] = {
    "capacity list --most 5 --before evt_k3f --after oldest": (
        "capacity.list",
        {"all": False, "most": 5, "before": "evt_k3f", "after": "oldest"},
    ),
    "capacity offer --skill python --per-week 20h --from 2027-01-04 --to 2027-03-26": (
        "capacity.offer",
        {
            "skill": "python",
            "minutes": 1200,
            "starts": "2027-01-04",
            "ends": "2027-03-26",
        },
    ),
    "capacity offer --skill python --per-week 3d --from 2027-01-04 --to 2027-03-26"
    " --rate 600GBP/day --note 'from home'": (
        "capacity.offer",
        {
            "skill": "python",
            "minutes": 1440,
            "starts": "2027-01-04",
            "ends": "2027-03-26",
            "rate": {"amount": "600", "currency": "GBP", "minutes": 480},
            "note": "from home",
        },
    ),
    "capacity list": ("capacity.list", {"all": False, **WHOLE}),
    "capacity list --coop Alba --skill python --all": (
        "capacity.list",
        {"coop": "Alba", "skill": "python", "all": True, **WHOLE},
    ),
    "capacity withdraw evt_k3f": ("capacity.withdraw", {"offer": "evt_k3f"}),
    "booking list --most 5 --before evt_k3f --after oldest": (
        "booking.list",
        {"all": False, "most": 5, "before": "evt_k3f", "after": "oldest"},
    ),
    "booking set --per-week 30h --from 2027-W01 --to 2027-W08": (
        "booking.set",
        {
            "minutes": 1800,
            "starts": "2027-01-04",
            "ends": "2027-02-28",
            "placeholder": False,
        },
    ),
    "booking set --per-week 1w --from 2027-W01 --to 2027-W08 --skill python"
    " --probability 60 --note Maybe": (
        "booking.set",
        {
            "minutes": 2400,
            "starts": "2027-01-04",
            "ends": "2027-02-28",
            "skill": "python",
            "probability": 60,
            "placeholder": False,
            "note": "Maybe",
        },
    ),
    "booking set --per-week 5h --from 2027-W01 --to 2027-W08 --placeholder": (
        "booking.set",
        {
            "minutes": 300,
            "starts": "2027-01-04",
            "ends": "2027-02-28",
            "placeholder": True,
        },
    ),
    "booking move evt_k3f done": ("booking.move", {"booking": "evt_k3f", "to": "done"}),
    "booking release evt_k3f": (
        "booking.move",
        {"booking": "evt_k3f", "to": "released"},
    ),
    "booking list": ("booking.list", {"all": False, **WHOLE}),
    "booking list --coop Alba --all": (
        "booking.list",
        {"coop": "Alba", "all": True, **WHOLE},
    ),
}
