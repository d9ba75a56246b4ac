"""Today: what waits for this co-op, each with why, since when, and what to type.

`WAITING` says what is looked at: a row per family, a function from a `Desk` to what
waits of it. Nothing is stored; every row is read from the state and its joins, so that
it is gone as soon as it is done, on whatever node of the co-op it is done.

A family that makes somebody wait has a row: hand-overs to answer, estimates to review,
agreements to sign, decisions to vote on, rounds that close, reports to accept, invoices
to pay, payments to acknowledge, nettings to agree. Its function takes the entities of
this co-op, or what refers to them, and never all of a family.
"""

import datetime
import shlex
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import msgspec

from node.errors import WortleyError
from node.store.node_db import Draft
from node.views import coverage, efforts, moments, network, pledges, texts, titles
from node.views.books import Books
from node.views.names import Names
from node.views.pledges import Joined
from node.views.short import brief
from protocol import ids as forms
from protocol.rules import leads as lead_rules
from protocol.rules import projects as project_rules
from protocol.rules.capacity import Capacity
from protocol.rules.leads import Lead
from protocol.state import Entity

#: blocks: nothing else goes before; due: a day is near or over; asked: somebody waits
#: for an answer; own: only this co-op has to do with it.
Urgency = Literal["blocks", "due", "asked", "own"]
_ORDER: Final[tuple[str, ...]] = get_args(Urgency)
#: Days before a deadline, or the end of an offer, from which on it is named.
SOON_DAYS: Final = 14
#: Leads whose deadline still means something: nothing is handed in yet.
_AHEAD: Final = ("open", "bidding")
#: More entities than a log can hold.
_ALL: Final = 10**9


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Something that waits: a sentence, why, since when, and the command that does it.

    `id` names what it is about, an event or a co-op, where that has an id. `since` is
    when it claims to have begun, unknown where it is in no log; `due` is a day.
    """

    family: str
    urgency: Urgency
    id: str | None
    sentence: str
    why: str
    since: str | None
    due: datetime.date | None
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What is looked at: the books, this day, and what this node alone knows.

    hold: why nothing may be published; drafts: the notices that became leads.
    """

    books: Books
    names: Names
    day: datetime.date
    hold: WortleyError | None
    drafts: Sequence[Draft]


async def waiting(desk: Desk) -> list[Waiting]:
    """List everything that waits, what is most urgent first."""
    found: list[Waiting] = []
    for look in WAITING.values():
        found += await look(desk)
    return sorted(found, key=_order)


def _order(one: Waiting) -> tuple[int, datetime.date, bool, str, str]:
    """Sort by urgency, then by day, then what has waited longest."""
    due = one.due or datetime.date.max
    return (
        _ORDER.index(one.urgency),
        due,
        one.since is None,
        one.since or "",
        one.id or "",
    )


# --- this node and the register -----------------------------------------------------


async def _kit(desk: Desk) -> list[Waiting]:
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


async def _applications(desk: Desk) -> list[Waiting]:
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


async def _register(desk: Desk) -> list[Waiting]:
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


# --- promises -----------------------------------------------------------------------


async def _answers(desk: Desk) -> list[Waiting]:
    """Find pledges to leads and projects of this co-op that nobody has answered."""
    books = desk.books
    ours: list[Entity] = []
    for family, states in (
        ("lead", lead_rules.TAKING),
        ("project", project_rules.TAKING),
    ):
        ours += await books.state.entities(
            family, states=sorted(states), coop=books.coop, most=_ALL
        )
    found = [
        one
        for one in await pledges.joined_to(books, ours)
        if one.commitment.standing == "offered"
    ]
    return await _of_pledges(
        desk,
        found,
        "{pledger} offers {quantity} for {title}.",
        "Nothing is promised before this co-op accepts, or declines.",
        "pledge accept",
    )


async def _confirmations(desk: Desk) -> list[Waiting]:
    found = [
        one
        for one in await _own_pledges(desk, "offered")
        if one.commitment.standing == "accepted"
    ]
    return await _of_pledges(
        desk,
        found,
        "{taker} has accepted {quantity} of this co-op for {title}.",
        "It binds nobody before this co-op confirms it.",
        "pledge confirm",
    )


async def _overtaken(desk: Desk) -> list[Waiting]:
    """Find what this co-op had confirmed when the acceptance was withdrawn."""
    found = [
        one
        for one in await _own_pledges(desk, "confirmed")
        if one.commitment.standing == "overtaken"
    ]
    return await _of_pledges(
        desk,
        found,
        "{taker} has withdrawn its acceptance of {quantity} for {title}.",
        "This co-op had confirmed it, and stays bound until it releases the pledge.",
        "pledge release",
    )


async def _own_pledges(desk: Desk, state: str) -> list[Joined]:
    books = desk.books
    own = await books.state.entities(
        "pledge", states=(state,), coop=books.coop, most=_ALL
    )
    return await pledges.joined(books, own)


async def _of_pledges(
    desk: Desk, found: Sequence[Joined], sentence: str, why: str, command: str
) -> list[Waiting]:
    books, names = desk.books, desk.names
    targets = await books.state.many({one.body.to for one in found})
    titled = await titles.of(books, targets.values())
    # What waits began with the last word: the acceptance, else the pledge itself.
    last = {one.pledge.id: one.commitment.acceptance or one.pledge.id for one in found}
    lived = await books.state.times(last.values())
    return [
        Waiting(
            family="pledge",
            urgency="asked",
            id=forms.text("evt", one.pledge.id),
            sentence=sentence.format(
                pledger=names.of(one.pledge.coop),
                taker=names.of(one.body.owner),
                quantity=_quantity(one),
                title=_quoted(titled.get(one.body.to, "")),
            ),
            why=why,
            since=moments.write_or_none(_moved(lived, last[one.pledge.id])),
            due=None,
            command=f"wortley {command} {brief('evt', one.pledge.id)}",
        )
        for one in found
    ]


def _quantity(one: Joined) -> str:
    stands = one.commitment
    skill = f" of {one.body.skill}" if one.body.skill else ""
    return f"{titles.quantity(stands.quantity, stands.unit)}{skill}"


def _quoted(title: str) -> str:
    return f'"{title}"' if title else "something that is not here"


def _moved(lived: Mapping[bytes, tuple[int, int]], one: bytes) -> int | None:
    return lived[one][1] if one in lived else None


# --- days that come near ------------------------------------------------------------


async def _deadlines(desk: Desk) -> list[Waiting]:
    books = desk.books
    own = await books.state.entities("lead", states=_AHEAD, coop=books.coop, most=_ALL)
    near = [
        (one, deadline)
        for one in own
        if isinstance(one.body, Lead)
        and (deadline := one.body.terms.deadline) is not None
        and _is_near(desk, deadline)
    ]
    entities = [one for one, _ in near]
    titled = await titles.of(books, entities)
    covered = await coverage.of(books, entities)
    lived = await books.state.times(one.id for one in entities)
    return [
        Waiting(
            family="lead",
            urgency="due",
            id=forms.text("evt", one.id),
            sentence=f"The deadline of {_quoted(titled[one.id])}"
            f" {_when(desk, deadline)}.",
            why=_lacking(sum(cover.missing for cover in covered[one.id][0]))
            if desk.day <= deadline
            else "It is still open; moving it on takes it from this list.",
            since=moments.write_or_none(_moved(lived, one.id)),
            due=deadline,
            command=f"wortley lead show {brief('evt', one.id)}",
        )
        for one, deadline in near
    ]


async def _endings(desk: Desk) -> list[Waiting]:
    books = desk.books
    own = await books.state.entities(
        "capacity", states=("open",), coop=books.coop, most=_ALL
    )
    near = [
        (one, one.body)
        for one in own
        if isinstance(one.body, Capacity)
        and desk.day <= one.body.ends
        and _is_near(desk, one.body.ends)
    ]
    lived = await books.state.times(one.id for one, _ in near)
    return [
        Waiting(
            family="capacity",
            urgency="own",
            id=forms.text("evt", one.id),
            sentence=f"The last day of {efforts.write(body.minutes)} a week of"
            f" {body.skill} that are offered {_when(desk, body.ends)}.",
            why="Nobody finds this co-op for work after that day.",
            since=moments.write_or_none(_moved(lived, one.id)),
            due=body.ends,
            command=f"wortley capacity offer --skill {body.skill} --per-week"
            f" {body.minutes}m --from {_after(body.ends)} --to DATE",
        )
        for one, body in near
    ]


def _is_near(desk: Desk, day: datetime.date) -> bool:
    return (day - desk.day).days <= SOON_DAYS


def _when(desk: Desk, day: datetime.date) -> str:
    days = (day - desk.day).days
    if days == 0:
        return f"is today, {day}"
    count = "1 day" if abs(days) == 1 else f"{abs(days):,} days"
    return f"is in {count}, on {day}" if days > 0 else f"was {count} ago, on {day}"


def _lacking(missing: int) -> str:
    if not missing:
        return "Nothing that it asks for is missing."
    return f"{efforts.write(missing)} of what it asks for are missing."


def _after(day: datetime.date) -> datetime.date:
    return day if day == datetime.date.max else day + datetime.timedelta(days=1)


# --- what only this node has --------------------------------------------------------


async def _drafts(desk: Desk) -> list[Waiting]:
    return [
        Waiting(
            family="draft",
            urgency="own",
            id=None if one.lead is None else forms.text("evt", one.lead),
            sentence=f"The notice of {_quoted(texts.shortened(one.title))} says"
            " something else than its lead.",
            why="It was changed after the lead was published.",
            since=None,
            due=None,
            command=f"wortley lead publish {shlex.quote(texts.line(one.process))}",
        )
        for one in desk.drafts
        if one.digest != one.published
    ]


WAITING: Final[Mapping[str, Callable[[Desk], Awaitable[list[Waiting]]]]] = {
    "kit": _kit,
    "application": _applications,
    "register": _register,
    "answer": _answers,
    "confirmation": _confirmations,
    "overtaken": _overtaken,
    "deadline": _deadlines,
    "draft": _drafts,
    "capacity": _endings,
}
