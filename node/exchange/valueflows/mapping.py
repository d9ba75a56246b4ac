"""Families of entities as nodes of Valueflows: one function each, one table of them.

| here                       | Valueflows                                             |
|----------------------------|--------------------------------------------------------|
| co-op, profile             | Organization                                           |
| capacity offer             | Proposal (offer) with an Intent (work); its rate is a  |
|                            | reciprocal Intent (transfer), for the minutes it buys  |
| wish, tentative booking    | Intent (work)                                          |
| booking                    | Commitment (work) of a co-op to itself                 |
| lead                       | Proposal (request), an Intent (work) per requirement   |
|                            | line, its value as a reciprocal Intent, and a Plan     |
| project                    | Proposal (request) with an Intent (transfer), a Plan,  |
|                            | and a Process per milestone                            |
| fund                       | Proposal (request) with an Intent (transfer) of what   |
|                            | it asks of each member, and a Plan                     |
| pledge                     | Intent, planned within the Plan of what it goes to     |
| commitment                 | Commitment that satisfies the pledge and the line      |
| hand-over                  | Proposal (offer) of a lead (transferAllRights) for a   |
|                            | reciprocal fee; accepted, an Agreement with the two as |
|                            | clauses, the fee's once it has arisen                  |
| bid                        | Plan with an Intent (work) per part, and an Intent     |
|                            | (transfer) per share, fee and fund                     |
| agreement, mediation       | Agreement                                              |
| funding round              | Plan with an Intent (transfer) for its budget, and for |
|                            | each share of an allotment; a Commitment for what it   |
|                            | came to                                                |
| work report                | EconomicEvent (work) that fulfils a Commitment         |
| invoice                    | Claim                                                  |
| payment                    | EconomicEvent (transfer) that settles a Claim; where   |
|                            | less came, another that corrects it                    |
| netting                    | Proposal (offer) with an Intent per entry; effective,  |
|                            | an Agreement that EconomicEvents realise               |
| interest, review,          | no term: classes of our own (`own`)                    |
| signature, decision,       |                                                        |
| ballot, entry, veto        |                                                        |

How it stands between co-ops is in `wortley:standing`, for which there is no term.
"""

from collections.abc import Mapping
from typing import Final

from node.exchange import urns
from node.exchange.valueflows import (
    aims,
    coops,
    deciding,
    pledges,
    trading,
    winning,
)
from node.exchange.valueflows.graph import Family, Graph
from node.exchange.valueflows.nodes import Node, node

#: In this order: what refers to a Commitment comes after what makes it.
FAMILIES: Final[Mapping[str, Family]] = {
    "profile": Family(coops.profiles, named=False),
    "wish": Family(coops.wishes, named=False),
    "capacity": Family(coops.offers),
    "booking": Family(coops.bookings),
    "lead": Family(aims.leads_of),
    "project": Family(aims.projects_of),
    "fund": Family(aims.funds_of),
    "interest": Family(winning.interests),
    "pledge": Family(pledges.pledges_of),
    "handover": Family(winning.handovers_of),
    "bid": Family(winning.bids_of),
    "review": Family(winning.reviews),
    "agreement": Family(winning.agreements_of),
    "signature": Family(winning.signatures),
    "decision": Family(deciding.decisions),
    "ballot": Family(deciding.ballots),
    "round": Family(deciding.rounds),
    "allotment": Family(deciding.allotments, named=False),
    "entry": Family(deciding.entries),
    "veto": Family(deciding.vetoes),
    "report": Family(trading.reports, without=frozenset({"withdrawn"})),
    "invoice": Family(trading.invoices),
    "payment": Family(trading.payments, without=frozenset({"cancelled"})),
    "netting": Family(trading.nettings),
    "mediation": Family(trading.mediations_of, named=False),
}
#: Families without nodes of their own, and why.
LEFT_OUT: Final[Mapping[str, str]] = {
    "acceptance": "the Commitment says what was accepted and confirmed",
    "answer": "how a pledge stands says it",
    "takeover": "how a hand-over stands, and its Agreement, say it",
    "report-answer": "how the work stands says it, with the words beside",
    "invoice-answer": "how the Claim stands says it, with the words beside",
    "receipt": "how the payment stands says it, or the event that corrects it",
    "netting-answer": "how the netting stands says it",
    "spending": "it is how much is pledged of a share of an allotment",
    "closing": "what a decision or round came to says it",
    "seen": "it is part of how a closing is checked",
    "log": "it counts the events of a log",
    "sealed": "its words are for few, and a file is for whoever gets it",
}


def members(graph: Graph) -> list[Node]:
    """Name all members and applicants; a profile says more of them."""
    return [
        node(id_=urns.coop(one), type_="Organization", name=graph.names.of(one))
        for one in graph.names.known
    ]
