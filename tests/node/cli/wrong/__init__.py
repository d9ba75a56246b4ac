"""What a newcomer types wrongly, and what is said of it."""

from typing import Final

from tests.node.cli.wrong import money, node, work

WRONG: Final = {**node.WRONG, **work.WRONG, **money.WRONG}
