"""What the node is asked for `calendar`, `consortium`."""

from typing import Final

from tests.node.cli.mapping.table import Table

MAPPING: Final[Table] = {
    "calendar show": ("calendar.show", {"weeks": 13}),
    "calendar show --from 2027-W02 --weeks 5 --coop Alba --skill web --won evt_k3f": (
        "calendar.show",
        {
            "starts": "2027-01-11",
            "weeks": 5,
            "coop": "Alba",
            "skill": "web",
            "won": "evt_k3f",
        },
    ),
    "consortium find evt_k3f": (
        "consortium.find",
        {
            "lead": "evt_k3f",
            "aim": "fewest",
            "seconds": 2,
            "include": [],
            "exclude": [],
        },
    ),
    "consortium find evt_k3f --aim fairest --at-most 3 --with Alba --with Elm"
    " --without Birch --seconds 9": (
        "consortium.find",
        {
            "lead": "evt_k3f",
            "aim": "fairest",
            "at_most": 3,
            "include": ["Alba", "Elm"],
            "exclude": ["Birch"],
            "seconds": 9,
        },
    ),
}
