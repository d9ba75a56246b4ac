"""What became of every promise, as far as it can be said without looking at a day.

A promise of work is kept once accepted reports come to what was confirmed, one of
money once it is covered. Each is of a class, and a class says what became of it; an
open one also says until when it is not broken.
"""

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from node.views import promises, trade
from node.views.books import Books
from node.views.market import windows_of
from node.views.pledges import Joined
from node.views.promises import Flow
from protocol.joins import ledger
from protocol.joins import trade as joining
from protocol.joins.ledger import Account
from protocol.rules.reports import Report
from protocol.state import Entity


class Came(NamedTuple):
    """What became of a co-op's promise, and the reason given.

    `last` is the last day of one that is "open" and not done: after it, it is broken.
    """

    coop: bytes
    fate: str
    reason: str | None = None
    last: datetime.date | None = None

    def on(self, today: datetime.date) -> str:
        """Say what became of it by a day."""
        late = self.last is not None and self.last < today
        return "broken" if late else self.fate


class Done(NamedTuple):
    """What was done of a promise, in minutes or minor units, and when it was due.

    `coming` is reported or sent, and the other side has not said yet that it is so.
    """

    kept: int = 0
    coming: int = 0
    last: datetime.date | None = None


_NOTHING = Done()


async def judge(
    books: Books,
    joined: Iterable[Joined],
    said: Iterable[Entity],
    paid: Mapping[bytes, Done],
) -> dict[bytes, Came | None]:
    """Say by pledge what became of it; None of those that wait for an answer.

    said: all that refers to these pledges; paid: what was done of promises of money.
    """
    found: dict[bytes, Came | None] = {}
    bound: list[Joined] = []
    for one in joined:
        standing = one.commitment.standing
        if standing == "committed":
            bound.append(one)
        elif standing in {"offered", "accepted"}:
            found[one.pledge.id] = None
        else:
            reason = reason_of(standing, one)
            found[one.pledge.id] = Came(one.pledge.coop, standing, reason)
    done = await _worked(books, bound, said)
    done |= {
        one.pledge.id: paid[one.pledge.id] for one in bound if one.pledge.id in paid
    }
    windows = await windows_of(books, [one for one in bound if _is_dated(one, done)])
    for one in bound:
        *_, ends = windows.get(one.pledge.id, (one.body.ends,))
        found[one.pledge.id] = came_of(one, done.get(one.pledge.id, _NOTHING), ends)
    return found


def _is_dated(one: Joined, done: Mapping[bytes, Done]) -> bool:
    """Tell whether what it is promised to says until when."""
    was = done.get(one.pledge.id, _NOTHING)
    is_done = was.kept + was.coming >= one.commitment.quantity
    return not is_done and one.body.ends is None and was.last is None


def came_of(one: Joined, was: Done, ends: datetime.date | None) -> Came:
    """Say what became of a promise that binds; `ends` is the last day of its window."""
    coop, quantity = one.pledge.coop, one.commitment.quantity
    if was.kept >= quantity:
        return Came(coop, "kept")
    if was.kept + was.coming >= quantity:
        return Came(coop, "open")
    return Came(coop, "open", last=was.last or ends)


async def _worked(
    books: Books, bound: Iterable[Joined], said: Iterable[Entity]
) -> dict[bytes, Done]:
    """Sum up the reports of pledges of work."""
    named = {one.pledge.id for one in bound if one.body.unit == "minutes"}
    reports = [one for one in said if isinstance(one.body, Report) and one.ref in named]
    words = await books.state.referring([one.id for one in reports])
    kept, coming = Counter[bytes](), Counter[bytes]()
    for one in joining.trade([*reports, *words]).deliveries:
        if one.standing == "accepted":
            kept[one.pledge] += one.minutes
        elif one.standing == "reported":
            coming[one.pledge] += one.minutes
    return {one: Done(kept[one], coming[one]) for one in kept.keys() | coming.keys()}


def reason_of(standing: str, one: Joined) -> str | None:
    """Read why, from the pledge itself or from the taker's word on it."""
    told = [one.pledge]
    if standing in {"declined", "overtaken"}:
        told = [half for half in one.related.values() if half.coop == one.body.owner]
    reasons: Iterable[str | None] = (
        getattr(each.body, "reason", None) for each in told
    )
    return next(filter(None, reasons), None)


async def paid_of(books: Books, flows: Sequence[Flow]) -> dict[bytes, Done]:
    """Say by promise what was paid of it, between some co-ops."""
    shelf = await trade.of_flows(books, flows)
    promised = await promises.load(books, flows)
    traded = shelf.trade
    accounts = ledger.accounts(
        promised, traded.claims, traded.settlements, (), traded.nettings
    )
    coming = Counter[tuple[bytes, bytes, str, bytes | None]]()
    for one in traded.settlements:
        coming[one.payer, one.payee, one.currency, one.promise] += one.in_transit
    return {
        debt.source: Done(
            debt.covered,
            coming[account.payer, account.payee, account.currency, debt.source],
            debt.due,
        )
        for account in accounts
        if _is_of(account, flows)
        for debt in account.debts
    }


def _is_of(account: Account, flows: Collection[Flow]) -> bool:
    """Tell whether all of an account was read."""
    return any(
        flow.payer in {None, account.payer} and flow.payee in {None, account.payee}
        for flow in flows
    )
