"""Mediations: who would help whom, and whose word is missing."""

from collections.abc import Sequence

import msgspec

from node.views import ids, titles
from node.views.books import Books
from node.views.names import Names
from node.views.promises import MOST
from protocol import ids as forms
from protocol.joins.agreeing import Mediating, mediations


class MediationRow(msgspec.Struct, frozen=True, kw_only=True):
    """A mediation. `title` is that of what it is about, where that is here."""

    about: str
    about_short: str
    title: str
    mediator: str
    mediator_name: str
    parties: list[str]
    names: list[str]
    standing: str
    missing: list[str]


async def load(books: Books) -> list[Mediating]:
    """Join all halves that are here."""
    return mediations(await books.state.entities("mediation", most=MOST))


async def rows(
    books: Books, names: Names, listed: Sequence[Mediating]
) -> list[MediationRow]:
    """Write mediations, in the order given."""
    about = await books.state.many({one.about for one in listed})
    titled = await titles.of(books, about.values())
    short = await ids.shorts(books, [one.about for one in listed])
    return [
        MediationRow(
            about=forms.text("evt", one.about),
            about_short=short[one.about],
            title=titled.get(one.about, "(not here)"),
            mediator=forms.text("coop", one.mediator),
            mediator_name=names.of(one.mediator),
            parties=[forms.text("coop", each) for each in one.parties],
            names=[names.of(each) for each in one.parties],
            standing=one.standing,
            missing=[names.of(each) for each in one.missing],
        )
        for one in listed
    ]
