"""What the books hold as rows of values, a batch of entities at a time."""

import datetime
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from node import money
from node.exchange.sheets.column import Values
from node.money import Price
from node.views import capacity, coverage, pledges, texts, titles
from node.views.books import Books
from node.views.names import Names
from protocol import ids as forms
from protocol.joins.coverage import Cover
from protocol.kinds.leads import Requirement
from protocol.rules.leads import Lead
from protocol.state import Entity

Batches = AsyncIterator[Sequence[Values]]


class Asked(NamedTuple):
    """Whose rows, of which books; ages are as of `today`."""

    books: Books
    names: Names
    today: datetime.date
    coop: bytes | None = None


async def of_capacity(asked: Asked) -> Batches:
    """Give a row per capacity offer."""
    async for entities in asked.books.state.walk("capacity", coop=asked.coop):
        yield await capacity_rows(asked.books, asked.names, entities)


async def capacity_rows(
    books: Books, names: Names, entities: Sequence[Entity]
) -> list[Values]:
    """Give the rows of some offers."""
    return [
        {
            "coop": row.name,
            "skill": row.skill,
            "minutes": row.minutes,
            "starts": row.starts,
            "ends": row.ends,
            **_rate(row.rate),
            "state": row.state,
            "note": row.note or None,
            "id": row.id,
        }
        for row in await capacity.offer_rows(books, names, entities)
    ]


def _rate(price: Price | None) -> Values:
    if price is None:
        return {"rate": None, "currency": None, "rate_minutes": None}
    return {
        "rate": Decimal(price.amount),
        "currency": price.currency,
        "rate_minutes": price.minutes,
    }


async def of_leads(asked: Asked) -> Batches:
    """Give a row per requirement line, and one for a lead that has none."""
    async for entities in asked.books.state.walk("lead", coop=asked.coop):
        yield await lead_rows(asked.books, asked.names, entities)


async def lead_rows(
    books: Books, names: Names, entities: Sequence[Entity]
) -> list[Values]:
    """Give the rows of some leads, those of one lead together."""
    found: list[Values] = []
    covered = await coverage.of(books, entities)
    words = await _words(books, entities)
    for entity in entities:
        body = entity.body
        if not isinstance(body, Lead):
            continue
        head = {
            "coop": names.of(entity.coop),
            "state": entity.state,
            "id": forms.text("evt", entity.id),
            **_terms(body),
            **words[entity.id],
        }
        lines = sorted(body.terms.requirements, key=lambda one: one.line)
        covers = covered[entity.id][0]
        found += [
            head | _line(one, cover) for one, cover in zip(lines, covers, strict=True)
        ] or [head]
    return found


def _terms(lead: Lead) -> dict[str, object]:
    terms, value = lead.terms, lead.terms.value
    written = None if value is None else money.write(value.amount, value.currency)
    return {
        "value": None if written is None else Decimal(written.amount),
        "currency": None if written is None else written.currency,
        "deadline": terms.deadline,
        "starts": terms.starts,
        "ends": terms.ends,
        "cpv": terms.cpv or None,
    }


def _line(one: Requirement, cover: Cover) -> dict[str, object]:
    return {
        "line": one.line,
        "skill": one.skill,
        "minutes": one.minutes,
        "line_starts": one.starts,
        "line_ends": one.ends,
        "must": one.must,
        "offered": cover.offered,
        "committed": cover.committed,
        "missing": cover.missing,
    }


_LEAD_TEXTS = ("title", "description", "buyer", "link")


async def _words(
    books: Books, entities: Sequence[Entity]
) -> dict[bytes, dict[str, object]]:
    """Read the texts of many leads at once, in full, as far as they are here."""
    commitments = {entity.id: titles.texts_of(entity.body) for entity in entities}
    wanted = [one for roles in commitments.values() for one in roles.values()]
    found = await texts.read(books, wanted)

    def shaped(role: str, commitment: bytes | None) -> str | None:
        words = found.get(commitment or b"", "")
        shape = texts.prose if role in texts.PROSE else texts.line
        return shape(words) or None

    return {
        one: {role: shaped(role, roles.get(role)) for role in _LEAD_TEXTS}
        for one, roles in commitments.items()
    }


async def of_pledges(asked: Asked) -> Batches:
    """Give a row per pledge: what was offered, and how it stands."""
    async for entities in asked.books.state.walk("pledge", coop=asked.coop):
        yield await pledge_rows(asked.books, asked.names, entities)


async def pledge_rows(
    books: Books, names: Names, entities: Sequence[Entity]
) -> list[Values]:
    """Give the rows of some pledges."""
    found: list[Values] = []
    joined = await pledges.joined(books, entities)
    for row in await pledges.rows(books, names, joined):
        amount = row.offered_amount
        rate = _rate(row.rate)
        found.append(
            {
                "coop": row.pledger_name,
                "to": row.title,
                "owner": row.taker_name,
                "line": row.line,
                "skill": row.skill,
                "minutes": row.offered_minutes,
                "amount": None if amount is None else Decimal(amount.amount),
                "starts": row.starts,
                "ends": row.ends,
                **rate,
                "currency": amount.currency if amount else rate["currency"],
                "standing": row.standing,
                "note": row.note or None,
                "to_id": row.to,
                "id": row.id,
            }
        )
    return found
