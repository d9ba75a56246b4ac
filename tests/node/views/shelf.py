"""Books that hold a state alone, for views that look at nothing else."""

from typing import cast

from node.register import Register
from node.store.log_db import LogDb
from node.store.state_db import StateDb
from node.views.books import Books
from protocol.ids import CoopId
from protocol.wire import Text


class NoTexts:
    """A shelf of texts that is empty."""

    async def of(self, _commitments: object) -> dict[bytes, Text]:
        return {}


class NoWords:
    """A log that has no texts."""

    texts = NoTexts()


def books_of_nothing(coop: CoopId, state: StateDb | None = None) -> Books:
    return Books(
        coop=coop,
        log=cast("LogDb", NoWords()),
        state=cast("StateDb", state),
        register=cast("Register", None),
    )
