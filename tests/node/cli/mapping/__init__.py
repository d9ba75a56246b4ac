"""Each subcommand, as typed, and what the node is asked for it.

One file per file of node/cli, whose subcommands it has.
"""

from typing import Final

from tests.node.cli.mapping import (
    calendar,
    capacity,
    decisions,
    exchange,
    leads,
    ledger,
    logs,
    network,
    payments,
    pledges,
    profile,
    programs,
    projects,
    reports,
    rounds,
    sealed,
    start,
    today,
    winning,
)
from tests.node.cli.mapping.table import Args as Args
from tests.node.cli.mapping.table import Table

_FILES: Final = (
    start,
    today,
    network,
    profile,
    capacity,
    leads,
    projects,
    calendar,
    winning,
    pledges,
    reports,
    payments,
    ledger,
    decisions,
    rounds,
    sealed,
    logs,
    programs,
    exchange,
)

MAPPING: Final[Table] = {
    typed: asked for one in _FILES for typed, asked in one.MAPPING.items()
}
