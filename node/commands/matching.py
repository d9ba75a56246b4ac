"""Commands that match work and co-ops: who fits, what suits, what to try first."""

from typing import Final

import msgspec

from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import Asking, coop_or_all, reading, today
from node.exchange import ocds, tenders
from node.node import Node
from node.views import drafts, ids, matching, ranking
from node.views.matching import WEIGHTS, Fit
from node.views.ranking import Candidate, Ranked
from protocol.rules.leads import LEAD_MOVES

#: States in which partners are still looked for.
_LOOKING: Final = ("open", "bidding")
#: Leads that are scored at once; beyond it a person narrows the list down.
_MOST: Final = 500
_LINES: Final = b"\n"


class OneLead(Asking, frozen=True, kw_only=True):
    """A lead by its id."""

    lead: str


class Ours(Asking, frozen=True, kw_only=True):
    """For which co-op; one's own unless it is named."""

    coop: str | None = None


class Rank(Asking, frozen=True, kw_only=True):
    """Leads in which states; with `drafts`, imported ones that only this node has."""

    states: tuple[str, ...] = _LOOKING
    drafts: bool = False


class Fits(msgspec.Struct, frozen=True, kw_only=True):
    """Fits, the best first, and how much each part of a score weighs, in per cent."""

    fits: list[Fit]
    weights: dict[str, int]


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
    """Leads and drafts, those first that the network can cover most of."""

    ranking: list[Ranked]


async def fits(node: Node, args: OneLead, _tell: Tell) -> Fits:
    """Say who fits a lead."""
    books, names = await reading(node)
    lead = await ids.find(books, args.lead, ("lead",), "lead")
    found = await matching.of_lead(books, names, node.market, lead, today(node))
    return Fits(fits=found, weights=dict(WEIGHTS))


async def suited(node: Node, args: Ours, _tell: Tell) -> Fits:
    """Say which leads of others suit a co-op."""
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop) or books.coop
    listed = await books.state.entities("lead", states=_LOOKING, most=_MOST)
    others = [lead for lead in listed if lead.coop != coop]
    found = await matching.for_coop(
        books, names, node.market, others, coop=coop, today=today(node)
    )
    return Fits(fits=found, weights=dict(WEIGHTS))


async def rank(node: Node, args: Rank, _tell: Tell) -> Ranking:
    """Rank leads by what of them the network could do."""
    states = fields.choices("states", args.states, LEAD_MOVES)
    books, _ = await reading(node)
    listed = await books.state.entities("lead", states=states, most=_MOST)
    found = await ranking.candidates(books, listed)
    if args.drafts:
        found += await _drafts(node)
    return Ranking(ranking=await ranking.rank(books, node.market, found, today(node)))


async def _drafts(node: Node) -> list[Candidate]:
    found: list[Candidate] = []
    short = drafts.shorts([one.process for one in await node.own.drafts()])
    for draft in (await node.own.drafts(published=False))[:_MOST]:
        lines = draft.observations.split(_LINES)
        notice = ocds.notice(ocds.decode(line) for line in lines)
        terms = tenders.terms_of(notice)
        found.append(
            Candidate(
                id=draft.process,
                short=short[draft.process],
                title=draft.title,
                state=tenders.state_of(notice),
                terms=terms,
                covers=ranking.uncovered(terms),
                draft=True,
            )
        )
    return found


COMMANDS: Final[dict[str, Command]] = {
    "lead.fits": command(OneLead, fits),
    "lead.suited": command(Ours, suited),
    "lead.rank": command(Rank, rank),
}
