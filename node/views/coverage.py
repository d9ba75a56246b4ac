"""How much of a lead's lines or a project's goal stands, from the pledges to it."""

from collections.abc import Sequence

from node.views import pledges
from node.views.books import Books
from node.views.pledges import Joined
from protocol.joins import coverage
from protocol.joins.coverage import Cover
from protocol.rules.leads import Lead
from protocol.rules.projects import Project
from protocol.state import Entity


async def of(
    books: Books, targets: Sequence[Entity]
) -> dict[bytes, tuple[list[Cover], list[Joined]]]:
    """Give for each lead its covers by line, for each project the one of its goal.

    The pledges that they are summed from come with them.
    """
    by_target: dict[bytes, list[Joined]] = {target.id: [] for target in targets}
    for one in await pledges.joined_to(books, targets):
        by_target[one.body.to].append(one)
    return {
        target.id: (_covers(target, by_target[target.id]), by_target[target.id])
        for target in targets
    }


def _covers(target: Entity, joined: Sequence[Joined]) -> list[Cover]:
    stands = [one.commitment for one in joined]
    body = target.body
    if isinstance(body, Lead):
        return coverage.cover_lead(target, body, stands)
    if isinstance(body, Project):
        return [coverage.cover_project(target, body, stands)]
    raise TypeError(f"a {target.family} is not covered by pledges")
