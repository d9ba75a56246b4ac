"""What the commands about trade have in common: whose turn it is, and sums of money."""

from collections.abc import Callable
from typing import Final

from node import money
from node.commands import fields
from node.commands.fields import Sum
from node.commands.form import reading
from node.errors import UserFault
from node.node import Node
from node.views import ids, titles
from node.views.books import Books
from node.views.names import Names
from node.views.promises import load as load_promises
from node.views.short import bounds
from protocol import ids as forms
from protocol.joins.ledger import Promise
from protocol.kinds.fields import Money
from protocol.state import Entity, State

_EXAMPLE: Final = "evt_k3fw72qa"


async def addressed(
    node: Node, written: str, family: str, to: Callable[[State], bytes | None]
) -> Entity:
    """Find something of another co-op that this one has to answer.

    `to` reads from its body whose turn it is. Raises `UserFault` where it is not ours.
    """
    books, names = await reading(node)
    entity = await ids.find(books, written, (family,), family)
    whose = to(entity.body)
    if whose == node.coop:
        return entity
    kind = titles.CALLED[family]
    called = "nobody" if whose is None else names.of(whose)
    raise UserFault(
        code="not-for-you",
        detail=f"{family}: it is {called}'s to answer that {kind}.",
        way_out=f"`{ids.LISTS[family]}` lists what waits, and for whom.",
        field=family,
        expected=f"a {kind} that names this co-op",
        example=_EXAMPLE,
    )


def in_state(entity: Entity, live: frozenset[str], way_out: str) -> None:
    """Refuse to move what is over."""
    if entity.state in live:
        return
    kind = titles.CALLED[entity.family]
    raise UserFault(
        code=f"{entity.family}-gone",
        detail=f"{entity.family}: it is {entity.state} already.",
        way_out=way_out,
        field=entity.family,
        expected=f"a {kind} that is {' or '.join(sorted(live))}",
        example=_EXAMPLE,
    )


def sum_of(node: Node, given: Sum, field: str = "amount") -> Money:
    """Read money; the charter's currency where none is named."""
    usual = node.register.roster.charter.currency
    code = fields.currency(f"{field}.currency", given.currency or usual)
    return Money(code, fields.amount(f"{field}.amount", given.amount, code))


def in_currency(field: str, given: Sum, currency: str) -> Money:
    """Read money that has to be in one currency."""
    if given.currency is not None and given.currency != currency:
        example = money.write(123450, currency)
        raise fields.fault(
            f"{field}.currency",
            given.currency,
            currency,
            f"{example.amount} {currency}",
        )
    return Money(currency, fields.amount(f"{field}.amount", given.amount, currency))


def other_coop(books: Books, names: Names, written: str, field: str) -> bytes:
    """Find another co-op than one's own."""
    coop = ids.find_coop(books, names, written, field)
    if coop != books.coop:
        return coop
    raise UserFault(
        code="party-self",
        detail=f"{field}: a co-op owes itself nothing.",
        way_out="`wortley members` lists the others.",
        field=field,
        expected="another co-op, by name or id",
        example="Alba",
    )


async def find_promise(
    books: Books, written: str, *, payer: bytes | None, payee: bytes | None
) -> Promise:
    """Find a promise by the beginning of its id; a side that is None may be anybody."""
    low, high = bounds(ids.tail_of("evt", written, "promise"))
    found = [
        one
        for one in await load_promises(books)
        if low <= one.source <= high
        and payer in {None, one.payer}
        and payee in {None, one.payee}
    ]
    if len(found) == 1:
        return found[0]
    if found:
        candidates = [(forms.text("evt", one.source), one.kind) for one in found]
        raise ids.ambiguous(written, "promise", candidates, example=candidates[0][0])
    raise UserFault(
        code="promise-unknown",
        detail=f"promise: no money that the one has promised to the other has an id"
        f" that starts with {written[:80]}.",
        way_out="`wortley ledger show --with CO-OP` lists what is owed, and why.",
        field="promise",
        expected="the id of a promise between the two co-ops",
        example=_EXAMPLE,
    )
