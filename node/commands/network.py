"""Commands about the node and the network: how it stands, who belongs, who decides."""

from typing import Final

import msgspec

from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import Asking, Nothing, books_of, reading
from node.commands.today import desk_of
from node.errors import UserFault
from node.node import Node, kit_fault
from node.views import names as naming
from node.views import network, notices, today
from node.views.network import HeadRow, MemberRow, PeerRow, WaitingRow
from node.views.today import Counted
from protocol import ids as forms
from protocol import limits
from protocol.roster.change import Charter

#: Words of the recovery kit that are asked back.
_KIT_WORDS: Final = 3


class CreateNetwork(Asking, frozen=True, kw_only=True):
    """The network's name, and the currency that amounts are in by default."""

    name: str
    currency: str = "GBP"


class CheckKey(Asking, frozen=True, kw_only=True):
    """The three words of the recovery kit that were asked for, in their order."""

    words: tuple[str, ...]


class NetworkName(msgspec.Struct, frozen=True, kw_only=True):
    """Which network."""

    id: str
    name: str


class RosterSize(msgspec.Struct, frozen=True, kw_only=True):
    """Number of the last block, and how many members there are."""

    number: int
    members: int


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """How the node stands. `root` is None while it is computed.

    running: whether a node answered; else the command has read the folder itself.
    waiting: how many things of each matter wait, as the last of the notices sums up;
    `today` tells them.
    """

    coop: str
    name: str
    running: bool
    network: NetworkName | None
    roster: RosterSize | None
    events: int
    heads: list[HeadRow]
    root: str | None
    peers: list[PeerRow]
    notices: list[str]
    waiting: list[Counted]


class CharterPage(msgspec.Struct, frozen=True, kw_only=True):
    """A network and the values that it has agreed on."""

    id: str
    name: str
    currency: str
    basis: str
    decision: str
    quorum_percent: int
    notice_days: int
    vetoes: int
    themes: list[str]
    rules: int
    block: str
    number: int
    members: int
    electors: list[str]
    secretary: str


class Confirmed(msgspec.Struct, frozen=True, kw_only=True):
    """The last block after what was held back has been decided."""

    id: str
    number: int


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """The kit is known to be on paper: publishing is open."""

    checked: bool


class Members(msgspec.Struct, frozen=True, kw_only=True):
    """Members, applicants, and other changes that wait for approvals."""

    members: list[MemberRow]
    waiting: list[WaitingRow]


async def amiss(node: Node) -> list[str]:
    """Say what is amiss with the node and with its network."""
    signer, hold = node.signer, node.act.hold or node.act.ahead()
    copied = node.act.is_copied()
    told = [
        *notices.of_node(hold, signer.reason, signer.failure, copied=copied),
        *notices.of_webhooks(await node.own.webhooks.all()),
    ]
    if not node.register.founded:
        return [*told, notices.NO_NETWORK]
    books, names = await reading(node)
    return [*told, *await notices.of_network(books, names, node.peers)]


async def status(node: Node, _args: Nothing, _tell: Tell) -> Status:
    """Say how the node stands, with whatever waits for a person."""
    books, told = books_of(node), await amiss(node)
    _, root = await node.ingest.standing()
    own = forms.text("coop", node.coop)
    if not node.register.founded:
        return Status(
            coop=own,
            name=node.config.name,
            running=node.served,
            network=None,
            roster=None,
            events=0,
            heads=[],
            root=None if root is None else root.hex(),
            peers=[],
            notices=told,
            waiting=[],
        )
    names = await naming.load(books)
    roster = node.register.roster
    waiting = await today.counted(await desk_of(node))
    return Status(
        coop=own,
        name=node.config.name,
        running=node.served,
        network=NetworkName(
            id=forms.text("net", roster.network), name=roster.charter.name
        ),
        roster=RosterSize(number=roster.number, members=len(roster.members)),
        events=sum(held.last for held in node.log.chains.values()),
        heads=network.heads(books),
        root=None if root is None else root.hex(),
        peers=network.peers(books, names, node.peers),
        notices=[*told, *today.summed_up(waiting)],
        waiting=waiting,
    )


async def create(node: Node, args: CreateNetwork, _tell: Tell) -> CharterPage:
    """Found a network with this co-op as its first member."""
    node.act.require_open()
    name = fields.line("name", args.name, "Network of the North")
    if len(name) > limits.NAME_CHARS:
        expected = f"1 to {limits.NAME_CHARS} characters"
        raise fields.fault("name", args.name, expected, "Network of the North")
    currency = fields.currency("currency", args.currency)
    await node.found_network(Charter(name=name, currency=currency))
    return await _page(node)


async def show(node: Node, _args: Nothing, _tell: Tell) -> CharterPage:
    """Show the network's charter and who decides."""
    return await _page(node)


async def _page(node: Node) -> CharterPage:
    _, names = await reading(node)
    roster = node.register.roster
    charter = roster.charter
    return CharterPage(
        id=forms.text("net", roster.network),
        name=charter.name,
        currency=charter.currency,
        basis=charter.basis,
        decision=charter.decision,
        quorum_percent=charter.quorum_percent,
        notice_days=charter.notice_days,
        vetoes=charter.vetoes,
        themes=list(charter.themes),
        rules=charter.rules,
        block=forms.text("blk", roster.tip),
        number=roster.number,
        members=len(roster.members),
        electors=[names.of(one) for one in sorted(roster.electors, key=names.order)],
        secretary=names.of(roster.secretary),
    )


async def confirm(node: Node, _args: Nothing, _tell: Tell) -> Confirmed:
    """Let an elector sign again after a restore: a person has looked."""
    roster = node.register.roster
    if node.register.may_sign() or node.coop not in roster.electors:
        raise UserFault(
            code="nothing-to-confirm",
            detail="There is nothing to confirm: this node signs blocks, or has none"
            " to sign.",
            way_out="`wortley status` says what waits.",
        )
    # Nobody else proposes, so a secretary may be waited for without end (ADR 11).
    others_decide = len(roster.electors) - 1 >= roster.accepts_needed()
    if others_decide and node.coop != roster.secretary:
        _, names = await reading(node)
        others = sorted(roster.electors - {node.coop}, key=names.order)
        listed = naming.listed(names.of(one) for one in others)
        raise UserFault(
            code="others-decide",
            detail="Only a sole elector or the secretary confirms by hand; this node"
            " goes on by itself"
            f" once {listed} have decided a block.",
            way_out="See that their nodes are online (`wortley status`).",
        )
    node.register.confirm()
    await node.register.decide()
    after = node.register.roster
    return Confirmed(id=forms.text("blk", after.tip), number=after.number)


async def check_key(node: Node, args: CheckKey, _tell: Tell) -> Checked:
    """Take the three words of the recovery kit; right ones open publishing."""
    check = await node.kit_check()
    if check is None:
        return Checked(checked=True)
    asked = await kit_fault(node)
    words = tuple(args.words)
    if len(words) == _KIT_WORDS and await node.answer_kit(
        (words[0], words[1], words[2])
    ):
        return Checked(checked=True)
    wrong = "These are not those words of the recovery kit."
    if len(words) != _KIT_WORDS:
        wrong = f"{_KIT_WORDS} words are asked for, not {len(words)}."
    places = [str(one) for one in check.positions]
    raise UserFault(
        code="kit-wrong",
        detail=f"words: {wrong}",
        way_out=asked.way_out,
        field="words",
        expected=f"words no. {naming.listed(places)} of the recovery kit",
        example="abandon ability able",
        positions=list(check.positions),
    )


async def members(node: Node, _args: Nothing, _tell: Tell) -> Members:
    """List who belongs and who waits."""
    books, names = await reading(node)
    return Members(
        members=network.members(books, names), waiting=network.waiting(books, names)
    )


COMMANDS: Final[dict[str, Command]] = {
    "status": command(Nothing, status),
    "network.create": command(CreateNetwork, create),
    "network.show": command(Nothing, show),
    "network.confirm": command(Nothing, confirm),
    "key.check": command(CheckKey, check_key),
    "members": command(Nothing, members),
}
