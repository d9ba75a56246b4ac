"""Time that co-ops offer, and time that they have given away themselves."""

import datetime
from collections.abc import Mapping, Sequence

import msgspec

from node import money
from node.money import Price
from node.views import ids, texts
from node.views.books import Books
from node.views.names import Names
from node.views.paging import Page, pick
from protocol import ids as forms
from protocol.rules.capacity import Booking, Capacity
from protocol.rules.profiles import Wish
from protocol.state import Entity


class OfferRow(msgspec.Struct, frozen=True, kw_only=True):
    """A capacity offer: minutes a week of a skill within a window."""

    id: str
    short: str
    coop: str
    name: str
    skill: str
    minutes: int
    starts: datetime.date
    ends: datetime.date
    rate: Price | None
    state: str
    note: str


class BookingRow(msgspec.Struct, frozen=True, kw_only=True):
    """Minutes a week of own use; tentative ones carry a probability in percent."""

    id: str
    short: str
    coop: str
    name: str
    skill: str | None
    minutes: int
    starts: datetime.date
    ends: datetime.date
    probability: int | None
    state: str
    note: str


class WishRow(msgspec.Struct, frozen=True, kw_only=True):
    """Minutes a week that a co-op wishes to be busy in a period."""

    coop: str
    name: str
    wanted: int
    floor: int
    ceiling: int
    starts: datetime.date
    ends: datetime.date


async def offers(
    books: Books,
    names: Names,
    *,
    coop: bytes | None = None,
    skill: str | None = None,
    every: bool = False,
    page: Page,
) -> list[OfferRow]:
    """List a page of open offers, newest last; with `every`, of withdrawn ones too."""

    async def keep(found: list[Entity]) -> list[Entity]:
        return [
            one
            for one in found
            if isinstance(one.body, Capacity) and skill in {None, one.body.skill}
        ]

    states = () if every else ("open",)
    named = None if skill is None else skill.encode()
    kept = await pick(
        books, "capacity", keep, page, states=states, coop=coop, naming=named
    )
    return await offer_rows(books, names, kept)


async def offer_rows(
    books: Books, names: Names, kept: Sequence[Entity]
) -> list[OfferRow]:
    """Write some offers for people, in the order given."""
    bodies = {one.id: one.body for one in kept if isinstance(one.body, Capacity)}
    short = await ids.shorts(books, bodies)
    notes = await _notes(books, bodies)
    return [
        _offer(
            entity,
            bodies[entity.id],
            name=names.of(entity.coop),
            short=short[entity.id],
            note=notes[entity.id],
        )
        for entity in kept
    ]


def _offer(
    entity: Entity, body: Capacity, *, name: str, short: str, note: str
) -> OfferRow:
    return OfferRow(
        id=forms.text("evt", entity.id),
        short=short,
        coop=forms.text("coop", entity.coop),
        name=name,
        skill=body.skill,
        minutes=body.minutes,
        starts=body.starts,
        ends=body.ends,
        rate=money.write_rate(body.rate),
        state=entity.state,
        note=note,
    )


async def bookings(
    books: Books,
    names: Names,
    *,
    coop: bytes | None = None,
    every: bool = False,
    page: Page,
) -> list[BookingRow]:
    """List a page of bookings that take time, newest last; `every`: ended ones too."""
    states = () if every else ("tentative", "placeholder", "confirmed")
    listed = await books.state.entities(
        "booking", states=states, coop=coop, **page._asdict()
    )
    bodies = {
        entity.id: entity.body for entity in listed if isinstance(entity.body, Booking)
    }
    short = await ids.shorts(books, bodies)
    notes = await _notes(books, bodies)
    return [
        _booking(
            entity,
            bodies[entity.id],
            name=names.of(entity.coop),
            short=short[entity.id],
            note=notes[entity.id],
        )
        for entity in listed
    ]


def _booking(
    entity: Entity, body: Booking, *, name: str, short: str, note: str
) -> BookingRow:
    return BookingRow(
        id=forms.text("evt", entity.id),
        short=short,
        coop=forms.text("coop", entity.coop),
        name=name,
        skill=body.skill,
        minutes=body.minutes,
        starts=body.starts,
        ends=body.ends,
        probability=body.probability,
        state=entity.state,
        note=note,
    )


async def _notes(
    books: Books, bodies: Mapping[bytes, Capacity | Booking]
) -> dict[bytes, str]:
    found = await texts.read(
        books, [body.texts["note"] for body in bodies.values() if "note" in body.texts]
    )
    return {
        one: texts.prose(found.get(body.texts.get("note", b""), ""))
        for one, body in bodies.items()
    }


async def wishes(
    books: Books, names: Names, *, coop: bytes | None = None
) -> list[WishRow]:
    """List busyness wishes by co-op and start."""
    listed: Sequence[Entity] = await books.state.entities("wish", coop=coop)
    found = [
        WishRow(
            coop=forms.text("coop", entity.coop),
            name=names.of(entity.coop),
            wanted=entity.body.wanted,
            floor=entity.body.floor,
            ceiling=entity.body.ceiling,
            starts=entity.body.starts,
            ends=entity.body.ends,
        )
        for entity in listed
        if isinstance(entity.body, Wish)
    ]
    return sorted(found, key=lambda row: (row.name.casefold(), row.coop, row.starts))
