"""What the node is asked for `ledger`, `netting`, `mediation`, `figures`."""

from typing import Final

from tests.node.cli.mapping.table import Table

MAPPING: Final[Table] = {
    "ledger show": ("ledger.show", {}),
    "ledger show --with Alba --currency eur": (
        "ledger.show",
        {"coop": "Alba", "currency": "EUR"},
    ),
    "ledger statement Alba --from 2027-01-01 --to 2027-W12": (
        "ledger.statement",
        {"coop": "Alba", "starts": "2027-01-01", "ends": "2027-03-28"},
    ),
    "netting suggest --coop Alba": ("netting.suggest", {"coop": "Alba"}),
    "netting propose Alba Birch": ("netting.propose", {"coops": ["Alba", "Birch"]}),
    "netting propose Alba --amount 250GBP --note Why": (
        "netting.propose",
        {"coops": ["Alba"], "amount": "250", "currency": "GBP", "note": "Why"},
    ),
    "netting agree evt_k3f": ("netting.agree", {"netting": "evt_k3f"}),
    "netting decline evt_k3f --reason paid --note Late": (
        "netting.decline",
        {"netting": "evt_k3f", "reason": "paid", "note": "Late"},
    ),
    "netting list --coop Alba --standing open": (
        "netting.list",
        {"coop": "Alba", "standing": ["open"]},
    ),
    "mediation agree evt_k3f --mediator Cedar --party Alba --party Birch --note Hm": (
        "mediation.agree",
        {
            "about": "evt_k3f",
            "mediator": "Cedar",
            "parties": ["Alba", "Birch"],
            "note": "Hm",
        },
    ),
    "mediation accept evt_k3f": (
        "mediation.accept",
        {"about": "evt_k3f", "parties": []},
    ),
    "mediation accept evt_k3f --party Alba --note Yes": (
        "mediation.accept",
        {"about": "evt_k3f", "parties": ["Alba"], "note": "Yes"},
    ),
    "mediation end evt_k3f --reason settled --note Done": (
        "mediation.end",
        {"about": "evt_k3f", "reason": "settled", "note": "Done"},
    ),
    "mediation list --coop Alba": ("mediation.list", {"coop": "Alba"}),
    "figures social --coop Alba --from 2027-01-01 --to 2027-12-31": (
        "figures.social",
        {"coop": "Alba", "starts": "2027-01-01", "ends": "2027-12-31"},
    ),
    "figures reports --coop Alba --from 2027-01-01 --to 2027-12-31 --theme wellbeing"
    " --outcome jobs --after oldest --before evt_k3f --most 5": (
        "figures.reports",
        {
            "coop": "Alba",
            "starts": "2027-01-01",
            "ends": "2027-12-31",
            "theme": "wellbeing",
            "outcome": "jobs",
            "after": "oldest",
            "before": "evt_k3f",
            "most": 5,
        },
    ),
    "figures collaborations --coop Alba --after oldest --before now --most 9": (
        "figures.collaborations",
        {"coop": "Alba", "after": "oldest", "before": "now", "most": 9},
    ),
    "figures reliability --coop Alba": ("figures.reliability", {"coop": "Alba"}),
    "figures promises --coop Alba --fate broken --fate open --reason price"
    " --after oldest --before evt_k3f --most 9": (
        "figures.promises",
        {
            "coop": "Alba",
            "fate": ["broken", "open"],
            "reason": "price",
            "after": "oldest",
            "before": "evt_k3f",
            "most": 9,
        },
    ),
}
