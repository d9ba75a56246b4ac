"""What keeps this node from publishing, and what electors are asked."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from node.errors import WortleyError
from node.pool import Pending
from node.views import network
from node.views.short import brief
from node.views.waiting.desk import Desk, Found, Matter, Told

#: What becomes of a co-op by a change of the electors.
_BECOMES: Final = {
    "elector.on": "becomes an elector",
    "elector.off": "is elector no more",
}


class _Change(NamedTuple):
    kind: str
    coop: bytes
    pendings: list[Pending]


async def _kit(desk: Desk) -> list[Found[WortleyError]]:
    """Ask for the words of the recovery kit."""
    if desk.hold is None:
        return []
    return [Found(urgency="blocks", id=None, what=desk.hold)]


async def _tell_kit(_desk: Desk, found: Sequence[WortleyError]) -> list[Told]:
    return [
        Told(
            hold.detail,
            hold.way_out,
            "wortley key check WORD WORD WORD"
            if hold.code == "kit-unchecked"
            else "wortley status",
        )
        for hold in found
    ]


async def _applications(desk: Desk) -> list[Found[tuple[bytes, list[Pending]]]]:
    """Find applicants that this co-op, an elector, has not approved."""
    books = desk.books
    if books.coop not in books.roster.electors:
        return []
    return [
        Found(urgency="asked", id=coop, what=(coop, pending))
        for coop, pending in network.admissions(books).items()
        if not all(books.coop in one.approvals for one in pending)
    ]


async def _tell_applications(
    desk: Desk, found: Sequence[tuple[bytes, list[Pending]]]
) -> list[Told]:
    roster = desk.books.roster
    return [
        Told(
            f"{desk.names.of(coop)} applies for membership.",
            "Electors decide, and"
            f" {max(network.counted(roster, one) for one in pending)} of"
            f" {roster.approvals_needed()} that it takes have approved.",
            f"wortley approve {brief('coop', coop)}",
        )
        for coop, pending in found
    ]


async def _changes(desk: Desk) -> list[Found[_Change]]:
    """Find changes of the electors that this co-op has not approved.

    One that two members have put forward is asked once: a word on either is enough.
    """
    books, roster = desk.books, desk.books.roster
    put: dict[tuple[str, bytes], list[Pending]] = {}
    for pending in books.register.pending.values():
        coop, kind = getattr(pending.change.body, "coop", None), pending.change.kind
        if coop is not None and kind in _BECOMES:
            put.setdefault((kind, coop), []).append(pending)
    return [
        Found(urgency="asked", id=coop, what=_Change(kind, coop, pendings))
        for (kind, coop), pendings in put.items()
        if (coop == books.coop or books.coop in roster.electors)
        and not any(books.coop in one.approvals for one in pendings)
    ]


async def _tell_changes(desk: Desk, found: Sequence[_Change]) -> list[Told]:
    roster = desk.books.roster
    return [
        Told(
            f"It is proposed that {desk.names.of(one.coop)} {_BECOMES[one.kind]}.",
            f"{max(network.counted(roster, each) for each in one.pendings)} of"
            f" {roster.approvals_needed()} electors that it takes have approved.",
            f"wortley {one.kind.replace('.', ' ')} {brief('coop', one.coop)}",
        )
        for one in found
    ]


KIT: Final = Matter(family="kit", find=_kit, tell=_tell_kit, one=None, logged=False)
APPLICATIONS: Final = Matter(
    family="register",
    find=_applications,
    tell=_tell_applications,
    one="application to approve",
    many="applications to approve",
    prefix="coop",
    logged=False,
)
CHANGES: Final = Matter(
    family="register",
    find=_changes,
    tell=_tell_changes,
    one="change of the electors to approve",
    many="changes of the electors to approve",
    prefix="coop",
    logged=False,
)
