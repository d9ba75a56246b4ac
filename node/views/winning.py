"""What waits for a co-op where work is won together: one sentence each."""

from node.views import agreements, bids, handovers
from node.views.books import Books
from node.views.handovers import Joined
from node.views.names import Names
from node.views.short import brief

#: States of a bid in which the word of its parties still matters.
_LIVE = ("assembling", "agreed", "submitted")


async def waiting(books: Books, names: Names) -> list[str]:
    """Say which hand-overs, estimates and agreements wait for this co-op."""
    return [
        *[
            said
            for one in await handovers.listed(books, party=books.coop)
            if (said := await _handover(books, names, one))
        ],
        *await _estimates(books),
        *await _agreements(books),
    ]


async def _handover(books: Books, names: Names, one: Joined) -> str:
    handing = one.handing
    offer, lead = brief("evt", one.offer.id), brief("evt", one.body.lead)
    ours = handing.taker == books.coop
    if ours and handing.standing == "offered":
        finder = names.of(handing.finder)
        return (
            f"{finder} offers this co-op a lead: `wortley handover show {offer}`, then"
            f" `wortley handover accept {offer}`."
        )
    if handing.standing != "effective":
        return ""
    if ours and handing.opened is None:
        return f"A lead was taken over: `wortley lead open --via {offer}`."
    held = await books.state.get(one.body.lead)
    if ours or held is None or held.state == "passed-on":
        return ""
    taker = names.of(handing.taker)
    return (
        f"{taker} has accepted a lead of this co-op: `wortley lead advance {lead}"
        " passed-on`."
    )


async def _estimates(books: Books) -> list[str]:
    found = sum(
        part.party.coop == books.coop and part.standing in {"missing", "stale"}
        for one in await bids.listed(books, party=books.coop, states=_LIVE)
        for part in one.reviewed.parts
    )
    if not found:
        return []
    estimates = "1 estimate waits" if found == 1 else f"{found} estimates wait"
    return [f"{estimates} for the review of this co-op: `wortley estimate list`."]


async def _agreements(books: Books) -> list[str]:
    found = len(await agreements.listed(books, unsigned_by=books.coop))
    if not found:
        return []
    what = "1 agreement waits" if found == 1 else f"{found} agreements wait"
    return [
        f"{what} for the signature of this co-op: `wortley agreement list --to-sign`."
    ]
