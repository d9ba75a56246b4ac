"""What the functions of the table read, and what they note for those after them."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from node.exchange import urns
from node.exchange.valueflows import nodes
from node.exchange.valueflows.nodes import Node, Words, node
from node.exchange.valueflows.own import PREFIX, own
from node.views import promises, texts, times, titles, trade
from node.views.books import Books
from node.views.names import Names
from node.views.times import Times
from node.views.trade import Shelf
from protocol.joins.agreeing import SetOff
from protocol.joins.ledger import Promise
from protocol.joins.payments import Claim, Settlement
from protocol.joins.reports import Delivery
from protocol.joins.trade import Trade
from protocol.state import Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """The books, and what stands in the file so far.

    here: what has nodes of its own, by id, and its family: all else cannot be named.
    traded: reports, invoices, payments and nettings as both sides have them. settled:
    by invoice, what payments that name it have settled of it.
    committed: of which promises there are Commitments. named: co-ops that were named.
    """

    books: Books
    names: Names
    times: Mapping[bytes, Times]
    here: Mapping[bytes, str]
    shelf: Shelf
    promises: Mapping[bytes, Promise]
    traded: Mapping[bytes, Delivery | Claim | Settlement | SetOff]
    settled: Mapping[bytes, int]
    words: Words = field(default_factory=Words)
    committed: set[bytes] = field(default_factory=set)
    named: set[bytes] = field(default_factory=set)

    @classmethod
    async def of(
        cls, books: Books, names: Names, families: "Mapping[str, Family]"
    ) -> "Graph":
        """Read what all functions need: which things there are, and the ledger's."""
        here = {
            entity.id: family
            for family, row in families.items()
            if row.named
            async for entities in books.state.walk(family)
            for entity in entities
            if entity.state not in row.without
        }
        shelf = await trade.load(books)
        return cls(
            books=books,
            names=names,
            times=await times.of_families(books, families),
            here=here,
            shelf=shelf,
            promises={one.source: one for one in await promises.load(books)},
            traded=_by_id(shelf.trade),
            settled=_settled(shelf.trade),
        )

    def created(self, entity: Entity) -> str | None:
        """Say when an entity was written, where that is known."""
        found = self.times.get(entity.id)
        return None if found is None else nodes.stamp(found.created)

    async def texts(self, entities: Sequence[Entity]) -> dict[bytes, dict[str, str]]:
        """Read the texts of some entities by role, as far as they are here."""
        return {
            entity.id: await texts.of_roles(self.books, titles.texts_of(entity.body))
            for entity in entities
        }

    async def answers(self, words: Iterable[bytes | None]) -> dict[bytes, str]:
        """Read what other co-ops write beside their words on trade, by their ids."""
        found = [
            self.shelf.entities[one] for one in words if one in self.shelf.entities
        ]
        read = await self.texts(found)
        return {one: said["note"] for one, said in read.items() if "note" in said}

    def coop(self, coop: bytes) -> str:
        """Name a co-op; whoever is named has a node."""
        self.named.add(coop)
        return urns.coop(coop)

    def link(self, event: bytes | None, *families: str, part: str = "") -> str | None:
        """Name a thing of one of these families (of any), if it is in the file."""
        family = None if event is None else self.here.get(event)
        if event is None or family is None or (families and family not in families):
            return None
        return urns.event(event, part)

    def word(self, entity: Entity, class_: str, **said: object) -> Node:
        """Make a node of one co-op's word on something, a class of our own."""
        word = {
            "by": self.coop(entity.coop),
            "stance": entity.state,
            "reason": getattr(entity.body, "reason", None),
        }
        return node(
            id_=urns.event(entity.id),
            type_=f"{PREFIX}:{class_}",
            **own(**(word | said)),
        )

    def others(self) -> list[Node]:
        """Give nodes of co-ops that were named and belong to nobody known here."""
        known = set(self.names.known)
        return [
            node(id_=urns.coop(one), type_="Organization", name=self.names.of(one))
            for one in sorted(self.named - known)
        ]


def _by_id(trade: Trade) -> dict[bytes, Delivery | Claim | Settlement | SetOff]:
    return {
        **{one.report: one for one in trade.deliveries},
        **{one.invoice: one for one in trade.claims},
        **{one.payment: one for one in trade.settlements},
        **{one.netting: one for one in trade.nettings},
    }


def between(one: Claim | Settlement | Promise) -> tuple[bytes, bytes, str]:
    """Say who pays whom in what."""
    return one.payer, one.payee, one.currency


def _settled(trade: Trade) -> Counter[bytes]:
    claims = {one.invoice: one for one in trade.claims}
    found = Counter[bytes]()
    for paid in trade.settlements:
        claim = claims.get(paid.invoice or b"")
        if claim is not None and between(paid) == between(claim):
            found[claim.invoice] += paid.settled
    return found


Nodes = Callable[[Graph, Sequence[Entity]], Awaitable[list[Node]]]


class Family(NamedTuple):
    """How a family is written.

    named: its things have nodes under their own ids, except in the states `without`, in
    which they are left out: what was taken back is no event.
    """

    nodes: Nodes
    named: bool = True
    without: frozenset[str] = frozenset()
