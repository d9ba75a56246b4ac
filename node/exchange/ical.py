"""Bookings, commitments and deadlines as a calendar (RFC 5545).

| here                  | there                                                       |
|-----------------------|-------------------------------------------------------------|
| booking               | days from its start to its end; tentative or confirmed      |
| commitment of work    | days of the pledge, else of its requirement line, its lead  |
| deadline of a lead    | the day, while bids can be made                             |
| closing of a project  | the day, while pledges can be made                          |
| milestone             | the day it is due, until it is reached                      |
| closing of a round or | the day, while it stands open; for everybody                |
| a decision            |                                                             |
| invoice               | the day it is due, until it is paid, if nobody disputes it  |

Each is an entry of whole days that blocks no time: hours a week are no appointment.
"""

import datetime
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from node import money
from node.exchange import urns
from node.views import efforts, pledges, times, titles, trade
from node.views.books import Books
from node.views.names import Names
from node.views.times import UNKNOWN, Times
from node.views.trade import Shelf
from protocol.joins.payments import OWED
from protocol.rules import leads
from protocol.rules.capacity import Booking
from protocol.rules.closing import CLOSABLE
from protocol.rules.decisions import Decision
from protocol.rules.leads import Lead
from protocol.rules.pledges import Pledge
from protocol.rules.projects import Project
from protocol.rules.rounds import LIVE, Round
from protocol.state import Entity

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT: Final = "-//Wortley//Wortley//EN"
_END: Final = b"END:VCALENDAR\r\n"
#: RFC 5545 (3.6) wants a component; this one shows nothing in anybody's calendar.
_NOTHING: Final = (
    b"BEGIN:VTIMEZONE\r\nTZID:UTC\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
    b"TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0000\r\nTZNAME:UTC\r\nEND:STANDARD\r\n"
    b"END:VTIMEZONE\r\n"
)
_DAY: Final = datetime.timedelta(days=1)
#: States in which a bid or a pledge may still be made.
_BIDDING: Final = frozenset({"open", "bidding"})
_PLEDGING: Final = frozenset({"idea", "open"})
#: States of a project in which nothing is due any more.
_OVER: Final = frozenset({"not-funded", "done", "cancelled"})
_BOOKED: Final = {
    "tentative": "TENTATIVE",
    "placeholder": "TENTATIVE",
    "confirmed": "CONFIRMED",
    "done": "CONFIRMED",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Days in a calendar, first and last included; `part` tells two of one thing.

    `concerns` names the co-ops whose matter it is; None where it is everybody's.
    """

    entity: Entity
    part: str
    first: datetime.date
    last: datetime.date
    summary: str
    status: str = "CONFIRMED"
    concerns: frozenset[bytes] | None


Reader = Callable[[Books, Names, Sequence[Entity]], "AsyncIterator[Entry]"]


async def write(
    file: IO[bytes], books: Books, names: Names, coop: bytes | None = None
) -> int:
    """Write the calendar of all co-ops or of one; give how many entries it has."""
    from icalendar import Calendar  # noqa: PLC0415 - 0.2 s, seldom needed

    network = books.roster.network
    calendar = Calendar.new(
        prodid=PRODUCT, uid=urns.network(network, "calendar"), name="Wortley"
    )
    # Entries are written as they come, so that none of them has to be kept.
    file.write(calendar.to_ical().removesuffix(_END))
    when = await times.of_families(books, [*READERS, "invoice"])
    count = 0
    async for entry in _entries(books, names):
        if None in (coop, entry.concerns) or coop in (entry.concerns or ()):
            event = _event(entry, when.get(entry.entity.id, UNKNOWN))
            file.write(event.to_ical())
            count += 1
    if not count:
        file.write(_NOTHING)
    file.write(_END)
    return count


async def _entries(books: Books, names: Names) -> AsyncIterator[Entry]:
    for family, read in READERS.items():
        async for entities in books.state.walk(family):
            async for entry in read(books, names, entities):
                yield entry
    for entry in _dues(await trade.load(books), names):
        yield entry


def _event(entry: Entry, when: Times) -> "Event":
    from icalendar import STATUS, TRANSP, Event  # noqa: PLC0415 - as above

    last = min(entry.last, datetime.date.max - _DAY)
    return Event.new(
        uid=urns.event(entry.entity.id, entry.part),
        stamp=when.changed,
        created=when.created,
        last_modified=when.changed,
        start=entry.first,
        # The day after the last one, as RFC 5545 counts.
        end=last + _DAY,
        summary=entry.summary,
        status=STATUS(entry.status),
        transparency=TRANSP.TRANSPARENT,
    )


async def _bookings(
    _books: Books, names: Names, entities: Sequence[Entity]
) -> AsyncIterator[Entry]:
    for entity in entities:
        body = entity.body
        if not isinstance(body, Booking) or entity.state not in _BOOKED:
            continue
        skill = f" of {body.skill}" if body.skill else ""
        odds = "" if body.probability is None else f" ({body.probability} %)"
        weekly = f"{efforts.write(body.minutes)} a week{skill}, own use{odds}"
        yield Entry(
            entity=entity,
            part="booking",
            first=body.starts,
            last=body.ends,
            summary=f"{names.of(entity.coop)}: {weekly}",
            status=_BOOKED[entity.state],
            concerns=frozenset({entity.coop}),
        )


async def _deadlines(
    books: Books, names: Names, entities: Sequence[Entity]
) -> AsyncIterator[Entry]:
    titled = await titles.of(books, entities)
    for entity in entities:
        for_all = entity.family in CLOSABLE
        for part, day, what in _days(entity):
            whose = names.of(entity.coop)
            yield Entry(
                entity=entity,
                part=part,
                first=day,
                last=day,
                summary=f"{what}: {titled[entity.id]} ({whose})",
                concerns=None if for_all else frozenset({entity.coop}),
            )


def _days(entity: Entity) -> Iterator[tuple[str, datetime.date, str]]:
    """Give what ends on which day of a thing, each with a name of its own."""
    match entity.body:
        case Lead(terms=terms) if entity.state in _BIDDING and terms.deadline:
            yield "deadline", terms.deadline, "Deadline"
        case Project(closes=closes) if entity.state in _PLEDGING and closes:
            yield "deadline", closes, "Pledges close"
        case Round(closes=closes) if entity.state in LIVE:
            yield "deadline", closes, "Round closes"
        case Decision(closes=closes) if entity.state == "open":
            yield "deadline", closes, "Votes close"
    if isinstance(entity.body, Project) and entity.state not in _OVER:
        for one in entity.body.milestones:
            if one.due and one.no not in entity.body.reached:
                yield f"milestone-{one.no}", one.due, f"Milestone {one.no}"


def _dues(shelf: Shelf, names: Names) -> Iterator[Entry]:
    paid: Counter[bytes] = Counter()
    for payment in shelf.trade.settlements:
        if payment.invoice is not None:
            paid[payment.invoice] += payment.settled
    for one in shelf.trade.claims:
        if one.standing in OWED and paid[one.invoice] < one.amount:
            amount = money.write(one.amount - paid[one.invoice], one.currency)
            yield Entry(
                entity=shelf.entities[one.invoice],
                part="due",
                first=one.due,
                last=one.due,
                summary=f"Due: {amount.amount} {amount.currency}"
                f" from {names.of(one.payer)} to {names.of(one.payee)}",
                concerns=frozenset({one.payer, one.payee}),
            )


async def _commitments(
    books: Books, names: Names, entities: Sequence[Entity]
) -> AsyncIterator[Entry]:
    joined = await pledges.joined(books, entities)
    bound = [one for one in joined if one.commitment.standing == "committed"]
    targets = await books.state.many({one.body.to for one in bound})
    titled = await titles.of(books, targets.values())
    for one in bound:
        target = targets.get(one.body.to)
        days = _window(one.body, target)
        if target is None or days is None:
            continue
        effort = titles.quantity(one.commitment.quantity, one.body.unit)
        skill = f" of {one.body.skill}" if one.body.skill else ""
        yield Entry(
            entity=one.pledge,
            part="commitment",
            first=days[0],
            last=days[1],
            summary=f"{names.of(one.pledge.coop)}: {effort}{skill} for"
            f" {titled[target.id]} ({names.of(target.coop)})",
            concerns=frozenset({one.pledge.coop, one.body.owner}),
        )


def _window(
    pledge: Pledge, target: Entity | None
) -> tuple[datetime.date, datetime.date] | None:
    """Give the days of a commitment: its own, else its line's, else its lead's."""
    lead = target.body if target is not None else None
    if not isinstance(lead, Lead):
        return None
    line = None if pledge.line is None else leads.requirement(lead.terms, pledge.line)
    for said in (pledge, line, lead.terms):
        first = None if said is None else said.starts or said.ends
        last = None if said is None else said.ends or said.starts
        if first is not None and last is not None:
            return first, last
    return None


READERS: Final[Mapping[str, Reader]] = {
    "booking": _bookings,
    "lead": _deadlines,
    "project": _deadlines,
    "round": _deadlines,
    "decision": _deadlines,
    "pledge": _commitments,
}
