"""Interest in leads: who watches, who would take part, who will not and why."""

from collections.abc import Collection, Iterable

import msgspec

from node.views import ids, titles
from node.views.books import Books
from node.views.names import Names
from protocol import ids as forms
from protocol.rules.interests import Interest
from protocol.state import Entity


class InterestRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a co-op thinks of a lead."""

    id: str
    lead: str
    lead_short: str
    title: str
    owner: str
    owner_name: str
    coop: str
    name: str
    stance: str
    reason: str | None
    note: str


async def listed(
    books: Books,
    *,
    lead: Entity | None = None,
    coop: bytes | None = None,
    stances: Collection[str] = (),
) -> list[Entity]:
    """Give interests, the oldest first.

    Those in a lead that name another co-op as its bringer are nobody's.
    """
    if lead is None:
        found = await books.state.entities("interest", coop=coop)
    else:
        found = [
            one
            for one in await books.state.referring([lead.id])
            if isinstance(one.body, Interest) and one.body.owner == lead.coop
        ]
    return [
        one
        for one in found
        if coop in {None, one.coop} and (not stances or one.state in stances)
    ]


async def rows(
    books: Books, names: Names, interests: Iterable[Entity]
) -> list[InterestRow]:
    """Write interests for people, in the order given."""
    halves = [(one, one.body) for one in interests if isinstance(one.body, Interest)]
    leads = await books.state.many({body.lead for _, body in halves})
    titled = await titles.of(books, leads.values())
    short = await ids.shorts(books, [body.lead for _, body in halves])
    notes = await titles.notes(books, [body for _, body in halves])
    return [
        InterestRow(
            id=forms.text("evt", one.id),
            lead=forms.text("evt", body.lead),
            lead_short=short[body.lead],
            title=titled.get(body.lead, titles.NOT_HERE),
            owner=forms.text("coop", body.owner),
            owner_name=names.of(body.owner),
            coop=forms.text("coop", one.coop),
            name=names.of(one.coop),
            stance=one.state,
            reason=body.reason,
            note=note,
        )
        for (one, body), note in zip(halves, notes, strict=True)
    ]
