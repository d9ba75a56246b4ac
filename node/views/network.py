"""Who belongs, who wants in, who decides; what this node and its peers hold."""

import msgspec

from node.peers import Peers
from node.pool import Pending
from node.views import moments
from node.views.books import Books
from node.views.names import Names
from protocol import ids as forms
from protocol.ids import CoopId
from protocol.roster import identity
from protocol.roster.chain import Roster
from protocol.roster.change import Admit, Close, OfCoop


class HeadRow(msgspec.Struct, frozen=True, kw_only=True):
    """The end of one incarnation of a log."""

    coop: str
    incarnation: str
    seq: int
    id: str


class PeerRow(msgspec.Struct, frozen=True, kw_only=True):
    """Another member's node. None: not known, for it was not heard or differs."""

    coop: str
    name: str
    url: str
    last_contact: str | None
    in_sync: bool | None
    same_root: bool | None
    error: str


class MemberRow(msgspec.Struct, frozen=True, kw_only=True):
    """A member, or an applicant with the electors' approvals so far.

    `suspended` members have signed one place of their log twice.
    """

    coop: str
    name: str
    state: str
    approved_by: list[str]
    approvals: int | None
    needed: int | None
    elector: bool
    secretary: bool
    suspended: bool


class WaitingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A change of the register that waits for approvals.

    `agreed` says whether the co-op that it is about has signed it, None where it need
    not.
    """

    id: str
    kind: str
    coop: str | None
    name: str
    approved_by: list[str]
    approvals: int
    needed: int
    agreed: bool | None


def heads(books: Books) -> list[HeadRow]:
    """List the ends of all chains by co-op and incarnation."""
    return [
        HeadRow(
            coop=forms.text("coop", held.chain.coop),
            incarnation=held.chain.incarnation.hex(),
            seq=held.last,
            id=forms.text("evt", held.last_id),
        )
        for _, held in sorted(books.log.chains.items())
    ]


def peers(books: Books, names: Names, notes: Peers) -> list[PeerRow]:
    """List the other members' nodes."""
    return [
        _peer(books, names, notes, coop)
        for coop in sorted(books.roster.members, key=names.order)
        if coop != books.coop
    ]


def _peer(books: Books, names: Names, notes: Peers, coop: CoopId) -> PeerRow:
    card = books.register.cards.get(coop)
    known = notes.get(coop)
    return PeerRow(
        coop=forms.text("coop", coop),
        name=names.of(coop),
        url=card.addresses[0] if card is not None and card.addresses else "",
        last_contact=moments.write_or_none(known.last_contact_ms) if known else None,
        in_sync=notes.in_sync(coop),
        same_root=known.same_root if known else None,
        error=known.error if known else "",
    )


def members(books: Books, names: Names) -> list[MemberRow]:
    """List members by name, then applicants."""
    roster = books.roster
    return [
        MemberRow(
            coop=forms.text("coop", coop),
            name=names.of(coop),
            state="member",
            approved_by=[],
            approvals=None,
            needed=None,
            elector=coop in roster.electors,
            secretary=coop == roster.secretary,
            suspended=books.register.suspension.is_suspended(coop),
        )
        for coop in sorted(roster.members, key=names.order)
    ] + [
        MemberRow(
            coop=forms.text("coop", coop),
            name=names.of(coop),
            state="applied",
            approved_by=approved_by(
                roster, names, max(pending, key=lambda one: counted(roster, one))
            ),
            approvals=max(counted(roster, one) for one in pending),
            needed=roster.approvals_needed(),
            elector=False,
            secretary=False,
            suspended=False,
        )
        for coop, pending in sorted(
            admissions(books).items(), key=lambda item: names.order(item[0])
        )
    ]


def admissions(books: Books) -> dict[CoopId, list[Pending]]:
    """Give the admissions that wait, by applicant.

    Two members can sponsor one applicant at the same time; then there are two.
    """
    found: dict[CoopId, list[Pending]] = {}
    for change_id in sorted(books.register.pending):
        pending = books.register.pending[change_id]
        if isinstance(pending.change.body, Admit):
            coop = identity.coop_id(pending.change.body.inception)
            found.setdefault(coop, []).append(pending)
    return found


def counted(roster: Roster, pending: Pending) -> int:
    """Count the electors that approve a change."""
    return len(roster.electors & pending.approvals.keys())


def approved_by(roster: Roster, names: Names, pending: Pending) -> list[str]:
    """Name the electors that approve a change."""
    found = roster.electors & pending.approvals.keys()
    return [names.of(coop) for coop in sorted(found, key=names.order)]


def waiting(books: Books, names: Names) -> list[WaitingRow]:
    """List the other changes that wait: electors, secretary, headcounts, charter."""
    roster = books.roster
    found: list[WaitingRow] = []
    for change_id in sorted(books.register.pending):
        pending = books.register.pending[change_id]
        body = pending.change.body
        # A close waits for logs, not for approvals.
        if isinstance(body, Admit | Close):
            continue
        coop: bytes | None = getattr(body, "coop", None)
        found.append(
            WaitingRow(
                id=forms.text("chg", change_id),
                kind=pending.change.kind,
                coop=None if coop is None else forms.text("coop", coop),
                name="" if coop is None else names.of(coop),
                approved_by=approved_by(roster, names, pending),
                approvals=counted(roster, pending),
                needed=roster.approvals_needed(),
                agreed=coop in pending.approvals if isinstance(body, OfCoop) else None,
            )
        )
    return found
