"""What the node is asked for `explain`, `log`, `verify`, `rebuild`."""

from typing import Final

from tests.node.cli.mapping.table import Table

MAPPING: Final[Table] = {
    "explain evt_k3f": ("explain", {"id": "evt_k3f"}),
    "log show": ("log.show", {"last": 20}),
    "log show Alba --last 50": ("log.show", {"coop": "Alba", "last": 50}),
    "log export FILE": ("log.export", {"path": "FILE", "force": False}),
    "log export FILE --force": ("log.export", {"path": "FILE", "force": True}),
    "log import FILE": ("log.import", {"path": "FILE"}),
    "verify": ("verify", {}),
    "rebuild": ("rebuild", {}),
}
