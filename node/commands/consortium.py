"""The command that finds who could do a lead together."""

from collections.abc import Sequence
from typing import Final, cast, get_args

from node.commands import fields
from node.commands.command import Command, Tell, command
from node.commands.form import Asking, reading, today
from node.consortium.answer import Aim, Plan
from node.consortium.problem import MOST_MINUTES, Need
from node.errors import UserFault
from node.node import Node
from node.views import consortium, efforts, ids, titles
from node.views.books import Books
from node.views.consortium import Choices, Team
from node.views.names import Names
from protocol import limits
from protocol.rules.leads import Lead

AIMS: Final[tuple[str, ...]] = get_args(Aim)
#: Longest search that a person waits for.
_MOST_SECONDS: Final = 60


class Find(Asking, frozen=True, kw_only=True):
    """Who could do a lead together: the fewest, the fairest or the cheapest set.

    `include` and `exclude` are co-ops by name or id; `seconds` bound the search.
    """

    lead: str
    aim: str = "fewest"
    at_most: int | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    seconds: int = 2


async def find(node: Node, args: Find, _tell: Tell) -> Team:
    """Find a consortium for a lead."""
    if args.aim not in AIMS:
        raise fields.fault("aim", args.aim, f"one of {', '.join(AIMS)}", "fairest")
    if not 1 <= args.seconds <= _MOST_SECONDS:
        expected = f"1 to {_MOST_SECONDS} seconds"
        raise fields.fault("seconds", args.seconds, expected, "2")
    books, names = await reading(node)
    entity = await ids.find(books, args.lead, ("lead",), "lead")
    lead = cast("Lead", entity.body)
    if not lead.terms.requirements:
        raise _nothing_required(args.lead)
    choices = _choices(books, names, args)
    day = today(node)
    asked, currency = await consortium.problem(
        books, node.market, entity, lead, choices=choices, today=day
    )
    if sum(one.minutes for one in asked.needs) > MOST_MINUTES:
        raise _too_large(args.lead, asked.needs)
    aim = cast("Aim", args.aim)
    plan = (
        await node.solver.solve(asked, aim, args.seconds) if asked.needs else _done(aim)
    )
    title = (await titles.of(books, [entity]))[entity.id]
    return consortium.team(names, entity, asked, plan, title=title, currency=currency)


def _choices(books: Books, names: Names, args: Find) -> Choices:
    if args.at_most is not None and not 1 <= args.at_most <= limits.INTEGER:
        raise fields.fault("at_most", args.at_most, "a number from 1 on", "4")
    included = {ids.find_coop(books, names, one, "include") for one in args.include}
    excluded = {ids.find_coop(books, names, one, "exclude") for one in args.exclude}
    if both := included & excluded:
        called = names.of(min(both))
        expected = "to be in it as well as left out"
        raise fields.fault("include", called, expected, "Cedar")
    if args.at_most is not None and len(included) > args.at_most:
        expected = f"at least {len(included)}, the co-ops that are included"
        raise fields.fault("at_most", args.at_most, expected, str(len(included)))
    return Choices(
        required=frozenset(included), excluded=frozenset(excluded), at_most=args.at_most
    )


def _nothing_required(lead: str) -> UserFault:
    return UserFault(
        code="lead-without-lines",
        detail="lead: it has no requirement lines, so there is nothing to cover yet.",
        way_out=f"Say what it needs: `wortley lead change {lead} --need"
        " python:60d:2027-01-04:2027-03-26`.",
        field="lead",
        expected="a lead with requirement lines",
        example="evt_k3fw72qa",
    )


def _too_large(lead: str, needs: Sequence[Need]) -> UserFault:
    """Refuse what the solver could not count exactly."""
    most = max(needs, key=lambda one: one.minutes)
    return UserFault(
        code="lead-too-large",
        detail=f"lead: it lacks {efforts.write(sum(one.minutes for one in needs))}, and"
        f" a search is exact up to {efforts.write(MOST_MINUTES)}. Line {most.line}"
        f" alone wants {efforts.write(most.minutes)}.",
        way_out="See whether a number is wrong, and put it right with `wortley lead"
        f" change {lead}`; else open a lead for each part of the work.",
        field="lead",
        expected=f"a lead that lacks at most {MOST_MINUTES} minutes in all",
        example="evt_k3fw72qa",
    )


def _done(aim: Aim) -> Plan:
    """Answer for a lead of which everything is covered already."""
    return Plan(
        aim=aim,
        parties=(),
        shares=(),
        missing={},
        moves=(),
        value=0,
        bound=0,
        proven=True,
    )


COMMANDS: Final[dict[str, Command]] = {
    "consortium.find": command(Find, find, long=True)
}
