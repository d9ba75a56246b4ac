"""What the node is asked for `key`, `status`."""

from typing import Final

from tests.node.cli.mapping.table import Table

MAPPING: Final[Table] = {
    "key check Abandon ability able": (
        "key.check",
        {"words": ["abandon", "ability", "able"]},
    ),
    "status": ("status", {}),
}
