"""Closing envelopes for other co-ops, and opening those that were closed for this one.

    words ─▶ content key ─▶ a wrap per reader (HPKE) ─▶ envelope ─▶ Draft
    entity ─▶ text ─▶ envelope ─▶ words, or why there are none here

The content key comes from the node's entropy; each wrap has an ephemeral key of its
own, which HPKE draws by itself.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from node.act import Draft
from node.errors import UserFault
from node.node import Node
from protocol import ids, sealing
from protocol.errors import Malformed
from protocol.kinds.sealed import CUSTODIANS, SEALED, SealedShared, Share
from protocol.rules.sealed import Sealed
from protocol.sealing import Purpose
from protocol.state import Entity

#: Why an envelope says nothing here.
Why = Literal["for-others", "not-here", "unreadable"]


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """The words of a sealed text; None, and why, where they cannot be read here."""

    words: str | None = None
    why: Why | None = None


def seal(
    node: Node,
    about: bytes,
    role: Share,
    to: Iterable[bytes],
    *,
    words: str,
    custodians: Sequence[bytes] | None = None,
) -> Draft:
    """Close words about something of this log for the co-ops in `to`.

    custodians: None, and they are chosen here. Raises `UserFault`: words too long, a
    co-op whose card is not here, or has no key that can be sealed for.
    """
    readers = tuple(sorted(set(to)))
    data = words.encode()
    if len(data) > sealing.WORDS_BYTES:
        raise UserFault(
            code="text-too-long",
            detail=f"{role}: {len(data)} bytes are too many; an envelope holds"
            f" {sealing.WORDS_BYTES}.",
            way_out="Shorten them, or link to the document.",
            field=role,
            expected=f"at most {sealing.WORDS_BYTES} bytes",
            example="Ask for Mae, 01234 567890",
        )
    chosen = choose_custodians(node, readers) if custodians is None else custodians
    body = SealedShared(
        about=about, custodians=tuple(sorted(set(chosen))), role=role, to=readers
    )
    network = node.register.roster.network
    purpose = sealing.purpose_of(network, node.coop, body)
    key = node.entropy.token(sealing.KEY_BYTES)
    wraps = [_wrap(node, purpose, reader, key) for reader in purpose.readers]
    envelope = sealing.close(purpose, key, wraps, data)
    return Draft("sealed.shared", body, {SEALED: envelope})


def _wrap(node: Node, purpose: Purpose, reader: bytes, key: bytes) -> bytes:
    public = X25519PublicKey.from_public_bytes(_sealing_key(node, reader))
    try:
        return sealing.SUITE.encrypt(key, public, info=purpose.info(reader))
    except ValueError as error:
        # A point of small order: whatever is sealed for it, anybody could open.
        raise _no_key(reader, "its card has no key that can be sealed for") from error


def _sealing_key(node: Node, reader: bytes) -> bytes:
    if reader == node.coop:
        return node.signer.sealing_key
    card = node.register.cards.get(ids.CoopId(reader))
    if card is None:
        raise _no_key(reader, "its card is not here yet")
    return card.sealing_key


def _no_key(reader: bytes, why: str) -> UserFault:
    coop = ids.text("coop", reader)
    return UserFault(
        code="no-sealing-key",
        detail=f"Nothing can be sealed for {coop}: {why}.",
        way_out="Try again once its node has been in touch (`wortley status`).",
        field="to",
        coop=coop,
    )


def choose_custodians(node: Node, readers: Iterable[bytes]) -> list[bytes]:
    """Choose who keeps an envelope for readers that this node cannot meet.

    None where it has an address, or all of them: then one side can call the other.
    Else up to three members with an address, those heard of last.
    """
    cards = node.register.cards
    reached = {coop for coop, card in cards.items() if card.addresses}
    named = {node.coop, *readers}
    if node.coop in reached or reached >= named - {node.coop}:
        return []
    heard = {coop: node.peers.of(coop).last_contact_ms or 0 for coop in reached}
    members = node.register.roster.members.keys()
    able = sorted(
        (coop for coop in reached & members if coop not in named),
        key=lambda coop: (-heard[coop], coop),
    )
    return [*able[:CUSTODIANS]]


async def open_here(node: Node, entity: Entity) -> Opened:
    """Open a sealed text on this node, or say why it says nothing here."""
    sealed = _sealed(entity)
    if node.coop not in (entity.coop, *sealed.to):
        return Opened(why="for-others")
    commitment = sealed.texts[SEALED]
    found = await node.log.texts.of([commitment])
    if commitment not in found:
        return Opened(why="not-here")
    purpose = Purpose(
        node.register.roster.network, entity.coop, sealed.about, sealed.role, sealed.to
    )
    try:
        words = node.signer.unseal(purpose, found[commitment].words)
        return Opened(words=words.decode())
    except (Malformed, UnicodeDecodeError):
        return Opened(why="unreadable")


def _sealed(entity: Entity) -> Sealed:
    if not isinstance(entity.body, Sealed):
        raise TypeError(f"a sealed text is opened, not a {entity.family}")
    return entity.body


_ROLES: Final[tuple[Share, ...]] = ("details", "rate")


async def hand_over(node: Node, about: bytes, to: bytes) -> list[Draft]:
    """Seal for one more co-op what this one has sealed about something of its log.

    For whoever publishes that it hands something over: of each sort of words the
    newest that opens here, unless that co-op reads it already. Raises as `seal`.
    """
    drafts: list[Draft] = []
    every = await node.state.referring([about])
    own = [one for one in every if one.family == "sealed" and one.coop == node.coop]
    for role in _ROLES:
        read = [one for one in own if _sealed(one).role == role]
        said = {one.id: (await open_here(node, one)).words for one in read}
        known = {said[one.id] for one in read if to in _sealed(one).to}
        newest = next((said[one.id] for one in reversed(read)), None)
        if newest is not None and newest not in known:
            drafts.append(seal(node, about, role, [to], words=newest))
    return drafts
