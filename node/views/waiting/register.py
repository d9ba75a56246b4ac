"""What keeps this node from publishing, and what electors are asked."""

from node.views import network
from node.views.short import brief
from node.views.waiting.desk import Desk, Waiting
from protocol import ids as forms


async def kit(desk: Desk) -> list[Waiting]:
    """Ask for the words of the recovery kit."""
    if desk.hold is None:
        return []
    return [
        Waiting(
            family="kit",
            urgency="blocks",
            id=None,
            sentence=desk.hold.detail,
            why=desk.hold.way_out,
            since=None,
            due=None,
            command="wortley key check WORD WORD WORD"
            if desk.hold.code == "kit-unchecked"
            else "wortley status",
        )
    ]


async def applications(desk: Desk) -> list[Waiting]:
    """Find applicants that this co-op, an elector, has not approved."""
    books, roster = desk.books, desk.books.roster
    if books.coop not in roster.electors:
        return []
    found = []
    for coop, pending in network.admissions(books).items():
        if all(books.coop in one.approvals for one in pending):
            continue
        so_far = max(network.counted(roster, one) for one in pending)
        found.append(
            _of_register(
                coop,
                f"{desk.names.of(coop)} applies for membership.",
                f"Electors decide, and {so_far} of {roster.approvals_needed()} that it"
                " takes have approved.",
                "approve",
            )
        )
    return found


async def changes(desk: Desk) -> list[Waiting]:
    """Find changes of the electors that this co-op has not approved."""
    books, roster = desk.books, desk.books.roster
    found = []
    for pending in books.register.pending.values():
        coop = getattr(pending.change.body, "coop", None)
        kind = pending.change.kind
        concerned = coop == books.coop or books.coop in roster.electors
        if (
            coop is None
            or not concerned
            or books.coop in pending.approvals
            or kind not in {"elector.on", "elector.off"}
        ):
            continue
        what = "becomes an elector" if kind == "elector.on" else "is elector no more"
        so_far = network.counted(roster, pending)
        found.append(
            _of_register(
                coop,
                f"It is proposed that {desk.names.of(coop)} {what}.",
                f"{so_far} of {roster.approvals_needed()} electors that it takes have"
                " approved.",
                kind.replace(".", " "),
            )
        )
    return found


def _of_register(coop: bytes, sentence: str, why: str, command: str) -> Waiting:
    return Waiting(
        family="register",
        urgency="asked",
        id=forms.text("coop", coop),
        sentence=sentence,
        why=why,
        since=None,
        due=None,
        command=f"wortley {command} {brief('coop', coop)}",
    )
