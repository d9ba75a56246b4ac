"""Sync, sans I/O: what is said to a peer, and what next, given its hello (SPEC 12).

    hello ─▶ roster ─▶ gossip ─▶ pull ─▶ push ─▶ live (long-poll) ─▶ hello ...
             (each only where the two hellos differ in it)

Messages, digests and the order of steps; whoever drives them owns sockets and stores.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from protocol import canonical, limits
from protocol.errors import Malformed
from protocol.ids import Incarnation, digest
from protocol.kinds.fields import Id, IncarnationName
from protocol.roster.identity import Application, Digest, Name, Nonce, SignedCard
from protocol.walks import Span
from protocol.wire import Cursor, Head, Number, Short

VERSION: Final = 1
#: A long-poll waits at most so many seconds: under the idle limit of any proxy.
LONGEST_WAIT_S: Final = 30

Heads = Annotated[tuple[Head, ...], Meta(max_length=limits.HEADS)]


class Hello(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    kw_only=True,
    forbid_unknown_fields=True,
):
    """What a node holds, in six digests; both sides say it, in request and reply."""

    version: Number
    rules: Number
    network: Digest
    coop: Digest
    instance: Nonce
    tip_number: Number
    tip: Digest
    heads: Digest
    gossip: Digest
    #: nil while it is not computed (during a first sync).
    root: Digest | None
    card: SignedCard
    #: The newest place of the other's own log that this node holds.
    your_head: Head | None = None


class RosterPull(msgspec.Struct, frozen=True, array_like=True):
    """Ask for blocks from a number on (0 gives the genesis first)."""

    since: Number


class CertifiedBlock(msgspec.Struct, frozen=True, array_like=True):
    """A block and its certificate; the genesis comes with an empty one."""

    block: bytes
    certificate: bytes


class Blocks(msgspec.Struct, frozen=True, array_like=True):
    """Blocks in order, as many as fit."""

    blocks: Annotated[tuple[CertifiedBlock, ...], Meta(max_length=1024)]
    more: bool


class Gossip(msgspec.Struct, frozen=True, array_like=True):
    """Objects by id: what this side holds, what it sends along, what it asks for."""

    have: Annotated[tuple[Short, ...], Meta(max_length=limits.OBJECTS)]
    want: Annotated[tuple[Short, ...], Meta(max_length=limits.OBJECTS)] = ()
    objects: Annotated[tuple[bytes, ...], Meta(max_length=limits.OBJECTS)] = ()


class Pull(msgspec.Struct, frozen=True, array_like=True):
    """Ask for what comes after a cursor, or after heads where the cursor is unknown.

    `texts` names commitments that are still missing here; `wait` is how many seconds
    the answer may be held back while there is nothing new. `holds` is the heads digest
    of all that is held here: whoever held just that knows what came since.
    """

    cursor: Cursor | None = None
    heads: Heads | None = None
    texts: Annotated[tuple[Id, ...], Meta(max_length=512)] = ()
    wait: Annotated[int, Meta(ge=0, le=LONGEST_WAIT_S)] = 0
    holds: Digest | None = None


class Probe(msgspec.Struct, frozen=True, array_like=True):
    """Ask for the ids at places of one chain, to find where two branches part."""

    coop: Id
    incarnation: IncarnationName
    seqs: Annotated[tuple[Number, ...], Meta(max_length=64)]


class Ids(msgspec.Struct, frozen=True, array_like=True):
    """The ids asked for, in their order; empty where the place is not held."""

    ids: Annotated[tuple[bytes, ...], Meta(max_length=64)]


class PushReply(msgspec.Struct, frozen=True, array_like=True):
    """What the receiver holds after a push."""

    heads: Heads


class JoinRequest(msgspec.Struct, frozen=True, array_like=True):
    """Knock with an invitation: the application, and proof of knowing its secret.

    The proof is HMAC-SHA256 under the secret (SPEC 7.6), so that whoever overhears it
    cannot use it for another co-op. The card lets the members sync at once. `since`
    asks for blocks from that number on.
    """

    application: Application
    proof: Digest
    card: SignedCard
    since: Number


class Naming(msgspec.Struct, frozen=True, array_like=True):
    """What a member is called, as another says."""

    coop: Id
    name: Name


class JoinReply(msgspec.Struct, frozen=True, array_like=True):
    """The roster from the number asked for on, and how far the application is.

    `names` come with the first block: until the members' own logs say it, nobody else
    tells the applicant whom it joins. They are hearsay, and nothing follows from them.
    """

    blocks: Blocks
    member: bool
    approvals: Number
    needed: Number
    cards: Annotated[tuple[SignedCard, ...], Meta(max_length=limits.MEMBERS)] = ()
    names: Annotated[tuple[Naming, ...], Meta(max_length=limits.MEMBERS)] = ()


class BlocksReply(msgspec.Struct, frozen=True, array_like=True):
    """Up to where the receiver holds the roster after blocks were pushed to it."""

    tip_number: Number


def heads_digest(heads: Iterable[tuple[bytes, bytes, int, bytes]]) -> bytes:
    """Digest (co-op, incarnation, seq, full id) of all chains (SPEC 12.1)."""
    rows = sorted(heads)
    return digest("heads", canonical.ENCODER.encode(rows))


def missing(
    held: Mapping[tuple[bytes, bytes], int], heads: Sequence[Head]
) -> dict[tuple[bytes, bytes], int]:
    """Say from which seq on each chain is wanted by somebody with these heads.

    `held` gives (co-op, incarnation) -> last seq held here; chains that the other
    has to the end are left out.
    """
    theirs = {(head.coop, head.incarnation): head.seq for head in heads}
    return {
        chain: theirs.get(chain, 0) + 1
        for chain, last in held.items()
        if theirs.get(chain, 0) < last
    }


def in_turns(
    wanted: Mapping[tuple[bytes, bytes], tuple[int, int]], step: int
) -> Iterable[tuple[tuple[bytes, bytes], Span]]:
    """Cut wanted ranges into steps and take the chains in turn.

    So one log of a million events cannot hold up the rest (SPEC 12.2).
    """
    pending = {chain: first for chain, (first, _) in sorted(wanted.items())}
    while pending:
        for chain in list(pending):
            first, last = pending[chain], wanted[chain][1]
            end = min(last, first + step - 1)
            yield chain, Span(Incarnation(chain[1]), first, end)
            if end == last:
                del pending[chain]
            else:
                pending[chain] = end + 1


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """What two hellos say of each other: equal where None is not said."""

    in_sync: bool
    #: None where the two don't hold the same, so that roots can't be compared.
    same_root: bool | None


def compare(ours: Hello, theirs: Hello) -> Comparison:
    """Compare (heads digest, block, rules) and, where all three agree, the roots."""
    same = (ours.heads, ours.tip, ours.rules) == (
        theirs.heads,
        theirs.tip,
        theirs.rules,
    )
    if not same or ours.root is None or theirs.root is None:
        return Comparison(in_sync=same, same_root=None)
    return Comparison(in_sync=True, same_root=ours.root == theirs.root)


def check_hello(ours: Hello, theirs: Hello) -> None:
    """Refuse a peer of another network, protocol or rules; raises `Malformed`."""
    if theirs.network != ours.network:
        raise Malformed("network-foreign", "the peer belongs to another network")
    if theirs.version != ours.version:
        raise Malformed("version-foreign", f"the peer speaks version {theirs.version}")
    if theirs.rules != ours.rules:
        raise Malformed("rules-foreign", f"the peer's rules are {theirs.rules}")


Step = Literal["hello", "roster", "gossip", "pull", "push", "live"]
#: What follows what; a step is skipped where the hellos agree on its matter.
ORDER: Final[tuple[Step, ...]] = ("hello", "roster", "gossip", "pull", "push", "live")


def next_step(after: Step, ours: Hello, theirs: Hello) -> Step:
    """Give the step that follows, from what both sides hold by now."""
    needed: dict[Step, bool] = {
        "roster": theirs.tip_number > ours.tip_number,
        "gossip": theirs.gossip != ours.gossip,
        "pull": theirs.heads != ours.heads,
        "push": theirs.heads != ours.heads,
        "live": True,
    }
    for step in ORDER[ORDER.index(after) + 1 :]:
        if needed[step]:
            return step
    return "hello"
