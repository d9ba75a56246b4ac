"""What the node is asked for `today`, `search`."""

from typing import Final

from tests.node.cli.mapping.table import Table

MAPPING: Final[Table] = {
    "today": ("today", {"most": 100}),
    "today --most 5": ("today", {"most": 5}),
    "search 'market hall' web": (
        "search",
        {"words": '"market hall" web', "families": [], "most": 20},
    ),
    "search web --family lead --family note --most 3": (
        "search",
        {"words": "web", "families": ["lead", "note"], "most": 3},
    ),
}
