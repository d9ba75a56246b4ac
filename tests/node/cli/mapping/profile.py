"""What the node is asked for `profile`, `wish`."""

from typing import Final

from tests.node.cli.mapping.table import Table

MAPPING: Final[Table] = {
    "profile set --people 7": ("profile.set", {"people": 7}),
    "profile set --skill python --skill design --language en --language cy --day 7.5"
    " --name Alba --description 'We build' --web '' --place Leeds": (
        "profile.set",
        {
            "skills": ["python", "design"],
            "languages": ["en", "cy"],
            "day": 450,
            "name": "Alba",
            "description": "We build",
            "web": "",
            "place": "Leeds",
        },
    ),
    "profile show": ("profile.show", {}),
    "profile show Alba": ("profile.show", {"coop": "Alba"}),
    "wish set --wanted 60h --from 2027-W01 --to 2027-W13": (
        "wish.set",
        {"wanted": 3600, "starts": "2027-01-04", "ends": "2027-04-04"},
    ),
    "wish set --wanted 60h --floor 0h --ceiling '70h 30m' --from '4 Jan 2027'"
    " --to 2027-03-31": (
        "wish.set",
        {
            "wanted": 3600,
            "floor": 0,
            "ceiling": 4230,
            "starts": "2027-01-04",
            "ends": "2027-03-31",
        },
    ),
    "wish list": ("wish.list", {}),
    "wish list Alba": ("wish.list", {"coop": "Alba"}),
}
