"""Everybody's time by week, as it is or as it would be with a lead won."""

from typing import Final

import msgspec

from node.views import pledges
from node.views.books import Books
from node.views.market import Market, windows_of
from node.views.pledges import Joined
from protocol.joins.commitments import Commitment
from protocol.joins.utilisation import Board, Work, works
from protocol.joins.weeks import Date
from protocol.state import Entity

#: Standings that bind once a lead is won, beside those that do already.
_HOPED: Final = frozenset({"offered", "accepted"})


async def of_all(
    books: Books,
    market: Market,
    today: Date,
    *,
    coop: bytes | None = None,
    won: Entity | None = None,
) -> dict[bytes, Board]:
    """Give the time of every member, or of one; `won` counts a lead as won.

    What is offered to that lead, or accepted and not confirmed yet, then counts as
    promised.
    """
    hoped: dict[bytes, list[Work]] = {}
    for work in [] if won is None else await _hoped(books, won):
        hoped.setdefault(work.coop, []).append(work)
    await market.follow(books, today)
    members = [coop] if coop is not None else sorted(books.roster.members)
    boards = {one: market.board(one) for one in members}
    return {
        one: board.along(hoped[one]) if one in hoped else board
        for one, board in boards.items()
    }


async def _hoped(books: Books, won: Entity) -> list[Work]:
    joined = [
        one
        for one in await pledges.joined_to(books, [won])
        if one.commitment.standing in _HOPED
    ]
    return works([_as_bound(one) for one in joined], await windows_of(books, joined))


def _as_bound(one: Joined) -> Commitment:
    return msgspec.structs.replace(one.commitment, standing="committed")
