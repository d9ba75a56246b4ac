"""Commands about the register: approve an applicant, become an elector or stop.

They are signed into the pool beside the chain, and a block takes them in once enough
electors have approved. Doing one of them again changes nothing, so none has a key.
"""

from typing import Final

import msgspec

from node.commands.command import Command, Tell, command
from node.commands.form import Asking, coop_or_all, reading
from node.errors import UserFault
from node.node import Node
from node.views import ids, network
from node.views.books import Books
from node.views.names import Names
from protocol import ids as forms
from protocol import limits
from protocol.ids import CoopId
from protocol.roster.change import OfCoop

_NONCE_BYTES: Final = 16


class Approve(Asking, frozen=True, kw_only=True):
    """An applicant by id or name."""

    coop: str


class Duty(Asking, frozen=True, kw_only=True):
    """A member by id or name; this co-op where none is named."""

    coop: str | None = None


class Approved(msgspec.Struct, frozen=True, kw_only=True):
    """A change with the electors' approvals so far; `done` once it has entered.

    by: the electors that have approved, by name. agreed: whether the co-op that it is
    about has signed it; True where it need not.
    """

    id: str
    coop: str
    name: str
    by: list[str]
    agreed: bool
    approvals: int
    needed: int
    done: bool


async def approve(node: Node, args: Approve, _tell: Tell) -> Approved:
    """Approve the admission of an applicant."""
    books, names = await reading(node)
    coop = ids.find_coop(books, names, args.coop, "coop")
    if coop in books.roster.members:
        raise _fault(
            "member-already",
            f"coop: {names.of(coop)} is a member already.",
            "`wortley members` shows who waits.",
        )
    _require_elector(books, "approves applications")
    pending = network.admissions(books).get(coop, [])
    approved = [one.change.id for one in pending]
    for change_id in approved:
        # The first may have let the applicant in, and the others are gone with that.
        if change_id in node.register.pending:
            await node.register.approve(change_id)
    return _answer(books, names, approved[0], coop, done=coop in books.roster.members)


async def elector_on(node: Node, args: Duty, _tell: Tell) -> Approved:
    """Volunteer as an elector, or approve that another member becomes one."""
    books, names = await reading(node)
    coop = CoopId(coop_or_all(books, names, args.coop) or node.coop)
    roster = books.roster
    _require_member(books, names, coop)
    if coop in roster.electors:
        raise _fault(
            "elector-already", f"coop: {names.of(coop)} is an elector already."
        )
    if len(roster.electors) >= limits.ELECTORS:
        raise _fault(
            "electors-full",
            f"coop: there are {limits.ELECTORS} electors, and no more can be.",
            "One of them has to stop first: `wortley elector off`.",
        )
    if coop != node.coop:
        _require_elector(books, "approves electors")
    return await _put(node, books, names, coop, "elector.on")


async def elector_off(node: Node, args: Duty, _tell: Tell) -> Approved:
    """Stop being an elector, or approve that another co-op stops."""
    books, names = await reading(node)
    coop = CoopId(coop_or_all(books, names, args.coop) or node.coop)
    roster = books.roster
    if coop not in roster.electors:
        raise _fault("elector-not", f"coop: {names.of(coop)} is no elector.")
    if coop == roster.secretary:
        raise _fault(
            "secretary",
            f"coop: {names.of(coop)} is the secretary, whose node proposes the blocks;"
            " the secretary stays an elector.",
            "Another elector has to become secretary first.",
        )
    if coop != node.coop:
        _require_elector(books, "approves that another stops")
    return await _put(node, books, names, coop, "elector.off")


async def _put(
    node: Node, books: Books, names: Names, coop: CoopId, kind: str
) -> Approved:
    nonce = node.entropy.token(_NONCE_BYTES)
    change_id = await node.register.put(OfCoop(coop), kind, nonce)
    done = (coop in books.roster.electors) == (kind == "elector.on")
    return _answer(books, names, change_id, coop, done=done)


def _answer(
    books: Books, names: Names, change_id: bytes, coop: CoopId, *, done: bool
) -> Approved:
    roster = books.roster
    pending = books.register.pending.get(change_id)
    needed = roster.approvals_needed()
    return Approved(
        id=forms.text("chg", change_id),
        coop=forms.text("coop", coop),
        name=names.of(coop),
        by=[] if pending is None else network.approved_by(roster, names, pending),
        agreed=pending is None
        or pending.change.kind != "elector.on"
        or coop in pending.approvals,
        approvals=needed if pending is None else network.counted(roster, pending),
        needed=needed,
        done=done,
    )


# --- refusals -----------------------------------------------------------------------


def _fault(code: str, detail: str, way_out: str = "") -> UserFault:
    return UserFault(
        code=code,
        detail=detail,
        way_out=way_out or "`wortley members` shows who is what.",
        field="coop",
        expected="another co-op",
        example="coop_k3fw72qa",
    )


def _require_elector(books: Books, what: str) -> None:
    if books.coop in books.roster.electors:
        return
    raise UserFault(
        code="not-elector",
        detail=f"This co-op is no elector, and only an elector {what}.",
        way_out="Ask an elector (`wortley members` shows who is one), or volunteer as"
        " one: `wortley elector on`.",
    )


def _require_member(books: Books, names: Names, coop: CoopId) -> None:
    if coop in books.roster.members:
        return
    raise _fault("not-a-member", f"coop: {names.of(coop)} is no member yet.")


COMMANDS: Final[dict[str, Command]] = {
    "approve": command(Approve, approve),
    "elector.on": command(Duty, elector_on),
    "elector.off": command(Duty, elector_off),
}
