"""Commands about figures: what came of it all, and what each figure is made of.

A figure says how much and of how many things; which ones, a list beside it says, page
by page, narrowed down by what the figure is of.
"""

from typing import Final

import msgspec

from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import (
    Asking,
    Paged,
    coop_or_all,
    page_of,
    reading,
    today,
)
from node.node import Node
from node.views import collaborations, reliability, social
from node.views.collaborations import Collaborations
from node.views.reliability import FATES, PromiseRow, Reliability
from node.views.social import Period, SocialValue
from node.views.trade import ReportRow

#: Rows of a page where nobody says how many: as many as people look through.
_MOST: Final = 100


class OfCoop(Asking, frozen=True, kw_only=True):
    """Of one co-op, or of all."""

    coop: str | None = None


class OfPeriod(Asking, frozen=True, kw_only=True):
    """Of a co-op, over a period: a report counts on the day on which its work ended."""

    coop: str | None = None
    starts: str | None = None
    ends: str | None = None


class ListCollaborations(Paged, frozen=True, kw_only=True):
    """Of one co-op, as lead or partner, or of all; `before` and `after` are leads."""

    most: int = _MOST
    coop: str | None = None


class ListPromises(Paged, frozen=True, kw_only=True):
    """Which promises: made by a co-op, come to some fates, for a reason given."""

    most: int = _MOST
    coop: str | None = None
    fate: tuple[str, ...] = ()
    reason: str | None = None


class ListServed(Paged, frozen=True, kw_only=True):
    """Which accepted reports: of a provider, over a period, of a theme or outcome."""

    most: int = _MOST
    coop: str | None = None
    starts: str | None = None
    ends: str | None = None
    theme: str | None = None
    outcome: str | None = None


class Promises(msgspec.Struct, frozen=True, kw_only=True):
    """Promises and what became of them, the newest last."""

    promises: list[PromiseRow]


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """Reports that were accepted, the newest last."""

    reports: list[ReportRow]


async def social_value(node: Node, args: OfPeriod, _tell: Tell) -> SocialValue:
    """Sum up themes and outcomes of the reports that were accepted."""
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    return await social.report(books, names, node.figures, coop, _period(args))


async def list_reports(node: Node, args: ListServed, _tell: Tell) -> Served:
    """List the reports that a figure of social value is the sum of."""
    books, names = await reading(node)
    wanted = social.Wanted(
        coop=coop_or_all(books, names, args.coop),
        period=_period(args),
        theme=fields.slug_or_none("theme", args.theme),
        outcome=fields.slug_or_none("outcome", args.outcome),
    )
    page = await page_of(books, args, "report")
    return Served(reports=await social.listed(books, names, node.figures, wanted, page))


def _period(args: OfPeriod | ListServed) -> Period:
    starts = fields.day_or_none("starts", args.starts)
    ends = fields.day_or_none("ends", args.ends)
    fields.check_window(starts, ends)
    return Period(starts, ends)


async def collaborating(
    node: Node, args: ListCollaborations, _tell: Tell
) -> Collaborations:
    """List leads that several co-ops are bound to, and count them all."""
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    page = await page_of(books, args, "lead")
    return await collaborations.report(books, names, node.figures, coop, page)


async def relying(node: Node, args: OfCoop, _tell: Tell) -> Reliability:
    """Count what became of promises."""
    books, names = await reading(node)
    coop = coop_or_all(books, names, args.coop)
    return await reliability.report(books, names, node.figures, coop, today(node))


async def list_promises(node: Node, args: ListPromises, _tell: Tell) -> Promises:
    """List the promises that a figure of reliability counts."""
    books, names = await reading(node)
    wanted = reliability.Wanted(
        coop=coop_or_all(books, names, args.coop),
        fates=fields.choices("fate", args.fate, FATES),
        reason=fields.slug_or_none("reason", args.reason),
        today=today(node),
    )
    page = await page_of(books, args, "pledge")
    found = await reliability.listed(books, names, node.figures, wanted, page)
    return Promises(promises=found)


COMMANDS: Final[dict[str, Command]] = {
    "figures.social": command(OfPeriod, social_value),
    "figures.reports": command(ListServed, list_reports),
    "figures.collaborations": command(ListCollaborations, collaborating),
    "figures.reliability": command(OfCoop, relying),
    "figures.promises": command(ListPromises, list_promises),
}
