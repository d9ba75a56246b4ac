"""Pledges that wait for a word of this co-op: its answer, confirmation or release.

They are found by the half that is there or missing, so that it costs what this co-op
itself has to do with, however many pledges the network has; the join has the last word.
"""

from collections.abc import Iterable
from typing import Final

from node.views import pledges
from node.views.books import Books
from node.views.paging import ALL
from node.views.pledges import Joined
from protocol.rules.funds import FUND_MOVES
from protocol.rules.leads import LEAD_MOVES
from protocol.rules.projects import PROJECT_MOVES

#: All that is pledged to.
TARGETS: Final = tuple(
    (family, state)
    for family, moves in (
        ("lead", LEAD_MOVES),
        ("project", PROJECT_MOVES),
        ("fund", FUND_MOVES),
    )
    for state in moves
)
#: A co-op's last word on a pledge, where that is an answer.
_ANSWERED: Final = (("answer", "accepted"), ("answer", "declined"))


async def to_answer(
    books: Books, targets: Iterable[tuple[str, str]] = TARGETS
) -> list[Joined]:
    """Join what is offered to this co-op's leads and projects, and not answered.

    targets: kinds of what it is offered to. What a round decides on needs no answer.
    """
    asked = ("pledge", "offered")
    found = await books.state.unanswered(books.coop, asked, targets, _ANSWERED)
    return [
        one
        for one in await pledges.joined(books, found)
        if one.commitment.standing == "offered" and one.body.owner == books.coop
    ]


async def to_confirm(books: Books) -> list[Joined]:
    """Join the pledges of this co-op that were accepted."""
    return await pledges.listed(
        books, pledger=books.coop, standing=("accepted",), page=ALL
    )


async def overtaken(books: Books) -> list[Joined]:
    """Join the pledges of this co-op whose acceptance was withdrawn too late."""
    return await pledges.listed(
        books, pledger=books.coop, standing=("overtaken",), page=ALL
    )


async def left_bound(books: Books) -> list[Joined]:
    """Join the pledges that others stay bound to after this co-op let them go."""
    gone = await books.state.entities(
        "acceptance", states=("withdrawn",), coop=books.coop
    )
    held = await books.state.many({one.ref for one in gone if one.ref})
    confirmed = [one for one in held.values() if one.state == "confirmed"]
    return [
        one
        for one in await pledges.joined(books, confirmed)
        if one.commitment.standing == "overtaken" and one.body.owner == books.coop
    ]
