"""What the node is asked for `invoice`, `payment`."""

from typing import Final

from tests.node.cli.mapping.table import Table

MAPPING: Final[Table] = {
    "invoice issue --report evt_a --report evt_b": (
        "invoice.issue",
        {"reports": ["evt_a", "evt_b"]},
    ),
    "invoice issue --to Alba --amount 500GBP --due 2027-05-31 --promise evt_p"
    " --number 7/27 --note 'As agreed'": (
        "invoice.issue",
        {
            "payer": "Alba",
            "amount": {"amount": "500", "currency": "GBP"},
            "due": "2027-05-31",
            "reports": [],
            "promise": "evt_p",
            "number": "7/27",
            "note": "As agreed",
        },
    ),
    "invoice withdraw evt_k3f --reason twice --note Sorry": (
        "invoice.withdraw",
        {"invoice": "evt_k3f", "reason": "twice", "note": "Sorry"},
    ),
    "invoice approve evt_k3f": ("invoice.approve", {"invoice": "evt_k3f"}),
    "invoice dispute evt_k3f --reason price --note Half": (
        "invoice.dispute",
        {"invoice": "evt_k3f", "reason": "price", "note": "Half"},
    ),
    "invoice list --coop Alba --standing issued": (
        "invoice.list",
        {"coop": "Alba", "standing": ["issued"]},
    ),
    "invoice show evt_k3f": ("invoice.show", {"invoice": "evt_k3f"}),
    "payment send --invoice evt_k3f": ("payment.send", {"invoice": "evt_k3f"}),
    "payment send --to Alba --amount 20€ --on 2027-05-04 --promise evt_p --note Rent": (
        "payment.send",
        {
            "payee": "Alba",
            "amount": {"amount": "20", "currency": "EUR"},
            "date": "2027-05-04",
            "promise": "evt_p",
            "note": "Rent",
        },
    ),
    "payment correct evt_k3f 450 --note Typo": (
        "payment.correct",
        {"payment": "evt_k3f", "amount": {"amount": "450"}, "note": "Typo"},
    ),
    "payment cancel evt_k3f --reason returned --note Back": (
        "payment.cancel",
        {"payment": "evt_k3f", "reason": "returned", "note": "Back"},
    ),
    "payment receive evt_k3f": ("payment.receive", {"payment": "evt_k3f"}),
    "payment receive evt_k3f --amount 480": (
        "payment.receive",
        {"payment": "evt_k3f", "amount": {"amount": "480"}},
    ),
    "payment dispute evt_k3f --reason gone --note Where": (
        "payment.dispute",
        {"payment": "evt_k3f", "reason": "gone", "note": "Where"},
    ),
    "payment list --coop Alba --standing transit": (
        "payment.list",
        {"coop": "Alba", "standing": ["transit"]},
    ),
}
