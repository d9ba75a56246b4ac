"""Which leads several co-ops are bound to, and which co-ops those are."""

from collections.abc import Collection, Iterable, Mapping

from node.views import pledges
from node.views.books import Books
from node.views.figures.tally import NumberSet
from node.views.pledges import Joined
from protocol.joins.commitments import BINDING


class Shared:
    """Leads with partners, by the number of their row: all, and by co-op."""

    def __init__(self) -> None:
        """Know none yet."""
        self.every = NumberSet()
        self._by_coop: dict[bytes, NumberSet] = {}

    def of(self, coop: bytes | None) -> NumberSet:
        """Give those that a co-op has a part in, as lead or partner; None: all."""
        if coop is None:
            return self.every
        return self._by_coop.get(coop) or NumberSet()

    async def add(self, books: Books, joined: Iterable[Joined]) -> None:
        """Let leads be shared that some pledges bind others to."""
        bound = [one for one in joined if is_partner(one)]
        targets = await books.state.rows_of({one.body.to for one in bound})
        for one in bound:
            lead = targets.get(one.body.to)
            if lead is not None and (lead.family, lead.coop) == (
                "lead",
                one.body.owner,
            ):
                self._put(lead.no, {one.body.owner, one.pledge.coop})

    async def renew(self, books: Books, leads: Collection[bytes]) -> None:
        """Look anew at who is bound to some leads."""
        found = await books.state.many(leads)
        targets = [one for one in found.values() if one.family == "lead"]
        rows = await books.state.rows_of([one.id for one in targets])
        partners = bound_to(await pledges.joined_to(books, targets))
        for lead in targets:
            parties = {one.pledge.coop for one in partners.get(lead.id, ())}
            if parties:
                parties.add(lead.coop)
            if (row := rows.get(lead.id)) is not None:
                self._take(row.no, parties)
                self._put(row.no, parties)

    def _put(self, no: int, parties: Collection[bytes]) -> None:
        if parties:
            self.every.put(no, inside=True)
        for coop in parties:
            self._by_coop.setdefault(coop, NumberSet()).put(no, inside=True)

    def _take(self, no: int, but: Collection[bytes]) -> None:
        if not but:
            self.every.put(no, inside=False)
        for coop, leads in self._by_coop.items():
            if coop not in but:
                leads.put(no, inside=False)


def is_partner(one: Joined) -> bool:
    """Tell whether a pledge binds another co-op than the one that takes it."""
    return one.commitment.standing in BINDING and one.pledge.coop != one.body.owner


def bound_to(joined: Iterable[Joined]) -> Mapping[bytes, list[Joined]]:
    """Give what partners are bound to, by lead."""
    found: dict[bytes, list[Joined]] = {}
    for one in joined:
        if is_partner(one):
            found.setdefault(one.body.to, []).append(one)
    return found
