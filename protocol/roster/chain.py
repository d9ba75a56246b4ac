"""Blocks and the roster they build, verified from blocks alone (SPEC 7.1, 7.3).

    genesis = [founder's inception, nonce, charter]            number 0
    block   = [network, number, previous, entries, heads]
    entry   = [change, approvals]

A block is certified by a majority of the electors of the block before.
"""

from collections.abc import Mapping
from typing import Annotated, Final, assert_never

import msgspec
from msgspec import Meta

from protocol import canonical, keys, limits
from protocol.errors import Malformed, Unconnected
from protocol.ids import BlockId, ChangeId, CoopId, NetworkId, digest, number
from protocol.log import Place
from protocol.roster import change as changes
from protocol.roster.change import (
    CARRIED,
    Admit,
    Approval,
    Change,
    Charter,
    Close,
    Headcount,
    OfCoop,
)
from protocol.roster.identity import Digest, Nonce, Signature, coop_id, parse_inception


class Genesis(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """What founds a network; its hash is the network id."""

    inception: bytes
    nonce: Nonce
    charter: Charter


class Entry(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A change as it enters: its exact bytes, its approvals sorted by co-op."""

    change: bytes
    approvals: Annotated[tuple[Approval, ...], Meta(max_length=limits.ELECTORS + 1)]


class Block(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One step of the roster. `heads` has its place for cut-offs, now empty."""

    network: Digest
    number: Annotated[int, Meta(ge=1, le=limits.INTEGER)]
    previous: Digest
    entries: Annotated[
        tuple[Entry, ...], Meta(min_length=1, max_length=limits.CHANGES_PER_BLOCK)
    ]
    heads: tuple[()] = ()


class Accepted(
    msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True
):
    """An elector's signature for one block at one (number, term)."""

    coop: Digest
    signature: Signature


class Certificate(
    msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True
):
    """The accepts of a majority in one term, sorted by co-op.

    `promises` has its place for terms above 0, empty in version 0.
    """

    term: Annotated[int, Meta(ge=0, le=0)]
    accepts: Annotated[tuple[Accepted, ...], Meta(max_length=limits.ELECTORS)]
    promises: tuple[()] = ()


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """A co-op of the network: its key of today, since which block, its headcount."""

    coop: CoopId
    inception: bytes
    log_key: bytes
    generation: int = 0
    since: int
    people: int = 1


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """A closing event that is final, with what its result is computed under.

    `members` and `charter` are those before block `number`, as its steward could know
    them; all rosters that agree on them share one mapping.
    """

    number: int
    place: Place
    members: Mapping[CoopId, Member]
    charter: Charter


class Roster(msgspec.Struct, frozen=True, kw_only=True):
    """The register after its last block. `blocks` holds all ids, by number."""

    network: NetworkId
    charter: Charter
    members: Mapping[CoopId, Member]
    electors: frozenset[CoopId]
    secretary: CoopId
    blocks: tuple[BlockId, ...]
    entered: Mapping[ChangeId, int]
    #: What is closed for good, by co-op and closing event.
    closed: Mapping[tuple[CoopId, bytes], Closed] = {}
    #: How many blocks, from the first, have rules that this build reads; None: all.
    known_rules: int | None = None

    @property
    def number(self) -> int:
        """Number of the last block."""
        return len(self.blocks) - 1

    @property
    def tip(self) -> BlockId:
        """Id of the last block."""
        return self.blocks[-1]

    def epochs(self) -> dict[int, bytes]:
        """Map block numbers to the 8 bytes that events name them by.

        Only those whose rules this build has: an event of a later one waits for a
        program that can read it (SPEC 7.5).
        """
        return {
            at: block[:8] for at, block in enumerate(self.blocks[: self.known_rules])
        }

    def approvals_needed(self) -> int:
        """Two thirds of the electors, rounded up."""
        return (2 * len(self.electors) + 2) // 3

    def accepts_needed(self) -> int:
        """More than half of the electors."""
        return len(self.electors) // 2 + 1


_GENESIS: Final = msgspec.msgpack.Decoder(Genesis)
_BLOCK: Final = msgspec.msgpack.Decoder(Block)
_CERTIFICATE: Final = msgspec.msgpack.Decoder(Certificate)


def write_genesis(inception: bytes, nonce: bytes, charter: Charter) -> bytes:
    """Write what founds a network."""
    return canonical.ENCODER.encode(Genesis(inception, nonce, charter))


def found(genesis: bytes) -> Roster:
    """Read a genesis: the founder is the first member, elector and secretary."""
    form = canonical.read(_GENESIS, genesis, most=limits.BLOCK_BYTES)
    inception = parse_inception(form.inception)
    founder = coop_id(form.inception)
    network = digest("network", genesis)
    member = Member(
        coop=founder, inception=form.inception, log_key=inception.log_key, since=0
    )
    return Roster(
        network=NetworkId(network),
        charter=form.charter,
        members={founder: member},
        electors=frozenset({founder}),
        secretary=founder,
        blocks=(BlockId(network),),
        entered={},
        known_rules=None if form.charter.rules == limits.RULES_VERSION else 0,
    )


def block_id(data: bytes) -> BlockId:
    """Name a block by its exact bytes."""
    return BlockId(digest("block", data))


def accept_message(network: NetworkId, at: int, term: int, block: BlockId) -> bytes:
    """Give what an accept signs: one block for one (number, term)."""
    return network + number(at) + number(term) + block


def parse_block(data: bytes) -> Block:
    """Read a block's form alone."""
    return canonical.read(_BLOCK, data, most=limits.BLOCK_BYTES)


def extend(roster: Roster, data: bytes, certificate: bytes) -> Roster:
    """Add a certified block. Raises `Malformed`, or `Unconnected` for a later one."""
    place = parse_block(data)
    check_place(roster, place)
    # The few signatures of the certificate first: they vouch for the many inside.
    _check_certificate(roster, data, certificate)
    return preview(roster, data)


def _check_certificate(roster: Roster, data: bytes, certificate: bytes) -> None:
    form = canonical.read(_CERTIFICATE, certificate, most=limits.CHANGE_BYTES)
    message = accept_message(
        roster.network, roster.number + 1, form.term, block_id(data)
    )
    signers = [accept.coop for accept in form.accepts]
    if signers != sorted(set(signers)):
        raise Malformed("certificate", "accepts are sorted by co-op, one each")
    if len(signers) < roster.accepts_needed():
        raise Malformed(
            "certificate",
            f"{len(signers)} accepts of {roster.accepts_needed()} needed",
        )
    for accept in form.accepts:
        check_elector_signature(
            roster, accept.coop, "accept", message, accept.signature
        )


def check_elector_signature(
    roster: Roster, coop: bytes, purpose: str, message: bytes, signature: bytes
) -> None:
    """Refuse what is not signed by an elector of this roster."""
    elector = CoopId(coop)
    if elector not in roster.electors:
        raise Malformed("not-elector", "signed by a co-op that is no elector")
    key = roster.members[elector].log_key
    if not keys.verify(key, purpose, message, signature):
        raise Malformed("signature-invalid", f"the {purpose} does not verify")


def preview(roster: Roster, data: bytes) -> Roster:
    """Give the roster as a block would make it, its certificate aside."""
    block = parse_block(data)
    check_place(roster, block)
    after = roster
    for entry in block.entries:
        after = enter(after, roster, entry, block.number)
    return msgspec.structs.replace(after, blocks=(*roster.blocks, block_id(data)))


def check_place(roster: Roster, block: Block) -> None:
    """Refuse a block that does not follow the last one of this roster."""
    if block.network != roster.network:
        raise Malformed("network-foreign", "the block belongs to another network")
    if block.number > roster.number + 1:
        raise Unconnected("block-gap", f"block {roster.number + 1} comes first")
    if block.number <= roster.number or block.previous != roster.tip:
        raise Malformed("block-place", "the block does not follow the last one")


def enter(roster: Roster, before: Roster, entry: Entry, at: int) -> Roster:
    """Apply one approved change. `before` is the roster whose electors approve."""
    change = changes.parse(entry.change, before.network)
    check_base(before, change, at)
    if change.id in roster.entered:
        raise Malformed("change-twice", "the change has entered already")
    check_carried(before, change, entry.approvals)
    after = _apply(roster, before, change, at)
    recent = {
        known: block
        for known, block in roster.entered.items()
        if at - block <= limits.CHANGE_LIFE_BLOCKS
    }
    return msgspec.structs.replace(after, entered={**recent, change.id: at})


def check_base(before: Roster, change: Change, at: int) -> None:
    """Refuse a change based on a block that is unknown or too far back."""
    oldest = max(0, at - limits.CHANGE_LIFE_BLOCKS)
    if change.base not in before.blocks[oldest:at]:
        raise Malformed("change-base", "its base is not among the last 32 blocks")


def check_carried(
    before: Roster, change: Change, approvals: tuple[Approval, ...]
) -> None:
    """Refuse a change that its table does not carry (SPEC 7.2)."""
    signers = [approval.coop for approval in approvals]
    if signers != sorted(set(signers)):
        raise Malformed("approvals", "approvals are sorted by co-op, one each")
    subject = subject_of(change)
    for approval in approvals:
        _check_approval(before, change, approval, subject)
    if not is_carried(before, change, frozenset(signers)):
        raise Malformed("approvals", "not enough approvals for this change")


def is_moot(roster: Roster, change: Change) -> bool:
    """Tell whether a change would change nothing, or cannot be made, as things are."""
    try:
        _apply(roster, roster, change, roster.number + 1)
    except Malformed:
        return True
    return False


def subject_of(change: Change) -> bytes | None:
    """Name the co-op whose own consent counts for a change, if there is one."""
    return change.body.coop if isinstance(change.body, OfCoop | Close) else None


def is_carried(before: Roster, change: Change, signers: frozenset[bytes]) -> bool:
    """Tell whether these signers suffice, their signatures taken as verified."""
    subject = subject_of(change)
    quorum = len(signers & before.electors) >= before.approvals_needed()
    match CARRIED[change.kind]:
        case "quorum":
            return quorum
        case "quorum and subject":
            return quorum and subject in signers
        case "quorum or subject":
            return quorum or subject in signers
        case "subject":
            return subject in signers
        case never:
            assert_never(never)


def _check_approval(
    before: Roster, change: Change, approval: Approval, subject: bytes | None
) -> None:
    coop = CoopId(approval.coop)
    if coop not in before.electors and coop != subject:
        raise Malformed("approvals", "approved by a co-op that has no say in it")
    member = before.members.get(coop)
    if member is None or not changes.approved(
        before.network, change.id, approval, member.log_key
    ):
        raise Malformed("signature-invalid", "an approval does not verify")


def _apply(roster: Roster, before: Roster, change: Change, at: int) -> Roster:
    match change.body:
        case Admit():
            return _admit(roster, change.body, at)
        case Charter():
            return _charter(roster, change.body, at)
        case Headcount():
            member = _member(roster, change.body.coop)
            counted = msgspec.structs.replace(member, people=change.body.people)
            return _with_member(roster, counted)
        case Close():
            return _close(roster, before, change.body, at)
        case OfCoop():
            return _duty(roster, change.kind, _member(roster, change.body.coop).coop)
        case never:
            assert_never(never)


def _admit(roster: Roster, body: Admit, at: int) -> Roster:
    inception = parse_inception(body.inception)
    coop = coop_id(body.inception)
    if coop in roster.members:
        raise Malformed("change-moot", "the co-op is a member already")
    if len(roster.members) >= limits.MEMBERS:
        raise Malformed("change-refused", f"a network has {limits.MEMBERS} members")
    return _with_member(
        roster,
        Member(
            coop=coop,
            inception=body.inception,
            log_key=inception.log_key,
            since=at,
        ),
    )


def _charter(roster: Roster, charter: Charter, at: int) -> Roster:
    known = roster.known_rules
    if charter.rules == limits.RULES_VERSION:
        # Named and taken back within one block: what counts is the charter after it.
        known = None if known == at else known
    elif known is None:
        known = at
    return msgspec.structs.replace(roster, charter=charter, known_rules=known)


def _close(roster: Roster, before: Roster, body: Close, at: int) -> Roster:
    # Keyed by the co-op, too: nobody takes the place of another's closing by naming it.
    key = (_member(roster, body.coop).coop, body.place.id)
    if key in roster.closed:
        raise Malformed("change-moot", "it is closed already")
    closed = Closed(
        number=at, place=body.place, members=before.members, charter=before.charter
    )
    return msgspec.structs.replace(roster, closed={**roster.closed, key: closed})


def _duty(roster: Roster, kind: str, coop: CoopId) -> Roster:
    on = coop in roster.electors
    if kind == "secretary":
        if not on or coop == roster.secretary:
            raise Malformed("change-refused", "the secretary is another elector")
        return msgspec.structs.replace(roster, secretary=coop)
    if on == (kind == "elector.on"):
        raise Malformed("change-moot", "the co-op has or lacks that duty already")
    if kind == "elector.off":
        if coop == roster.secretary:
            raise Malformed("change-refused", "first another elector is secretary")
        return msgspec.structs.replace(roster, electors=roster.electors - {coop})
    if len(roster.electors) >= limits.ELECTORS:
        raise Malformed("change-refused", f"there are {limits.ELECTORS} electors")
    return msgspec.structs.replace(roster, electors=roster.electors | {coop})


def _member(roster: Roster, coop: bytes) -> Member:
    member = roster.members.get(CoopId(coop))
    if member is None:
        raise Malformed("change-refused", "the co-op is no member")
    return member


def _with_member(roster: Roster, member: Member) -> Roster:
    members = {**roster.members, member.coop: member}
    return msgspec.structs.replace(roster, members=members)
