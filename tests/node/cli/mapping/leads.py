"""What the node is asked for `lead`."""

from typing import Final

from tests.node.cli.mapping.table import WHOLE, Table

MAPPING: Final[Table] = {
    "lead list --most 5 --before evt_k3f --after oldest": (
        "lead.list",
        {
            "states": [],
            "drafts": False,
            "most": 5,
            "before": "evt_k3f",
            "after": "oldest",
        },
    ),
    "lead fits evt_k3f": ("lead.fits", {"lead": "evt_k3f"}),
    "lead share evt_k3f --to Birch --to Cedar --details 'Ask for Mae'": (
        "lead.share",
        {"lead": "evt_k3f", "details": "Ask for Mae", "to": ["Birch", "Cedar"]},
    ),
    "lead share evt_k3f --to Birch --custodian Elm --from FILE": (
        "lead.share",
        {"lead": "evt_k3f", "details": "", "to": ["Birch"], "custodians": ["Elm"]},
    ),
    "lead suited": ("lead.suited", {}),
    "lead suited --coop Alba": ("lead.suited", {"coop": "Alba"}),
    "lead rank": ("lead.rank", {"drafts": False}),
    "lead rank --state open --drafts": (
        "lead.rank",
        {"states": ["open"], "drafts": True},
    ),
    "lead open --title Market": (
        "lead.open",
        {"title": "Market", "requirements": [], "cpv": []},
    ),
    "lead open --title Market --description Long --buyer Council --link https://a.example"
    " --need python:30d:2027-01-04:2027-W12 --want design --need 5=ux::2027-02-01"
    " --value £120,000 --deadline 2026-12-11 --from 2027-01-04 --to 2027-03-26"
    " --cpv 72200000-7 --cpv 72210000": (
        "lead.open",
        {
            "title": "Market",
            "description": "Long",
            "buyer": "Council",
            "link": "https://a.example",
            "requirements": [
                {
                    "skill": "python",
                    "must": True,
                    "minutes": 14400,
                    "starts": "2027-01-04",
                    "ends": "2027-03-28",
                },
                {"skill": "ux", "must": True, "line": 5, "starts": "2027-02-01"},
                {"skill": "design", "must": False},
            ],
            "value": {"amount": "120000", "currency": "GBP"},
            "deadline": "2026-12-11",
            "starts": "2027-01-04",
            "ends": "2027-03-26",
            "cpv": ["72200000", "72210000"],
        },
    ),
    "lead change evt_k3f --title Fair": (
        "lead.change",
        {"lead": "evt_k3f", "title": "Fair"},
    ),
    "lead change evt_k3f --need 1=python:40d --value 9000 --cpv 72200000": (
        "lead.change",
        {
            "lead": "evt_k3f",
            "requirements": [
                {"skill": "python", "must": True, "line": 1, "minutes": 19200}
            ],
            "value": {"amount": "9000"},
            "cpv": ["72200000"],
        },
    ),
    "lead list": ("lead.list", {"states": [], "drafts": False, **WHOLE}),
    "lead list --state open --state bidding --coop Alba --drafts": (
        "lead.list",
        {"states": ["open", "bidding"], "coop": "Alba", "drafts": True, **WHOLE},
    ),
    "lead show evt_k3f": ("lead.show", {"lead": "evt_k3f"}),
    "lead advance evt_k3f bidding": (
        "lead.advance",
        {"lead": "evt_k3f", "to": "bidding"},
    ),
    "lead advance evt_k3f lost --reason price --note 'Too dear'": (
        "lead.advance",
        {"lead": "evt_k3f", "to": "lost", "reason": "price", "note": "Too dear"},
    ),
    "lead import FILE": (
        "lead.import",
        {"path": "FILE", "publish": False, "dry_run": False},
    ),
    "lead import FILE --publish": (
        "lead.import",
        {"path": "FILE", "publish": True, "dry_run": False},
    ),
    "lead import FILE --dry-run": (
        "lead.import",
        {"path": "FILE", "publish": False, "dry_run": True},
    ),
    "lead publish ocds-213czf-1": ("lead.publish", {"process": "ocds-213czf-1"}),
    "lead open --via evt_k3f": (
        "lead.open",
        {"via": "evt_k3f", "requirements": [], "cpv": []},
    ),
}
