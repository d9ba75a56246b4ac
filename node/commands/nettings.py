"""Commands about netting: which would help, who proposes it, who agrees."""

from collections.abc import Sequence
from typing import Final, cast

import msgspec

from node import money
from node.act import Draft
from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import Asking, Writing, coop_or_all, reading, writing
from node.errors import UserFault
from node.node import Node
from node.views import ids, ledger, nettings, titles, trade
from node.views.books import Books
from node.views.names import Names
from node.views.nettings import Circle, NettingRow, Suggestion
from protocol.joins.agreeing import SetOff, given_up
from protocol.joins.ledger import Account
from protocol.kinds.fields import Money
from protocol.kinds.nettings import NettingAgreed, NettingDeclined, NettingProposed
from protocol.rules.nettings import Netting
from protocol.state import Entity


class SuggestNettings(Asking, frozen=True, kw_only=True):
    """Which suggestions: those that a co-op is part of."""

    coop: str | None = None


class ProposeNetting(Writing, frozen=True, kw_only=True):
    """Co-ops in a circle: each owes the next one, the last one the first.

    `amount` is the most that all of them owe where it is left out; `currency` the
    charter's.
    """

    coops: tuple[str, ...]
    amount: str | None = None
    currency: str | None = None
    note: str | None = None


class AgreeNetting(Writing, frozen=True, kw_only=True):
    """A netting that names this co-op. A yes cannot be taken back."""

    netting: str


class DeclineNetting(Writing, frozen=True, kw_only=True):
    """A netting that names this co-op, and why not."""

    netting: str
    reason: str | None = None
    note: str | None = None


class ListNettings(Asking, frozen=True, kw_only=True):
    """Which nettings: those that a co-op is part of, of some standings."""

    coop: str | None = None
    standing: tuple[str, ...] = ()


class Suggestions(msgspec.Struct, frozen=True, kw_only=True):
    """Suggestions, the most helpful forms first: pairs, then circles."""

    suggestions: list[Suggestion]


class Nettings(msgspec.Struct, frozen=True, kw_only=True):
    """Nettings, sorted by their ids."""

    nettings: list[NettingRow]


async def suggest(node: Node, args: SuggestNettings, _tell: Tell) -> Suggestions:
    """Find debts that meet or run in a circle."""
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    read = await ledger.load(books)
    return Suggestions(suggestions=nettings.suggestions(names, read.accounts, coop))


async def propose(node: Node, args: ProposeNetting) -> Sequence[Draft]:
    """Propose to set off what co-ops owe in a circle."""
    books, names = await reading(node)
    coops = [ids.find_coop(books, names, one, "coops") for one in args.coops]
    if len(coops) == 1:
        coops.insert(0, books.coop)
    if len(coops) < 2 or len(set(coops)) < len(coops):
        expected = "a circle of two co-ops or more, each of them once"
        raise fields.fault("coops", ", ".join(args.coops), expected, "Alba")
    usual = node.register.roster.charter.currency
    currency = fields.currency("currency", args.currency or usual)
    most = _most((await ledger.load(books)).accounts, names, coops, currency)
    amount = most
    if args.amount is not None:
        amount = fields.amount("amount", args.amount, currency)
    if amount > most:
        written = money.write(most, currency).amount
        expected = f"at most {written} {currency}, which all of them owe"
        raise fields.fault("amount", args.amount, expected, written)
    circle = Circle(coops=tuple(coops), currency=currency, amount=amount)
    body = NettingProposed(currency=currency, entries=circle.entries())
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("netting.proposed", body, words)]


def _most(
    accounts: Sequence[Account], names: Names, coops: Sequence[bytes], currency: str
) -> int:
    """Say how much all of a circle owe in turn; raises where one owes nothing."""
    owing = nettings.owing(accounts).get(currency, {})
    found = []
    for debtor, creditor in zip(coops, [*coops[1:], coops[0]], strict=True):
        open_ = owing.get(debtor, {}).get(creditor, 0)
        if not open_:
            raise UserFault(
                code="netting-nothing",
                detail=f"coops: {names.of(debtor)} owes {names.of(creditor)} nothing in"
                f" {currency}.",
                way_out="`wortley netting suggest` shows what could be set off.",
                field="coops",
                expected="co-ops of which each owes the next one",
                example="Alba",
            )
        found.append(open_)
    return min(found)


async def agree(node: Node, args: AgreeNetting) -> Sequence[Draft]:
    """Agree to a netting, for good."""
    books, names = await reading(node)
    entity, joined = await _asked(books, names, args.netting)
    body = cast("Netting", entity.body)
    await _check_covered(books, names, joined)
    answer = NettingAgreed(
        amount=Money(body.currency, given_up(body.entries)[books.coop]),
        netting=entity.id,
        proposer=entity.coop,
    )
    return [fields.draft("netting.agreed", answer)]


async def _check_covered(books: Books, names: Names, joined: SetOff) -> None:
    """Refuse to set off what is not owed any more, as far as this co-op is in it.

    It would make somebody owe it back; whoever proposed may have waited too long.
    """
    owing = nettings.owing((await ledger.load(books)).accounts)
    open_ = owing.get(joined.currency, {})
    for debtor, creditor, amount in joined.entries:
        left = open_.get(debtor, {}).get(creditor, 0)
        if books.coop in {debtor, creditor} and amount > left:
            raise UserFault(
                code="netting-uncovered",
                detail=f"netting: {names.of(debtor)} owes {names.of(creditor)}"
                f" {titles.quantity(left, joined.currency)} by now, less than the"
                f" {titles.quantity(amount, joined.currency)} that would be set off.",
                way_out="Decline it, and propose one of today's sums:"
                " `wortley netting suggest`.",
                field="netting",
                expected="a netting of what is still owed",
                example="evt_k3fw72qa",
            )


async def decline(node: Node, args: DeclineNetting) -> Sequence[Draft]:
    """Say no to a netting."""
    books, names = await reading(node)
    entity, _ = await _asked(books, names, args.netting)
    body = NettingDeclined(
        netting=entity.id,
        proposer=entity.coop,
        reason=fields.slug_or_none("reason", args.reason),
    )
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("netting.declined", body, words)]


async def _asked(books: Books, names: Names, written: str) -> tuple[Entity, SetOff]:
    """Find a netting that this co-op has not agreed to yet."""
    entity = await ids.find(books, written, ("netting",), "netting")
    (joined,) = (await trade.one_of(books, entity)).nettings
    if books.coop in joined.missing:
        return entity, joined
    named = books.coop in given_up(joined.entries)
    proposer = names.of(joined.proposer)
    raise UserFault(
        code="netting-bound" if named else "not-for-you",
        detail="netting: this co-op has agreed to it already, and for good."
        if named
        else f"netting: it sets off nothing of this co-op; ask {proposer}.",
        way_out="`wortley netting list` shows whose word is missing.",
        field="netting",
        expected="a netting that waits for this co-op",
        example="evt_k3fw72qa",
    )


async def list_nettings(node: Node, args: ListNettings, _tell: Tell) -> Nettings:
    """List nettings and whose word is missing."""
    states = ("open", "declined", "effective")
    standing = fields.choices("standing", args.standing, states)
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    shelf = await trade.load(books)
    listed = [
        one
        for one in shelf.trade.nettings
        if (coop is None or coop in given_up(one.entries))
        and (not standing or one.standing in standing)
    ]
    return Nettings(nettings=await nettings.rows(books, names, listed))


COMMANDS: Final[dict[str, Command]] = {
    "netting.suggest": command(SuggestNettings, suggest),
    "netting.propose": writing(ProposeNetting, propose),
    "netting.agree": writing(AgreeNetting, agree),
    "netting.decline": writing(DeclineNetting, decline),
    "netting.list": command(ListNettings, list_nettings),
}
