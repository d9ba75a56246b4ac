"""What the node is asked for `sealed`."""

from typing import Final

from tests.node.cli.mapping.table import Table

MAPPING: Final[Table] = {
    "sealed rate evt_k3f 560GBP/day --to Birch --custodian Elm --note Extra": (
        "rate.share",
        {
            "about": "evt_k3f",
            "rate": {"amount": "560", "currency": "GBP", "minutes": 480},
            "note": "Extra",
            "to": ["Birch"],
            "custodians": ["Elm"],
        },
    ),
    "sealed list": ("sealed.list", {}),
    "sealed list --about evt_k3f --coop Alba": (
        "sealed.list",
        {"about": "evt_k3f", "coop": "Alba"},
    ),
    "sealed show evt_k3f": ("sealed.show", {"text": "evt_k3f"}),
}
