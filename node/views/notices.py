"""What waits for a person: one sentence each, with the command that helps."""

from typing import Final

from node.anchor import Restored
from node.errors import WortleyError
from node.peers import Peers
from node.views import network, pledges
from node.views.books import Books
from node.views.names import Names
from node.views.short import brief
from protocol.roster.chain import Roster

#: Applicants and changes that get a sentence of their own; the rest is counted.
NAMED: Final = 5

NO_NETWORK: Final = (
    "It belongs to no network yet: `wortley network create --name NAME`, or"
    " `wortley join INVITATION`."
)
COPIED: Final = (
    "A copy of this node writes to the co-op's log, too; what only one of the two has"
    " said may not count. Stop one of them for good."
)
NO_MEMBER: Final = (
    "This co-op is no member yet; its application waits for approvals"
    " (`wortley members`)."
)
SOLE_ELECTOR: Final = (
    "As the only elector it signs no blocks until a person has looked: if no other copy"
    " of it runs, `wortley network confirm`."
)
OTHERS_FIRST: Final = (
    "It signs no blocks until the others have decided one without it; they have to be"
    " online for that."
)


def of_node(
    hold: WortleyError | None, reason: Restored | None, *, copied: bool
) -> list[str]:
    """Say what keeps this node from publishing as usual."""
    found = []
    if hold is not None:
        found.append(f"{hold.detail} {hold.way_out}".strip())
    if reason is not None:
        found.append(
            f"{reason.sentence} It reads and syncs; its next entry opens a new"
            " incarnation of its log, so let it sync first (`wortley status`)."
        )
    if copied:
        found.append(COPIED)
    return found


def of_restored_elector(books: Books) -> list[str]:
    """Say what a restored elector waits for before it signs blocks again."""
    roster = books.roster
    if books.coop not in roster.electors or books.register.may_sign():
        return []
    if len(roster.electors) - 1 < roster.accepts_needed():
        return [SOLE_ELECTOR]
    return [OTHERS_FIRST]


async def of_network(books: Books, names: Names, peers: Peers) -> list[str]:
    """Say what is amiss, and which answers the network waits for from this co-op."""
    if books.coop not in books.roster.members:
        return [NO_MEMBER]
    return [
        *_suspended(books, names),
        *_other_states(books, names, peers),
        *of_restored_elector(books),
        *_applicants(books, names),
        *_changes(books, names),
        *await _pledges(books),
    ]


def _suspended(books: Books, names: Names) -> list[str]:
    found = []
    for coop, proof in sorted(books.register.proofs.items()):
        whose = "This co-op" if coop == books.coop else names.of(coop)
        found.append(
            f"{whose} has signed place {proof.seq} of its log twice, as two copies of"
            " one node do; nothing from there on counts. Only one of them may run."
        )
    return _few(found, "logs are suspended", "wortley members")


def _other_states(books: Books, names: Names, peers: Peers) -> list[str]:
    found = [
        f"The node of {names.of(coop)} makes another state of the same logs: one of the"
        " two has a bug. `wortley verify` on both says which."
        for coop in sorted(books.roster.members, key=names.order)
        if (peer := peers.get(coop)) is not None and peer.same_root is False
    ]
    return _few(found, "nodes differ", "wortley status")


def _applicants(books: Books, names: Names) -> list[str]:
    roster = books.roster
    if books.coop not in roster.electors:
        return []
    found = []
    for coop, pending in network.admissions(books).items():
        if all(books.coop in one.approvals for one in pending):
            continue
        so_far = max(network.counted(roster, one) for one in pending)
        found.append(
            f"{names.of(coop)} applies for membership ({_so_far(roster, so_far)}):"
            f" `wortley approve {brief('coop', coop)}`."
        )
    return _few(found, "applications wait", "wortley members")


def _changes(books: Books, names: Names) -> list[str]:
    found = []
    for pending in books.register.pending.values():
        coop = getattr(pending.change.body, "coop", None)
        kind = pending.change.kind
        concerned = coop == books.coop or books.coop in books.roster.electors
        if (
            coop is None
            or not concerned
            or books.coop in pending.approvals
            or kind not in {"elector.on", "elector.off"}
        ):
            continue
        what = "becomes an elector" if kind == "elector.on" else "is elector no more"
        so_far = _so_far(books.roster, network.counted(books.roster, pending))
        command = f"wortley {kind.replace('.', ' ')} {brief('coop', coop)}"
        found.append(
            f"It is proposed that {names.of(coop)} {what} ({so_far}): `{command}`."
        )
    return _few(found, "changes of the register wait", "wortley members")


def _so_far(roster: Roster, approvals: int) -> str:
    return f"{approvals} of {roster.approvals_needed()} approvals"


async def _pledges(books: Books) -> list[str]:
    offered = await books.state.entities("pledge", states=("offered",))
    joined = [
        one for one in await pledges.joined(books, offered) if one.body.round is None
    ]
    answer = sum(
        one.commitment.standing == "offered" and one.body.owner == books.coop
        for one in joined
    )
    confirm = sum(
        one.commitment.standing == "accepted" and one.pledge.coop == books.coop
        for one in joined
    )
    found = []
    if answer:
        to = brief("coop", books.coop)
        found.append(
            f"{_counted(answer, 'pledge')} for an answer of this co-op:"
            f" `wortley pledge list --standing offered --to {to}`."
        )
    if confirm:
        found.append(
            f"{_counted(confirm, 'accepted pledge')} for this co-op to confirm:"
            " `wortley pledge list --standing accepted --mine`."
        )
    return found


def _counted(number: int, what: str) -> str:
    return f"1 {what} waits" if number == 1 else f"{number} {what}s wait"


def _few(found: list[str], what: str, command: str) -> list[str]:
    if len(found) <= NAMED:
        return found
    more = len(found) - NAMED
    return [*found[:NAMED], f"{more} more {what}: `{command}`."]
