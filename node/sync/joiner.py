"""Knocking at a member's door with an invitation, until the network has let us in."""

import asyncio
import hmac
import logging
from collections.abc import Iterable
from typing import Final

import aiohttp
import msgspec

from node.errors import UserFault, WorldFault
from node.joining import describe
from node.node import Node
from node.store.node_db import Heard
from node.sync.client import PeerClient, PeerProblem
from node.views import texts
from protocol import canonical, keys
from protocol.errors import Malformed, ProtocolError
from protocol.ids import NetworkId
from protocol.roster import chain, gossip, identity
from protocol.roster.chain import Roster
from protocol.roster.gossip import CardObject
from protocol.roster.identity import Card, Invitation
from protocol.sync import CertifiedBlock, JoinReply, JoinRequest, Naming

log = logging.getLogger("wortley.sync")
_REPLY: Final = msgspec.msgpack.Decoder(JoinReply)
_SETTING: Final = "join"
#: How often an applicant asks again, in seconds.
_AGAIN_S: Final = 3.0
_MOST: Final = 4 * 1024 * 1024


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How far an application is."""

    network: str
    member: bool
    approvals: int
    needed: int


async def start(
    node: Node, session: aiohttp.ClientSession, invitation: str
) -> Standing:
    """Knock for the first time, and remember to go on knocking.

    Raises `UserFault` where the invitation is wrong, `WorldFault` where nobody
    answers; then nothing is remembered.
    """
    described = describe(invitation)
    if node.register.founded and node.register.roster.network != described.network:
        raise UserFault(
            code="network-exists",
            detail="This node belongs to another network already.",
            way_out="Use another data folder (--data) for this network.",
        )
    standing = await knock(node, session, described)
    if not standing.member:
        await node.own.set(_SETTING, canonical.ENCODER.encode(invitation))
    return standing


async def knock(
    node: Node, session: aiohttp.ClientSession, invitation: Invitation
) -> Standing:
    """Knock once at the addresses of the invitation, in turn."""
    trouble = "it names no address"
    for address in invitation.addresses:
        client = PeerClient(node, session, address)
        try:
            reply, blocks, said = await _ask_for_all(node, client, invitation)
        except PeerProblem as problem:
            raise UserFault(
                code=problem.code,
                detail=f"{address} did not let this co-op in: {problem.detail}.",
                way_out="Ask for a new invitation.",
            ) from problem
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            trouble = f"{address}: {str(error)[:200] or type(error).__name__}"
            continue
        return await _take(node, reply, blocks, said)
    raise WorldFault(
        code="inviter-unreachable",
        detail=f"Nobody answered at the invitation's address ({trouble}).",
        way_out="Try again when the inviter's node is up; the invitation stays good.",
    )


async def _ask_for_all(
    node: Node, client: PeerClient, invitation: Invitation
) -> tuple[JoinReply, list[CertifiedBlock], list[Naming]]:
    """Knock until all blocks are here that were not held.

    Gives the last reply, all blocks, and what members are called.
    """
    roster = node.register.roster if node.register.founded else None
    blocks: list[CertifiedBlock] = []
    said: list[Naming] = []
    while True:
        since = 0 if roster is None else roster.number + 1
        reply = await _ask(node, client, invitation, since)
        # At once: blocks of this network end somewhere, those of a liar need not.
        roster = _extended(roster, invitation, reply.blocks.blocks)
        blocks.extend(reply.blocks.blocks)
        said.extend(reply.names if since == 0 else ())
        if not (reply.blocks.more and reply.blocks.blocks):
            _check_pin(invitation, roster)
            return reply, blocks, said


async def _ask(
    node: Node, client: PeerClient, invitation: Invitation, since: int
) -> JoinReply:
    inception = node.signer.inception
    network = NetworkId(invitation.network)
    message = identity.join_proof_message(network, inception)
    card = Card(
        coop=node.coop,
        counter=node.clock.now_ms(),
        node_key=keys.public_bytes(node.signer.node_key),
        sealing_key=node.signer.sealing_key,
        addresses=node.config.addresses,
    )
    request = JoinRequest(
        application=node.signer.application(network, node.config.name),
        proof=hmac.digest(invitation.secret, message, "sha256"),
        card=node.signer.card(card, network),
        since=since,
    )
    body = canonical.ENCODER.encode(request)
    answer = await client.send("/sync/v1/join", body, most=_MOST, signed=False)
    return canonical.read(_REPLY, answer, most=_MOST)


async def _take(
    node: Node, reply: JoinReply, blocks: list[CertifiedBlock], said: list[Naming]
) -> Standing:
    """Adopt the roster, which is proved to be the invitation's."""
    fresh = [(one.block, one.certificate) for one in blocks]
    if not node.register.founded:
        (genesis, _), *fresh = fresh
        await node.register.found(genesis)
    await node.register.take_blocks(fresh)
    heard = {
        one.coop: Heard(name, own=False)
        for one in said
        if one.coop != node.coop and (name := texts.line(one.name))
    }
    await node.note_names(heard)
    if node.register.is_member:
        cards = [gossip.write(CardObject(card)) for card in reply.cards]
        await node.register.take_objects(cards)
        await node.own.unset(_SETTING)
        await node.after_membership()
    roster = node.register.roster
    return Standing(
        network=roster.charter.name,
        member=node.register.is_member,
        approvals=reply.approvals,
        needed=reply.needed,
    )


def _extended(
    roster: Roster | None, invitation: Invitation, blocks: Iterable[CertifiedBlock]
) -> Roster:
    """Verify blocks that follow on a roster, or make one; raises `Malformed`."""
    for one in blocks:
        if roster is not None:
            roster = chain.extend(roster, one.block, one.certificate)
            continue
        roster = chain.found(one.block)
        if roster.network != invitation.network:
            raise Malformed("roster-foreign", "the answer holds another network")
    if roster is None:
        raise Malformed("roster-foreign", "the answer holds no roster")
    return roster


def _check_pin(invitation: Invitation, roster: Roster) -> None:
    """Refuse a roster that is not the one the inviter knew (SPEC 7.6)."""
    pinned = roster.blocks[: invitation.pin_number + 1]
    if len(pinned) <= invitation.pin_number or pinned[-1] != invitation.pin:
        raise Malformed("roster-foreign", "the answer's roster leaves out the pin")


async def keep_knocking(node: Node, session: aiohttp.ClientSession) -> None:
    """Go on knocking as long as an application waits; for the life of the node."""
    while True:
        stored = await node.own.setting(_SETTING)
        if stored is not None:
            invitation = describe(msgspec.msgpack.decode(stored, type=str))
            try:
                await knock(node, session, invitation)
            except (UserFault, WorldFault, ProtocolError) as error:
                log.info("application: %s", error)
        await asyncio.sleep(_AGAIN_S)
