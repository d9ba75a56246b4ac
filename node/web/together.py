"""The part of the status page that co-ops share: decisions, rounds, who owes whom.

And what waits for this one. Each list is short and says which command has the rest.
"""

import datetime
from collections.abc import Mapping, Sequence
from typing import Final, get_args

import msgspec

from node import money
from node.money import Amount
from node.node import Node
from node.views import closings, ledger, titles, today, trade
from node.views.books import Books
from node.views.closings import Standing
from node.views.decisions import WOULD
from node.views.ledger import AccountRow
from node.views.names import Names
from node.views.short import brief
from node.views.waiting import kept
from node.views.waiting.desk import Waiting
from protocol.joins.decisions import DecisionResult
from protocol.joins.rounds import RoundResult
from protocol.kinds.decisions import Stance
from protocol.rules.decisions import Decision
from protocol.rules.rounds import Round
from protocol.state import Entity

#: Rows of a section; a page is looked at, not searched.
_ROWS: Final = 10
#: What waits takes two lines each, and stands above all else.
_WAITING: Final = 6
#: Of what a ledger is the sum of, 50 ms to read. Beyond it, the command has it.
_SUMMED: Final = 2_000
_STANCES: Final[tuple[Stance, ...]] = get_args(Stance)
#: What a ledger is summed up from.
_TRADED: Final[Mapping[str, Sequence[str]]] = {
    **dict.fromkeys(trade.FAMILIES, ()),
    "pledge": ("confirmed",),
    "handover": ("offered",),
}
#: Seconds for which all of this is shown again while no log has grown.
_QUIET_S: Final = 10.0
#: While logs grow, it is made anew so seldom that it takes this part of a core at most.
_PART: Final = 1 / 20


class ShownDecision(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that runs: the votes so far, and what they would come to."""

    title: str
    short: str
    name: str
    closes: datetime.date
    left: str
    votes: str
    outcome: str
    would: str


class ShownRound(msgspec.Struct, frozen=True, kw_only=True):
    """A round that runs: what was put in so far, and how much of it would be given."""

    title: str
    short: str
    name: str
    closes: datetime.date
    left: str
    projects: int
    pledged: Amount
    accepted: Amount


class Together(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown; `waiting_all` and `owed_all` count what is left out, too.

    `owed` is None where the ledger is too long for a page.
    """

    waiting: list[Waiting]
    waiting_all: int
    decisions: list[ShownDecision]
    rounds: list[ShownRound]
    owed: list[AccountRow] | None
    owed_all: int


class Sections:
    """Reads what is shown, and keeps it for a moment: a page asks every two seconds."""

    def __init__(self, node: Node) -> None:
        """Show what this node knows."""
        self._node = node
        self._kept: Together | None = None
        self._digest = b""
        self._made = self._took = 0.0

    async def read(self, books: Books, called: Names) -> Together:
        """Give what is shown: of now, or of a moment ago."""
        node, begun = self._node, self._node.clock.monotonic()
        digest, age = node.ingest.heads_digest(), begun - self._made
        lasts = _QUIET_S if digest == self._digest else self._took / _PART
        if self._kept is None or age >= lasts:
            self._kept = await _read(node, books, called)
            self._digest, self._made = digest, node.clock.monotonic()
            self._took = self._made - begun
        return self._kept


async def _read(node: Node, books: Books, called: Names) -> Together:
    day = ledger.day_of(node.clock.now_ms())
    drafts = await node.own.drafts(published=True)
    # Why nothing may be published is among the notices already.
    laid = await kept.lay(books, called, day, None, drafts, kept=node.kept)
    waiting, waiting_all = await today.waiting(laid, _WAITING)
    owed = await _owed(books, called, day)
    return Together(
        waiting=waiting,
        waiting_all=waiting_all,
        decisions=await _decisions(books, called, day),
        rounds=await _rounds(books, called, day),
        owed=None if owed is None else owed[:_ROWS],
        owed_all=0 if owed is None else len(owed),
    )


# --- decisions and rounds -----------------------------------------------------------


async def _running(
    books: Books, family: str
) -> tuple[list[Entity], dict[bytes, Standing], dict[bytes, str]]:
    """Give the newest that run, newest first, how they stand, and their titles."""
    found = await books.state.entities(family, states=("open",), most=_ROWS)
    stands = await closings.of_all(books, found)
    return found[::-1], stands, await titles.of(books, found)


async def _decisions(
    books: Books, called: Names, day: datetime.date
) -> list[ShownDecision]:
    found, stands, titled = await _running(books, "decision")
    shown = []
    for one in found:
        result = stands[one.id].result
        if isinstance(one.body, Decision) and isinstance(result, DecisionResult):
            shown.append(
                ShownDecision(
                    title=titled[one.id],
                    short=brief("evt", one.id),
                    name=called.of(one.coop),
                    closes=one.body.closes,
                    left=_left(day, one.body.closes),
                    votes=_votes(result),
                    outcome=result.outcome,
                    would=WOULD[result.outcome],
                )
            )
    return shown


def _votes(result: DecisionResult) -> str:
    """Write what weighs how much, and of how much: 2 agree, 1 block, of 5."""
    cast = [
        f"{weight} {stance}" for stance in _STANCES if (weight := result.weight(stance))
    ]
    return f"{', '.join(cast) or 'none'}, of {result.total}"


async def _rounds(books: Books, called: Names, day: datetime.date) -> list[ShownRound]:
    found, stands, titled = await _running(books, "round")
    shown = []
    for one in found:
        result = stands[one.id].result
        if isinstance(one.body, Round) and isinstance(result, RoundResult):
            pledged = sum(result.pledged().values())
            accepted = sum(each.accepted for each in result.projects)
            shown.append(
                ShownRound(
                    title=titled[one.id],
                    short=brief("evt", one.id),
                    name=called.of(one.coop),
                    closes=one.body.closes,
                    left=_left(day, one.body.closes),
                    projects=len(result.projects),
                    pledged=money.write(pledged, result.currency),
                    accepted=money.write(accepted, result.currency),
                )
            )
    return shown


def _left(day: datetime.date, closes: datetime.date) -> str:
    days = (closes - day).days
    if days < 0:
        return "to be closed"
    return ("today", "1 day left")[days] if days < 2 else f"{days:,} days left"


# --- the ledger ---------------------------------------------------------------------


async def _owed(
    books: Books, called: Names, day: datetime.date
) -> list[AccountRow] | None:
    """Give the accounts in which something is open, the oldest debts first."""
    if await books.state.has_more(_TRADED, _SUMMED):
        return None
    found = await ledger.show(books, called, day)
    # Nobody can tell from an amount as it is written whether it is nothing.
    nothing = {money.write(0, one.currency) for one in found.accounts}
    owed = [one for one in found.accounts if one.open not in nothing]
    return sorted(owed, key=lambda one: -1 if one.age is None else one.age)[::-1]
