"""How electors' nodes agree on the next block (SPEC 7.4).

Single-decree Paxos per number. The secretary's node is the distinguished proposer of
term 0 and needs no promises there: every elector accepts at most one block for one
number, so at most one block can gather a majority. Terms above 0 (another elector
takes over) have their place in the forms and come with a later rules version.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from protocol import canonical, keys, limits
from protocol.errors import Conflict, Malformed
from protocol.ids import BlockId, CoopId
from protocol.roster import chain
from protocol.roster.chain import Accepted, Block, Certificate, Entry, Roster
from protocol.roster.change import Approval, Change
from protocol.roster.identity import Digest, Signature


class Proposal(
    msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True
):
    """A block as the secretary's node puts it to the electors."""

    block: bytes
    term: Annotated[int, Meta(ge=0, le=0)]
    coop: Digest
    signature: Signature


class Accept(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """An elector's accept, on its way to the proposer."""

    number: Annotated[int, Meta(ge=1, le=limits.INTEGER)]
    term: Annotated[int, Meta(ge=0, le=0)]
    block: Digest
    coop: Digest
    signature: Signature


TERM: Final = 0


def complete(
    roster: Roster, pool: Iterable[tuple[Change, Mapping[bytes, Approval]]]
) -> list[Entry]:
    """Pick from a pool what can enter now, in an order that every node repeats.

    Approvals are taken as verified; those of co-ops without a say are left aside, and
    so is a change that another one of the same block has made moot.
    """
    after = roster
    entries: list[Entry] = []
    at = roster.number + 1
    for change, approvals in sorted(pool, key=lambda item: item[0].id):
        if len(entries) == limits.CHANGES_PER_BLOCK:
            break
        entry = Entry(change.data, _with_a_say(roster, change, approvals))
        try:
            after = chain.enter(after, roster, entry, at)
        except Malformed:
            continue
        entries.append(entry)
    return entries


def _with_a_say(
    roster: Roster, change: Change, approvals: Mapping[bytes, Approval]
) -> tuple[Approval, ...]:
    subject = chain.subject_of(change)
    return tuple(
        approvals[coop]
        for coop in sorted(approvals)
        if coop in roster.electors or coop == subject
    )


def propose(
    roster: Roster, entries: list[Entry], coop: CoopId, log_key: keys.Private
) -> Proposal:
    """Write and sign the next block. The caller persists it before it is sent."""
    block = Block(roster.network, roster.number + 1, roster.tip, tuple(entries))
    data = canonical.ENCODER.encode(block)
    message = chain.accept_message(
        roster.network, block.number, TERM, chain.block_id(data)
    )
    return Proposal(data, TERM, coop, keys.sign(log_key, "propose", message))


def check_proposal(roster: Roster, proposal: Proposal) -> BlockId:
    """Check that a proposal is the secretary's and that its block would be valid."""
    if proposal.coop != roster.secretary:
        raise Malformed("not-secretary", "only the secretary's node proposes in term 0")
    chain.check_place(roster, chain.parse_block(proposal.block))
    block = chain.block_id(proposal.block)
    message = chain.accept_message(
        roster.network, roster.number + 1, proposal.term, block
    )
    chain.check_elector_signature(
        roster, proposal.coop, "propose", message, proposal.signature
    )
    chain.preview(roster, proposal.block)
    return block


def accept(
    roster: Roster,
    proposal: Proposal,
    before: Accept | None,
    coop: CoopId,
    log_key: keys.Private,
) -> Accept:
    """Accept a proposal. `before` is what this node last accepted, read from disk.

    Raises `Conflict` when another block was accepted for this number already. The
    caller persists the accept, anchor included, before it is sent.
    """
    block = check_proposal(roster, proposal)
    at = roster.number + 1
    if before is not None and before.number >= at and before.block != block:
        raise Conflict("accepted-another", f"another block {before.number} is accepted")
    message = chain.accept_message(roster.network, at, proposal.term, block)
    return Accept(at, proposal.term, block, coop, keys.sign(log_key, "accept", message))


def check_accept(roster: Roster, given: Accept) -> None:
    """Refuse an accept that no elector of this roster signed for the next number."""
    if given.number != roster.number + 1:
        raise Malformed("accept-place", "the accept is for another number")
    message = chain.accept_message(
        roster.network, given.number, given.term, BlockId(given.block)
    )
    chain.check_elector_signature(
        roster, given.coop, "accept", message, given.signature
    )


def certify(roster: Roster, accepts: Iterable[Accept], block: BlockId) -> bytes | None:
    """Write the certificate once a majority has accepted this block, else None."""
    given = {one.coop: one for one in accepts if one.block == block}
    if len(given) < roster.accepts_needed():
        return None
    signatures = tuple(Accepted(coop, given[coop].signature) for coop in sorted(given))
    return canonical.ENCODER.encode(Certificate(TERM, signatures))
