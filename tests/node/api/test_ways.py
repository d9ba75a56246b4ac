"""A way out names addresses where a program reads it."""

import pytest

from node.api.routes import routes
from node.api.ways import addresses, over_http
from node.commands.table import COMMANDS

KNOWN = addresses(routes(COMMANDS))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("`wortley lead list` lists them.", "`GET /api/v1/leads` lists them."),
        ("See `wortley lead show ID`.", "See `GET /api/v1/leads/{lead}`."),
        ("`wortley members`", "`GET /api/v1/members`"),
        ("`wortley token create --name N` makes one.",
         "`wortley token create --name N` at the node makes one."),
        ("Ask for a new one.", "Ask for a new one."),
        ("Say that you mean it: --early.", "Say that you mean it: early."),
        ("Name --need, --self-funding …", "Name requirements, self_funding …"),
        ("`wortley lead list --most 3` or --party", "`GET /api/v1/leads` or parties"),
        ("`wortley key check -- x` -- y", "`wortley key check -- x` at the node -- y"),
        ("Another data folder (--data).", "Another data folder (--data)."),
    ],
)  # fmt: skip
def test_commands_become_addresses(typed: str, told: str) -> None:
    assert over_http(typed, KNOWN) == told
