"""Commands about funds that a steward holds: open, contribute, look."""

from collections.abc import Sequence
from typing import Final, Literal, cast, get_args

import msgspec

from node.act import Draft
from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import (
    Asking,
    Writing,
    books_of,
    coop_or_all,
    own,
    reading,
    writing,
)
from node.errors import UserFault
from node.node import Node
from node.views import funds, ids
from node.views.funds import FundPage, FundRow
from protocol.kinds.fields import Money
from protocol.kinds.funds import FundAdvanced, FundOpened, FundState
from protocol.kinds.pledges import MoneyPledged
from protocol.rules.funds import FUND_MOVES, TAKING, Fund

_Period = Literal["none", "month", "quarter", "year"]


class OpenFund(Writing, frozen=True, kw_only=True):
    """A fund held by this co-op; `contribution` is asked of each for a period."""

    title: str
    purpose: str | None = None
    currency: str | None = None
    contribution: str | None = None
    period: str = "none"
    planned: bool = False


class Contribute(Writing, frozen=True, kw_only=True):
    """A decimal amount to a fund, in the fund's currency."""

    fund: str
    amount: str
    currency: str | None = None
    note: str | None = None


class AdvanceFund(Writing, frozen=True, kw_only=True):
    """A fund of one's own and the state that follows."""

    fund: str
    to: str
    note: str | None = None


class ListFunds(Asking, frozen=True, kw_only=True):
    """Which funds: in some states, of one co-op."""

    states: tuple[str, ...] = ()
    coop: str | None = None


class OneFund(Asking, frozen=True, kw_only=True):
    """A fund by its id."""

    fund: str


class Funds(msgspec.Struct, frozen=True, kw_only=True):
    """Funds, the oldest first."""

    funds: list[FundRow]


async def open_fund(node: Node, args: OpenFund) -> Sequence[Draft]:
    """Open a fund."""
    charter = node.register.roster.charter
    code = fields.currency("currency", args.currency or charter.currency)
    asked = args.contribution
    body = FundOpened(
        contribution=fields.amount("contribution", asked, code) if asked else None,
        currency=code,
        period=cast("_Period", fields.choice("period", args.period, get_args(_Period))),
        state="planned" if args.planned else "open",
    )
    words = fields.words(
        title=fields.line("title", args.title, "Common fund"), purpose=args.purpose
    )
    return [fields.draft("fund.opened", body, fields.said(words))]


async def contribute(node: Node, args: Contribute) -> Sequence[Draft]:
    """Pledge money to a fund; its steward accepts it, like any pledge."""
    entity = await ids.find(books_of(node), args.fund, ("fund",), "fund")
    if entity.state not in TAKING:
        raise UserFault(
            code="target-closed",
            detail=f"fund: it is {entity.state} and takes no contributions.",
            way_out="`wortley fund list --state open` lists those that do.",
            field="fund",
            expected="a fund that is open",
            example="evt_k3fw72qa",
        )
    code = cast("Fund", entity.body).currency
    fields.same_currency("amount", args.amount, args.currency, code)
    body = MoneyPledged(
        amount=Money(code, fields.amount("amount", args.amount, code)),
        owner=entity.coop,
        to=entity.id,
    )
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("pledge.money.offered", body, words)]


async def advance_fund(node: Node, args: AdvanceFund) -> Sequence[Draft]:
    """Move a fund on."""
    entity = await own(books_of(node), args.fund, "fund", "fund")
    fields.step("fund", entity.state, args.to, FUND_MOVES)
    body = FundAdvanced(fund=entity.id, to=cast("FundState", args.to))
    words = fields.said(fields.words(note=args.note))
    return [fields.draft("fund.advanced", body, words)]


async def list_funds(node: Node, args: ListFunds, _tell: Tell) -> Funds:
    """List funds."""
    states = fields.choices("states", args.states, FUND_MOVES)
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    return Funds(funds=await funds.rows(books, names, states=states, coop=coop))


async def show_fund(node: Node, args: OneFund, _tell: Tell) -> FundPage:
    """Show one fund."""
    books, names = await reading(node)
    entity = await ids.find(books, args.fund, ("fund",), "fund")
    return await funds.page(books, names, entity)


COMMANDS: Final[dict[str, Command]] = {
    "fund.open": writing(OpenFund, open_fund),
    "fund.contribute": writing(Contribute, contribute),
    "fund.advance": writing(AdvanceFund, advance_fund),
    "fund.list": command(ListFunds, list_funds),
    "fund.show": command(OneFund, show_fund),
}
