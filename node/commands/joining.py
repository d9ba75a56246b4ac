"""Commands about getting in: invite, join."""

from typing import Final

import msgspec

from node.commands.command import Command, Tell, command
from node.joining import LIFETIME_MS, Doorkeeper
from node.node import Node
from node.sync import joiner
from node.sync.addresses import AddressPolicy
from node.sync.dial import client_session


class Nothing(msgspec.Struct, frozen=True, kw_only=True):
    """No arguments."""


class Join(msgspec.Struct, frozen=True, kw_only=True):
    """The invitation as it was passed on."""

    invitation: str


class Invited(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation to pass on, and for how many days it is good."""

    invitation: str
    days: int


def doorkeeper(node: Node) -> Doorkeeper:
    """Give the node's doorkeeper."""
    return Doorkeeper(
        register=node.register,
        own=node.own,
        config=node.config,
        coop=node.coop,
        clock=node.clock,
        entropy=node.entropy,
    )


async def invite(node: Node, _args: Nothing, _tell: Tell) -> Invited:
    """Give one invitation."""
    node.act.require_open()
    word = await doorkeeper(node).invite()
    return Invited(invitation=word, days=LIFETIME_MS // (24 * 3600 * 1000))


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """How far the application is."""

    state: str
    network: str
    approvals: int
    needed: int


async def join(node: Node, args: Join, _tell: Tell) -> Joined:
    """Knock with an invitation."""
    # A co-op that loses its keys as a member is a member for ever whom nobody is.
    node.act.require_open()
    policy = AddressPolicy(classes=node.config.address_classes())
    async with client_session(policy) as session:
        standing = await joiner.start(node, session, args.invitation)
    return Joined(
        state="member" if standing.member else "applied",
        network=standing.network,
        approvals=standing.approvals,
        needed=standing.needed,
    )


COMMANDS: Final[dict[str, Command]] = {
    "invite": command(Nothing, invite),
    "join": command(Join, join),
}
