"""Bookings, commitments and deadlines as a calendar (RFC 5545).

| here                  | there                                                       |
|-----------------------|-------------------------------------------------------------|
| booking               | days from its start to its end; tentative or confirmed      |
| commitment of work    | days of the pledge, else of its requirement line, its lead  |
| deadline of a lead    | the day, while bids can be made                             |
| closing of a project  | the day, while pledges can be made                          |

Each is an entry of whole days that blocks no time: hours a week are no appointment.
"""

import datetime
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from node.exchange import urns
from node.views import efforts, pledges, times, titles
from node.views.books import Books
from node.views.names import Names
from node.views.times import UNKNOWN, Times
from protocol.rules import leads
from protocol.rules.capacity import Booking
from protocol.rules.leads import Lead
from protocol.rules.pledges import Pledge
from protocol.rules.projects import Project
from protocol.state import Entity

if TYPE_CHECKING:
    from icalendar import Event

PRODUCT: Final = "-//Wortley//Wortley//EN"
_END: Final = b"END:VCALENDAR\r\n"
_DAY: Final = datetime.timedelta(days=1)
#: States in which a bid or a pledge may still be made.
_BIDDING: Final = frozenset({"open", "bidding"})
_PLEDGING: Final = frozenset({"idea", "open"})
_BOOKED: Final = {
    "tentative": "TENTATIVE",
    "placeholder": "TENTATIVE",
    "confirmed": "CONFIRMED",
    "done": "CONFIRMED",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Days in a calendar, first and last included; `part` tells two of one thing."""

    entity: Entity
    part: str
    first: datetime.date
    last: datetime.date
    summary: str
    status: str = "CONFIRMED"


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
    when = await times.of_families(books, READERS)
    count = 0
    for family, read in READERS.items():
        async for entities in books.state.walk(family):
            async for entry in read(books, names, entities):
                if _concerns(entry, coop):
                    event = _event(entry, when.get(entry.entity.id, UNKNOWN))
                    file.write(event.to_ical())
                    count += 1
    file.write(_END)
    return count


def _concerns(entry: Entry, coop: bytes | None) -> bool:
    body = entry.entity.body
    parties = {entry.entity.coop, body.owner if isinstance(body, Pledge) else None}
    return coop is None or coop in parties


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
        )


async def _deadlines(
    books: Books, names: Names, entities: Sequence[Entity]
) -> AsyncIterator[Entry]:
    titled = await titles.of(books, entities)
    for entity in entities:
        day, what = _last_day(entity)
        if day is not None:
            whose = names.of(entity.coop)
            yield Entry(
                entity=entity,
                part="deadline",
                first=day,
                last=day,
                summary=f"{what}: {titled[entity.id]} ({whose})",
            )


def _last_day(entity: Entity) -> tuple[datetime.date | None, str]:
    match entity.body:
        case Lead(terms=terms) if entity.state in _BIDDING:
            return terms.deadline, "Deadline"
        case Project(closes=closes) if entity.state in _PLEDGING:
            return closes, "Pledges close"
        case _:
            return None, ""


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
    "pledge": _commitments,
}
