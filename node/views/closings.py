"""How something that is closed by a cut stands: open, closing, or closed for good."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from node.views import ids, titles
from node.views.books import Books
from node.views.names import Names
from protocol.joins import closing
from protocol.joins.closing import Result, Settled
from protocol.rules.entries import Entry
from protocol.state import Entity


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision or round comes to.

    `standing`: "open"; "closing", while its closing waits for a block or for logs that
    are not here yet; "final"; or "withdrawn", "cancelled" and such. `result` is what it
    came to where it is final, else what it would come to now.
    """

    standing: str
    result: Result
    contested: tuple[bytes, ...] = ()

    @property
    def final(self) -> bool:
        """Tell whether the result stands for good."""
        return self.standing == "final"


class Listed(NamedTuple):
    """Something that is closed by a cut, as a list shows it."""

    entity: Entity
    stands: Standing
    title: str
    short: str


async def listed(
    books: Books, family: str, *, states: Sequence[str], coop: bytes | None
) -> list[Listed]:
    """Give those of a family with how they stand, the oldest first."""
    found = await books.state.entities(family, states=states, coop=coop)
    titled = await titles.of(books, found)
    short = await ids.shorts(books, [one.id for one in found])
    stands = await of_all(books, found)
    return [Listed(one, stands[one.id], titled[one.id], short[one.id]) for one in found]


async def of(books: Books, entity: Entity) -> Standing:
    """Say how one thing stands."""
    return (await of_all(books, [entity]))[entity.id]


async def of_all(books: Books, entities: Sequence[Entity]) -> dict[bytes, Standing]:
    """Say how each of several things stands, by its id."""
    settled = {one.id: settled_of(books, one) for one in entities}
    looked_at = await _said(books, [key for key, one in settled.items() if one is None])
    return {
        one.id: _standing(books, one, settled[one.id], looked_at.get(one.id, ()))
        for one in entities
    }


def _standing(
    books: Books, entity: Entity, settled: Settled | None, said: Iterable[Entity]
) -> Standing:
    if settled is not None:
        return Standing(
            standing="final", result=settled.result, contested=settled.contested
        )
    named = "closing" if entity.state == "closed" else entity.state
    return Standing(standing=named, result=compute(books, entity, said))


def settled_of(books: Books, entity: Entity) -> Settled | None:
    """Give the result that stands for good, if there is one."""
    return closing.standing(entity, books.roster, books.state.closings.settled)


async def looked_at(books: Books, entity: Entity) -> list[Entity]:
    """Give all that is here of what a result is computed from."""
    return (await _said(books, [entity.id])).get(entity.id, [])


async def _said(books: Books, targets: Sequence[bytes]) -> dict[bytes, list[Entity]]:
    """Give what is said to some things, by their ids, with the projects it names."""
    found: dict[bytes, list[Entity]] = {}
    for one in await books.state.referring(targets):
        if one.ref is not None:
            found.setdefault(one.ref, []).append(one)
    entries = [
        (key, one.body.project)
        for key, said in found.items()
        for one in said
        if isinstance(one.body, Entry)
    ]
    projects = await books.state.many({project for _, project in entries})
    for key, project in entries:
        if project in projects:
            found[key].append(projects[project])
    return found


def compute(books: Books, entity: Entity, entities: Iterable[Entity]) -> Result:
    """Compute a result under the register of today, after all that is closed."""
    before = closing.earlier(books.roster, books.state.closings.settled)
    if before is None:
        known = books.state.closings.settled.values()
        before = list({one.of: one for one in known if one is not None}.values())
    return closing.compute(
        entity,
        entities,
        members=books.roster.members,
        charter=books.roster.charter,
        before=before,
    )


def contested(names: Names, standing: Standing) -> list[str]:
    """Name whose say was acknowledged and then left out."""
    return [names.of(coop) for coop in standing.contested]
