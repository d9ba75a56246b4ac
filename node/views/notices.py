"""What waits for a person: one sentence each, with the command that helps."""

from collections.abc import Iterable, Mapping
from typing import Final

from node.anchor import Restored
from node.errors import WortleyError
from node.peers import Peers
from node.store.room import MIB
from node.store.webhook_tables import Webhook
from node.views import moments, network, open_pledges, winning
from node.views.books import Books
from node.views.names import Names
from node.views.short import brief
from protocol import limits
from protocol.ids import Incarnation
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
SECRETARY: Final = (
    "As the secretary it proposes no blocks until the others have decided the one that"
    " it may have proposed; let them come online. If no other copy of it runs and none"
    " of them has such a block: `wortley network confirm`."
)
OTHERS_FIRST: Final = (
    "It signs no blocks until the others have decided one without it; they have to be"
    " online for that."
)


def of_node(
    hold: WortleyError | None,
    reason: Restored | None,
    failure: WortleyError | None,
    *,
    copied: bool,
) -> list[str]:
    """Say what keeps this node from publishing as usual.

    `failure`: why its anchor could not be written.
    """
    found = []
    if failure is not None:
        found.append(
            f"{failure.detail} {failure.way_out} Until then this co-op publishes"
            " nothing and signs no blocks; what others write comes in."
        )
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


def of_webhooks(hooks: Iterable[Webhook]) -> list[str]:
    """Say which webhooks are told nothing any more."""
    found = [
        f"The webhook {one.id} is disabled since {moments.write(one.disabled_ms)}, as"
        f" nothing got through: `wortley webhook log {one.id}` says why, `wortley"
        f" webhook replay {one.id}` goes on."
        for one in hooks
        if one.disabled_ms is not None
    ]
    return _few(found, "webhooks are disabled", "wortley webhook list")


def of_restored_elector(books: Books) -> list[str]:
    """Say what a restored elector waits for before it signs blocks again."""
    roster = books.roster
    if books.coop not in roster.electors or books.register.may_sign():
        return []
    if len(roster.electors) - 1 < roster.accepts_needed():
        return [SOLE_ELECTOR]
    return [SECRETARY if books.coop == roster.secretary else OTHERS_FIRST]


async def of_network(books: Books, names: Names, peers: Peers) -> list[str]:
    """Say what is amiss, and which answers the network waits for from this co-op."""
    if books.coop not in books.roster.members:
        return [NO_MEMBER]
    return [
        *_suspended(books, names),
        *_full_logs(books, names),
        *_other_states(books, names, peers),
        *_damaged(books),
        *of_restored_elector(books),
        *_applicants(books, names),
        *_changes(books, names),
        *await _pledges(books),
        *await _overtaken(books, names),
        *await winning.waiting(books, names),
    ]


def _suspended(books: Books, names: Names) -> list[str]:
    found = []
    suspension = books.register.suspension
    for coop in sorted(suspension.suspended()):
        whose = "This co-op" if coop == books.coop else names.of(coop)
        left = (
            "nothing of it" if suspension.is_closed(coop) else "nothing from there on"
        )
        why = (
            f"has signed {_twice(suspension.places(coop))} of its log twice, as two"
            " copies of one node do"
            if suspension.places(coop)
            else f"has opened its log over {limits.INCARNATIONS} times anew"
        )
        found.append(f"{whose} {why}; {left} counts. Only one of them may run.")
    return _few(found, "logs are suspended", "wortley members")


def _damaged(books: Books) -> list[str]:
    number = books.register.damaged
    if not number:
        return []
    told = (
        f"{number} of the objects that are stored beside the register were damaged and"
        " left out; members' nodes bring them again. Look at the disk, and run"
        " `wortley verify`."
    )
    return [told]


def _full_logs(books: Books, names: Names) -> list[str]:
    room = books.log.room
    full = {coop for coop, _ in room.refused}
    found = [
        f"The log of {names.of(coop)} has reached what is stored of one log here"
        f" ({room.most // MIB} MiB); nothing more of it is taken in, so this node no"
        " longer holds what the others hold. Look at what it writes"
        f" (`wortley log show {brief('coop', coop)}`); to take more, raise log_limit in"
        " wortley.toml and start the node again."
        for coop in sorted(full, key=names.order)
    ]
    return _few(found, "logs are full", "wortley status")


def _twice(places: Mapping[Incarnation, int]) -> str:
    """Name the places of a log that were signed twice."""
    named = [str(seq) for seq in sorted(set(places.values()))]
    if len(named) == 1:
        return f"place {named[0]}"
    return f"places {', '.join(named[:-1])} and {named[-1]}"


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
    answer = len(await open_pledges.to_answer(books))
    confirm = len(await open_pledges.to_confirm(books))
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


async def _overtaken(books: Books, names: Names) -> list[str]:
    """Tell both sides of an acceptance that was withdrawn after a confirmation."""
    found = [
        f"{names.of(stands.taker)} withdrew its acceptance of a pledge that this co-op"
        " had confirmed. It counts as committed until this co-op releases it:"
        f" `wortley pledge release {brief('evt', stands.pledge)}`."
        for stands in (one.commitment for one in await open_pledges.overtaken(books))
    ]
    found += [
        f"This co-op withdrew an acceptance that {names.of(stands.pledger)} had"
        f" confirmed. It counts as committed until {names.of(stands.pledger)}"
        f" releases it: `wortley explain {brief('evt', stands.pledge)}`."
        for stands in (one.commitment for one in await open_pledges.left_bound(books))
        if stands.pledger != books.coop
    ]
    return _few(
        found, "pledges are overtaken", "wortley pledge list --standing overtaken"
    )


def _counted(number: int, what: str) -> str:
    return f"1 {what} waits" if number == 1 else f"{number} {what}s wait"


def _few(found: list[str], what: str, command: str) -> list[str]:
    if len(found) <= NAMED:
        return found
    more = len(found) - NAMED
    return [*found[:NAMED], f"{more} more {what}: `{command}`."]
