"""What an event did, told with names and titles, and what it moved in the joins."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from node.views import coverage, titles
from node.views.books import Books
from node.views.logs import Envelope
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


class Deed(NamedTuple):
    """An event, as it is told.

    says: what it says without titles; entities: those that it is or names.
    """

    around: Envelope
    reading: Reading
    says: str
    entities: Sequence[Entity]

    @property
    def touched(self) -> list[Entity]:
        """Give the entities of its own log: no event moves another one."""
        return [one for one in self.entities if one.coop == self.reading.at.coop]


class Effects:
    """Tells of many events; what is asked for twice is read once."""

    def __init__(self, books: Books, names: Names) -> None:
        """Tell of what is in these books."""
        self._books = books
        self._names = names
        self._covers: dict[bytes, list[Cover]] = {}
        self._titles: dict[bytes, str] = {}

    async def tell(self, deeds: Sequence[Deed]) -> list[tuple[str, str]]:
        """Give for each who did what to what, and how what it moved stands now.

        All that is needed is read at once: one by one, the way to the store and back
        would cost more than the reading.
        """
        state = self._books.state
        held = {one.id: one for deed in deeds for one in deed.touched}
        named = [_pledge(deed) for deed in deeds]
        held |= await state.many({one for one in named if one} - held.keys())
        pledges = [_body(held.get(one or b"")) for one in named]
        targets = await state.many({body.to for body in pledges if body is not None})
        about = [
            targets.get(body.to) if body else next(iter(deed.touched), None)
            for deed, body in zip(deeds, pledges, strict=True)
        ]
        await self._read(about, targets.values())
        return [
            self._tell(deed, held[pledge or b""].coop, body, each)
            if body is not None
            else (self._say(deed, each), "")
            for deed, pledge, body, each in zip(
                deeds, named, pledges, about, strict=True
            )
        ]

    async def _read(
        self, about: Iterable[Entity | None], targets: Iterable[Entity]
    ) -> None:
        """Read titles, and what of the targets is covered."""
        untitled = {one.id: one for one in about if one and one.id not in self._titles}
        self._titles |= await titles.of(self._books, untitled.values())
        summed = [
            one
            for one in targets
            if isinstance(one.body, Lead | Project) and one.id not in self._covers
        ]
        for entity, (covers, _) in (await coverage.of(self._books, summed)).items():
            self._covers[entity] = covers

    def _say(self, deed: Deed, about: Entity | None) -> str:
        titled = about is not None and titles.role_of(about.body)
        named = f' ("{self._titles[about.id]}")' if about and titled else ""
        return f"{self._names.of(deed.reading.at.coop)} {deed.says}{named}"

    def _tell(
        self, deed: Deed, pledger: bytes, body: Pledge, target: Entity | None
    ) -> tuple[str, str]:
        done = _DONE.get(deed.around.kind, deed.says).format(
            quantity=_quantity(deed.reading, body, deed.touched),
            pledger=self._names.of(pledger),
        )
        told = f"{self._names.of(deed.reading.at.coop)} {done}"
        if target is None:
            return told, ""
        return f'{told} for "{self._titles[target.id]}"', self._stands(target, body)

    def _stands(self, target: Entity, body: Pledge) -> str:
        for cover in self._covers.get(target.id, ()):
            if cover.line in {None, body.line} and cover.wanted is not None:
                return _stands(cover)
        return ""


def _pledge(deed: Deed) -> bytes | None:
    """Find the pledge that an event is about."""
    wanted: bytes | None = getattr(deed.reading.body, "pledge", None)
    for one in deed.touched:
        if one.family == "pledge":
            return one.id
        if one.family == "acceptance" and wanted is None:
            wanted = one.ref
    return wanted


def _body(entity: Entity | None) -> Pledge | None:
    return entity.body if entity and isinstance(entity.body, Pledge) else None


def _quantity(reading: Reading, body: Pledge, touched: Sequence[Entity]) -> str:
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
