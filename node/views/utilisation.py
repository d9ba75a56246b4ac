"""Everybody's time, laid out by week: what views of capacity are made of."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from node.views import pledges
from node.views.books import Books
from node.views.pledges import Joined
from protocol.joins import utilisation
from protocol.joins.commitments import Commitment
from protocol.joins.utilisation import Span, Use
from protocol.joins.weeks import Date
from protocol.rules import leads
from protocol.rules.leads import Lead
from protocol.state import Entity

#: What of a co-op takes or gives time, and in which states.
_STATES: Mapping[str, tuple[str, ...]] = {
    "capacity": ("open",),
    "booking": ("tentative", "confirmed", "placeholder"),
    "wish": (),
}
#: Standings that bind once a lead is won, beside those that do already.
_HOPED: Collection[str] = frozenset({"offered", "accepted"})
#: The skill of work whose pledge names none: it is of no use to anybody's search.
_NO_SKILL = "other"


async def of_all(
    books: Books,
    span: Span,
    *,
    coop: bytes | None = None,
    won: Entity | None = None,
) -> dict[bytes, Use]:
    """Lay the time of every member out, or of one; `won` counts a lead as won.

    What is offered to that lead, or accepted and not confirmed yet, then counts as
    promised.
    """
    members = [coop] if coop is not None else sorted(books.roster.members)
    entities: dict[bytes, list[Entity]] = {one: [] for one in members}
    for family, states in _STATES.items():
        for entity in await books.state.entities(family, states=states, coop=coop):
            entities.get(entity.coop, []).append(entity)
    confirmed = await books.state.entities("pledge", states=["confirmed"], coop=coop)
    joined = await pledges.joined(books, confirmed)
    stands = [one.commitment for one in joined]
    if won is not None:
        hoped = await pledges.joined_to(books, [won])
        joined += hoped
        stands += [_as_bound(one) for one in hoped if _is_hoped(one)]
    works = utilisation.works(stands, await _windows(books, joined))
    promised: dict[bytes, list[utilisation.Work]] = {one: [] for one in members}
    for work in works:
        promised.get(work.coop, []).append(work)
    return {
        one: utilisation.of_coop(span, entities[one], promised[one]) for one in members
    }


def _is_hoped(one: Joined) -> bool:
    return one.commitment.standing in _HOPED


def _as_bound(one: Joined) -> Commitment:
    return msgspec.structs.replace(one.commitment, standing="committed")


async def _windows(
    books: Books, joined: Sequence[Joined]
) -> dict[bytes, tuple[str, Date | None, Date | None]]:
    """Give each pledge's skill and window: its own, its line's or its lead's."""
    targets = await books.state.many({one.body.to for one in joined})
    return {one.pledge.id: _window(one, targets.get(one.body.to)) for one in joined}


def _window(one: Joined, target: Entity | None) -> tuple[str, Date | None, Date | None]:
    body = one.body
    starts, ends = body.starts, body.ends
    skill = body.skill or _NO_SKILL
    for other_starts, other_ends in _wider(body.line, target):
        starts = starts or other_starts
        ends = ends or other_ends
    return skill, starts, ends


def _wider(
    line: int | None, target: Entity | None
) -> Iterable[tuple[Date | None, Date | None]]:
    if target is None or not isinstance(target.body, Lead):
        return
    terms = target.body.terms
    required = None if line is None else leads.requirement(terms, line)
    if required is not None:
        yield required.starts, required.ends
    yield terms.starts, terms.ends
