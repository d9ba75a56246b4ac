"""What the node is asked for `interest`, `handover`, `bid`, `estimate`, `agreement`."""

from typing import Final

from tests.node.cli.mapping.table import Table

MAPPING: Final[Table] = {
    "interest set evt_k3f interested": (
        "interest.set",
        {"lead": "evt_k3f", "stance": "interested"},
    ),
    "interest set evt_k3f declined --reason full --note Later": (
        "interest.set",
        {"lead": "evt_k3f", "stance": "declined", "reason": "full", "note": "Later"},
    ),
    "interest list": ("interest.list", {"stances": []}),
    "interest list --lead evt_k3f --coop Alba --stance watching": (
        "interest.list",
        {"lead": "evt_k3f", "coop": "Alba", "stances": ["watching"]},
    ),
    "handover offer evt_k3f Birch --terms Net --fee 500GBP --due end --note Hi": (
        "handover.offer",
        {
            "lead": "evt_k3f",
            "to": "Birch",
            "terms": "Net",
            "fee": {"amount": "500", "currency": "GBP"},
            "due": "end",
            "note": "Hi",
        },
    ),
    "handover offer evt_k3f Birch --terms @FILE --share 12.5%": (
        "handover.offer",
        {"lead": "evt_k3f", "to": "Birch", "terms": "", "share": "12.5"},
    ),
    "handover accept evt_k3f": (
        "handover.accept",
        {"handover": "evt_k3f", "open": False},
    ),
    "handover accept evt_k3f --open": (
        "handover.accept",
        {"handover": "evt_k3f", "open": True},
    ),
    "handover decline evt_k3f --reason price --note Dear": (
        "handover.decline",
        {"handover": "evt_k3f", "reason": "price", "note": "Dear"},
    ),
    "handover withdraw evt_k3f --reason kept --note Sorry": (
        "handover.withdraw",
        {"handover": "evt_k3f", "reason": "kept", "note": "Sorry"},
    ),
    "handover list": ("handover.list", {"standing": []}),
    "handover list --standing offered --coop Alba": (
        "handover.list",
        {"standing": ["offered"], "coop": "Alba"},
    ),
    "handover show evt_k3f": ("handover.show", {"handover": "evt_k3f"}),
    "bid open evt_k3f --party Alba:100%": (
        "bid.open",
        {
            "lead": "evt_k3f",
            "parties": [{"coop": "Alba", "share": "100"}],
            "fees": [],
            "risk": "lead",
        },
    ),
    "bid open evt_k3f --party Alba:rest:30d --party 'Birch Works:40%::9000GBP:A'"
    " --party Elm --fee Cedar=5% --fund 2.5 --risk shared --note Tight": (
        "bid.open",
        {
            "lead": "evt_k3f",
            "parties": [
                {"coop": "Alba", "share": "rest", "minutes": 14400},
                {
                    "coop": "Birch Works",
                    "share": "40",
                    "amount": {"amount": "9000", "currency": "GBP"},
                    "lot": "A",
                },
                {"coop": "Elm"},
            ],
            "fees": [{"coop": "Cedar", "share": "5"}],
            "fund": "2.5",
            "risk": "shared",
            "note": "Tight",
        },
    ),
    "bid change evt_k3f --party Alba:100% --fee Cedar=5% --risk by-lot --note New": (
        "bid.change",
        {
            "bid": "evt_k3f",
            "parties": [{"coop": "Alba", "share": "100"}],
            "fees": [{"coop": "Cedar", "share": "5"}],
            "risk": "by-lot",
            "note": "New",
        },
    ),
    "bid change evt_k3f --fund ''": ("bid.change", {"bid": "evt_k3f", "fund": ""}),
    "bid advance evt_k3f agreed": (
        "bid.advance",
        {"bid": "evt_k3f", "to": "agreed", "anyway": False},
    ),
    "bid advance evt_k3f lost --anyway --reason price --note Dear": (
        "bid.advance",
        {
            "bid": "evt_k3f",
            "to": "lost",
            "anyway": True,
            "reason": "price",
            "note": "Dear",
        },
    ),
    "bid list": ("bid.list", {"states": []}),
    "bid list --state won --coop Alba": (
        "bid.list",
        {"states": ["won"], "coop": "Alba"},
    ),
    "bid show evt_k3f": ("bid.show", {"bid": "evt_k3f"}),
    "bid share evt_k3f --to Birch --to Cedar --details 'Go down to 17 000'": (
        "bid.share",
        {
            "bid": "evt_k3f",
            "to": ["Birch", "Cedar"],
            "details": "Go down to 17 000",
        },
    ),
    "bid share evt_k3f --to Birch --custodian Elm --from FILE": (
        "bid.share",
        {"bid": "evt_k3f", "details": "", "to": ["Birch"], "custodians": ["Elm"]},
    ),
    "estimate agree evt_k3f --lot A --note Fine": (
        "estimate.agree",
        {"bid": "evt_k3f", "lot": "A", "note": "Fine"},
    ),
    "estimate object evt_k3f --lot A --note '40 days'": (
        "estimate.object",
        {"bid": "evt_k3f", "lot": "A", "note": "40 days"},
    ),
    "estimate list": ("estimate.list", {"standing": []}),
    "estimate list --bid evt_k3f --coop Alba --standing stale": (
        "estimate.list",
        {"bid": "evt_k3f", "coop": "Alba", "standing": ["stale"]},
    ),
    "agreement draft --title Us --text 'We share.' --party Birch": (
        "agreement.draft",
        {
            "title": "Us",
            "text": "We share.",
            "parties": ["Birch"],
            "subject": "consortium",
            "for_others": False,
        },
    ),
    "agreement draft --title Us --text @FILE --party Birch --party Cedar --kind fund"
    " --about evt_k3f --for-others": (
        "agreement.draft",
        {
            "title": "Us",
            "text": "",
            "parties": ["Birch", "Cedar"],
            "subject": "fund",
            "about": "evt_k3f",
            "for_others": True,
        },
    ),
    "agreement sign evt_k3f": ("agreement.sign", {"agreement": "evt_k3f"}),
    "agreement withdraw evt_k3f --reason changed --note Sorry": (
        "agreement.withdraw",
        {"agreement": "evt_k3f", "reason": "changed", "note": "Sorry"},
    ),
    "agreement supersede evt_k3f --by evt_r6m": (
        "agreement.supersede",
        {"agreement": "evt_k3f", "by": "evt_r6m"},
    ),
    "agreement terminate evt_k3f --reason done --note Thanks": (
        "agreement.terminate",
        {"agreement": "evt_k3f", "reason": "done", "note": "Thanks"},
    ),
    "agreement list": ("agreement.list", {"standing": [], "to_sign": False}),
    "agreement list --standing drafted --coop Alba --to-sign": (
        "agreement.list",
        {"standing": ["drafted"], "coop": "Alba", "to_sign": True},
    ),
    "agreement show evt_k3f": ("agreement.show", {"agreement": "evt_k3f"}),
}
