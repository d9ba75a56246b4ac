"""Funds: what is asked for, and what has been promised to them."""

from collections.abc import Sequence

import msgspec

from node import money
from node.money import Amount
from node.views import ids, ledger, pledges, texts, titles
from node.views.books import Books
from node.views.names import Names
from node.views.pledges import Joined, PledgeRow
from protocol import ids as forms
from protocol.joins.commitments import BINDING
from protocol.rules.funds import Fund
from protocol.state import Entity


class FundRow(msgspec.Struct, frozen=True, kw_only=True):
    """A fund in a list: `committed` are contributions that both sides stand by."""

    id: str
    short: str
    coop: str
    name: str
    title: str
    state: str
    currency: str
    period: str
    contribution: Amount | None
    offered: Amount
    committed: Amount


class ContributionRow(PledgeRow, frozen=True, kw_only=True):
    """A contribution; `paid` is what of it both sides say is settled, or set off."""

    paid: Amount


class FundPage(FundRow, frozen=True, kw_only=True):
    """All there is to say of one fund; `paid` is the sum over its contributions."""

    purpose: str
    paid: Amount
    contributions: list[ContributionRow]


async def rows(
    books: Books, names: Names, *, states: Sequence[str] = (), coop: bytes | None = None
) -> list[FundRow]:
    """List funds, the oldest first."""
    listed = await books.state.entities("fund", states=states, coop=coop)
    titled = await titles.of(books, listed)
    short = await ids.shorts(books, [entity.id for entity in listed])
    joined = await pledges.joined_to(books, listed)
    return [
        _row(
            entity,
            entity.body,
            [one for one in joined if one.body.to == entity.id],
            name=names.of(entity.coop),
            short=short[entity.id],
            title=titled[entity.id],
        )
        for entity in listed
        if isinstance(entity.body, Fund)
    ]


def _row(
    entity: Entity,
    fund: Fund,
    joined: Sequence[Joined],
    *,
    name: str,
    short: str,
    title: str,
) -> FundRow:
    def amount(*standings: str) -> Amount:
        minor = sum(
            one.commitment.quantity
            for one in joined
            if one.commitment.standing in standings
            and one.commitment.unit == fund.currency
        )
        return money.write(minor, fund.currency)

    asked = fund.contribution
    return FundRow(
        id=forms.text("evt", entity.id),
        short=short,
        coop=forms.text("coop", entity.coop),
        name=name,
        title=title,
        state=entity.state,
        currency=fund.currency,
        period=fund.period,
        contribution=None if asked is None else money.write(asked, fund.currency),
        offered=amount("offered", "accepted"),
        committed=amount(*BINDING),
    )


async def page(books: Books, names: Names, entity: Entity) -> FundPage:
    """Show one fund with the contributions to it."""
    body = entity.body
    if not isinstance(body, Fund):
        raise TypeError(f"a fund is shown, not a {entity.family}")
    joined = await pledges.joined_to(books, [entity])
    paid = await _paid(books, body, joined)
    words = await texts.of_roles(books, body.texts)
    short = await ids.shorts(books, [entity.id])
    row = _row(
        entity,
        body,
        joined,
        name=names.of(entity.coop),
        short=short[entity.id],
        title=words.get("title") or titles.NO_TITLE,
    )
    return FundPage(
        **msgspec.structs.asdict(row),
        purpose=words.get("purpose", ""),
        paid=money.write(sum(paid.values()), body.currency),
        contributions=[
            ContributionRow(
                **msgspec.structs.asdict(row),
                paid=money.write(paid.get(one.pledge.id, 0), body.currency),
            )
            for one, row in zip(
                joined, await pledges.rows(books, names, joined), strict=True
            )
        ],
    )


async def _paid(books: Books, fund: Fund, joined: Sequence[Joined]) -> dict[bytes, int]:
    """Say how much of each contribution is covered, in minor units of the fund."""
    wanted = {one.pledge.id for one in joined}
    read = await ledger.load(books)
    return {
        debt.source: debt.covered
        for account in read.accounts
        if account.currency == fund.currency
        for debt in account.debts
        if debt.source in wanted
    }
