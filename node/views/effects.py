"""What an event did, told with names and titles, and what it moved in the joins."""

from collections.abc import Mapping
from typing import Final

from node.views import coverage, titles
from node.views.books import Books
from node.views.names import Names
from protocol.fold import Reading
from protocol.joins.coverage import Cover
from protocol.kinds.pledges import PledgeConfirmed, PledgeReleased
from protocol.rules.acceptances import Acceptance
from protocol.rules.leads import Lead
from protocol.rules.pledges import Pledge
from protocol.rules.projects import Project
from protocol.state import Entity

#: What is done to a pledge, by kind; {pledger} made it.
_DONE: Final[Mapping[str, str]] = {
    "pledge.work.offered": "offers {quantity}",
    "pledge.money.offered": "offers {quantity}",
    "pledge.confirmed": "confirms {quantity}",
    "pledge.withdrawn": "withdraws its offer of {quantity}",
    "pledge.released": "releases {quantity} that it had confirmed",
    "acceptance.given": "accepts {quantity} of {pledger}",
    "acceptance.withdrawn": "withdraws its acceptance of {quantity} of {pledger}",
    "pledge.declined": "declines {quantity} of {pledger}",
}


class Effects:
    """Tells of many events; what is asked for twice is read once."""

    def __init__(self, books: Books, names: Names) -> None:
        """Tell of what is in these books."""
        self._books = books
        self._names = names
        self._covers: dict[bytes, list[Cover]] = {}
        self._titles: dict[bytes, str] = {}

    async def tell(
        self, kind: str, reading: Reading, says: str, touched: list[Entity]
    ) -> tuple[str, str]:
        """Give who did what to what, and how what it moved stands now.

        says: what it says without titles; touched: entities of its own log.
        """
        name = self._names.of(reading.at.coop)
        pledge = await self._pledge(reading, touched)
        if pledge is None or not isinstance(pledge.body, Pledge):
            about = touched[0] if touched else None
            title = "" if about is None else await self._title(about)
            named = f' ("{title}")' if about and titles.role_of(about.body) else ""
            return f"{name} {says}{named}", ""
        body = pledge.body
        target = await self._books.state.get(body.to)
        done = _DONE.get(kind, says).format(
            quantity=_quantity(reading, body, touched),
            pledger=self._names.of(pledge.coop),
        )
        if target is None:
            return f"{name} {done}", ""
        told = f'{name} {done} for "{await self._title(target)}"'
        return told, await self._stands(target, body)

    async def _pledge(self, reading: Reading, touched: list[Entity]) -> Entity | None:
        """Find the pledge that an event is about."""
        wanted: bytes | None = getattr(reading.body, "pledge", None)
        for one in touched:
            if one.family == "pledge":
                return one
            if one.family == "acceptance" and wanted is None:
                wanted = one.ref
        return None if wanted is None else await self._books.state.get(wanted)

    async def _title(self, entity: Entity) -> str:
        if entity.id not in self._titles:
            self._titles |= await titles.of(self._books, [entity])
        return self._titles[entity.id]

    async def _stands(self, target: Entity, body: Pledge) -> str:
        if not isinstance(target.body, Lead | Project):
            return ""
        if target.id not in self._covers:
            covered = await coverage.of(self._books, [target])
            self._covers[target.id] = covered[target.id][0]
        for cover in self._covers[target.id]:
            if cover.line in {None, body.line} and cover.wanted is not None:
                return _stands(cover)
        return ""


def _quantity(reading: Reading, body: Pledge, touched: list[Entity]) -> str:
    """Write how much it is about: of the acceptance, the confirmation or the offer."""
    number = body.quantity
    if isinstance(reading.body, PledgeReleased) and body.confirmed is not None:
        number = body.confirmed.quantity
    elif isinstance(reading.body, PledgeConfirmed):
        number = reading.body.quantity
    for one in touched:
        if isinstance(one.body, Acceptance):
            number = one.body.quantity
    skill = f" of {body.skill}" if body.skill else ""
    return f"{titles.quantity(number, body.unit)}{skill}"


def _stands(cover: Cover) -> str:
    what = "the goal" if cover.line is None else f"line {cover.line}"
    if cover.missing:
        return f"{titles.quantity(cover.missing, cover.unit)} of {what} are missing now"
    if cover.wanted is not None and cover.committed < cover.wanted:
        return f"{what} is covered once what is accepted is confirmed"
    return f"{what} is covered now"
