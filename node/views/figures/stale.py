"""What figures are to be made anew once something has changed.

changed                          makes anew
pledge, acceptance, answer       the promise; its lead; what its pledger owes the taker
report, its answer               the promise; what its provider has delivered
lead                             the promises to it, which may have its window; fees
project                          what is pledged to it, which is due when it closes
invoice, payment, netting,       what the one owes the other
hand-over, takeover, round
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple

from node.store.recent import Change
from node.views.books import Books
from node.views.promises import MOST, Flow
from protocol.joins import closing, rounds
from protocol.joins.handovers import HANDS
from protocol.joins.rounds import RoundResult
from protocol.rules.handovers import Handover
from protocol.rules.invoices import Invoice
from protocol.rules.leads import Lead
from protocol.rules.nettings import Netting
from protocol.rules.payments import Payment
from protocol.rules.pledges import Pledge
from protocol.rules.rounds import Round
from protocol.state import Entity

#: Who owes, whom.
Pair = tuple[bytes, bytes]
#: Beyond so many of one payer, all that it owes is read at once.
_PAYEES: Final = 8
#: Families whose entities name both ends of a debt, and words that point to one.
_TRADED: Final = ("invoice", "payment", "netting")
_WORDS: Final = ("invoice-answer", "receipt", "netting-answer")


class Stale(NamedTuple):
    """What is to be made anew: ids of pledges and leads, co-ops, who owes whom."""

    pledges: set[bytes]
    leads: set[bytes]
    providers: set[bytes]
    pairs: set[Pair]


class Closed(NamedTuple):
    """A round that is closed for good: by which block, and when it was to close."""

    number: int
    closes: datetime.date


async def of_changes(books: Books, changes: Iterable[Change]) -> Stale:
    """Say what some changes make stale."""
    ids: defaultdict[str, set[bytes]] = defaultdict(set)
    refs: defaultdict[str, set[bytes]] = defaultdict(set)
    for one in changes:
        ids[one.family].add(one.id)
        if one.ref is not None:
            refs[one.family].add(one.ref)
    reports = await books.state.many(ids["report"] | refs["report-answer"])
    pledges = ids["pledge"] | refs["acceptance"] | refs["answer"]
    pledges |= {one.ref for one in reports.values() if one.ref is not None}
    pledges |= await _pledged_to(books, ids["lead"] | ids["project"])
    leads, pairs = set(ids["lead"]), set[Pair]()
    for entity in (await books.state.many(pledges)).values():
        if isinstance(entity.body, Pledge):
            leads.add(entity.body.to)
            if entity.body.unit != "minutes":
                pairs.add((entity.coop, entity.body.owner))
    traded = {one for family in _TRADED for one in ids[family]}
    traded |= {one for family in _WORDS for one in refs[family]}
    for entity in (await books.state.many(traded)).values():
        pairs |= _between(entity)
    pairs |= await _of_fees(books, ids["lead"], ids["handover"] | refs["takeover"])
    return Stale(pledges, leads, {one.coop for one in reports.values()}, pairs)


async def _pledged_to(books: Books, targets: Collection[bytes]) -> set[bytes]:
    found = await books.state.referring(targets)
    return {one.id for one in found if one.family == "pledge"}


def _between(entity: Entity) -> set[Pair]:
    match entity.body:
        case Invoice(payer=payer):
            return {(payer, entity.coop)}
        case Payment(payee=payee):
            return {(entity.coop, payee)}
        case Netting(entries=entries):
            return {(debtor, creditor) for debtor, creditor, _ in entries}
        case _:
            return set()


async def _of_fees(
    books: Books, leads: Iterable[bytes], handovers: Iterable[bytes]
) -> set[Pair]:
    """Say whose fees hang on some leads and hand-overs, back to the first finder."""
    next_ = set(handovers) | await _came_by(books, leads)
    seen, pairs = set[bytes](), set[Pair]()
    for _ in range(HANDS):
        offers = (await books.state.many(next_ - seen)).values()
        if not offers:
            break
        seen |= next_
        found = [(one, one.body) for one in offers if isinstance(one.body, Handover)]
        pairs |= {(body.to, one.coop) for one, body in found}
        next_ = await _came_by(books, [body.lead for _, body in found])
    return pairs


async def _came_by(books: Books, leads: Iterable[bytes]) -> set[bytes]:
    """Name the hand-overs by which leads came."""
    bodies = [one.body for one in (await books.state.many(leads)).values()]
    return {
        body.via.handover
        for body in bodies
        if isinstance(body, Lead) and body.via is not None
    }


async def closed_rounds(books: Books) -> dict[bytes, Closed]:
    """Give the rounds whose results stand for good."""
    found = {}
    for entity in await books.state.entities("round", most=MOST):
        final = closing.final(entity, books.roster, books.state.closings.settled)
        if final is not None and isinstance(entity.body, Round):
            found[entity.id] = Closed(final[0], entity.body.closes)
    return found


async def of_rounds(books: Books, named: Iterable[bytes]) -> set[Pair]:
    """Say who owes whom since some rounds were closed."""
    pairs = set[Pair]()
    for entity in (await books.state.many(named)).values():
        final = closing.final(entity, books.roster, books.state.closings.settled)
        result = None if final is None else final[1].result
        if isinstance(result, RoundResult):
            owed = rounds.promises(entity.id, result)
            pairs |= {(one.payer, one.payee) for one in owed}
    return pairs


def flows(pairs: Iterable[Pair]) -> list[Sequence[Flow]]:
    """Put pairs together so that few reads find all that is owed between them."""
    by_payer: dict[bytes, set[bytes]] = {}
    for payer, payee in pairs:
        by_payer.setdefault(payer, set()).add(payee)
    return [
        [Flow(payer, None)]
        if len(payees) > _PAYEES
        else [Flow(payer, payee) for payee in sorted(payees)]
        for payer, payees in sorted(by_payer.items())
    ]
