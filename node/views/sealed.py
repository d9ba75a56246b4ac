"""Sealed texts: who reads them, who keeps them, whether they can be read here."""

from collections.abc import Iterable

import msgspec

from node.views import ids, titles
from node.views.books import Books
from node.views.names import Names, listed
from protocol import ids as forms
from protocol.kinds.sealed import SEALED
from protocol.rules.sealed import Sealed
from protocol.state import Entity


class SealedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed text in a list, without its words.

    `about` and `title` name the thing it is about. reads: this co-op is one of the
    readers. here: the envelope has arrived, at a co-op that may hold it.
    """

    id: str
    short: str
    coop: str
    name: str
    role: str
    about: str
    title: str
    to: list[str]
    to_names: list[str]
    custodians: list[str]
    custodian_names: list[str]
    reads: bool
    here: bool


class SealedPage(SealedRow, frozen=True, kw_only=True):
    """One sealed text; `words` where they can be read here, else None and why not."""

    words: str | None
    why: str | None


def pick(entities: Iterable[Entity]) -> list[Entity]:
    """Keep the sealed texts among what refers to something."""
    return [one for one in entities if one.family == "sealed"]


async def explained(_books: Books, names: Names, entity: Entity) -> list[str]:
    """Say who can read the words of a sealed text, and who keeps it for them."""
    if not isinstance(entity.body, Sealed):
        return []
    readers = listed([names.of(one) for one in (entity.coop, *entity.body.to)])
    kept = [names.of(one) for one in entity.body.custodians]
    keep = f" {listed(kept)} may keep it for them, unopened." if kept else ""
    return [f"Its words are sealed: {readers} can read them, nobody else.{keep}"]


async def rows(
    books: Books, names: Names, entities: Iterable[Entity]
) -> list[SealedRow]:
    """List sealed texts in the order given."""
    listed = [(one, one.body) for one in entities if isinstance(one.body, Sealed)]
    subjects = await books.state.many({body.about for _, body in listed})
    titled = await titles.of(books, subjects.values())
    short = await ids.shorts(
        books, [one for entity, body in listed for one in (entity.id, body.about)]
    )
    held = await books.log.texts.of([body.texts[SEALED] for _, body in listed])
    return [
        SealedRow(
            id=forms.text("evt", entity.id),
            short=short[entity.id],
            coop=forms.text("coop", entity.coop),
            name=names.of(entity.coop),
            role=body.role,
            about=short[body.about],
            title=titled[body.about],
            to=[forms.text("coop", one) for one in body.to],
            to_names=[names.of(one) for one in body.to],
            custodians=[forms.text("coop", one) for one in body.custodians],
            custodian_names=[names.of(one) for one in body.custodians],
            reads=books.coop in (entity.coop, *body.to),
            here=body.texts[SEALED] in held,
        )
        for entity, body in listed
    ]
