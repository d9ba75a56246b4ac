"""What the node is asked for by those who found a network, invite, join, approve."""

from typing import Final

from tests.node.cli.mapping.table import Table

MAPPING: Final[Table] = {
    "network create --name North": (
        "network.create",
        {"name": "North", "currency": "GBP"},
    ),
    "network create --name Nord --currency eur": (
        "network.create",
        {"name": "Nord", "currency": "EUR"},
    ),
    "network show": ("network.show", {}),
    "network confirm": ("network.confirm", {}),
    "invite": ("invite", {}),
    "join ' wortley-abc '": ("join", {"invitation": "wortley-abc"}),
    "members": ("members", {}),
    "approve 'Alba Works'": ("approve", {"coop": "Alba Works"}),
    "elector on": ("elector.on", {}),
    "elector on Alba": ("elector.on", {"coop": "Alba"}),
    "elector off": ("elector.off", {}),
    "elector off Alba": ("elector.off", {"coop": "Alba"}),
}
